"""The list of all jobs, with what can be done with each: buttons, menu, keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app import shown
from app.models.jobs import Column, JobRow, JobsModel
from app.theme import fonts
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, framed
from app.widgets.empty import EmptyState
from app.widgets.menu import Menu
from app.widgets.table import Table
from app.words import translate

WIDTHS_PX = {
    Column.LAMP: 34,
    Column.JOB: 150,
    Column.SCHEDULE: 150,
    Column.LAST_PULL: 100,
    Column.CONSUMERS: 92,
    Column.PULLED: 92,
    Column.UNSYNCED: 92,
    Column.FAILED: 76,
}
PROBLEM_PX = 180
"""The least room for what is to know."""
GIVE_WAY = (Column.CONSUMERS, Column.PULLED, Column.LAST_PULL, Column.SCHEDULE)
"""Columns a table goes without that is too narrow for it, in this order."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done with a job. keys: its shortcut in the list, "" for none.

    apart: a line stands before it in the menu. button: it has a button above the list too.
    """

    key: str
    words: Callable[[JobRow], str]
    sign: str
    keys: str = ""
    apart: bool = False
    button: bool = False


DEEDS = (
    Deed("edit", lambda _: translate("Jobs", "Edit"), "edit", "Return", button=True),
    Deed("run", lambda _: translate("Jobs", "Pull now"), "play", "F6", button=True),
    Deed(
        "pause",
        lambda row: translate("Jobs", "Resume") if row.paused else translate("Jobs", "Pause…"),
        "pause",
        "P",
        button=True,
    ),
    Deed("records", lambda _: translate("Jobs", "Show records"), "records", "R", button=True),
    Deed("duplicate", lambda _: translate("Jobs", "Duplicate"), "copy", "D", apart=True),
    Deed("copy_yaml", lambda _: translate("Jobs", "Copy as YAML"), "copy", "Ctrl+C"),
    Deed("export_yaml", lambda _: translate("Jobs", "Export as YAML…"), "export", "Ctrl+E"),
    Deed("export_json", lambda _: translate("Jobs", "Export as JSON…"), "export"),
    Deed("versions", lambda _: translate("Jobs", "Versions"), "history", "V"),
    Deed("repull", lambda _: translate("Jobs", "Pull a range again…"), "refresh", apart=True),
    Deed("cursor", lambda _: translate("Jobs", "Set the cursor…"), "clock"),
    Deed("delete", lambda _: translate("Jobs", "Delete…"), "trash", "Del", apart=True),
)


class JobsList(QWidget):
    """deed_wanted: its key and the JobRow. new_wanted, import_wanted, paste_wanted: begin a job."""

    deed_wanted = Signal(str, object)
    new_wanted = Signal()
    import_wanted = Signal()
    paste_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("surface")
        self._theme = theme
        self.model = JobsModel(self)
        self.table = _JobsTable(theme)
        self.table.setModel(self.model)
        self.table.setAccessibleName(translate("Jobs", "Jobs"))
        self.buttons: dict[str, Button] = {}
        self._name = ElidedLabel(weight=QFont.Weight.DemiBold)
        self.more = Button(theme, translate("Jobs", "More"), sign="chevron-down", px=12)
        self.empty = EmptyState(theme, "jellyfish", px=56, accent=True)
        self.waiting = EmptyState(theme, "jellyfish", px=48, accent=True)
        self._build()
        self._wire()
        self._selection_changed()

    # ------------------------------------------------------------ building
    def _build(self) -> None:
        content = QWidget()
        content.setObjectName("surface")
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 20)
        column.setSpacing(12)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self._name)
        bar.addStretch(1)
        for deed in DEEDS:
            if deed.button:
                button = Button(self._theme, sign=deed.sign, px=14)
                button.clicked.connect(lambda _=False, key=deed.key: self._do(key))
                self.buttons[deed.key] = button
                bar.addWidget(button)
        bar.addWidget(self.more)
        column.addLayout(bar)
        card = framed("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        column.addWidget(card, 1)
        header = self.table.horizontalHeader()
        for place, width in WIDTHS_PX.items():
            self.table.ask_width(place, fonts.room(width))
        self.table.give_way(GIVE_WAY, Column.PROBLEM, fonts.room(PROBLEM_PX))
        header.setSectionResizeMode(Column.PROBLEM, QHeaderView.ResizeMode.Stretch)
        self._content = content
        self._build_empty()
        self._stack = QStackedLayout(self)
        for widget in (self.waiting, self.empty, content):
            self._stack.addWidget(widget)

    def _build_empty(self) -> None:
        self.waiting.say(
            translate("Jobs", "Connecting to the node…"),
            translate("Jobs", "Jobs stand here as soon as it answers."),
        )
        self.empty.say(
            translate("Jobs", "No job yet"),
            translate(
                "Jobs",
                "A job pulls records from one system and pushes them to others. Begin with what "
                "you have: a cURL command, a sample answer, a job file, or an empty form.",
            ),
        )
        new = Button(self._theme, translate("Jobs", "New job"), kind="primary", sign="plus", px=14)
        paste = Button(self._theme, translate("Jobs", "Paste cURL or sample…"), sign="terminal")
        file = Button(self._theme, translate("Jobs", "Import a job file…"), sign="import")
        for button, wish in (
            (new, self.new_wanted),
            (paste, self.paste_wanted),
            (file, self.import_wanted),
        ):
            button.clicked.connect(wish)
            self.empty.buttons.addWidget(button)
        self.empty_new = new

    def _wire(self) -> None:
        self.table.activated.connect(lambda index: self._do_row("edit", self._row(index)))
        self.table.deed_typed.connect(self._do)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selection_changed())
        self.model.dataChanged.connect(lambda *_: self._selection_changed())
        self.model.modelReset.connect(self._selection_changed)
        self.more.clicked.connect(self._open_more)

    # ------------------------------------------------------------ showing
    def say_waiting(self, title: str, sentence: str) -> None:
        """What stands here before the first status came."""
        self.waiting.say(title, sentence)

    def show_rows(self, rows: list[JobRow]) -> None:
        """All jobs."""
        name = self.chosen.job if self.chosen is not None else ""
        self.model.show_rows(rows)
        self._bring(self._content if rows else self.empty)
        names = [row.job for row in rows]
        if rows and self.chosen is None:
            self.table.select_row(names.index(name) if name in names else 0)

    def _bring(self, wanted: QWidget) -> None:
        """To the front; the keyboard goes along where it was in the list."""
        if self._stack.currentWidget() is wanted:
            return
        focus = QApplication.focusWidget()
        had_focus = focus is None or focus is self or self.isAncestorOf(focus)
        self._stack.setCurrentWidget(wanted)
        if had_focus and self.isVisible():
            self.first_focus().setFocus()

    def select(self, job: str) -> None:
        """Choose a job by its name."""
        names = [row.job for row in self.model.rows]
        if job in names:
            self.table.select_row(names.index(job))

    @property
    def chosen(self) -> JobRow | None:
        """The selected job."""
        rows = self.table.selected_rows()
        return self.model.rows[rows[0]] if rows and rows[0] < len(self.model.rows) else None

    def first_focus(self) -> QWidget:
        """The list, or the button that begins a job."""
        if self._stack.currentWidget() is self.waiting:
            return self
        return self.empty_new if self._stack.currentWidget() is self.empty else self.table

    def _selection_changed(self) -> None:
        row = self.chosen
        self._name.setText("" if row is None else shown.line(row.job, 60))
        for deed in DEEDS:
            if (button := self.buttons.get(deed.key)) is not None:
                button.setEnabled(row is not None)
                if row is not None:
                    button.setText(deed.words(row))
                    button.setToolTip(_with_keys(deed.words(row), deed.keys))
                    if deed.key == "pause":
                        button.set_sign("play" if row.paused else "pause")
        self.more.setEnabled(row is not None)

    # ------------------------------------------------------------ wishes
    def menu(self, row: JobRow) -> Menu:
        """Everything that can be done with a job."""
        menu = Menu(self._theme, self)
        for deed in DEEDS:
            if deed.apart:
                menu.addSeparator()
            action = menu.addAction(deed.words(row))
            if deed.keys:
                action.setShortcut(QKeySequence(deed.keys))
            action.triggered.connect(lambda _=False, key=deed.key: self._do_row(key, row))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _open_menu(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            self.menu(self._row(index)).popup(self.table.viewport().mapToGlobal(place))

    def _open_more(self) -> None:
        if (row := self.chosen) is not None:
            self.menu(row).popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))

    def _row(self, index: QModelIndex) -> JobRow:
        return self.model.rows[index.row()]

    def _do(self, key: str) -> None:
        if (row := self.chosen) is not None:
            self._do_row(key, row)

    def _do_row(self, key: str, row: JobRow) -> None:
        self.deed_wanted.emit(key, row)


class _JobsTable(Table):
    """deed_typed: the key of a deed whose shortcut was typed."""

    deed_typed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setSelectionMode(Table.SelectionMode.SingleSelection)
        self._keys = {
            QKeySequence(deed.keys): deed.key for deed in DEEDS if deed.keys and deed.key != "edit"
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = QKeySequence(event.keyCombination())
        for keys, deed in self._keys.items():
            if keys == typed:
                self.deed_typed.emit(deed)
                return
        super().keyPressEvent(event)


def _with_keys(words: str, keys: str) -> str:
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return shown.tip(f"{words} ({native})" if keys else words)
