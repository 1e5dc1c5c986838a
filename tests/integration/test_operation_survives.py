"""An operation of a real node that is killed: the next one goes on exactly where it stopped."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from engine.api.client import NodeClient
from engine.api.wire import OperationRequest, RecordQuery
from engine.demo.small_server import Call, Reply, serve, url_of
from tests.node_process import WAIT_S, NodeProcess, start_node

RECORDS = 400


async def settled(client: NodeClient, **numbers: int) -> None:
    """Wait until the consumer's numbers are these."""
    async with asyncio.timeout(WAIT_S):
        while True:
            status = await client.status()
            found = [one for job in status.jobs for one in job.consumers]
            if found and all(getattr(found[0], name) == n for name, n in numbers.items()):
                return
            await asyncio.sleep(0.05)


async def started(home: Path, failpoint: str = "") -> NodeProcess:
    node = await start_node(home, failpoint=failpoint)
    assert await node.found()
    return node


@pytest.mark.faults
@pytest.mark.timeout(150)
@pytest.mark.parametrize("point", ["operation.before_block:4", "operation.after_block:3", ""])
async def test_a_killed_node_neither_leaves_out_nor_doubles(tmp_path: Path, point: str) -> None:
    refusing = True
    got: Counter[str] = Counter()

    async def target(call: Call) -> Reply:
        if not refusing:
            got[call.headers["webhook-id"]] += 1
        return Reply({}, 422 if refusing else 200)

    async def source(call: Call) -> Reply:
        return Reply([{"id": n} for n in range(RECORDS)])

    there, here = await serve(target), await serve(source)
    document = {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "mode": "full",
            "schedule": {"every": "1h"},
            "request": {"url": url_of(here)},
        },
        "ledger": {"key": "record.id"},
        "consumers": [{"name": "erp", "request": {"url": url_of(there)}}],
    }
    node = await started(tmp_path, point)
    try:
        async with node.client() as client:
            await client.apply(document)
            await settled(client, failed=RECORDS)
            refusing = False
            query = RecordQuery(job="orders", states=("dead",))
            begun = await client.start_operation(
                OperationRequest(kind="resend", query=query, per_s=100)
            )
            if not point:
                async with asyncio.timeout(WAIT_S):
                    while (await client.operation(begun.id)).done < RECORDS // 4:
                        await asyncio.sleep(0.02)
                node.kill()
        assert await node.ended() == -9

        node = await started(tmp_path)
        async with node.client() as client:
            async with asyncio.timeout(WAIT_S):
                while (found := await client.operation(begun.id)).state != "done":
                    await asyncio.sleep(0.05)
            await settled(client, synced=RECORDS, failed=0, unsynced=0)
            assert (found.total, found.done, found.moved, found.refused) == (
                RECORDS,
                RECORDS,
                RECORDS,
                0,
            )
            page = await client.records(RecordQuery(job="orders"), limit=500)
            assert {one.deliveries[0].cycle for one in page.records} == {2}
            assert len(got) == RECORDS
            assert (await client.check()).ok
    finally:
        node.terminate()
        await node.ended()
        there.close()
        here.close()
