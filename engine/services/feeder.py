"""Claims due deliveries of one consumer ahead of its senders.

How far ahead grows while there is enough to do, and stays small where an operator wants to hold
what may have been sent. Recovers what dead nodes were sending, once for every lease.
Not for sending: ``pusher``.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import Protocol

from engine.core.errors import OperatorError
from engine.core.failpoint import reach
from engine.core.record import Claimed
from engine.services.limits import Gate, Rate
from engine.services.loop import Bell, Loop
from engine.services.push_plan import PushPlan
from engine.services.ready import Ready
from engine.services.recovery import RecoveryStore, recover
from engine.store.errors import LeaseLost
from engine.store.rows import Lease

IDLE_S = 1.0
DEEPEST = 1024


class PushStore(RecoveryStore, Protocol):
    """What a consumer's push side needs of the store."""

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


class Feeder:
    """Fills ``ready``. release: gives back what cannot go; wake: there is something to send.

    in_flight: requests under way. half: when no more than so many are left, ring.
    problem: why nothing can be claimed now, or "".
    """

    def __init__(
        self,
        plan: PushPlan,
        ready: Ready,
        store: PushStore,
        leases: Callable[[], list[Lease]],
        breaker: Gate,
        rate: Rate | None,
        *,
        release: Callable[[], None],
        wake: Callable[[], None],
        in_flight: Callable[[], int],
        clock: Callable[[], int],
        rng: random.Random,
        monotonic: Callable[[], float],
    ) -> None:
        self.problem = ""
        self.bell = Bell()
        self._plan = plan
        self._ready = ready
        self._store = store
        self._leases = leases
        self._breaker = breaker
        self._rate = rate
        self._release = release
        self._wake = wake
        self._in_flight = in_flight
        self._clock = clock
        self._rng = rng
        self._monotonic = monotonic
        self._recovered: dict[int, int] = {}
        self._more = False
        self._round = asyncio.Lock()
        self._depth = self._first_depth()
        self.half = self._depth // 2
        self._loop = Loop(f"feeder {plan.name}", self._feed)

    def start(self) -> None:
        """Start claiming."""
        self._loop.start()

    async def stop(self) -> None:
        """Claim no more, after the claim in hand."""
        async with self._round:
            await self._loop.stop()

    async def round_ends(self) -> None:
        """Wait until the claim in hand is done; the next one sees the leases as they are now."""
        async with self._round:
            pass

    def _first_depth(self) -> int:
        size = self._ready.batch_size
        if self._plan.policy.on_unknown == "hold":
            return self._plan.concurrency * size
        return max(2 * self._plan.concurrency * size, size)

    async def _feed(self) -> None:
        while True:
            try:
                async with self._round:
                    pause_s = await self._feed_once()
                self.problem = ""
            except LeaseLost:
                pause_s = IDLE_S
            except OperatorError as error:
                self.problem = error.sentence
                pause_s = IDLE_S
            if pause_s > 0:
                await self.bell.wait(pause_s)

    async def _feed_once(self) -> float:
        """Claim what may go now; seconds to wait before looking again."""
        leases = self._leases()
        self._ready.valid = tokens_of(leases)
        if not leases:
            self._release()
            return IDLE_S
        await self._recover(leases)
        now_s = self._monotonic()
        allowed = self._breaker.allow(now_s, self._in_flight())
        if allowed <= 0:
            self._release()
            next_at = self._breaker.next_at()
            return IDLE_S if next_at is None else max(0.01, min(IDLE_S, next_at - now_s))
        limit = min(self._depth - len(self._ready), self._rate_room(), allowed)
        if limit <= 0 or (len(self._ready) > self.half and allowed > self._depth):
            self._wake()
            return self._hold_s()
        claimed = await self._claim(leases, limit)
        self._more = len(claimed) == limit
        self._wake()
        if self._more:
            self._deepen()
            return 0.0 if len(self._ready) < self.half else self._hold_s()
        return self._hold_s() if len(self._ready) else await self._until_due(leases)

    async def _claim(self, leases: Sequence[Lease], limit: int) -> list[Claimed]:
        claimed = await self._store.claim(
            self._plan.consumer_id,
            leases,
            limit=limit,
            now=self._clock(),
            per_key=self._plan.per_key,
            pull_shards=self._plan.by_pull_shard,
        )
        reach("push.after_claim")
        self._ready.add(claimed, self._monotonic())
        return claimed

    async def _recover(self, leases: Sequence[Lease]) -> None:
        tokens = tokens_of(leases)
        fresh = [one for one in leases if self._recovered.get(int(one.key.shard)) != one.token]
        if fresh:
            await recover(
                self._store,
                self._plan.consumer_id,
                fresh,
                self._plan.policy,
                clock=self._clock,
                rng=self._rng,
            )
            self._recovered = tokens

    async def _until_due(self, leases: Sequence[Lease]) -> float:
        shards = [int(lease.key.shard) for lease in leases]
        due_at = await self._store.next_due(self._plan.consumer_id, shards)
        if due_at is None:
            return IDLE_S
        return min(IDLE_S, max(0.02, (due_at - self._clock()) / 1000))

    def _hold_s(self) -> float:
        """How long what is ready may be held: until the rate or the batch's wait lets it go."""
        waits = [IDLE_S]
        now_s = self._monotonic()
        if len(self._ready) and self._rate is not None:
            self._rate.want(self._requests(self._rate))
            waits.append(max(0.001, self._rate.wait_s(now_s)))
        if self._plan.batch_wait_s and 0 < len(self._ready) < self._ready.batch_size:
            waits.append(max(0.005, self._ready.waits_s(now_s)))
        return min(waits)

    def _requests(self, rate: Rate) -> int:
        """How many requests could go now; with more behind them, a second's worth at least."""
        ready = -(-len(self._ready) // self._ready.batch_size)
        return max(ready, int(rate.rate_per_s)) if self._more else ready

    def _rate_room(self) -> int:
        if self._rate is None:
            return DEEPEST
        a_second = max(1, int(self._rate.rate_per_s)) * self._ready.batch_size
        return a_second - len(self._ready)

    def _deepen(self) -> None:
        deepest = max(DEEPEST, 2 * self._ready.batch_size)
        if self._plan.policy.on_unknown == "send_again" and self._depth < deepest:
            self._depth = min(deepest, self._depth * 2)
            self.half = self._depth // 2


def tokens_of(leases: Sequence[Lease]) -> dict[int, int]:
    """The tokens of push shards' leases by the shards' numbers."""
    return {int(lease.key.shard): lease.token for lease in leases}
