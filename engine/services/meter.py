"""Numbers of the last minutes, second by second, as live graphs show them: of all nodes together.

Every node counts into the same table (``store.counters``). A look at the running minute's counters
once a second, and what they have grown by since the look before, is what happened in that second,
wherever it happened. So any two nodes show the same. Not a source of truth for any total, nor for
windows that are longer than memory: those come from the counters themselves.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from engine.core.errors import OperatorError
from engine.services.loop import Loop

log = logging.getLogger(__name__)

WINDOW_S = 900
"""How many seconds are kept."""
LATE_MS = 50
"""What happens is counted in the table after so long at most, mostly: a look is of then."""
LATE_MINUTE_MS = 10_000
"""For so long after its end a minute is still looked at: a transaction may have been slow."""
CLOCK_BACK_MS = 5_000
"""A clock that is set back by more makes all that is known worthless."""
RATE_S = 5
"""Rates are of so many seconds."""
SEEDED_MS = 60_000
"""What happened before the first look is taken from the minutes, so far back, spread evenly."""
MINUTE_MS = 60_000
LATENCY = "latency_"
WHOLE_JOB = 0


class CountedStore(Protocol):
    """What meters need of the store."""

    async def series(
        self, since_minute: int, until_minute: int
    ) -> list[tuple[int, int, int, str, int]]: ...


@dataclass(slots=True)
class Second:
    """What happened in one second; parts of one where a look was late.

    latencies: by bucket of ``core.latency``, how many took so long from pulled to delivered.
    """

    at_s: int
    pulled: float = 0.0
    delivered: float = 0.0
    failed: float = 0.0
    latencies: dict[int, float] = field(default_factory=dict)

    def add(self, what: str, n: float) -> None:
        """``n`` more of what a counter is called, one of those that graphs show."""
        match what:
            case "pulled":
                self.pulled += n
            case "delivered":
                self.delivered += n
            case "postponed" | "dead":
                self.failed += n
            case _:
                bucket = int(what.removeprefix(LATENCY))
                self.latencies[bucket] = self.latencies.get(bucket, 0.0) + n


class Meter:
    """The seconds of one consumer, or of one job as a whole."""

    def __init__(self) -> None:
        self._seconds: deque[Second] = deque(maxlen=WINDOW_S + 2)

    def add(self, at_s: int, what: str, n: float) -> None:
        """So much of it happened in that second, which is one of the last ones."""
        self._at(at_s).add(what, n)

    def since(self, first_s: int) -> Iterator[Second]:
        """The seconds from that one on, newest first; those without events are left out."""
        for second in reversed(self._seconds):
            if second.at_s < first_s:
                return
            yield second

    @property
    def last_s(self) -> int:
        """The last second in which something happened."""
        return self._seconds[-1].at_s if self._seconds else 0

    def _at(self, at_s: int) -> Second:
        later: list[Second] = []
        while self._seconds and self._seconds[-1].at_s > at_s:
            later.append(self._seconds.pop())
        if not self._seconds or self._seconds[-1].at_s < at_s:
            self._seconds.append(Second(at_s))
        found = self._seconds[-1]
        self._seconds.extend(reversed(later))
        return found


NOTHING = Meter()
_SHOWN = frozenset(("pulled", "delivered", "postponed", "dead"))

_Place = tuple[int, int, int, str]
"""Minute, job, consumer, what."""


class Meters:
    """All meters of a database. ``clock``: UTC ms, the same for all its nodes.

    known_since: since when (UTC ms) each second is known; what was before is spread from minutes.
    known_until_s: the first second that is not wholly known yet.
    """

    def __init__(self, store: CountedStore, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._meters: dict[tuple[int, int], Meter] = {}
        self._counted: dict[_Place, int] = {}
        self._looked_at: int | None = None
        self._looking = asyncio.Lock()
        self._loop = Loop("meters", self._run)
        self.known_since = 0
        self.known_until_s = 0

    def start(self) -> None:
        """Look once a second from now on."""
        self._loop.start()

    async def stop(self) -> None:
        """Look no more."""
        await self._loop.stop()

    async def fresh(self) -> None:
        """Look, unless that was done within the last second."""
        if self.known_until_s < (self._clock() - LATE_MS) // 1000 - 1:
            await self.look()

    async def look(self) -> None:
        """Take in what the counters have grown by since the last look."""
        async with self._looking:
            at = self._clock() - LATE_MS
            before = self._looked_at
            if before is not None and at < before - CLOCK_BACK_MS:
                self._forget()
                before = None
            if before is not None and at <= before:
                return
            first = at - SEEDED_MS if before is None else min(before, at - LATE_MINUTE_MS)
            rows = await self._store.series(first // MINUTE_MS, at // MINUTE_MS + 1)
            if before is None:
                self._begin(rows, at)
            else:
                self._go_on(rows, before, at)
            self._counted = {(minute, job, one, what): n for minute, job, one, what, n in rows}
            self._looked_at = at
            self.known_until_s = at // 1000
            self._drop_old()

    def rate(self, job_id: int, consumer_id: int, what: str) -> float:
        """Events a second over the last ``RATE_S`` whole seconds; ``what``: a name of Second."""
        until = self.known_until_s
        seconds = self.of(job_id, consumer_id).since(until - RATE_S)
        total = sum(getattr(second, what) for second in seconds if second.at_s < until)
        return float(total) / RATE_S

    def of(self, job_id: int, consumer_id: int = WHOLE_JOB) -> Meter:
        """The meter of a consumer, or of the whole job."""
        return self._meters.get((job_id, consumer_id), NOTHING)

    def _begin(self, rows: Iterable[tuple[int, int, int, str, int]], at: int) -> None:
        """Spread the minutes before the first look, over whole seconds where there are any."""
        self.known_since = at
        whole = at // 1000 * 1000
        for minute, job_id, consumer_id, what, n in rows:
            begin = minute * MINUTE_MS
            end = min(begin + MINUTE_MS, whole if whole > begin else at)
            since = max(begin, at - SEEDED_MS)
            if end > since:
                share = n * (end - since) / (end - begin)
                self._spread(job_id, consumer_id, what, share, since, end)

    def _go_on(self, rows: Iterable[tuple[int, int, int, str, int]], before: int, at: int) -> None:
        for minute, job_id, consumer_id, what, n in rows:
            grown = n - self._counted.get((minute, job_id, consumer_id, what), 0)
            if grown <= 0:
                continue
            since = max(before, minute * MINUTE_MS)
            until = min(at, (minute + 1) * MINUTE_MS)
            if since >= until:  # a minute that was over, or (by another's clock) is yet to come
                since, until = before, at
            self._spread(job_id, consumer_id, what, grown, since, until)

    def _spread(
        self, job_id: int, consumer_id: int, what: str, n: float, since: int, until: int
    ) -> None:
        """So much of it happened between two instants (UTC ms): each second gets its share."""
        if what not in _SHOWN and not what.startswith(LATENCY):
            return
        for at_s in range(since // 1000, -(-until // 1000)):
            part = min(until, (at_s + 1) * 1000) - max(since, at_s * 1000)
            self._add(job_id, consumer_id, at_s, what, n * part / (until - since))

    def _add(self, job_id: int, consumer_id: int, at_s: int, what: str, n: float) -> None:
        meters = self._meters
        meters.setdefault((job_id, consumer_id), Meter()).add(at_s, what, n)
        if consumer_id != WHOLE_JOB and what != "pulled":  # of a record, not of its deliveries
            meters.setdefault((job_id, WHOLE_JOB), Meter()).add(at_s, what, n)

    def _drop_old(self) -> None:
        first_s = self.known_until_s - WINDOW_S
        for place in [one for one, meter in self._meters.items() if meter.last_s < first_s]:
            del self._meters[place]

    def _forget(self) -> None:
        self._meters.clear()
        self._counted.clear()
        self._looked_at = None

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except OperatorError as error:
                log.warning("live numbers wait: %s", error.sentence)
            await asyncio.sleep((1000 - (self._clock() - LATE_MS) % 1000) / 1000)
