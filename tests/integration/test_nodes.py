"""The nodes of a database at the API: how they do, what they hold, and draining one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.api.client import ApiError, NodeClient
from engine.api.server import ApiServer, Listen, build_app
from engine.api.wire import NodeRow
from engine.demo.small_server import Reply
from engine.operations.tokens import Scope
from tests.integration.api_node import TESTER, ApiNode, api_node, document
from tests.integration.flow import OK, Flow, Push, flow
from tests.node_process import running_node


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Flow]:
    async with flow(tmp_path) as made:
        await made.engine.seen("http://127.0.0.1:1")
        yield made


@pytest.fixture
async def client(line: Flow) -> AsyncIterator[NodeClient]:
    server = ApiServer(build_app(line.engine), Listen("127.0.0.1", 0))
    url = await server.start()
    made = await line.engine.tokens.make("op", Scope.OPERATE, None, TESTER)
    try:
        async with NodeClient(url, made.text) as opened:
            yield opened
    finally:
        await server.stop()


async def this(client: NodeClient) -> NodeRow:
    (row,) = await client.nodes()
    return row


async def test_a_node_tells_its_load_and_what_it_holds(line: Flow, client: NodeClient) -> None:
    await line.apply(line.document())
    await line.until_asked(2)
    await line.engine.seen("http://127.0.0.1:1")

    row = await this(client)
    assert (row.name, row.alive, row.state) == ("test", True, "working")
    assert (row.pull_shards, row.push_shards) == (1, 2)
    assert row.cpu is not None
    assert row.cpu > 0
    assert row.memory is not None
    assert row.memory > 10_000_000
    assert row.waiting == 0
    held = await client.held_shards("test")
    assert [(one.job, one.kind, one.shard) for one in held] == [
        ("orders", "pull", "all"),
        ("orders", "push", "0"),
        ("orders", "push", "1"),
    ]
    assert await client.held_shards("another") == ()
    node = await client.node()
    assert (node.state, node.scope) == ("working", "operate")


async def test_a_drained_node_finishes_what_is_in_flight_and_takes_nothing_more(
    line: Flow, client: NodeClient
) -> None:
    under_way, go_on = asyncio.Event(), asyncio.Event()

    async def slow(push: Push) -> Reply:
        under_way.set()
        await go_on.wait()
        return OK

    line.target.answers = slow
    line.source.put("A1")
    await line.apply(line.document())
    await under_way.wait()

    draining = asyncio.create_task(client.drain_node("test"))
    await line.until(lambda: line.engine.node().state == "draining", "it drains")
    go_on.set()
    await draining
    await line.until(lambda: line.engine.node().state == "drained", "it is drained")

    await line.until_counts(delivered=1, unsynced=0)
    _, attempts = await line.delivery("A1")
    assert [attempt.outcome.name for attempt in attempts] == ["ACCEPTED"]
    assert await client.held_shards("test") == ()
    asked = len(line.source.asked)
    row = await this(client)
    assert (row.drained_by, row.pull_shards, row.push_shards) == ("op", 0, 0)
    (job,) = (await client.status()).jobs
    assert job.consumers[0].happening == "This node is drained: it takes no work."

    line.source.put("A2")
    await line.apply(line.document(job="second"))
    await line.engine.seen("http://127.0.0.1:1")
    assert len(line.source.asked) == asked
    assert await client.held_shards("test") == ()

    await client.undrain_node("test")
    await line.until_counts(delivered=2)
    assert (await this(client)).drained_at is None


async def test_a_node_obeys_what_was_asked_for_at_another_one(line: Flow) -> None:
    await line.apply(line.document())
    await line.until_asked(1)
    await line.engine.store.drain("test", by="anna")
    await line.engine.seen("http://127.0.0.1:1")
    await line.until(lambda: line.engine.node().state == "drained", "it obeys")


async def test_a_drained_node_stays_so_over_a_restart(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node, node.client() as client:
        await seen(client)
        await client.drain_node("test")
    async with running_node(tmp_path) as node, node.client() as client:
        assert (await client.node()).state == "drained"
        await client.undrain_node("test")
        assert (await client.node()).state == "working"


async def seen(client: NodeClient) -> None:
    async with asyncio.timeout(10):
        while not await client.nodes():
            await asyncio.sleep(0.02)


async def test_a_node_that_is_gone_is_forgotten_and_one_that_runs_is_not(tmp_path: Path) -> None:
    async with api_node(tmp_path) as node:
        store, now = node.engine.store, node.engine.now()
        await store.node_seen("old", "0.1", "http://127.0.0.1:1", now - 60_000)
        await store.node_seen("new", "0.1", "http://127.0.0.1:2", now)
        await node.owner.forget_node("old")
        with pytest.raises(ApiError, match='The node "new" runs'):
            await node.owner.forget_node("new")
        assert [row.name for row in await node.owner.nodes()] == ["new"]
        with pytest.raises(ApiError, match='no node "old"'):
            await node.owner.drain_node("old")


@pytest.fixture
async def idle(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as made:
        yield made


async def test_draining_needs_more_than_reading(idle: ApiNode) -> None:
    await idle.engine.store.node_seen("test", "0.1", "http://127.0.0.1:1", idle.engine.now())
    client = await idle.client_with(Scope.READ)
    async with client:
        assert (await client.node()).scope == "read"
        with pytest.raises(ApiError) as refused:
            await client.drain_node("test")
    assert refused.value.status == 403
    await idle.owner.drain_node("test")
    (entry, *_) = (await idle.owner.audit()).entries
    assert (entry.what, entry.target) == ("drain node", "test")


async def test_the_database_tells_where_it_is_and_how_large(idle: ApiNode, tmp_path: Path) -> None:
    database = await idle.owner.database()
    assert database.kind == "sqlite"
    assert database.place.startswith(str(tmp_path))
    assert database.program.startswith("SQLite 3.")
    assert database.size > 50_000
    assert database.free is not None
    assert database.free > database.size
    assert database.schema_version >= 1


async def test_a_secret_tells_which_jobs_use_it(idle: ApiNode) -> None:
    for name in ("shop-token", "spare"):
        await idle.owner.set_secret(name, "x")
    auth = {"kind": "bearer", "token": {"secret": "shop-token"}}
    for job in ("orders", "returns"):
        one = document(job)
        one["producer"]["request"]["auth"] = auth
        await idle.owner.apply(one)
    assert [(one.name, one.used_by) for one in await idle.owner.secrets()] == [
        ("shop-token", ("orders", "returns")),
        ("spare", ()),
    ]
