"""The clock of a shared database, told without asking it each time.

Every write transaction brings a reading of it. Between two readings this machine's clock goes on
from there. A reading is old by the time it is here, so of the recent ones the highest is nearest.
"""

from __future__ import annotations

from collections.abc import Callable

_PERIOD_MS = 30_000


class DatabaseClock:
    """UTC ms of the database; of this machine until the first reading.

    Read by any thread; readings come from the writer's.
    """

    def __init__(self, local: Callable[[], int]) -> None:
        self._local = local
        self._offset = 0
        self._highest: int | None = None
        self._began_at = 0

    def __call__(self) -> int:
        """The time now."""
        return self._local() + self._offset

    def read(self, database_ms: int) -> None:
        """The database's clock said so a moment ago."""
        local = self._local()
        offset = database_ms - local
        if self._highest is None:
            self._offset, self._highest, self._began_at = offset, offset, local
            return
        self._highest = max(self._highest, offset)
        self._offset = max(self._offset, offset)
        if not 0 <= local - self._began_at < _PERIOD_MS:
            self._offset, self._highest, self._began_at = self._highest, offset, local
