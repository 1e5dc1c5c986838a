"""What all panes beside a form share: a heading with a pill and buttons, and notes below it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import shown
from app.theme import tokens
from app.theme.states import Look
from app.theme.theme import Theme
from app.widgets.basics import PlainLabel, framed, set_property
from app.widgets.pill import Pill

HEAD_PX = 50
SIDE_PX = 16


class Pane(QWidget):
    """column: below the heading. tools: the heading's right side."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.theme = theme
        self.title = PlainLabel(weight=QFont.Weight.DemiBold, px=14)
        self.pill = Pill(theme)
        self.pill.hide()
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        head = QWidget()
        head.setObjectName("clear")
        head.setFixedHeight(HEAD_PX)
        row = QHBoxLayout(head)
        row.setContentsMargins(SIDE_PX, 0, SIDE_PX - 4, 0)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addWidget(self.pill)
        row.addStretch(1)
        row.addLayout(self.tools)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(head)
        self.column.addWidget(framed("line"))

    def show_pill(self, look: Look | None) -> None:
        """What stands beside the title; None for nothing."""
        if look is not None:
            self.pill.show_look(look)
        self.pill.setVisible(look is not None)


class Note(QWidget):
    """A sentence on a coloured ground; hidden while there is nothing to say."""

    def __init__(
        self, state: str = "retrying", *, side_px: int = SIDE_PX, top_px: int = 10
    ) -> None:
        super().__init__()
        self.setObjectName("clear")
        self._frame = framed("note")
        set_property(self._frame, "state", state)
        self._words = PlainLabel(px=tokens.SMALL_PX)
        self._words.setWordWrap(True)
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(10, 7, 10, 7)
        inner.addWidget(self._words)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(side_px, top_px, side_px, 0)
        outer.addWidget(self._frame)
        self.hide()

    @property
    def words(self) -> str:
        """What it says; "" while it is hidden."""
        return "" if self.isHidden() else self._words.text()

    def say(self, words: str, state: str = "retrying") -> None:
        """Say it; nothing with ""."""
        set_property(self._frame, "state", state)
        self._words.setText(shown.line(words, 1500))
        self.setVisible(bool(words))
