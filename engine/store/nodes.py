"""Which engines run on this database: when they were seen, what they hold, who was drained.

Nodes know of each other only through these rows. Not for taking shards: ``leases``.
"""

from __future__ import annotations

import json

from engine.core.errors import Conflict, NotFound
from engine.store import feed, leases
from engine.store.access import Access
from engine.store.feed import Topic
from engine.store.models import DrainedNode, Job, Lease, Node, NodeLoad
from engine.store.rows import DoingRow, HeldShard, NodeLoadRow, NodeRow, SharingFacts, WorkKind
from engine.store.vault import audit

WORKING = "working"
"""What the state of a node that takes work is told as; see ``services.supervisor``."""
STOPPED = "stopped"


def node_seen(
    access: Access,
    name: str,
    version: str,
    url: str,
    started_at: int,
    seen_at: int,
    fingerprint: str = "",
) -> None:
    """A node runs now. fingerprint: of the certificate it proves itself with at ``url``, or ""."""
    access.run(
        "INSERT INTO node (name, version, url, started_at, seen_at, fingerprint)"
        " VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET version = excluded.version, url = excluded.url,"
        " started_at = excluded.started_at, seen_at = excluded.seen_at,"
        " fingerprint = excluded.fingerprint",
        (name, version, url, started_at, seen_at, fingerprint),
    )


def node_load(access: Access, name: str, load: NodeLoadRow) -> None:
    """How a node does now. Who shares what follows from its state and what it cannot run."""
    unable = json.dumps(load.unable)
    before = access.row("SELECT state, unable FROM node_load WHERE name = ?", (name,))
    if before != (load.state, unable):
        feed.tell(access, Topic.LEASES)
    access.run(
        "INSERT INTO node_load (name, state, cpu_permille, memory_bytes, waiting, unable)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET state = excluded.state,"
        " cpu_permille = excluded.cpu_permille, memory_bytes = excluded.memory_bytes,"
        " waiting = excluded.waiting, unable = excluded.unable",
        (name, load.state, load.cpu_permille, load.memory_bytes, load.waiting, unable),
    )


def tell_doing(access: Access, name: str, doing: str) -> None:
    """What a node does for each consumer; nothing of one that was not seen yet."""
    access.run("UPDATE node_load SET doing = ? WHERE name = ?", (doing, name))


def doings(access: Access) -> tuple[DoingRow, ...]:
    """What each node told last that it does, and when it was seen."""
    query = Node.select(Node.name, Node.seen_at, NodeLoad.doing).join(
        NodeLoad, on=NodeLoad.name == Node.name
    )
    return tuple(DoingRow(*row) for row in access.ask(query))


def nodes(access: Access) -> tuple[NodeRow, ...]:
    """The nodes that were ever seen and not forgotten, by name."""
    query = (
        Node.select(
            Node.name,
            Node.version,
            Node.url,
            Node.started_at,
            Node.seen_at,
            NodeLoad.state,
            NodeLoad.cpu_permille,
            NodeLoad.memory_bytes,
            NodeLoad.waiting,
            DrainedNode.at,
            DrainedNode.by,
            Node.fingerprint,
        )
        .left_outer_join(NodeLoad, on=NodeLoad.name == Node.name)
        .left_outer_join(DrainedNode, on=DrainedNode.name == Node.name)
        .order_by(Node.name)
    )
    return tuple(_node(row) for row in access.ask(query))


def sharing_facts(access: Access, live_ms: int) -> SharingFacts:
    """Who takes work and who holds what. live_ms: a node not seen for longer takes none."""
    now = access.now
    query = (
        Node.select(Node.name, NodeLoad.unable)
        .join(NodeLoad, on=NodeLoad.name == Node.name)
        .left_outer_join(DrainedNode, on=DrainedNode.name == Node.name)
        .where(
            (Node.seen_at > now - live_ms)
            & (NodeLoad.state == WORKING)
            & DrainedNode.name.is_null()
        )
    )
    told = sorted((name, unable) for name, unable in access.ask(query))
    nodes = {name: frozenset(json.loads(unable or "[]")) for name, unable in told}
    return SharingFacts(now, nodes, leases.holders(access, now))


def node_stops(access: Access, name: str) -> None:
    """A node takes no more work and gives back what it holds; it says so until it starts again."""
    access.tell(NodeLoad.update(state=STOPPED).where(NodeLoad.name == name))
    feed.tell(access, Topic.LEASES)


def held_shards(access: Access) -> tuple[HeldShard, ...]:
    """Every shard some node holds now, by job, kind and shard."""
    query = (
        Lease.select(Job.name, Lease.kind, Lease.shard, Lease.owner)
        .join(Job, on=Job.id == Lease.job_id)
        .where((Lease.owner != "") & (Lease.expires_at > access.now))
        .order_by(Job.name, Lease.kind, Lease.shard)
    )
    return tuple(
        HeldShard(job, WorkKind(kind), shard, owner.rpartition("#")[0])
        for job, kind, shard, owner in access.ask(query)
    )


def is_drained(access: Access, name: str) -> bool:
    """Whether an operator wants that node to take no work."""
    query = DrainedNode.select(DrainedNode.name).where(DrainedNode.name == name)
    return access.ask_one(query) is not None


def drain(access: Access, name: str, *, by: str) -> None:
    """That node shall take no work until ``undrain``; NotFound for one never seen."""
    _require(access, name)
    if not is_drained(access, name):
        access.tell(DrainedNode.insert(name=name, at=access.now, by=by))
        feed.tell(access, Topic.NODES)
        audit(access, by, "drain node", name, "")


def undrain(access: Access, name: str, *, by: str) -> None:
    """That node may take work again."""
    _require(access, name)
    if access.tell(DrainedNode.delete().where(DrainedNode.name == name)):
        feed.tell(access, Topic.NODES)
        audit(access, by, "undrain node", name, "")


def forget(access: Access, name: str, seen_before: int, *, by: str) -> None:
    """Take a node out of the list; Conflict when it was seen since that instant."""
    row = access.row(
        "SELECT n.seen_at, l.state FROM node AS n LEFT JOIN node_load AS l ON l.name = n.name"
        " WHERE n.name = ?",
        (name,),
    )
    if row is None:
        raise NotFound(f'There is no node "{name}".', hint="The list of nodes has their names.")
    if row[0] >= seen_before and row[1] != STOPPED:
        raise Conflict(f'The node "{name}" runs.', hint="Stop it first; only then forget it.")
    for table in (NodeLoad, DrainedNode, Node):
        access.tell(table.delete().where(table.name == name))
    audit(access, by, "forget node", name, "")


def _require(access: Access, name: str) -> None:
    if access.ask_one(Node.select(Node.name).where(Node.name == name)) is None:
        raise NotFound(f'There is no node "{name}".', hint="The list of nodes has their names.")


def _node(row: tuple[object, ...]) -> NodeRow:
    name, version, url, started_at, seen_at, state, cpu, memory, waiting, at, by, pin = row
    load = None if state is None else NodeLoadRow(state, cpu, memory, waiting)  # type: ignore[arg-type]  # a row of the database is untyped
    return NodeRow(name, version, url, started_at, seen_at, load, at, by or "", pin)  # type: ignore[arg-type]  # a row of the database is untyped
