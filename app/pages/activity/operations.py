"""The activity page's operations: what runs with its progress, and below it what has ended."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.operations import operations_model
from app.models.work import Work, WorkState, figures, of_operation, title
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed
from app.widgets.paged_table import PagedTable
from app.widgets.progress import ProgressRow
from app.words import translate
from engine.api.wire import OperationShape

FOOT_PX = 52


class OperationsPart(QWidget):
    """Signals carry the Work; records_wanted: an OperationShape."""

    pause_wanted = Signal(object)
    resume_wanted = Signal(object)
    cancel_wanted = Signal(object)
    report_wanted = Signal(object)
    records_wanted = Signal(object)
    reload_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: dict[str, ProgressRow] = {}
        self.model = operations_model()
        self.model.setParent(self)
        self.list = PagedTable(theme, self.model, translate("Operations", "Operations"))
        self._open = QWidget()
        self._open_column = QVBoxLayout(self._open)
        self._open_column.setContentsMargins(4, 0, 12, 0)
        self._open_column.setSpacing(0)
        self._open_line = framed("line")
        self._name = PlainLabel(weight=QFont.Weight.DemiBold)
        self._words = ElidedLabel(tone="muted")
        self.resume = Button(theme, sign="play")
        self.report = Button(theme)
        self.records = Button(theme, sign="records")
        self._foot = QWidget()
        self._build()
        self._wire()
        self.show_open(())
        self._show_chosen()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._open)
        column.addWidget(self._open_line)
        column.addWidget(self.list, 1)
        column.addWidget(framed("line"))
        self._foot.setFixedHeight(FOOT_PX)
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(10)
        row.addWidget(self._name)
        row.addWidget(self._words)
        row.addStretch(1)
        for button in (self.resume, self.report, self.records):
            row.addWidget(button)
        column.addWidget(self._foot)
        self.resume.setText(translate("Operations", "Go on"))
        self.report.setText(translate("Operations", "Report…"))
        self.records.setText(translate("Operations", "Records"))

    def _wire(self) -> None:
        self.list.table.selectionModel().selectionChanged.connect(self._show_chosen)
        self.model.modelReset.connect(self._show_chosen)
        self.model.dataChanged.connect(self._show_chosen)
        self.list.again.clicked.connect(self.reload_wanted)
        self.list.table.activated.connect(lambda: self._report())
        self.report.clicked.connect(self._report)
        self.resume.clicked.connect(self._resume)
        self.records.clicked.connect(self._records)

    # ------------------------------------------------------------ showing
    def show_open(self, works: Sequence[Work]) -> None:
        """What runs or is paused; rows that stay keep their focus."""
        keys = [work.key for work in works]
        for key in [key for key in self._rows if key not in keys]:
            gone = self._rows.pop(key)
            self._open_column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, work in enumerate(works):
            row = self._rows.get(work.key)
            if row is None:
                row = self._rows[work.key] = self._made(work)
            elif row.work != work:
                row.show_work(work)
            if self._open_column.indexOf(row) != place:
                self._open_column.insertWidget(place, row)
        self._open.setVisible(bool(works))
        self._open_line.setVisible(bool(works))

    @property
    def open_rows(self) -> list[ProgressRow]:
        """What runs, from the top."""
        return list(self._rows.values())

    def _made(self, work: Work) -> ProgressRow:
        row = ProgressRow(self._theme, work)
        row.pause_wanted.connect(self.pause_wanted)
        row.resume_wanted.connect(self.resume_wanted)
        row.cancel_wanted.connect(self.cancel_wanted)
        row.report_wanted.connect(self.report_wanted)
        return row

    def show_first(self, rows: Sequence[OperationShape], now: int, *, more: bool) -> None:
        """Begin anew with these, which have ended."""
        self.model.start(rows, now, more=more)
        if rows:
            self.list.show_rows()
            return
        self.list.say(
            translate("Operations", "Nothing has ended yet"),
            translate("Operations", "Resends of many, skips and re-pulls are kept here."),
            "clock",
        )

    def show_more(self, rows: Sequence[OperationShape], *, more: bool) -> None:
        """The next page."""
        self.model.append(rows, more=more)

    def show_problem(self, sentence: str, hint: str) -> None:
        """They could not be read."""
        if not self.model.rows:
            self.list.say(sentence, hint, "warning", again=True)

    def choose(self, operation_id: int) -> None:
        """Select that one, where it is here."""
        for place, row in enumerate(self.model.rows):
            if row.id == operation_id:
                self.list.table.select_row(place)
        for each in self._rows.values():
            if each.work.operation_id == operation_id:
                each.cancel.setFocus()

    def first_focus(self) -> QWidget:
        return self.list.table if self.model.rows else self.list

    # ------------------------------------------------------------ the chosen one
    def _chosen(self) -> Work | None:
        shape = self.list.chosen
        return None if shape is None else of_operation(shape)

    def _show_chosen(self) -> None:
        work = self._chosen()
        self._foot.setVisible(work is not None)
        if work is None:
            return
        self._name.setText(title(work))
        self._words.setText(figures(work))
        self.resume.setVisible(work.state is WorkState.FAILED)
        shape = self.list.chosen
        asked = shape is not None and shape.request.query is not None
        self.records.setVisible(asked)

    def _report(self) -> None:
        if (work := self._chosen()) is not None:
            self.report_wanted.emit(work)

    def _resume(self) -> None:
        if (work := self._chosen()) is not None:
            self.resume_wanted.emit(work)

    def _records(self) -> None:
        if (shape := self.list.chosen) is not None:
            self.records_wanted.emit(shape)
