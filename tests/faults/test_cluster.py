"""Four nodes on one database, through everything that goes wrong, held against the truth.

Design.md section 5 over nodes: nothing is lost, nothing is called delivered that the target did
not take, every duplicate stands beside an ``unknown`` attempt, a key's versions go out in order,
nothing was written for a shard by a node without its lease, counters equal a recount.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.core.attempt import Outcome
from engine.core.delivery import State
from engine.demo.small_server import serve, url_of
from engine.store.access import Access
from engine.store.ids import idempotency_key
from engine.store.store import Store
from tests.database_servers.server import Server
from tests.faults import lease_proof
from tests.faults.cluster import Cluster, cluster
from tests.faults.cluster_truth import CONSUMERS, Source, Target, document

LONG, SHORT = 125_000, 2_500
"""Versions the source has in the end; each goes to two consumers. Some of a key come between two
pulls, so the ledger has about five records for six."""
ROUNDS = 5
"""How often each fault is brought about in the long form."""
DRAIN_S = 600.0


@pytest.mark.faults
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
async def test_many_nodes_lose_nothing_whatever_goes_wrong(
    kind: str, own_server: Callable[[str], Server], tmp_path: Path, full_length: bool
) -> None:
    versions = LONG if full_length else SHORT
    nodes = 4 if full_length else 3
    server = own_server(kind)
    source, target = Source(random.Random(1)), Target(random.Random(2))
    source.trade(versions // 2)
    one, two = await serve(source.answer), await serve(target.answer)
    started_s = time.perf_counter()
    try:
        async with cluster(server, tmp_path, nodes, seed=3) as it:
            async with it.members[0].runs.client() as client:
                await client.apply(document(url_of(one), url_of(two)))
            trading = asyncio.create_task(trade(source, versions, 90.0 if full_length else 10.0))
            names = list(it.faults) * (ROUNDS if full_length else 1)
            it.rng.shuffle(names)
            for name in names:
                await work_goes_on(target)
                await it.bring_about(name)
            await trading
            store = await Store.open(it.url, clock=lambda: 0, node="judge")
            try:
                await drained(store, source, target)
                seconds = time.perf_counter() - started_s
                told = await hold_against_truth(store, source, target)
            finally:
                await store.close()
            print(f"\n{kind}: {nodes} nodes, {told}; {dict(it.met)}; {seconds:.0f} s")
            assert_commits_were_cut(it)
    finally:
        one.close()
        two.close()


async def trade(source: Source, versions: int, seconds: float) -> None:
    """Let the source have the rest of its versions bit by bit."""
    step = max(1, round((versions - source.versions) / (seconds / 0.1)))
    while source.versions < versions:
        source.trade(min(step, versions - source.versions))
        await asyncio.sleep(0.1)


async def work_goes_on(target: Target) -> None:
    """Wait until some more was pushed, or, when all is done, until that is plain."""
    before = target.processed.total()
    for _ in range(50):
        if target.processed.total() > before + 20:
            return
        await asyncio.sleep(0.1)


def assert_commits_were_cut(it: Cluster) -> None:
    cuts = sum(member.relay.cuts for member in it.members)
    wanted = it.met["commit lost"] + it.met["answer to a commit lost"]
    assert cuts >= wanted // 2 > 0, f"{cuts} of {wanted} commits were cut"


async def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    def ask(access: Access) -> list[tuple[Any, ...]]:
        return access.rows(sql)

    return await store._gateway.read(ask)


async def drained(store: Store, source: Source, target: Target) -> None:
    """Wait until the target has the newest version of everything and nothing is unsynced."""
    wanted = {
        (f"/{name}", key): n
        for name in CONSUMERS
        for region in source.regions.values()
        for key, (n, _) in region.rows.items()
    }
    behind = len(wanted)
    waiting: list[tuple[Any, ...]] = []
    try:
        async with asyncio.timeout(DRAIN_S):
            while True:
                behind = sum(
                    place not in target.order or max(target.order[place]) != n
                    for place, n in wanted.items()
                )
                waiting = await rows(
                    store, "SELECT what, sum(n) FROM counter WHERE minute = 0 GROUP BY what"
                )
                counts = dict(waiting)
                if not behind and not any(
                    counts.get(state.word, 0)
                    for state in (State.PENDING, State.SENDING, State.RETRYING)
                ):
                    return
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise AssertionError(f"not drained: {behind} keys are behind; {waiting}") from None


async def hold_against_truth(store: Store, source: Source, target: Target) -> str:
    """Every promise of the ledger; the figures."""
    broken, _ = await store.check()
    assert not broken, broken
    without_lease, looked_at = await store._gateway.read(lease_proof.faults)
    assert not without_lease, without_lease[:10]
    records = dict(await rows(store, "SELECT id, key FROM record"))
    deliveries = await rows(store, "SELECT id, state FROM delivery")
    unknown: Counter[int] = Counter()
    for delivery, outcome in await rows(store, "SELECT delivery_id, outcome FROM attempt"):
        unknown[delivery] += outcome == Outcome.UNKNOWN
    assert len(deliveries) == len(CONSUMERS) * len(records)
    repeats = 0
    for id_, state in deliveries:
        push = idempotency_key(store.ledger_id, id_)
        assert State(state) is State.DELIVERED, (id_, State(state))
        assert push in target.promised, f"delivery {id_} is called delivered"
        times = target.processed[push]
        assert times <= 1 + unknown[id_], f"delivery {id_}: {times} times, {unknown[id_]} unknown"
        repeats += times - 1
    for place, order in target.order.items():
        first_times = list(dict.fromkeys(order))
        assert first_times == sorted(first_times), f"{place} went out of order: {order}"
    return (
        f"{source.versions:,} versions, {len(records):,} records, {len(deliveries):,} deliveries,"
        f" {repeats:,} repeats beside {unknown.total():,} unknown attempts,"
        f" {looked_at:,} attempts and pulls under their own lease"
    )
