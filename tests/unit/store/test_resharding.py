"""Deliveries that move while their shards do: none stays behind in a shard that is no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from engine.core.delivery import Event
from engine.store import changes
from engine.store.changes import Place
from engine.store.rounds import Tidier
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, incoming, settlement


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A job whose changes are put in order by the test, block by block."""
    monkeypatch.setattr(Tidier, "ask", lambda tidier: None)
    monkeypatch.setattr(changes, "BLOCK", 3)
    clock = HandClock()
    store = await Store.open(f"sqlite:///{tmp_path / 'x.db'}", clock=clock, node="one")
    yield await World(store, clock).begin(push_shards=8)
    await store.close()


@pytest.mark.parametrize("event", [Event.POSTPONE, Event.RELEASE])
@pytest.mark.parametrize("blocks", range(0, 24, 3))
async def test_what_comes_back_while_blocks_are_moved_is_in_its_new_shard(
    world: World, event: Event, blocks: int
) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(24)))
    in_flight = await world.claim(8)
    await world.postpone(*await world.claim(8), wait_ms=0)
    await world.save(push_shards=3)
    place: Place | None = None

    async def block() -> bool:
        nonlocal place
        more, place = await world.store._gateway.write(partial(changes.next_block, place=place))
        return more

    for _ in range(blocks):
        await block()
    await world.store.settle([settlement(one, event, due_at=world.clock()) for one in in_flight])
    while await block():
        pass

    await world.take()
    claimed = await world.claim()
    assert len(claimed) == 24
    assert {one.shard for one in claimed} == {0, 1, 2}


@pytest.mark.parametrize("blocks", range(0, 24, 3))
async def test_a_job_that_is_saved_anew_meanwhile_is_gone_through_from_the_start(
    world: World, blocks: int
) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(24)))
    await world.save(push_shards=3)
    place: Place | None = None

    async def block() -> bool:
        nonlocal place
        more, place = await world.store._gateway.write(partial(changes.next_block, place=place))
        return more

    for _ in range(blocks):
        await block()
    await world.save(push_shards=5)  # as through another node: this one knows its place still
    while await block():
        pass

    await world.take()
    claimed = await world.claim()
    assert len(claimed) == 24
    assert {one.shard for one in claimed} == {0, 1, 2, 3, 4}
