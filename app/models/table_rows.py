"""A read-only table of rows that are already here: short lists, such as secrets or tokens.

Not for what grows without an end: those lists have models of their own that read page by page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.models.cell import CELL_ROLE, ROW_ROLE, Cell

Index = QModelIndex | QPersistentModelIndex
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ColumnOf(Generic[R]):
    """title: in the operator's language. cell: what it shows of a row. width_px: 0 takes the rest.

    tip: what a pointer that rests tells, besides.
    """

    title: str
    cell: Callable[[R], Cell]
    width_px: int = 0
    right: bool = False
    tip: Callable[[R], str] | None = None


class TableRows(QAbstractTableModel, Generic[R]):
    """key: what a row is known by, so that the chosen one stays chosen when rows are read anew."""

    def __init__(
        self, parent: QObject, columns: Sequence[ColumnOf[R]], key: Callable[[R], object]
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._rows: list[R] = []

    @property
    def rows(self) -> Sequence[R]:
        return self._rows

    def show_rows(self, rows: Sequence[R]) -> None:
        """These instead."""
        same = [self._key(row) for row in rows] == [self._key(row) for row in self._rows]
        if not same:
            self.beginResetModel()
        self._rows = list(rows)
        if not same:
            self.endResetModel()
        elif rows:
            last = self.index(len(rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], self.columns[index.column()]
        match role:
            case int(value) if value == CELL_ROLE:
                return column.cell(row)
            case int(value) if value == ROW_ROLE:
                return row
            case Qt.ItemDataRole.ToolTipRole:
                return None if column.tip is None else column.tip(row)
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                cell = column.cell(row)
                look = cell.lamp or (cell.pills[0] if cell.pills else None)
                return cell.text or ("" if look is None else look.word)
            case _:
                return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return column.title if role == Qt.ItemDataRole.DisplayRole else None
