from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from engine.core.latency import LARGEST_ERROR, bucket_of, middle_of, quantile

TIMES = st.one_of(st.integers(0, 2000), st.integers(0, 10**12))


@given(TIMES)
def test_a_time_lies_in_its_bucket_and_the_middle_is_an_eighth_off_at_most(ms: int) -> None:
    bucket = bucket_of(ms)

    assert bucket_of(bucket) == bucket <= ms
    assert abs(middle_of(bucket) - ms) <= LARGEST_ERROR * ms


@given(TIMES, TIMES)
def test_longer_times_never_lie_in_lower_buckets(one: int, other: int) -> None:
    low, high = sorted((one, other))

    assert bucket_of(low) <= bucket_of(high)


@given(st.lists(TIMES, min_size=1, max_size=200), st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_a_quantile_is_an_eighth_off_at_most(times: list[int], share: float) -> None:
    buckets: dict[int, int] = {}
    for ms in times:
        buckets[bucket_of(ms)] = buckets.get(bucket_of(ms), 0) + 1
    true = sorted(times)[max(0, math.ceil(share * len(times)) - 1)]

    told = quantile(buckets, share)

    assert told is not None
    assert abs(told - true) <= LARGEST_ERROR * true


def test_there_are_few_buckets() -> None:
    week_ms = 7 * 86_400_000

    assert len({bucket_of(round(1.01**n)) for n in range(2500) if 1.01**n < week_ms}) < 120


def test_nothing_has_no_quantile_and_a_clock_set_back_counts_as_none() -> None:
    assert quantile({}, 0.5) is None
    assert bucket_of(-5) == 0
