"""The records of a test pull as a table: key, cursor, size, and what they would become."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from app import format, shown
from app.models.cell import CELL_ROLE, Cell
from app.theme.states import Look
from app.words import translate
from engine.api.wire import PulledRecordShape

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns, from the left."""

    KEY = 0
    CURSOR = 1
    BYTES = 2
    SEEN = 3


class PulledModel(QAbstractTableModel):
    """Read only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[PulledRecordShape, ...] = ()

    def show_records(self, rows: Sequence[PulledRecordShape]) -> None:
        """These records."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def size_columns(self, table: QTableView) -> None:
        """Key and cursor share the room."""
        head = table.horizontalHeader()
        for column in (Column.KEY, Column.CURSOR):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, width in ((Column.BYTES, 64), (Column.SEEN, 96)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(column, width)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if section == Column.BYTES
                else Qt.AlignmentFlag.AlignLeft
            )
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        match Column(section):
            case Column.KEY:
                return translate("Pull", "Key")
            case Column.CURSOR:
                return translate("Pull", "Cursor")
            case Column.BYTES:
                return translate("Pull", "Bytes")
            case Column.SEEN:
                return ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == CELL_ROLE:
            return self._cell(row, Column(index.column()))
        if role == Qt.ItemDataRole.DisplayRole:
            cell = self._cell(row, Column(index.column()))
            return cell.text or ", ".join(look.word for look in cell.pills)
        if role == Qt.ItemDataRole.ToolTipRole and row.problem:
            return shown.tip(row.problem)
        return None

    def _cell(self, row: PulledRecordShape, column: Column) -> Cell:
        match column:
            case Column.KEY if row.key is None and row.problem:
                return Cell(shown.line(row.problem, 200), tone="dead")
            case Column.KEY:
                return Cell(shown.line(row.key or "—", 200), code=True)
            case Column.CURSOR:
                return Cell(shown.line(row.cursor or "—", 100), code=True, tone="muted")
            case Column.BYTES:
                return Cell(format.number(row.bytes), right=True)
            case Column.SEEN:
                look = _seen(row)
                return Cell(pills=(look,)) if look else Cell()


def _seen(row: PulledRecordShape) -> Look | None:
    match row.seen:
        case "new":
            return Look(translate("Pull", "new"), "", "delivered")
        case "changed":
            words = translate("Pull", "version {number}").format(number=row.version)
            return Look(words, "", "pending")
        case "same":
            return Look(translate("Pull", "unchanged"), "", "skipped")
        case _:
            return None
