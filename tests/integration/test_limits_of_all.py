"""One rate and one breaker for two nodes that share a server, between a real source and target."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.core import breaker
from engine.core.slots import burst
from engine.demo.small_server import Reply
from engine.node.engine import Engine
from engine.operations import reading
from engine.operations.explain import Kind
from tests.integration.cluster import WITHIN_S, Cluster, cluster
from tests.integration.flow import OK

SICK = Reply({"error": "busy"}, 503)
SHARDS = {"push_shards": 8}


@pytest.fixture(params=["postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, fresh_database: Callable[[str], str]) -> str:
    """An empty database on a server of each kind."""
    return fresh_database(str(request.param))


async def senders(two: Cluster) -> set[str]:
    """The nodes that delivered something."""
    found = set()
    for brief in await two.records():
        detail = await two.engine.store.record(brief.record_id)
        found |= {one.node for all_ in detail.attempts.values() for one in all_}
    return found


def shards_of(two: Cluster, revision: int = 1) -> list[int]:
    """How many push shards each node may send from, under that revision of the job."""
    return [
        sum(
            len(pusher._leases())
            for line in node.engine._supervisor.lines.values()
            for pusher in line.pushers.values()
            if pusher.plan.revision == revision
        )
        for node in (two.east, two.west)
    ]


async def until_explained(two: Cluster, engine: Engine) -> None:
    """Wait until that engine names the breaker for what waits; it may be on trial meanwhile."""

    async def holds() -> bool:
        detail = await two.detail("A1")
        found = await reading.reasons(
            engine.store, detail, engine.holding, engine.holding_at, now=engine.now()
        )
        return [one.kind for one in found.values()] == [Kind.BREAKER]

    await two.until(holds, "it says why a record waits")


async def test_a_rate_is_kept_by_both_nodes_together(tmp_path: Path, url: str) -> None:
    rate, n = 40.0, 160
    async with cluster(tmp_path, url, both=True, lease_s=4.0) as two:
        await two.apply(two.document(ledger=SHARDS))
        await two.until(lambda: shards_of(two) == [4, 4], "both hold their share")
        await two.apply(two.document(two.consumer(rate="40/s", concurrency=16), ledger=SHARDS))
        await two.until(lambda: shards_of(two, 2) == [4, 4], "both have taken it up")
        two.source.put(*(f"A{at}" for at in range(n)))
        await two.until_counts(delivered=n)
        times = sorted(push.at for push in two.target.pushes)
        assert len(times) == n
        for first in range(n):
            for last in range(first, n):
                stretch = times[last] - times[first] + 0.05
                assert last - first + 1 <= rate * stretch + burst(rate), (first, last)
        assert times[-1] - times[0] <= n / rate * 1.5, "the rate is used"
        assert await senders(two) == {"east", "west"}


async def test_a_sick_target_is_let_alone_and_told_so_by_both_nodes(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "FIRST_WAIT_S", 1.5)
    monkeypatch.setattr(breaker, "LONGEST_WAIT_S", 2.0)
    patient: dict[str, Any] = {"policy": "fixed", "every": "100ms", "attempts": 1000}
    async with cluster(tmp_path, url, both=True, lease_s=4.0) as two:
        target = two.target
        await two.apply(two.document(two.consumer(retry=patient), ledger=SHARDS))
        await two.until(lambda: shards_of(two) == [4, 4], "both hold their share")
        target.answers = lambda push: SICK
        two.source.put(*(f"A{at}" for at in range(60)))
        engines = (two.east.engine, two.west.engine)
        await two.until(
            lambda: all(one.holding("orders", "erp").breaker for one in engines), "both obey"
        )
        await two.until(lambda: not target.in_flight, "what was under way has ended")
        before, target.most = len(target.pushes), 0
        for node in (two.east, two.west):
            status = (await node.client.status()).jobs[0].consumers[0]
            assert status.health in ("bad", "warn")
            assert status.happening.startswith(("Target let alone: ", "Trying the target again"))
            await until_explained(two, node.engine)
        await two.until(lambda: len(target.pushes) >= before + 4, "four trials")
        # The first may have been on its way when its node heard that the target is let alone.
        trials = [push.at for push in target.pushes[before + 1 :]]
        assert target.most == 1
        assert all(later - earlier >= 1.9 for earlier, later in pairwise(trials)), trials
        target.answers = lambda push: OK
        await two.until_counts(delivered=60)
        assert await senders(two) == {"east", "west"}


async def test_a_node_that_does_not_work_tells_of_a_breaker_that_is_open(
    tmp_path: Path, url: str
) -> None:
    async with cluster(tmp_path, url, lease_s=4.0) as two:
        two.target.answers = lambda push: SICK
        await two.apply(
            two.document(two.consumer(retry={"policy": "fixed", "every": "30ms", "attempts": 1000}))
        )
        two.source.put(*(f"A{at}" for at in range(30)))
        await two.until(lambda: bool(two.east.engine.holding("orders", "erp").breaker), "it opens")
        opened_at = time.monotonic()

        async def is_told() -> bool:
            status = (await two.west.client.status()).jobs[0].consumers[0]
            return (
                status.happening.startswith("Target let alone: ")
                and "next try in" in status.happening
            )

        await two.until(is_told, "west tells it")
        assert time.monotonic() - opened_at <= WITHIN_S
        await until_explained(two, two.west.engine)
