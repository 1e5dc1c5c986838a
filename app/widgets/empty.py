"""What stands where there is nothing to show: why, and what to do next. No dead ends."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.theme import fonts, tokens
from app.theme.icons import icon_pixmap
from app.theme.theme import Theme
from app.widgets.basics import PlainLabel

SENTENCE_PX = 440
MARGIN_PX = 24
LEAST_PX = 160


class BigSign(QWidget):
    """An icon, large and quiet."""

    def __init__(self, theme: Theme, sign: str, px: int, *, accent: bool) -> None:
        super().__init__()
        self._theme = theme
        self._sign = sign
        self._accent = accent
        self._px = px
        self.setFixedSize(QSize(px, px))
        theme.changed.connect(self.update)

    def set_sign(self, sign: str) -> None:
        """Another icon."""
        self._sign = sign
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._theme.tokens
        colour = c.accent.on if self._accent else c.faint
        pixmap = icon_pixmap(self._sign, colour, self._px, self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 0, pixmap)


class EmptyState(QWidget):
    """A sign, a title, a sentence, and room for buttons below."""

    def __init__(self, theme: Theme, sign: str, *, px: int = 32, accent: bool = False) -> None:
        super().__init__()
        self.setObjectName("clear")
        self._sign = BigSign(theme, sign, px, accent=accent)
        self.title = PlainLabel(px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold)
        self.sentence = PlainLabel(tone="muted")
        self.sentence.setWordWrap(True)
        self._natural = 0
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.below = QVBoxLayout()
        self.below.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(4)
        centre = Qt.AlignmentFlag.AlignHCenter
        for label in (self.title, self.sentence):
            label.setAlignment(centre)
        layout.addWidget(self.title, 0, centre)
        layout.addWidget(self.sentence, 0, centre)
        layout.addSpacing(8)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(self.buttons)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addLayout(self.below)
        layout.addStretch(3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width() - 2 * MARGIN_PX, LEAST_PX)
        width = min(self._natural, fonts.room(SENTENCE_PX), room)
        self.sentence.setFixedSize(width, max(1, self.sentence.heightForWidth(width)))

    def say(self, title: str, sentence: str, sign: str = "") -> None:
        """Set the words, and another sign."""
        self.title.setText(title)
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        natural = self.sentence.fontMetrics().horizontalAdvance(sentence) + 4
        self._natural = natural
        self._fit()
        if sign:
            self._sign.set_sign(sign)
