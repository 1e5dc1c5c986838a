"""How fast records may go to one target: a token bucket.

Pure: the time is passed in. In any stretch of T seconds at most ``rate · T + burst`` are granted.
Not for the target's own ``Retry-After`` (``retry``) and not for outages (``breaker``).
"""

from __future__ import annotations

import math

BURST_S = 0.1
"""A bucket that was given no burst holds this many seconds' worth of its rate, and at least one."""
_ROUNDING = 1e-9
_LEAST_WAIT_S = 0.001
"""A shorter wait may vanish in the rounding of the clock, and a loop would spin."""


class TokenBucket:
    """Grants up to ``rate_per_s`` a second, and ``burst`` at once after a rest.

    Every ``now_s`` is in seconds of one clock that never runs backwards; should it do so, the
    time simply stands still here.
    """

    __slots__ = ("_at", "_tokens", "burst", "rate_per_s")

    def __init__(self, rate_per_s: float, *, burst: float | None = None) -> None:
        if rate_per_s <= 0:
            raise ValueError(f"a rate of {rate_per_s} a second lets nothing through")
        self.rate_per_s = rate_per_s
        self.burst = max(1.0, rate_per_s * BURST_S if burst is None else burst)
        self._tokens = self.burst
        self._at: float | None = None

    def take(self, n: int, now_s: float) -> int:
        """How many of ``n`` may go now; those are taken."""
        self._fill(now_s)
        granted = max(0, min(n, math.floor(self._tokens + _ROUNDING)))
        self._tokens -= granted
        return granted

    def want(self, n: int) -> None:
        """So many requests are ready to go. Nobody has to be asked here: see ``core.slots``."""

    def give_back(self, n: int) -> None:
        """Return what was taken and not used, because fewer were due."""
        self._tokens = min(self.burst, self._tokens + n)

    def wait_s(self, now_s: float) -> float:
        """Seconds until `take` grants at least one; 0.0 if it does so now."""
        self._fill(now_s)
        if self._tokens + _ROUNDING >= 1:
            return 0.0
        return max((1 - self._tokens) / self.rate_per_s, _LEAST_WAIT_S)

    def _fill(self, now_s: float) -> None:
        if self._at is None:
            self._at = now_s
        elif now_s > self._at:
            self._tokens = min(self.burst, self._tokens + (now_s - self._at) * self.rate_per_s)
            self._at = now_s
