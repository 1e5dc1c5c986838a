"""The overview: four figures, graphs, a row for each job and consumer.

Choosing a row makes the graphs its own; Escape or the line above them brings all jobs back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app import format
from app.models.overview import OverviewModel, OverviewRow, overview_rows
from app.pages.graphs import Graphs, Latest
from app.pages.overview_menu import RowWishes
from app.pages.overview_table import OverviewTable
from app.pages.page import Page
from app.pages.scope_line import ScopeLine
from app.pages.welcome import Welcome
from app.theme import tokens
from app.theme.theme import Theme
from app.widgets.basics import framed
from app.widgets.empty import EmptyState
from app.widgets.figure import Figure
from app.widgets.toast import Toast
from app.widgets.windows import WindowButtons
from app.words import translate
from engine.api.wire import SeriesShape, StatusShape

SAMPLES = 120
"""Of the backlog, one a status, for windows whose series has none."""
SIDES_PX = 42


class OverviewPage(Page):
    """Signals tell what the operator wants; consumer "" means the whole job.

    records_wanted: job, consumer ("" for any), states. failures_wanted, resend_wanted: job,
    consumer. moment_wanted: job, consumer, since, until, UTC ms (objects: Qt's own int is too
    small). scope_wanted: job and consumer of the graphs, "" for all. pause_wanted,
    resume_wanted: job, consumer. run_wanted, job_wanted: job.
    """

    records_wanted = Signal(str, str, tuple)
    failures_wanted = Signal(str, str)
    resend_wanted = Signal(str, str)
    moment_wanted = Signal(str, str, object, object)
    scope_wanted = Signal(str, str)
    pause_wanted = Signal(str, str)
    resume_wanted = Signal(str, str)
    run_wanted = Signal(str)
    job_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._waiting_lately: deque[float] = deque(maxlen=SAMPLES)
        self._status: StatusShape | None = None
        self._scope = ("", "")
        self.synced = Figure(theme, "delivered")
        self.unsynced = Figure(theme, "pending")
        self.failed = Figure(theme, "dead")
        self.pulls = Figure(theme, "accent")
        self.scope = ScopeLine(theme)
        self.graphs = Graphs(theme)
        self.windows = WindowButtons(theme)
        self.model = OverviewModel(self)
        self.table = OverviewTable(theme, self.model, self._wishes())
        self.welcome = Welcome(theme)
        self._waiting = EmptyState(theme, "jellyfish", px=48, accent=True)
        self._scroll = QScrollArea()
        self.toast = Toast(theme, self)
        self._build()
        self._wire()
        self.wording()

    # ------------------------------------------------------------ building
    def _wishes(self) -> RowWishes:
        return RowWishes(
            records=lambda job, consumer: self.records_wanted.emit(job, consumer, ()),
            failures=self.failures_wanted.emit,
            resend=self.resend_wanted.emit,
            pull=self.run_wanted.emit,
            pause=self.pause_wanted.emit,
            resume=self.resume_wanted.emit,
            job=self.job_wanted.emit,
        )

    def _build(self) -> None:
        content = QWidget()
        content.setObjectName("surface")
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 20)
        column.setSpacing(tokens.GAP_PX)
        figures = QHBoxLayout()
        figures.setSpacing(tokens.GAP_PX)
        for figure in (self.synced, self.unsynced, self.failed, self.pulls):
            figures.addWidget(figure, 1)
        column.addLayout(figures)
        live = QVBoxLayout()
        live.setSpacing(8)
        live.addWidget(self.scope)
        live.addWidget(self.graphs)
        column.addLayout(live)
        card = framed("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        column.addWidget(card)
        column.addStretch(1)
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedLayout(self)
        for widget in (self._waiting, self._scroll, self.welcome):
            self._stack.addWidget(widget)

    def _wire(self) -> None:
        self.unsynced.clicked.connect(
            lambda: self.records_wanted.emit("", "", ("pending", "sending", "retrying"))
        )
        self.failed.clicked.connect(lambda: self.failures_wanted.emit("", ""))
        self.synced.clicked.connect(lambda: self.records_wanted.emit("", "", ("delivered",)))
        self.graphs.moment_chosen.connect(self._moment_chosen)
        self.table.chosen.connect(self._row_chosen)
        self.scope.all_wanted.connect(self.table.clearSelection)

    def wording(self) -> None:
        self.synced.set_name(translate("Overview", "Synced today"))
        self.unsynced.set_name(translate("Overview", "Unsynced"))
        self.failed.set_name(translate("Overview", "Failed"))
        self.pulls.set_name(translate("Overview", "Pulls today"))
        self.table.setAccessibleName(translate("Overview", "Jobs and consumers"))
        self._waiting.say(
            translate("Overview", "Connecting to the node…"),
            translate("Overview", "The first start takes a moment."),
        )

    def tools(self) -> QWidget:
        return self.windows

    def first_focus(self) -> QWidget:
        return self.table if self.table.isVisibleTo(self) else self

    def state(self) -> object:
        return self._scope

    def restore(self, state: object) -> None:
        match state:
            case (str(job), str(consumer)):
                self._scope = (job, consumer)
                self.scope_wanted.emit(job, consumer)

    # ------------------------------------------------------------ showing
    def say_waiting(self, title: str, sentence: str) -> None:
        """What stands here before the first status came."""
        self._waiting.say(title, sentence)

    def show_status(self, status: StatusShape) -> None:
        """Take the numbers of this moment."""
        self._status = status
        if not status.jobs:
            self._bring(self.welcome, self)
            return
        self._bring(self._scroll, self.table)
        self._show_figures(status)
        self.model.show_rows(overview_rows(status))
        self.table.keep(*self._scope)
        self._show_scope()

    def _bring(self, wanted: QWidget, focus: QWidget) -> None:
        """To the front; the keyboard goes along, and not to whatever button comes first."""
        if self._stack.currentWidget() is not wanted:
            had_focus = self.isAncestorOf(self.focusWidget() or self) or self.hasFocus()
            self._stack.setCurrentWidget(wanted)
            if had_focus and self.isVisible():
                focus.setFocus()

    def _show_figures(self, status: StatusShape) -> None:
        consumers = [consumer for job in status.jobs for consumer in job.consumers]
        out = sum(consumer.out_per_s for consumer in consumers)
        unsynced = sum(consumer.unsynced for consumer in consumers)
        failed = sum(consumer.failed for consumer in consumers)
        self._waiting_lately.append(unsynced)
        ages = [c.lag_s for c in consumers if c.lag_s is not None and c.unsynced]
        failing = sum(1 for consumer in consumers if consumer.failed)
        silent = sum(1 for job in status.jobs if job.pull_problem)
        self.synced.show_number(
            format.number(status.synced_today),
            translate("Overview", "+{rate} /s").format(rate=format.rate(out)),
        )
        self.unsynced.show_number(
            format.number(unsynced),
            translate("Overview", "oldest {age}").format(age=format.span(max(ages)))
            if ages
            else translate("Overview", "nothing waits"),
        )
        self.failed.show_number(
            format.number(failed),
            translate("Overview", "in %Ln consumer(s)", "", failing)
            if failing
            else translate("Overview", "nothing failed"),
        )
        self.pulls.show_number(
            format.number(status.pulls_today),
            translate("Overview", "%Ln source(s) in trouble", "", silent)
            if silent
            else translate("Overview", "all sources answer"),
        )

    def show_series(self, series: SeriesShape) -> None:
        """Draw the graphs, and while they are of all jobs the figures' small lines."""
        self.graphs.show_series(series)
        if self._scope == ("", ""):
            self.synced.show_spark(series.delivered)
            self.unsynced.show_spark(series.backlog or self._waiting_lately)
            self.failed.show_spark(series.failed)
            self.pulls.show_spark(series.pulled)

    # ------------------------------------------------------------ whose graphs
    def _row_chosen(self, row: OverviewRow | None) -> None:
        scope = ("", "") if row is None else (row.job, row.consumer)
        if scope != self._scope:
            self._scope = scope
            self.graphs.forget()
            self._show_scope()
            self.scope_wanted.emit(*scope)

    def _show_scope(self) -> None:
        rows = self.model.rows
        chosen = [row for row in rows if (row.job, row.consumer) == self._scope]
        if chosen:
            self.scope.show_row(chosen[0])
        else:
            self.scope.show_all(rows)
        if self._status is not None:
            self.graphs.show_latest(_latest(self._status.now / 1000, chosen or rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.fit(self.width() - SIDES_PX)
        self.graphs.give_height(self.height())

    # ------------------------------------------------------------ wishes
    def _moment_chosen(self, at: float, length_s: float) -> None:
        half_ms = max(length_s, 1.0) * 1000 / 2
        since, until = round(at * 1000 - half_ms), round(at * 1000 + half_ms)
        self.moment_wanted.emit(*self._scope, since, until)


def _latest(at: float, rows: Sequence[OverviewRow]) -> Latest:
    """The numbers of these rows together; what a job pulled is counted once."""
    pulled: dict[str, float] = {}
    for row in rows:
        pulled[row.job] = max(row.in_per_s, pulled.get(row.job, 0.0))
    return Latest(
        at=at,
        pulled=sum(pulled.values()),
        delivered=sum(row.out_per_s for row in rows),
        failed=sum(row.failed_per_s for row in rows),
        backlog=sum(row.unsynced for row in rows),
    )
