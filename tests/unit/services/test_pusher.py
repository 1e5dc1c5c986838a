"""A consumer's push side when shards are handed over, lost, or not surely ours. Real stores."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.core.attempt import Outcome, RequestEvidence
from engine.core.delivery import State
from engine.core.job import FixedRetry
from engine.core.record import Claimed, PushResult, PushVerdict
from engine.services.limits import OwnLimits
from engine.services.push_plan import PushPlan
from engine.services.pusher import Pusher
from engine.services.settler import Settler
from engine.services.verdicts import Policy
from engine.store.rows import Lease
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, exchange, incoming

DEADLINE_S = 20.0
OK = PushVerdict(Outcome.ACCEPTED)


class Target:
    """Takes what is pushed, and answers when it may; ``free`` it is from the start."""

    batch_size = 1

    def __init__(self) -> None:
        self.pushed: list[Claimed] = []
        self.free = asyncio.Event()

    async def push(self, deliveries: Sequence[Claimed]) -> PushResult:
        self.pushed += deliveries
        await self.free.wait()
        return PushResult(exchange(), (OK,) * len(deliveries))

    async def push_again(self, delivery: Claimed, sent: RequestEvidence) -> PushResult:
        return await self.push([delivery])

    def would_send(self, deliveries: Sequence[Claimed]) -> RequestEvidence:
        raise AssertionError("nobody asks for that here")

    def wants(self, key: str, value: Any) -> bool:
        return True


class Scene:
    """One pusher of two senders on a store; ``leases`` and ``sure`` are what the node holds."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.leases: list[Lease] = list(world.push)
        self.sure = True
        self.target = Target()
        self.settler = Settler(world.store, lambda consumers: self.pusher.ring())
        plan = PushPlan(
            consumer_id=world.consumer,
            name="orders/erp",
            concurrency=2,
            rate_per_s=None,
            per_key=True,
            batch_wait_s=0.0,
            policy=Policy(FixedRetry(policy="fixed", every="50ms", attempts=9), "send_again"),
        )
        self.pusher = Pusher(
            plan,
            self.target,
            world.store,
            self.settler,
            lambda: self.leases,
            OwnLimits(),
            sure=lambda: self.sure,
            clock=world.clock,
            rng=random.Random(1),
        )

    def start(self) -> None:
        self.settler.start()
        self.pusher.start()

    async def stop(self) -> None:
        self.target.free.set()
        await self.pusher.stop()
        await self.settler.stop()

    async def states(self) -> list[State]:
        found = [one for record in await self.world.everything() for one in record.deliveries]
        return sorted(one.state for one in found)

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not holds():
                await asyncio.sleep(0.005)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    clock = HandClock()
    store = await Store.open(f"sqlite:///{tmp_path / 'x.db'}", clock=clock, node="one")
    world = await World(store, clock).begin(push_shards=2)
    await world.ingest(*(incoming(f"K{n}") for n in range(6)))
    made = Scene(world)
    yield made
    await made.stop()
    await world.sound()
    await store.close()


async def test_nothing_leaves_that_was_claimed_under_a_lease_that_is_lost(scene: Scene) -> None:
    scene.start()
    await scene.until(lambda: scene.pusher.sending == 2 and scene.pusher.waiting > 3, "both send")
    scene.leases = []
    scene.pusher.leases_changed()
    scene.target.free.set()
    await scene.until(lambda: scene.pusher.waiting == 0, "the rest is released")
    await scene.settler.flush()
    assert len(scene.target.pushed) == 2
    assert await scene.states() == [State.PENDING] * 4 + [State.DELIVERED] * 2


async def test_while_a_lease_is_not_surely_ours_nothing_leaves(scene: Scene) -> None:
    scene.start()
    await scene.until(lambda: scene.pusher.sending == 2 and scene.pusher.waiting > 3, "both send")
    scene.sure = False
    scene.target.free.set()
    await scene.until(lambda: scene.pusher.sending == 0, "both are answered")
    await scene.settler.flush()
    assert len(scene.target.pushed) == 2

    scene.sure = True
    scene.pusher.ring()
    await scene.until(lambda: len(scene.target.pushed) == 6, "it goes on")


async def test_a_shard_is_left_when_all_of_it_is_stored_and_the_others_go_on(scene: Scene) -> None:
    scene.start()
    await scene.until(lambda: scene.pusher.sending == 2 and scene.pusher.waiting > 3, "both send")
    shard = scene.target.pushed[0].shard
    scene.leases = [lease for lease in scene.leases if lease.key.shard != str(shard)]
    leaving = asyncio.create_task(scene.pusher.leave(shard))
    scene.pusher.ring()
    _, waits = await asyncio.wait([leaving], timeout=0.1)
    assert waits, "one of it is being sent"

    scene.target.free.set()
    async with asyncio.timeout(DEADLINE_S):
        await leaving
    of_shard = [one for one in scene.target.pushed if one.shard == shard]
    sending = await scene.world.store._gateway.read(
        lambda access: access.value(
            "SELECT count(*) FROM delivery WHERE shard = ? AND state = 2", (shard,)
        )
    )
    assert sending == 0, "all of it is stored, or given back"
    assert len(of_shard) <= 2, "only what was being sent already"
    await scene.until(lambda: len({one.shard for one in scene.target.pushed}) == 2, "others go on")
