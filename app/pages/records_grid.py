"""The records grid: the console's table with the records' columns; some give way to others."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView

from app.models.record_filter import RecordFilter
from app.models.records import Column, RecordsModel
from app.theme import fonts
from app.theme.theme import Theme
from app.widgets.table import Table

WIDTHS_PX = {
    Column.KEY: 150,
    Column.JOB: 92,
    Column.VERSION: 70,
    Column.STATE: 98,
    Column.ATTEMPTS: 80,
    Column.NEXT: 106,
    Column.PULLED: 86,
}
OTHERS_PX = 22
"""Room beside a state for how many other consumers stand elsewhere."""
ANSWER_PX = 100
"""The least room for the last answer, which takes what the others leave."""
SCROLLBAR_PX = 12
GIVE_WAY = (Column.VERSION, Column.NEXT, Column.PULLED, Column.ATTEMPTS, Column.JOB)
"""What a narrow grid leaves out first; the detail pane says it too."""


class RecordsGrid(Table):
    """Rows are chosen, never edited; the menu is asked for."""

    def __init__(self, theme: Theme, model: RecordsModel) -> None:
        super().__init__(theme)
        self.setModel(model)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        for column, width in WIDTHS_PX.items():
            header.resizeSection(column, fonts.room(width))
        header.setSectionResizeMode(Column.ANSWER, QHeaderView.ResizeMode.Stretch)

    def fit(self, width: int, chosen: RecordFilter) -> None:
        """Show the columns there is room for. width: the grid's, px; chosen: says what is known."""
        widths = {column: fonts.room(px) for column, px in WIDTHS_PX.items()}
        if not chosen.consumer:
            widths[Column.STATE] += fonts.room(OTHERS_PX)
        hidden = {Column.JOB} if chosen.job else set()
        room = width - SCROLLBAR_PX - fonts.room(ANSWER_PX)
        for column in GIVE_WAY:
            if sum(widths[each] for each in widths if each not in hidden) > room:
                hidden.add(column)
        self.horizontalHeader().resizeSection(Column.STATE, widths[Column.STATE])
        for column in widths:
            self.setColumnHidden(column, column in hidden)
