"""What one cell of a table shows, in words of the theme. ``widgets.table`` paints it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

from app.theme.states import Look

CELL_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_ROLE = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class Cell:
    """Text and how it is written; or pills, a light, a small line.

    ends: both ends of a text that is too long matter, so it is cut in the middle.
    tone: as ``PlainLabel``'s. after: a fainter text behind the pills.
    """

    text: str = ""
    tone: str = ""
    bold: bool = False
    code: bool = False
    right: bool = False
    ends: bool = False
    pills: tuple[Look, ...] = ()
    after: str = ""
    lamp: Look | None = None
    spark: tuple[float, ...] = ()
    spark_ink: str = "accent"


EMPTY = Cell()
