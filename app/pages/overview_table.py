"""The overview's table: a row for each job and consumer, chosen by mouse and keys."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QHeaderView

from app.models.overview import Column, OverviewModel, OverviewRow
from app.pages import overview_menu as keys
from app.pages.overview_menu import RowMenu, RowWishes
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.table import Table

WIDTHS_PX = {
    Column.LAMP: 34,
    Column.JOB: 90,
    Column.CONSUMER: 94,
    Column.SYNCED: 88,
    Column.UNSYNCED: 82,
    Column.FAILED: 62,
    Column.SKIPPED: 72,
    Column.IN: 54,
    Column.OUT: 58,
    Column.LAG: 72,
    Column.SPARK: 98,
}
NAMES = (Column.JOB, Column.CONSUMER)
NAME_AT_MOST_PX = 220
NAME_PAD_PX = 26
HAPPENING_PX = 226
"""The least room for the reason."""
GIVE_WAY = (Column.SPARK, Column.SKIPPED, Column.IN, Column.SYNCED)
"""Columns a table goes without that is too narrow for the reason, in this order."""


class OverviewTable(Table):
    """chosen: the OverviewRow that is selected, or None for none."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, model: OverviewModel, wishes: RowWishes) -> None:
        super().__init__(theme)
        self._theme = theme
        self._overview = model
        self._wishes = wishes
        self._width = 0
        self.setModel(model)
        self.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        for place, width in WIDTHS_PX.items():
            header.resizeSection(place, fonts.room(width))
        header.setSectionResizeMode(Column.HAPPENING, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self.activated.connect(self._activated)
        model.modelReset.connect(self._rows_changed)
        for key in (
            keys.FAILURES_KEY,
            keys.RESEND_KEY,
            keys.PULL_KEY,
            keys.PAUSE_KEY,
            keys.JOB_KEY,
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(partial(self._by_key, key))
        self._rows_changed()

    @property
    def chosen_row(self) -> OverviewRow | None:
        """The selected row."""
        rows = self.selected_rows()
        return self._overview.rows[rows[0]] if rows else None

    def keep(self, job: str, consumer: str) -> None:
        """Select that row again where other rows came or went; none where it is gone."""
        if self.chosen_row is not None:
            return
        rows = self._overview.rows
        place = next(
            (i for i, row in enumerate(rows) if (row.job, row.consumer) == (job, consumer)), None
        )
        if place is not None:
            self.select_row(place)
        elif job:
            self.chosen.emit(None)

    def fit(self, width: int) -> None:
        """Share the room: the reason first, then whole names. width: the table's, px."""
        self._width = width
        widths = {column: fonts.room(px) for column, px in WIDTHS_PX.items()}
        room = width - fonts.room(HAPPENING_PX)
        hidden: set[Column] = set()
        for column in GIVE_WAY:
            if sum(px for each, px in widths.items() if each not in hidden) > room:
                hidden.add(column)
        for column in GIVE_WAY:
            self.setColumnHidden(column, column in hidden)
        spare = max(0, room - sum(px for each, px in widths.items() if each not in hidden))
        header = self.horizontalHeader()
        for column in NAMES:
            wanted = min(self._widest(column) + NAME_PAD_PX, fonts.room(NAME_AT_MOST_PX))
            more = min(max(0, wanted - widths[column]), spare)
            spare -= more
            header.resizeSection(column, widths[column] + more)

    def _widest(self, column: Column) -> int:
        metrics = QFontMetrics(fonts.text_font(weight=QFont.Weight.DemiBold))
        names = {row.job if column is Column.JOB else row.consumer for row in self._overview.rows}
        return max((metrics.horizontalAdvance(name[:80]) for name in names), default=0)

    def menu_of(self, row: OverviewRow) -> RowMenu:
        """What can be done with a row."""
        return RowMenu(self._theme, self, row, self._wishes)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.pos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            row = self.chosen_row
            box = self.visualRect(self.currentIndex())
            place = QPoint(box.left() + 48, box.bottom())
        else:
            index = self.indexAt(place)
            row = self._overview.row(index) if index.isValid() else None
            if row is not None:
                self.select_row(index.row())
        if row is not None:
            self.open_menu(row, self.viewport().mapToGlobal(place))

    def open_menu(self, row: OverviewRow, place: QPoint) -> RowMenu:
        """Open a row's menu there (global px)."""
        menu = self.menu_of(row)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.selected_rows():
            self.clearSelection()
            return
        super().keyPressEvent(event)

    def _by_key(self, key: str) -> None:
        row = self.chosen_row
        if row is not None:
            menu = self.menu_of(row)
            menu.by_key(key)
            menu.deleteLater()

    def _activated(self, index: QModelIndex) -> None:
        row = self._overview.row(index)
        if index.column() == Column.FAILED and row.failed:
            self._wishes.failures(row.job, row.consumer)
        else:
            self._wishes.records(row.job, row.consumer)

    def _selection_changed(self) -> None:
        self.chosen.emit(self.chosen_row)

    def _rows_changed(self) -> None:
        self.setFixedHeight(fonts.tall(tokens.ROW_PX) * (self._overview.rowCount() + 1))
        self.fit(self._width)
