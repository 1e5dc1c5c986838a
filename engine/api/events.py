"""The stream of live numbers: server-sent events with a StatusShape whenever it changed.

One look at the node serves all who watch. Not for records: lists are asked for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from engine.api.wire import StatusShape

STEP_S = 0.5
HEARTBEAT_S = 5.0


class StatusFeed:
    """Streams share one look at the status every STEP_S seconds; looks go one after the other.

    close: ends every stream, so that the server can stop.
    """

    def __init__(
        self,
        status: Callable[[], Awaitable[StatusShape]],
        *,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._status = status
        self._clock_s = clock_s
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._latest = StatusShape()
        self._closed = asyncio.Event()

    def close(self) -> None:
        """End all streams; may be called twice."""
        self._closed.set()

    async def fresh(self) -> StatusShape:
        """The status as it is now."""
        async with self._asking:
            return await self._ask()

    async def latest(self) -> StatusShape:
        """The status, not older than STEP_S."""
        async with self._asking:
            if self._clock_s() - self._asked_at < STEP_S:
                return self._latest
            return await self._ask()

    async def _ask(self) -> StatusShape:
        self._latest = await self._status()
        self._asked_at = self._clock_s()
        return self._latest

    async def stream(self, may_go_on: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
        """The events' bytes: the status at once and after each change, else a heartbeat.

        may_go_on: asked with each heartbeat; the stream ends when it says no.
        """
        sent: StatusShape | None = None
        beat_at = self._clock_s()
        while True:
            status = await self.latest()
            if sent is None or _without_clock(status) != _without_clock(sent):
                sent = status
                yield b"event: status\ndata: " + status.model_dump_json().encode() + b"\n\n"
            if self._clock_s() - beat_at >= HEARTBEAT_S:
                beat_at = self._clock_s()
                if not await may_go_on():
                    return
                yield b": still here\n\n"
            try:
                async with asyncio.timeout(STEP_S):
                    await self._closed.wait()
                return
            except TimeoutError:
                continue


def _without_clock(status: StatusShape) -> StatusShape:
    return status.model_copy(update={"now": 0})
