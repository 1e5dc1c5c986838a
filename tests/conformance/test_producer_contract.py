"""What the puller may rely on, whatever the kind: the contract of ``engine.producers.port``.

A new kind adds a maker to MAKERS; a test fails until it does. What only an HTTP source can do is
in tests/unit/producers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import TypeAdapter

from engine.core.attempt import RESPONSE_CAP
from engine.core.errors import OperatorError
from engine.core.job import Ledger
from engine.core.record import FailedPull
from engine.http.client import HttpClient
from engine.http.guard import TargetGuard
from engine.producers import kinds
from engine.producers.port import PageOut, Producer, PullStart
from tests.fault_server import Answer
from tests.sample_source import SampleSource, rows
from tests.unit.producers.making import NOW, document

CANARY = "canary-7f3a9c"
FAULTS = [
    *("reset_after_request", "close_after_request", "hang_after_request", "hang_in_body"),
    *("slow_body", "junk", "truncated", "truncated_chunked", "bad_gzip", "redirect", "gzip_bomb"),
    *("early_413", "no_such", "endless", "endless_head", "binary_header"),
]

Make = Callable[[SampleSource], Mapping[str, Any]]


def http_pull(source: SampleSource) -> Mapping[str, Any]:
    auth = {"kind": "bearer", "token": {"secret": "canary"}}
    request = {"auth": auth, "timeout": "300ms"}
    return document(source, "page", request=request, response={"max_size": 100_000})


MAKERS: dict[str, Make] = {"http_pull": http_pull}


def known_kinds() -> set[str]:
    schema = TypeAdapter(kinds.Producer).json_schema()
    either = schema.get("oneOf", [schema])
    models = [
        schema["$defs"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in either
    ]
    return {model["properties"]["kind"]["const"] for model in models}


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    client = HttpClient(user_agent="jellyfish-test", forbidden=TargetGuard())
    yield client
    await client.close()


@pytest.fixture(params=sorted(MAKERS))
def make(request: pytest.FixtureRequest) -> Make:
    return MAKERS[request.param]


def built(
    http: HttpClient, fields: Mapping[str, Any], secret: Callable[[str], bytes] | None = None
) -> Producer:
    return kinds.build_producer(
        "orders",
        TypeAdapter(kinds.Producer).validate_python(fields),
        Ledger(key="record.id"),
        http=http,
        secrets=secret or (lambda name: CANARY.encode()),
        clock=lambda: NOW,
    )


async def run(producer: Producer, start: PullStart) -> list[PageOut | FailedPull]:
    async with aclosing(producer.pages(start)) as pages:
        return [out async for out in pages]


def test_every_kind_is_held_to_the_contract() -> None:
    assert known_kinds() == set(MAKERS)


async def test_pages_follow_one_another_by_cursor_and_end_with_the_last(
    http: HttpClient, make: Make
) -> None:
    async with SampleSource(rows(60)) as source:
        outs = await run(built(http, make(source)), PullStart("all", now=NOW))

        cursor: str | None = None
        for number, out in enumerate(outs, 1):
            assert isinstance(out, PageOut)
            assert out.page.page == number
            assert out.page.cursor_before == cursor
            assert out.page.more == (number < len(outs))
            assert len(out.values) == len(out.page.records) == out.page.raw_count
            cursor = out.page.cursor_after
        keys = {r.key for out in outs if isinstance(out, PageOut) for r in out.page.records}
        assert keys == {str(number) for number in range(1, 61)}


async def test_nothing_is_asked_before_the_page_in_hand_was_taken(
    http: HttpClient, make: Make
) -> None:
    async with SampleSource(rows(60)) as source:
        async with aclosing(built(http, make(source)).pages(PullStart("all", now=NOW))) as pages:
            async for _ in pages:
                taken = len(source.asked)
                for _ in range(20):
                    await asyncio.sleep(0)
                assert len(source.asked) == taken
                if taken == 3:
                    break
        assert len(source.asked) == 3


async def test_a_run_goes_on_from_any_page_that_was_committed(http: HttpClient, make: Make) -> None:
    async with SampleSource(rows(60)) as source:
        producer = built(http, make(source))
        outs = [o for o in await run(producer, PullStart("all", now=NOW)) if isinstance(o, PageOut)]
        for cut in range(1, len(outs) + 1):
            keys = {r.key for out in outs[:cut] for r in out.page.records}
            last = outs[cut - 1]
            again = PullStart("all", {}, last.page.cursor_after, last.state, NOW)
            rest = await run(producer, again)
            keys |= {r.key for o in rest if isinstance(o, PageOut) for r in o.page.records}
            assert len(keys) == 60


async def test_a_lost_state_loses_no_record(http: HttpClient, make: Make) -> None:
    async with SampleSource(rows(60)) as source:
        producer = built(http, make(source))
        for state in ("", "{", "[]", '{"at": 5}', '{"v": 99}'):
            outs = await run(producer, PullStart("all", {}, None, state, NOW))
            keys = {r.key for o in outs if isinstance(o, PageOut) for r in o.page.records}
            assert len(keys) == 60


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_failure_is_a_value_that_ends_the_run(
    http: HttpClient, make: Make, fault: str
) -> None:
    async with SampleSource(rows(3)) as source:
        for way in ("page", "all"):
            source.server.on(f"/{way}", fault)
        outs = await run(built(http, make(source)), PullStart("all", {}, "2025-01-01T00:00:00Z"))

        assert len(outs) == 1
        (failed,) = outs
        assert isinstance(failed, FailedPull)
        assert failed.kind
        assert failed.sentence.startswith("Job orders, page 1: ")
        assert failed.cursor_before == "2025-01-01T00:00:00Z"
        assert failed.exchange is not None
        assert failed.exchange.response is None or (
            len(failed.exchange.response.body) <= RESPONSE_CAP
        )
        assert len(source.asked) == 1  # nothing is sent a second time in silence


async def test_a_cancelled_run_leaves_nothing_behind(http: HttpClient, make: Make) -> None:
    async with SampleSource(rows(3)) as source:
        for way in ("page", "all"):
            source.server.on(f"/{way}", "hang_after_request")
        task = asyncio.create_task(run(built(http, make(source)), PullStart("all", now=NOW)))
        await source.server.wait_received(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await source.server.wait_until(lambda: source.server.open_connections == 0)


async def test_no_secret_leaves_the_producer(http: HttpClient, make: Make) -> None:
    async with SampleSource(rows(30)) as source:
        good = await run(built(http, make(source)), PullStart("all", now=NOW))
        assert CANARY in repr(source.asked)
        source.refuses = lambda request: Answer(403, repr(request).encode())
        bad = await run(built(http, make(source)), PullStart("all", now=NOW))
        trial = await built(http, make(source)).trial(PullStart("all", now=NOW))

        assert CANARY not in repr(good) + repr(bad) + repr(trial)


def test_a_missing_secret_is_told_when_the_producer_is_built(make: Make) -> None:
    def lookup(name: str) -> bytes:
        raise OperatorError(f'There is no secret "{name}".')

    source = SampleSource(rows(1))
    source.server._ports["http"] = 1
    client = HttpClient(user_agent="jellyfish-test", forbidden=TargetGuard())
    with pytest.raises(OperatorError, match="cannot pull"):
        built(client, make(source), lookup)


async def test_a_trial_asks_once_and_shows_what_came(http: HttpClient, make: Make) -> None:
    async with SampleSource(rows(30)) as source:
        trial = await built(http, make(source)).trial(PullStart("all", now=NOW))

        assert trial.ok
        assert trial.request is not None
        assert trial.response is not None
        assert trial.response.body
        assert [record.key for record in trial.records[:2]] == ["1", "2"]
        assert len(source.asked) == 1
