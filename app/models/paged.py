"""A table of rows that come in pages, newest first: lists of the activity page and their like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QModelIndex, Signal

from app.models.columns import ColumnGrid
from app.models.grid import Index

T = TypeVar("T")


class PagedModel(ColumnGrid[T]):
    """more_wanted: the view is at the end of what is here."""

    more_wanted = Signal()
    _more = False

    # ------------------------------------------------------------ rows
    def start(self, rows: Sequence[T], now: int, *, more: bool = False) -> None:
        """Take a first page; rows that are the same ones change in place."""
        self._more = more
        self.show_rows(rows, now)

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
