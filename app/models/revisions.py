"""The rows of a job's versions, and their table model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from app import shown
from app.models.cell import Cell
from app.models.grid import Grid
from app.words import translate


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


class RevisionsModel(Grid[RevisionRow]):
    """Newest first."""

    columns_count = len(Column)

    def show_rows(self, rows: Sequence[RevisionRow]) -> None:
        """Take these rows instead."""
        self.take(rows, same=False)

    def title(self, column: int) -> str:
        return _heading(Column(column))

    def cell(self, row: RevisionRow, column: int) -> Cell:
        return _cell(row, Column(column))

    def tip(self, row: RevisionRow, column: int) -> str | None:
        return shown.tip(row.saved_utc) if column == Column.SAVED else None


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
