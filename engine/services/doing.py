"""What a node knows of the consumers it serves, told to the others through its row.

Only what no table has: why nothing can be claimed, what the target answered last, whether all
requests are under way. Written when it has changed, once a second at most, so that any node can
tell it. Not for breakers and rates, which all nodes have in common (``limits``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol

import msgspec

from engine.core.errors import OperatorError
from engine.services.loop import Loop
from engine.services.pusher import Pusher

log = logging.getLogger(__name__)

TELL_EVERY_S = 1.0
ERROR_STEP_MS = 10_000
"""An error that goes on is told anew so often."""


class Doing(msgspec.Struct, frozen=True, omit_defaults=True):
    """One consumer on one node; what is unknown here, by a newer node, is left out.

    problem: why nothing can be claimed, or "". last_error, last_error_at: the last failure and
    about when (UTC ms). rate_waits: the rate holds requests back. in_flight: requests under way,
    where there may be no more of them now; else 0.
    """

    consumer_id: int
    problem: str = ""
    last_error: str = ""
    last_error_at: int = 0
    rate_waits: bool = False
    in_flight: int = 0


class DoingStore(Protocol):
    """What telling needs of the store."""

    async def tell_doing(self, node: str, doing: str) -> None: ...


class Doings:
    """Tells what these pushers do. ``node``: this one's name."""

    def __init__(self, store: DoingStore, node: str, pushers: Mapping[int, Pusher]) -> None:
        self._store = store
        self._node = node
        self._pushers = pushers
        self._told = ""
        self._loop = Loop("doings", self._run)

    def start(self) -> None:
        """Tell from now on."""
        self._loop.start()

    async def stop(self) -> None:
        """Tell no more; what was told last is of a node that is not seen any more."""
        await self._loop.stop()

    async def tell(self) -> None:
        """Tell it, if it is not what was told last."""
        doing = encoded([doing_of(one) for one in self._pushers.values() if one.leased])
        if doing != self._told:
            await self._store.tell_doing(self._node, doing)
            self._told = doing

    async def _run(self) -> None:
        while True:
            try:
                await self.tell()
            except OperatorError as error:
                log.warning("what this node does is told later: %s", error.sentence)
            await asyncio.sleep(TELL_EVERY_S)


def doing_of(pusher: Pusher) -> Doing:
    """What is told of a consumer."""
    busy = pusher.sending >= pusher.plan.concurrency
    return Doing(
        pusher.plan.consumer_id,
        problem=pusher.problem,
        last_error=pusher.last_error,
        last_error_at=pusher.last_error_at // ERROR_STEP_MS * ERROR_STEP_MS,
        rate_waits=pusher.rate_wait_s > 0,
        in_flight=pusher.sending if busy else 0,
    )


def encoded(doings: list[Doing]) -> str:
    """As the row has it."""
    return msgspec.json.encode(doings).decode()


def decoded(text: str) -> dict[int, Doing]:
    """By consumer id, what a node told; nothing where it cannot be read."""
    try:
        return {one.consumer_id: one for one in msgspec.json.decode(text, type=list[Doing])}
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
