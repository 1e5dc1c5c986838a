"""Incremental runs over numbered pages, without losing rows that move while they are read. Pure.

A page number or an offset counts places in a list, and rows change their places while it is read
(see ``reading``). So numbers are trusted as little as possible:

*Sorted*: as long as pages come sorted by the cursor, the run goes on with the first page from the
last value seen (it is *re-based*). The number rises only while a page does not get past the value
it was asked from. The value asked for is one step below the last one, so that sources which
compare with ``>`` give the rows at that value again. A text cursor has no step and is not
re-based; nor is a request that does not use the cursor.

*Read again*: what took more than one number is read again until two readings show that nothing was
missed. After MAX_READINGS the cursor stays where it was and the run says so.

That a source is sorted cannot be seen from sorted pages alone: a list in order of ids is sorted by
time too, until a row is updated. So a run that was re-based ends with one more request (two if it
went on from one that was cut off), for the place behind all the rows it read: if rows from before
the cursor stand there, some were passed over (or came in late). Then, and whenever a page is not
sorted, the cursor goes back to where the run began, and the list is read by number until a
complete reading of several pages comes sorted, which is proof. Records are in the ledger all the
while; reading them twice costs requests only.
"""

from __future__ import annotations

import msgspec

from engine.producers.http_pull.asking import Ask, ByNumber, SeenPage, Stuck, same_page
from engine.producers.http_pull.cursor import CursorValue
from engine.producers.http_pull.notes import mark
from engine.producers.http_pull.ranks import Ranks, later
from engine.producers.http_pull.reading import Reading
from engine.producers.http_pull.run import (
    MAX_PAGES,
    UNSORTED,
    Beginning,
    Step,
    ended_early,
    sentences,
    too_many_pages,
    with_width,
)
from engine.producers.http_pull.width import End

MAX_READINGS = 5
"""Times a list is read that keeps changing, before the run ends without moving the cursor."""
MAX_BEGINNINGS = 3
"""Times a run begins again because the list turned out not to be sorted."""

PASSED_OVER = (
    "Records from before the cursor stand behind all that were read, so the list is read again by "
    "its numbers."
)
UNSETTLED = (
    "The list kept changing each time it was read; the cursor stays until a reading finds it "
    "unchanged. A source that sorts by the cursor does not have this problem."
)


class NumberedRun:
    """See the module. ``rebases``: the request uses the cursor, and its type has steps."""

    def __init__(self, way: ByNumber, beginning: Beginning, *, rebases: bool) -> None:
        self._way = way
        self._width = way.width
        self._start = beginning
        self._notes = beginning.notes
        self._cursor = beginning.stored
        self._rebases = rebases
        self._sorted = rebases and not beginning.notes.unsorted
        self._keys: set[int] = set()
        self._new_keys: set[int] = set()
        self._proven = False
        self._bases = self._beginnings = 0
        self._looks: list[tuple[Ask, int]] = []
        self._first_asked = asked = beginning.first_asked()
        self._begin_base(asked, asked)

    def _begin_base(self, base: CursorValue | None, asked: CursorValue | None) -> None:
        """Read from here: get past ``base``, asking for what is not below ``asked``."""
        self._base = base
        self._asked = asked
        self._reading = Reading()
        self.ask: Ask = self._way.first(asked)

    def take(self, page: SeenPage) -> Step | Stuck:
        """Move the cursor as far as is safe and choose the next request."""
        ranks = Ranks.of(page.cursors, page.held_above)
        if self._looks:
            return self._judge_behind(page, ranks)
        reading = self._reading
        unseen = len(set(page.rows) - reading.previous)
        end = self._width.judge(len(page.rows), unseen)
        self._notes = with_width(self._notes, self._width)
        if reading.repeats(page):
            if end is not End.LAST and reading.index < 2:
                return self._stuck(page, ranks)
            end = End.LAST  # sources that give their last page for every number above it
        if self._sorted and not self._in_order(ranks):
            self._sorted = False
            if self._bases or self._start.began != self._start.stored:
                return self._begin_again(ranks, UNSORTED)
        only_looked = self.ask.optional and reading.index == 1 and not unseen
        reading.add(page, ranks)
        self._keys.update(page.keys)
        self._count_new(page)
        if end is End.LAST:
            self._learn_order()
        if end is End.TO_BE_SEEN or (end is End.MORE and not self._is_past(ranks)):
            return self._next_number(ranks, len(page.rows), optional=end is End.TO_BE_SEEN)
        if reading.index and not only_looked and not reading.is_settled():
            return self._read_again(ranks)
        if end is End.LAST:
            return self._end(ranks)
        return self._rebase(ranks)

    def _learn_order(self) -> None:
        """A complete reading by number tells whether the list is sorted."""
        if self._bases or not self._reading.index or not self._rebases:
            return
        unsorted = self._reading.falls > 0
        self._sorted = self._proven = not unsorted
        self._notes = msgspec.structs.replace(self._notes, unsorted=unsorted)

    # -- what a page says
    def _in_order(self, ranks: Ranks) -> bool:
        if ranks.low is None:
            return True
        least = self._reading.last
        if least is None and self._bases and self._asked is not None:
            least = self._asked.rank  # else the source does not go by the cursor it is given
        return ranks.is_ascending and (least is None or ranks.low >= least)

    def _is_past(self, ranks: Ranks) -> bool:
        """Whether a sorted page got past the value it was asked from."""
        if not self._sorted or ranks.high is None:
            return False
        return self._base is None or ranks.high.rank > self._base.rank

    def _is_misplaced(self, key: int, value: CursorValue) -> bool:
        """Whether a row behind all that were read is not a new one."""
        if self._cursor is None or value.rank > self._cursor.rank:
            return False
        return value.rank < self._cursor.rank or key in self._keys

    # -- what follows
    def _next_number(self, ranks: Ranks, raw_count: int, *, optional: bool) -> Step | Stuck:
        self._reading.index += 1
        if self._reading.index >= MAX_PAGES:
            return too_many_pages()
        self.ask = self._way.onward(self.ask, raw_count, optional=optional)
        return self._step(True, ranks)

    def _read_again(self, ranks: Ranks) -> Step:
        if self._reading.number >= MAX_READINGS:
            return self._step(False, ranks, UNSETTLED, complete=False)
        self._reading = Reading(self._reading)
        self.ask = self._way.first(self._asked)
        return self._step(True, ranks)

    def _rebase(self, ranks: Ranks) -> Step:
        value, upper = ranks.high, self._reading.upper
        if value is None:
            raise AssertionError("a page without values is not past its base")
        if upper is not None and upper.rank < value.rank:
            value = upper
        self._cursor = later(self._cursor, value)
        self._bases += 1
        if self._bases >= MAX_PAGES:
            return self._step(False, ranks, ended_early(), complete=False)
        self._begin_base(value, self._start.rule.just_below(value))
        return self._step(True, ranks)

    def _end(self, ranks: Ranks) -> Step:
        """The list is read; of a re-based run, ask what stands behind all its rows."""
        reading, start = self._reading, self._start
        self._cursor = later(self._cursor, reading.upper)
        if self._bases and not self._proven:
            self._looks = [self._way.beyond(self._first_asked, len(self._keys))]
            if start.began != start.stored:
                self._looks.append(self._way.beyond(start.asked(start.began), self._read_count()))
            self.ask, _ = self._looks[0]
            return self._step(True, ranks)
        return self._step(False, ranks, UNSORTED if reading.index and reading.falls else "")

    def _judge_behind(self, page: SeenPage, ranks: Ranks) -> Step:
        _, skipped = self._looks.pop(0)
        behind = zip(page.keys[skipped:], page.cursors[skipped:], strict=True)
        if any(self._is_misplaced(key, value) for key, value in behind):
            return self._begin_again(ranks, PASSED_OVER)
        if len(page.rows) >= self._width.rows:  # rows came in since; look behind those too
            ask = self._way.onward(self.ask, len(page.rows), optional=True)
            self._looks.insert(0, (ask, 0))
        if self._looks:
            self.ask, _ = self._looks[0]
        return self._step(bool(self._looks), ranks)

    def _begin_again(self, ranks: Ranks, why: str) -> Step:
        self._beginnings += 1
        if self._beginnings > MAX_BEGINNINGS:
            self._cursor = self._start.began
            return self._step(False, ranks, UNSETTLED, complete=False)
        self._notes = msgspec.structs.replace(self._notes, unsorted=True, read=0)
        self._sorted = self._proven = False
        self._keys.clear()
        self._new_keys.clear()
        self._looks.clear()
        self._bases = 0
        self._cursor = self._start.began
        asked = self._start.asked(self._cursor)
        self._begin_base(asked, asked)
        return self._step(True, ranks, why)

    def _stuck(self, page: SeenPage, ranks: Ranks) -> Stuck:
        stuck = same_page(self._way.paging)
        if ranks.rises or ranks.falls:
            return stuck
        return Stuck(
            stuck.kind,
            f"a whole page of {len(page.rows)} records has the same cursor value, and "
            f"{stuck.sentence}",
        )

    def _count_new(self, page: SeenPage) -> None:
        """Count what the run before, if it was cut off, cannot have counted."""
        stored = self._start.stored
        if stored is None:
            self._new_keys.update(page.keys)
            return
        for key, value in zip(page.keys, page.cursors, strict=True):
            if value.rank > stored.rank:
                self._new_keys.add(key)

    def _read_count(self) -> int:
        return self._start.notes.read + len(self._new_keys)

    def _step(self, more: bool, ranks: Ranks, note: str = "", *, complete: bool = True) -> Step:
        done = not more and complete
        self._notes = msgspec.structs.replace(
            self._notes,
            at=mark(self._cursor),
            began=None if done else mark(self._start.began),
            read=0 if done else self._read_count(),
        )
        told = sentences(note, ranks.held_note(), self._width.note())
        return Step(self._cursor, self._notes, more, told)
