"""What every read-only table of the console answers Qt: rows, titles, cells, tips.

A table says of itself how many columns it has, their titles, and what a cell of a row shows. How
it is painted is ``widgets.table``'s.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.models.cell import CELL_ROLE, ROW_ROLE, Cell

Index = QModelIndex | QPersistentModelIndex
R = TypeVar("R")
ALIGN_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ALIGN_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Grid(QAbstractTableModel, Generic[R]):
    """columns_count: how many. right: those whose title stands at the right, over numbers."""

    columns_count = 0
    right: Collection[int] = ()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[R] = []

    @property
    def rows(self) -> Sequence[R]:
        """Those that are here, from the top."""
        return self._rows

    def take(self, rows: Sequence[R], *, same: bool) -> None:
        """These rows instead. same: they are the ones that are here, perhaps changed, so that what
        is chosen stays chosen.
        """
        if same and rows:
            self._rows = list(rows)
            last = self.index(len(rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def title(self, column: int) -> str:
        """What stands above a column."""
        raise NotImplementedError

    def cell(self, row: R, column: int) -> Cell:
        """What a cell shows."""
        raise NotImplementedError

    def tip(self, row: R, column: int) -> str | None:
        """What a pointer that rests on a cell tells besides; already safe to show."""
        return None

    # ------------------------------------------------------------ Qt's questions
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else self.columns_count

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.title(section)
            case Qt.ItemDataRole.TextAlignmentRole:
                return ALIGN_RIGHT if section in self.right else ALIGN_LEFT
            case _:
                return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        match role:
            case _ if role == CELL_ROLE:
                return self.cell(row, column)
            case _ if role == ROW_ROLE:
                return row
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return words_of(self.cell(row, column))
            case Qt.ItemDataRole.ToolTipRole:
                return self.tip(row, column)
            case _:
                return None


def words_of(cell: Cell) -> str:
    """A cell for those who hear it: the words of its light and pills, then its text."""
    looks = [cell.lamp, *cell.pills]
    return " ".join([*(look.word for look in looks if look is not None), cell.text]).strip()
