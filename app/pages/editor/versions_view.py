"""Every saved version of a job: when, by whom, what it changed; any of them can be restored."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app import format
from app.models.job_changes import changes
from app.models.job_words import changes_in_words
from app.models.revisions import RevisionRow, RevisionsModel
from app.pages.editor.context import EditorContext
from app.pages.editor.difference import ChangeGrid
from app.theme import fonts
from app.widgets.basics import Button, PlainLabel, framed
from app.widgets.table import Table
from app.words import translate
from engine.api.wire import RevisionShape

LIST_PX = 220


class VersionsView(QWidget):
    """restore_wanted: the number of a version that shall be saved again."""

    restore_wanted = Signal(int)

    def __init__(self, context: EditorContext) -> None:
        super().__init__()
        self.setObjectName("surface")
        self._context = context
        self._revisions: tuple[RevisionShape, ...] = ()
        self.model = RevisionsModel(self)
        self.table = Table(context.theme)
        self.table.setModel(self.model)
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.table.setAccessibleName(translate("Editor", "Versions"))
        header = self.table.horizontalHeader()
        for column, width in enumerate((76, 120, 170)):
            header.resizeSection(column, fonts.room(width))
        header.setStretchLastSection(True)
        card = framed("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        self._title = PlainLabel(weight=QFont.Weight.DemiBold)
        self.restore = Button(context.theme, translate("Editor", "Restore this version…"))
        self.restore.clicked.connect(self._restore)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.restore)
        self.grid = ChangeGrid(translate("Editor", "Before"), translate("Editor", "In it"))
        content = QWidget()
        content.setObjectName("surface")
        within = QVBoxLayout(content)
        within.setContentsMargins(0, 0, 8, 0)
        within.addWidget(self.grid)
        within.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        below = QWidget()
        below.setObjectName("clear")
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, 12, 0, 0)
        lower.setSpacing(8)
        lower.addLayout(head)
        lower.addWidget(scroll, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(card)
        split.addWidget(below)
        split.setSizes([LIST_PX, 2 * LIST_PX])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 24)
        outer.addWidget(split)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_one())

    def show_revisions(self, revisions: Sequence[RevisionShape], now: int) -> None:
        """All versions, newest first."""
        self._revisions = tuple(revisions)
        rows = []
        for place, each in enumerate(self._revisions):
            before = self._revisions[place + 1].document if place + 1 < len(self._revisions) else {}
            rows.append(
                RevisionRow(
                    each.number,
                    format.clock(each.saved_at, now),
                    format.utc(each.saved_at),
                    each.saved_by,
                    len(changes(before, each.document)) if before else 0,
                    current=place == 0,
                )
            )
        self.model.show_rows(rows)
        if rows:
            self.table.select_row(0)
        self._show_one()

    def _show_one(self) -> None:
        place = self.table.currentIndex().row()
        there = 0 <= place < len(self._revisions)
        self._title.setText("")
        self.restore.setEnabled(there and place > 0)
        if not there:
            self.grid.show_changes([])
            return
        one = self._revisions[place]
        before = self._revisions[place + 1].document if place + 1 < len(self._revisions) else {}
        self._title.setText(
            translate("Editor", "What version {number} changed").format(number=one.number)
            if before
            else translate("Editor", "Version {number}: how the job began").format(
                number=one.number
            )
        )
        rows = changes_in_words(
            changes(before, one.document), self._context.root, before, one.document
        )
        self.grid.show_changes(rows)

    def _restore(self) -> None:
        place = self.table.currentIndex().row()
        if 0 < place < len(self._revisions):
            self.restore_wanted.emit(self._revisions[place].number)
