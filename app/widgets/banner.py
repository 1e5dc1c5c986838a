"""The banner across the top: the connection is lost, why, and when it is tried again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel
from app.words import translate


class Banner(QFrame):
    """Hidden until there is something to say. again_wanted: try now."""

    again_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("state", "dead")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(10)
        self._sentence = PlainLabel(weight=QFont.Weight.Medium)
        self._hint = ElidedLabel()
        self._again = Button(theme, sign="refresh")
        row.addWidget(self._sentence)
        row.addWidget(self._hint)
        row.addStretch(1)
        row.addWidget(self._again)
        self._again.clicked.connect(self.again_wanted)
        self.hide()

    @property
    def words(self) -> str:
        """What it says, for tests and screen readers."""
        return f"{self._sentence.text()} {self._hint.text()}".strip()

    def say(self, sentence: str, hint: str) -> None:
        """Show a sentence and what to do."""
        self._sentence.setText(sentence)
        self._hint.setText(hint)
        self._again.setText(translate("Banner", "Try now"))
        self.setAccessibleName(self.words)
        self.show()
