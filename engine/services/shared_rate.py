"""The rate of a consumer, held by all nodes of a database together.

A node takes slots ahead, as many as a fifth of a second of the rate and no more than it has
requests for, so that this costs a few writes a second whatever the rate; how they are given out
is in ``core.slots``. One desk asks for all consumers of the node in one write. While the database
cannot be asked no slots come, and nothing goes. What a node that dies did not use is lost.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import Callable, Sequence
from typing import Protocol

from engine.core.errors import OperatorError
from engine.core.far_clock import FarClock
from engine.core.slots import AHEAD_S, LONGEST_LEAD_S, Ask, Grant, Slots, burst
from engine.services.lease_times import passed_s
from engine.services.limits import Served
from engine.services.loop import Bell, Loop

log = logging.getLogger(__name__)

CHUNK_S = 0.2
PAUSE_S = 0.02
"""Between two writes, so that many consumers ask in one."""
RETRY_S = 0.5
_ASKED_WAIT_S = 0.1
_JITTER_S = 0.2
"""Nodes that wait for the same rare slot come by chance, not always the nearest one first."""
_LONG_S = 3600.0
_US = 1_000_000


class AllowanceStore(Protocol):
    """What it needs of the store."""

    async def take_slots(self, asks: Sequence[Ask]) -> tuple[int, list[Grant]]: ...


class SharedRate:
    """One consumer's share; see ``services.limits.Rate``."""

    def __init__(self, desk: RateDesk, served: Served, rate_per_s: float) -> None:
        self.rate_per_s = rate_per_s
        self.burst = burst(rate_per_s)
        self.consumer_id = served.consumer_id
        self._served = served
        self._desk = desk
        self._slots = Slots()
        self._lost = 0
        self._wanted = 0
        self._pace = math.inf
        self._last_asked = 0
        self._asked = False
        self._not_before_s = 0.0
        self._next_at: int | None = None

    def want(self, n: int) -> None:
        """So many requests are ready to go: take slots for them where too few are held."""
        self._wanted = n
        self._look()

    def take(self, n: int, now_s: float) -> int:
        """How many of ``n`` requests may go now; those are taken."""
        taken = self._slots.take(n, self._desk.clock.at_us(now_s))
        self._wanted = max(0, max(self._wanted, n) - taken)
        self._look()
        return taken

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next request may go, as far as is known; 0.0 if it may go now."""
        now = self._desk.clock.at_us(now_s)
        self._slots.expire(now)
        at = self._slots.next_at()
        if at is None:
            if self._asked:
                return _ASKED_WAIT_S
            at = self._next_at
        if at is None or at <= now:
            return 0.0
        return max((at - now) / _US, 0.001)

    def ask(self) -> Ask:
        """What is wanted now; the desk sends it."""
        lead_s = self._desk.lead_s
        most = math.ceil(self.rate_per_s * (CHUNK_S + 2 * lead_s))
        self._last_asked = max(1, min(most, self._wanted, math.floor(min(self._pace, most))))
        return Ask(
            self.consumer_id,
            self._served.revision,
            self.rate_per_s,
            self._last_asked,
            round(lead_s * _US),
        )

    def granted(self, grant: Grant, now: int) -> None:
        """What the desk got; ``now`` in microseconds there."""
        self._asked = False
        self._slots.expire(now)
        self._keep_pace()
        self._slots.add(grant)
        self._next_at = None if grant.count else grant.first_at
        if not grant.count:
            wait_s = max(0.05, (grant.first_at - now) / _US - AHEAD_S)
            self._not_before_s = self._desk.in_s(wait_s)
        self._served.rate_changed()

    def _keep_pace(self) -> None:
        """Take fewer slots at a time where some ran out, more where all were used."""
        lost, self._lost = self._slots.lost - self._lost, self._slots.lost
        if lost:
            self._pace = max(1, self._last_asked - lost)
        else:
            self._pace = min(1e9, self._pace * 2)

    def _look(self) -> None:
        if self._asked or self._wanted <= len(self._slots):
            return
        if len(self._slots) > self._last_asked // 2:
            return
        if self._not_before_s and not self._desk.is_past(self._not_before_s):
            return
        self._not_before_s = 0.0
        self._asked = True
        self._desk.put(self)


class RateDesk:
    """Takes slots for every consumer of the node, all that wait at once.

    lead_s: how long an answer takes at present. clock: the database's.
    """

    def __init__(
        self,
        store: AllowanceStore,
        *,
        rng: random.Random,
        monotonic: Callable[[], float] = passed_s,
    ) -> None:
        self.clock = FarClock()
        self.lead_s = 0.0
        self._store = store
        self._rng = rng
        self._monotonic = monotonic
        self._waiting: dict[int, SharedRate] = {}
        self._bell = Bell()
        self._problem = ""
        self._loop = Loop("rate desk", self._run)

    def rate(self, served: Served, rate_per_s: float) -> SharedRate:
        """The rate of a consumer, as this node takes part in it."""
        return SharedRate(self, served, rate_per_s)

    def start(self) -> None:
        """Start asking."""
        self._loop.start()

    async def stop(self) -> None:
        """Ask no more."""
        await self._loop.stop()

    def put(self, one: SharedRate) -> None:
        """That one needs slots. A consumer that was built anew takes its older self's place."""
        self._waiting[one.consumer_id] = one
        self._bell.ring()

    def in_s(self, wait_s: float) -> float:
        """The second of the monotonic clock after that wait and a little more."""
        return self._monotonic() + wait_s + self._rng.random() * _JITTER_S

    def is_past(self, at_s: float) -> bool:
        """Whether that second has come."""
        return self._monotonic() >= at_s

    async def _run(self) -> None:
        while True:
            await self._bell.wait(_LONG_S)
            if self._waiting:
                await self._ask_for_all()
                await asyncio.sleep(PAUSE_S)

    async def _ask_for_all(self) -> None:
        waiting, self._waiting = self._waiting, {}
        asking = [waiting[id_] for id_ in sorted(waiting)]
        asked_s = self._monotonic()
        try:
            at, grants = await self._store.take_slots([one.ask() for one in asking])
        except Exception as error:
            self._waiting = waiting | self._waiting
            self._bell.ring()
            if not isinstance(error, OperatorError):
                raise
            if error.sentence != self._problem:  # once, not twice a second of an outage
                log.warning("requests wait for their rate: %s", error.sentence)
            self._problem = error.sentence
            await asyncio.sleep(RETRY_S)
            return
        self._problem = ""
        answered_s = self._monotonic()
        self.clock.hear(at, asked_s, answered_s)
        took_s = min(LONGEST_LEAD_S, answered_s - asked_s)
        self.lead_s = took_s if took_s > self.lead_s else 0.8 * self.lead_s + 0.2 * took_s
        now = self.clock.at_us(answered_s)
        for one, grant in zip(asking, grants, strict=True):
            one.granted(grant, now)
