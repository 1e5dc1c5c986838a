"""The rows of a job's versions, and their table model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app import shown
from app.models.cell import CELL_ROLE, ROW_ROLE, Cell
from app.words import translate

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One saved version. changed: fields that differ from the version before."""

    number: int
    saved: str
    saved_utc: str
    by: str
    changed: int
    current: bool


class Column(IntEnum):
    """The table's columns."""

    NUMBER = 0
    SAVED = 1
    BY = 2
    CHANGED = 3


class RevisionsModel(QAbstractTableModel):
    """Newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[RevisionRow] = []

    def show_rows(self, rows: list[RevisionRow]) -> None:
        """Take these rows instead."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _heading(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        column = Column(index.column())
        match role:
            case _ if role == CELL_ROLE:
                return _cell(row, column)
            case _ if role == ROW_ROLE:
                return row
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return _cell(row, column).text
            case Qt.ItemDataRole.ToolTipRole if column is Column.SAVED:
                return shown.tip(row.saved_utc)
            case _:
                return None


def _heading(column: Column) -> str:
    match column:
        case Column.NUMBER:
            return translate("Editor", "Version")
        case Column.SAVED:
            return translate("Editor", "Saved")
        case Column.BY:
            return translate("Editor", "By")
        case Column.CHANGED:
            return translate("Editor", "Changes")


def _cell(row: RevisionRow, column: Column) -> Cell:
    match column:
        case Column.NUMBER:
            return Cell(str(row.number), bold=row.current)
        case Column.SAVED:
            return Cell(row.saved)
        case Column.BY:
            return Cell(shown.line(row.by, 80))
        case Column.CHANGED:
            if row.current:
                return Cell(translate("Editor", "runs now"), tone="delivered")
            if row.changed == 0:
                return Cell(translate("Editor", "the first"), tone="faint")
            return Cell(translate("Editor", "%Ln field(s)", "", row.changed), tone="muted")
