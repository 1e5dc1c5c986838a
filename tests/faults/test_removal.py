"""Kills a real node in the middle of removing a job: the next node finishes, and nothing else goes.

What a node removes by age goes through the same blocks (``engine.store.retention``).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
from pathlib import Path

import pytest

from engine.api.client import ConnectionLost, NodeClient
from engine.demo.small_server import serve, url_of
from tests.faults.truth import TrueSource, TrueTarget, document
from tests.node_process import start_node

ROWS = 1500
"""More than one block of a removal."""


def records_left(home: Path, job: str) -> int:
    """How many records of a job the database has, deleted or not."""
    place = f"file:{home / 'jellyfish.db'}?mode=ro"
    with contextlib.closing(sqlite3.connect(place, uri=True)) as ledger:
        (count,) = ledger.execute(
            "SELECT count(*) FROM record JOIN job ON job.id = record.job_id WHERE job.name = ?",
            (job,),
        ).fetchone()
    return int(count)


async def delivered(client: NodeClient, job: str, n: int) -> None:
    async with asyncio.timeout(60):
        while True:
            for each in (await client.status()).jobs:
                if each.job == job and each.consumers[0].synced == n:
                    return
            await asyncio.sleep(0.05)


@pytest.mark.faults
@pytest.mark.timeout(180)
async def test_a_node_killed_while_it_removes_a_job_removes_all_of_it_and_nothing_else(
    tmp_path: Path,
) -> None:
    source, target = TrueSource(random.Random(5)), TrueTarget(random.Random(6))
    source.add(ROWS)
    one, two = await serve(source.answer), await serve(target.answer)
    gone = {**document(url_of(one), url_of(two)), "job": "gone"}
    stays = {**document(url_of(one), url_of(two)), "job": "stays"}
    node = await start_node(tmp_path, failpoint="retain.block:2")
    try:
        assert await node.found()
        async with node.client() as client:
            await client.apply(gone)
            await client.apply(stays)
            await delivered(client, "gone", ROWS)
            await delivered(client, "stays", ROWS)
            with contextlib.suppress(ConnectionLost):
                await client.delete_job("gone")
        assert await node.ended() == -9
        assert 0 < records_left(tmp_path, "gone") < ROWS
        node = await start_node(tmp_path)
        assert await node.found()
        async with asyncio.timeout(60):
            while records_left(tmp_path, "gone"):
                await asyncio.sleep(0.05)
        async with node.client() as client:
            check = await client.check()
            assert check.ok, check.broken
            await delivered(client, "stays", ROWS)
        assert records_left(tmp_path, "stays") == ROWS
    finally:
        node.terminate()
        await node.ended()
        one.close()
        two.close()
