"""Takes deliveries of one consumer from the ledger and hands them to its receiver.

A feeder claims due deliveries ahead of the senders; as many senders as the consumer's
``concurrency`` push them and give the outcome to the settler. What is claimed and cannot go now
(breaker, pause, stop) is released and spends no attempt (design.md rule 9).
Not for what a request looks like: that is the consumer kind's.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.consumers.port import Consumer
from engine.core.attempt import Outcome
from engine.core.breaker import Breaker, BreakerState, health_of
from engine.core.delivery import Event
from engine.core.errors import OperatorError
from engine.core.failpoint import reach
from engine.core.rate import TokenBucket
from engine.core.record import Claimed, PushResult, PushVerdict
from engine.services.loop import Bell, Loop
from engine.services.meter import Meter
from engine.services.recovery import RecoveryStore, recover
from engine.services.settler import Settler
from engine.services.verdicts import Policy, release, settlements_of
from engine.store.errors import LeaseLost
from engine.store.rows import Lease, Settlement

log = logging.getLogger(__name__)

IDLE_S = 1.0
DEEPEST = 1024
STOP_GRACE_S = 20.0

_STOPPED = PushVerdict(
    Outcome.UNKNOWN,
    error_kind="stopped",
    error="The node stopped while it waited for the answer; the target may have got this record.",
)
_BUG = PushVerdict(
    Outcome.UNKNOWN,
    error_kind="bug",
    error="A fault in the program ended this attempt; the node's log has it.",
)


class PushStore(RecoveryStore, Protocol):
    """What a pusher needs of the store."""

    async def claim(
        self,
        consumer_id: int,
        leases: Sequence[Lease],
        *,
        limit: int,
        now: int,
        per_key: bool,
        pull_shards: bool,
    ) -> list[Claimed]: ...

    async def next_due(self, consumer_id: int, shards: Sequence[int]) -> int | None: ...


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What a consumer's document says of how fast and in which order it is served.

    by_pull_shard: its requests differ by the pull shard a record came in by.
    """

    consumer_id: int
    name: str
    concurrency: int
    rate_per_s: float | None
    per_key: bool
    batch_wait_s: float
    policy: Policy
    by_pull_shard: bool = False


class Pusher:
    """Serves one consumer on this node."""

    def __init__(
        self,
        plan: PushPlan,
        consumer: Consumer,
        store: PushStore,
        settler: Settler,
        leases: Callable[[], list[Lease]],
        *,
        clock: Callable[[], int],
        rng: random.Random,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.plan = plan
        self.meter = Meter(clock())
        self.breaker = Breaker()
        self.problem = ""
        self.last_error = ""
        self.last_error_at = 0
        self._consumer = consumer
        self._batch_size = consumer.batch_size
        self._store = store
        self._settler = settler
        self._leases = leases
        self._clock = clock
        self._rng = rng
        self._monotonic = monotonic
        self._bucket = TokenBucket(plan.rate_per_s) if plan.rate_per_s else None
        self._ready: deque[Claimed] = deque()
        self._ready_since = 0.0
        self._splits: dict[int, int] = {}
        self._split_tries: dict[int, int] = {}
        self._steady_at = 0
        self._parked: deque[asyncio.Future[None]] = deque()
        self._bell = Bell()
        self._recovered: dict[int, int] = {}
        self._valid: dict[int, int] = {}
        self._sending = 0
        self._stopping = False
        self._depth = self._first_depth()
        self._feeder = Loop(f"feeder {plan.name}", self._feed)
        self._senders = [
            Loop(f"sender {plan.name} {n}", self._send_for_ever) for n in range(plan.concurrency)
        ]

    @property
    def sending(self) -> int:
        """Requests in flight now."""
        return self._sending

    @property
    def waiting(self) -> int:
        """Deliveries that were claimed and not answered yet, in this node's memory."""
        return len(self._ready) + self._sending

    @property
    def retry_in_s(self) -> float | None:
        """Seconds until an open breaker lets a request try; None when it is not open."""
        next_at = self.breaker.next_at()
        return None if next_at is None else max(0.0, next_at - self._monotonic())

    @property
    def ready(self) -> frozenset[int]:
        """The deliveries that were claimed and have not left yet."""
        return frozenset(one.delivery_id for one in self._ready)

    @property
    def rate_wait_s(self) -> float:
        """Seconds until the rate limit lets the next request go; 0.0 if it may go now."""
        return 0.0 if self._bucket is None else self._bucket.wait_s(self._monotonic())

    @property
    def batch_wait_left_s(self) -> float:
        """How long what is ready may still wait for more to fill its batch; 0.0: it does not."""
        now_s = self._monotonic()
        if not self._ready or not self._batch_waits(now_s):
            return 0.0
        return self._ready_since + self.plan.batch_wait_s - now_s

    @property
    def leased(self) -> bool:
        """Whether this node holds any push shard of the job."""
        return bool(self._leases())

    def start(self) -> None:
        """Start feeding and sending."""
        self._stopping = False
        self._steady_at = self._clock()
        self._feeder.start()
        for sender in self._senders:
            sender.start()

    async def stop(self) -> None:
        """Let what is in flight finish, release what was not sent, and end."""
        self._stopping = True
        await self._feeder.stop()
        self._release_ready()
        self._unpark(len(self._parked))
        waiting = [sender.wait() for sender in self._senders]
        try:
            async with asyncio.timeout(STOP_GRACE_S):
                await asyncio.gather(*waiting)
        except TimeoutError:
            log.warning("consumer=%s stop waits no longer for answers", self.plan.name)
        for sender in self._senders:
            await sender.stop()
        await self._settler.flush()

    def ring(self) -> None:
        """Say that there may be something to send."""
        self._bell.ring()

    # ---- feeding

    def _first_depth(self) -> int:
        size = self._consumer.batch_size
        if self.plan.policy.on_unknown == "hold":
            return self.plan.concurrency * size
        return max(2 * self.plan.concurrency * size, size)

    async def _feed(self) -> None:
        while True:
            try:
                pause_s = await self._feed_once()
                self.problem = ""
            except LeaseLost:
                pause_s = IDLE_S
            except OperatorError as error:
                self.problem = error.sentence
                pause_s = IDLE_S
            if pause_s > 0:
                await self._bell.wait(pause_s)

    async def _feed_once(self) -> float:
        """Claim what may go now; seconds to wait before looking again."""
        leases = self._leases()
        self._valid = {int(lease.key.shard): lease.token for lease in leases}
        if not leases:
            self._release_ready()
            return IDLE_S
        await self._recover(leases)
        now_s = self._monotonic()
        allowed = self.breaker.allow(now_s, self._sending)
        if allowed <= 0:
            self._release_ready()
            next_at = self.breaker.next_at()
            return IDLE_S if next_at is None else max(0.01, min(IDLE_S, next_at - now_s))
        limit = min(self._depth - len(self._ready), self._rate_room(), allowed)
        if limit <= 0 or (len(self._ready) > self._depth // 2 and allowed > self._depth):
            self._wake_senders()
            return self._hold_s()
        claimed = await self._claim(leases, limit)
        self._wake_senders()
        if len(claimed) == limit:
            self._deepen()
            return 0.0 if len(self._ready) < self._depth // 2 else self._hold_s()
        return self._hold_s() if self._ready else await self._until_due(leases)

    async def _claim(self, leases: Sequence[Lease], limit: int) -> list[Claimed]:
        claimed = await self._store.claim(
            self.plan.consumer_id,
            leases,
            limit=limit,
            now=self._clock(),
            per_key=self.plan.per_key,
            pull_shards=self.plan.by_pull_shard,
        )
        reach("push.after_claim")
        if claimed:
            if not self._ready:
                self._ready_since = self._monotonic()
            self._ready.extend(claimed)
        return claimed

    async def _recover(self, leases: Sequence[Lease]) -> None:
        tokens = {int(lease.key.shard): lease.token for lease in leases}
        fresh = [one for one in leases if self._recovered.get(int(one.key.shard)) != one.token]
        if fresh:
            await recover(
                self._store,
                self.plan.consumer_id,
                fresh,
                self.plan.policy,
                clock=self._clock,
                rng=self._rng,
            )
            self._recovered = tokens

    async def _until_due(self, leases: Sequence[Lease]) -> float:
        shards = [int(lease.key.shard) for lease in leases]
        due_at = await self._store.next_due(self.plan.consumer_id, shards)
        if due_at is None:
            return IDLE_S
        return min(IDLE_S, max(0.02, (due_at - self._clock()) / 1000))

    def _hold_s(self) -> float:
        """How long what is ready may be held: until the rate or the batch's wait lets it go."""
        waits = [IDLE_S]
        now_s = self._monotonic()
        if self._ready and self._bucket is not None:
            waits.append(max(0.001, self._bucket.wait_s(now_s)))
        if self._ready and self.plan.batch_wait_s:
            waits.append(max(0.001, self._ready_since + self.plan.batch_wait_s - now_s))
        return min(waits)

    def _rate_room(self) -> int:
        if self._bucket is None:
            return DEEPEST
        a_second = max(1, int(self._bucket.rate_per_s)) * self._consumer.batch_size
        return a_second - len(self._ready)

    def _deepen(self) -> None:
        deepest = max(DEEPEST, 2 * self._consumer.batch_size)
        if self.plan.policy.on_unknown == "send_again" and self._depth < deepest:
            self._depth = min(deepest, self._depth * 2)

    def _release_ready(self) -> None:
        """Give back what was claimed and not sent; a lost lease makes the ledger refuse it."""
        if not self._ready:
            return
        now = self._clock()
        self._settler.put([release(one, now) for one in self._ready])
        self._ready.clear()
        reach("push.released")

    # ---- sending

    async def _send_for_ever(self) -> None:
        while not self._stopping:
            batch = self._take()
            if batch:
                await self._send(batch)
            else:
                parked = asyncio.get_running_loop().create_future()
                self._parked.append(parked)
                await parked

    def _wake_senders(self) -> None:
        """Wake as many as have something to take now; the others would only ring back."""
        now_s = self._monotonic()
        if not self._ready or not self._settler.has_room or self._batch_waits(now_s):
            return
        if self._bucket is not None and self._bucket.wait_s(now_s) > 0:
            return
        self._unpark(len(self._ready))

    def _unpark(self, n: int) -> None:
        while n > 0 and self._parked:
            parked = self._parked.popleft()
            if not parked.done():
                parked.set_result(None)
                n -= 1

    def _take(self) -> list[Claimed]:
        """The next request's deliveries, or none if nothing may go now."""
        if not self._settler.has_room:
            self._bell.ring()
            return []
        if not self._ready:
            return []
        now_s = self._monotonic()
        if self.breaker.allow(now_s, self._sending) <= 0:
            self._bell.ring()
            return []
        if self.plan.batch_wait_s and self._batch_waits(now_s):
            return []
        if self._bucket is not None and not self._bucket.take(1, now_s):
            self._bell.ring()
            return []
        batch = self._next_batch()
        if len(self._ready) <= self._depth // 2:
            self._bell.ring()
        return batch

    def _batch_waits(self, now_s: float) -> bool:
        """Whether what is ready waits for more; the halves of a split batch wait for nobody."""
        return (
            self.plan.batch_wait_s > 0
            and len(self._ready) < self._batch_size
            and now_s < self._ready_since + self.plan.batch_wait_s
            and self._ready[0].delivery_id not in self._splits
        )

    def _next_batch(self) -> list[Claimed]:
        batch: list[Claimed] = []
        size = self._batch_size
        while self._ready and len(batch) < size:
            claimed = self._ready[0]
            if self._valid.get(claimed.shard) != claimed.token:
                self._ready.popleft()
                continue
            split = self._splits.get(claimed.delivery_id, self._batch_size)
            if batch and (split != size or not _go_together(batch[0], claimed)):
                break
            size = min(size, split)
            batch.append(self._ready.popleft())
        return batch

    async def _send(self, batch: list[Claimed]) -> None:
        self._sending += 1
        try:
            reach("push.before_send")
            result = await self._consumer.push(batch)
            reach("push.after_answer")
        except asyncio.CancelledError:
            self._settle(batch, PushResult(None, (_STOPPED,) * len(batch)))
            raise
        except Exception:
            log.exception(
                "consumer=%s delivery=%d push failed", self.plan.name, batch[0].delivery_id
            )
            result = PushResult(None, (_BUG,) * len(batch))
        finally:
            self._sending -= 1
        self._settle(batch, result)

    def _settle(self, batch: list[Claimed], result: PushResult) -> None:
        now = self._clock()
        settlements = settlements_of(
            batch,
            result,
            self.plan.policy,
            now=now,
            rng=self._rng,
            steady_at=self._steady_at,
            split_tries=self._split_tries,
        )
        self._settler.put(settlements)
        if self._batch_size > 1:
            self._remember_splits(batch, result, settlements)
        now_s = self._monotonic()
        health = health_of(result)
        if health is not None:
            was = self.breaker.state
            self.breaker.record(health, now_s)
            if self.breaker.state is not was:
                if self.breaker.state is BreakerState.CLOSED:
                    self._steady_at = now
                self._bell.ring()
        for one, verdict in zip(batch, result.verdicts, strict=True):
            if verdict.outcome is Outcome.ACCEPTED:
                self.meter.delivered(now, now - one.pulled_at)
            else:
                self.meter.failed(now)
                self.last_error, self.last_error_at = verdict.error, now

    def _remember_splits(
        self, batch: list[Claimed], result: PushResult, settlements: list[Settlement]
    ) -> None:
        for one, settled in zip(batch, settlements, strict=True):
            if result.split:
                self._splits[one.delivery_id] = max(1, (len(batch) + 1) // 2)
                self._split_tries[one.delivery_id] = self._split_tries.get(one.delivery_id, 0) + 1
            elif settled.event is not Event.POSTPONE:
                self._splits.pop(one.delivery_id, None)
                self._split_tries.pop(one.delivery_id, None)


def _go_together(one: Claimed, other: Claimed) -> bool:
    """Whether one request may carry both; a request that is repeated as it was carries one."""
    return one.pull_shard == other.pull_shard and not (one.as_sent or other.as_sent)


def wake_after(pushers: dict[int, Pusher]) -> Callable[[set[int]], None]:
    """What the settler calls after a commit: later versions may go now."""

    def wake(consumers: set[int]) -> None:
        for consumer_id in consumers:
            pusher = pushers.get(consumer_id)
            if pusher is not None:
                pusher.ring()

    return wake
