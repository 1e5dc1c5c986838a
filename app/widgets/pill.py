"""The pill of a state or outcome: icon, word, ground; for delegates and as a widget."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import fonts, tokens
from app.theme.icons import paint_icon
from app.theme.states import Look
from app.theme.theme import Theme

PILL_PX = 20
SIGN_PX = 11
PAD_PX = 7
SIGN_GAP_PX = 4


def pill_font() -> QFont:
    """The font of a pill's word."""
    return fonts.text_font(tokens.SMALL_PX, QFont.Weight.Medium)


def pill_width(look: Look, metrics: QFontMetricsF) -> float:
    """How wide the pill will be, in px."""
    sign = fonts.tall(SIGN_PX) + SIGN_GAP_PX if look.icon else 0
    return 2 * PAD_PX + sign + metrics.horizontalAdvance(look.word)


def paint_pill(painter: QPainter, theme: Theme, look: Look, left: float, middle: float) -> float:
    """Draw the pill from ``left``, centred on ``middle``; returns its width in px."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(pill_font())
    metrics = QFontMetricsF(painter.font(), painter.device())
    width = pill_width(look, metrics)
    ink = theme.ink(look.ink)
    height = fonts.tall(PILL_PX)
    box = QRectF(left, middle - height / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink.ground))
    painter.drawRoundedRect(box, 5, 5)
    x = left + PAD_PX
    if look.icon:
        sign_px = fonts.tall(SIGN_PX)
        paint_icon(painter, look.icon, ink.on, QRectF(x, middle - sign_px / 2, sign_px, sign_px))
        x += sign_px + SIGN_GAP_PX
    painter.setPen(QColor(ink.on))
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(QRectF(x, box.top(), width, height), flags, look.word)
    painter.restore()
    return width


class Pill(QWidget):
    """A pill as a widget."""

    def __init__(self, theme: Theme, look: Look | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._look = look or Look("", "", "skipped")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self._look.word)
        theme.changed.connect(self.update)

    @property
    def look(self) -> Look:
        return self._look

    def show_look(self, look: Look) -> None:
        """Another word and shape."""
        self._look = look
        self.setAccessibleName(look.word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = pill_width(self._look, QFontMetricsF(pill_font()))
        return QSize(round(width + 0.5), fonts.tall(PILL_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_pill(QPainter(self), self._theme, self._look, 0, self.height() / 2)
