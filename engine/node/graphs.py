"""Series for graphs, from seconds of memory or from minutes of counters. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from engine.api.wire import SeriesShape
from engine.services.meter import Second

MAX_SAMPLES = 360
LATENCY = "latency_"


def from_seconds(
    now: int,
    window_s: int,
    *,
    pulled: Iterable[Second],
    pushed: Iterable[Second],
    backlog: int,
) -> SeriesShape:
    """One sample a second, the running one left out; ``backlog`` is the number of now.

    The backlog of earlier seconds is worked out backwards from what came in and went out.
    """
    last_s = now // 1000
    first_s = last_s - window_s
    came, went, bad = ([0.0] * window_s for _ in range(3))
    latencies: list[list[int]] = [[] for _ in range(window_s)]
    for second in pulled:
        if first_s <= second.at_s < last_s:
            came[second.at_s - first_s] += second.pulled
    for second in pushed:
        if first_s <= second.at_s < last_s:
            at = second.at_s - first_s
            went[at] += second.delivered
            bad[at] += second.failed
            latencies[at] += second.latencies_ms
    waiting: list[float | None] = [None] * window_s
    rest = float(backlog)
    for at in range(window_s - 1, -1, -1):
        waiting[at] = max(0.0, rest)
        rest += went[at] - came[at]
    return SeriesShape(
        start=first_s * 1000,
        step_s=1.0,
        pulled=tuple(came),
        delivered=tuple(went),
        failed=tuple(bad),
        backlog=tuple(waiting),
        p50_ms=tuple(_quantile(sample, 0.5) for sample in latencies),
        p99_ms=tuple(_quantile(sample, 0.99) for sample in latencies),
    )


def from_counters(
    now: int,
    since: int,
    until: int,
    counted: Iterable[tuple[int, int, int, str, int]],
) -> SeriesShape:
    """Samples of whole minutes (several together in long windows), rates a second.

    since, until: minutes since 1970, both included. counted: (minute, job, consumer, what, n).
    """
    minutes = until - since + 1
    step = max(1, -(-minutes // MAX_SAMPLES))
    n = -(-minutes // step)
    came, went, bad = ([0.0] * n for _ in range(3))
    histograms: list[dict[int, int]] = [defaultdict(int) for _ in range(n)]
    for minute, _, consumer_id, what, count in counted:
        at = (minute - since) // step
        if not 0 <= at < n:
            continue
        if what == "pulled" and consumer_id == 0:
            came[at] += count
        elif what == "delivered":
            went[at] += count
        elif what in ("postponed", "dead"):
            bad[at] += count
        elif what.startswith(LATENCY):
            histograms[at][int(what.removeprefix(LATENCY))] += count
    seconds = [60.0 * step] * n
    seconds[-1] = max(1.0, now / 1000 - (since + (n - 1) * step) * 60)
    return SeriesShape(
        start=since * 60_000,
        step_s=60.0 * step,
        pulled=tuple(value / length for value, length in zip(came, seconds, strict=True)),
        delivered=tuple(value / length for value, length in zip(went, seconds, strict=True)),
        failed=tuple(value / length for value, length in zip(bad, seconds, strict=True)),
        p50_ms=tuple(_of_histogram(one, 0.5) for one in histograms),
        p99_ms=tuple(_of_histogram(one, 0.99) for one in histograms),
    )


def _quantile(sample: list[int], share: float) -> float | None:
    if not sample:
        return None
    ordered = sorted(sample)
    return float(ordered[min(len(ordered) - 1, int(share * len(ordered)))])


def _of_histogram(buckets: dict[int, int], share: float) -> float | None:
    """The middle of the bucket in which the share lies; bucket k holds 2^(k-1) ≤ ms < 2^k."""
    total = sum(buckets.values())
    if total == 0:
        return None
    seen = 0
    for k in sorted(buckets):
        seen += buckets[k]
        if seen >= share * total:
            return 0.0 if k == 0 else 1.5 * 2 ** (k - 1)
    return None
