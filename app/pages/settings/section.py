"""What every section of the settings is: a title, a sentence, and below them what it holds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.theme import tokens
from app.theme.theme import Theme
from app.widgets.basics import PlainLabel, framed
from app.widgets.toast import Toast

WIDTH_PX = 820


class Section(QWidget):
    """body: what a section puts its widgets into. tools: for buttons beside the title.

    grows: whether the body takes all height, as a table does; else it begins at the top.
    """

    def __init__(self, theme: Theme, title: str, lead: str, *, grows: bool = False) -> None:
        super().__init__()
        self.setObjectName("surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.theme = theme
        self.title = title
        self.toast = Toast(theme, self)
        heading = PlainLabel(title, px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold)
        sentence = PlainLabel(lead, tone="muted")
        sentence.setWordWrap(True)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self.body = QVBoxLayout()
        self.body.setSpacing(tokens.GAP_PX)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(heading)
        words.addWidget(sentence)
        head = QHBoxLayout()
        head.setSpacing(tokens.GAP_PX)
        head.addLayout(words, 1)
        head.addLayout(self.tools)
        content = QWidget()
        content.setObjectName("surface")
        content.setMaximumWidth(WIDTH_PX)
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(tokens.GAP_PX)
        column.addLayout(head)
        column.addLayout(self.body, 1 if grows else 0)
        if not grows:
            column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def card(self, title: str = "") -> QVBoxLayout:
        """A card at the end of the body, with a title of its own or without; fill its layout."""
        card = framed("card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        if title:
            layout.addWidget(PlainLabel(title, weight=QFont.Weight.DemiBold))
        self.body.addWidget(card)
        return layout

    def first_focus(self) -> QWidget:
        """Which widget has the keyboard when the section comes to the front."""
        return self
