"""How long leases last, and every time that follows from it.

All nodes of a database must be told the same. Not for holding leases: ``leaser``.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.errors import OperatorError

SHORTEST_S = 0.5
LONGEST_S = 600.0

_ASLEEP_TOO = getattr(time, "CLOCK_BOOTTIME", None)


def passed_s() -> float:
    """Seconds of a clock nobody sets; where the system has one, it goes on in a machine's sleep.

    A laptop that wakes must not take the lease it had for its own.
    """
    return time.monotonic() if _ASLEEP_TOO is None else time.clock_gettime(_ASLEEP_TOO)


@dataclass(frozen=True, slots=True)
class LeaseTimes:
    """All in seconds. lease_s: how long a lease lasts that is not renewed.

    trust_s: how long it is taken for ours, counted from before it was asked for (design.md rule
    7). live_s: a node not seen for longer gets no share; steady_s: for how long a node must find
    that it holds too much before it gives some back, so that a node seen late moves nothing.
    """

    lease_s: float = 20.0

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> LeaseTimes:
        """``JELLYFISH_LEASE_S``, seconds, mostly for tests; OperatorError if it cannot work."""
        text = environ.get("JELLYFISH_LEASE_S", "")
        return cls.of_text(text) if text else cls()

    @classmethod
    def of_text(cls, text: str) -> LeaseTimes:
        """From a setting, seconds as text; OperatorError if it is none that can work."""
        try:
            lease_s = float(text)
        except ValueError:
            lease_s = 0.0
        if not SHORTEST_S <= lease_s <= LONGEST_S:
            raise OperatorError(
                f'"{text}" is no time for leases.',
                hint=f"Seconds from {SHORTEST_S} to {LONGEST_S:.0f}, the same for all nodes.",
            )
        return cls(lease_s)

    @property
    def lease_ms(self) -> int:
        """What the database is told."""
        return round(self.lease_s * 1000)

    @property
    def trust_s(self) -> float:
        """See the class."""
        return 0.7 * self.lease_s

    @property
    def renew_every_s(self) -> float:
        """Three renewals may fail before the trust ends."""
        return self.lease_s / 4

    @property
    def seen_every_s(self) -> float:
        """How often a node tells that it lives."""
        return self.lease_s / 8

    @property
    def live_s(self) -> float:
        """See the class."""
        return self.lease_s / 2

    @property
    def look_every_s(self) -> float:
        """How often a node looks for shards to take and to give back."""
        return min(1.0, self.lease_s / 10)

    @property
    def steady_s(self) -> float:
        """See the class."""
        return min(2.0, self.lease_s / 10)
