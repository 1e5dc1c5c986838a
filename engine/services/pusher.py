"""Serves one consumer on this node: senders push what the feeder claimed, outcomes are settled.

As many senders as the consumer's ``concurrency`` push and give the outcome to the settler. What is
claimed and cannot go now (breaker, pause, stop) is released and spends no attempt (design.md rule
9). Not for claiming (``feeder``), nor for what a request looks like: that is the consumer kind's.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable
from functools import partial

from engine.consumers.port import Consumer
from engine.core.attempt import Outcome
from engine.core.breaker import BreakerState, health_of
from engine.core.failpoint import reach
from engine.core.record import Claimed, PushResult, PushVerdict
from engine.services.feeder import Feeder, PushStore, tokens_of
from engine.services.lease_times import passed_s
from engine.services.limits import Limits, Served
from engine.services.loop import Loop
from engine.services.push_plan import PushPlan
from engine.services.ready import Ready
from engine.services.settler import Settler
from engine.services.verdicts import release, settlements_of
from engine.store.rows import Lease

log = logging.getLogger(__name__)

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


class Pusher:
    """See the module. last_error, last_error_at: the last failure and when (UTC ms).

    leases: of the shards in which something may begin. sure: whether what we hold is surely ours.
    """

    def __init__(
        self,
        plan: PushPlan,
        consumer: Consumer,
        store: PushStore,
        settler: Settler,
        leases: Callable[[], list[Lease]],
        limits: Limits,
        *,
        sure: Callable[[], bool] = lambda: True,
        clock: Callable[[], int],
        rng: random.Random,
        monotonic: Callable[[], float] = passed_s,
    ) -> None:
        self.plan = plan
        self.last_error = ""
        self.last_error_at = 0
        self._consumer = consumer
        self._settler = settler
        self._leases = leases
        self._sure = sure
        self._clock = clock
        self._rng = rng
        self._monotonic = monotonic
        served = self._served()
        self.breaker = limits.breaker(served)
        self._rate = limits.rate(served, plan.rate_per_s) if plan.rate_per_s else None
        self._ready = Ready(consumer.batch_size, plan.batch_wait_s)
        self._steady_at = 0
        self._parked: deque[asyncio.Future[None]] = deque()
        self._sending = 0
        self._under_way: list[list[Claimed]] = [[] for _ in range(plan.concurrency)]
        self._leaving: list[asyncio.Event] = []
        self._stopping = False
        self._feeder = Feeder(
            plan,
            self._ready,
            store,
            leases,
            self.breaker,
            self._rate,
            release=self._release_ready,
            wake=self._wake_senders,
            in_flight=lambda: self._sending,
            clock=clock,
            rng=rng,
            monotonic=monotonic,
        )
        self._senders = [
            Loop(f"sender {plan.name} {n}", partial(self._send_for_ever, n))
            for n in range(plan.concurrency)
        ]

    @property
    def problem(self) -> str:
        """Why nothing can be claimed now, or ""."""
        return self._feeder.problem

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
        return self._ready.ids

    @property
    def rate_wait_s(self) -> float:
        """Seconds until the rate limit lets the next request go; 0.0 if it may go now."""
        return 0.0 if self._rate is None else self._rate.wait_s(self._monotonic())

    @property
    def batch_wait_left_s(self) -> float:
        """How long what is ready may still wait for more to fill its batch; 0.0: it does not."""
        return self._ready.waits_s(self._monotonic())

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

    async def leave(self, shard: int) -> None:
        """End what is under way in a shard nothing may begin in any more, and store how it ended.

        What was claimed and not sent is released. Sends end in their own time, which is bounded.
        """
        await self._feeder.round_ends()
        self._release(self._ready.take_shard(shard))
        one_ended = asyncio.Event()
        self._leaving.append(one_ended)
        try:
            while any(one.shard == shard for batch in self._under_way for one in batch):
                one_ended.clear()
                await one_ended.wait()
        finally:
            self._leaving.remove(one_ended)
        await self._settler.flush()

    def leases_changed(self) -> None:
        """Shards came or went: from now on nothing leaves that was claimed under a lost lease."""
        self._ready.valid = tokens_of(self._leases())
        self.ring()

    def ring(self) -> None:
        """Say that there may be something to send."""
        self._feeder.bell.ring()

    def _served(self) -> Served:
        return Served(
            self.plan.consumer_id,
            self.plan.revision,
            shards=lambda: [int(lease.key.shard) for lease in self._leases()],
            in_flight=lambda: self._sending,
            rate_changed=self.ring,
            breaker_changed=self._breaker_changed,
        )

    def _breaker_changed(self) -> None:
        if self.breaker.state is BreakerState.CLOSED:
            self._steady_at = self._clock()
        self.ring()

    def _release_ready(self) -> None:
        """Give back what was claimed and not sent; a lost lease makes the ledger refuse it."""
        self._release(self._ready.take_all())

    def _release(self, claims: list[Claimed]) -> None:
        if claims:
            now = self._clock()
            self._settler.put([release(one, now) for one in claims])
            reach("push.released")

    async def _send_for_ever(self, number: int) -> None:
        while not self._stopping:
            batch = self._take()
            if batch:
                self._under_way[number] = batch
                try:
                    await self._send(batch)
                finally:
                    self._under_way[number] = []
                    for one_ended in self._leaving:
                        one_ended.set()
            else:
                parked = asyncio.get_running_loop().create_future()
                self._parked.append(parked)
                await parked

    def _wake_senders(self) -> None:
        """Wake as many as have something to take now; the others would only ring back."""
        now_s = self._monotonic()
        if not len(self._ready) or not self._settler.has_room or self._ready.waits_s(now_s) > 0:
            return
        if not self._sure():
            return
        if self._rate is not None and self._rate.wait_s(now_s) > 0:
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
            self.ring()
            return []
        if not self._ready.claims:
            return []
        now_s = self._monotonic()
        if not self._sure() or self.breaker.allow(now_s, self._sending) <= 0:
            self.ring()
            return []
        if self.plan.batch_wait_s and self._ready.waits_s(now_s) > 0:
            return []
        if self._rate is not None and not self._rate.take(1, now_s):
            self.ring()
            return []
        batch = self._ready.next_batch()
        if self._ready.strays:
            self._release(self._ready.take_strays())
        if len(self._ready.claims) <= self._feeder.half:
            self.ring()
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
            split_tries=self._ready.split_tries,
        )
        self._settler.put(settlements)
        if self._ready.batch_size > 1:
            self._ready.remember_splits(batch, result, settlements)
        now_s = self._monotonic()
        health = health_of(result)
        if health is not None:
            was = self.breaker.state
            self.breaker.record(health, now_s)
            if self.breaker.state is not was:
                self._breaker_changed()
        for verdict in result.verdicts:
            if verdict.outcome is not Outcome.ACCEPTED:
                self.last_error, self.last_error_at = verdict.error, now


def wake_after(pushers: dict[int, Pusher]) -> Callable[[set[int]], None]:
    """What the settler calls after a commit: later versions may go now."""

    def wake(consumers: set[int]) -> None:
        for consumer_id in consumers:
            pusher = pushers.get(consumer_id)
            if pusher is not None:
                pusher.ring()

    return wake
