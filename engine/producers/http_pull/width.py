"""Tells whether a numbered page was the last one, by how many rows it had.

A page as long as the document says is followed by another. A shorter one is the last, unless the
source gives fewer rows a page than it was asked for: the first short page of each new length is
therefore followed by one more request, and what comes of it is remembered.
"""

from __future__ import annotations

from enum import Enum, auto


class End(Enum):
    """What a page's length says about the next page."""

    MORE = auto()
    LAST = auto()
    TO_BE_SEEN = auto()


class Width:
    """Row counts of one source. ``size``: rows asked for; cap and whole: see ``notes.Notes``."""

    def __init__(self, size: int, cap: int, whole: int) -> None:
        self.size = size
        self.cap = cap if cap < size else 0
        self.whole = whole
        self._doubted = 0

    @property
    def rows(self) -> int:
        """Rows of a full page, as far as is known."""
        return self.cap or self.size

    def judge(self, raw_count: int, unseen: int) -> End:
        """Judge a page and, by what it brought, the page before it if that was in doubt.

        unseen: rows that did not stand on the page before. After TO_BE_SEEN the next page by
        number must be judged next.
        """
        doubted, self._doubted = self._doubted, 0
        if doubted and not unseen:
            self.whole = max(self.whole, doubted)
            return End.LAST
        if doubted:
            self.cap = doubted
        if raw_count >= self.rows:
            return End.MORE
        if self.cap or raw_count <= self.whole:
            return End.LAST
        self._doubted = raw_count
        return End.TO_BE_SEEN

    def note(self) -> str:
        """A sentence about a source that gives less than it was asked for, or ""."""
        if not self.cap:
            return ""
        return (
            f"The source gives at most {self.cap} records a page, "
            f"although paging.size is {self.size}."
        )
