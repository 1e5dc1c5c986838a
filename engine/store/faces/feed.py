"""The store's method for hearing what other nodes have changed."""

from __future__ import annotations

from engine.store import feed
from engine.store.faces.base import Face
from engine.store.feed import Topic


class FeedFace(Face):
    """The change feed. It is told by the operations themselves."""

    async def told(self) -> dict[Topic, int]:
        """How often each topic was told: who finds another number than before looks anew."""
        return await self._gateway.read(feed.told)
