"""Who answers, its live numbers, and their stream."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

from engine.api import wire
from engine.api.client.errors import ConnectionLost
from engine.api.client.requests import Requests, path_of, refusal_of, shape_of

EVENTS_SILENCE_S = 20.0
"""The node sends a heartbeat every 5 s; a stream silent for longer than this is dead."""


class NodeFace(Requests):
    """See the module and NodeClient."""

    async def node(self) -> wire.NodeShape:
        """Who answers."""
        return await self._get(wire.NodeShape, "/node")

    async def nodes(self) -> tuple[wire.NodeRow, ...]:
        """All nodes of this database."""
        return (await self._get(wire.NodesShape, "/nodes")).nodes

    async def held_shards(self, name: str) -> tuple[wire.HeldShardShape, ...]:
        """The shards that node holds now."""
        path = path_of("nodes", name, "shards")
        return (await self._get(wire.HeldShardsShape, path)).shards

    async def drain_node(self, name: str) -> None:
        """That node takes no more work, finishes what is in flight, and hands its shards over."""
        await self._send("POST", path_of("nodes", name, "drain"))

    async def undrain_node(self, name: str) -> None:
        """That node takes work again."""
        await self._send("POST", path_of("nodes", name, "undrain"))

    async def forget_node(self, name: str) -> None:
        """Take a node that does not run any more out of the list."""
        await self._send("DELETE", path_of("nodes", name))

    async def database(self) -> wire.DatabaseShape:
        """Where the database is and how large."""
        return await self._get(wire.DatabaseShape, "/database")

    async def status(self) -> wire.StatusShape:
        """Every job's and consumer's numbers."""
        return await self._get(wire.StatusShape, "/status")

    async def series(
        self, window_s: float, job: str | None = None, consumer: str | None = None
    ) -> wire.SeriesShape:
        """The graphs of the last ``window_s`` seconds, of all, a job, or one of its consumers."""
        asked = {"window_s": window_s, "job": job, "consumer": consumer}
        return await self._get(wire.SeriesShape, "/series", asked)

    async def events(self) -> AsyncIterator[wire.StatusShape]:
        """The status at once, then whenever it changed (about twice a second at most).

        Ends only with ApiError or ConnectionLost; call again to connect again.
        """
        timeout = httpx.Timeout(self._http.timeout.connect, read=EVENTS_SILENCE_S)
        try:
            async with self._http.stream("GET", "/events", timeout=timeout) as answer:
                if answer.status_code != httpx.codes.OK:
                    await answer.aread()
                    raise refusal_of(answer)
                async for line in answer.aiter_lines():
                    if line.startswith("data:"):
                        yield shape_of(wire.StatusShape, line[5:], self.url)
        except httpx.HTTPError as error:
            raise self._lost(error) from None
        raise ConnectionLost(
            f"The node at {self.url} closed the connection.", "It may be stopping; try again."
        )
