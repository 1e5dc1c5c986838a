"""A card with one number: what it is, the number, a word on it, and how it went lately."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy

from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import ElidedLabel, PlainLabel
from app.widgets.sparkline import Sparkline

CARD_PX = 92


class Figure(QFrame):
    """clicked: somebody wants to see what the number counts."""

    clicked = Signal()

    def __init__(self, theme: Theme, ink: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setFixedHeight(fonts.room(CARD_PX))
        self._name = PlainLabel(tone="muted")
        self._number = PlainLabel("–", px=tokens.FIGURE_PX, weight=QFont.Weight.DemiBold)
        self._word = ElidedLabel(tone="faint", px=tokens.SMALL_PX)
        self._word.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._spark = Sparkline(theme, ink)
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 10, 16, 10)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(4, 1)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 4)
        for row, label in enumerate((self._name, self._number), 1):
            grid.addWidget(label, row, 0)
        grid.addWidget(self._spark, 1, 1, 2, 1, Qt.AlignmentFlag.AlignBottom)
        grid.addWidget(self._word, 3, 0, 1, 2)

    @property
    def number(self) -> str:
        return self._number.text()

    def set_name(self, name: str) -> None:
        """What the number is."""
        self._name.setText(name)

    def show_number(self, number: str, word: str) -> None:
        """The number and the word below it."""
        self._number.setText(number)
        self._word.setText(word)
        self._word.setToolTip("")
        self.setAccessibleName(f"{self._name.text()}: {number}. {word}")

    def show_spark(self, values: Sequence[float | None]) -> None:
        """The small line."""
        self._spark.show_values(values)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.clicked.emit()
        super().mouseReleaseEvent(event)
