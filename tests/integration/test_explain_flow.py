"""Why a record is not delivered yet, told by a running line about its own records."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine.core import breaker
from engine.demo.small_server import Reply
from engine.operations import reading
from engine.operations.explain import Kind, Reason
from tests.integration.flow import OK, Flow, flow

BUSY = Reply({"error": "busy"}, 503)
HOURLY = {"schedule": {"every": "1h"}}


async def reason(line: Flow, key: str) -> Reason:
    detail = await line.detail(key)
    engine = line.engine
    found = await reading.reasons(
        engine.store, detail, engine.holding, engine.holding_at, now=engine.now()
    )
    (one,) = found.values()
    return one


async def until(line: Flow, key: str, kind: Kind) -> Reason:
    found: list[Reason] = []

    async def holds() -> bool:
        if await line.records(key=key):
            found.append(await reason(line, key))
        return bool(found) and found[-1].kind is kind

    await line.until(holds, f"{key} is explained by {kind}")
    return found[-1]


@pytest.mark.parametrize(
    ("fields", "kind", "part"),
    [
        ({"rate": "1/h"}, Kind.RATE, "1/h"),
        ({"batch": {"size": 20, "wait": "1h"}}, Kind.BATCH, "fill a batch"),
        ({"concurrency": 1}, Kind.CONCURRENCY, "the one request"),
    ],
)
async def test_what_holds_back_a_due_record_is_named(
    tmp_path: Path, fields: dict[str, Any], kind: Kind, part: str
) -> None:
    async with flow(tmp_path) as line:
        free = asyncio.Event()

        async def slowly(push: object) -> Reply:
            await free.wait()
            return OK

        if kind is Kind.CONCURRENCY:
            line.target.answers = slowly
        line.source.put("A", "B")
        await line.apply(line.document(line.consumer(**fields), producer=HOURLY))
        try:
            assert part in (await until(line, "B", kind)).sentence
        finally:
            free.set()


async def test_an_outage_is_named_with_the_time_of_the_next_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "FIRST_WAIT_S", 60)
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: BUSY
        line.source.put(*(f"A{n}" for n in range(30)))
        await line.apply(line.document(line.consumer(concurrency=2)))

        found = await until(line, "A29", Kind.BREAKER)

        assert found.until is not None
        assert found.until > line.engine.now()


async def test_a_retry_names_its_node_and_what_is_left(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: BUSY
        line.source.put("A")
        retry = {"policy": "fixed", "every": "1h", "attempts": 5}
        await line.apply(line.document(line.consumer(retry=retry)))

        found = await until(line, "A", Kind.RETRY)

        assert found.attempts_left == 4
        assert found.node == line.engine.settings.name
