"""How fast throttled work goes on: so many a second, in steps of about half a second. Pure."""

from __future__ import annotations

LONGEST_STEP = 500
STEP_S = 0.5
CATCH_UP_S = 1.0
"""What was not used is made up for at most this far: a pause is not followed by a burst."""


class Pace:
    """``per_s``: at most so many a second; None: as fast as it goes. Times in seconds."""

    def __init__(self, per_s: float | None, now_s: float) -> None:
        self._per_s = per_s
        self._free_at_s = now_s

    @property
    def step(self) -> int:
        """How many to do in one go."""
        if self._per_s is None:
            return LONGEST_STEP
        return max(1, min(LONGEST_STEP, int(self._per_s * STEP_S)))

    def done(self, count: int, now_s: float) -> None:
        """So many were done."""
        if self._per_s is not None:
            begun_s = max(self._free_at_s, now_s - CATCH_UP_S)
            self._free_at_s = begun_s + count / self._per_s

    def wait_s(self, now_s: float) -> float:
        """How long to wait before going on."""
        return max(0.0, self._free_at_s - now_s)

    def hold(self, wait_s: float, now_s: float) -> None:
        """Do not go on before this time has passed."""
        self._free_at_s = max(self._free_at_s, now_s + wait_s)
