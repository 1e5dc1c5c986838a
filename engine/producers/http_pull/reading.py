"""One reading of a list by page numbers, and whether another one shows that it was complete.

A row that leaves an already read page (it was deleted, or updated and now stands at the end)
pulls the rows behind it one place up, and the one at the page's edge is not read. Whatever was
pulled away was read itself, so it is missing from the next reading: two readings with the same
rows show that the first one missed none. Rows above the highest value of the first reading came
in since, and are left to the next run.

Two kinds of lists need less, as an update does no harm in them: those where every row stayed in
its place, and those sorted downwards, where an updated row goes to the front.
"""

from __future__ import annotations

from typing import Any

from engine.producers.http_pull.asking import SeenPage
from engine.producers.http_pull.cursor import CursorValue
from engine.producers.http_pull.ranks import Ranks, later


class Reading:
    """A reading under way. before: the reading of the same list before it.

    number: from 1. index: the page in hand, from 0. upper: the highest value that counts.
    """

    def __init__(self, before: Reading | None = None) -> None:
        self.number: int = before.number + 1 if before else 1
        self.index = 0
        self.upper: CursorValue | None = before.upper if before else None
        self.last: Any = None
        self.rises = self.falls = 0
        self.previous: frozenset[int] = frozenset()
        self.previous_count = 0
        self._before = before
        self._rows: set[int] = set()
        self._keys: set[int] = set()
        self._count = self._trail = 0
        self._begins_alike = False
        self._prints: set[int] = set()
        if before is not None:
            before._before = None  # two are compared, older ones go

    def repeats(self, page: SeenPage) -> bool:
        """Whether a page of this reading had the same rows."""
        if not page.rows:
            return False
        known = len(self._prints)
        self._prints.add(hash(tuple(page.rows)))
        return len(self._prints) == known

    def add(self, page: SeenPage, ranks: Ranks) -> None:
        """Count a page in."""
        first = self._before is None
        if first:
            self.upper = later(self.upper, ranks.high)
            self._rows.update(page.rows)
        elif self.upper is not None:
            least = self.upper.rank
            self._rows.update(
                row
                for row, value in zip(page.rows, page.cursors, strict=True)
                if value.rank <= least
            )
        self._keys.update(page.keys)
        self._follow(page)
        if ranks.last is not None:
            if self.last is not None:
                self.rises += ranks.first > self.last
                self.falls += ranks.first < self.last
            self.rises += ranks.rises
            self.falls += ranks.falls
            self.last = ranks.last
        self.previous, self.previous_count = frozenset(page.rows), len(page.rows)

    def is_settled(self) -> bool:
        """Whether the reading before this one is now known to have missed nothing."""
        before = self._before
        if before is None:
            return False
        if self._rows == before._rows:
            return True
        if not self._rows <= before._rows:
            return False
        goes_down = not self.rises and not before.rises
        return self._begins_alike or (goes_down and before._keys <= self._keys)

    def _follow(self, page: SeenPage) -> None:
        """Compare the order of keys with the reading before, without keeping either."""
        before = self._before
        for key in page.keys:
            self._trail = hash((self._trail, key))
            self._count += 1
            if before is not None and self._count == before._count:
                self._begins_alike = self._trail == before._trail
