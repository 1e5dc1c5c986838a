"""Series for graphs, from seconds of memory or from samples of counters. Pure.

Short windows show every second. What a node does not remember, because it happened before it
started, comes from the counters' minutes, spread evenly. The backlog is exact at the edge of every
sample of the counters, since every delivery that comes or goes is counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.api.wire import SeriesShape
from engine.core.latency import quantile
from engine.services.meter import Second
from engine.store.series import STEPS, Samples

MAX_SAMPLES = 600
LATENCY = "latency_"
MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Span:
    """Whole samples: minutes since 1970, the last included; ``step`` in minutes."""

    since: int
    until: int
    step: int

    @property
    def length(self) -> int:
        """How many samples."""
        return (self.until - self.since) // self.step + 1


def span_of(now: int, window_s: float) -> Span:
    """The samples of the last ``window_s`` seconds, at most ``MAX_SAMPLES``; ``now`` in UTC ms."""
    until = now // 60_000
    minutes = max(1, -(-int(window_s) // MINUTE_S))
    for step in (1, *STEPS):
        if minutes <= MAX_SAMPLES * step:
            break
    else:
        step = STEPS[-1] * -(-minutes // (MAX_SAMPLES * STEPS[-1]))
    since = until - minutes + 1
    return Span(since - since % step if step > 1 else since, until, step)


@dataclass(slots=True)
class Counted:
    """The counters of one sample."""

    pulled: int = 0
    delivered: int = 0
    failed: int = 0
    growth: int = 0
    latencies: dict[int, float] = field(default_factory=lambda: defaultdict(float))


def counted(span: Span, samples: Samples, *, of_consumer: bool) -> list[Counted]:
    """The counters of each sample. of_consumer: they are of one consumer alone."""
    found = [Counted() for _ in range(span.length)]
    for at, whole, what, n in samples.rows:
        one = found[(at - span.since) // span.step]
        if what == "pulled" and whole != of_consumer:
            one.pulled += n
        if whole:
            continue
        if what in ("pulled", "resent"):
            one.growth += n
        elif what in ("delivered", "dead", "skipped"):
            one.growth -= n
        if what == "delivered":
            one.delivered += n
        elif what in ("postponed", "dead"):
            one.failed += n
        elif what.startswith(LATENCY):
            one.latencies[int(what.removeprefix(LATENCY))] += n
    return found


def from_counters(
    now: int, span: Span, samples: Samples, *, of_consumer: bool = False
) -> SeriesShape:
    """Rates a second, sample by sample; the last one is not over yet."""
    found = counted(span, samples, of_consumer=of_consumer)
    seconds = [float(MINUTE_S * span.step)] * span.length
    last_began_s = (span.since + (span.length - 1) * span.step) * MINUTE_S
    seconds[-1] = max(1.0, now / 1000 - last_began_s)
    return SeriesShape(
        start=span.since * 60_000,
        step_s=float(MINUTE_S * span.step),
        pulled=tuple(one.pulled / s for one, s in zip(found, seconds, strict=True)),
        delivered=tuple(one.delivered / s for one, s in zip(found, seconds, strict=True)),
        failed=tuple(one.failed / s for one, s in zip(found, seconds, strict=True)),
        backlog=_at_the_end(found, samples.backlog),
        p50_ms=tuple(quantile(one.latencies, 0.5) for one in found),
        p99_ms=tuple(quantile(one.latencies, 0.99) for one in found),
    )


def _at_the_end(found: Sequence[Counted], backlog: int) -> tuple[float, ...]:
    """The backlog at the end of each sample, worked out backwards from now."""
    ends: list[float] = []
    for one in reversed(found):
        ends.append(float(max(0, backlog)))
        backlog -= one.growth
    return tuple(reversed(ends))


def from_seconds(
    until_s: int,
    window_s: int,
    remembered: Iterable[Second],
    *,
    span: Span,
    samples: Samples,
    known_since: int,
    of_consumer: bool = False,
) -> SeriesShape:
    """One sample a second, ``until_s`` (since 1970), which is running, left out.

    span, samples: the minutes of the window. known_since: since when (UTC ms) memory has all.
    """
    seconds = _Seconds(until_s - window_s, window_s)
    for second in remembered:
        seconds.add(second)
    minutes = counted(span, samples, of_consumer=of_consumer)
    seconds.fill_before(known_since // 1000, span, minutes)
    return SeriesShape(
        start=seconds.first_s * 1000,
        step_s=1.0,
        pulled=tuple(seconds.pulled),
        delivered=tuple(seconds.delivered),
        failed=tuple(seconds.failed),
        backlog=seconds.backlog(span, minutes, samples.backlog),
        p50_ms=tuple(seconds.quantiles(0.5)),
        p99_ms=tuple(seconds.quantiles(0.99)),
    )


class _Seconds:
    """A window second by second; what comes after it is the second that is running."""

    def __init__(self, first_s: int, length: int) -> None:
        self.first_s = first_s
        self.pulled = [0.0] * length
        self.delivered = [0.0] * length
        self.failed = [0.0] * length
        self._latencies: list[dict[int, float]] = [{} for _ in range(length)]
        self._after = Second(first_s + length)

    def add(self, second: Second) -> None:
        """Take in what memory has of one second."""
        at = second.at_s - self.first_s
        if at >= len(self.pulled):
            self._after.pulled += second.pulled
            self._after.delivered += second.delivered
            self._after.failed += second.failed
        elif at >= 0:
            self.pulled[at] += second.pulled
            self.delivered[at] += second.delivered
            self.failed[at] += second.failed
            latencies = self._latencies[at]
            for bucket, n in second.latencies.items():
                latencies[bucket] = latencies.get(bucket, 0.0) + n

    def fill_before(self, known_s: int, span: Span, minutes: Sequence[Counted]) -> None:
        """Spread what the minutes count beyond memory over the seconds before ``known_s``."""
        known_s = min(known_s, self.first_s + len(self.pulled))
        for number, minute in enumerate(minutes):
            begin = (span.since + number) * MINUTE_S
            unknown = min(known_s, begin + MINUTE_S) - begin
            if unknown <= 0:
                return
            inside = range(max(begin - self.first_s, 0), begin + MINUTE_S - self.first_s)
            inside = range(inside.start, min(inside.stop, len(self.pulled)))
            known = [at for at in inside if at + self.first_s >= known_s]
            after = self._after if number == len(minutes) - 1 else Second(0)
            for values, total, later in (
                (self.pulled, minute.pulled, after.pulled),
                (self.delivered, minute.delivered, after.delivered),
                (self.failed, minute.failed, after.failed),
            ):
                rate = max(0.0, total - later - sum(values[at] for at in known)) / unknown
                for at in inside:
                    if at + self.first_s < known_s:
                        values[at] = rate
            for at in inside:
                if at + self.first_s < known_s:
                    self._latencies[at] = minute.latencies

    def backlog(self, span: Span, minutes: Sequence[Counted], now: int) -> tuple[float | None, ...]:
        """The backlog after each second: exact at every full minute and at the end.

        Within a minute its course is that of what came and went, bent to meet both ends.
        """
        ends = _at_the_end(minutes, now)
        length = len(self.pulled)
        course = [0.0] * length
        high, known = length - 1, float(now)
        for number in range(len(minutes) - 1, -1, -1):
            begin = (span.since + number) * MINUTE_S - self.first_s
            low = min(max(begin - 1, -1), high)
            before = ends[number - 1] if number else max(0.0, ends[0] - minutes[0].growth)
            self._bend(course, low, high, before if begin > 0 else None, known, minutes[number])
            high, known = low, before
            if low < 0:
                break
        return tuple(max(0.0, value) for value in course)

    def _bend(
        self,
        course: list[float],
        low: int,
        high: int,
        before: float | None,
        known: float,
        minute: Counted,
    ) -> None:
        """The backlog of the seconds behind ``low`` up to ``high``, where it is ``known``."""
        each = max(0.0, minute.growth + minute.delivered) / minute.pulled if minute.pulled else 0.0
        value = known
        for at in range(high, low, -1):
            course[at] = value
            value -= self.pulled[at] * each - self.delivered[at]
        if before is not None and high > low:
            error_a_second = (value - before) / (high - low)
            for at in range(high, low, -1):
                course[at] -= error_a_second * (high - at)

    def quantiles(self, share: float) -> list[float | None]:
        """The quantile of each second."""
        return [quantile(latencies, share) for latencies in self._latencies]
