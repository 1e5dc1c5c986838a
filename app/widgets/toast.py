"""A short notice over a page's foot: what was done, or why not. Goes by itself or by a click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.theme.theme import Theme
from app.widgets.basics import PlainLabel
from app.widgets.lamp import Lamp

MARGIN_PX = 20
READ_MS = 6000


class Toast(QFrame):
    """Belongs to a page and stays centred at its foot."""

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self.setProperty("kind", "toast")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._over = over
        self._lamp = Lamp(theme, "delivered")
        self._words = PlainLabel()
        self._words.setWordWrap(True)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 16, 10)
        row.setSpacing(10)
        row.addWidget(self._lamp)
        row.addWidget(self._words, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READ_MS)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    @property
    def words(self) -> str:
        return self._words.text()

    def say(self, words: str, ink: str = "delivered", shape: str = "disc") -> None:
        """Show the words for a few seconds."""
        self._lamp.show_light(ink, shape)
        self._words.setText(words)
        self.setAccessibleName(words)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def dismiss(self) -> None:
        """Read: take it away."""
        self._timer.stop()
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = max(240, self._over.width() - 2 * MARGIN_PX)
        words = self._words.fontMetrics().horizontalAdvance(self._words.text()) + 8
        width = min(words + self._lamp.width() + 44, room, 640)
        self.setFixedWidth(width)
        self.setFixedHeight(self._row.totalHeightForWidth(width))
        left = (self._over.width() - width) // 2
        self.move(left, self._over.height() - self.height() - MARGIN_PX)
