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

    def judge(self, raw_count: int, unseen: int, *, after_number: bool) -> End:
        """Judge a page and, by what it brought, the page before it if that was in doubt.

        unseen: rows that did not stand on the pages before. after_number: this page was asked for
        by a higher number and not by a later cursor, so that any row shows the list went on.
        """
        doubted, self._doubted = self._doubted, 0
        if doubted:
            if not unseen:
                self.whole = max(self.whole, doubted)
                return End.LAST
            if after_number or raw_count == doubted:
                self.cap = doubted
            elif raw_count < doubted:
                return End.LAST
        if raw_count >= (self.cap or self.size):
            return End.MORE
        if raw_count <= self.whole or self.cap:
            return End.LAST
        self._doubted = raw_count
        return End.TO_BE_SEEN

    def forget_doubt(self) -> None:
        """The next page does not follow the one before."""
        self._doubted = 0

    def note(self) -> str:
        """A sentence about a source that gives less than it was asked for, or ""."""
        if not self.cap:
            return ""
        return (
            f"The source gives at most {self.cap} records a page, "
            f"although paging.size is {self.size}."
        )
