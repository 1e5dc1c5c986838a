"""Messages on their way to alert channels, in order, each channel by itself.

A channel that hangs or fails holds back only its own messages. One that cannot be sent is tried
again after growing waits, then given up and logged. Messages are in memory; what they tell is
owed in the database until ``sent`` is called. Not for how one is sent: ``operations.channels``.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from engine.core.alerting import Message
from engine.core.errors import OperatorError
from engine.services.loop import Loop

log = logging.getLogger(__name__)

WAITS_S = (5.0, 30.0, 120.0, 600.0)
MOST_WAITING = 100


class Outbox:
    """The queues of all channels.

    send: sends one message over the channel of that name, in bounded time; OperatorError if it
        did not arrive. waits_s: between the tries of one message. sent: called when a message went
        out, or was given up; not for what is left when the node stops.
    """

    def __init__(
        self,
        send: Callable[[str, Message], Awaitable[None]],
        *,
        waits_s: Sequence[float] = WAITS_S,
        sent: Callable[[Message], Awaitable[None]] | None = None,
    ) -> None:
        self._send = send
        self._sent = sent
        self._waits_s = tuple(waits_s)
        self._waiting: dict[str, deque[Message]] = {}
        self._loops: dict[str, Loop] = {}

    def put(self, channel: str, message: Message) -> None:
        """Queue a message; returns at once. When too many wait, the oldest of them goes."""
        waiting = self._waiting.setdefault(channel, deque())
        if len(waiting) >= MOST_WAITING:
            log.warning("channel=%s too many messages wait; dropped: %s", channel, waiting[1].text)
            del waiting[1]  # the first is being sent
        waiting.append(message)
        if channel not in self._loops:
            self._loops[channel] = Loop(f"channel {channel}", lambda: self._drain(channel))
        self._loops[channel].start()

    async def stop(self) -> None:
        """End what is being sent; say what never went out."""
        for loop in self._loops.values():
            await loop.stop()
        for channel, waiting in self._waiting.items():
            for message in waiting:
                log.warning("channel=%s not sent before the stop: %s", channel, message.text)
        self._waiting.clear()

    async def _drain(self, channel: str) -> None:
        waiting = self._waiting[channel]
        while waiting:
            message = waiting[0]
            await self._deliver(channel, message)
            waiting.popleft()
            await self._note(message)

    async def _note(self, message: Message) -> None:
        if self._sent is None:
            return
        try:
            await self._sent(message)
        except OperatorError as error:  # it is told again after a restart
            log.warning("a sent message could not be noted: %s", error.sentence)

    async def _deliver(self, channel: str, message: Message) -> None:
        for wait_s in (*self._waits_s, None):
            try:
                await self._send(channel, message)
            except OperatorError as error:
                log.warning("channel=%s %s", channel, error.sentence)
            except Exception as error:  # a bug; its own text might hold the channel's key
                log.error("channel=%s sending failed: %s", channel, type(error).__name__)
            else:
                return
            if wait_s is not None:
                await asyncio.sleep(wait_s)
        log.error("channel=%s message given up: %s", channel, message.text)
