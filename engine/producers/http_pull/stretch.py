"""The stretch of a source that a re-pull is about: from one cursor value to another. Pure."""

from __future__ import annotations

from engine.producers.http_pull.cursor import CursorRule, CursorValue, comparable
from engine.producers.http_pull.cursor_order import distance
from engine.producers.http_pull.records import ReadRecords


class Stretch:
    """Both ends are included; None is no end. Raises NotACursor for a value that is none.

    A value that cannot be compared with an end counts as inside: nothing is left out by guessing.
    """

    def __init__(self, rule: CursorRule, since: str | None, until: str | None) -> None:
        self._since = None if since is None else rule.stored(since, None)
        self._until = None if until is None else rule.stored(until, None)
        self._start = self._since or rule.first()

    def only(self, read: ReadRecords) -> ReadRecords:
        """The records inside."""
        places = [at for at, value in enumerate(read.cursors) if self._has(value)]
        if len(places) == len(read.cursors):
            return read
        return ReadRecords(
            records=[read.records[at] for at in places],
            values=[read.values[at] for at in places] if read.values else [],
        )

    def is_behind(self, cursor: CursorValue | None) -> bool:
        """Whether a source that was read in order up to here has nothing inside any more."""
        if cursor is None or self._until is None or not comparable(cursor, self._until):
            return False
        return bool(cursor.rank > self._until.rank)

    def share(self, cursor: CursorValue | None) -> float | None:
        """How much of it lies before the cursor, 0 to 1; None where that cannot be told."""
        if cursor is None or self._start is None or self._until is None:
            return None
        whole, done = distance(self._start, self._until), distance(self._start, cursor)
        if whole is None or done is None or whole <= 0 or isinstance(cursor.rank, str):
            return None
        return min(1.0, max(0.0, done / whole))

    def _has(self, value: CursorValue) -> bool:
        since, until = self._since, self._until
        if since is not None and comparable(value, since) and value.rank < since.rank:
            return False
        return until is None or not comparable(value, until) or value.rank <= until.rank
