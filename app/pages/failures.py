"""The failures page: causes on the left, the chosen one with an example on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.models.failures import FailureKey, FailuresModel, group_text
from app.pages.failure_detail import FailureDetail
from app.pages.failures_table import FailuresTable, GroupWishes
from app.pages.page import Page
from app.theme import fonts
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel
from app.widgets.consumer_choice import ConsumerChoice
from app.widgets.empty import EmptyState
from app.widgets.toast import Toast
from app.words import translate
from engine.api.wire import FailureGroupShape, RecordShape

DETAIL_PX = 480
NARROW_DETAIL_PX = 416
WIDE_PX = 1180


class FailuresPage(Page):
    """Signals tell what the operator wants; ``flows.failures`` does it.

    filter_changed: job and consumer, "" for any. group_wanted: a group whose example is to be
    read. resend_wanted, skip_wanted, records_wanted, export_wanted: a group. record_wanted: an id.
    """

    filter_changed = Signal(str, str)
    reload_wanted = Signal()
    group_wanted = Signal(object)
    resend_wanted = Signal(object)
    skip_wanted = Signal(object)
    records_wanted = Signal(object)
    export_wanted = Signal(object)
    record_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__("panel")
        self._sized = False
        self._now = 0
        self.choice = ConsumerChoice(theme)
        self._summary = PlainLabel(tone="muted")
        self.model = FailuresModel(self)
        self.detail = FailureDetail(theme)
        self.table = FailuresTable(
            theme,
            self.model,
            GroupWishes(
                resend=self._resend,
                skip=self._skip,
                records=self._records,
                example=self._example,
                copy=self.copy_group,
                export=self._export,
            ),
        )
        self.toast = Toast(theme, self)
        self._empty = EmptyState(theme, "all-good", px=48, accent=True)
        self._all = Button(theme)
        self._again = Button(theme, sign="refresh")
        self._middle = QStackedWidget()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._build()
        self._wire()
        self.wording()

    # ------------------------------------------------------------ building
    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QWidget()
        bar.setObjectName("topbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(20, 10, 20, 10)
        row.setSpacing(8)
        row.addWidget(self.choice)
        row.addStretch(1)
        row.addWidget(self._summary)
        column.addWidget(bar)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.detail)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.table.setMinimumWidth(360)
        self.detail.setMinimumWidth(fonts.room(340))
        self._middle.addWidget(self.splitter)
        self._middle.addWidget(self._empty)
        column.addWidget(self._middle, 1)
        self._empty.buttons.addWidget(self._all)
        self._empty.buttons.addWidget(self._again)
        self._middle.setCurrentWidget(self._empty)

    def _wire(self) -> None:
        self.choice.changed.connect(self.filter_changed)
        self.table.chosen.connect(self._chosen)
        self.splitter.splitterMoved.connect(self._splitter_moved)
        self._all.clicked.connect(lambda: self.choice.choose("", ""))
        self._again.clicked.connect(self.reload_wanted)
        self.detail.resend_wanted.connect(self._resend)
        self.detail.skip_wanted.connect(self._skip)
        self.detail.records_wanted.connect(self._records)
        self.detail.copy_wanted.connect(self.copy_group)
        self.detail.export_wanted.connect(self._export)
        self.detail.record_wanted.connect(self.record_wanted)

    def wording(self) -> None:
        self.table.setAccessibleName(translate("Failures", "Failures by cause"))
        self._all.setText(translate("Failures", "All jobs"))
        self._again.setText(translate("Failures", "Try again"))
        self.show_reading()

    def first_focus(self) -> QWidget:
        return self.table if self.table.isVisibleTo(self) else self

    def state(self) -> object:
        return (self.choice.job, self.choice.consumer)

    def restore(self, state: object) -> None:
        match state:
            case (str(job), str(consumer)):
                self.choice.choose(job, consumer)

    # ------------------------------------------------------------ showing
    def show_reading(self) -> None:
        """The groups are on their way."""
        if not self.model.rows:
            self._say(translate("Failures", "Reading…"), "", "clock")

    def show_groups(self, groups: Sequence[FailureGroupShape], now: int) -> None:
        """Take these groups; the chosen one stays chosen. now: the node's clock, UTC ms."""
        self._now = now
        before = self.detail.key
        self.model.show_rows(groups, now)
        self._show_summary(groups)
        if not groups:
            self.detail.clear()
            self._say_nothing()
            return
        had_focus = self._middle.currentWidget() is self._empty and self.hasFocus()
        self._middle.setCurrentWidget(self.splitter)
        self._keep(before)
        if had_focus:
            self.table.setFocus()

    def _keep(self, before: FailureKey | None) -> None:
        place = None if before is None else self.model.place_of(before)
        if place is None:
            self.table.select_row(0)
        elif self.table.selected_rows() != [place]:
            self.table.select_row(place)
        else:
            self._chosen(self.model.rows[place])

    def _show_summary(self, groups: Sequence[FailureGroupShape]) -> None:
        failed = sum(group.count for group in groups if group.state == "dead")
        retrying = sum(group.count for group in groups if group.state == "retrying")
        parts = [translate("Failures", "%Ln failed", "", failed)] if failed else []
        if retrying:
            parts.append(translate("Failures", "%Ln being tried again", "", retrying))
        if groups:
            parts.append(translate("Failures", "%Ln cause(s)", "", len(groups)))
        self._summary.setText(" · ".join(parts))

    def show_example(self, record: RecordShape) -> None:
        """The chosen group's example."""
        self.detail.show_example(record)

    def show_problem(self, sentence: str, hint: str) -> None:
        """It could not be read: instead of the table, or over it when there are rows."""
        if self.model.rows:
            self.toast.say(f"{sentence} {hint}".strip(), "dead", "diamond")
        else:
            self._show_summary(())
            self._say(sentence, hint, "warning", again=True)

    def _say(self, title: str, sentence: str, sign: str, *, again: bool = False) -> None:
        self._empty.say(title, sentence, sign)
        self._all.hide()
        self._again.setVisible(again)
        self._middle.setCurrentWidget(self._empty)

    def _say_nothing(self) -> None:
        if self.choice.job or self.choice.consumer:
            self._say(
                translate("Failures", "Nothing failed here"),
                translate("Failures", "Other jobs and consumers may have failures."),
                "all-good",
            )
            self._all.show()
            return
        self._say(
            translate("Failures", "Nothing failed"),
            translate("Failures", "Every record has reached its target, or is on its way there."),
            "all-good",
        )

    # ------------------------------------------------------------ the chosen group
    def _chosen(self, group: FailureGroupShape | None) -> None:
        if group is None:
            return
        before = None if self.detail.group is None else self.detail.group.record_id
        another = self.detail.key is None or before != group.record_id
        self.detail.show_group(group, self._now)
        if another or not self.detail.example_key:
            self.group_wanted.emit(group)

    def copy_group(self) -> None:
        """The chosen group to the clipboard, for a ticket or a chat."""
        if (group := self.detail.group) is not None:
            QGuiApplication.clipboard().setText(group_text(group, self.detail.example_key))
            self.toast.say(translate("Failures", "Copied as text"))

    def _resend(self) -> None:
        if self.detail.group is not None:
            self.resend_wanted.emit(self.detail.group)

    def _skip(self) -> None:
        if self.detail.group is not None:
            self.skip_wanted.emit(self.detail.group)

    def _records(self) -> None:
        if self.detail.group is not None:
            self.records_wanted.emit(self.detail.group)

    def _export(self) -> None:
        if self.detail.group is not None:
            self.export_wanted.emit(self.detail.group)

    def _example(self) -> None:
        if self.detail.group is not None and self.detail.group.record_id is not None:
            self.record_wanted.emit(self.detail.group.record_id)

    # ------------------------------------------------------------ room
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._sized:
            wide = self.width() >= fonts.room(WIDE_PX)
            wanted = fonts.room(DETAIL_PX if wide else NARROW_DETAIL_PX)
            wanted = min(wanted, self.width() // 2)
            self.splitter.setSizes([self.width() - wanted, wanted])

    def _splitter_moved(self) -> None:
        self._sized = True
