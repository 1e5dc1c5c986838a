"""A read-only table whose columns are a list: each says what it shows of a row.

As it is, for short lists that are here whole, such as secrets or tokens; ``models.paged`` is the
one that reads on. Not for the records grid, whose rows change under the eye (``models.records``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QObject

from app import shown
from app.models.cell import Cell
from app.models.grid import Grid

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ColumnOf(Generic[T]):
    """One column. cell: of a row at the node's time (UTC ms). px: its width, 0 for what is left.

    title: in the operator's language. tip: what else there is to say of the cell, plain text;
    None for nothing. gives_way: where the room is not enough, columns with a larger number go
    first; 0 stays.
    """

    title: str
    cell: Callable[[T, int], Cell]
    px: int = 0
    right: bool = False
    tip: Callable[[T], str] | None = None
    gives_way: int = 0


class ColumnGrid(Grid[T]):
    """key: what a row is known by, so that the chosen one stays chosen when rows are read anew."""

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
        self._now = 0

    def show_rows(self, rows: Sequence[T], now: int) -> None:
        """These instead; rows that are the same ones change in place. now: UTC ms."""
        self._now = now
        before = [self._key(row) for row in self._rows]
        self.take(rows, same=[self._key(row) for row in rows] == before)

    def title(self, column: int) -> str:
        return self.columns[column].title

    def cell(self, row: T, column: int) -> Cell:
        return self.columns[column].cell(row, self._now)

    def tip(self, row: T, column: int) -> str | None:
        tip = self.columns[column].tip
        return None if tip is None else shown.tip(tip(row))
