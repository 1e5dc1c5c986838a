"""A graph in a card: title, legend with the latest values, reading under the mouse.

The card is there at once; the drawing part (``plot``) is loaded when it is first shown values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.theme import tokens
from app.theme.theme import Theme
from app.widgets.basics import PlainLabel
from app.widgets.lamp import Lamp

if TYPE_CHECKING:
    from app.widgets.plot import Plot


@dataclass(frozen=True, slots=True)
class LineKind:
    """One line: its key in the values, token, and whether the area below is tinted."""

    key: str
    ink: str
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """How values are marked and written. marks: the highest value → the marks up the side."""

    marks: Callable[[float], list[float]]
    mark_word: Callable[[float], str]
    value_word: Callable[[float], str]


class Chart(QFrame):
    """The card. clicked: the instant under the mouse, epoch seconds."""

    clicked = Signal(float)

    def __init__(self, theme: Theme, kinds: Sequence[LineKind], scale: Scale) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = theme
        self._kinds = tuple(kinds)
        self._scale = scale
        self._names: dict[str, str] = {kind.key: kind.key for kind in kinds}
        self._xs: list[float] = []
        self._values: dict[str, Sequence[float | None]] = {}
        self._latest: dict[str, float] = {}
        self._plot: Plot | None = None
        self._title = PlainLabel(weight=QFont.Weight.DemiBold)
        self._legend = {kind.key: PlainLabel(tone="muted") for kind in kinds}
        self._note = PlainLabel(tone="faint")
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reading = _Reading(theme, kinds, self)
        self._build()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 8)
        layout.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._title)
        head.addStretch(1)
        for kind in self._kinds:
            entry = QHBoxLayout()
            entry.setSpacing(5)
            entry.addWidget(Lamp(self._theme, kind.ink))
            entry.addWidget(self._legend[kind.key])
            head.addLayout(entry)
        layout.addLayout(head)
        self._body = QVBoxLayout()
        self._body.addWidget(self._note, 1)
        layout.addLayout(self._body, 1)

    def set_words(self, title: str, names: dict[str, str], nothing: str) -> None:
        """Title, the lines' names by key, and what stands here while there is nothing to draw."""
        self._title.setText(title)
        self.setAccessibleName(title)
        self._names = dict(names)
        self._note.setText(nothing)
        self._reading.set_names(names)
        self._show_legend()

    def show_values(
        self,
        xs: Sequence[float],
        values: dict[str, Sequence[float | None]],
        span: tuple[float, float],
    ) -> None:
        """Draw. xs: rising epoch seconds; values by key; span: the window, epoch seconds."""
        self._xs = list(xs)
        self._values = values
        known = any(value is not None for line in values.values() for value in line)
        if known and self._plot is None:
            self._load()
        if self._plot is not None:
            self._plot.setVisible(known)
            self._plot.show_lines(xs, values, span)
        self._note.setVisible(not known)
        self._show_legend()

    @property
    def drawn(self) -> bool:
        """Whether there is a drawing, not only the card."""
        return self._plot is not None

    def show_latest(self, latest: dict[str, float]) -> None:
        """What the legend says, by key; without it, the lines' last values."""
        self._latest = latest
        self._show_legend()

    def _load(self) -> None:
        from app.widgets.plot import Line, Plot

        lines = [Line(kind.key, kind.ink, kind.filled) for kind in self._kinds]
        self._plot = Plot(self._theme, lines, self._scale.marks, self._scale.mark_word)
        self._plot.hovered.connect(self._hovered)
        self._plot.clicked.connect(self.clicked)
        self._plot.setCursor(Qt.CursorShape.CrossCursor)
        self._body.insertWidget(0, self._plot, 1)

    def _show_legend(self) -> None:
        for kind in self._kinds:
            line = self._values.get(kind.key, ())
            last = self._latest.get(kind.key)
            if last is None:
                last = next((value for value in reversed(line) if value is not None), None)
            word = "" if last is None else " " + self._scale.value_word(last)
            self._legend[kind.key].setText(self._names[kind.key] + word)

    def _hovered(self, index: int) -> None:
        if index < 0 or self._plot is None:
            self._reading.hide()
            return
        words = {
            kind.key: "" if value is None else self._scale.value_word(value)
            for kind in self._kinds
            for value in [self._values[kind.key][index]]
        }
        self._reading.show_reading(self._xs[index], words)
        x = self._plot.x() + self._plot.x_of(index)
        room = self.width() - self._reading.width() - 12
        left = x + 12 if x + 12 <= room else x - 12 - self._reading.width()
        self._reading.move(round(left), self._plot.y() + 8)
        self._reading.raise_()


class _Reading(QFrame):
    """The values at one instant, beside the mouse."""

    def __init__(self, theme: Theme, kinds: Sequence[LineKind], parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._when = PlainLabel(tone="muted", px=tokens.TINY_PX)
        self._names = {kind.key: PlainLabel(tone="muted", px=tokens.SMALL_PX) for kind in kinds}
        self._values = {kind.key: PlainLabel(px=tokens.SMALL_PX) for kind in kinds}
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 8, 10, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._when, 0, 0, 1, 3)
        for row, kind in enumerate(kinds, 1):
            grid.addWidget(Lamp(theme, kind.ink), row, 0)
            grid.addWidget(self._names[kind.key], row, 1)
            grid.addWidget(self._values[kind.key], row, 2, Qt.AlignmentFlag.AlignRight)
        self.hide()

    def set_names(self, names: dict[str, str]) -> None:
        for key, label in self._names.items():
            label.setText(names[key])

    def show_reading(self, at: float, words: dict[str, str]) -> None:
        self._when.setText(f"{datetime.fromtimestamp(at, UTC).astimezone():%m-%d %H:%M:%S}")
        for key, label in self._values.items():
            label.setText(words[key] or "–")
        self.adjustSize()
        self.show()
