"""The table of causes: a row for each, its menu, single keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHeaderView

from app.models.failures import Column, FailuresModel
from app.theme import fonts
from app.theme.theme import Theme
from app.widgets.menu import Menu
from app.widgets.table import Table
from app.words import translate
from engine.api.wire import FailureGroupShape

WIDTHS_PX = {
    Column.STATE: 34,
    Column.JOB: 92,
    Column.CONSUMER: 100,
    Column.COUNT: 76,
    Column.FIRST: 102,
    Column.LAST: 102,
}
CAUSE_PX = 280
"""The least room for the cause."""
GIVE_WAY = (Column.FIRST, Column.LAST, Column.CONSUMER, Column.JOB)
"""Columns a table goes without that is too narrow for the cause; the detail has them too."""


@dataclass(frozen=True, slots=True)
class GroupWishes:
    """What the entries of a row's menu do with the chosen group."""

    resend: Callable[[], None]
    skip: Callable[[], None]
    records: Callable[[], None]
    example: Callable[[], None]
    copy: Callable[[], None]
    export: Callable[[], None]


class FailuresTable(Table):
    """chosen: the group that is selected, or None."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, model: FailuresModel, wishes: GroupWishes) -> None:
        super().__init__(theme)
        self._theme = theme
        self._failures = model
        self._wishes = wishes
        self.setModel(model)
        self.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        for column, width in WIDTHS_PX.items():
            header.resizeSection(column, fonts.room(width))
        header.setSectionResizeMode(Column.CAUSE, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().selectionChanged.connect(lambda: self.chosen.emit(self.chosen_group))
        self.activated.connect(lambda: wishes.records())
        for keys, run in (("R", self._resend), ("S", self._skip), ("Ctrl+C", wishes.copy)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(run)

    @property
    def chosen_group(self) -> FailureGroupShape | None:
        """The selected group."""
        rows = self.selected_rows()
        return self._failures.rows[rows[0]] if rows else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        """Show the columns there is room for. width: the rows', px."""
        widths = {column: fonts.room(px) for column, px in WIDTHS_PX.items()}
        room = width - fonts.room(CAUSE_PX)
        hidden: set[Column] = set()
        for column in GIVE_WAY:
            if sum(px for each, px in widths.items() if each not in hidden) > room:
                hidden.add(column)
        for column in GIVE_WAY:
            self.setColumnHidden(column, column in hidden)

    def _resend(self) -> None:
        group = self.chosen_group
        if group is not None and group.state == "dead":
            self._wishes.resend()

    def _skip(self) -> None:
        group = self.chosen_group
        if group is not None:
            self._wishes.skip()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.pos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            box = self.visualRect(self.currentIndex())
            place = QPoint(box.left() + 48, box.bottom())
        elif (index := self.indexAt(place)).isValid():
            self.select_row(index.row())
        else:
            return
        if (group := self.chosen_group) is not None:
            menu = self.menu_of(group)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(place))

    def menu_of(self, group: FailureGroupShape) -> Menu:
        """What can be done with a group."""
        menu = Menu(self._theme, self)
        wishes = self._wishes
        number = group.count
        entries: list[tuple[str, str, Callable[[], None]]] = [
            (translate("Failures", "Show the records"), "Return", wishes.records),
            (translate("Failures", "Show the example"), "", wishes.example),
        ]
        if group.state == "dead":
            words = translate("Failures", "Resend %Ln record(s)…", "", number)
            entries.append((words, "R", wishes.resend))
        words = translate("Failures", "Skip %Ln record(s)…", "", number)
        entries.append((words, "S", wishes.skip))
        deeds = len(entries) - 2
        entries.append((translate("Failures", "Copy as text"), "Ctrl+C", wishes.copy))
        entries.append((translate("Failures", "Export the records…"), "", wishes.export))
        for words, keys, run in entries:
            action = menu.addAction(words)
            action.triggered.connect(partial(_run, run))
            if keys:
                action.setShortcut(QKeySequence(keys))
                action.setShortcutVisibleInContextMenu(True)
        menu.insertSeparator(menu.actions()[2])
        menu.insertSeparator(menu.actions()[3 + deeds])
        return menu


def _run(run: Callable[[], None], checked: bool = False) -> None:
    run()
