"""Several nodes on one table of leases, in a time of their own: they join, leave, die, see late."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.errors import Unavailable
from engine.services.lease_times import LeaseTimes
from engine.services.leaser import Leaser
from engine.services.sharing import Sharing
from engine.store.rows import Holder, Lease, LeaseKey, SharingFacts, WorkKind

TIMES = LeaseTimes(20.0)
TICK_S = 0.5
KEYS = [
    *(LeaseKey(job, WorkKind.PULL, "all") for job in range(1, 6)),
    *(LeaseKey(job, WorkKind.PUSH, str(n)) for job in range(1, 4) for n in range(1 + 3 * job)),
]


@dataclass
class Database:
    """Leases and heartbeats; ``now_s`` is moved on by the test. taken: how often a shard was."""

    now_s: float = 1000.0
    leases: dict[LeaseKey, tuple[str, int, float]] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    stopping: set[str] = field(default_factory=set)
    unable: dict[str, frozenset[int]] = field(default_factory=dict)
    tokens: int = 0
    taken: Counter[LeaseKey] = field(default_factory=Counter)

    def facts(self, live_s: float) -> SharingFacts:
        return SharingFacts(
            round(self.now_s * 1000),
            {
                name: self.unable.get(name, frozenset())
                for name, at in self.seen.items()
                if at > self.now_s - live_s and name not in self.stopping
            },
            {
                key: Holder(owner, round(until * 1000))
                for key, (owner, _, until) in self.leases.items()
                if until > self.now_s
            },
        )


class Connection:
    """The store of one node; what it reads may be older than what is there."""

    is_shared = True

    def __init__(self, database: Database, delay: random.Random | None = None) -> None:
        self._database = database
        self._delay = delay
        self._older: SharingFacts | None = None
        self.broken = False

    async def acquire(
        self, keys: Sequence[LeaseKey], *, owner: str, ttl_ms: int
    ) -> tuple[Lease, ...]:
        self._require()
        db = self._database
        got = []
        for key in keys:
            holder, token, until = db.leases.get(key, ("", 0, 0.0))
            if holder != owner and until > db.now_s:
                continue
            if holder != owner:
                db.tokens += 1
                token = db.tokens
                db.taken[key] += 1
            db.leases[key] = (owner, token, db.now_s + ttl_ms / 1000)
            got.append(Lease(key, owner, token, 0))
        return tuple(got)

    async def renew(self, *, owner: str, ttl_ms: int) -> tuple[Lease, ...]:
        self._require()
        db = self._database
        ours = [key for key, (holder, _, _) in db.leases.items() if holder == owner]
        for key in ours:
            db.leases[key] = (owner, db.leases[key][1], db.now_s + ttl_ms / 1000)
        return tuple(Lease(key, owner, db.leases[key][1], 0) for key in ours)

    async def release(self, leases: Sequence[Lease]) -> None:
        self._require()
        for lease in leases:
            if self._database.leases[lease.key][:2] == (lease.owner, lease.token):
                del self._database.leases[lease.key]

    async def sharing_facts(self, live_ms: int) -> SharingFacts:
        self._require()
        now = self._database.facts(live_ms / 1000)
        older, self._older = self._older, now
        late = self._delay is not None and self._delay.random() < 0.5
        return older if late and older is not None else now

    def _require(self) -> None:
        if self.broken:
            raise Unavailable("The database is gone.")


class Node:
    """One node of the simulation. slow: ticks a hand-over takes."""

    def __init__(
        self, name: str, database: Database, *, delay: random.Random | None = None, slow: int = 0
    ) -> None:
        self.name = name
        self.database = database
        self.store = Connection(database, delay)
        self.leaser = Leaser(
            self.store,
            owner=f"{name}#{random.random()}",
            changed=lambda: None,
            times=TIMES,
            monotonic=lambda: database.now_s,
        )
        self.sharing = Sharing(
            self.store,
            self.leaser,
            node=name,
            hand_over=self._hand_over,
            monotonic=lambda: database.now_s,
        )
        self.handed_over: list[LeaseKey] = []
        self._slow = slow
        self._phase = 0.0
        self._next_seen = self._next_renewal = self._next_look = database.now_s

    async def begin(self) -> Node:
        await self.sharing.want(KEYS)
        return self

    @property
    def held(self) -> set[LeaseKey]:
        """What it surely holds."""
        return {key for key in KEYS if self.leaser.held(key) is not None}

    async def tick(self) -> None:
        now = self.database.now_s
        if now >= self._next_seen:
            self.database.seen[self.name] = now
            self._next_seen = now + TIMES.seen_every_s
        if now >= self._next_renewal:
            await self.leaser.renew()
            self._next_renewal = now + TIMES.renew_every_s
        if now >= self._next_look:
            await self.sharing.look()
            self._next_look = now + TIMES.look_every_s

    async def leave(self) -> None:
        self.database.stopping.add(self.name)
        await self.sharing.leave()

    async def _hand_over(self, key: LeaseKey) -> None:
        until = self.database.now_s + self._slow * TICK_S
        while self.database.now_s < until:
            assert self.leaser.held(key) is not None, "it is ours until all is stored"
            assert self.leaser.lease(key) is None
            await asyncio.sleep(0)
        self.handed_over.append(key)


async def run(database: Database, nodes: Sequence[Node], seconds: float) -> None:
    """Let time pass; at every moment no shard is surely two nodes'."""
    end = database.now_s + seconds
    while database.now_s < end:
        database.now_s += TICK_S
        for node in nodes:
            await node.tick()
            for _ in range(3):
                await asyncio.sleep(0)
        owners = Counter(key for node in nodes for key in node.held)
        assert all(n == 1 for n in owners.values()), "a shard is two nodes' at once"


def assert_fair(nodes: Sequence[Node]) -> None:
    assert {key for node in nodes for key in node.held} == set(KEYS)
    for group in {(key.job_id, key.kind) for key in KEYS}:
        counts = [sum((key.job_id, key.kind) == group for key in node.held) for node in nodes]
        assert max(counts) - min(counts) <= 1
    for kind in WorkKind:
        counts = [sum(key.kind is kind for key in node.held) for node in nodes]
        assert max(counts) - min(counts) <= 1


async def test_a_node_alone_holds_everything_at_once() -> None:
    node = await Node("a", Database()).begin()
    assert node.held == set(KEYS)


async def test_a_node_that_joins_has_its_share_within_ten_seconds_and_then_all_is_still() -> None:
    database = Database()
    nodes = [await Node("a", database).begin()]
    await run(database, nodes, 3)
    nodes.append(await Node("b", database).begin())
    await run(database, nodes, 10)
    assert_fair(nodes)
    assert len(nodes[0].handed_over) == len(nodes[1].held), "nothing moved that need not"
    before = Counter(database.taken)
    await run(database, nodes, 60)
    assert database.taken == before, "nothing moves any more"


async def test_what_a_node_leaves_in_order_is_taken_at_once() -> None:
    database = Database()
    nodes = [await Node(name, database, slow=4).begin() for name in "abc"]
    await run(database, nodes, 15)
    leaving = asyncio.create_task(nodes[2].leave())
    await run(database, nodes, 4)
    await leaving
    assert not nodes[2].held
    assert_fair(nodes[:2])


async def test_a_dead_nodes_shards_are_taken_at_the_end_of_its_leases() -> None:
    database = Database()
    nodes = [await Node(name, database).begin() for name in "abc"]
    await run(database, nodes, 15)
    end_s = max(until for owner, _, until in database.leases.values() if owner[0] == "c")
    await run(database, nodes[:2], end_s - database.now_s - TICK_S)
    assert not {key for node in nodes[:2] for key in node.held} & nodes[2].leaser.keys
    await run(database, nodes[:2], 2)
    assert database.now_s <= end_s + 2
    assert_fair(nodes[:2])
    assert not nodes[2].held, "the dead node would not trust its leases"


async def test_a_node_that_is_seen_late_once_moves_nothing() -> None:
    database = Database()
    nodes = [await Node(name, database).begin() for name in "ab"]
    await run(database, nodes, 15)
    before = Counter(database.taken)
    database.seen["b"] -= 60
    await nodes[0].sharing.look()
    database.seen["b"] += 60
    database.seen["x"] = database.now_s
    await nodes[0].sharing.look()
    del database.seen["x"]
    await run(database, nodes, 30)
    assert database.taken == before


async def test_a_job_that_cannot_run_on_a_node_is_shared_out_among_the_others() -> None:
    database = Database(unable={"b": frozenset({1})})
    nodes = [await Node("a", database).begin(), Node("b", database)]
    await nodes[1].sharing.want(key for key in KEYS if key.job_id != 1)
    await run(database, nodes, 15)
    assert nodes[1].held
    assert 1 not in {key.job_id for key in nodes[1].held}
    assert {key for key in KEYS if key.job_id == 1} <= nodes[0].held


async def test_a_database_that_is_not_shared_has_no_other_nodes() -> None:
    database = Database(seen={"other": 1000.0})
    node = Node("a", database)
    node.store.is_shared = False
    await node.begin()
    assert node.held == set(KEYS)


async def test_a_hand_over_that_fails_gives_the_lease_back_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    node = await Node("a", Database()).begin()

    async def broken(key: LeaseKey) -> None:
        raise RuntimeError("a bug")

    node.sharing._hand_over = broken
    await node.sharing.leave()
    assert not node.held
    assert "not in order" in caplog.text


@settings(max_examples=40)
@given(
    seed=st.integers(0, 1 << 30),
    steps=st.lists(
        st.tuples(st.sampled_from(["join", "leave", "die", "cut"]), st.integers(0, 40)), max_size=6
    ),
)
def test_whatever_comes_and_goes_it_ends_fair_and_still(
    seed: int, steps: list[tuple[str, int]]
) -> None:
    asyncio.run(_whatever(random.Random(seed), steps))


async def _whatever(rng: random.Random, steps: list[tuple[str, int]]) -> None:
    database = Database()
    names = iter("abcdefghij")

    async def joined() -> Node:
        return await Node(
            next(names), database, delay=random.Random(rng.random()), slow=rng.randrange(6)
        ).begin()

    nodes, leaving = [await joined(), await joined()], []
    cut: list[Node] = []
    for what, ticks in steps:
        some = rng.choice(nodes)
        if what == "join":
            nodes.append(await joined())
        elif what == "leave" and len(nodes) > 1:
            nodes.remove(some)
            leaving.append(asyncio.create_task(some.leave()))
        elif what == "die" and len(nodes) > 1:
            nodes.remove(some)
        elif what == "cut" and some not in cut:
            cut.append(some)
        await run_cut(database, nodes, cut, ticks * TICK_S)
        cut.clear()
    await run(database, nodes, TIMES.lease_s + 20)
    await asyncio.gather(*leaving)
    assert_fair(nodes)
    before = Counter(database.taken)
    await run(database, nodes, 40)
    assert database.taken == before, "nothing moves any more"


async def run_cut(
    database: Database, nodes: Sequence[Node], cut: Sequence[Node], seconds: float
) -> None:
    """Let time pass while some nodes do nothing at all, as one that is stopped."""
    working = [node for node in nodes if node not in cut]
    end = database.now_s + seconds
    while database.now_s < end:
        await run(database, working, TICK_S)
        owners = Counter(key for node in nodes for key in node.held)
        assert all(n == 1 for n in owners.values()), "a node that was stopped trusts its lease"
