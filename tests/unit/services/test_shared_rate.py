from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from engine.core.errors import Unavailable
from engine.core.slots import Allowance, Ask, Grant, burst, give
from engine.services import shared_rate
from engine.services.limits import Served
from engine.services.shared_rate import RateDesk, SharedRate

DEADLINE_S = 10.0


class Rows:
    """What nodes have in common. gone: the database does not answer; broken: a fault of ours."""

    def __init__(self) -> None:
        self.kept: dict[int, Allowance] = {}
        self.asks: list[list[Ask]] = []
        self.gone = False
        self.broken = False

    async def take_slots(self, asks: Sequence[Ask]) -> tuple[int, list[Grant]]:
        self.asks.append(list(asks))
        if self.broken:
            raise ZeroDivisionError
        if self.gone:
            raise Unavailable("The database does not answer.")
        now, grants = time.time_ns() // 1_000_000, []
        for ask in asks:
            kept, grant = give(self.kept.get(ask.consumer_id), ask, now * 1000)
            self.kept[ask.consumer_id] = kept
            grants.append(grant)
        return now, grants


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
async def desk(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RateDesk]:
    monkeypatch.setattr(shared_rate, "RETRY_S", 0.02)
    desk = RateDesk(rows, rng=random.Random(1), monotonic=time.monotonic)
    desk.start()
    yield desk
    await desk.stop()


def rate_of(
    desk: RateDesk, per_s: float, consumer_id: int = 7, changed: Callable[[], None] = lambda: None
) -> SharedRate:
    return desk.rate(Served(consumer_id, 1, list, lambda: 0, changed, lambda: None), per_s)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not holds():
            await asyncio.sleep(0.002)


async def test_nothing_goes_before_slots_are_there_and_then_it_is_told(
    rows: Rows, desk: RateDesk
) -> None:
    told = asyncio.Event()
    rate = rate_of(desk, 50.0, changed=told.set)
    assert rate.take(1, time.monotonic()) == 0
    async with asyncio.timeout(DEADLINE_S):
        await told.wait()
    assert rate.take(1, time.monotonic()) == 1


async def test_a_consumer_with_nothing_to_send_asks_for_nothing(rows: Rows, desk: RateDesk) -> None:
    idle, busy = rate_of(desk, 50.0, 1), rate_of(desk, 50.0, 2)
    idle.want(0)
    assert idle.wait_s(time.monotonic()) == 0.0
    busy.want(1)
    await until(lambda: bool(rows.asks))
    assert [[ask.consumer_id for ask in asks] for asks in rows.asks] == [[2]]


async def test_consumers_that_wait_together_ask_together(rows: Rows, desk: RateDesk) -> None:
    for consumer_id in (9, 3, 5):
        rate_of(desk, 50.0, consumer_id).want(4)
    await until(lambda: bool(rows.asks))
    assert [ask.consumer_id for ask in rows.asks[0]] == [3, 5, 9]


async def test_it_asks_for_no_more_than_it_has_and_than_a_fifth_of_a_second(
    rows: Rows, desk: RateDesk
) -> None:
    rate_of(desk, 1000.0, 1).want(3)
    rate_of(desk, 1000.0, 2).want(100_000)
    await until(lambda: bool(rows.asks))
    few, many = rows.asks[0]
    assert few.wanted == 3
    assert 200 <= many.wanted <= 220


@pytest.mark.parametrize("fault", ["gone", "broken"])
async def test_while_slots_cannot_be_had_nothing_goes_and_then_it_goes_on(
    rows: Rows, desk: RateDesk, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    setattr(rows, fault, True)
    rate = rate_of(desk, 50.0)
    rate.want(5)
    await until(lambda: len(rows.asks) >= 2)
    assert rate.take(1, time.monotonic()) == 0
    assert rate.wait_s(time.monotonic()) > 0
    setattr(rows, fault, False)
    await until(lambda: rate.take(1, time.monotonic()) == 1)
    warnings = [one for one in caplog.records if "wait for their rate" in one.message]
    assert len(warnings) == (1 if fault == "gone" else 0), "an outage is told once"


async def test_a_rare_slot_is_waited_for_and_not_asked_for_again_and_again(
    rows: Rows, desk: RateDesk
) -> None:
    rate = rate_of(desk, 1 / 3600)
    rate.want(5)
    await until(lambda: rate.take(1, time.monotonic()) == 1)
    await until(lambda: len(rows.asks) == 2)
    await until(lambda: rate.wait_s(time.monotonic()) > 3000)
    for _ in range(100):
        assert rate.take(1, time.monotonic()) == 0
        rate.want(5)
    assert len(rows.asks) == 2


async def test_a_slow_sender_takes_fewer_slots_at_a_time(rows: Rows, desk: RateDesk) -> None:
    """Slots that run out unused are lost to everybody."""
    rate, sent = rate_of(desk, 1000.0), 0
    began = time.monotonic()
    async with asyncio.timeout(DEADLINE_S):
        while len(rows.asks) < 25:
            rate.want(1000)
            sent += rate.take(1, time.monotonic())
            await asyncio.sleep(0.005)
    late = [ask.wanted for asks in rows.asks[-10:] for ask in asks]
    assert min(late) < 100, late
    assert sent <= 1000 * (time.monotonic() - began) + burst(1000.0)
