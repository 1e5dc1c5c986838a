"""Shapes of the nodes of a database."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.api.wire.base import ScopeWord, Shape

NodeStateWord = Literal["working", "draining", "drained", "stopped"]


class NodeShape(Shape):
    """GET /node: who answers. ``database`` names kind and place without credentials."""

    name: str
    version: str
    started_at: int
    now: int
    database: str
    producing: bool = Field(description="False for a node without producers and consumers.")
    ledger_id: str
    state: NodeStateWord = "working"
    scope: ScopeWord = Field("admin", description="What the caller's token may do.")


class HeldOfJob(Shape):
    """How many shards of a job a node holds."""

    job: str
    pull: int = 0
    push: int = 0


class NodeRow(Shape):
    """One node of this database; ``alive`` when it was seen lately.

    url: where clients reach it. fingerprint: SHA-256 of its certificate in hex, "" without TLS.
    state: as it told itself when it was seen; stopped: it ended in order.
    drained_at, drained_by: an operator wants it idle.
    cpu: share of one core, 0-1 and more. memory: bytes. waiting: deliveries in its memory; these
    three are null for a node that never told, memory also where its system does not.
    holds: by job.
    """

    name: str
    version: str
    url: str
    fingerprint: str = ""
    started_at: int
    seen_at: int
    alive: bool
    state: NodeStateWord = "working"
    drained_at: int | None = None
    drained_by: str = ""
    cpu: float | None = None
    memory: int | None = None
    waiting: int | None = None
    pull_shards: int = 0
    push_shards: int = 0
    holds: tuple[HeldOfJob, ...] = ()


class NodesShape(Shape):
    """GET /nodes, by name."""

    nodes: tuple[NodeRow, ...]


class HeldShardShape(Shape):
    """One shard a node holds."""

    job: str
    kind: Literal["pull", "push"]
    shard: str


class HeldShardsShape(Shape):
    """GET /nodes/{name}/shards, by job, kind and shard."""

    shards: tuple[HeldShardShape, ...]


class DatabaseShape(Shape):
    """GET /database. place: without credentials. size, free: bytes; free of the
    disk it is on, null where a server does not tell.
    """

    kind: str
    place: str
    program: str
    schema_version: int
    size: int
    free: int | None
