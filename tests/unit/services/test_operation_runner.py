"""Who works on an operation: one node at a time, the next one when it dies, at its pace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.core.pace import Pace
from engine.services import operation_runner
from engine.services.operation_runner import OperationRunner, Shared
from engine.store.operation_rows import Kind, NewOperation, OperationRow, Stage
from engine.store.rows import RecordFilter
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, incoming

DEADLINE_S = 20.0


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Two hundred records that were delivered."""
    clock = HandClock()
    store = await Store.open(f"sqlite:///{tmp_path / 'x.db'}", clock=clock, node="one")
    world = await World(store, clock).begin()
    await world.ingest(*(incoming(f"K{n}") for n in range(200)))
    await world.accept(*await world.claim(200))
    yield world
    await world.sound()
    await store.close()


async def begun(world: World, per_s: float | None = None) -> OperationRow:
    return await world.store.begin_operation(
        NewOperation(Kind.RESEND, "{}", "ana", wanted=RecordFilter(), total=200, per_s=per_s)
    )


def runner(world: World, owner: str) -> OperationRunner:
    return OperationRunner(Shared(world.store, {}, lambda: None, world.clock), owner=owner)


async def reached(world: World, row: OperationRow, done: int) -> OperationRow:
    async with asyncio.timeout(DEADLINE_S):
        while (found := await world.store.operation(row.id)).done < done:
            await asyncio.sleep(0.01)
    return found


async def cycles(world: World) -> set[int]:
    return {one.cycle for record in await world.everything() for one in record.deliveries}


async def test_several_nodes_share_operations_and_move_each_delivery_once(world: World) -> None:
    rows = [await begun(world, per_s=2000)]
    runners = [runner(world, owner) for owner in ("one", "two", "three")]
    for each in runners:
        each.start()

    found = await reached(world, rows[0], 200)
    for each in runners:
        await each.stop()

    assert (found.state, found.moved, found.refused) == (Stage.DONE, 200, 0)
    assert found.token == 1
    assert await cycles(world) == {2}


async def test_another_node_goes_on_when_the_first_one_dies(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await begun(world, per_s=100)
    dying = runner(world, "one")
    dying.start()
    first = await reached(world, row, 20)

    async def nothing(_: object) -> None:
        """A dead node gives nothing back."""

    with monkeypatch.context() as patched:
        patched.setattr(world.store, "let_go_operation", nothing)
        await dying.stop()
    left = await world.store.operation(row.id)
    assert (left.owner, left.state) == ("one", Stage.RUNNING)
    assert await world.store.free_operations(limit=9) == ()

    world.clock.forward(operation_runner.TTL_MS)
    other = runner(world, "two")
    other.start()
    found = await reached(world, row, 200)
    await other.stop()

    assert (found.moved, found.token) == (200, first.token + 1)
    assert await cycles(world) == {2}


async def test_a_stopped_node_gives_its_operations_back_at_once(world: World) -> None:
    row = await begun(world, per_s=50)
    one = runner(world, "one")
    one.start()
    await reached(world, row, 10)
    await one.stop()

    assert [free.id for free in await world.store.free_operations(limit=9)] == [row.id]


async def test_a_fault_ends_an_operation_with_a_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object, **__: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(world.store, "move_block", broken)
    row = await begun(world)
    one = runner(world, "one")
    one.start()
    async with asyncio.timeout(DEADLINE_S):
        while (found := await world.store.operation(row.id)).state is Stage.RUNNING:
            await asyncio.sleep(0.01)
    await one.stop()

    assert (found.state, found.sentence) == (Stage.FAILED, operation_runner.BUG)
    assert "ZeroDivisionError" in caplog.text


async def test_a_lost_ownership_ends_the_work(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operation_runner, "KEEP_EVERY_S", 0.02)
    row = await begun(world, per_s=1)
    one = runner(world, "one")
    one.start()
    await reached(world, row, 1)
    await world.store.steer_operation(row.id, "cancel", by="ana")

    async with asyncio.timeout(DEADLINE_S):
        while one.working:
            await asyncio.sleep(0.01)
    await one.stop()
    assert (await world.store.operation(row.id)).done < 5


# ---- the pace


def test_a_pace_is_kept_over_any_stretch() -> None:
    now, done = 0.0, 0
    pace = Pace(100, now)
    assert pace.step == 50
    while now < 10:
        done += pace.step
        pace.done(pace.step, now)
        now += max(0.001, pace.wait_s(now))
    assert 1000 <= done <= 1050


def test_a_pause_is_not_followed_by_a_burst() -> None:
    pace = Pace(100, 0.0)
    pace.done(50, 0.0)
    late, burst = 60.0, 0
    while pace.wait_s(late) == 0:
        pace.done(pace.step, late)
        burst += pace.step
    assert burst <= 150


@pytest.mark.parametrize(("per_s", "step"), [(None, 500), (0.2, 1), (3, 1), (10_000, 500)])
def test_steps_are_half_a_second_long_at_most(per_s: float | None, step: int) -> None:
    assert Pace(per_s, 0.0).step == step


def test_without_a_limit_there_is_no_wait_but_what_is_held() -> None:
    pace = Pace(None, 0.0)
    pace.done(10_000, 0.0)
    assert pace.wait_s(0.0) == 0
    pace.hold(3.0, 1.0)
    assert pace.wait_s(1.0) == 3.0
