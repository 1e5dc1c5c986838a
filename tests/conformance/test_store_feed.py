"""What nodes tell each other: every change that others must see raises its topic's number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from engine.core.errors import Conflict, NotFound
from engine.store.feed import Topic
from engine.store.operation_rows import Kind, NewOperation
from engine.store.rows import RecordFilter
from engine.store.store import Store
from tests.conformance.store_world import World, incoming


async def told_by(store: Store, work: Callable[[], Awaitable[object]]) -> set[Topic]:
    """The topics whose numbers rose; none may ever fall."""
    before = await store.told()
    await work()
    after = await store.told()
    assert all(after[topic] >= n for topic, n in before.items())
    return {topic for topic, n in after.items() if n > before.get(topic, 0)}


async def test_what_is_changed_about_jobs_is_told(world: World) -> None:
    store, job = world.store, world.job
    erp = job.consumers[0].id

    async def save() -> None:
        await store.save_job(
            job.name, "{}", push_shards=1, pull_shards=["all"], consumers=[], by="ana"
        )

    for change in (
        lambda: store.set_paused(job.id, True, by="ana", until=world.clock.at + 5),
        lambda: store.set_paused(job.id, True, consumer_id=erp, by="ana"),
        lambda: store.secret_put("key", b"n", b"s", by="ana"),
        lambda: store.secret_put("ops", b"n", b"s", by="ana", use="channel"),
        lambda: store.secret_delete("key", by="ana"),
        save,
        lambda: store.delete_job(job.id, by="ana"),
    ):
        assert await told_by(store, change) == {Topic.JOBS}


async def test_a_pause_that_ends_by_itself_is_told_once(world: World) -> None:
    await world.store.set_paused(world.job.id, True, by="ana", until=world.clock.at + 5)
    world.clock.forward(5)
    assert await told_by(world.store, world.store.end_pauses) == {Topic.JOBS}
    assert await told_by(world.store, world.store.end_pauses) == set()


async def test_operations_pulls_nodes_and_tokens_are_told(world: World) -> None:
    store = world.store
    await world.ingest(incoming("A"))
    await world.accept(*await world.claim())
    await store.node_seen("one", "1", "", world.clock.at)
    token = await store.token_add("ana", b"h" * 32, "read", None, by="ana")
    new = NewOperation(Kind.RESEND, "{}", "ana", wanted=RecordFilter(), total=1, per_s=None)
    begun = await store.begin_operation(new)

    async def begin() -> None:
        await store.steer_operation(begun.id, "cancel", by="ana")
        await store.begin_operation(new)

    for change, topic in (
        (begin, Topic.OPERATIONS),
        (lambda: store.set_cursor(world.job.id, "all", "7", by="ana"), Topic.PULLS),
        (lambda: store.pull_now(world.job.id), Topic.PULLS),
        (lambda: store.drain("one", by="ana"), Topic.NODES),
        (lambda: store.undrain("one", by="ana"), Topic.NODES),
        (lambda: store.token_revoke(token, by="ana"), Topic.TOKENS),
    ):
        assert await told_by(store, change) == {topic}


async def test_the_traffic_tells_nothing(world: World) -> None:
    async def traffic() -> None:
        await world.ingest(incoming("A"), incoming("B"))
        await world.accept(*await world.claim())
        await world.store.node_seen("one", "1", "", world.clock.at)

    assert await told_by(world.store, traffic) == set()


async def test_what_is_refused_tells_nothing(world: World) -> None:
    store = world.store

    async def refused() -> None:
        with pytest.raises(NotFound):
            await store.drain("nobody", by="ana")
        with pytest.raises(NotFound):
            await store.set_paused(world.job.id, True, consumer_id=999, by="ana")
        with pytest.raises(Conflict):
            await store.save_job(
                world.job.name,
                "{}",
                push_shards=1,
                pull_shards=["all"],
                consumers=[],
                by="ana",
                expected_revision=99,
            )

    assert await told_by(store, refused) == set()


async def test_a_pull_is_due_now_and_whether_some_node_does_it_is_known(world: World) -> None:
    store, at = world.store, world.clock.at
    await world.fail()
    assert (await store.cursor(world.job.id, "all")).due_at > at
    assert await store.pull_now(world.job.id)
    assert (await store.cursor(world.job.id, "all")).due_at == at
    await store.release([world.pull])
    assert not await store.pull_now(world.job.id)
