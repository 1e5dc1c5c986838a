"""Times as a small histogram: four buckets for each doubling, each named by its lower end in ms.

A quantile read from it is at most an eighth (12.5 %) off the true one: a bucket is at most a
quarter of its lower end wide, and its middle stands for all of it. Below 8 ms it is exact. This is
the log-linear bucketing of HdrHistogram. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

LARGEST_ERROR = 0.125
"""Of a quantile, as a share of the true value."""

_EXACT_BELOW = 8


def bucket_of(ms: int) -> int:
    """The lower end of the bucket that holds ``ms``; negative times count as 0."""
    if ms < _EXACT_BELOW:
        return max(ms, 0)
    shift = ms.bit_length() - 3
    return ms >> shift << shift


def middle_of(bucket: int) -> float:
    """The time a bucket stands for, ms."""
    if bucket < _EXACT_BELOW:
        return float(bucket)
    return bucket + ((1 << bucket.bit_length() - 3) - 1) / 2


def quantile(buckets: Mapping[int, float], share: float) -> float | None:
    """The time within which ``share`` of the counted ones lie, ms; None of nothing.

    buckets: how many there are in each, by lower end. share: 0.5 is the median.
    """
    total = sum(buckets.values())
    if total <= 0:
        return None
    seen = 0.0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        if seen >= share * total:
            return middle_of(bucket)
    return None
