"""A short list in a card: as high as its rows, an empty state instead of none, one row chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHeaderView, QVBoxLayout

from app.models.columns import ColumnGrid
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.empty import EmptyState
from app.widgets.table import Table

R = TypeVar("R")
EMPTY_PX = 180
LEAST_PX = 140
"""Of the column that takes the rest: narrower than that, spare columns give way."""


class ShortTable(QFrame, Generic[R]):
    """table: for its selection. Show rows with ``show_rows``; a title instead with ``say``."""

    def __init__(self, theme: Theme, model: ColumnGrid[R], name: str, sign: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.model = model
        self.table = Table(theme)
        self.empty = EmptyState(theme, sign)
        self.empty.setMinimumHeight(EMPTY_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.table)
        layout.addWidget(self.empty)
        table = self.table
        table.setModel(model)
        table.setAccessibleName(name)
        table.setSelectionMode(Table.SelectionMode.SingleSelection)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = table.horizontalHeader()
        for place, column in enumerate(model.columns):
            if column.px:
                table.ask_width(place, round(column.px * fonts.scale()))
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        columns = list(enumerate(model.columns))
        spare = [place for place, column in columns if column.gives_way]
        stretched = next(place for place, column in columns if not column.px)
        table.give_way(spare, stretched, round(LEAST_PX * fonts.scale()))
        table.hide()

    @property
    def row(self) -> R | None:
        """The chosen row."""
        place = self.table.currentIndex().row()
        return self.model.rows[place] if 0 <= place < len(self.model.rows) else None

    def show_rows(self, rows: Sequence[R], now: int = 0) -> None:
        """These instead; the first is chosen where the chosen one is gone. now: UTC ms."""
        self.model.show_rows(rows, now)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        if rows:
            self.table.setFixedHeight(fonts.tall(tokens.ROW_PX) * (len(rows) + 1))
            if not self.table.currentIndex().isValid():
                self.table.select_row(0)

    def say(self, title: str, sentence: str, sign: str = "") -> None:
        """What stands where there is no row."""
        self.empty.say(title, sentence, sign)
