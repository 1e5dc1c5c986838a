"""A table of rows that come in pages, newest first; the columns are a list.

For the lists of the activity page and their like. Not for the records grid, whose rows change
under the eye (``models.records``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app import shown
from app.models.cell import CELL_ROLE, ROW_ROLE, Cell
from app.models.overview import ALIGN_LEFT, ALIGN_RIGHT

Index = QModelIndex | QPersistentModelIndex
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


class PagedModel(QAbstractTableModel, Generic[T]):
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
        self._key = key
        self._rows: list[T] = []
        self._more = False
        self._now = 0

    # ------------------------------------------------------------ rows
    @property
    def rows(self) -> Sequence[T]:
        """Those that are here, from the top."""
        return self._rows

    def start(self, rows: Sequence[T], now: int, *, more: bool = False) -> None:
        """Take a first page; rows that are the same ones change in place."""
        self._now = now
        self._more = more
        same = len(rows) == len(self._rows) and all(
            self._key(one) == self._key(other) for one, other in zip(rows, self._rows, strict=True)
        )
        if same and rows:
            self._rows = list(rows)
            last = self.index(len(rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def append(self, rows: Sequence[T], *, more: bool) -> None:
        """The next page."""
        self._more = more
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    # ------------------------------------------------------------ Qt's questions
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.columns)

    def canFetchMore(self, parent: Index) -> bool:
        return self._more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        self.more_wanted.emit()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            case Qt.ItemDataRole.TextAlignmentRole:
                return ALIGN_RIGHT if self.columns[section].right else ALIGN_LEFT
            case _:
                return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        match role:
            case _ if role == CELL_ROLE:
                return column.cell(row, self._now)
            case _ if role == ROW_ROLE:
                return row
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                cell = column.cell(row, self._now)
                look = cell.lamp or (cell.pills[0] if cell.pills else None)
                return look.word if look else cell.text
            case Qt.ItemDataRole.ToolTipRole if column.tip is not None:
                return shown.tip(column.tip(row))
            case _:
                return None
