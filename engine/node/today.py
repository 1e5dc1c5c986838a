"""What was delivered and pulled since midnight, of all nodes together, without counting it anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.store.store import Store

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Day:
    """What was counted from minute ``since`` to before ``until``."""

    since: int
    until: int
    delivered: int = 0
    pulls: int = 0

    def with_more(self, happened: Mapping[str, int], until: int) -> Day:
        """The same day with what happened up to ``until``."""
        return Day(
            self.since,
            until,
            self.delivered + happened.get("delivered", 0),
            self.pulls + happened.get("pulls", 0),
        )


class Today:
    """Remembers the minutes that are over and were read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._day = Day(0, 0)

    async def so_far(self, now: int) -> Day:
        """The day that ``now`` (UTC ms) is in where the node runs."""
        midnight = (
            datetime.fromtimestamp(now / 1000)
            .astimezone()
            .replace(hour=0, minute=0, second=0, microsecond=0)
        )
        since, until = int(midnight.timestamp()) // 60, now // MINUTE_MS
        if self._day.since != since or self._day.until > until:
            self._day = Day(since, since)
        if self._day.until < until:  # the minutes that are over, once
            happened = await self._store.happened(self._day.until, until)
            self._day = self._day.with_more(happened, until)
        return self._day.with_more(await self._store.happened(until, until + 1), until)
