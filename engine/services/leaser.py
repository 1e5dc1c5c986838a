"""Holds leases on the shards of jobs, and knows at every moment which are surely ours.

A lease is trusted for 0.7 of its time by the monotonic clock, counted from before it was asked
for; after that nothing is sent or stored under it until it was renewed (design.md rule 7).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from engine.core.errors import OperatorError
from engine.core.failpoint import reach
from engine.services.loop import Loop
from engine.store.rows import Lease, LeaseKey, WorkKind

log = logging.getLogger(__name__)

TTL_MS = 20_000
RENEW_EVERY_S = 5.0
TRUST = 0.7


class LeaseStore(Protocol):
    """What the leaser needs of the store."""

    async def acquire(
        self, keys: Sequence[LeaseKey], *, owner: str, ttl_ms: int
    ) -> tuple[Lease, ...]: ...

    async def release(self, leases: Sequence[Lease]) -> None: ...


class Leaser:
    """Acquires what is wanted, renews what is held, gives back what is not wanted any more."""

    def __init__(
        self,
        store: LeaseStore,
        *,
        owner: str,
        changed: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._owner = owner
        self._changed = changed
        self._monotonic = monotonic
        self._wanted: frozenset[LeaseKey] = frozenset()
        self._held: dict[LeaseKey, tuple[Lease, float]] = {}
        self._loop = Loop("leaser", self._run)

    def start(self) -> None:
        """Start acquiring and renewing."""
        self._loop.start()

    async def stop(self) -> None:
        """Stop renewing and give every lease back."""
        await self._loop.stop()
        await self._give_back(self._held)

    async def want(self, keys: Iterable[LeaseKey]) -> None:
        """Hold these shards from now on; give back the others, and take what is free at once."""
        self._wanted = frozenset(keys)
        await self._give_back([key for key in self._held if key not in self._wanted])
        await self.refresh()

    def lease(self, key: LeaseKey) -> Lease | None:
        """The lease of that shard if it is surely ours now."""
        held = self._held.get(key)
        if held is None or self._monotonic() >= held[1]:
            return None
        return held[0]

    def leases(self, job_id: int, kind: WorkKind) -> list[Lease]:
        """All leases of that half of a job that are surely ours now."""
        now = self._monotonic()
        return [
            lease
            for key, (lease, until) in self._held.items()
            if key.job_id == job_id and key.kind is kind and now < until
        ]

    async def refresh(self) -> None:
        """Acquire and renew everything wanted, in one call."""
        if not self._wanted:
            return
        asked_at = self._monotonic()
        leases = await self._store.acquire(
            sorted(self._wanted, key=lambda key: (key.job_id, key.kind, key.shard)),
            owner=self._owner,
            ttl_ms=TTL_MS,
        )
        reach("lease.acquired")
        until = asked_at + TRUST * TTL_MS / 1000
        before = {key: held[0].token for key, held in self._held.items()}
        self._held = {lease.key: (lease, until) for lease in leases}
        if before != {lease.key: lease.token for lease in leases}:
            self._changed()

    async def _run(self) -> None:
        while True:
            try:
                await self.refresh()
            except OperatorError as error:
                log.warning("leases wait: %s", error.sentence)
            await asyncio.sleep(RENEW_EVERY_S)

    async def _give_back(self, keys: Iterable[LeaseKey]) -> None:
        leases = [self._held.pop(key)[0] for key in list(keys) if key in self._held]
        if leases:
            try:
                await self._store.release(leases)
                reach("lease.released")
            except OperatorError as error:
                log.warning("leases run out by themselves: %s", error.sentence)
