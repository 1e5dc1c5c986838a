"""Node processes that share a database: they share the work, hand it over, and take it over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from engine.core.attempt import Outcome
from engine.demo.small_server import Reply
from tests.integration.flow import OK, Push
from tests.integration.shared_nodes import LEASE_S, SharedNodes, shared_nodes

pytestmark = pytest.mark.timeout(240)  # each starts processes and waits for leases to end


BOTH = pytest.mark.parametrize("nodes", ["postgresql", "mariadb"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("nodes", ["postgresql"], indirect=True)


@pytest.fixture
async def nodes(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_database: Callable[[str], str]
) -> AsyncIterator[SharedNodes]:
    async with shared_nodes(tmp_path, fresh_database(request.param)) as made:
        yield made


async def slow(push: Push) -> Reply:
    await asyncio.sleep(0.03)
    return OK


@BOTH
async def test_work_is_shared_and_handed_over_in_order_and_nothing_is_sent_twice(
    nodes: SharedNodes,
) -> None:
    nodes.target.answers = slow
    await nodes.start("a")
    await nodes.apply(nodes.document())
    await nodes.until_held(a=(2, 4))
    nodes.put(0, 400)

    await nodes.start("b")
    joined_s = time.monotonic()
    await nodes.until_held(a=(1, 2), b=(1, 2))
    print(f"shared out {time.monotonic() - joined_s:.1f} s after the second node answered")
    nodes.put(400, 800)
    await nodes.until(lambda: len(nodes.target.pushes) > 300, "they are at work")
    await nodes.stop("a")
    stopped_s = time.monotonic()
    await nodes.until_held(b=(2, 4))
    print(f"taken {time.monotonic() - stopped_s:.1f} s after the first node had ended in order")
    await nodes.start("a")
    await nodes.until_held(a=(1, 2), b=(1, 2))
    await nodes.until_delivered(800)

    assert nodes.ids_pushed() == dict.fromkeys((f"K{n:04d}" for n in range(800)), 1)
    await nodes.check()
    await nodes.check_owners()


@BOTH
async def test_a_killed_nodes_shards_are_taken_over_at_the_end_of_its_leases(
    nodes: SharedNodes,
) -> None:
    await nodes.start("a", "b")
    await nodes.apply(nodes.document())
    await nodes.until_held(a=(1, 2), b=(1, 2))
    nodes.put(0, 50)
    await nodes.until_delivered(50)

    await nodes.kill("b")
    nodes.put(50, 100)
    killed_s = time.monotonic()
    await nodes.until_held(a=(2, 4), within_s=LEASE_S + 2)
    print(f"taken over {time.monotonic() - killed_s:.1f} s after the kill, leases of {LEASE_S} s")
    await nodes.until_delivered(100)
    await nodes.check()
    rows = await nodes.rows()
    assert (rows["b"].pull_shards, rows["b"].push_shards) == (0, 0)


@POSTGRESQL
async def test_a_drained_node_hands_over_and_a_stopped_one_is_gone_at_once(
    nodes: SharedNodes,
) -> None:
    nodes.target.answers = slow
    await nodes.start("a", "b")
    await nodes.apply(nodes.document())
    await nodes.until_held(a=(1, 2), b=(1, 2))
    nodes.put(0, 200)
    await nodes.clients["a"].drain_node("b")
    await nodes.until_held(a=(2, 4))
    await nodes.clients["a"].undrain_node("b")
    await nodes.until_held(a=(1, 2), b=(1, 2))
    await nodes.until_delivered(200)
    assert set(nodes.ids_pushed().values()) == {1}
    await nodes.check_owners()

    await nodes.stop("b")
    row = (await nodes.rows())["b"]
    assert (row.alive, row.state) == (False, "stopped")
    await nodes.clients["a"].forget_node("b")


@POSTGRESQL
async def test_a_node_that_was_frozen_sends_and_stores_nothing_under_its_old_leases(
    nodes: SharedNodes,
) -> None:
    go_on = asyncio.Event()

    async def held_back(push: Push) -> Reply:
        await go_on.wait()
        return OK

    nodes.target.answers = held_back
    await nodes.start("a", "b")
    await nodes.apply(nodes.document(concurrency=4))
    await nodes.until_held(a=(1, 2), b=(1, 2))
    nodes.put(0, 100)
    await nodes.until(lambda: nodes.target.in_flight == 8, "both send")

    nodes.freeze("b")
    frozen_s = time.monotonic()
    go_on.set()
    await nodes.until_held(a=(2, 4), within_s=LEASE_S + 2)
    await nodes.until_delivered(100)
    after = len(nodes.target.pushes)
    await nodes.until(lambda: time.monotonic() > frozen_s + 3 * LEASE_S, "three lease times")
    nodes.thaw("b")
    await nodes.until_held(a=(1, 2), b=(1, 2))
    nodes.put(100, 120)
    await nodes.until_delivered(120)

    assert len(nodes.target.pushes) == after + 20, "what it had claimed is not sent any more"
    assert sum(n - 1 for n in nodes.ids_pushed().values()) == 4, "twice, but only what was unknown"
    attempts = [one for one in await nodes.attempts() if one.record <= 100]
    unknown = [one for one in attempts if one.outcome is Outcome.UNKNOWN]
    assert len(unknown) >= 4, "what it was sending, and what it had claimed to send next"
    assert len(attempts) == 100 + len(unknown)
    assert {one.node for one in attempts} == {"a"}, "the frozen node stored nothing of these"
    await nodes.check()
    await nodes.check_owners()


@POSTGRESQL
async def test_the_number_of_shards_changes_in_the_middle_of_the_traffic(
    nodes: SharedNodes,
) -> None:
    async def slow_for_some(push: Push) -> Reply:
        await asyncio.sleep(0.1 if push.value["id"].endswith("7") else 0.005)
        return OK

    nodes.target.answers = slow_for_some
    await nodes.start("a", "b")
    await nodes.apply(nodes.document(push_shards=4))
    await nodes.until_held(a=(1, 2), b=(1, 2))
    for n, push_shards in enumerate((7, 2, 8, 4), start=1):
        nodes.put(0, 150, n=n)
        await nodes.until(partial(any_of, nodes, n), f"version {n} is on its way")
        await nodes.apply(nodes.document(push_shards=push_shards))
    await nodes.until_held(a=(1, 2), b=(1, 2))
    nodes.put(0, 150, n=9)
    await nodes.until(nodes.all_delivered, "all is delivered", 60.0)

    sent: dict[str, list[int]] = {}
    for push in nodes.target.pushes:
        sent.setdefault(push.value["id"], []).append(push.value["n"])
    assert len(sent) == 150
    for key, versions in sent.items():
        assert versions == sorted(set(versions)), f"{key} is out of order, or was sent twice"
        assert versions[-1] == 9
    await nodes.check()
    await nodes.check_owners()


def any_of(nodes: SharedNodes, n: int) -> bool:
    """Whether some of that version have reached the target."""
    return any(push.value["n"] == n for push in nodes.target.pushes[-50:])
