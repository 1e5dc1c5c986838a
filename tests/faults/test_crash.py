"""Kills a real node with SIGKILL, again and again, and holds its ledger against the truth.

Design.md section 5: nothing is lost, nothing is called delivered that the target did not take,
every duplicate has an ``unknown`` attempt, cursors never run ahead, counters equal a recount.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.api.client import ConnectionLost, NodeClient
from engine.api.wire import RecordQuery, RecordShape
from engine.demo.small_server import serve, url_of
from tests.faults.truth import TrueSource, TrueTarget, document
from tests.node_process import NodeProcess, start_node

POINTS = (
    "node.start",
    "node.started",
    "lease.acquired",
    "pull.before_run",
    "pull.after_page",
    "ingest.after_pull_row",
    "ingest.after_records",
    "ingest.after_deliveries",
    "ingest.after_cursor",
    "store.begin",
    "store.before_commit",
    "store.after_commit",
    "pull.after_ingest",
    "pull.after_run",
    "claim.after_update",
    "push.after_claim",
    "push.before_send",
    "push.after_answer",
    "settler.before_settle",
    "settle.after_update",
    "settle.after_attempts",
    "settler.after_settle",
    "recovery.before_block",
    "recovery.after_block",
    "backfill.before_block",
    "backfill.after_block",
    "push.released",
    "node.stopping",
    "lease.released",
    "node.stopped",
)
AT_STOP = ("push.released", "node.stopping", "lease.released", "node.stopped")
OFTEN = (
    "store.begin",
    "store.before_commit",
    "store.after_commit",
    "push.before_send",
    "push.after_answer",
    "settler.before_settle",
)
SHORT_RANDOM, LONG_RANDOM = 3, 60
DRAIN_S = 60.0


@dataclass(slots=True)
class Scene:
    """One database that many nodes after each other serve."""

    home: Path
    source: TrueSource
    target: TrueTarget
    document: dict[str, Any]

    @property
    def consumers(self) -> list[dict[str, Any]]:
        """The consumers in the document."""
        found: list[dict[str, Any]] = self.document["consumers"]
        return found


@asynccontextmanager
async def scene(home: Path, seed: int) -> AsyncIterator[Scene]:
    source, target = TrueSource(random.Random(seed)), TrueTarget(random.Random(seed + 1))
    source.add(60)
    one, two = await serve(source.answer), await serve(target.answer)
    try:
        yield Scene(home, source, target, document(url_of(one), url_of(two)))
    finally:
        one.close()
        two.close()


async def start(scene: Scene, failpoint: str = "") -> NodeProcess:
    return await start_node(scene.home, failpoint=failpoint)


async def feed(scene: Scene, node: NodeProcess) -> None:
    """Let the source trade until the node has died, at first fast, then now and then."""
    pause_s = 0.02
    while node.process.returncode is None:
        scene.source.add(1)
        scene.source.change(2)
        await asyncio.sleep(pause_s)
        pause_s = min(0.5, pause_s * 1.2)


async def die_at(scene: Scene, point: str, count: int) -> None:
    """Run a node until it kills itself at a point, bringing it to where that point is."""
    node = await start(scene, f"{point}:{count}")
    feeding = asyncio.create_task(feed(scene, node))
    try:
        if point.startswith("backfill"):
            await add_consumer(scene, node, f"late-{count}-{len(scene.consumers)}")
        elif point in AT_STOP:
            assert await node.found()
            scene.source.add(100)
            await a_pull_came(node)
            node.terminate()
        assert await died(node), f"{point} was not reached"
    finally:
        node.kill()
        await node.ended()
        await feeding


async def died(node: NodeProcess) -> bool:
    """Whether the node killed itself within the time."""
    try:
        return await node.ended() == -9
    except TimeoutError:
        return False


async def add_consumer(scene: Scene, node: NodeProcess, name: str) -> None:
    """Give the job one more consumer, which starts at the beginning."""
    if not await node.found():
        return  # it went on with the backfill of the point before, and came to this one
    scene.consumers.append({**scene.consumers[0], "name": name})
    request = dict(scene.consumers[0]["request"])
    request["url"] = request["url"].replace("/orders", f"/{name}")
    scene.consumers[-1]["request"] = request
    async with node.client() as client:
        with contextlib.suppress(ConnectionLost):
            await client.apply(scene.document)


async def a_pull_came(node: NodeProcess) -> None:
    """Wait until new records are waiting to be sent."""
    async with node.client() as client, asyncio.timeout(DRAIN_S):
        while not any(one.unsynced for one in (await client.status()).jobs[0].consumers):
            await asyncio.sleep(0.01)


async def drained(scene: Scene, client: NodeClient) -> None:
    """Wait until the ledger has every row's newest version and nothing is unsynced."""
    newest = {key: int(str(row["n"])) for key, row in scene.source.rows.items()}
    behind: list[str] = []
    try:
        async with asyncio.timeout(DRAIN_S):
            while True:
                job = (await client.status()).jobs[0]
                seen = {key: order[-1] for key, order in scene.target.order.items()}
                behind = [key for key, n in newest.items() if seen.get(key) != n]
                if not behind and all(one.unsynced == 0 for one in job.consumers):
                    return
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"not drained: {len(behind)} keys are behind; {job}") from None


async def all_records(client: NodeClient) -> list[RecordShape]:
    records: list[RecordShape] = []
    after: str | None = None
    while True:
        page = await client.records(RecordQuery(job="orders"), after, 500)
        records += [await client.record(brief.id) for brief in page.records]
        if page.next is None:
            return records
        after = page.next


async def hold_against_truth(scene: Scene, client: NodeClient) -> int:
    """Every promise of the ledger, one by one; how many records were looked at."""
    check = await client.check()
    assert check.ok, check.broken
    records = await all_records(client)
    for record in records:
        for delivery in record.deliveries:
            sent = [one for one in delivery.attempts if one.request is not None]
            ids = {dict(one.request.headers)["webhook-id"] for one in sent if one.request}
            assert len(ids) <= 1, f"{record.key} went out under several ids: {ids}"
            accepted = [one for one in delivery.attempts if one.outcome == "accepted"]
            assert delivery.state == "delivered", (record.key, delivery)
            assert len(accepted) == 1
            push = ids.pop()
            assert push in scene.target.promised, f"{record.key} is called delivered"
            unknown = sum(one.outcome == "unknown" for one in delivery.attempts)
            assert scene.target.processed[push] <= 1 + unknown, (
                f"{record.key} was processed {scene.target.processed[push]} times, "
                f"{unknown} attempts are unknown"
            )
    for key, order in scene.target.order.items():
        first_times = list(dict.fromkeys(order))
        assert first_times == sorted(first_times), f"{key} went out of order: {order}"
    return len(records)


async def cursor_is_behind_the_ledger(scene: Scene, client: NodeClient) -> None:
    """Everything the source had up to the cursor stands in the ledger, in that version or later."""
    pulls = await client.pulls("orders", limit=1)
    if not pulls.pulls or pulls.pulls[0].cursor_after is None:
        return
    cursor = int(pulls.pulls[0].cursor_after)
    stored: dict[str, int] = {}
    for record in await all_records(client):
        payload = json.loads(record.payload_text or "null")
        stored[record.key] = max(stored.get(record.key, -1), int(payload["rev"]))
    for key, row in scene.source.rows.items():
        if int(str(row["rev"])) <= cursor:
            assert stored.get(key, -1) >= int(str(row["rev"])), f"{key} was passed over"


@pytest.mark.faults
@pytest.mark.timeout(900)
async def test_a_node_killed_at_every_named_point_loses_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path, seed=1) as it:
        node = await start(it)
        assert await node.found()
        async with node.client() as client:
            await client.apply(it.document)
            await drained(it, client)
        node.kill()
        await node.ended()
        for number, point in enumerate(POINTS):
            if point.startswith("recovery"):
                await die_at(it, "push.after_answer", count=1)  # leaves something to recover
            await die_at(it, point, count=1 + number % 3 if point in OFTEN else 1)
        node = await start(it)
        try:
            assert await node.found()
            async with node.client() as client:
                await drained(it, client)
                await cursor_is_behind_the_ledger(it, client)
                looked_at = await hold_against_truth(it, client)
        finally:
            node.terminate()
            assert await node.ended() == 0
        print(
            f"\n{len(POINTS)} points, {looked_at} records,"
            f" {sum(it.target.processed.values())} pushes processed"
        )


@pytest.mark.faults
@pytest.mark.timeout(1800)
async def test_a_node_killed_at_random_moments_loses_nothing(
    tmp_path: Path, full_length: bool
) -> None:
    rng = random.Random(11)
    async with scene(tmp_path, seed=2) as it:
        node = await start(it)
        assert await node.found()
        async with node.client() as client:
            await client.apply(it.document)
        for _ in range(LONG_RANDOM if full_length else SHORT_RANDOM):
            feeding = asyncio.create_task(feed(it, node))
            await asyncio.sleep(rng.uniform(0.05, 1.5))  # the moment is the point of this test
            node.kill()
            assert await node.ended() == -9
            await feeding
            node = await start(it)
            assert await node.found()
        try:
            async with node.client() as client:
                await drained(it, client)
                await cursor_is_behind_the_ledger(it, client)
                await hold_against_truth(it, client)
        finally:
            node.terminate()
            assert await node.ended() == 0
