"""What the pusher may rely on, whatever the kind: the contract of ``engine.consumers.port``.

A new kind adds a maker to MAKERS; a test fails until it does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter

from engine.consumers import kinds
from engine.consumers.port import Consumer
from engine.core.attempt import RESPONSE_CAP, Outcome, RequestEvidence
from engine.core.errors import OperatorError
from engine.core.expression import ExpressionFailed
from engine.core.record import PushResult
from engine.http.client import HttpClient
from engine.http.guard import TargetGuard
from tests.fault_server import FaultServer
from tests.unit.consumers.making import NOW, claimed

CANARY = "canary-7f3a9c"
FAULTS = [
    *("refused", "reset_before_reading", "close_before_reading", "reset_after_request"),
    *("close_after_request", "hang_after_request", "hang_in_body", "slow_body", "slow_head"),
    *("junk", "truncated", "truncated_chunked", "bad_gzip", "redirect", "early_413", "no_such"),
]

Make = Callable[..., Mapping[str, Any]]
"""Writes a document's consumer: target URL and what the test wants of it."""


def http_push(url: str, **wanted: Any) -> Mapping[str, Any]:
    request = {
        "url": url,
        "timeout": "300ms",
        "auth": {"kind": "bearer", "token": {"secret": "canary"}},
        **wanted.pop("request", {}),
    }
    return {"kind": "http_push", "name": "c", "request": request, **wanted}


MAKERS: dict[str, Make] = {"http_push": http_push}


def known_kinds() -> set[str]:
    schema = TypeAdapter(kinds.Consumer).json_schema()
    either = schema.get("oneOf", [schema])
    models = [
        schema["$defs"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in either
    ]
    return {model["properties"]["kind"]["const"] for model in models}


def test_every_kind_is_held_to_the_contract() -> None:
    assert known_kinds() == set(MAKERS)


@pytest.fixture(params=sorted(MAKERS))
def make(request: pytest.FixtureRequest) -> Make:
    return MAKERS[request.param]


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    client = HttpClient(user_agent="jellyfish-test", forbidden=TargetGuard(), connect_timeout_s=1.0)
    yield client
    await client.close()


def built(make: Make, http: HttpClient, url: str, **wanted: Any) -> Consumer:
    return kinds.build_consumer(
        "orders",
        TypeAdapter(kinds.Consumer).validate_python(make(url, **wanted)),
        http=http,
        secrets={"canary": CANARY.encode()}.__getitem__,
        clock=lambda: NOW,
    )


async def test_an_accepted_push_has_one_verdict_a_delivery_and_one_request(
    make: Make, server: FaultServer, http: HttpClient
) -> None:
    for size in (1, 3):
        consumer = built(make, http, server.url("ok"), batch={"size": size})
        assert consumer.batch_size == size
        result = await consumer.push([claimed() for _ in range(size)])
        assert [verdict.outcome for verdict in result.verdicts] == [Outcome.ACCEPTED] * size
        assert result.exchange is not None
        assert not result.split
    assert len(server.received) == 2


@pytest.mark.parametrize("behaviour", FAULTS)
async def test_no_fault_is_an_exception_and_nothing_is_sent_twice(
    make: Make, server: FaultServer, http: HttpClient, behaviour: str
) -> None:
    for size in (1, 2):
        before = len(server.received)
        consumer = built(make, http, server.url(behaviour), batch={"size": 2})
        result = await consumer.push([claimed(number=2) for _ in range(size)])
        assert len(result.verdicts) == size
        assert len(server.received) - before <= 1
        assert all(verdict.outcome is not Outcome.ACCEPTED for verdict in result.verdicts)
        assert all(verdict.error and verdict.error_kind for verdict in result.verdicts)
        assert not (result.split and size == 1)
        assert_is_honest(result, len(server.received) - before)


def assert_is_honest(result: PushResult, arrived: int) -> None:
    """Evidence never claims more than is known: what arrived was never surely not sent."""
    if arrived:
        assert all(verdict.outcome is not Outcome.NOT_SENT for verdict in result.verdicts)
        assert result.exchange is not None
    if result.exchange is not None:
        response = result.exchange.response
        assert response is None or len(response.body) <= RESPONSE_CAP
        assert result.exchange.started_at == NOW
        assert result.exchange.duration_ms >= 0


async def test_every_push_carries_the_key_and_the_attempt(
    make: Make, server: FaultServer, http: HttpClient
) -> None:
    consumer = built(make, http, server.url("ok"))
    for number in (1, 2):
        await consumer.push([claimed(idempotency_key="led_7", cycle=2, number=number)])
    first, second = server.received
    assert first.header("webhook-id") == second.header("webhook-id") == "led_7"
    assert first.header("jellyfish-attempt") == "2.1"
    assert second.header("jellyfish-attempt") == "2.2"


async def test_what_would_be_sent_is_shown_masked_and_not_sent(
    make: Make, server: FaultServer, http: HttpClient
) -> None:
    consumer = built(make, http, server.url("ok"))
    shown = consumer.would_send([claimed()])
    assert isinstance(shown, RequestEvidence)
    assert CANARY not in repr(shown)
    assert server.received == []


async def test_no_secret_is_in_any_evidence(
    make: Make, server: FaultServer, http: HttpClient
) -> None:
    for behaviour in ("ok", "refused", "reset_after_request", "redirect"):
        result = await built(make, http, server.url(behaviour)).push([claimed()])
        assert CANARY not in repr(result)
    assert any(CANARY in repr(received) for received in server.received)


async def test_a_request_that_cannot_be_made_is_final_and_sends_nothing(
    make: Make, server: FaultServer, http: HttpClient
) -> None:
    consumer = built(make, http, server.url("ok") + "/${record.missing}")
    result = await consumer.push([claimed()])
    (verdict,) = result.verdicts
    assert verdict.final
    assert verdict.outcome is Outcome.NOT_SENT
    assert result.exchange is None
    assert server.received == []
    with pytest.raises(OperatorError):
        consumer.would_send([claimed()])


async def test_the_filter_answers_or_fails_but_never_guesses(
    make: Make, server: FaultServer, http: HttpClient
) -> None:
    consumer = built(make, http, server.url("ok"), filter="record.ok")
    assert consumer.wants("k", {"ok": True})
    assert not consumer.wants("k", {"ok": False})
    for value in ({}, {"ok": "yes"}, {"ok": 1}, None, 5):
        with pytest.raises(ExpressionFailed):
            consumer.wants("k", value)
    assert built(make, http, server.url("ok")).wants("k", None)


async def test_pushes_at_the_same_time_do_not_mix(
    make: Make, server: FaultServer, http: HttpClient
) -> None:
    consumer = built(make, http, server.url("ok"))
    deliveries = [claimed(b'{"id": %d}' % number) for number in range(40)]
    results = await asyncio.gather(*(consumer.push([each]) for each in deliveries))
    assert all(result.verdicts[0].outcome is Outcome.ACCEPTED for result in results)
    arrived = {received.header("webhook-id"): received.body for received in server.received}
    assert arrived == {each.idempotency_key: each.payload for each in deliveries}


async def test_a_missing_secret_names_job_consumer_and_secret(make: Make, http: HttpClient) -> None:
    def nothing(name: str) -> bytes:
        raise OperatorError(f'There is no secret "{name}".', hint="Set it.")

    with pytest.raises(OperatorError) as caught:
        kinds.build_consumer(
            "orders",
            TypeAdapter(kinds.Consumer).validate_python(make("https://erp.example/")),
            http=http,
            secrets=nothing,
            clock=lambda: NOW,
        )
    assert caught.value.sentence == (
        'Consumer "c" of job "orders" cannot push: There is no secret "canary".'
    )
    assert caught.value.hint == "Set it."
