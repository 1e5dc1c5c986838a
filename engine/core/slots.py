"""One rate for several nodes: slots of time, each good for one request.

The nodes keep in common when the last slot given out lies. A node takes the next few, a step of
``1/rate`` apart, uses each at its time or a little later, and lets go what it could not use.
This is virtual scheduling (the generic cell rate algorithm, ITU-T I.371). Slots never lie closer
than a step and are used at most ``late_us`` after their time, so in any stretch of T seconds at
most ``burst(rate) + rate · T`` requests leave, whatever the number of nodes.

Pure: the time is passed in, in whole microseconds UTC of the database's clock. Not for one node
alone: ``rate`` needs no database.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from engine.core.rate import BURST_S

LATEST_S = 10.0
AHEAD_S = 2.0
"""Slots further away are not given out: they would be lost with the node that holds them."""
LONGEST_LEAD_S = 1.0
_CLOCK_BACK_US = 10_000_000
"""A last slot further ahead than this was not given out by this clock: it was put back."""
_US = 1_000_000


def late_us(rate_per_s: float) -> int:
    """How long after its time a slot may be used: a tenth of a second, longer where slots are rare.

    Somebody must be able to come a little late, or a slow moment would cost a rare slot.
    """
    return round(max(BURST_S, min(LATEST_S, 1 / rate_per_s)) * _US)


def burst(rate_per_s: float) -> float:
    """How many requests may leave at once after a rest."""
    return rate_per_s * late_us(rate_per_s) / _US + 1


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the nodes keep in common of one consumer: its rate, and the last slot given out.

    revision: of the job document the rate is from; a node that has an older one follows this.
    """

    revision: int
    rate_per_s: float
    last_at: int


@dataclass(frozen=True, slots=True)
class Ask:
    """What a node wants: up to so many slots, the first not before ``lead_us`` from now.

    lead_us: how long the answer takes to come; slots before that would be lost.
    """

    consumer_id: int
    revision: int
    rate_per_s: float
    wanted: int
    lead_us: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """``count`` slots from ``first_at`` on, 1/rate apart; none: the next one lies at that time."""

    first_at: int
    count: int
    rate_per_s: float


def give(found: Allowance | None, ask: Ask, now: int) -> tuple[Allowance, Grant]:
    """What a node gets at that moment, and what is kept."""
    revision, rate, last = ask.revision, ask.rate_per_s, None
    if found is not None:
        if found.revision > revision:
            revision, rate = found.revision, found.rate_per_s
        last = now if found.last_at > now + _CLOCK_BACK_US else found.last_at
    step = _US / rate
    lead = min(ask.lead_us, round(LONGEST_LEAD_S * _US))
    first = now + lead - late_us(rate) // 2  # half of it is left for using them
    if last is not None:
        first = max(first, last + math.ceil(step))
    room = math.floor((now + lead + AHEAD_S * _US - first) / step) + 1
    count = max(0, min(ask.wanted, room))
    if count:
        last = first + math.ceil((count - 1) * step)
    kept = Allowance(revision, rate, first - math.ceil(step) if last is None else last)
    return kept, Grant(first, count, rate)


@dataclass(slots=True)
class _Run:
    """Slots of one grant that are left: those from number ``used`` on."""

    first_at: int
    step: float
    late: int
    count: int
    used: int = 0

    @property
    def left(self) -> int:
        return self.count - self.used

    @property
    def next_at(self) -> int:
        return self.first_at + math.ceil(self.used * self.step)

    def due(self, now: int) -> int:
        """How many may be used now."""
        if now < self.first_at:
            return 0
        return min(self.count, math.floor((now - self.first_at) / self.step) + 1) - self.used

    def expire(self, now: int) -> int:
        """Drop those whose time is over; how many."""
        over = math.ceil((now - self.late - self.first_at) / self.step)
        lost = max(0, min(self.count, over) - self.used)
        self.used += lost
        return lost


class Slots:
    """The slots a node holds. lost: how many ran out unused so far."""

    __slots__ = ("_runs", "lost")

    def __init__(self) -> None:
        self._runs: deque[_Run] = deque()
        self.lost = 0

    def __len__(self) -> int:
        return sum(run.left for run in self._runs)

    def add(self, grant: Grant) -> None:
        """Hold what was given; grants come in the order of their slots."""
        if grant.count:
            self._runs.append(
                _Run(grant.first_at, _US / grant.rate_per_s, late_us(grant.rate_per_s), grant.count)
            )

    def take(self, n: int, now: int) -> int:
        """How many of ``n`` may go now; their slots are used up."""
        self.expire(now)
        taken = 0
        while self._runs and taken < n:
            run = self._runs[0]
            got = max(0, min(n - taken, run.due(now)))
            run.used += got
            taken += got
            if run.left:
                break
            self._runs.popleft()
        return taken

    def next_at(self) -> int | None:
        """When the next request may go; None: no slot is held."""
        return self._runs[0].next_at if self._runs else None

    def expire(self, now: int) -> None:
        """Let go what was not used in time."""
        while self._runs:
            self.lost += self._runs[0].expire(now)
            if self._runs[0].left:
                return
            self._runs.popleft()
