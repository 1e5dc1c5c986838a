"""Routes about the nodes of a database and the database itself: who runs, what it holds, drain."""

from __future__ import annotations

from collections import Counter
from typing import cast

from fastapi import Request

from engine.api import wire
from engine.api.auth import principal
from engine.api.routes import ADMIN, OPERATE, READ, By, Engine, router
from engine.operations.caller import Caller
from engine.store.nodes import STOPPED
from engine.store.rows import HeldShard, NodeRow, WorkKind

routes = router("nodes")
NODE_ALIVE_MS = 15_000
"""A node that runs is seen every few seconds; see ``services.lease_times``."""


@routes.get("/node", dependencies=[READ])
async def node(engine: Engine, request: Request) -> wire.NodeShape:
    """Who answers, and what the caller may do."""
    return engine.node().model_copy(update={"scope": principal(request).scope.word})


@routes.post("/node/drain", dependencies=[OPERATE])
async def drain_this(engine: Engine, by: By) -> wire.Done:
    """This node takes no more work, finishes what is in flight, and hands its shards over."""
    return await drain(engine, engine.node().name, by)


@routes.post("/node/undrain", dependencies=[OPERATE])
async def undrain_this(engine: Engine, by: By) -> wire.Done:
    """This node takes work again."""
    return await undrain(engine, engine.node().name, by)


@routes.get("/nodes", dependencies=[READ])
async def nodes(engine: Engine) -> wire.NodesShape:
    """All nodes of this database, by name."""
    now = engine.now()
    held: dict[str, list[HeldShard]] = {}
    for one in await engine.store.held_shards():
        held.setdefault(one.node, []).append(one)
    rows = await engine.store.nodes()
    return wire.NodesShape(nodes=tuple(_row(row, held.get(row.name, []), now) for row in rows))


@routes.get("/nodes/{name}/shards", dependencies=[READ])
async def shards(engine: Engine, name: str) -> wire.HeldShardsShape:
    """What that node holds now, by job, kind and shard."""
    held = await engine.store.held_shards()
    return wire.HeldShardsShape(shards=tuple(_shard(one) for one in held if one.node == name))


@routes.post("/nodes/{name}/drain", dependencies=[OPERATE])
async def drain(engine: Engine, name: str, by: By) -> wire.Done:
    """That node takes no more work, finishes what is in flight, and hands its shards over.

    It stays so, also over a restart, until it is undrained. Another node obeys within seconds.
    """
    await engine.store.drain(name, by=by.text)
    await engine.node_changed(name)
    return wire.Done()


@routes.post("/nodes/{name}/undrain", dependencies=[OPERATE])
async def undrain(engine: Engine, name: str, by: By) -> wire.Done:
    """That node takes work again."""
    await engine.store.undrain(name, by=by.text)
    await engine.node_changed(name)
    return wire.Done()


@routes.delete("/nodes/{name}", dependencies=[ADMIN])
async def forget(engine: Engine, name: str, by: By) -> wire.Done:
    """Take a node that does not run any more out of the list."""
    await engine.store.forget_node(name, engine.now() - NODE_ALIVE_MS, by=by.text)
    return wire.Done()


@routes.get("/database", dependencies=[READ])
async def database(engine: Engine) -> wire.DatabaseShape:
    """Where the database is, its schema, its size and the free space of its disk."""
    facts = await engine.store.database()
    return wire.DatabaseShape(
        kind=facts.kind,
        place=facts.place,
        program=facts.program,
        schema_version=facts.schema,
        size=facts.size,
        free=facts.free,
    )


def _row(row: NodeRow, held: list[HeldShard], now: int) -> wire.NodeRow:
    load = row.load
    state = "working" if load is None else cast(wire.NodeStateWord, load.state)
    holds = _by_job(held)
    return wire.NodeRow(
        name=row.name,
        version=row.version,
        url=row.url,
        fingerprint=row.fingerprint,
        started_at=row.started_at,
        seen_at=row.seen_at,
        alive=state != STOPPED and now - row.seen_at < NODE_ALIVE_MS,
        state=state,
        drained_at=row.drained_at,
        drained_by=Caller.of_text(row.drained_by).name if row.drained_by else "",
        cpu=None if load is None else load.cpu_permille / 1000,
        memory=(load.memory_bytes or None) if load is not None else None,
        waiting=None if load is None else load.waiting,
        pull_shards=sum(one.pull for one in holds),
        push_shards=sum(one.push for one in holds),
        holds=holds,
    )


def _by_job(held: list[HeldShard]) -> tuple[wire.HeldOfJob, ...]:
    counts = Counter((one.job, one.kind) for one in held)
    jobs = dict.fromkeys(one.job for one in held)
    return tuple(
        wire.HeldOfJob(job=job, pull=counts[job, WorkKind.PULL], push=counts[job, WorkKind.PUSH])
        for job in jobs
    )


def _shard(held: HeldShard) -> wire.HeldShardShape:
    return wire.HeldShardShape(job=held.job, kind=held.kind.value, shard=held.shard)
