"""A read-only table of rows that are already here: short lists, such as secrets or tokens.

Not for what grows without an end: those lists have models of their own that read page by page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QObject

from app.models.cell import Cell
from app.models.grid import Grid

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ColumnOf(Generic[R]):
    """title: in the operator's language. cell: what it shows of a row. width_px: 0 takes the rest.

    tip: what a pointer that rests tells, besides. spare: it gives way where there is no room.
    """

    title: str
    cell: Callable[[R], Cell]
    width_px: int = 0
    right: bool = False
    tip: Callable[[R], str] | None = None
    spare: bool = False


class TableRows(Grid[R]):
    """key: what a row is known by, so that the chosen one stays chosen when rows are read anew."""

    def __init__(
        self, parent: QObject, columns: Sequence[ColumnOf[R]], key: Callable[[R], object]
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.columns_count = len(self.columns)
        self.right = [place for place, column in enumerate(self.columns) if column.right]
        self._key = key

    def show_rows(self, rows: Sequence[R]) -> None:
        """These instead."""
        before = [self._key(row) for row in self._rows]
        self.take(rows, same=[self._key(row) for row in rows] == before)

    def title(self, column: int) -> str:
        return self.columns[column].title

    def cell(self, row: R, column: int) -> Cell:
        return self.columns[column].cell(row)

    def tip(self, row: R, column: int) -> str | None:
        tip = self.columns[column].tip
        return None if tip is None else tip(row)
