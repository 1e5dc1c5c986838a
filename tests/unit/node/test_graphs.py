from __future__ import annotations

from engine.node.graphs import from_counters, from_seconds
from engine.services.meter import Meter, Second


def test_seconds_become_samples_without_the_running_one() -> None:
    shape = from_seconds(
        10_500,
        3,
        pulled=[Second(8, pulled=5), Second(10, pulled=99)],
        pushed=[
            Second(7, delivered=1, latencies_ms=[10, 20, 30]),
            Second(9, delivered=2, failed=1),
        ],
        backlog=4,
    )
    assert shape.start == 7000
    assert list(shape.pulled) == [0, 5, 0]
    assert list(shape.delivered) == [1, 0, 2]
    assert list(shape.failed) == [0, 0, 1]
    assert list(shape.p50_ms) == [20, None, None]
    assert list(shape.p99_ms) == [30, None, None]


def test_the_backlog_is_worked_out_backwards_from_now() -> None:
    shape = from_seconds(
        3_000, 3, pulled=[Second(1, pulled=10)], pushed=[Second(2, delivered=6)], backlog=4
    )
    assert list(shape.backlog) == [0, 10, 4]


def test_minutes_become_rates_and_the_last_one_is_not_yet_whole() -> None:
    rows = [
        (100, 1, 0, "pulled", 120),
        (100, 1, 7, "pulled", 120),
        (100, 1, 7, "delivered", 60),
        (101, 1, 7, "delivered", 30),
        (101, 1, 7, "dead", 3),
        (101, 1, 7, "latency_4", 9),
        (101, 1, 7, "latency_8", 1),
    ]
    shape = from_counters((101 * 60 + 30) * 1000, 100, 101, rows)
    assert shape.pulled == (2.0, 0.0), "a job's records are counted once, not for each consumer"
    assert shape.delivered == (1.0, 1.0)
    assert shape.failed == (0.0, 0.1)
    assert shape.p50_ms == (None, 12.0)
    assert shape.p99_ms == (None, 192.0)


def test_a_week_has_no_more_samples_than_a_screen_can_show() -> None:
    shape = from_counters(20_000 * 60_000, 20_000 - 7 * 1440 + 1, 20_000, [])
    assert len(shape.pulled) <= 360
    assert len(shape.pulled) * shape.step_s >= 7 * 86_400


def test_a_meter_forgets_what_is_older_than_its_window() -> None:
    meter = Meter()
    for second in range(2000):
        meter.pulled(second * 1000, 1)
    assert len(meter.seconds(2_000_000, 100_000)) == 900
    assert meter.rate(2_000_000, "pulled") == 1.0
