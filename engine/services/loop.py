"""The start and stop contract of every loop of a node.

``stop`` waits until the loop has ended, tolerates one never started and one stopped twice.
A loop that fails is a bug: it is logged with its name and started again after a pause, so that
one bad line stops nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

RESTART_PAUSE_S = 1.0


class Loop:
    """Runs a coroutine function as a task until it returns or is stopped."""

    def __init__(self, name: str, body: Callable[[], Awaitable[None]]) -> None:
        self.name = name
        self._body = body
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether the loop was started and has not ended."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Start the loop unless it runs."""
        if not self.running:
            self._task = asyncio.create_task(self._guarded(), name=self.name)

    async def stop(self) -> None:
        """Cancel the loop and wait for its end."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])

    async def wait(self) -> None:
        """Wait until the loop has ended by itself."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _guarded(self) -> None:
        while True:
            try:
                await self._body()
                return
            except Exception:
                log.exception("loop=%s failed; it starts again in %s s", self.name, RESTART_PAUSE_S)
                await asyncio.sleep(RESTART_PAUSE_S)


class Bell:
    """Wakes a waiting loop; rings while nobody waits are kept until somebody does."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake the waiter."""
        self._event.set()

    async def wait(self, timeout_s: float) -> bool:
        """Wait for a ring, at most this long; whether it rang."""
        if timeout_s <= 0:
            rang = self._event.is_set()
            self._event.clear()
            return rang
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True
