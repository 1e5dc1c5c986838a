"""The console's tables: rows of 33 px, whole rows selected; cells are painted here.

Models hand over ``Cell``s; this is the only place that paints them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.models.cell import CELL_ROLE, EMPTY, Cell
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.lamp import paint_lamp
from app.widgets.pill import paint_pill
from app.widgets.sparkline import paint_spark

PAD_PX = 12
SPARK_PX = 88
FOCUS_PX = 2


@lru_cache(maxsize=64)
def _colour(name: str) -> QColor:
    """Kept, since cells are painted by the hundred; nobody changes one."""
    return QColor(name)


@lru_cache(maxsize=1024)
def _elided(
    text: str, width: int, weight: QFont.Weight, code: bool, ends: bool, scale: float
) -> str:
    """The text cut to a width in px; kept, since a row is painted again each time it moves.

    As many as a large screen shows: what follows live never shows the same text twice.
    """
    font = fonts.code_font(weight=weight) if code else fonts.text_font(weight=weight)
    mode = Qt.TextElideMode.ElideMiddle if ends else Qt.TextElideMode.ElideRight
    return QFontMetrics(font).elidedText(text, mode, width)


class CellDelegate(QStyledItemDelegate):
    """Paints a cell: ground of the row, then what the cell says."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        found = index.data(CELL_ROLE)
        cell = found if isinstance(found, Cell) else EMPTY
        box = QRectF(option.rect)
        painter.save()
        painter.setClipRect(box)
        self._ground(painter, option, index, box)
        inner = box.adjusted(PAD_PX, 0, -PAD_PX, -1)
        if cell.lamp is not None:
            ink = self._theme.ink(cell.lamp.ink).on
            paint_lamp(
                painter, QPointF(box.center().x() + 2, inner.center().y()), cell.lamp.icon, ink
            )
        elif cell.pills:
            self._pills(painter, cell, inner)
        elif cell.spark:
            line = QRectF(inner.left(), inner.top() + 7, min(SPARK_PX, inner.width()), 18)
            paint_spark(painter, line, cell.spark, self._theme.ink(cell.spark_ink).on)
        else:
            self._text(painter, cell, inner)
        painter.restore()

    def _ground(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        box: QRectF,
    ) -> None:
        c = self._theme.tokens
        table = option.widget
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, _colour(c.accent.ground))
        elif isinstance(table, Table) and table.hovered_row == index.row():
            painter.fillRect(box, _colour(c.hover))
        painter.fillRect(
            QRectF(box.left(), box.bottom() - 1, box.width(), 1), _colour(c.faint_line)
        )
        current = isinstance(table, Table) and table.currentIndex().row() == index.row()
        if current and index.column() == 0 and table.hasFocus():
            mark = QRectF(box.left(), box.top(), FOCUS_PX, box.height() - 1)
            painter.fillRect(mark, _colour(c.accent.on))

    def _text(self, painter: QPainter, cell: Cell, box: QRectF) -> None:
        weight = QFont.Weight.DemiBold if cell.bold else QFont.Weight.Normal
        font = fonts.code_font(weight=weight) if cell.code else fonts.text_font(weight=weight)
        painter.setFont(font)
        painter.setPen(_colour(self._ink_of(cell.tone)))
        text = _elided(cell.text, int(box.width()), weight, cell.code, cell.ends, fonts.scale())
        side = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _pills(self, painter: QPainter, cell: Cell, box: QRectF) -> None:
        x = box.left()
        for look in cell.pills:
            x += paint_pill(painter, self._theme, look, x, box.center().y()) + 4
        if cell.after:
            painter.setFont(fonts.text_font(tokens.SMALL_PX))
            painter.setPen(_colour(self._theme.tokens.muted))
            rest = QRectF(x, box.top(), box.right() - x + PAD_PX, box.height())
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, cell.after)

    def _ink_of(self, tone: str) -> str:
        c = self._theme.tokens
        match tone:
            case "":
                return c.text
            case "muted":
                return c.muted
            case "faint":
                return c.faint
            case _:
                return self._theme.ink(tone).on


class Table(QTableView):
    """A table in the console's look."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.hovered_row = -1
        self._asked_px: dict[int, int] = {}
        self._spare: tuple[int, ...] = ()
        self._needed_px = 0
        self.setItemDelegate(CellDelegate(theme, self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(fonts.tall(tokens.ROW_PX))
        rows.setMinimumSectionSize(fonts.tall(tokens.ROW_PX))
        columns = self.horizontalHeader()
        columns.setFixedHeight(fonts.tall(tokens.ROW_PX))
        columns.setHighlightSections(False)
        columns.setSectionsClickable(False)
        columns.setMinimumSectionSize(28)
        columns.setFont(fonts.text_font(tokens.SMALL_PX, QFont.Weight.Medium))
        theme.changed.connect(self.viewport().update)

    def selected_rows(self) -> list[int]:
        """The selected rows' places, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def give_way(self, spare: Sequence[int], stretched: int, least_px: int) -> None:
        """Where there is no room, hide columns, the first of ``spare`` first.

        That is where the stretched column would have less than ``least_px``.
        """
        self._spare = tuple(spare)
        others = sum(px for column, px in self._asked_px.items() if column != stretched)
        self._needed_px = least_px + others
        self._hide_spare()

    def _hide_spare(self) -> None:
        needed = self._needed_px
        for column in self._spare:
            hidden = needed > self.viewport().width()
            self.setColumnHidden(column, hidden)
            needed -= self._asked_px.get(column, 0) if hidden else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hide_spare()

    def ask_width(self, column: int, px: int) -> None:
        """What a column takes while there is room."""
        self._asked_px[column] = px
        self.horizontalHeader().resizeSection(column, px)

    def select_row(self, row: int) -> None:
        """Make this the only selected row."""
        index = self.model().index(row, 0)
        flags = (
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows
        )
        self.selectionModel().setCurrentIndex(index, flags)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            self.hovered_row = row
            self.viewport().update()
