"""Incremental runs over numbered pages, without losing rows that move while they are read. Pure.

A page number or an offset counts places in a list, and a row that leaves an earlier page (it was
updated and now stands at the end) pulls all later rows one place up: the row at the next page's
edge is never seen. So numbers are trusted as little as possible:

*Sorted*: where pages come sorted by the cursor, the run goes on with the first page from the last
value seen (it is *re-based*). The number rises only while a page does not get past the value it
was asked from. The value asked for is one step below the last one, so that sources which compare
with ``>`` give the rows at that value again. A text cursor has no step, and is not re-based.

*Read again*: everything that took more than one number is read again until a reading brings no
record that was not seen before, up to the highest value of the first reading; what came in above
it is the next run's. After MAX_READINGS the cursor stays where it was and the run says so.

That a source is sorted is believed once ENOUGH records in a row came each above the one before,
and as long as no page says otherwise. When one does, the cursor goes back to where the run began
and the list is read by number, and so it stays until a complete reading of several pages came
sorted. Records are in the ledger all the while; reading them twice costs requests only.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from engine.producers.http_pull.asking import ByNumber, SeenPage, Stuck, same_page
from engine.producers.http_pull.cursor import CursorValue
from engine.producers.http_pull.notes import mark
from engine.producers.http_pull.run import (
    MAX_PAGES,
    UNSORTED,
    Beginning,
    Ranks,
    Step,
    ended_early,
    later,
    sentences,
    too_many_pages,
    with_width,
)
from engine.producers.http_pull.width import End

ENOUGH = 20
"""Rises of the cursor value in a row; by chance they come once in 21! orders."""
MAX_READINGS = 5
"""Times a list is read that keeps changing, before the run ends without moving the cursor."""

UNSETTLED = (
    f"The list kept changing while it was read {MAX_READINGS} times; the cursor stays until a "
    "reading finds it unchanged. A source that sorts by the cursor does not have this problem."
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
        self._in_doubt = not rebases or beginning.notes.order == "unsorted"
        self._rises = ENOUGH if beginning.notes.order == "sorted" else 0
        self._bases = 0
        self._previous: frozenset[int] = frozenset()
        asked = beginning.asked(beginning.stored)
        self._begin_base(asked, asked)

    def _begin_base(self, base: CursorValue | None, asked: CursorValue | None) -> None:
        """Read from here: get past ``base``, asking for what is not below ``asked``."""
        self._base = base
        self._asked = asked
        self._seen: set[int] = set()
        self._reading = 0
        self._upper: CursorValue | None = None
        self._ascending = True
        self._begin_reading()

    def _begin_reading(self) -> None:
        self.ask = self._way.first(self._asked)
        self._reading += 1
        self._index = 0
        self._last: Any = None
        self._fresh = 0
        self._prints: set[int] = set()
        self._previous_count = 0

    def take(self, page: SeenPage) -> Step | Stuck:
        """Move the cursor as far as is safe and choose the next request."""
        ranks = Ranks.of(page.cursors, page.held_above)
        rows = frozenset(page.rows)
        unseen = len(rows - self._previous)
        end = self._width.judge(len(page.rows), unseen, after_number=self._index > 0)
        self._notes = with_width(self._notes, self._width)
        if self._is_repeated(rows):
            if end is not End.LAST and self._index < 2:
                return self._stuck(ranks)
            end = End.LAST  # sources that give their last page for every number above it
        in_order = self._in_order(ranks)
        if not self._in_doubt and not in_order:
            self._in_doubt = True
            if self._bases or self._start.began != self._start.stored:
                return self._begin_again(ranks)
        self._count(page, ranks, in_order)
        only_looked = self._index == 1 and not unseen and self._previous_count < self._width.size
        self._previous, self._previous_count = rows, len(page.rows)
        if end is not End.LAST and not (self._is_sorted() and self._is_past(ranks)):
            return self._next_number(ranks, len(page.rows))
        if self._index and not only_looked and not self._is_settled():
            return self._read_again(ranks)
        if end is End.LAST:
            return self._finish(ranks)
        return self._rebase(ranks)

    # -- what a page says
    def _is_repeated(self, rows: frozenset[int]) -> bool:
        if not rows:
            return False
        known = len(self._prints)
        self._prints.add(hash(rows))
        return len(self._prints) == known

    def _in_order(self, ranks: Ranks) -> bool:
        if ranks.low is None:
            return True
        least = self._last
        if least is None and self._bases and self._asked is not None:
            least = self._asked.rank  # else the source does not go by the cursor it is given
        return ranks.ascending and (least is None or ranks.low >= least)

    def _count(self, page: SeenPage, ranks: Ranks, in_order: bool) -> None:
        if self._reading == 1:
            self._upper = later(self._upper, ranks.high)
            self._ascending = self._ascending and in_order
            self._rises += ranks.ascents
        elif self._upper is not None:
            self._fresh += sum(
                row not in self._seen and value.rank <= self._upper.rank
                for row, value in zip(page.rows, page.cursors, strict=True)
            )
        self._seen.update(page.rows)
        if ranks.last is not None:
            self._last = ranks.last

    def _is_sorted(self) -> bool:
        return not self._in_doubt and self._rises >= ENOUGH

    def _is_past(self, ranks: Ranks) -> bool:
        """Whether a page got past the value it was asked from."""
        if ranks.high is None:
            return False
        return self._base is None or ranks.high.rank > self._base.rank

    def _order(self) -> Literal["", "sorted", "unsorted"]:
        if not self._ascending:
            return "unsorted"
        return "sorted" if self._rises >= ENOUGH else ""

    def _is_settled(self) -> bool:
        return self._reading > 1 and not self._fresh

    # -- what follows
    def _next_number(self, ranks: Ranks, raw_count: int) -> Step | Stuck:
        self._index += 1
        if self._index >= MAX_PAGES:
            return too_many_pages()
        self.ask = self._way.onward(self.ask, raw_count)
        return self._step(True, ranks)

    def _read_again(self, ranks: Ranks) -> Step:
        if self._reading >= MAX_READINGS:
            return self._step(False, ranks, UNSETTLED, complete=False)
        self._width.forget_doubt()
        self._begin_reading()
        return self._step(True, ranks)

    def _rebase(self, ranks: Ranks) -> Step:
        value = ranks.high
        if value is None:
            raise AssertionError("a page without values is not past its base")
        if self._upper is not None and self._upper.rank < value.rank:
            value = self._upper
        if self._base is not None and value.rank <= self._base.rank:
            return self._finish(ranks)  # what got past it came in after a complete reading
        self._notes = msgspec.structs.replace(self._notes, order="sorted")
        self._cursor = later(self._cursor, value)
        self._bases += 1
        if self._bases >= MAX_PAGES:
            return self._step(False, ranks, ended_early(), complete=False)
        self._begin_base(value, self._start.rule.just_below(value))
        return self._step(True, ranks)

    def _finish(self, ranks: Ranks) -> Step:
        self._cursor = later(self._cursor, self._upper)
        if self._index and self._rebases:
            self._notes = msgspec.structs.replace(self._notes, order=self._order())
        return self._step(False, ranks, UNSORTED if self._index and not self._ascending else "")

    def _begin_again(self, ranks: Ranks) -> Step:
        self._notes = msgspec.structs.replace(self._notes, order="unsorted")
        self._bases = 0
        self._width.forget_doubt()
        self._cursor = self._start.began
        asked = self._start.asked(self._cursor)
        self._begin_base(asked, asked)
        return self._step(True, ranks, UNSORTED)

    def _stuck(self, ranks: Ranks) -> Stuck:
        stuck = same_page(self._way.paging)
        if ranks.low is None or ranks.low != ranks.last:
            return stuck
        return Stuck(
            stuck.kind,
            f"a whole page of {self._previous_count} records has the same cursor value, and "
            f"{stuck.sentence}",
        )

    def _step(self, more: bool, ranks: Ranks, note: str = "", *, complete: bool = True) -> Step:
        began = None if not more and complete else mark(self._start.began)
        self._notes = msgspec.structs.replace(self._notes, at=mark(self._cursor), began=began)
        told = sentences(note, ranks.held_note(), self._width.note())
        return Step(self._cursor, self._notes, more, told)
