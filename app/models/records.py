"""The records grid's model: rows come in pages, newest first; it says when it wants the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from enum import IntEnum

from PySide6.QtCore import QModelIndex, QObject, Signal

from app import format, shown
from app.models.cell import EMPTY, Cell
from app.models.grid import Grid, Index
from app.models.record_rows import RecordRow, answer_word
from app.theme.states import state_look
from app.words import translate


class Column(IntEnum):
    """The grid's columns in their order."""

    KEY = 0
    JOB = 1
    VERSION = 2
    STATE = 3
    ATTEMPTS = 4
    ANSWER = 5
    NEXT = 6
    PULLED = 7


class RecordsModel(Grid[RecordRow]):
    """Rows by falling id. ``more_wanted`` is emitted each time the view is at the end."""

    columns_count = len(Column)
    right = frozenset({Column.ATTEMPTS})
    more_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: set[int] = set()
        self._more = False
        self._now = 0
        self._cells: dict[Column, Callable[[RecordRow], Cell]] = {
            Column.KEY: lambda row: Cell(shown.line(row.key), code=True),
            Column.JOB: lambda row: Cell(shown.line(row.job)),
            Column.VERSION: lambda row: Cell(format.number(row.version), tone="muted"),
            Column.STATE: _state_cell,
            Column.ATTEMPTS: _attempts_cell,
            Column.ANSWER: _answer_cell,
            Column.NEXT: self._next_cell,
            Column.PULLED: lambda row: Cell(format.clock(row.pulled_at, self._now), tone="muted"),
        }

    # ------------------------------------------------------------ rows
    @property
    def complete(self) -> bool:
        """Everything that matches is here."""
        return not self._more

    def start(self, rows: Iterable[RecordRow], *, more: bool) -> None:
        """Begin anew with a first page."""
        self.beginResetModel()
        self._rows = list(rows)
        self._ids = {row.id for row in self._rows}
        self._more = more
        self.endResetModel()

    def append(self, rows: Iterable[RecordRow], *, more: bool) -> None:
        """Add a page at the end."""
        new = [row for row in rows if row.id not in self._ids]
        self._more = more
        if new:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._rows.extend(new)
            self._ids.update(row.id for row in new)
            self.endInsertRows()

    def prepend(self, rows: Iterable[RecordRow]) -> int:
        """Add rows that are newer than all here; returns how many were new."""
        new = [row for row in rows if row.id not in self._ids]
        if new:
            self.beginInsertRows(QModelIndex(), 0, len(new) - 1)
            self._rows[:0] = new
            self._ids.update(row.id for row in new)
            self.endInsertRows()
        return len(new)

    def update(self, rows: Iterable[RecordRow]) -> None:
        """Take the newer state of rows that are here already."""
        fresh = {row.id: row for row in rows if row.id in self._ids}
        for place, row in enumerate(self._rows):
            if not fresh:
                break
            newer = fresh.pop(row.id, None)
            if newer is not None and newer != row:
                self._rows[place] = newer
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(Column) - 1))

    def remove(self, ids: set[int]) -> None:
        """Take away rows that do not match any more."""
        for place in reversed(range(len(self._rows))):
            if self._rows[place].id in ids:
                self.beginRemoveRows(QModelIndex(), place, place)
                self._ids.discard(self._rows[place].id)
                del self._rows[place]
                self.endRemoveRows()

    def has(self, record_id: int) -> bool:
        return record_id in self._ids

    def place_of(self, record_id: int) -> int | None:
        """The row's place, or None."""
        if record_id not in self._ids:
            return None
        return next(i for i, row in enumerate(self._rows) if row.id == record_id)

    def states(self) -> Counter[str]:
        """How many loaded rows are in each state."""
        return Counter(lead.state for row in self._rows if (lead := row.lead) is not None)

    def tick(self, now: int) -> None:
        """The node's time, UTC ms: "next try in …" counts down."""
        self._now = now
        if self._rows:
            last = len(self._rows) - 1
            self.dataChanged.emit(self.index(0, Column.NEXT), self.index(last, Column.NEXT))

    # ------------------------------------------------------------ cells, and the next page
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._more

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self.more_wanted.emit()

    def title(self, column: int) -> str:
        return heading(Column(column))

    def cell(self, row: RecordRow, column: int) -> Cell:
        return self._cells[Column(column)](row)

    def tip(self, row: RecordRow, column: int) -> str | None:
        return _tip(row, Column(column))

    def _next_cell(self, row: RecordRow) -> Cell:
        lead = row.lead
        if lead is None or lead.state != "retrying" or lead.due_at is None:
            return Cell(format.DASH, tone="faint")
        left_s = (lead.due_at - self._now) / 1000
        if left_s <= 0.5:
            return Cell(translate("Records", "now"), tone="muted")
        words = translate("Records", "in {time}").format(time=format.span(max(1, round(left_s))))
        return Cell(words, tone="muted")


def heading(column: Column) -> str:
    """The column's title."""
    match column:
        case Column.KEY:
            return translate("Records", "Key")
        case Column.JOB:
            return translate("Records", "Job")
        case Column.VERSION:
            return translate("Records", "Version")
        case Column.STATE:
            return translate("Records", "State")
        case Column.ATTEMPTS:
            return translate("Records", "Attempts")
        case Column.ANSWER:
            return translate("Records", "Last answer")
        case Column.NEXT:
            return translate("Records", "Next try")
        case Column.PULLED:
            return translate("Records", "Pulled")


def _state_cell(row: RecordRow) -> Cell:
    """The lead's state, and how many other deliveries stand elsewhere; skipped ones aside."""
    lead = row.lead
    if lead is None:
        return EMPTY
    others = sum(each.state not in (lead.state, "skipped") for each in row.deliveries)
    return Cell(pills=(state_look(lead.state),), after=f"+{others}" if others else "")


def _attempts_cell(row: RecordRow) -> Cell:
    lead = row.lead
    if lead is None:
        return EMPTY
    return Cell(format.number(lead.number), right=True, tone="" if lead.number else "faint")


def _answer_cell(row: RecordRow) -> Cell:
    lead = row.lead
    if lead is None:
        return Cell(translate("Records", "no consumer"), tone="faint")
    answer = answer_word(lead)
    if answer == format.DASH:
        return Cell(answer, tone="faint")
    others = sum(each.state != "skipped" for each in row.deliveries) - 1
    if others > 0 and lead.state != "delivered":
        return Cell(f"{shown.line(lead.consumer, 40)}: {answer}")
    return Cell(answer)


def _tip(row: RecordRow, column: Column) -> str | None:
    match column:
        case Column.KEY:
            return shown.tip(row.key)
        case Column.JOB:
            return shown.tip(row.job)
        case Column.PULLED:
            return shown.tip(f"{format.instant(row.pulled_at)} · {format.utc(row.pulled_at)}")
        case Column.STATE | Column.ANSWER:
            words = (
                f"{each.consumer}: {state_look(each.state).word}, {answer_word(each)}"
                for each in row.deliveries
            )
            return shown.tip("   ".join(words))
        case Column.NEXT:
            lead = row.lead
            if lead is None or lead.due_at is None or lead.state != "retrying":
                return None
            return shown.tip(f"{format.instant(lead.due_at)} · {format.utc(lead.due_at)}")
        case _:
            return None
