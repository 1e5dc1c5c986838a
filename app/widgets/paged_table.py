"""The view of ``models.paged``: its columns' widths, and what stands there instead of rows."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStackedWidget

from app.models.paged import PagedModel
from app.theme import fonts
from app.theme.theme import Theme
from app.widgets.basics import Button
from app.widgets.empty import EmptyState
from app.widgets.table import Table
from app.words import translate

T = TypeVar("T")
REST_PX = 220
"""The least room for the column that takes what the others leave."""


class PagedTable(QStackedWidget, Generic[T]):
    """table: the rows. again: the button under a problem; its owner reads anew."""

    def __init__(self, theme: Theme, model: PagedModel[T], name: str) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.model = model
        self.table = Table(theme)
        self.table.setModel(model)
        self.table.setAccessibleName(name)
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.table.horizontalHeader()
        for place, column in enumerate(model.columns):
            if column.px:
                header.resizeSection(place, fonts.room(column.px))
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self.empty = EmptyState(theme, "clock")
        self.again = Button(theme, sign="refresh")
        self.again.setText(translate("Paged", "Try again"))
        self.empty.buttons.addWidget(self.again)
        self.addWidget(self.empty)
        self.addWidget(self.table)
        self.say_reading()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = self.model.columns
        room = self.width() - fonts.room(REST_PX)
        taken = sum(fonts.room(column.px) for column in columns)
        for place in sorted(range(len(columns)), key=lambda place: -columns[place].gives_way):
            gone = columns[place].gives_way > 0 and taken > room
            self.table.setColumnHidden(place, gone)
            taken -= fonts.room(columns[place].px) if gone else 0

    @property
    def chosen(self) -> T | None:
        """The selected row."""
        places = self.table.selected_rows()
        return self.model.rows[places[0]] if places else None

    def say_reading(self) -> None:
        """While nothing is there yet."""
        if not self.model.rows:
            self.say(translate("Paged", "Reading…"), "", "clock")

    def say(self, title: str, sentence: str, sign: str, *, again: bool = False) -> None:
        """Words instead of rows."""
        self.empty.say(title, sentence, sign)
        self.again.setVisible(again)
        self.setCurrentWidget(self.empty)

    def show_rows(self) -> None:
        """The rows, after the model has some."""
        self.setCurrentWidget(self.table)
