from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from msgspec.structs import replace

from engine.core.errors import Unavailable
from engine.services import settler as module
from engine.services.settler import CAPACITY, Settler
from engine.store.rows import Settlement
from tests.unit.services.factories import settlement


class Ledger:
    """Keeps what it is told; refuses while ``broken``, and waits while ``gate`` is closed."""

    def __init__(self) -> None:
        self.calls: list[list[Settlement]] = []
        self.broken: Exception | None = None
        self.asked = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.lost: set[int] = set()

    async def settle(self, settlements: Sequence[Settlement]) -> list[bool]:
        self.asked.set()
        await self.gate.wait()
        if self.broken is not None:
            raise self.broken
        self.calls.append(list(settlements))
        return [one.delivery_id not in self.lost for one in settlements]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
async def told() -> list[int]:
    return []


@pytest.fixture
async def settler(ledger: Ledger, told: list[int]) -> AsyncIterator[Settler]:
    settler = Settler(ledger, told.extend)
    settler.start()
    yield settler
    ledger.gate.set()
    ledger.broken = None
    await settler.stop()


async def test_outcomes_are_committed_in_groups(
    settler: Settler, ledger: Ledger, told: list[int]
) -> None:
    for n in range(100):
        settler.put([settlement(n)])
    await settler.flush()
    assert [one.delivery_id for call in ledger.calls for one in call] == list(range(100))
    assert set(told) == {1}
    assert len(ledger.calls) == 1


async def test_a_batch_keeps_its_reference_to_the_shared_exchange(
    settler: Settler, ledger: Ledger
) -> None:
    settler.put([settlement(1)])
    settler.put([settlement(2), settlement(3, exchange_of=0)])
    settler.put([settlement(4), settlement(5, exchange_of=0)])
    await settler.flush()
    (group,) = ledger.calls
    shared = [one.exchange_of for one in group]
    assert shared == [None, None, 1, None, 3]


async def test_a_full_buffer_stops_the_senders_until_there_is_room(
    settler: Settler, ledger: Ledger
) -> None:
    ledger.gate.clear()
    settler.put([settlement(0)])
    await ledger.asked.wait()
    for n in range(CAPACITY):
        settler.put([settlement(n)])
    assert not settler.has_room
    ledger.gate.set()
    await settler.flush()
    assert settler.has_room


@pytest.mark.parametrize("error", [Unavailable("The disk is full."), RuntimeError("a bug")])
async def test_what_cannot_be_stored_is_stored_later(
    settler: Settler,
    ledger: Ledger,
    told: list[int],
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "RETRY_PAUSE_S", 0.01)
    ledger.broken = error
    settler.put([settlement(1)])
    await ledger.asked.wait()
    ledger.asked.clear()
    await ledger.asked.wait()
    assert settler.problem
    assert told == []
    ledger.broken = None
    await settler.flush()
    assert told == [1]
    assert settler.problem == ""


async def test_a_verdict_of_a_lost_shard_is_not_told_as_settled(
    settler: Settler, ledger: Ledger, told: list[int]
) -> None:
    ledger.lost = {2}
    settler.put([settlement(1)])
    settler.put([replace(settlement(2), consumer_id=2)])
    await settler.flush()
    assert told == [1]


async def test_stopping_commits_what_is_buffered(ledger: Ledger, told: list[int]) -> None:
    settler = Settler(ledger, told.extend)
    settler.start()
    settler.put([settlement(1)])
    await settler.stop()
    await settler.stop()
    assert told == [1]


async def test_a_node_that_stops_does_not_wait_for_ever_for_a_database_that_is_gone(
    ledger: Ledger, told: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_PAUSE_S", 0.01)
    now_s = 0.0
    settler = Settler(ledger, told.extend, monotonic=lambda: now_s)
    settler.start()
    ledger.broken = Unavailable("The database does not answer.")
    settler.put([settlement(1)])
    settler.hurry()
    stopping = asyncio.create_task(settler.stop())
    await ledger.asked.wait()
    ledger.asked.clear()
    await ledger.asked.wait()
    assert not stopping.done()

    now_s = module.LAST_S
    await asyncio.wait_for(stopping, 10)
    assert told == []
