"""The drawing part of a graph, on pyqtgraph. Imported late: numpy and pyqtgraph take half a second.

No mouse pan, no menu: hovering reads values, a click names an instant. Whoever owns the plot draws
the line under the mouse with ``show_crosshair``, so that several graphs may show one instant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyqtgraph as pg  # type: ignore[import-untyped,unused-ignore]  # typed or not
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.scales import MARKS_AT_MOST, nearest, time_marks, time_word

LINE_WIDTH = 1.6
AXIS_WIDTH_PX = 46
FILL_ALPHA = 26
TIME_MARK_PX = 52
"""Room for a time along the bottom."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a graph. ink: a token's name; filled: the area below is tinted."""

    name: str
    ink: str
    filled: bool = False


class Plot(QWidget):
    """Lines over time.

    hovered: the instant of the value nearest to the mouse, epoch seconds, or None when it left.
    clicked: the instant, epoch seconds.
    """

    hovered = Signal(object)
    clicked = Signal(float)

    def __init__(
        self,
        theme: Theme,
        lines: Sequence[Line],
        marks: Callable[[float], list[float]],
        word: Callable[[float], str],
    ) -> None:
        super().__init__()
        self._theme = theme
        self._lines = tuple(lines)
        self._marks = marks
        self._word = word
        self._xs: list[float] = []
        self._span = (0.0, 1.0)
        self._view: Any = pg.GraphicsView(background=None)
        self._box: Any = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        self._left: Any = pg.AxisItem("left")
        self._bottom: Any = pg.AxisItem("bottom")
        self._curves: dict[str, Any] = {}
        self._rules: list[Any] = []
        self._crosshair: Any = pg.InfiniteLine(angle=90, movable=False)
        self._inside = False
        self._build()
        theme.changed.connect(self._tint)
        self._tint()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._view)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # pyqtgraph's PlotItem would bring eight menus and a form nobody can open.
        grid: Any = pg.GraphicsLayout()
        grid.setContentsMargins(0, 4, 4, 0)
        grid.setSpacing(0)
        self._view.setCentralItem(grid)
        grid.addItem(self._left, 0, 0)
        grid.addItem(self._box, 0, 1)
        grid.addItem(self._bottom, 1, 1)
        for axis in (self._left, self._bottom):
            axis.setStyle(tickLength=0, tickFont=fonts.text_font(tokens.TINY_PX))
            axis.setPen(None)
            axis.linkToView(self._box)
        self._left.setWidth(fonts.room(AXIS_WIDTH_PX))
        self._bottom.setHeight(fonts.room(22))
        self._box.disableAutoRange()
        # Filled lines first, so that no area covers a line.
        for line in sorted(self._lines, key=lambda each: not each.filled):
            curve = pg.PlotCurveItem(connect="finite", antialias=True)
            self._box.addItem(curve)
            self._curves[line.name] = curve
        self._crosshair.setZValue(10)
        self._crosshair.hide()
        self._box.addItem(self._crosshair, ignoreBounds=True)
        self._view.scene().sigMouseMoved.connect(self._mouse_moved)
        self._view.scene().sigMouseClicked.connect(self._mouse_clicked)
        self._view.viewport().installEventFilter(self)

    def show_lines(
        self,
        xs: Sequence[float],
        values: dict[str, Sequence[float | None]],
        span: tuple[float, float],
    ) -> None:
        """Draw. xs: rising epoch seconds; values: a list for each line; span: the window shown."""
        self._xs = list(xs)
        self._span = span
        highest = 0.0
        at = np.asarray(xs, dtype=float)
        for name, curve in self._curves.items():
            ys = np.array([np.nan if y is None else y for y in values[name]], dtype=float)
            curve.setData(x=at, y=ys)
            finite = ys[np.isfinite(ys)]
            highest = max(highest, float(finite.max())) if finite.size else highest
        marks = self._marks(highest)
        self._box.setXRange(*span, padding=0)
        self._box.setYRange(0, marks[-1] * 1.02, padding=0)
        self._left.setTicks([[(mark, self._word(mark)) for mark in marks]])
        room = (self.width() - fonts.room(AXIS_WIDTH_PX)) // fonts.room(TIME_MARK_PX)
        times = time_marks(*span, _local, max(2, min(MARKS_AT_MOST, room)))
        length = span[1] - span[0]
        words = [(mark, time_word(_local(mark), length)) for mark in times]
        self._bottom.setTicks([words])
        self._show_grid(marks)

    @property
    def span(self) -> tuple[float, float]:
        """The window that is drawn, epoch seconds."""
        return self._span

    def _show_grid(self, marks: list[float]) -> None:
        while len(self._rules) < len(marks):
            rule = pg.InfiniteLine(angle=0, movable=False)
            rule.setZValue(-10)
            self._box.addItem(rule, ignoreBounds=True)
            self._rules.append(rule)
            rule.setPen(pg.mkPen(self._theme.tokens.faint_line, width=1))
        for rule, mark in zip(self._rules, marks, strict=False):
            rule.setPos(mark)
            rule.show()
        for rule in self._rules[len(marks) :]:
            rule.hide()

    def _tint(self) -> None:
        c = self._theme.tokens
        for line in self._lines:
            colour = QColor(self._theme.ink(line.ink).on)
            curve = self._curves[line.name]
            pen = QPen(colour, LINE_WIDTH)
            pen.setCosmetic(True)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            curve.setPen(pen)
            if line.filled:
                area = QColor(colour)
                area.setAlpha(FILL_ALPHA)
                curve.setFillLevel(0)
                curve.setBrush(area)
        for rule in self._rules:
            rule.setPen(pg.mkPen(c.faint_line, width=1))
        for axis in (self._left, self._bottom):
            axis.setTextPen(QColor(c.faint))
        self._crosshair.setPen(pg.mkPen(c.muted, width=1, style=Qt.PenStyle.DashLine))

    # ------------------------------------------------------------ the mouse
    def _at(self, scene_place: QPointF) -> float | None:
        box = self._box
        if not box.sceneBoundingRect().contains(scene_place):
            return None
        return float(box.mapSceneToView(scene_place).x())

    def _mouse_moved(self, scene_place: QPointF) -> None:
        at = self._at(scene_place)
        index = None if at is None else nearest(self._xs, at)
        if index is None:
            self._leave()
            return
        self._inside = True
        self.hovered.emit(self._xs[index])

    def _mouse_clicked(self, event: Any) -> None:
        at = self._at(event.scenePos())
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.clicked.emit(at)

    def _leave(self) -> None:
        if self._inside:
            self._inside = False
            self.hovered.emit(None)

    def show_crosshair(self, at: float | None) -> None:
        """An upright line at that instant (epoch seconds), or none."""
        if at is None or not self._span[0] <= at <= self._span[1]:
            self._crosshair.hide()
            return
        self._crosshair.setPos(at)
        self._crosshair.show()

    def x_of(self, at: float) -> float:
        """The horizontal place of an instant, in this widget's px."""
        place = self._box.mapViewToScene(QPointF(at, 0.0))
        return float(self._view.mapFromScene(place).x())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._leave()
        return super().eventFilter(watched, event)


def _local(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone()
