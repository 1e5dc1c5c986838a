"""Rates and breakers of a node that shares its database with others; see ``limits``."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

from engine.services.breaker_desk import BreakerDesk, CircuitStore
from engine.services.lease_times import passed_s
from engine.services.limits import Gate, LetAlone, Rate, Served
from engine.services.shared_rate import AllowanceStore, RateDesk


class LimitStore(AllowanceStore, CircuitStore, Protocol):
    """What it needs of the store."""


class SharedLimits:
    """Of all nodes together. node: a name no other process has."""

    def __init__(
        self,
        store: LimitStore,
        *,
        node: str,
        rng: random.Random,
        monotonic: Callable[[], float] = passed_s,
    ) -> None:
        self._rates = RateDesk(store, rng=rng, monotonic=monotonic)
        self._breakers = BreakerDesk(store, node=node, monotonic=monotonic)

    def rate(self, served: Served, rate_per_s: float) -> Rate:
        """The rate of a consumer, held by all nodes."""
        return self._rates.rate(served, rate_per_s)

    def breaker(self, served: Served) -> Gate:
        """The breaker of a consumer's target, held by all nodes."""
        return self._breakers.breaker(served)

    def let_alone(self, consumer_id: int, revision: int) -> LetAlone | None:
        """How all nodes hold with a consumer's target."""
        return self._breakers.let_alone(consumer_id, revision)

    async def load(self) -> None:
        """Hear what is let alone; OperatorError when the database cannot be asked."""
        await self._breakers.look()

    def start(self) -> None:
        """Start telling and hearing."""
        self._rates.start()
        self._breakers.start()

    async def stop(self) -> None:
        """Ask for nothing more; tell what is not told yet."""
        await self._rates.stop()
        await self._breakers.stop()

    async def look(self) -> None:
        """Hear what changed at another node."""
        await self._breakers.look()
