"""The records of a test pull as a table: key, cursor, size, and what they would become."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtWidgets import QHeaderView, QTableView

from app import format, shown
from app.models.cell import Cell
from app.models.grid import Grid
from app.theme.states import Look
from app.words import translate
from engine.api.wire import PulledRecordShape


class Column(IntEnum):
    """The columns, from the left."""

    KEY = 0
    CURSOR = 1
    BYTES = 2
    SEEN = 3


class PulledModel(Grid[PulledRecordShape]):
    """Read only."""

    columns_count = len(Column)
    right = frozenset({Column.BYTES})

    def show_records(self, rows: Sequence[PulledRecordShape]) -> None:
        """These records."""
        self.take(rows, same=False)

    def size_columns(self, table: QTableView) -> None:
        """Key and cursor share the room."""
        head = table.horizontalHeader()
        for column in (Column.KEY, Column.CURSOR):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        words = {
            Column.BYTES: translate("Pull", "Bytes"),
            Column.SEEN: translate("Pull", "unchanged"),
        }
        for column, text in words.items():
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(column, head.fontMetrics().horizontalAdvance(text) + 36)

    def title(self, column: int) -> str:
        match Column(column):
            case Column.KEY:
                return translate("Pull", "Key")
            case Column.CURSOR:
                return translate("Pull", "Cursor")
            case Column.BYTES:
                return translate("Pull", "Bytes")
            case Column.SEEN:
                return ""

    def cell(self, row: PulledRecordShape, column: int) -> Cell:
        match Column(column):
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

    def tip(self, row: PulledRecordShape, column: int) -> str | None:
        return shown.tip(row.problem) if row.problem else None


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
