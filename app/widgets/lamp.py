"""The health light: a shape as well as a colour, so that it is read without colours too."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.theme import Theme

LAMP_PX = 9


def paint_lamp(painter: QPainter, centre: QPointF, shape: str, colour: str) -> None:
    """Draw disc, triangle, diamond or ring around ``centre``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = LAMP_PX / 2
    box = QRectF(centre.x() - half, centre.y() - half, LAMP_PX, LAMP_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    match shape:
        case "triangle":
            x, y, r = centre.x(), centre.y(), half + 0.6
            corners = [QPointF(x, y - r), QPointF(x + r, y + r - 1), QPointF(x - r, y + r - 1)]
            painter.drawPolygon(QPolygonF(corners))
        case "diamond":
            x, y, r = centre.x(), centre.y(), half + 0.8
            corners = [
                QPointF(x, y - r),
                QPointF(x + r, y),
                QPointF(x, y + r),
                QPointF(x - r, y),
            ]
            painter.drawPolygon(QPolygonF(corners))
        case "ring":
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colour), 1.8))
            painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        case _:
            painter.drawEllipse(box.adjusted(0.2, 0.2, -0.2, -0.2))
    painter.restore()


class Lamp(QWidget):
    """A light on its own, in a colour of the tokens."""

    def __init__(self, theme: Theme, ink: str, shape: str = "disc") -> None:
        super().__init__()
        self._theme = theme
        self._ink = ink
        self._shape = shape
        self.setFixedSize(LAMP_PX + 3, LAMP_PX + 3)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.update)

    def show_light(self, ink: str, shape: str = "disc") -> None:
        """Another colour and shape."""
        if (ink, shape) != (self._ink, self._shape):
            self._ink, self._shape = ink, shape
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        centre = QPointF(self.width() / 2, self.height() / 2)
        paint_lamp(painter, centre, self._shape, self._theme.ink(self._ink).on)
