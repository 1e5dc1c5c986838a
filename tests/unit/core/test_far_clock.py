from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.core.far_clock import KEPT_S, FarClock

THERE = 1_790_000_000_000
"""What it is there at second 100 here."""


def there_ms(now_s: float) -> float:
    return THERE + (now_s - 100.0) * 1000


def hear(clock: FarClock, asked_s: float, read_s: float, answered_s: float) -> None:
    clock.hear(int(there_ms(read_s)), asked_s, answered_s)


def test_it_says_nothing_before_the_first_answer() -> None:
    clock = FarClock()
    assert (clock.heard, clock.at_ms(5.0)) == (False, 0)


def test_the_quickest_answer_counts() -> None:
    clock = FarClock()
    hear(clock, 100.0, 100.0, 100.5)
    assert clock.at_ms(101.0) == THERE + 500
    hear(clock, 102.0, 102.001, 102.001)
    assert clock.at_ms(103.0) == THERE + 3000
    hear(clock, 104.0, 104.0, 104.9)
    assert clock.at_ms(105.0) == THERE + 5000


def test_a_clock_there_that_is_put_back_is_followed_at_once() -> None:
    clock = FarClock()
    hear(clock, 100.0, 100.0, 100.0)
    clock.hear(THERE - 3_600_000, 101.0, 101.01)
    assert clock.at_ms(101.01) == THERE - 3_600_000


def test_a_clock_there_that_is_put_forward_is_followed_at_once() -> None:
    clock = FarClock()
    hear(clock, 100.0, 100.0, 100.0)
    clock.hear(THERE + 3_600_000, 101.0, 101.01)
    assert clock.at_ms(101.01) == THERE + 3_600_000


def test_an_old_bound_is_forgotten_because_clocks_drift() -> None:
    clock = FarClock()
    clock.hear(THERE, 100.0, 100.0)
    drifted = 0.0002  # here runs faster by so much
    for second in range(1, round(4 * KEPT_S)):
        at_s = 100.0 + second
        read = THERE + round(second * 1000 * (1 - drifted))
        clock.hear(read, at_s - 0.2, at_s)
        ahead = clock.at_ms(at_s) - read
        assert ahead <= 2 * KEPT_S * 1000 * drifted + 1


@given(
    answers=st.lists(
        st.tuples(st.floats(0, 2), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20
    )
)
def test_it_is_never_later_than_it_is_there(answers: list[tuple[float, float, float]]) -> None:
    clock, now_s = FarClock(), 100.0
    for pause, until_read, until_answer in answers:
        asked_s = now_s + pause
        read_s = asked_s + until_read
        now_s = read_s + until_answer
        hear(clock, asked_s, read_s, now_s)
        assert clock.at_us(now_s) <= there_ms(now_s) * 1000 + 2  # rounding
        assert clock.at_us(now_s) >= (there_ms(now_s) - until_read * 1000) * 1000 - 1_000_000
