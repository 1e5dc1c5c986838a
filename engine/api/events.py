"""The stream of live numbers: server-sent events with a StatusShape whenever it changed.

One look at the node serves all who watch, and whoever asks meanwhile: the one place where the
status is kept fresh. Not for records: lists are asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from engine.api.wire import StatusShape

STEP_S = 0.5
FRESH_S = 0.3
"""How old an answer to who asks once may be."""
HEARTBEAT_S = 5.0
LOOK_S = 1.0
"""So often a stream asks whether it may go on."""


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
        self._closed = False
        self._changed = asyncio.Event()

    def close(self) -> None:
        """End all streams; may be called twice."""
        self._closed = True
        self.look_now()

    def look_now(self) -> None:
        """Something was changed: every stream looks again, also whether it may go on."""
        self._asked_at = float("-inf")
        self._changed.set()
        self._changed = asyncio.Event()

    async def fresh(self) -> StatusShape:
        """The status, not older than FRESH_S."""
        return await self._not_older(FRESH_S)

    async def _not_older(self, age_s: float) -> StatusShape:
        async with self._asking:
            now_s = self._clock_s()
            if now_s - self._asked_at >= age_s:
                changed = self._changed
                self._latest = await self._status()
                if self._changed is changed:  # else it may be older than what was changed
                    self._asked_at = now_s
            return self._latest

    async def stream(self, may_go_on: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
        """The events' bytes: the status at once and after each change, else a heartbeat.

        may_go_on: asked every LOOK_S seconds, and when something was changed; the stream ends
        when it says no.
        """
        sent: StatusShape | None = None
        beat_at = looked_at = self._clock_s()
        while not self._closed:
            changed = self._changed
            status = await self._not_older(STEP_S)
            if sent is None or _without_clock(status) != _without_clock(sent):
                sent = status
                yield b"event: status\ndata: " + status.model_dump_json().encode() + b"\n\n"
            if self._clock_s() - beat_at >= HEARTBEAT_S:
                beat_at = self._clock_s()
                yield b": still here\n\n"
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STEP_S):
                    await changed.wait()
            if changed.is_set() or self._clock_s() - looked_at >= LOOK_S:
                looked_at = self._clock_s()
                if self._closed or not await may_go_on():
                    return


def _without_clock(status: StatusShape) -> StatusShape:
    return status.model_copy(update={"now": 0})
