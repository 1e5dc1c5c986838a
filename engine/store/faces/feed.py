"""The store's methods for hearing what other nodes have changed."""

from __future__ import annotations

from collections.abc import Callable

from engine.store import feed
from engine.store.faces.base import Face
from engine.store.feed import Topic


class FeedFace(Face):
    """The change feed. It is told by the operations themselves."""

    async def told(self) -> dict[Topic, int]:
        """How often each topic was told: who finds another number than before looks anew."""
        return await self._gateway.read(feed.told)

    async def listen(self, look: Callable[[], None], to_send: Callable[[int], None]) -> None:
        """From now on hear at once, where the database can notify: ``look`` when something was
        told, and ``to_send`` with a job's id when it has something to send. Until it is closed.
        """

        def heard(what: str) -> None:
            job_id = feed.job_to_send(what)
            if job_id is None:
                look()
            else:
                to_send(job_id)

        await self._gateway.listen(heard)
