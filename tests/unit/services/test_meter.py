"""Live numbers of all nodes, from what the shared counters grow by between two looks."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.services.meter import LATE_MS, WINDOW_S, Meters

START = 29_833_333 * 60_000  # a whole minute
JOB, ERP = 7, 9


class Counted:
    """The table of counters, filled by hand. ``at``: UTC ms."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.rows: Counter[tuple[int, int, int, str]] = Counter()
        self.asked: list[tuple[int, int]] = []

    def clock(self) -> int:
        return self.at + LATE_MS

    def happen(self, what: str, n: int = 1, *, consumer: int = ERP, minute: int = 0) -> None:
        """So much of it, counted in the minute that runs, or (-1) in the one before."""
        self.rows[self.at // 60_000 + minute, JOB, consumer, what] += n

    async def series(self, since: int, until: int) -> list[tuple[int, int, int, str, int]]:
        self.asked.append((since, until))
        return [(*place, n) for place, n in self.rows.items() if since <= place[0] <= until]


async def meters(counted: Counted) -> Meters:
    made = Meters(counted, counted.clock)
    await made.look()
    return made


def delivered(one: Meters, consumer: int = ERP) -> dict[int, float]:
    """By second since the start."""
    seconds = one.of(JOB, consumer).since(START // 1000 - 100)
    return {each.at_s - START // 1000: each.delivered for each in seconds if each.delivered}


async def test_what_the_counters_grow_by_is_what_happened_in_that_second() -> None:
    counted = Counted(START)
    one = await meters(counted)
    for n in (3, 0, 5):
        counted.happen("delivered", n)
        counted.at += 1000
        await one.look()

    assert delivered(one) == {0: 3, 2: 5}
    assert delivered(one, consumer=0) == {0: 3, 2: 5}, "and of the job as a whole"
    assert one.rate(JOB, ERP, "delivered") == 8 / 5
    assert one.known_until_s == START // 1000 + 3


async def test_attempts_that_were_not_accepted_are_failed_and_records_are_pulled() -> None:
    counted = Counted(START)
    one = await meters(counted)
    counted.happen("postponed", 2)
    counted.happen("dead")
    counted.happen("pulled", 4, consumer=0)
    counted.happen("pulled", 3)
    counted.happen("latency_96", 2)
    counted.happen("pulls", 9, consumer=0)
    counted.at += 1000
    await one.look()

    (whole,) = one.of(JOB).since(0)
    (erp,) = one.of(JOB, ERP).since(0)
    assert (erp.failed, erp.pulled, erp.latencies) == (3, 3, {96: 2})
    assert (whole.failed, whole.pulled, whole.latencies) == (3, 4, {96: 2})


async def test_a_late_look_gives_each_second_its_share() -> None:
    counted = Counted(START)
    one = await meters(counted)
    counted.happen("delivered", 25)
    counted.at += 2500
    await one.look()
    assert delivered(one) == pytest.approx({0: 10, 1: 10, 2: 5})
    assert one.known_until_s == START // 1000 + 2

    counted.happen("delivered", 5)
    counted.at += 500
    await one.look()
    assert delivered(one) == pytest.approx({0: 10, 1: 10, 2: 10})


async def test_a_minute_that_ends_between_two_looks_is_counted_whole_and_once() -> None:
    counted = Counted(START - 1000)
    one = await meters(counted)
    counted.happen("delivered", 4)
    counted.at += 1000
    counted.happen("delivered", 6)
    counted.at += 1000
    await one.look()
    assert delivered(one) == {-1: 4, 0: 6}

    counted.happen("delivered", 1, minute=-1)  # a transaction that began before the minute ended
    counted.at += 1000
    await one.look()
    assert delivered(one) == {-1: 4, 0: 6, 1: 1}
    counted.at += 60_000
    await one.look()
    assert sum(delivered(one).values()) == 11


async def test_what_was_before_the_first_look_is_spread_over_its_minutes() -> None:
    counted = Counted(START - 60_000)
    counted.happen("delivered", 60)
    counted.at = START + 30_000
    counted.happen("delivered", 90)
    one = await meters(counted)

    assert delivered(one) == pytest.approx(
        {**dict.fromkeys(range(-30, 0), 1.0), **dict.fromkeys(range(30), 3.0)}
    )
    assert one.rate(JOB, ERP, "delivered") == pytest.approx(3.0)
    assert one.known_since == START + 30_000


async def test_two_nodes_that_look_at_the_same_table_show_the_same() -> None:
    counted = Counted(START)
    one, two = await meters(counted), await meters(counted)
    for n in range(1, 8):
        counted.happen("delivered", n * 10)
        counted.at += 990
        await one.look()
        counted.at += 10
        await two.look()
    assert sum(delivered(one).values()) == pytest.approx(sum(delivered(two).values()))
    rates = [each.rate(JOB, ERP, "delivered") for each in (one, two)]
    assert rates[0] == pytest.approx(rates[1], rel=0.25)


async def test_a_look_that_nobody_needs_is_not_made() -> None:
    counted = Counted(START)
    one = await meters(counted)
    counted.at += 900
    await one.fresh()
    assert len(counted.asked) == 1
    counted.at += 1200
    await one.fresh()
    assert len(counted.asked) == 2


async def test_a_clock_that_is_set_back_makes_a_new_beginning() -> None:
    counted = Counted(START + 7_200_000)
    one = await meters(counted)
    counted.at = START + 1000
    counted.happen("delivered", 10)
    await one.look()
    counted.happen("delivered", 5)
    counted.at += 1000
    await one.look()
    assert delivered(one) == pytest.approx({0: 10, 1: 5})


async def test_a_job_that_is_deleted_counts_nothing_backwards() -> None:
    counted = Counted(START)
    counted.happen("delivered", 10)
    one = await meters(counted)
    counted.rows.clear()
    counted.at += 1000
    await one.look()
    assert one.rate(JOB, ERP, "delivered") == 0


async def test_what_is_older_than_the_window_is_forgotten() -> None:
    counted = Counted(START)
    one = await meters(counted)
    for _ in range(WINDOW_S + 50):
        counted.happen("delivered")
        counted.at += 1000
        await one.look()
    assert WINDOW_S <= len(list(one.of(JOB, ERP).since(0))) <= WINDOW_S + 2

    counted.at += (WINDOW_S + 5) * 1000
    await one.look()
    assert list(one.of(JOB, ERP).since(0)) == []
