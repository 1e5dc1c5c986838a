"""Two nodes' pushers on one database: one rate, one breaker. Real time, real stores."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.core import breaker
from engine.core.attempt import Outcome, RequestEvidence
from engine.core.breaker import BreakerState
from engine.core.job import FixedRetry
from engine.core.record import Claimed, PushResult, PushVerdict
from engine.core.slots import burst
from engine.services.push_plan import PushPlan
from engine.services.pusher import Pusher
from engine.services.settler import Settler
from engine.services.shared_limits import SharedLimits
from engine.services.verdicts import Policy
from engine.store.rows import Lease, LeaseKey, WorkKind
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, exchange, incoming

DEADLINE_S = 20.0
SHARDS = 8
OK = PushVerdict(Outcome.ACCEPTED)
SICK = PushVerdict(Outcome.RETRY, error_kind="status", error="The target answered 503.")


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_database: Callable[[str], str]
) -> str:
    """A database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'jellyfish.db'}"
    return fresh_database(str(request.param))


@dataclass
class Target:
    """The outside system: when each request came, from which node."""

    sent: list[tuple[float, str]] = field(default_factory=list)
    is_sick: bool = False
    in_flight: int = 0
    most: int = 0
    takes_s: float = 0.0

    def times(self, node: str = "") -> list[float]:
        return [at for at, by in self.sent if not node or by == node]


class Requests:
    """A consumer that sends to that target from one node."""

    def __init__(self, target: Target, node: str, batch_size: int) -> None:
        self._target = target
        self._node = node
        self.batch_size = batch_size

    async def push(self, deliveries: Sequence[Claimed]) -> PushResult:
        target = self._target
        target.sent.append((time.monotonic(), self._node))
        target.in_flight += 1
        target.most = max(target.most, target.in_flight)
        await asyncio.sleep(target.takes_s)
        target.in_flight -= 1
        verdict = SICK if target.is_sick else OK
        return PushResult(exchange(), (verdict,) * len(deliveries))

    async def push_again(self, delivery: Claimed, sent: RequestEvidence) -> PushResult:
        return await self.push([delivery])

    def would_send(self, deliveries: Sequence[Claimed]) -> RequestEvidence:
        raise AssertionError("nobody asks for that here")

    def wants(self, key: str, value: Any) -> bool:
        return True


class Node:
    """The push side of a node: its own store on the shared database, its own limits."""

    def __init__(self, name: str, store: Store, target: Target) -> None:
        self.name = name
        self.store = store
        self.target = target
        self.limits = SharedLimits(store, node=name, rng=random.Random(name))
        self.settler = Settler(store, lambda consumers: self.pusher.ring())
        self.leases: list[Lease] = []
        self.pusher: Pusher

    async def hold(self, job_id: int, shards: Sequence[int]) -> None:
        keys = [LeaseKey(job_id, WorkKind.PUSH, str(shard)) for shard in shards]
        self.leases = list(await self.store.acquire(keys, owner=self.name, ttl_ms=600_000))
        assert len(self.leases) == len(shards)

    async def start(self, plan: PushPlan, batch_size: int = 1) -> None:
        await self.limits.load()
        self.limits.start()
        self.settler.start()
        self.build(plan, batch_size)

    def build(self, plan: PushPlan, batch_size: int = 1) -> None:
        self.pusher = Pusher(
            plan,
            Requests(self.target, self.name, batch_size),
            self.store,
            self.settler,
            lambda: self.leases,
            self.limits,
            clock=self.store.clock,
            rng=random.Random(1),
        )
        self.pusher.start()

    async def stop(self) -> None:
        await self.pusher.stop()
        await self.settler.stop()
        await self.limits.stop()


@dataclass
class Pair:
    """Two nodes and what they work on."""

    one: Node
    two: Node
    world: World
    target: Target

    def plan(self, rate: float | None = None, revision: int = 1, concurrency: int = 8) -> PushPlan:
        policy = Policy(FixedRetry(policy="fixed", every="50ms", attempts=100), "send_again")
        return PushPlan(
            consumer_id=self.world.consumer,
            name="orders/erp",
            concurrency=concurrency,
            rate_per_s=rate,
            per_key=False,
            batch_wait_s=0.0,
            policy=policy,
            revision=revision,
        )

    async def share(self) -> None:
        """Half of the shards for each."""
        await self.one.hold(self.world.job.id, range(SHARDS // 2))
        await self.two.hold(self.world.job.id, range(SHARDS // 2, SHARDS))

    async def fill(self, n: int) -> None:
        await self.world.ingest(*(incoming(f"K{self.world.pages}.{at}") for at in range(n)))


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[Pair]:
    target = Target()
    async with opened(database_url, "one") as first, opened(database_url, "two") as second:
        world = World(first, HandClock(now_ms()))
        await world.save(push_shards=SHARDS)
        pull = LeaseKey(world.job.id, WorkKind.PULL, "all")
        (world.pull,) = await first.acquire([pull], owner="one", ttl_ms=600_000)
        nodes = Pair(Node("one", first, target), Node("two", second, target), world, target)
        yield nodes
        for node in (nodes.one, nodes.two):
            if hasattr(node, "pusher"):
                await node.stop()
        await world.sound()


@asynccontextmanager
async def opened(url: str, node: str) -> AsyncIterator[Store]:
    store = await Store.open(url, clock=now_ms, node=node)
    yield store
    await store.close()


async def until(holds: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(DEADLINE_S):
            while not holds():
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"not within {DEADLINE_S} s: {what}") from None


def assert_within(times: Sequence[float], rate: float) -> None:
    """In no stretch of time more than rate and burst; a little for the machine's own delays."""
    times = sorted(times)
    for first in range(len(times)):
        for last in range(first, len(times)):
            allowed = rate * (times[last] - times[first] + 0.05) + burst(rate)
            assert last - first + 1 <= allowed, (first, last, times[last] - times[first])


async def test_two_busy_nodes_share_one_rate(pair: Pair) -> None:
    rate, n = 50.0, 200
    await pair.fill(n)
    await pair.share()
    began = time.monotonic()
    for node in (pair.one, pair.two):
        await node.start(pair.plan(rate))
    await until(lambda: len(pair.target.sent) >= n * 0.6, "most is sent")
    took = time.monotonic() - began
    times = pair.target.times()
    assert_within(times, rate)
    assert len(times) <= rate * took + burst(rate)
    assert len(times) >= rate * took * 0.7
    shares = [len(pair.target.times(name)) for name in ("one", "two")]
    assert min(shares) >= len(times) / 4, shares


async def test_a_node_that_alone_has_work_gets_the_whole_rate(pair: Pair) -> None:
    rate, n = 100.0, 200
    await pair.fill(n)
    await pair.one.hold(pair.world.job.id, range(SHARDS))
    await pair.one.start(pair.plan(rate))
    await pair.two.start(pair.plan(rate))
    await until(lambda: len(pair.target.sent) == n, "all is sent")
    times = pair.target.times()
    assert_within(times, rate)
    assert times[-1] - times[0] <= n / rate * 1.4


async def test_a_target_slower_than_the_rate_loses_nothing_of_it_to_the_other_node(
    pair: Pair,
) -> None:
    """Each node alone could not use the rate; together they nearly do."""
    rate, n = 60.0, 240
    pair.target.takes_s = 0.1
    await pair.fill(n)
    await pair.share()
    for node in (pair.one, pair.two):
        await node.start(pair.plan(rate, concurrency=4))  # 40 a second each, at most
    await until(lambda: len(pair.target.sent) >= 150, "most is sent")
    times = pair.target.times()
    assert_within(times, rate)
    assert len(times) / (times[-1] - times[0]) >= rate * 0.7


async def test_with_batches_the_rate_counts_requests(pair: Pair) -> None:
    rate = 20.0
    await pair.fill(400)
    await pair.share()
    for node in (pair.one, pair.two):
        await node.start(pair.plan(rate), batch_size=10)
    await until(lambda: len(pair.target.sent) >= 20, "half is sent")
    assert_within(pair.target.times(), rate)


async def test_a_new_rate_counts_at_once(pair: Pair) -> None:
    await pair.fill(300)
    await pair.share()
    for node in (pair.one, pair.two):
        await node.start(pair.plan(1 / 3600))
    await until(lambda: len(pair.target.sent) >= 1, "the first one is sent")
    for node in (pair.one, pair.two):
        await node.pusher.stop()
        node.build(pair.plan(200.0, revision=2))
    began = time.monotonic()
    await until(lambda: len(pair.target.sent) >= 250, "the new rate is used")
    assert_within([at for at in pair.target.times() if at >= began], 200.0)


async def test_a_sick_target_is_let_alone_by_all_nodes_and_tried_by_one_request(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "FIRST_WAIT_S", 1.5)
    monkeypatch.setattr(breaker, "LONGEST_WAIT_S", 3.0)
    target = pair.target
    target.is_sick, target.takes_s = True, 0.02
    await pair.fill(100)
    await pair.share()
    both = (pair.one, pair.two)
    for node in both:
        await node.start(pair.plan())
    await until(lambda: len(target.sent) >= 10, "enough has failed")
    failed_at = time.monotonic()
    await until(
        lambda: all(one.pusher.breaker.state is BreakerState.OPEN for one in both), "all obey"
    )
    assert time.monotonic() - failed_at <= 2.0
    await until(lambda: not target.in_flight, "what was under way has ended")
    before = len(target.sent)
    target.most = 0
    await until(lambda: len(target.sent) >= before + 3, "three trials")
    trials = target.times()[before:]
    assert target.most == 1
    waits = [later - earlier for earlier, later in pairwise(trials)]
    assert waits[0] >= 2.9, waits  # doubled, and the longest from then on
    assert waits[1] >= 2.9, waits
    target.is_sick = False
    await until(lambda: len(target.sent) >= before + 4, "a trial that does well")
    closed_at = time.monotonic()
    for node in both:
        await until(lambda name=node.name: len(target.times(name)) > 20, "both go on")  # type: ignore[misc]  # bound in the loop
    assert time.monotonic() - closed_at <= 3.0


async def test_a_node_that_starts_while_a_breaker_is_open_obeys_from_its_first_request_on(
    pair: Pair,
) -> None:
    pair.target.is_sick = True
    await pair.fill(60)
    await pair.share()
    await pair.one.start(pair.plan())
    await until(lambda: pair.one.pusher.breaker.state is BreakerState.OPEN, "it opens")
    await pair.one.limits.look()
    await pair.two.start(pair.plan())
    assert pair.two.pusher.breaker.state is BreakerState.OPEN
    assert pair.two.pusher.breaker.reason
    assert pair.two.pusher.retry_in_s is not None
    await pair.two.limits.look()
    assert pair.target.times("two") == []


async def test_a_new_document_begins_anew_with_its_target(pair: Pair) -> None:
    pair.target.is_sick = True
    await pair.fill(60)
    await pair.share()
    await pair.one.start(pair.plan())
    await until(lambda: pair.one.pusher.breaker.state is BreakerState.OPEN, "it opens")
    await pair.one.limits.look()
    pair.target.is_sick = False
    await pair.two.start(pair.plan(revision=2))
    assert pair.two.pusher.breaker.state is BreakerState.CLOSED
    await until(lambda: len(pair.target.times("two")) > 10, "it sends")
    await pair.one.pusher.stop()
    pair.one.build(pair.plan(revision=2))
    assert pair.one.pusher.breaker.state is BreakerState.CLOSED


async def test_failures_that_two_nodes_see_add_up(pair: Pair) -> None:
    """Each sees fewer than it would need alone."""
    target = pair.target
    target.is_sick = True
    await pair.fill(3 * SHARDS)
    await pair.share()
    both = (pair.one, pair.two)
    for node in both:
        slow = pair.plan(rate=12.0)
        await node.start(slow)
    await until(
        lambda: all(one.pusher.breaker.state is BreakerState.OPEN for one in both), "all obey"
    )
    assert len(target.sent) < 2 * 10
