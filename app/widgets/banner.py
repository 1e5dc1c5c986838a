"""The banner across the top: what keeps the console or its node from work, and the way out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel, set_property
from app.words import translate


class Banner(QFrame):
    """Hidden until there is something to say.

    again_wanted: try now. way_wanted: the other button, the way out. put_away_wanted: it was read.
    """

    again_wanted = Signal()
    way_wanted = Signal()
    put_away_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("state", "dead")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(10)
        self._sentence = PlainLabel(weight=QFont.Weight.Medium)
        self._hint = PlainLabel()
        for label in (self._sentence, self._hint):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._sentence)
        words.addWidget(self._hint)
        self._way = Button(theme)
        self._again = Button(theme, sign="refresh")
        self._put_away = Button(theme, kind="ghost", sign="close")
        row.addLayout(words, 1)
        row.addWidget(self._way)
        row.addWidget(self._again)
        row.addWidget(self._put_away)
        self._again.clicked.connect(self.again_wanted)
        self._way.clicked.connect(self.way_wanted)
        self._put_away.clicked.connect(self.put_away_wanted)
        self.hide()

    @property
    def words(self) -> str:
        """What it says, for tests and screen readers; "" when it says nothing."""
        if self.isHidden():
            return ""
        return f"{self._sentence.text()} {self._hint.text()}".strip()

    @property
    def way(self) -> Button:
        """The button of the way out."""
        return self._way

    @property
    def put_away(self) -> Button:
        """The button of who has read it."""
        return self._put_away

    def say(
        self,
        sentence: str,
        hint: str,
        *,
        state: str = "dead",
        way: str = "",
        again: bool = True,
        put_away: bool = False,
    ) -> None:
        """Show a sentence and what to do. way: the words of a button that leads there."""
        set_property(self, "state", state)
        for label in (self._sentence, self._hint):
            label.style().unpolish(label)
            label.style().polish(label)
        self._sentence.setText(sentence)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._way.setText(way)
        self._way.setVisible(bool(way))
        self._again.setText(translate("Banner", "Try now"))
        self._again.setVisible(again)
        self._put_away.setAccessibleName(translate("Banner", "Put away"))
        self._put_away.setToolTip(translate("Banner", "Put away"))
        self._put_away.setVisible(put_away)
        self.setAccessibleName(f"{sentence} {hint}".strip())
        self.show()
