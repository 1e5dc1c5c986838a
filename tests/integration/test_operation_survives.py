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


@pytest.mark.faults
@pytest.mark.timeout(150)
@pytest.mark.parametrize("point", ["repull.after_page:4", "repull.after_commit:3"])
async def test_a_killed_node_goes_on_with_its_repull(tmp_path: Path, point: str) -> None:
    changed = False
    count, size = 120, 10

    async def target(call: Call) -> Reply:
        return Reply({})

    async def source(call: Call) -> Reply:
        first = int(call.query["since"] or 0)
        rows = [{"id": n, "rev": n, "changed": changed} for n in range(1, count + 1) if n >= first]
        page = int(call.query["page"])
        return Reply(rows[(page - 1) * size : page * size])

    there, here = await serve(target), await serve(source)
    document = {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "1h"},
            "request": {
                "url": url_of(here),
                "query": {"since": "${cursor}", "page": "${page}"},
            },
            "paging": {"kind": "page", "start": 1, "size": size},
            "cursor": {"value": "record.rev", "type": "number", "start": 0},
        },
        "ledger": {"key": "record.id"},
        "consumers": [{"name": "erp", "request": {"url": url_of(there)}}],
    }
    node = await started(tmp_path, point)
    try:
        async with node.client() as client:
            await client.apply(document)
            await settled(client, synced=count)
            (live,) = await client.cursors("orders")
            changed = True
            begun = await client.start_operation(
                OperationRequest(kind="repull", job="orders", since="11", until="100")
            )
        assert await node.ended() == -9

        node = await started(tmp_path)
        async with node.client() as client:
            async with asyncio.timeout(WAIT_S):
                while (found := await client.operation(begun.id)).state != "done":
                    await asyncio.sleep(0.05)
            await settled(client, synced=count + 90, unsynced=0)
            assert found.moved == 90
            (after,) = await client.cursors("orders")
            assert (after.value, live.value) == ("120", "120")
            page = await client.records(RecordQuery(job="orders"), limit=500)
            versions = Counter(int(one.key) for one in page.records)
            assert {key for key, n in versions.items() if n == 2} == set(range(11, 101))
            assert (await client.check()).ok
    finally:
        node.terminate()
        await node.ended()
        there.close()
        here.close()
