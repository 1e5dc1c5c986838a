"""Numbers of the last minutes, second by second, in memory: what live graphs show.

Longer windows come from the counters in the database. Not a source of truth for any total.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW_S = 900
"""How many seconds are kept."""

_LATENCIES_A_SECOND = 200


@dataclass(slots=True)
class Second:
    """What happened in one second; ``latencies_ms`` samples the times from pulled to delivered."""

    at_s: int
    pulled: int = 0
    delivered: int = 0
    failed: int = 0
    latencies_ms: list[int] = field(default_factory=list)


class Meter:
    """Counts events of one consumer (or, for pulled, one job) by second.

    since: when it began to count (UTC ms); what happened before is not in it.
    """

    def __init__(self, since: int = 0) -> None:
        self.since = since
        self._seconds: deque[Second] = deque(maxlen=WINDOW_S)

    def pulled(self, now_ms: int, n: int) -> None:
        """n new records came in."""
        self._at(now_ms).pulled += n

    def delivered(self, now_ms: int, latency_ms: int) -> None:
        """One record was delivered, this long after it was pulled."""
        second = self._at(now_ms)
        second.delivered += 1
        if len(second.latencies_ms) < _LATENCIES_A_SECOND:
            second.latencies_ms.append(latency_ms)

    def failed(self, now_ms: int) -> None:
        """One attempt was not accepted."""
        self._at(now_ms).failed += 1

    def seconds(self, now_ms: int, window_s: int) -> list[Second]:
        """The whole seconds of the window, oldest first; seconds without events are left out."""
        first = now_ms // 1000 - window_s
        return [second for second in self._seconds if second.at_s >= first]

    def rate(self, now_ms: int, what: str, window_s: int = 5) -> float:
        """Events a second over the last whole seconds; ``what`` is a counter's name of Second."""
        last = now_ms // 1000
        total = sum(
            getattr(second, what) for second in self.seconds(now_ms, window_s) if second.at_s < last
        )
        return float(total) / window_s

    def _at(self, now_ms: int) -> Second:
        at_s = now_ms // 1000
        if not self._seconds or self._seconds[-1].at_s < at_s:
            self._seconds.append(Second(at_s))
        return self._seconds[-1]
