"""What graphs say of one instant: a light, a name and a value a line, beside the crosshair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from app.format import DASH
from app.theme import tokens
from app.theme.theme import Theme
from app.widgets.basics import PlainLabel
from app.widgets.lamp import Lamp


@dataclass(frozen=True, slots=True)
class Value:
    """ink: a token's name. word: the value as it is written; "" where nothing is known."""

    ink: str
    name: str
    word: str


class Reading(QFrame):
    """A small card that lets the mouse through."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("kind", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._when = PlainLabel(tone="muted", px=tokens.TINY_PX)
        self._lines: list[tuple[Lamp, PlainLabel, PlainLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.addWidget(self._when, 0, 0, 1, 3)
        self._grid.setColumnStretch(1, 1)
        self.hide()

    def show_values(self, at: float, values: Sequence[Value]) -> None:
        """at: epoch seconds."""
        self._when.setText(f"{datetime.fromtimestamp(at, UTC).astimezone():%m-%d %H:%M:%S}")
        while len(self._lines) < len(values):
            self._add_line()
        for (lamp, name, word), value in zip(self._lines, values, strict=True):
            lamp.show_light(value.ink)
            name.setText(value.name)
            word.setText(value.word or DASH)
        self.adjustSize()
        self.show()
        self.raise_()

    def words(self) -> dict[str, str]:
        """Values by name, as they are shown."""
        return {name.text(): word.text() for _, name, word in self._lines}

    def _add_line(self) -> None:
        row = len(self._lines) + 1
        line = (
            Lamp(self._theme, "accent"),
            PlainLabel(tone="muted", px=tokens.SMALL_PX),
            PlainLabel(px=tokens.SMALL_PX),
        )
        for column, widget in enumerate(line):
            self._grid.addWidget(widget, row, column)
        line[2].setAlignment(Qt.AlignmentFlag.AlignRight)
        self._lines.append(line)
