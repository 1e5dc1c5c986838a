"""A pull shard that is handed over: the page in hand is stored, and none is asked for after it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest

from engine.core.record import FailedPull, PulledPage
from engine.producers.port import PageOut, PullStart, Trial
from engine.services.puller import Puller, PullPlan
from engine.store.rows import Lease
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, exchange, incoming

DEADLINE_S = 20.0


class Endless:
    """A source with one more page, always; a page comes when it is let ``go``."""

    def __init__(self) -> None:
        self.asked = 0
        self.waits = asyncio.Event()
        self.go = asyncio.Event()

    async def pages(self, start: PullStart) -> AsyncGenerator[PageOut | FailedPull, None]:
        before = start.cursor
        while True:
            self.asked += 1
            self.waits.set()
            await self.go.wait()
            record, after = incoming(f"K{self.asked}"), f"cursor {self.asked}"
            page = PulledPage(exchange(), (record,), 1, before, after, self.asked, True)
            yield PageOut(page, "")
            before = after

    async def trial(self, start: PullStart) -> Trial:
        raise AssertionError("nobody tries it here")


class Scene:
    """A puller; ``may_begin`` and ``ours`` are what the leaser says of its shard."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.source = Endless()
        self.may_begin = self.ours = True
        plan = PullPlan(
            job_id=world.job.id,
            job="orders",
            shard="all",
            vars={},
            push_shards=4,
            interval_s=5.0,
            next_due=lambda at: at + 5000,
            consumers=(),
        )
        self.puller = Puller(
            plan,
            self.source,
            world.store,
            lambda: self._lease(self.may_begin and self.ours),
            held=lambda: self._lease(self.ours),
            came_in=lambda _: None,
            clock=world.clock,
            rng=random.Random(1),
        )

    async def begin(self) -> None:
        self.puller.tick()
        async with asyncio.timeout(DEADLINE_S):
            await self.source.waits.wait()

    async def pulled(self) -> int:
        return len(await self.world.everything())

    def _lease(self, there: bool) -> Lease | None:
        return self.world.pull if there else None


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    clock = HandClock()
    store = await Store.open(f"sqlite:///{tmp_path / 'x.db'}", clock=clock, node="one")
    made = Scene(await World(store, clock).begin())
    yield made
    await made.puller.stop()
    await store.close()


async def test_the_page_in_hand_is_stored_and_the_shard_is_left(scene: Scene) -> None:
    await scene.begin()
    scene.may_begin = False
    leaving = asyncio.create_task(scene.puller.leave())
    scene.source.go.set()
    async with asyncio.timeout(DEADLINE_S):
        await leaving
    assert scene.source.asked == 1
    assert await scene.pulled() == 1
    scene.puller.tick()
    assert not scene.puller.running, "nothing begins in it"


async def test_what_was_asked_under_a_lease_that_is_lost_is_not_stored(scene: Scene) -> None:
    await scene.begin()
    scene.ours = False
    scene.source.go.set()
    async with asyncio.timeout(DEADLINE_S):
        await scene.puller.leave()
    assert scene.source.asked == 1
    assert await scene.pulled() == 0
