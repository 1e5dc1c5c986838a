"""Retention's rounds over more records than one look takes in."""

from __future__ import annotations

import pytest

from engine.store import retention
from tests.conformance.store_world import World, incoming
from tests.conformance.test_store_retention import DAY_MS, retain


@pytest.mark.parametrize("window", [3, 10, 40, 1000])
async def test_every_old_record_is_met_whatever_lies_between(
    world: World, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    monkeypatch.setattr(retention, "WINDOW", window)
    for n in range(10):
        await world.ingest(*(incoming(f"{n}-{i}") for i in range(4)))
    claimed = await world.claim()
    old = [one for one in claimed if one.record_id % 7 == 0]
    await world.accept(*old)
    world.clock.forward(31 * DAY_MS)
    await world.take()

    assert await retain(world) == len(old)
    assert await retain(world) == 0

    await world.accept(*(one for one in claimed if one not in old))
    world.clock.forward(31 * DAY_MS)
    assert await retain(world) == len(claimed) - len(old)
    world.clock.forward(60 * DAY_MS)
    await retain(world)
    for record in await world.everything():
        assert (await world.store.record(record.record_id)).attempts == {}
    await world.sound()
