"""Lists that change while they are read, in any way hypothesis can think of: nothing is lost.

The run is the real one; the list is played in memory, so that thousands of histories are tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.producers.http_pull.asking import Ask, ByNumber, SeenPage, Stuck
from engine.producers.http_pull.cursor import CursorRule, CursorValue
from engine.producers.http_pull.fields import Cursor, OffsetPaging, PagePaging
from engine.producers.http_pull.notes import read_notes, written
from engine.producers.http_pull.numbered_run import NumberedRun
from engine.producers.http_pull.run import Beginning
from engine.producers.http_pull.width import Width

RULE = CursorRule(Cursor(value="record.n", type="number"))


@dataclass(slots=True)
class List:
    """A list of row id → value behind numbered pages."""

    values: dict[int, int]
    order: Literal["asc", "desc", "id"]
    strict: bool
    size: int
    cap: int
    clock: int = 1000
    read: set[tuple[int, int]] = field(default_factory=set)

    def answer(self, ask: Ask) -> SeenPage:
        found = sorted(self.values.items())
        if ask.cursor is not None:
            least = int(ask.cursor.text)
            found = [row for row in found if row[1] > least - (not self.strict)]
        if self.order != "id":
            found.sort(key=lambda row: row[1], reverse=self.order == "desc")
        size = min(self.size, self.cap)
        start = ask.offset if ask.offset is not None else ((ask.page or 1) - 1) * size
        page = found[start : start + size]
        self.read.update(page)
        cursors = [RULE.read(value) for _, value in page]
        return SeenPage([hash(row) for row in page], [row[0] for row in page], cursors)

    def change(self, kind: str, pick: int) -> None:
        """Something happens at the source; its clock only goes forward."""
        ids = sorted(self.values)
        self.clock += pick % 2
        match kind:
            case "touch" if ids:
                self.values[ids[pick % len(ids)]] = self.clock
            case "insert":
                self.values[len(ids) + 1000 + pick] = self.clock
            case "delete" if ids:
                del self.values[ids[pick % len(ids)]]


@dataclass(slots=True)
class Reader:
    """Runs over a list, with what is stored between them."""

    kind: Literal["page", "offset"]
    listed: List
    cursor: CursorValue | None = None
    state: str = ""

    def run(self, changes: list[tuple[str, int]], cut_off_after: int | None = None) -> bool:
        """One run with a change before each request; whether it came to its end."""
        notes = read_notes(self.state, self.cursor.text if self.cursor else None)
        began = self.cursor
        if notes.began is not None:
            began = RULE.stored(notes.began.text, False) if notes.began.text else None
        width = Width(self.listed.size, notes.cap, notes.whole)
        paging = PagePaging if self.kind == "page" else OffsetPaging
        way = ByNumber(paging(kind=self.kind, size=self.listed.size), width)
        run = NumberedRun(way, Beginning(RULE, self.cursor, began, notes), rebases=True)
        for number in range(1000):
            if number < len(changes):
                self.listed.change(*changes[number])
            step = run.take(self.listed.answer(run.ask))
            if isinstance(step, Stuck):
                return False
            self.cursor, self.state = step.cursor, written(step.notes)
            if not step.more:
                return True
            if number + 1 == cut_off_after:
                return False
        raise AssertionError("the run does not end")


CHANGES = st.lists(
    st.tuples(st.sampled_from(["touch", "touch", "insert", "delete", "none"]), st.integers(0, 60)),
    max_size=40,
)


@settings(max_examples=500)
@given(
    spread=st.integers(1, 12),
    count=st.integers(0, 60),
    order=st.sampled_from(["asc", "desc", "id"]),
    strict=st.booleans(),
    size=st.integers(2, 30),
    cap=st.sampled_from([3, 5, 10, 1000]),
    kind=st.sampled_from(["page", "offset"]),
    runs=st.lists(st.tuples(CHANGES, st.none() | st.integers(1, 6)), min_size=1, max_size=3),
)
def test_every_row_that_is_there_in_the_end_was_read_as_it_is(
    spread: int,
    count: int,
    order: Literal["asc", "desc", "id"],
    strict: bool,
    size: int,
    cap: int,
    kind: Literal["page", "offset"],
    runs: list[tuple[list[tuple[str, int]], int | None]],
) -> None:
    values = {number: number // spread for number in range(count)}
    listed = List(values, order, strict, size, max(cap, spread + 1 if strict else cap))
    reader = Reader(kind, listed)

    for changes, cut_off_after in runs:
        if strict:  # with > a value must not come back: no two changes at one tick of its clock
            changes = [(what, pick | 1) for what, pick in changes]
        if order == "id":  # that it is not sorted is found by counting, which a cut-off blurs
            cut_off_after = None
        if order == "id" or cap < size:  # a row that is gone can hide one that was passed over
            changes = [change for change in changes if change[0] != "delete"]
        reader.run(changes, cut_off_after)
    for _ in range(12):
        if reader.run([]):
            break

    assert set(listed.values.items()) <= listed.read
