"""Maintenance windows: a pause with an end and a reason, which ends by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.api.client import ApiError
from engine.config import Home
from engine.node.engine import NodeSettings, now_ms, open_engine
from engine.operations import jobs
from engine.operations.jobs import Window
from tests.integration.api_node import ApiNode, api_node, document
from tests.integration.flow import TESTER, flow
from tests.integration.flow_api import api


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as running:
        yield running


async def test_a_paused_consumer_says_until_when_and_why_and_resumes_by_itself(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        await line.apply(line.document())
        until = now_ms() + 2_500
        await client.pause("orders", "erp", until, "ERP is upgraded")
        line.source.put("A")
        await line.until_counts(pending=1)

        async def told() -> bool:
            (job,) = (await client.status()).jobs
            (one,) = job.consumers
            return (one.paused, one.paused_until, one.pause_reason) == (
                True,
                until,
                "ERP is upgraded",
            )

        await line.until(told, "the status tells the window")
        assert line.target.pushes == []

        await line.until_counts(delivered=1)

        assert now_ms() >= until
        (job,) = (await client.status()).jobs
        assert (job.consumers[0].paused, job.consumers[0].paused_until) == (False, None)
        entries = (await client.audit(target="orders/erp")).entries
        assert [(entry.what, entry.by) for entry in entries] == [
            ("resume consumer", "node test"),
            ("pause consumer", "ana"),
        ]
        assert entries[0].detail == "Its maintenance window ended."
        assert entries[1].detail.endswith("UTC, ERP is upgraded")
        assert entries[1].where == "127.0.0.1"


async def test_a_job_resumes_by_itself_when_the_node_was_down_at_the_time(tmp_path: Path) -> None:
    async with api_node(tmp_path) as node:
        await node.owner.apply(document())
        until = now_ms() + 300
        await node.owner.pause("orders", None, until, "night")
        job = await node.owner.job("orders")
        assert (job.paused, job.paused_until, job.pause_reason) == (True, until, "night")
    while now_ms() < until:
        await asyncio.sleep(0.05)

    home = Home(tmp_path)
    async with open_engine(NodeSettings("n1", home.database_url, home, producing=True)) as engine:
        row = await engine.store.job("orders")
        assert (row.paused, row.paused_until, row.pause_reason) == (False, None, "")


async def test_a_window_of_a_job_leaves_a_pause_without_an_end_alone(tmp_path: Path) -> None:
    async with api_node(tmp_path) as node:
        await node.owner.apply(document())
        store = node.engine.store
        await node.owner.pause("orders", "erp")
        window = Window(now_ms() + 1, "short")
        await jobs.pause_for(store, "orders", window, TESTER, consumer=None, now=now_ms())
        while now_ms() <= (window.until or 0):
            await asyncio.sleep(0.01)

        assert await jobs.end_windows(store, await store.jobs(), now_ms())

        row = await store.job("orders")
        assert (row.paused, row.consumers[0].paused) == (False, True)
        assert not await jobs.end_windows(store, await store.jobs(), now_ms())


async def test_resuming_by_hand_ends_the_window_and_pausing_again_replaces_it(
    node: ApiNode,
) -> None:
    await node.owner.apply(document())
    await node.owner.pause("orders", None, node.engine.now() + 60_000, "first")
    await node.owner.pause("orders", None, None, "second")
    job = await node.owner.job("orders")
    assert (job.paused_until, job.pause_reason) == (None, "second")

    await node.owner.resume("orders")

    job = await node.owner.job("orders")
    assert (job.paused, job.paused_until, job.pause_reason) == (False, None, "")


async def test_a_window_that_is_over_already_is_refused(node: ApiNode) -> None:
    await node.owner.apply(document())
    with pytest.raises(ApiError, match="lies in the past") as caught:
        await node.owner.pause("orders", None, node.engine.now() - 1)
    assert caught.value.path == "until"
    assert not (await node.owner.job("orders")).paused
