"""Random walks over everything a ledger goes through; what must always hold, holds at each step."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Awaitable, Callable

import pytest

from engine.core.attempt import Outcome
from engine.core.delivery import Event, State
from engine.core.record import Claimed
from engine.store.rows import RecordFilter
from engine.store.store import Store
from tests.conformance.store_world import TTL_MS, HandClock, World, incoming, settlement

STEPS = 250
DAY_MS = 24 * 60 * 60 * 1000


class Walk:
    """One walker: it remembers what was claimed and in which order versions went out."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.world = world
        self.rng = rng
        self.held: list[Claimed] = []
        self.accepted: dict[tuple[int, str], list[int]] = defaultdict(list)
        self.resent: set[tuple[int, str]] = set()

    async def ingest(self) -> None:
        """A page with changes, duplicates and filtered records."""
        rng, consumers = self.rng, self.world.consumers
        await self.world.ingest(
            *(
                incoming(
                    f"K{rng.randrange(12)}",
                    rng.choice("abc"),
                    [one for one in consumers if rng.random() < 0.2],
                )
                for _ in range(rng.randrange(8))
            )
        )

    async def claim(self) -> None:
        """Some of what is due."""
        world = self.world
        consumer = self.rng.choice(world.consumers)
        claimed = await world.claim(self.rng.randrange(1, 6), consumer=consumer)
        keys = [one.key for one in claimed]
        assert len(keys) == len(set(keys))
        in_flight = {(one.consumer_id, one.key) for one in self.held}
        assert not in_flight & {(one.consumer_id, one.key) for one in claimed}
        self.held += claimed

    async def settle(self) -> None:
        """Verdicts of every kind, in one call."""
        rng, world = self.rng, self.world
        rng.shuffle(self.held)
        batch = [self.held.pop() for _ in range(min(len(self.held), rng.randrange(5)))]
        verdicts = []
        for one in batch:
            event = rng.choice(
                [Event.ACCEPT, Event.ACCEPT, Event.POSTPONE, Event.GIVE_UP, Event.RELEASE]
            )
            outcome = {
                Event.ACCEPT: Outcome.ACCEPTED,
                Event.POSTPONE: rng.choice([Outcome.RETRY, Outcome.UNKNOWN, Outcome.NOT_SENT]),
            }.get(event, Outcome.REJECTED)
            due_at = world.clock() + rng.randrange(20_000)
            verdicts.append(
                settlement(one, event, at=world.clock(), due_at=due_at, outcome=outcome)
            )
            if event is Event.ACCEPT:
                self.accepted[one.consumer_id, one.key].append(one.version)
        if verdicts:
            assert all(await world.store.settle(verdicts))

    async def crash(self) -> None:
        """The node dies; another takes over and recovers what was in flight."""
        world = self.world
        zombies, self.held = self.held, []
        world.clock.forward(TTL_MS)
        world.owner += "+"
        await world.take()
        for consumer in world.consumers:
            left = await world.store.recoverable(consumer, world.push, limit=1000)
            for one in left:
                verdict = settlement(
                    one,
                    Event.POSTPONE,
                    at=world.clock(),
                    due_at=world.clock(),
                    outcome=Outcome.UNKNOWN,
                )
                assert await world.store.settle([verdict]) == [True]
        if zombies:
            assert not any(await world.accept(*zombies))

    async def by_hand(self) -> None:
        """An operator resends or skips whatever is there."""
        wanted = RecordFilter(states=frozenset({self.rng.choice(list(State))}))
        ids = await self.world.store.delivery_ids(wanted, limit=3)
        if self.rng.random() < 0.5:
            moved = await self.world.store.resend(ids, by="walker", due_at=0)
            for id_, ok, _ in moved:
                if ok:
                    detail = await self.world.store.record(id_ >> 20)
                    self.resent |= {
                        (each.consumer_id, detail.brief.key) for each in detail.brief.deliveries
                    }
        else:
            await self.world.store.skip(ids, by="walker")

    async def save(self) -> None:
        """The job gets other shards and consumers."""
        names = ["erp", "crm", "bi"]
        chosen = [name for name in names if self.rng.random() < 0.8] or ["erp"]
        held, self.held = self.held, []
        for one in held:
            await self.world.store.settle([settlement(one, Event.RELEASE, due_at=0)])
        await self.world.save(
            [(name, self.rng.choice(["beginning", "now"])) for name in chosen],
            push_shards=self.rng.randrange(1, 9),
        )
        await self.world.take()
        await self.world.store.settle_down()

    async def backfill(self) -> None:
        """A block for each consumer that needs one."""
        for consumer in self.world.consumers:
            rows = await self.world.store.backfill_read(consumer, 5)
            await self.world.store.backfill_write(consumer, [row[0] for row in rows], set())

    async def retain(self) -> None:
        """Much time passes, and old things go."""
        held, self.held = self.held, []
        for one in held:
            await self.world.store.settle([settlement(one, Event.RELEASE, due_at=0)])
        self.world.clock.forward(2 * DAY_MS)
        await self.world.take()
        now = self.world.clock()
        while await self.world.store.retain(
            self.world.job.id,
            bodies_before=now - DAY_MS,
            attempts_before=now - 3 * DAY_MS,
            limit=5,
        ):
            pass

    async def wait(self) -> None:
        """A little time passes; the leases are renewed."""
        self.world.clock.forward(self.rng.randrange(5_000))
        await self.world.take()


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_the_ledger_stays_whole(
    store: Store, clock: HandClock, seed: int
) -> None:
    rng = random.Random(seed)
    world = await World(store, clock).begin([("erp", "beginning"), ("crm", "beginning")])
    walk = Walk(world, rng)
    often: list[Callable[[], Awaitable[None]]] = [walk.ingest, walk.claim, walk.settle, walk.wait]
    seldom = [walk.crash, walk.by_hand, walk.save, walk.backfill, walk.retain]

    for step in range(STEPS):
        await rng.choice(often if rng.random() < 0.8 else seldom)()
        if step % 10 == 0:
            await world.sound()

    await world.sound()


@pytest.mark.parametrize("seed", range(4))
async def test_versions_arrive_in_order_whatever_happens(
    store: Store, clock: HandClock, seed: int
) -> None:
    rng = random.Random(seed)
    world = await World(store, clock).begin([("erp", "beginning"), ("crm", "beginning")])
    walk = Walk(world, rng)
    often = [walk.ingest, walk.claim, walk.claim, walk.settle, walk.settle, walk.wait]

    for _ in range(STEPS):
        await (walk.crash if rng.random() < 0.03 else rng.choice(often))()

    assert sum(map(len, walk.accepted.values())) > 30
    for versions in walk.accepted.values():
        assert versions == sorted(set(versions))
