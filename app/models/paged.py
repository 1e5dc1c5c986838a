"""A table of rows that come in pages, newest first; the columns are a list.

For the lists of the activity page and their like. Not for the records grid, whose rows change
under the eye (``models.records``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QObject, Signal

from app import shown
from app.models.cell import Cell
from app.models.grid import Grid, Index

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ColumnOf(Generic[T]):
    """One column. cell: of a row at the node's time (UTC ms). px: its width, 0 for what is left.

    tip: what else there is to say of the cell, plain text; None for nothing. gives_way: where the
    room is not enough, columns with a larger number go first; 0 stays.
    """

    title: str
    cell: Callable[[T, int], Cell]
    px: int = 0
    right: bool = False
    tip: Callable[[T], str] | None = None
    gives_way: int = 0


class PagedModel(Grid[T]):
    """key: what makes a row the same one. more_wanted: the view is at the end of what is here."""

    more_wanted = Signal()

    def __init__(
        self,
        columns: Sequence[ColumnOf[T]],
        key: Callable[[T], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.columns_count = len(self.columns)
        self.right = [place for place, column in enumerate(self.columns) if column.right]
        self._key = key
        self._more = False
        self._now = 0

    # ------------------------------------------------------------ rows
    def start(self, rows: Sequence[T], now: int, *, more: bool = False) -> None:
        """Take a first page; rows that are the same ones change in place."""
        self._now = now
        self._more = more
        before = [self._key(row) for row in self._rows]
        self.take(rows, same=[self._key(row) for row in rows] == before)

    def append(self, rows: Sequence[T], *, more: bool) -> None:
        """The next page."""
        self._more = more
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    # ------------------------------------------------------------ Qt's questions
    def canFetchMore(self, parent: Index) -> bool:
        return self._more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        self.more_wanted.emit()

    def title(self, column: int) -> str:
        return self.columns[column].title

    def cell(self, row: T, column: int) -> Cell:
        return self.columns[column].cell(row, self._now)

    def tip(self, row: T, column: int) -> str | None:
        tip = self.columns[column].tip
        return None if tip is None else shown.tip(tip(row))
