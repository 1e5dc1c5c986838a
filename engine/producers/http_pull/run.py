"""Decides, page by page, where the cursor stands and what is asked for next. Pure.

A *straight* run follows the source's own way through its pages: none, token or link paging, and
numbered pages in full mode. Incremental runs over numbered pages are ``numbered_run``'s.

When the cursor moves: with every page as long as all records came sorted by it, else at the end
of a complete run. If a page shows that the source is not sorted after pages have moved the
cursor, it goes back to where the run began and the run begins again.

In full mode there is no cursor. Rows that move between pages while a full run reads them can be
missed by that run, and are read by the next one; so nothing is read twice for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from engine.producers.http_pull.asking import Ask, SeenPage, Stuck, Way
from engine.producers.http_pull.cursor import CursorRule, CursorValue
from engine.producers.http_pull.notes import Notes, mark
from engine.producers.http_pull.ranks import Ranks, later
from engine.producers.http_pull.width import Width

MAX_PAGES = 10_000
"""Pages of one run (of one reading, where a list is read again)."""

UNSORTED = (
    "The records do not come sorted by the cursor, so it moves only when all pages have been read."
)


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from a page. cursor: where it stands now; None is the document's start."""

    cursor: CursorValue | None
    notes: Notes
    more: bool
    note: str = ""


class Run(Protocol):
    """``ask`` is the request to make; ``take`` is told what came of it and sets the next one."""

    ask: Ask

    def take(self, page: SeenPage) -> Step | Stuck:
        """The page was read and is good. After Stuck or a step without more the run is over."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where an incremental run begins.

    stored: the cursor in the ledger; began: of the unfinished run it belongs to, or the same.
    """

    rule: CursorRule
    stored: CursorValue | None
    began: CursorValue | None
    notes: Notes

    def asked(self, value: CursorValue | None) -> CursorValue | None:
        """What is asked for to read on from a cursor: the lag behind it, or the start."""
        return self.rule.first() if value is None else self.rule.behind(value)

    def first_asked(self) -> CursorValue | None:
        """What the run asks for first.

        The run before may have been cut off amid records of one value; one step below it even a
        source that compares with ``>`` gives the rest of them.
        """
        asked = self.asked(self.stored)
        unfinished = asked is not None and self.stored is not None and self.notes.began is not None
        return self.rule.just_below(asked) if asked and unfinished else asked


def sentences(*parts: str) -> str:
    """The parts that are not empty, as one text."""
    return " ".join(part for part in parts if part)


class FullRun:
    """Every page, without a cursor."""

    def __init__(self, way: Way, width: Width, notes: Notes) -> None:
        self._way = way
        self._width = width
        self._notes = notes
        self._pages = 0
        self.ask = way.first(None)

    def take(self, page: SeenPage) -> Step | Stuck:
        """Go on until the way ends."""
        self._pages += 1
        following = self._way.after(self.ask, page)
        if isinstance(following, Stuck):
            return following
        self._notes = with_width(self._notes, self._width)
        if following is None:
            return Step(None, self._notes, False, self._width.note())
        if self._pages >= MAX_PAGES:
            return too_many_pages()
        self.ask = following
        return Step(None, self._notes, True, self._width.note())


class StraightRun:
    """An incremental run that follows tokens or links, or is a single page."""

    def __init__(self, way: Way, beginning: Beginning) -> None:
        self._way = way
        self._start = beginning
        self._notes = beginning.notes
        self._cursor = beginning.stored
        self._base = beginning.stored
        self._best: CursorValue | None = None
        self._last: Any = None
        self._pages = 0
        self._in_order = True
        self.ask = way.first(beginning.first_asked())

    def take(self, page: SeenPage) -> Step | Stuck:
        """Move the cursor as far as is safe and go on until the way ends."""
        self._pages += 1
        ranks = Ranks.of(page.cursors, page.held_above)
        following = self._way.after(self.ask, page)
        if isinstance(following, Stuck):
            return following
        if self._in_order and self._out_of_order(ranks):
            self._in_order = False
            if self._must_begin_again():
                return self._begin_again(ranks)
            self._cursor = self._start.began
        if ranks.last is not None:
            self._last = ranks.last
        self._best = later(self._best, ranks.high)
        if following is None:
            return self._finish(ranks)
        if self._pages >= MAX_PAGES:
            return self._break_off(ranks)
        self.ask = following
        if self._in_order and not self._notes.unsorted:
            self._cursor = later(self._cursor, self._best)
        return self._step(True, ranks.held_note())

    def _out_of_order(self, ranks: Ranks) -> bool:
        if ranks.low is None:
            return False
        return not ranks.is_ascending or (self._last is not None and ranks.low < self._last)

    def _must_begin_again(self) -> bool:
        """Whether pages before this run's first one are in doubt too."""
        return self._base != self._start.began

    def _begin_again(self, ranks: Ranks) -> Step:
        began = self._start.began
        self._notes = msgspec.structs.replace(self._notes, unsorted=True)
        self._base = self._cursor = began
        self._best = self._last = None
        self._pages = 0
        self.ask = self._way.first(self._start.asked(began))
        return self._step(True, sentences(UNSORTED, ranks.held_note()))

    def _finish(self, ranks: Ranks) -> Step:
        if self._pages > 1:
            self._notes = msgspec.structs.replace(self._notes, unsorted=not self._in_order)
        self._cursor = later(self._cursor, self._best)
        note = UNSORTED if self._pages > 1 and not self._in_order else ""
        return self._step(False, sentences(note, ranks.held_note()))

    def _break_off(self, ranks: Ranks) -> Step | Stuck:
        """The bound on pages: the next run goes on from here, if anything was gained."""
        moved = later(self._cursor, self._best)
        if not self._in_order or self._notes.unsorted or moved == self._base:
            return too_many_pages()
        self._cursor = moved
        step = self._step(True, sentences(ended_early(), ranks.held_note()))
        return Step(step.cursor, step.notes, False, step.note)

    def _step(self, more: bool, note: str) -> Step:
        began = mark(self._start.began) if more else None
        self._notes = msgspec.structs.replace(self._notes, at=mark(self._cursor), began=began)
        return Step(self._cursor, self._notes, more, note)


def with_width(notes: Notes, width: Width) -> Notes:
    """The notes with what was learned about the length of pages."""
    if notes.cap == width.cap and notes.whole == width.whole:
        return notes
    return msgspec.structs.replace(notes, cap=width.cap, whole=width.whole)


def ended_early() -> str:
    """The bound on pages was reached by a run that had moved the cursor."""
    return f"The run ended after {MAX_PAGES:,} pages; the next one goes on from here."


def too_many_pages() -> Stuck:
    """The bound on pages was reached without an end in sight."""
    return Stuck(
        "too_many_pages",
        f"the source has given {MAX_PAGES:,} pages in one run and still gives more. Ask for more "
        "records a page, or let the source sort by the cursor so that a run can go on where the "
        "last one ended",
    )
