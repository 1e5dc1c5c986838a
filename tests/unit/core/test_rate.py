from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.rate import TokenBucket


def test_a_full_bucket_grants_its_burst_at_once_and_no_more() -> None:
    bucket = TokenBucket(100.0)
    assert bucket.burst == 10.0
    assert bucket.take(64, 0.0) == 10
    assert bucket.take(64, 0.0) == 0


@pytest.mark.parametrize(("rate", "burst"), [(100.0, 10.0), (5.0, 1.0), (1 / 3600, 1.0)])
def test_its_burst_is_a_tenth_of_a_second_but_at_least_one(rate: float, burst: float) -> None:
    assert TokenBucket(rate).burst == burst


def test_a_burst_can_be_given_for_batches() -> None:
    bucket = TokenBucket(10.0, burst=500)
    assert bucket.take(500, 0.0) == 500
    assert bucket.take(500, 1.0) == 10


def test_it_fills_at_its_rate() -> None:
    bucket = TokenBucket(10.0)
    assert bucket.take(1, 0.0) == 1
    assert bucket.take(1, 0.05) == 0
    assert bucket.take(1, 0.1) == 1


def test_a_rest_fills_no_more_than_the_burst() -> None:
    bucket = TokenBucket(100.0)
    bucket.take(10, 0.0)
    assert bucket.take(1000, 3600.0) == 10


def test_it_says_how_long_to_wait_and_then_grants() -> None:
    bucket = TokenBucket(0.5)
    assert bucket.wait_s(7.0) == 0.0
    assert bucket.take(1, 7.0) == 1
    assert bucket.wait_s(7.0) == pytest.approx(2.0)
    assert bucket.take(1, 7.0 + bucket.wait_s(7.0)) == 1


def test_what_was_not_used_can_be_given_back_up_to_the_burst() -> None:
    bucket = TokenBucket(100.0)
    assert bucket.take(8, 0.0) == 8
    bucket.give_back(5)
    assert bucket.take(100, 0.0) == 7
    bucket.give_back(1000)
    assert bucket.take(100, 0.0) == 10


def test_asking_for_nothing_takes_nothing() -> None:
    bucket = TokenBucket(10.0)
    assert bucket.take(0, 0.0) == 0
    assert bucket.take(-3, 0.0) == 0
    assert bucket.take(5, 0.0) == 1


def test_a_clock_that_runs_backwards_grants_nothing_extra() -> None:
    bucket = TokenBucket(10.0)
    assert bucket.take(1, 1000.0) == 1
    assert bucket.take(1, 0.0) == 0
    assert bucket.take(1, 1000.0) == 0
    assert bucket.take(1, 1000.1) == 1


def test_a_clock_that_runs_backwards_takes_nothing_away() -> None:
    bucket = TokenBucket(100.0)
    assert bucket.take(1, 1000.0) == 1
    assert bucket.take(100, 0.0) == 9


def test_a_rate_of_zero_is_a_bug() -> None:
    with pytest.raises(ValueError, match="lets nothing through"):
        TokenBucket(0.0)


@given(
    rate=st.floats(min_value=0.001, max_value=50_000),
    start=st.floats(min_value=0, max_value=1e6),
    calls=st.lists(
        st.tuples(st.integers(min_value=0, max_value=2000), st.floats(min_value=0, max_value=60)),
        max_size=100,
    ),
)
def test_no_stretch_of_time_gets_more_than_rate_and_burst(
    rate: float, start: float, calls: list[tuple[int, float]]
) -> None:
    bucket, now_s = TokenBucket(rate), start
    granted: list[tuple[float, int]] = []
    for n, gap_s in calls:
        now_s += gap_s
        granted.append((now_s, bucket.take(n, now_s)))
    for first in range(len(granted)):
        total = 0
        for at_s, got in granted[first:]:
            total += got
            allowed = rate * (at_s - granted[first][0]) + bucket.burst
            assert total <= allowed * (1 + 1e-9) + 1e-6


@given(
    rate=st.floats(min_value=0.001, max_value=50_000), start=st.floats(min_value=0, max_value=1e9)
)
def test_whoever_waits_as_told_gets_there(rate: float, start: float) -> None:
    bucket, now_s = TokenBucket(rate), start
    for _ in range(20):
        for _ in range(3):  # rounding of a large clock may cost another short wait
            if bucket.take(1, now_s) == 1:
                break
            now_s += bucket.wait_s(now_s)
        else:
            raise AssertionError("waited three times for nothing")
