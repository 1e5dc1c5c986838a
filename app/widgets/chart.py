"""A graph in a card: title, legend with the latest values, lines over time.

The card is there at once; the drawing part (``plot``) is loaded when it is first shown values.
With the keyboard: left and right read values, Home and End jump, Return chooses the instant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout

from app.theme.theme import Theme
from app.widgets.basics import PlainLabel
from app.widgets.lamp import Lamp
from app.widgets.plot_loader import plot_loader
from app.widgets.reading import Value
from app.widgets.scales import nearest
from app.words import translate

if TYPE_CHECKING:
    from app.widgets.plot import Plot

SIDE_PX = 16


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
    """The card. clicked: an instant was chosen. pointed: one is looked at, or None. Epoch seconds.

    What is looked at is shown by the owner with ``show_crosshair``.
    """

    clicked = Signal(float)
    pointed = Signal(object)

    def __init__(self, theme: Theme, kinds: Sequence[LineKind], scale: Scale) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._theme = theme
        self._kinds = tuple(kinds)
        self._scale = scale
        self._names: dict[str, str] = {kind.key: kind.key for kind in kinds}
        self._xs: list[float] = []
        self._values: dict[str, Sequence[float | None]] = {}
        self._wanted = (0.0, 0.0)
        self._nothing = ""
        self._waits = False
        self._latest: dict[str, float] = {}
        self._at: float | None = None
        self._plot: Plot | None = None
        self._title = PlainLabel(weight=QFont.Weight.DemiBold)
        self._legend = {kind.key: PlainLabel(tone="muted") for kind in kinds}
        self._note = PlainLabel(tone="faint")
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setWordWrap(True)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._build()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SIDE_PX, 12, 12, 8)
        layout.setSpacing(8)
        self._head.setSpacing(4)
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        entries = QHBoxLayout()
        entries.setSpacing(12)
        for kind in self._kinds:
            entry = QHBoxLayout()
            entry.setSpacing(5)
            entry.addWidget(Lamp(self._theme, kind.ink))
            entry.addWidget(self._legend[kind.key])
            entries.addLayout(entry)
        entries.addStretch(1)
        self._head.addLayout(entries)
        layout.addLayout(self._head)
        self._body = QVBoxLayout()
        self._body.addWidget(self._note, 1)
        layout.addLayout(self._body, 1)

    def set_words(self, title: str, names: dict[str, str], nothing: str) -> None:
        """Title, the lines' names by key, and what stands here while there is nothing to draw."""
        self._title.setText(title)
        self.setAccessibleName(title)
        self._names = dict(names)
        self._nothing = nothing
        self._draw()
        self._show_legend()

    # ------------------------------------------------------------ values
    def show_values(
        self,
        xs: Sequence[float],
        values: dict[str, Sequence[float | None]],
        span: tuple[float, float],
    ) -> None:
        """Draw. xs: rising epoch seconds; values by key; span: the window, epoch seconds."""
        self._xs = list(xs)
        self._values = values
        self._wanted = span
        self._draw()
        self._show_legend()

    def _draw(self) -> None:
        known = any(value is not None for line in self._values.values() for value in line)
        if known and self._plot is None:
            self._plot = self._loaded_plot()
        if self._plot is not None:
            self._plot.setVisible(known)
            self._plot.show_lines(self._xs, self._values, self._wanted)
            self._plot.show_crosshair(self._at)
        self._note.setText(translate("Graphs", "Reading the graph…") if known else self._nothing)
        self._note.setVisible(not known or self._plot is None)

    @property
    def drawn(self) -> bool:
        """Whether there is a drawing, not only the card."""
        return self._plot is not None

    @property
    def span(self) -> tuple[float, float]:
        """The window that is drawn, epoch seconds."""
        return (0.0, 0.0) if self._plot is None else self._plot.span

    def show_latest(self, latest: dict[str, float]) -> None:
        """What the legend says, by key; without it, the lines' last values."""
        self._latest = latest
        self._show_legend()

    def legend(self) -> dict[str, str]:
        """The legend's words by key."""
        return {key: label.text() for key, label in self._legend.items()}

    def values_at(self, at: float) -> list[Value]:
        """What the lines say at the sample nearest to an instant (epoch seconds)."""
        index = nearest(self._xs, at)
        values = []
        for kind in self._kinds:
            line = self._values.get(kind.key, ())
            value = None if index is None or index >= len(line) else line[index]
            word = "" if value is None else self._scale.value_word(value)
            values.append(Value(kind.ink, self._names[kind.key], word))
        return values

    def _loaded_plot(self) -> Plot | None:
        """The drawing part, in its place; None as long as it is being loaded."""
        loader = plot_loader()
        if not loader.ready:
            if not self._waits:
                self._waits = True  # queued: one chart's drawing is enough work for one event
                loader.loaded.connect(self._draw, Qt.ConnectionType.QueuedConnection)
                loader.begin()
            return None
        from app.widgets.plot import Line, Plot

        lines = [Line(kind.key, kind.ink, kind.filled) for kind in self._kinds]
        plot = Plot(self._theme, lines, self._scale.marks, self._scale.mark_word)
        plot.hovered.connect(self.pointed)
        plot.clicked.connect(self.clicked)
        plot.setCursor(Qt.CursorShape.CrossCursor)
        self._body.insertWidget(0, plot, 1)
        return plot

    def _show_legend(self) -> None:
        for kind in self._kinds:
            line = self._values.get(kind.key, ())
            last = self._latest.get(kind.key)
            if last is None:
                last = next((value for value in reversed(line) if value is not None), None)
            word = "" if last is None else " " + self._scale.value_word(last)
            self._legend[kind.key].setText(self._names[kind.key] + word)
        self._fit_head()

    # ------------------------------------------------------------ one instant
    def show_crosshair(self, at: float | None) -> None:
        """Mark an instant (epoch seconds), or none."""
        self._at = at
        if self._plot is not None:
            self._plot.show_crosshair(at)

    def x_of(self, at: float) -> float:
        """The horizontal place of an instant in this card, px."""
        return 0.0 if self._plot is None else self._plot.x() + self._plot.x_of(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._xs) - 1
        now = last if self._at is None else nearest(self._xs, self._at)
        if now is None or self._plot is None:
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Left:
                wanted = now if self._at is None else max(0, now - 1)
            case Qt.Key.Key_Right:
                wanted = min(last, now + 1)
            case Qt.Key.Key_Home:
                wanted = 0
            case Qt.Key.Key_End:
                wanted = last
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self._at is not None:
                self.clicked.emit(self._at)
                return
            case Qt.Key.Key_Escape if self._at is not None:
                self.pointed.emit(None)
                return
            case _:
                super().keyPressEvent(event)
                return
        self.pointed.emit(self._xs[wanted])

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.pointed.emit(None)

    # ------------------------------------------------------------ room
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    def _fit_head(self) -> None:
        """Title and legend in one line where there is room, else one below the other."""
        legend = sum(label.sizeHint().width() + 29 for label in self._legend.values())
        wide = self._title.sizeHint().width() + legend + 2 * SIDE_PX <= self.width()
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._head.direction() is not direction:
            self._head.setDirection(direction)
