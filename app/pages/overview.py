"""The overview: four figures, two graphs, a row for each job and consumer."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app import format, shown
from app.models.overview import Column, OverviewModel, OverviewRow, overview_rows
from app.pages.graphs import Graphs, Latest
from app.pages.page import Page
from app.pages.welcome import Welcome
from app.theme import tokens
from app.theme.theme import Theme
from app.widgets.basics import framed
from app.widgets.empty import EmptyState
from app.widgets.figure import Figure
from app.widgets.menu import Menu
from app.widgets.table import Table
from app.widgets.toast import Toast
from app.widgets.windows import WindowButtons
from app.words import translate
from engine.api.wire import SeriesShape, StatusShape

WIDTHS_PX = {
    Column.LAMP: 34,
    Column.JOB: 104,
    Column.CONSUMER: 108,
    Column.SYNCED: 88,
    Column.UNSYNCED: 88,
    Column.FAILED: 66,
    Column.IN: 62,
    Column.OUT: 66,
    Column.LAG: 74,
    Column.SPARK: 112,
}


NARROW_PX = 1000
"""A page narrower than this leaves the small lines out, so that the last column can be read."""
SAMPLES = 120
"""Of the backlog, one a status, for windows whose series has none."""


class OverviewPage(Page):
    """Signals tell what the operator wants.

    records_wanted: job, consumer ("" for any), states. moment_wanted: since, until,
    UTC ms (objects: Qt's own int is too small).
    pause_wanted, resume_wanted: job, consumer ("" for the whole job). run_wanted: job.
    """

    records_wanted = Signal(str, str, tuple)
    moment_wanted = Signal(object, object)
    pause_wanted = Signal(str, str)
    resume_wanted = Signal(str, str)
    run_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._waiting_lately: deque[float] = deque(maxlen=SAMPLES)
        self.synced = Figure(theme, "delivered")
        self.unsynced = Figure(theme, "pending")
        self.failed = Figure(theme, "dead")
        self.pulls = Figure(theme, "accent")
        self.graphs = Graphs(theme)
        self.windows = WindowButtons(theme)
        self.model = OverviewModel(self)
        self.table = Table(theme)
        self.welcome = Welcome(theme)
        self._waiting = EmptyState(theme, "jellyfish", px=48, accent=True)
        self._scroll = QScrollArea()
        self.toast = Toast(theme, self)
        self._build()
        self._wire()
        self.wording()

    # ------------------------------------------------------------ building
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
        column.addWidget(self.graphs)
        column.addWidget(self._build_table())
        column.addStretch(1)
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedLayout(self)
        for widget in (self._waiting, self._scroll, self.welcome):
            self._stack.addWidget(widget)

    def _build_table(self) -> QWidget:
        card = framed("card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.table)
        self.table.setModel(self.model)
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.table.horizontalHeader()
        for place, width in WIDTHS_PX.items():
            header.resizeSection(place, width)
        header.setSectionResizeMode(Column.HAPPENING, QHeaderView.ResizeMode.Stretch)
        return card

    def _wire(self) -> None:
        self.unsynced.clicked.connect(
            lambda: self.records_wanted.emit("", "", ("pending", "sending", "retrying"))
        )
        self.failed.clicked.connect(lambda: self.records_wanted.emit("", "", ("dead",)))
        self.synced.clicked.connect(lambda: self.records_wanted.emit("", "", ("delivered",)))
        for figure in (self.synced, self.unsynced, self.failed):
            figure.setCursor(Qt.CursorShape.PointingHandCursor)
        self.graphs.moment_chosen.connect(self._moment_chosen)
        self.table.activated.connect(self._row_activated)
        self.table.customContextMenuRequested.connect(self._open_menu)

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

    # ------------------------------------------------------------ showing
    def say_waiting(self, title: str, sentence: str) -> None:
        """What stands here before the first status came."""
        self._waiting.say(title, sentence)

    def show_status(self, status: StatusShape) -> None:
        """Take the numbers of this moment."""
        if not status.jobs:
            self._bring(self.welcome, self)
            return
        self._bring(self._scroll, self.table)
        self._show_figures(status)
        before = self.model.rowCount()
        self.model.show_rows(overview_rows(status))
        if self.model.rowCount() != before:
            self.table.setFixedHeight(tokens.ROW_PX * (self.model.rowCount() + 1))

    def _bring(self, wanted: QWidget, focus: QWidget) -> None:
        """To the front; the keyboard goes along, and not to whatever button comes first."""
        if self._stack.currentWidget() is not wanted:
            had_focus = self.isAncestorOf(self.focusWidget() or self) or self.hasFocus()
            self._stack.setCurrentWidget(wanted)
            if had_focus:
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
        self.graphs.show_latest(
            Latest(
                at=status.now / 1000,
                pulled=sum(
                    max((c.in_per_s for c in job.consumers), default=0.0) for job in status.jobs
                ),
                delivered=out,
                failed=sum(consumer.failed_per_s for consumer in consumers),
            )
        )

    def show_series(self, series: SeriesShape) -> None:
        """Draw the graphs and the figures' small lines."""
        self.graphs.show_series(series)
        self.synced.show_spark(series.delivered)
        self.unsynced.show_spark(series.backlog or self._waiting_lately)
        self.failed.show_spark(series.failed)
        self.pulls.show_spark(series.pulled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(Column.SPARK, self.width() < NARROW_PX)

    # ------------------------------------------------------------ wishes
    def _moment_chosen(self, at: float, step_s: float) -> None:
        half_ms = max(step_s, 1.0) * 1000 / 2
        self.moment_wanted.emit(round(at * 1000 - half_ms), round(at * 1000 + half_ms))

    def _row_activated(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        states = ("dead",) if index.column() == Column.FAILED and row.failed else ()
        self.records_wanted.emit(row.job, row.consumer, states)

    def _open_menu(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            menu = self.row_menu(self.model.row(index))
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.table.viewport().mapToGlobal(place))

    def row_menu(self, row: OverviewRow) -> Menu:
        """What can be done with a row."""
        menu = Menu(self._theme, self)
        records = menu.addAction(translate("Overview", "Show records"))
        records.setShortcut(QKeySequence(Qt.Key.Key_Return))
        records.triggered.connect(lambda: self.records_wanted.emit(row.job, row.consumer, ()))
        if row.failed:
            failed = menu.addAction(
                translate("Overview", "Show %Ln failed record(s)", "", row.failed)
            )
            failed.triggered.connect(
                lambda: self.records_wanted.emit(row.job, row.consumer, ("dead",))
            )
        menu.addSeparator()
        now = menu.addAction(
            translate("Overview", "Pull {job} now").format(job=shown.label(row.job))
        )
        now.triggered.connect(lambda: self.run_wanted.emit(row.job))
        menu.addSeparator()
        if row.consumer:
            self._pause_action(menu, row.job, row.consumer, row.consumer, paused=row.paused)
        self._pause_action(menu, row.job, "", row.job, paused=row.job_paused)
        return menu

    def _pause_action(
        self, menu: Menu, job: str, consumer: str, name: str, *, paused: bool
    ) -> QAction:
        named = shown.label(name)
        match paused, bool(consumer):
            case True, True:
                words = translate("Overview", "Resume consumer {name}").format(name=named)
            case True, False:
                words = translate("Overview", "Resume job {name}").format(name=named)
            case False, True:
                words = translate("Overview", "Pause consumer {name}").format(name=named)
            case _:
                words = translate("Overview", "Pause job {name}").format(name=named)
        action = menu.addAction(words)
        wish = self.resume_wanted if paused else self.pause_wanted
        action.triggered.connect(lambda: wish.emit(job, consumer))
        return action
