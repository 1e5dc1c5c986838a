from __future__ import annotations

import pytest

from engine.node.graphs import MAX_SAMPLES, Span, from_counters, from_seconds, span_of
from engine.services.meter import Second
from engine.store.series import Samples

NOTHING = Samples((), 0)


def seconds(
    now: int,
    window_s: int,
    pulled: list[Second],
    pushed: list[Second],
    *,
    samples: Samples = NOTHING,
    known_since: int = 0,
    of_consumer: bool = False,
) -> dict[str, list[float | None]]:
    shape = from_seconds(
        now // 1000,
        window_s,
        [*pulled, *pushed],
        span=span_of(now, window_s + 60),
        samples=samples,
        known_since=known_since,
        of_consumer=of_consumer,
    )
    assert shape.start == (now // 1000 - window_s) * 1000
    return {name: list(getattr(shape, name)) for name in ("pulled", "delivered", "failed")} | {
        "backlog": list(shape.backlog),
        "p50": list(shape.p50_ms),
        "p99": list(shape.p99_ms),
    }


def test_seconds_become_samples_without_the_running_one() -> None:
    shape = seconds(
        10_500,
        3,
        [Second(8, pulled=5), Second(10, pulled=99)],
        [Second(7, delivered=1, latencies={10: 1, 20: 1, 28: 1}), Second(9, delivered=2, failed=1)],
    )
    assert shape["pulled"] == [0, 5, 0]
    assert shape["delivered"] == [1, 0, 2]
    assert shape["failed"] == [0, 0, 1]
    assert shape["p50"] == [21.5, None, None]
    assert shape["p99"] == [29.5, None, None]


def test_the_backlog_is_worked_out_backwards_from_now() -> None:
    counted = Samples(
        ((0, True, "pulled", 10), (0, False, "pulled", 10), (0, False, "delivered", 6)), 4
    )
    shape = seconds(3_000, 3, [Second(1, pulled=10)], [Second(2, delivered=6)], samples=counted)
    assert shape["backlog"] == [0, 10, 4]


def test_a_minute_that_begins_behind_the_window_does_not_reach_into_it() -> None:
    """What is known of all nodes ends seconds ago: a minute may have begun since."""
    counted = Samples(
        tuple(
            (minute, of_job, "pulled", n)
            for minute, n in ((1, 100), (2, 7))
            for of_job in (True, False)
        ),
        107,
    )
    shape = from_seconds(
        118,
        60,
        [Second(117, pulled=100)],
        span=span_of(121_000, 120),
        samples=counted,
        known_since=0,
    )
    assert len(shape.backlog) == 60
    assert shape.backlog[-2:] == (0, 100)


def test_two_consumers_wait_for_each_record_twice() -> None:
    counted = Samples(((0, True, "pulled", 10), (0, False, "pulled", 20)), 20)
    shape = seconds(3_000, 3, [Second(1, pulled=10)], [], samples=counted)
    assert shape["backlog"] == [0, 20, 20]


def test_the_backlog_is_exact_at_every_full_minute_whatever_memory_says() -> None:
    counted = Samples(((0, False, "pulled", 100), (1, False, "delivered", 40)), 60)
    shape = seconds(120_000, 120, [], [], samples=counted)

    assert shape["backlog"][59] == pytest.approx(100)
    assert shape["backlog"][119] == pytest.approx(60)
    course = [value for value in shape["backlog"] if value is not None]
    assert course[59:] == sorted(course[59:], reverse=True)


def test_what_happened_before_the_node_started_comes_from_the_minutes() -> None:
    counted = Samples(
        (
            (0, True, "pulled", 60),
            (0, False, "pulled", 60),
            (0, False, "delivered", 120),
            (0, False, "latency_96", 120),
            (1, False, "delivered", 90),
        ),
        0,
    )
    shape = seconds(
        120_000, 120, [], [Second(100, delivered=60)], samples=counted, known_since=90_000
    )
    assert shape["pulled"][:60] == [1.0] * 60
    assert shape["delivered"][:60] == [2.0] * 60
    assert shape["delivered"][60:90] == [1.0] * 30, "90 less the 60 that memory has, over 30 s"
    assert shape["delivered"][100] == 60
    assert sum(value or 0 for value in shape["delivered"]) == 210
    assert shape["p50"][0] == 103.5


def test_what_happened_in_the_second_the_node_started_in_stays_there() -> None:
    counted = Samples(((1, False, "delivered", 70),), 0)
    shape = seconds(
        120_000, 60, [], [Second(90, delivered=40)], samples=counted, known_since=90_700
    )
    assert shape["delivered"][30] == 40
    assert shape["delivered"][:30] == [1.0] * 30, "what was before the start in the same minute"


def test_the_second_that_runs_is_not_spread_over_the_time_before_the_start() -> None:
    counted = Samples(((1, False, "delivered", 40),), 0)
    shape = seconds(
        100_000, 60, [], [Second(100, delivered=40)], samples=counted, known_since=95_000
    )
    assert shape["delivered"] == [0.0] * 60


def test_minutes_become_rates_and_the_last_one_is_not_yet_whole() -> None:
    rows = (
        (100, True, "pulled", 120),
        (100, False, "pulled", 120),
        (100, False, "delivered", 60),
        (101, False, "delivered", 30),
        (101, False, "dead", 3),
        (101, False, "latency_8", 9),
        (101, False, "latency_128", 1),
    )
    shape = from_counters((101 * 60 + 30) * 1000, Span(100, 101, 1), Samples(rows, 27))
    assert shape.pulled == (2.0, 0.0), "a job's records are counted once, not for each consumer"
    assert shape.delivered == (1.0, 1.0)
    assert shape.failed == (0.0, 0.1)
    assert shape.backlog == (60.0, 27.0)
    assert shape.p50_ms == (None, 8.5)
    assert shape.p99_ms == (None, 143.5)


def test_a_consumers_own_records_are_its_pulled() -> None:
    rows = ((100, False, "pulled", 60), (100, False, "skipped", 6), (100, False, "resent", 1))
    shape = from_counters(101 * 60_000, Span(100, 100, 1), Samples(rows, 55), of_consumer=True)
    assert shape.pulled == (1.0,)
    assert shape.backlog == (55.0,)


@pytest.mark.parametrize(
    ("window_s", "step"),
    [
        (300, 1),
        (3600, 1),
        (6 * 3600, 1),
        (86_400, 5),
        (2 * 86_400, 5),
        (7 * 86_400, 20),
        (31 * 86_400, 80),
    ],
)
def test_no_window_has_more_samples_than_a_screen_can_show(window_s: int, step: int) -> None:
    now = 29_900_017 * 60_000
    span = span_of(now, window_s)

    assert span.step == step
    assert window_s <= span.length * step * 60 <= window_s + 2 * step * 60
    assert span.length <= MAX_SAMPLES + 1
    assert span.since % step == 0
    assert len(from_counters(now, span, NOTHING).pulled) == span.length
