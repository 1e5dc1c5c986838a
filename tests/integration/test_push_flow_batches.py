"""Batches end to end: how they fill, what a bad record in one comes to, whose evidence is whose."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from engine.core.attempt import Outcome
from engine.core.delivery import State
from engine.demo.small_server import Reply
from tests.integration.flow import OK, Flow, Push, flow, state_of

HOURLY = {"schedule": {"every": "1h"}}


def ids(n: int) -> list[str]:
    return [f"A{number:02d}" for number in range(n)]


def batched(line: Flow, size: int, wait: str = "0s", **fields: Any) -> dict[str, Any]:
    return line.consumer(batch={"size": size, "wait": wait}, **fields)


async def test_a_batch_waits_for_more_and_then_goes_as_it_is(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put(*ids(5))
        began = time.monotonic()
        await line.apply(line.document(batched(line, 20, "300ms"), producer=HOURLY))
        await line.until_counts(delivered=5, unsynced=0)
        (push,) = line.target.pushes
        assert sorted(push.ids) == ids(5)
        assert push.at - began >= 0.3


async def test_a_batch_fills_up_while_it_waits(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A", "B")
        await line.apply(line.document(batched(line, 3, "15s")))
        await line.until_counts(sending=2)
        line.source.put("C")
        await line.until_counts(delivered=3, unsynced=0)
        (push,) = line.target.pushes
        assert sorted(push.ids) == ["A", "B", "C"]


async def test_no_request_holds_more_than_the_size(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put(*ids(50))
        await line.apply(line.document(batched(line, 20), producer=HOURLY))
        await line.until_counts(delivered=50, unsynced=0)
        assert sum(len(push.ids) for push in line.target.pushes) == 50
        assert max(len(push.ids) for push in line.target.pushes) == 20


async def test_a_body_may_hold_all_records_of_a_batch(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put(*ids(4))
        request = {"body": {"items": "${records}"}}
        await line.apply(line.document(batched(line, 4, "5s", request=request), producer=HOURLY))
        await line.until_counts(delivered=4)
        (push,) = line.target.pushes
        assert sorted(row["id"] for row in push.value["items"]) == ids(4)


async def test_results_per_record_give_up_only_the_bad_one(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:

        def answer(push: Push) -> Reply:
            good = [{"code": "1" if id_ == "A03" else "0"} for id_ in push.ids]
            return Reply({"results": good})

        line.target.answers = answer
        line.source.put(*ids(10))
        items = 'body.results.map(r, r.code == "0")'
        await line.apply(line.document(batched(line, 10, "300ms", items=items), producer=HOURLY))
        await line.until_counts(delivered=9, dead=1, unsynced=0)
        assert state_of(await line.delivery("A03")) is State.DEAD
        first = line.target.pushes[0]
        assert sorted(first.ids) == ids(10)
        assert all(push.ids == ["A03"] for push in line.target.pushes[1:])


async def test_a_poison_record_in_a_batch_of_twenty_dies_alone(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: Reply({"error": "bad"}, 422) if "A07" in push.ids else OK
        line.source.put(*ids(20))
        one_try = {"policy": "fixed", "every": "30ms", "attempts": 1}
        consumer = batched(line, 20, "5s", retry=one_try)
        await line.apply(line.document(consumer, producer=HOURLY))
        await line.until_counts(delivered=19, dead=1, unsynced=0)
        assert state_of(await line.delivery("A07")) is State.DEAD
        sizes = [len(push.ids) for push in line.target.pushes if "A07" in push.ids]
        assert sizes[0] == 20
        assert sizes[-1] == 1
        assert sizes == sorted(sizes, reverse=True)
        assert len(line.target.pushes) <= 12, "halves, not one by one"

        _, (first, *_) = await line.delivery("A00")
        _, (same, *_) = await line.delivery("A19")
        assert first.exchange is not None
        assert first.exchange == same.exchange, "one request, seen from both"
        assert first.exchange.request.body == line.target.pushes[0].body
        assert (first.outcome, same.outcome) == (Outcome.REJECTED, Outcome.REJECTED)
        _, attempts = await line.delivery("A07")
        assert len(attempts) == len(sizes)


async def test_a_record_that_breaks_the_target_dies_alone_after_its_attempts(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: (
            Reply({"error": "crash"}, 500) if "A02" in push.ids else OK
        )
        line.source.put(*ids(8))
        retry = {"policy": "fixed", "every": "30ms", "attempts": 3}
        await line.apply(line.document(batched(line, 8, "5s", retry=retry), producer=HOURLY))
        await line.until_counts(delivered=7, dead=1, unsynced=0)
        alone = [push for push in line.target.pushes if push.ids == ["A02"]]
        assert len(alone) == 2, "the whole batch was tried twice, of which once as a retry"


async def test_a_batch_whose_answer_is_lost_is_sent_again_under_the_same_key(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: None if len(line.target.pushes) == 1 else OK
        line.source.put(*ids(6))
        await line.apply(line.document(batched(line, 6, "5s"), producer=HOURLY))
        await line.until_counts(delivered=6, unsynced=0)
        first, second = line.target.pushes
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert sorted(first.ids) == sorted(second.ids)
