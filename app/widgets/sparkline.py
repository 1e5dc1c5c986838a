"""A small line without axes: how something went lately. Painted alike by delegates and a widget."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.theme import Theme

POINTS = 60


def paint_spark(painter: QPainter, box: QRectF, values: Sequence[float], colour: str) -> None:
    """Draw the values into ``box``; a line that never moves lies at the bottom when it is zero."""
    if len(values) < 2:
        return
    low, high = min(values), max(values)
    spread = high - low
    # A line that hardly moves shall not look like mountains.
    floor = 0.25 * high
    if spread < floor:
        low, spread = low - (floor - spread) / 2, floor
    step = box.width() / (len(values) - 1)
    points = [
        QPointF(
            box.left() + i * step,
            box.bottom() - (box.height() * (value - low) / spread if spread else 0.0),
        )
        for i, value in enumerate(values)
    ]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(colour), 1.4)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(points))
    painter.restore()


def thinned(values: Sequence[float | None], count: int = POINTS) -> tuple[float, ...]:
    """At most ``count`` means of neighbours, gaps as 0, in the same order."""
    known = [value or 0.0 for value in values]
    if len(known) <= count:
        return tuple(known)
    edges = [round(i * len(known) / count) for i in range(count + 1)]
    pairs = itertools.pairwise(edges)
    return tuple(sum(known[a:b]) / (b - a) for a, b in pairs)


class Sparkline(QWidget):
    """The small line as a widget, in a colour of the tokens."""

    def __init__(self, theme: Theme, ink: str) -> None:
        super().__init__()
        self._theme = theme
        self._ink = ink
        self._values: tuple[float, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_values(self, values: Sequence[float | None]) -> None:
        """Draw these, oldest first."""
        self._values = thinned(values)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect()).adjusted(1, 3, -1, -3)
        paint_spark(QPainter(self), box, self._values, self._theme.ink(self._ink).on)
