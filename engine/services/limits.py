"""What holds a consumer's requests back: its rate, and the breaker of its target.

A line asks for one of each when it is built. On a database of one node they live in its memory
(``OwnLimits``); where nodes share a database they are of all nodes together (``shared_limits``).
Not for how they count: ``core``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.core.breaker import Breaker, BreakerState
from engine.core.rate import TokenBucket


class Rate(Protocol):
    """When the next requests may go; seconds of the monotonic clock. See ``TokenBucket``."""

    @property
    def rate_per_s(self) -> float: ...

    def want(self, n: int) -> None: ...

    def take(self, n: int, now_s: float) -> int: ...

    def wait_s(self, now_s: float) -> float: ...


class Gate(Protocol):
    """Whether a target is let alone; seconds of the monotonic clock. See ``Breaker``."""

    @property
    def state(self) -> BreakerState: ...

    @property
    def reason(self) -> str: ...

    def allow(self, now_s: float, in_flight: int) -> int: ...

    def next_at(self) -> float | None: ...

    def record(self, ok: bool, now_s: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Served:
    """A consumer as this node serves it.

    revision: of the job document. shards: the push shards this node holds now. in_flight: its
    requests under way. rate_changed: requests may go that could not before. breaker_changed: it
    was opened, closed or may be tried, by this node or another.
    """

    consumer_id: int
    revision: int
    shards: Callable[[], Sequence[int]]
    in_flight: Callable[[], int]
    rate_changed: Callable[[], None]
    breaker_changed: Callable[[], None]


@dataclass(frozen=True, slots=True)
class LetAlone:
    """A target that is let alone. retry_at: when it may be tried, UTC ms; None: it is on trial."""

    state: BreakerState
    reason: str
    retry_at: int | None


class Limits(Protocol):
    """Makes both for a consumer. ``load`` before the first, ``stop`` when nothing sends any more.

    look: something changed at another node. let_alone: how all nodes hold with a consumer's
    target under that revision of its job; None: it is not let alone, or only lines know.
    """

    def rate(self, served: Served, rate_per_s: float) -> Rate: ...

    def breaker(self, served: Served) -> Gate: ...

    def let_alone(self, consumer_id: int, revision: int) -> LetAlone | None: ...

    async def load(self) -> None: ...

    def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def look(self) -> None: ...


class OwnLimits:
    """Of this node alone: nothing to start, and nobody to hear."""

    def rate(self, served: Served, rate_per_s: float) -> Rate:
        """A bucket of its own."""
        return TokenBucket(rate_per_s)

    def breaker(self, served: Served) -> Gate:
        """A breaker that forgets with the process."""
        return Breaker()

    def let_alone(self, consumer_id: int, revision: int) -> LetAlone | None:
        """Only the lines know."""
        return None

    async def load(self) -> None:
        """There is nothing to load."""

    def start(self) -> None:
        """There is nothing to start."""

    async def stop(self) -> None:
        """There is nothing to stop."""

    async def look(self) -> None:
        """There is nobody else."""
