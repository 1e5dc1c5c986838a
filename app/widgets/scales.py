"""Where a graph's marks stand: round values up the side, round times along the bottom. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

INTERVALS = 4
STEPS = (1.0, 2.0, 5.0, 10.0)
TIME_STEPS_S = (
    10,
    30,
    60,
    120,
    300,
    600,
    1200,
    1800,
    3600,
    2 * 3600,
    3 * 3600,
    6 * 3600,
    12 * 3600,
    86400,
    2 * 86400,
    4 * 86400,
)
MARKS_AT_MOST = 7


def value_marks(highest: float, smallest: float) -> list[float]:
    """0 and up to four round values, the last at or above ``highest``.

    smallest: the least step, such as 1 for counts.
    """
    wanted = max(highest * 1.04, smallest * INTERVALS * 0.5)
    rough = wanted / INTERVALS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in STEPS if s * power >= rough * 0.999999)
    step = max(step, smallest)
    count = max(1, math.ceil(wanted / step - 1e-9))
    return [i * step for i in range(count + 1)]


def duration_marks(highest_s: float) -> list[float]:
    """Marks for durations in seconds: like ``value_marks``, in steps a clock knows."""
    if highest_s <= 30:
        return value_marks(highest_s, 0.01)
    steps = (20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400)
    step = next((s for s in steps if s * INTERVALS >= highest_s * 1.04), 86400)
    count = math.ceil(highest_s * 1.04 / step)
    return [float(i * step) for i in range(count + 1)]


def time_marks(
    since_s: float,
    until_s: float,
    zone: Callable[[float], datetime],
    at_most: int = MARKS_AT_MOST,
) -> list[float]:
    """Round local times between two instants (epoch seconds), so many at most."""
    span = until_s - since_s
    step = next((s for s in TIME_STEPS_S if span / s <= at_most), TIME_STEPS_S[-1])
    first = zone(since_s)
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    into = (first - midnight).total_seconds()
    at = midnight + timedelta(seconds=math.ceil(into / step) * step)
    marks = []
    while at.timestamp() <= until_s:
        marks.append(at.timestamp())
        at += timedelta(seconds=step)
    return marks


def time_word(at: datetime, span_s: float) -> str:
    """A mark's word: seconds in a short window, the day in a long one."""
    if span_s > 2 * 86400:
        return f"{at:%m-%d}"
    return f"{at:%H:%M}" if span_s > 120 else f"{at:%H:%M:%S}"


def nearest(values: Sequence[float], wanted: float) -> int | None:
    """The index of the value nearest to ``wanted`` in a rising sequence."""
    if not values:
        return None
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    if low and wanted - values[low - 1] < values[low] - wanted:
        low -= 1
    return low
