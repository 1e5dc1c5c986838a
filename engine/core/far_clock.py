"""How late it is at the database, between the answers that carry its time.

An answer's time was read between the question and the answer, so each of them bounds how far the
two clocks are apart; the tightest bound counts (Cristian's algorithm). What this says is never
later than it is there, but for drift. Pure; not for the time of day on this machine, which nothing
here depends on: seconds are of a clock that never runs backwards.
"""

from __future__ import annotations

KEPT_S = 30.0
"""Clocks drift: a bound older than twice this is forgotten."""
_GRAIN_US = 1000
"""The database tells whole milliseconds."""


class FarClock:
    """A clock elsewhere, as far as it is known here. Instants there are UTC microseconds."""

    __slots__ = ("_before", "_now", "_since_s")

    def __init__(self) -> None:
        self._now: int | None = None
        self._before: int | None = None
        self._since_s = 0.0

    def hear(self, at_ms: int, asked_s: float, answered_s: float) -> None:
        """It was ``at_ms`` there at some moment between these two here."""
        at = at_ms * 1000
        low, high = at - _us(answered_s), at + _GRAIN_US - _us(asked_s)
        known = self._known()
        if known is None or known > high:  # the first answer, or the clock there was put back
            self._now, self._before, self._since_s = low, None, answered_s
        elif answered_s - self._since_s > KEPT_S:
            recent = answered_s - self._since_s <= 2 * KEPT_S
            self._before, self._now = (self._now if recent else None), low
            self._since_s = answered_s
        else:
            self._now = low if self._now is None else max(self._now, low)

    @property
    def heard(self) -> bool:
        """Whether anything was heard yet."""
        return self._now is not None

    def at_us(self, now_s: float) -> int:
        """The time there; 0 if nothing was heard yet."""
        known = self._known()
        return 0 if known is None else known + _us(now_s)

    def at_ms(self, now_s: float) -> int:
        """The same in UTC ms."""
        return self.at_us(now_s) // 1000

    def _known(self) -> int | None:
        if self._now is None or self._before is None:
            return self._now
        return max(self._now, self._before)


def _us(seconds: float) -> int:
    return round(seconds * 1_000_000)
