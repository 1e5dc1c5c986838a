"""The store's methods for the nodes of a database, and for the database itself."""

from __future__ import annotations

from functools import partial

from engine.store import nodes
from engine.store.access import Access
from engine.store.faces.base import Face
from engine.store.migrate import require_fit
from engine.store.rows import (
    DatabaseFacts,
    DoingRow,
    HeldShard,
    NodeLoadRow,
    NodeRow,
    SharingFacts,
)


class NodesFace(Face):
    """Who runs, what they hold, who was drained; where the database is."""

    async def node_seen(
        self,
        name: str,
        version: str,
        url: str,
        now: int | None = None,
        load: NodeLoadRow | None = None,
        fingerprint: str = "",
    ) -> bool:
        """This node runs and does so well; whether it shall be drained.

        now: UTC ms, left out: by the database's clock. fingerprint: of its certificate.
        """
        return await self._gateway.write(
            partial(
                _seen,
                name=name,
                version=version,
                url=url,
                started_at=self._opened_at,
                seen_at=now,
                load=load,
                fingerprint=fingerprint,
            ),
            hot=True,
        )

    async def nodes(self) -> tuple[NodeRow, ...]:
        """The nodes that were ever seen and not forgotten, by name."""
        return await self._gateway.read(nodes.nodes)

    async def node_stops(self, name: str) -> None:
        """This node takes no more work: the others share out what it gives back."""
        await self._gateway.write(partial(nodes.node_stops, name=name))

    async def sharing_facts(self, live_ms: int) -> SharingFacts:
        """Who takes work and who holds what; a node not seen for ``live_ms`` takes none."""
        return await self._gateway.read(partial(nodes.sharing_facts, live_ms=live_ms))

    async def tell_doing(self, node: str, doing: str) -> None:
        """What this node does for each consumer (JSON), for whoever asks another one."""
        await self._gateway.write(partial(nodes.tell_doing, name=node, doing=doing), hot=True)

    async def doings(self) -> tuple[DoingRow, ...]:
        """What each node told last that it does, and when it was seen."""
        return await self._gateway.read(nodes.doings)

    async def held_shards(self) -> tuple[HeldShard, ...]:
        """Every shard some node holds now."""
        return await self._gateway.read(nodes.held_shards)

    async def is_drained(self, name: str) -> bool:
        """Whether that node shall take no work."""
        return await self._gateway.read(partial(nodes.is_drained, name=name))

    async def drain(self, name: str, *, by: str) -> None:
        """That node shall take no work; NotFound for one never seen."""
        await self._gateway.write(partial(nodes.drain, name=name, by=by))

    async def undrain(self, name: str, *, by: str) -> None:
        """That node may take work again."""
        await self._gateway.write(partial(nodes.undrain, name=name, by=by))

    async def forget_node(self, name: str, seen_before: int, *, by: str) -> None:
        """Take a node out of the list; Conflict when it was seen since that instant."""
        await self._gateway.write(partial(nodes.forget, name=name, seen_before=seen_before, by=by))

    async def require_place(self) -> None:
        """Unavailable when the database was taken away while it is open, or a newer version has
        changed its schema so that this program cannot use it any more.
        """

        def look(access: Access) -> None:
            self._gateway.dialect.require_place()
            require_fit(access)

        await self._gateway.read(look)

    async def database(self) -> DatabaseFacts:
        """Where the database is, how large, and what schema it has."""
        return await self._gateway.read(self._gateway.dialect.facts)


def _seen(
    access: Access,
    *,
    name: str,
    version: str,
    url: str,
    started_at: int,
    seen_at: int | None,
    load: NodeLoadRow | None,
    fingerprint: str,
) -> bool:
    now = access.now if seen_at is None else seen_at
    nodes.node_seen(access, name, version, url, started_at, now, fingerprint)
    if load is not None:
        nodes.node_load(access, name, load)
    return nodes.is_drained(access, name)
