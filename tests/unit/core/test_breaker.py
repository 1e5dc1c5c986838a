from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.attempt import Outcome
from engine.core.breaker import (
    FAILURES_IN_A_ROW,
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    NO_LIMIT,
    WINDOW_S,
    Breaker,
    BreakerState,
    health_of,
)
from engine.core.record import PushResult, PushVerdict


def state_of(breaker: Breaker) -> BreakerState:
    return breaker.state


def opened(at_s: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES_IN_A_ROW):
        breaker.record(False, at_s)
    assert state_of(breaker) is BreakerState.OPEN
    return breaker


def test_a_new_breaker_lets_everything_through() -> None:
    breaker = Breaker()
    assert breaker.allow(0.0, 1000) == NO_LIMIT
    assert (breaker.opened_at, breaker.reason, breaker.steady_since) == (None, "", None)
    assert breaker.next_at() is None


def test_ten_failures_in_a_row_open_it_and_nine_do_not() -> None:
    breaker = Breaker()
    for second in range(20):
        breaker.record(True, second)
    for second in range(20, 29):
        breaker.record(False, second)
    assert state_of(breaker) is BreakerState.CLOSED
    breaker.record(False, 29.0)
    assert state_of(breaker) is BreakerState.OPEN
    assert breaker.opened_at == 29.0
    assert breaker.reason == "10 requests failed in a row."
    assert breaker.allow(30.0, 0) == 0


def test_a_success_in_between_starts_the_row_again() -> None:
    breaker = Breaker()
    for second in range(1000):
        breaker.record(second % 2 == 0, second)
    assert state_of(breaker) is BreakerState.CLOSED


def test_seventy_percent_failing_open_it() -> None:
    breaker = Breaker()
    for ok in (False, False, True, False, False, True, False, False, True):
        breaker.record(ok, 1.0)
    assert state_of(breaker) is BreakerState.CLOSED  # 6 of 9: too few to judge, and below the share
    breaker.record(False, 2.0)
    assert state_of(breaker) is BreakerState.OPEN
    assert breaker.reason == "7 of the last 10 requests failed within 5 minutes."


def test_nine_requests_are_too_few_for_a_share() -> None:
    breaker = Breaker()
    for ok in (True, *[False] * 8):
        breaker.record(ok, 1.0)
    assert state_of(breaker) is BreakerState.CLOSED


def test_failures_leave_the_window_after_five_minutes() -> None:
    breaker = Breaker()
    for _ in range(3):
        breaker.record(False, 0.0)
        breaker.record(False, 0.0)
        breaker.record(True, 0.0)
    later = WINDOW_S + 1
    for ok in (False, False, True, False, False, True):
        breaker.record(ok, later)
    breaker.record(False, later)
    assert state_of(breaker) is BreakerState.CLOSED  # 11 of 16 ever, but 5 of 7 in the window


def test_failures_still_in_the_window_count() -> None:
    breaker = Breaker()
    for ok in (False, False, True, False, False, True, False):
        breaker.record(ok, 0.0)
    for ok in (False, True, False):
        breaker.record(ok, WINDOW_S - 60)
    assert state_of(breaker) is BreakerState.OPEN  # 7 of 10


def test_a_long_silence_empties_the_whole_window() -> None:
    breaker = Breaker()
    for ok in (False, False, True, False, False, True, False, False, True):
        breaker.record(ok, 0.0)
    breaker.record(False, 1e7)
    assert state_of(breaker) is BreakerState.CLOSED


def test_it_is_half_open_after_thirty_seconds_with_one_request_at_a_time() -> None:
    breaker = opened(at_s=100.0)
    assert breaker.next_at() == 100.0 + FIRST_WAIT_S
    assert breaker.allow(129.9, 0) == 0
    assert breaker.allow(130.0, 0) == 1
    assert breaker.allow(130.0, 1) == 0
    assert breaker.allow(130.0, 8) == 0
    assert state_of(breaker) is BreakerState.HALF_OPEN
    assert breaker.opened_at == 100.0
    assert breaker.reason == "The target failed before; requests are tried one at a time."


def test_a_success_on_trial_closes_it_and_forgets_the_outage() -> None:
    breaker = opened()
    breaker.allow(30.0, 0)
    breaker.record(True, 31.0)
    assert state_of(breaker) is BreakerState.CLOSED
    assert (breaker.opened_at, breaker.reason, breaker.steady_since) == (None, "", 31.0)
    assert breaker.allow(31.0, 0) == NO_LIMIT
    for _ in range(FAILURES_IN_A_ROW - 1):
        breaker.record(False, 32.0)
    assert state_of(breaker) is BreakerState.CLOSED


def test_each_failed_trial_doubles_the_wait_up_to_five_minutes() -> None:
    breaker = opened()
    now_s, waits = 0.0, []
    for _ in range(7):
        next_at = breaker.next_at()
        assert next_at is not None
        waits.append(next_at - now_s)
        now_s = next_at
        assert breaker.allow(now_s, 0) == 1
        breaker.record(False, now_s)
    assert waits == [30, 60, 120, 240, 300, 300, 300]
    assert max(waits) == LONGEST_WAIT_S
    assert breaker.opened_at == 0.0


def test_the_wait_is_short_again_after_it_closed() -> None:
    breaker = opened()
    breaker.allow(30.0, 0)
    breaker.record(False, 30.0)
    breaker.allow(90.0, 0)
    breaker.record(True, 90.0)
    for _ in range(FAILURES_IN_A_ROW):
        breaker.record(False, 100.0)
    assert breaker.next_at() == 100.0 + FIRST_WAIT_S
    assert breaker.opened_at == 100.0


@pytest.mark.parametrize("ok", [True, False])
def test_a_late_answer_changes_nothing_while_it_is_open(ok: bool) -> None:
    breaker = opened(at_s=10.0)
    breaker.record(ok, 20.0)
    assert state_of(breaker) is BreakerState.OPEN
    assert breaker.next_at() == 40.0


def test_a_result_that_comes_when_the_wait_is_over_counts_as_a_trial() -> None:
    breaker = opened()
    breaker.record(True, FIRST_WAIT_S)
    assert state_of(breaker) is BreakerState.CLOSED


def test_a_clock_that_runs_backwards_neither_fails_nor_shortens_the_wait() -> None:
    breaker = opened(at_s=1000.0)
    assert breaker.allow(0.0, 0) == 0
    assert breaker.allow(1029.0, 0) == 0
    assert breaker.allow(1030.0, 0) == 1


def test_a_clock_below_zero_is_only_a_clock() -> None:
    breaker = Breaker()
    for second in range(-500, 0):
        breaker.record(second % 2 == 0, second)
    assert state_of(breaker) is BreakerState.CLOSED


def test_its_memory_does_not_grow() -> None:
    def size(breaker: Breaker) -> int:
        parts = [getattr(breaker, name) for name in Breaker.__slots__]
        return sum(sys.getsizeof(p) for p in parts if isinstance(p, (list, dict, set)))

    breaker = Breaker()
    before = size(breaker)
    for number in range(20_000):
        breaker.record(number % 2 == 0, number * 0.5)
    assert size(breaker) == before


@given(
    st.lists(st.tuples(st.booleans(), st.floats(min_value=0, max_value=120)), max_size=200),
)
def test_its_sums_are_those_of_a_plain_recount(results: list[tuple[bool, float]]) -> None:
    """The window is of 30 buckets of 10 s; a plain list with the same edges must agree."""
    breaker, seen, now_s, in_a_row = Breaker(), list[tuple[int, bool]](), 0.0, 0
    for ok, gap_s in results:
        now_s += gap_s
        breaker.record(ok, now_s)
        bucket = int(now_s // 10)
        seen = [(b, o) for b, o in [*seen, (bucket, ok)] if b > bucket - 30]
        in_a_row = 0 if ok else in_a_row + 1
        bad = sum(not o for _, o in seen)
        should_open = in_a_row >= 10 or (len(seen) >= 10 and bad >= 0.7 * len(seen))
        assert (breaker.state is BreakerState.OPEN) == should_open
        if should_open:
            return


@pytest.mark.parametrize(
    ("verdict", "health"),
    [
        (PushVerdict(Outcome.ACCEPTED), True),
        (PushVerdict(Outcome.RETRY), False),
        (PushVerdict(Outcome.UNKNOWN), False),
        (PushVerdict(Outcome.NOT_SENT), False),
        (PushVerdict(Outcome.REJECTED), True),
        (PushVerdict(Outcome.REJECTED, line_refusal=True), False),
        (PushVerdict(Outcome.NOT_SENT, final=True), None),
    ],
)
def test_only_the_target_itself_makes_a_line_sick(
    verdict: PushVerdict, health: bool | None
) -> None:
    assert health_of(PushResult(None, (verdict,))) is health


def test_one_record_taken_of_a_batch_shows_a_well_target() -> None:
    bad, unmade, good = (
        PushVerdict(Outcome.RETRY),
        PushVerdict(Outcome.NOT_SENT, final=True),
        PushVerdict(Outcome.ACCEPTED),
    )
    assert health_of(PushResult(None, (bad, unmade, good))) is True
    assert health_of(PushResult(None, (unmade, bad))) is False
    assert health_of(PushResult(None, (unmade, unmade))) is None
