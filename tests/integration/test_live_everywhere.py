"""What is changed through one node takes effect on the others within two seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from engine.api.client import ApiError, NodeClient
from engine.api.wire import OperationRequest, StatusShape
from engine.demo.small_server import Call, Reply
from engine.operations.tokens import Scope
from tests.integration.cluster import WITHIN_S, Cluster, cluster
from tests.integration.flow import TESTER


@pytest.fixture
async def two(tmp_path: Path, database_url: str) -> AsyncIterator[Cluster]:
    async with cluster(tmp_path, database_url) as made:
        yield made


async def test_a_job_saved_through_one_node_runs_on_another(two: Cluster) -> None:
    two.source.put("A1")
    await two.west.client.apply(two.document())
    await two.until(lambda: bool(two.target.pushes), "it is delivered", WITHIN_S)

    await two.west.client.apply(two.document(two.consumer("crm")))
    two.source.put("A2")
    await two.until(lambda: bool(two.target.to("/crm")), "the saved change counts", WITHIN_S)


async def test_a_job_paused_through_one_node_stops_on_another(two: Cluster) -> None:
    await two.west.client.apply(two.document())
    await two.until_asked(2)
    await two.west.client.pause("orders")
    await until_quiet(two)

    await two.west.client.resume("orders")
    await two.until_asked()


async def test_a_job_deleted_through_one_node_stops_on_another(two: Cluster) -> None:
    await two.west.client.apply(two.document())
    await two.until_asked(2)
    await two.west.client.delete_job("orders")
    await until_quiet(two)


async def test_a_secret_set_through_one_node_is_used_by_another(two: Cluster) -> None:
    await two.west.client.set_secret("key", "old")
    auth = {"kind": "bearer", "token": {"secret": "key"}}
    two.source.put("A1")
    await two.west.client.apply(two.document(two.consumer(request={"auth": auth})))
    await two.until(lambda: bool(two.target.pushes), "it is delivered")
    assert two.target.pushes[0].headers["authorization"] == "Bearer old"

    await two.west.client.set_secret("key", "new")
    began_s = time.monotonic()
    while two.target.pushes[-1].headers["authorization"] != "Bearer new":
        assert time.monotonic() - began_s < WITHIN_S
        two.source.put("A1")
        await two.until_asked()


async def test_a_pull_asked_for_at_one_node_is_done_by_another(two: Cluster) -> None:
    slow = {"schedule": {"every": "1h"}}
    await two.west.client.apply(two.document(producer=slow))
    await two.until_asked()
    await two.until(lambda: next_pull(two), "the next pull is far away")
    two.source.put("A1")
    await two.west.client.run("orders")
    await two.until(lambda: bool(two.target.pushes), "it is pulled now", WITHIN_S)


async def next_pull(two: Cluster) -> bool:
    """Whether the run is over and the next one is due in an hour."""
    row = await two.engine.store.job("orders")
    (cursor,) = await two.engine.store.cursors(row.id)
    return cursor.due_at > two.engine.now()


async def test_a_node_drained_through_another_gives_its_shards_back(two: Cluster) -> None:
    await two.west.client.apply(two.document())
    await two.until_asked(2)
    await two.west.client.drain_node("east")
    await two.until(lambda: two.east.engine.node().state == "drained", "it obeys", WITHIN_S)
    assert await two.west.client.held_shards("east") == ()

    await two.west.client.undrain_node("east")
    await two.until_asked()


async def test_an_operation_steered_through_one_node_changes_course_on_another(
    two: Cluster,
) -> None:
    asked = asyncio.Event()

    async def never() -> Reply:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    def answer(call: Call) -> object:
        return never() if call.query["since"] == "-1" else None  # what a re-pull asks first

    await two.west.client.apply(two.document())
    await two.until_asked(1)
    two.source.answers = answer  # type: ignore[assignment]  # an awaitable that never ends
    begun = await two.west.client.start_operation(
        OperationRequest(kind="repull", job="orders", since="0", until="5")
    )
    await asyncio.wait_for(asked.wait(), WITHIN_S)
    asked.clear()

    await two.west.client.pause_operation(begun.id)
    await two.west.client.resume_operation(begun.id)
    await asyncio.wait_for(asked.wait(), WITHIN_S)

    await two.west.client.cancel_operation(begun.id)
    two.source.answers = lambda call: None


async def test_a_token_revoked_through_one_node_opens_nothing_at_another(two: Cluster) -> None:
    made = await two.west.engine.tokens.make("bob", Scope.READ, None, TESTER)
    async with NodeClient(two.east.url, made.text) as bob:
        events = bob.events()
        await anext(events)
        watching = asyncio.ensure_future(until_the_end(events))
        await two.west.client.revoke_token(made.id)
        began_s = time.monotonic()
        with pytest.raises(ApiError, match="No valid token"):
            await bob.status()
        await asyncio.wait([watching], timeout=WITHIN_S)
        assert watching.done()
        assert time.monotonic() - began_s < WITHIN_S


async def until_the_end(events: AsyncIterator[StatusShape]) -> None:
    """Hear all that comes, until the node ends it."""
    try:
        async for _ in events:
            pass
    except (ApiError, OSError):
        return


async def test_who_watches_one_node_is_told_what_was_changed_through_another(
    two: Cluster,
) -> None:
    await two.west.client.apply(two.document())
    await two.until_asked(2)
    async with aclosing(two.east.client.events()) as events:  # type: ignore[type-var]  # a generator
        await anext(events)
        await two.west.client.pause("orders", reason="the ERP is updated")
        began_s = time.monotonic()
        async with asyncio.timeout(WITHIN_S):
            async for status in events:
                if status.jobs[0].pause_reason == "the ERP is updated":
                    break
        assert time.monotonic() - began_s < WITHIN_S


async def until_quiet(two: Cluster) -> None:
    """Wait until the source, asked ten times a second until now, is asked no more."""
    last, since_s = -1, time.monotonic()
    began_s = since_s
    while time.monotonic() - since_s < WITHIN_S / 4:
        if len(two.source.asked) != last:
            last, since_s = len(two.source.asked), time.monotonic()
        assert time.monotonic() - began_s < WITHIN_S + WITHIN_S / 4, "it is still asked"
        await asyncio.sleep(0.01)
