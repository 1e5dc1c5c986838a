"""Hears what was changed through any node of the database, and has it done here.

A look at the feed's few numbers every ``POLL_S`` finds every change, however it was made; ``look``
makes the next one come at once. Each topic is obeyed on its own, so that one which waits (for
sends in flight, say) holds up no other; what could not be obeyed is obeyed at the next look.
Not for telling: that is done with the change itself (``store.feed``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from engine.core.errors import OperatorError
from engine.services.loop import Bell, Loop
from engine.store.feed import Topic

log = logging.getLogger(__name__)

POLL_S = 0.5

Obey = Callable[[], Awaitable[None]]


class FeedStore(Protocol):
    """What hearing needs of the store."""

    async def told(self) -> dict[Topic, int]: ...


class Hearing:
    """Calls what is to be done about each topic. heard: called after each that was obeyed."""

    def __init__(
        self,
        store: FeedStore,
        obey: Mapping[Topic, Obey],
        *,
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._obey = obey
        self._tell = heard
        self._known: dict[Topic, int] = {}
        self._obeying: dict[Topic, asyncio.Task[None]] = {}
        self._bell = Bell()
        self._loop = Loop("hearing", self._run)

    async def begin(self) -> None:
        """Take what was told until now for heard: what is read after this is no older."""
        self._known = await self._store.told()

    def start(self) -> None:
        """Start looking."""
        self._loop.start()

    async def stop(self) -> None:
        """Look no more; what is being done about a topic is broken off."""
        await self._loop.stop()
        tasks = list(self._obeying.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def look(self) -> None:
        """There may be something new: do not wait for the next look."""
        self._bell.ring()

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
            except OperatorError as error:
                log.warning("changes made elsewhere wait: %s", error.sentence)
            await self._bell.wait(POLL_S)

    async def _look(self) -> None:
        for topic, n in (await self._store.told()).items():
            if self._known.get(topic, 0) != n and topic not in self._obeying:
                task = asyncio.create_task(self._hear(topic, n), name=f"hear-{topic}")
                self._obeying[topic] = task

    async def _hear(self, topic: Topic, n: int) -> None:
        try:
            await self._obey[topic]()
        except OperatorError as error:
            log.warning("topic=%s is obeyed later: %s", topic, error.sentence)
        except Exception:
            log.exception("topic=%s could not be obeyed", topic)
            self._known[topic] = n
        else:
            self._known[topic] = n
            self._tell()
        finally:
            del self._obeying[topic]
