"""Counts, rates and graphs are of all nodes, whichever of them is asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.api.wire import SeriesShape, StatusShape
from engine.demo.small_server import Reply
from tests.integration.cluster import WITHIN_S, Cluster, cluster
from tests.integration.flow import OK, Push

WINDOW_S = 30
MOVING = ("in_per_s", "out_per_s", "failed_per_s", "spark", "lag_s")


async def both(two: Cluster) -> tuple[StatusShape, StatusShape]:
    """The status as east and as west tell it."""
    return await two.east.client.status(), await two.west.client.status()


async def graphs(two: Cluster, consumer: str | None = None) -> tuple[SeriesShape, SeriesShape]:
    """The graphs as east and as west draw them."""
    return (
        await two.east.client.series(WINDOW_S, "orders", consumer),
        await two.west.client.series(WINDOW_S, "orders", consumer),
    )


async def test_a_node_that_does_not_work_shows_what_another_does(
    tmp_path: Path, database_url: str
) -> None:
    async with cluster(tmp_path, database_url) as two:
        await two.west.client.apply(two.document())
        for n in range(200):
            two.source.put(f"A{n}")
        await two.until_counts(delivered=200)

        async def is_seen() -> bool:
            return all(one.jobs[0].consumers[0].out_per_s > 0 for one in await both(two))

        await two.until(is_seen, "both show a rate", WITHIN_S)
        east, west = await both(two)
        (job,) = west.jobs
        assert told(east) == told(west)
        assert (job.state, job.pulled, job.consumers[0].synced) == ("running", 200, 200)
        assert job.consumers[0].happening == "Everything is delivered"
        assert job.last_pull_at is not None
        assert job.next_pull_at is not None
        assert 100 < sum(job.consumers[0].spark) < 200.5, "but for the second that runs"


def told(status: StatusShape) -> dict[str, object]:
    """All that is told of the job but what moves with the second it was asked in."""
    shape = status.jobs[0].model_dump(exclude={"consumers": {0: set(MOVING)}, "next_pull_at": True})
    return {**shape, "last_pull_at": shape["last_pull_at"] is not None}


async def test_graphs_are_the_same_at_both_nodes(tmp_path: Path, database_url: str) -> None:
    async with cluster(tmp_path, database_url, both=True) as two:
        two.target.answers = lambda push: OK if push.path == "/erp" else Reply({"no": 1}, 422)
        await two.west.client.apply(two.document(two.consumer("erp"), two.consumer("crm")))
        for n in range(60):
            two.source.put(f"A{n}")
            await asyncio.sleep(0)
        await two.until_counts("erp", delivered=60)
        await two.until_counts("crm", dead=60)

        async def all_is_drawn() -> bool:
            return all(round(sum(one.delivered)) == 60 for one in await graphs(two, "erp"))

        await two.until(all_is_drawn, "both draw every delivery", WITHIN_S)
        for consumer, delivered, failed in (("erp", 60, 0), ("crm", 0, 60), (None, 60, 60)):
            for one in await graphs(two, consumer):
                assert sum(one.delivered) == pytest.approx(delivered, abs=0.5)
                assert sum(one.failed) == pytest.approx(failed, abs=0.5)
                assert sum(one.pulled) == pytest.approx(60, abs=0.5)
                assert one.backlog[-1] == 0
            east, west = await graphs(two, consumer)
            lag = east.start - west.start
            assert abs(lag) <= 1000


async def test_a_pull_that_fails_is_seen_at_every_node(tmp_path: Path, database_url: str) -> None:
    async with cluster(tmp_path, database_url) as two:
        two.source.answers = lambda call: Reply({"error": "down"}, 500)
        await two.west.client.apply(two.document())
        await two.until_asked()

        async def is_seen() -> bool:
            jobs = [one.jobs[0] for one in await both(two)]
            return all("500" in job.pull_problem and job.state == "failing" for job in jobs)

        await two.until(is_seen, "both say why", WITHIN_S)


async def test_a_drained_node_shows_what_the_others_do(tmp_path: Path, database_url: str) -> None:
    async with cluster(tmp_path, database_url, both=True) as two:
        await two.west.client.drain_node("west")
        await two.west.client.apply(two.document())
        two.source.put("A1")
        await two.until_counts(delivered=1)

        async def is_seen() -> bool:
            (job,) = (await two.west.client.status()).jobs
            return (job.state, job.consumers[0].happening) == ("running", "Everything is delivered")

        await two.until(is_seen, "the drained node tells what the other does", WITHIN_S)


async def test_a_node_that_was_just_started_knows_the_rates(
    tmp_path: Path, database_url: str
) -> None:
    async def slow(push: Push) -> Reply:
        await asyncio.sleep(0.02)
        return OK

    async with cluster(tmp_path, database_url) as two:
        two.target.answers = slow
        await two.west.client.apply(two.document(two.consumer(concurrency=1)))
        for n in range(300):
            two.source.put(f"A{n}")
        await two.until(lambda: len(two.target.pushes) > 60, "it is under way")
        # West has looked at nothing yet: it only answers.
        erp = (await two.west.client.status()).jobs[0].consumers[0]
        assert erp.out_per_s > 0

        async def tells_its_line() -> bool:
            told = (await two.west.client.status()).jobs[0].consumers[0].spark
            return sum(told) > 30

        # What was done in the last seconds is stored a moment later.
        await two.until(tells_its_line, "west tells the minute that east worked in", WITHIN_S)


async def test_what_a_target_answered_one_node_is_told_by_the_other(
    tmp_path: Path, database_url: str
) -> None:
    async with cluster(tmp_path, database_url) as two:
        two.target.answers = lambda push: Reply({"error": "closed"}, 503)
        slow = {"policy": "fixed", "every": "1h", "attempts": 3}
        await two.west.client.apply(two.document({**two.consumer(), "retry": slow}))
        for n in range(5):
            two.source.put(f"A{n}")
        await two.until_counts(retrying=5)

        async def is_told() -> bool:
            happening = [one.jobs[0].consumers[0].happening for one in await both(two)]
            return all("503" in one for one in happening)

        await two.until(is_told, "both say what the target answered", 2 * WITHIN_S)


async def test_why_it_waits_is_told_by_any_node(tmp_path: Path, database_url: str) -> None:
    go_on, asked = asyncio.Event(), asyncio.Event()

    async def slow(push: Push) -> Reply:
        asked.set()
        await go_on.wait()
        return OK

    async with cluster(tmp_path, database_url) as two:
        two.target.answers = slow
        await two.west.client.apply(
            two.document(two.consumer(concurrency=1), ledger={"push_shards": 1})
        )
        two.source.put("A1")
        await asyncio.wait_for(asked.wait(), 10)
        (record,) = await two.records()
        (reason,) = (await two.west.client.explain(record.record_id)).reasons
        assert reason.kind == "sending"
        assert reason.sentence.startswith("Attempt 1 is under way at the node east for")
        assert reason.node == "east"
        go_on.set()
        await two.until_counts(delivered=1)
