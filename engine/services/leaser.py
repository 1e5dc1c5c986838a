"""Holds leases on the shards of jobs, and knows at every moment which are surely ours.

A lease is trusted for 0.7 of its time by the monotonic clock, counted from before it was asked
for; after that nothing is sent or stored under it until it was renewed (design.md rule 7).
Not for which shards a node shall hold: ``sharing``.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from engine.core.errors import OperatorError
from engine.core.failpoint import reach
from engine.services.lease_times import LeaseTimes, passed_s
from engine.services.loop import Loop
from engine.store.rows import Lease, LeaseKey, WorkKind

log = logging.getLogger(__name__)


class LeaseStore(Protocol):
    """What the leaser needs of the store."""

    async def acquire(
        self, keys: Sequence[LeaseKey], *, owner: str, ttl_ms: int
    ) -> tuple[Lease, ...]: ...

    async def renew(self, *, owner: str, ttl_ms: int) -> tuple[Lease, ...]: ...

    async def release(self, leases: Sequence[Lease]) -> None: ...


class Leaser:
    """Takes and gives back what it is told to, and renews what it holds.

    owner: never the same for two starts of a node. changed: called when shards came or went.
    A shard that is *closed* is still ours, so what is under way may end and be stored; nothing
    new begins in it.
    """

    def __init__(
        self,
        store: LeaseStore,
        *,
        owner: str,
        changed: Callable[[], None],
        times: LeaseTimes | None = None,
        monotonic: Callable[[], float] = passed_s,
    ) -> None:
        self.owner = owner
        self.times = times or LeaseTimes()
        self._store = store
        self._changed = changed
        self._monotonic = monotonic
        self._held: dict[LeaseKey, tuple[Lease, float]] = {}
        self._closed: set[LeaseKey] = set()
        self._sure_until = math.inf
        self._changing = asyncio.Lock()
        self._loop = Loop("leaser", self._run)

    def start(self) -> None:
        """Start renewing."""
        self._loop.start()

    async def stop(self) -> None:
        """Stop renewing and give every lease back."""
        await self._loop.stop()
        await self.give_back(list(self._held))

    @property
    def keys(self) -> frozenset[LeaseKey]:
        """The shards we held when we last heard of them, closed ones too."""
        return frozenset(self._held)

    def sure(self) -> bool:
        """Whether all that is held is surely ours now; asked before everything that goes out."""
        return self._monotonic() < self._sure_until

    def held(self, key: LeaseKey) -> Lease | None:
        """The lease of that shard if it is surely ours now, to end what is under way."""
        held = self._held.get(key)
        if held is None or self._monotonic() >= held[1]:
            return None
        return held[0]

    def lease(self, key: LeaseKey) -> Lease | None:
        """The lease of that shard if something may begin under it now."""
        return None if key in self._closed else self.held(key)

    def leases(self, job_id: int, kind: WorkKind) -> list[Lease]:
        """All leases of that half of a job under which something may begin now."""
        now = self._monotonic()
        return [
            lease
            for key, (lease, until) in self._held.items()
            if key.job_id == job_id and key.kind is kind and now < until and key not in self._closed
        ]

    def close(self, key: LeaseKey) -> None:
        """Begin nothing more in that shard, until it is given back."""
        self._closed.add(key)

    async def take(self, keys: Iterable[LeaseKey]) -> None:
        """Take those of these shards that are free. Raises OperatorError."""
        async with self._changing:
            asked_at = self._monotonic()
            leases = await self._store.acquire(
                sorted(keys, key=lambda key: (key.job_id, key.kind, key.shard)),
                owner=self.owner,
                ttl_ms=self.times.lease_ms,
            )
            reach("lease.acquired")
            until = asked_at + self.times.trust_s
            self._hold({**self._held, **{lease.key: (lease, until) for lease in leases}})

    async def renew(self) -> None:
        """Renew everything we hold; what is not ours any more is let go. Raises OperatorError."""
        if not self._held:
            return
        async with self._changing:
            asked_at = self._monotonic()
            leases = await self._store.renew(owner=self.owner, ttl_ms=self.times.lease_ms)
            until = asked_at + self.times.trust_s
            self._hold({lease.key: (lease, until) for lease in leases})

    async def give_back(self, keys: Iterable[LeaseKey]) -> None:
        """Let these go; where the database does not answer, they run out by themselves."""
        async with self._changing:
            leases = [self._held.pop(key)[0] for key in keys if key in self._held]
            if not leases:
                return
            self._hold(self._held)
            try:
                await self._store.release(leases)
                reach("lease.released")
            except OperatorError as error:
                log.warning("leases run out by themselves: %s", error.sentence)
            self._closed.difference_update(lease.key for lease in leases)

    def _hold(self, held: dict[LeaseKey, tuple[Lease, float]]) -> None:
        before = {key: lease.token for key, (lease, _) in self._held.items()}
        self._held = held
        self._sure_until = min((until for _, until in held.values()), default=math.inf)
        if before != {key: lease.token for key, (lease, _) in held.items()}:
            for key in before.keys() - held.keys():
                log.warning(
                    "lease of job_id=%d %s shard=%s is lost", key.job_id, key.kind, key.shard
                )
            self._closed &= held.keys()
            self._changed()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self.times.renew_every_s)
            try:
                await self.renew()
            except OperatorError as error:
                log.warning("leases wait: %s", error.sentence)
