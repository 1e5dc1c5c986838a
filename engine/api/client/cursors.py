"""Cursors: where pull shards stand, and moving one by hand."""

from __future__ import annotations

from engine.api import wire
from engine.api.client.requests import Requests, path_of


class CursorsFace(Requests):
    """See the module and NodeClient."""

    async def cursors(self, job: str) -> tuple[wire.CursorShape, ...]:
        """The cursors of a job, by shard."""
        return (await self._get(wire.CursorsShape, path_of("jobs", job, "cursors"))).cursors

    async def preview_cursor(
        self, job: str, shard: str, value: str | None
    ) -> wire.CursorPreviewShape:
        """What moving it would mean; nothing is moved."""
        put = wire.CursorPut(shard=shard, value=value)
        path = path_of("jobs", job, "cursors", "preview")
        return await self._post(wire.CursorPreviewShape, path, put, reads=True)

    async def set_cursor(self, job: str, shard: str, value: str | None) -> None:
        """Move it; None is the document's start."""
        put = wire.CursorPut(shard=shard, value=value)
        await self._body(wire.Done, "PUT", path_of("jobs", job, "cursors"), put)
