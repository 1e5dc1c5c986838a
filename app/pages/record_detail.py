"""The detail pane: a record's key and state, why it is not delivered, and its tabs."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app import format, shown
from app.models.record_rows import RESENDABLE, status_word, urgency
from app.pages.attempts_tab import AttemptsTab
from app.pages.line_list import LineList
from app.pages.payload_tab import PayloadTab
from app.pages.pull_tab import PullTab
from app.pages.versions_tab import VersionsTab
from app.theme.states import Look, state_look
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed, set_property
from app.widgets.empty import EmptyState
from app.widgets.pill import Pill
from app.words import Worded, translate
from engine.api.wire import (
    DeliveryShape,
    ExplainShape,
    ReasonShape,
    RecordShape,
    VersionShape,
)


class Tab(IntEnum):
    """The tabs in their order."""

    PAYLOAD = 0
    ATTEMPTS = 1
    PULL = 2
    VERSIONS = 3
    CONSUMERS = 4


class RecordDetail(Worded):
    """resend_wanted: record id, consumer. versions_wanted, record_wanted, payload_wanted and
    save_wanted: record id. compare_wanted: two record ids. curl_wanted: record id, consumer, and
    the attempt, a shape. copy_wanted: a text. way_wanted: a ReasonShape, what is to be done about
    it.
    """

    resend_wanted = Signal(object, str)
    versions_wanted = Signal(object)
    record_wanted = Signal(object)
    payload_wanted = Signal(object)
    save_wanted = Signal(object)
    compare_wanted = Signal(object, object)
    curl_wanted = Signal(object, str, object)
    copy_wanted = Signal(str)
    way_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._record: RecordShape | None = None
        self._consumer = ""
        self._versions_of: int | None = None
        self._behind: set[int] = set()
        self._key = ElidedLabel(
            px=14, weight=QFont.Weight.Medium, code=True, mode=Qt.TextElideMode.ElideMiddle
        )
        self._version = Pill(theme)
        self._state = Pill(theme)
        self.resend = Button(theme, kind="primary")
        self._line = ElidedLabel(tone="muted", px=12)
        self._note = framed("note")
        self.why = PlainLabel()
        self.way = Button(theme, kind="link")
        self._reasons: dict[str, ReasonShape] = {}
        self.tabs = QTabBar()
        self.payload = PayloadTab(theme)
        self.attempts = AttemptsTab(theme)
        self.pull = PullTab(theme)
        self.versions = VersionsTab(theme)
        self.consumers = LineList(theme)
        self._pages = QStackedWidget()
        self._nothing = EmptyState(theme, "records")
        self._stack = QStackedLayout(self)
        self._build()
        self._wire()
        self.wording()

    # ------------------------------------------------------------ building
    def _build(self) -> None:
        full = QWidget()
        full.setObjectName("panel")
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 12)
        top.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._key)
        row.addWidget(self._state)
        row.addStretch(1)
        row.addWidget(self.resend)
        top.addLayout(row)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self._line)
        second.addWidget(self._version)
        second.addStretch(1)
        top.addLayout(second)
        note = QVBoxLayout(self._note)
        note.setContentsMargins(12, 9, 12, 9)
        note.addWidget(self.why)
        note.addWidget(self.way, 0, Qt.AlignmentFlag.AlignLeft)
        self.way.hide()
        self.why.setWordWrap(True)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top.addWidget(self._note)
        column.addLayout(top)
        column.addWidget(framed("line"))
        tabs = QHBoxLayout()
        tabs.setContentsMargins(16, 0, 16, 0)
        tabs.addWidget(self.tabs)
        tabs.addStretch(1)
        column.addLayout(tabs)
        column.addWidget(framed("line"))
        column.addWidget(self._pages, 1)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        for page in (self.payload, self.attempts, self.pull, self.versions, self.consumers):
            self.tabs.addTab("")
            self._pages.addWidget(page)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(full)

    def _wire(self) -> None:
        self.tabs.currentChanged.connect(self._tab_chosen)
        self.resend.clicked.connect(self._resend)
        self.way.clicked.connect(self._go_way)
        self.versions.chosen.connect(self.record_wanted)
        self.versions.compare_wanted.connect(self.compare_wanted)
        self.payload.payload_wanted.connect(self.payload_wanted)
        self.payload.save_wanted.connect(self.save_wanted)
        self.attempts.curl_wanted.connect(self._curl)
        self.attempts.copy_wanted.connect(self.copy_wanted)
        self.consumers.chosen.connect(self._consumer_chosen)

    def wording(self) -> None:
        self.resend.setText(translate("Detail", "Resend"))
        self.tabs.setAccessibleName(translate("Detail", "Parts of the record"))
        self._nothing.say(
            translate("Detail", "No record selected"),
            translate("Detail", "Select one to see its payload, attempts and pull."),
        )
        self._name_tabs()

    def _name_tabs(self) -> None:
        delivery = self._delivery()
        tries = len(delivery.attempts) if delivery is not None else 0
        count = len(self._record.deliveries) if self._record is not None else 0
        versions = self._record.versions if self._record is not None else 1
        names = (
            translate("Detail", "Payload"),
            translate("Detail", "Attempts {n}").format(n=tries)
            if tries
            else translate("Detail", "Attempts"),
            translate("Detail", "Pull"),
            translate("Detail", "Versions {n}").format(n=versions)
            if versions > 1
            else translate("Detail", "Versions"),
            translate("Detail", "Consumers {n}").format(n=count)
            if count > 1
            else translate("Detail", "Consumers"),
        )
        for place, name in enumerate(names):
            self.tabs.setTabText(place, name)

    # ------------------------------------------------------------ showing
    @property
    def record_id(self) -> int | None:
        return None if self._record is None else self._record.id

    @property
    def job(self) -> str:
        """The record's job, "" while none is shown."""
        return "" if self._record is None else self._record.job

    @property
    def consumer(self) -> str:
        """The consumer whose delivery is shown, "" for none."""
        return self._consumer

    def clear(self) -> None:
        """Nothing is selected."""
        self._record = None
        self._stack.setCurrentIndex(0)

    def say(self, title: str, sentence: str, sign: str) -> None:
        """Instead of a record: many are selected, or it could not be read."""
        self._record = None
        self._nothing.say(title, sentence, sign)
        self._stack.setCurrentIndex(0)

    def show_record(self, record: RecordShape, consumer: str = "") -> None:
        """Show it. consumer: whose delivery of another record than before, where it has one;
        else of the delivery that most needs a person.
        """
        if record == self._record:
            return
        same = self._record is not None and self._record.id == record.id
        names = [each.consumer for each in record.deliveries]
        if consumer in names and not same:
            self._consumer = consumer
        elif not same or self._consumer not in names:
            lead = min(record.deliveries, key=lambda each: urgency(each.state), default=None)
            self._consumer = lead.consumer if lead is not None else ""
        self._record = record
        if not same:
            self._versions_of = None
            self._reasons = {}
        self._show()
        self._stack.setCurrentIndex(1)

    def show_reasons(self, explained: ExplainShape) -> None:
        """Why each delivery stands where it stands, and so what can be done about it."""
        if self.record_id == explained.record_id:
            self._reasons = {each.consumer: each for each in explained.reasons}
            self._show_way()

    def _show_way(self) -> None:
        reason = self._reasons.get(self._consumer)
        words = "" if reason is None else way_words(reason)
        self.way.setText(words)
        self.way.setVisible(bool(words))
        if reason is not None and reason.state != "delivered":
            self.why.setText(shown.line(reason.sentence, 600))

    def _go_way(self) -> None:
        reason = self._reasons.get(self._consumer)
        if reason is not None:
            self.way_wanted.emit(reason)

    def show_versions(self, record_id: int, versions: tuple[VersionShape, ...]) -> None:
        """The versions of the key of that record."""
        if self.record_id == record_id:
            self.versions.show_versions(versions, record_id)

    def _show(self) -> None:
        record = self._record
        assert record is not None
        delivery = self._delivery()
        self._key.setText(shown.line(record.key))
        self._key.setToolTip(shown.tip(record.key))
        words = translate("Detail", "version {n} of {all}").format(
            n=record.version, all=max(record.versions, record.version)
        )
        self._version.show_look(Look(words, "", "skipped"))
        self._show_delivery(record, delivery)
        self._name_tabs()
        self._behind = set(Tab)
        self._tab_chosen(self.tabs.currentIndex())

    def _show_delivery(self, record: RecordShape, delivery: DeliveryShape | None) -> None:
        self._state.setVisible(delivery is not None)
        self.resend.setEnabled(delivery is not None and delivery.state in RESENDABLE)
        if delivery is None:
            self._line.setText(shown.line(record.job))
            self._say_why(translate("Detail", "No consumer takes this record."), "skipped")
            self.way.hide()
            return
        self._line.setText(f"{shown.line(record.job, 60)}  →  {shown.line(delivery.consumer, 60)}")
        look = state_look(delivery.state)
        self._state.show_look(look)
        self._say_why(why_words(delivery), look.ink)
        self._show_way()

    def _say_why(self, words: str, ink: str) -> None:
        self.why.setText(words)
        set_property(self._note, "state", ink)
        set_property(self.why, "tone", "")

    def _delivery(self) -> DeliveryShape | None:
        if self._record is None:
            return None
        return next(
            (each for each in self._record.deliveries if each.consumer == self._consumer), None
        )

    # ------------------------------------------------------------ wishes
    def _tab_chosen(self, place: int) -> None:
        self._pages.setCurrentIndex(place)
        if self._record is not None and place in self._behind:
            self._behind.discard(place)
            self._fill(Tab(place), self._record)

    def _fill(self, place: Tab, record: RecordShape) -> None:
        """Bring one tab up to the record; the others wait until somebody looks."""
        match place:
            case Tab.PAYLOAD:
                self.payload.show_record(record)
            case Tab.ATTEMPTS:
                self.attempts.show_delivery(record, self._delivery())
            case Tab.PULL:
                self.pull.show_record(record)
            case Tab.VERSIONS:
                if self._versions_of != record.id:
                    self._versions_of = record.id
                    self.versions.say(translate("Detail", "Reading the versions…"))
                    self.versions_wanted.emit(record.id)
            case Tab.CONSUMERS:
                self.consumers.show_consumers(record.deliveries, self._consumer)

    def _consumer_chosen(self, consumer: object) -> None:
        if self._record is not None:
            self._consumer = str(consumer)
            self._show()
            self.tabs.setCurrentIndex(Tab.ATTEMPTS)

    def _curl(self, attempt: object) -> None:
        if self._record is not None:
            self.curl_wanted.emit(self._record.id, self._consumer, attempt)

    def _resend(self) -> None:
        if self._record is not None:
            self.resend_wanted.emit(self._record.id, self._consumer)


def why_words(delivery: DeliveryShape) -> str:
    """One sentence on where the delivery stands."""
    if delivery.why and delivery.state != "delivered":
        return shown.line(delivery.why, 600)
    if delivery.state == "delivered":
        answer = "" if delivery.last_status is None else status_word(delivery.last_status)
        at = "" if delivery.settled_at is None else format.instant(delivery.settled_at)
        return translate("Detail", "Delivered at {time}; the target answered {answer}.").format(
            time=at, answer=answer
        )
    return translate("Detail", "State: {state}.").format(state=state_look(delivery.state).word)


def way_words(reason: ReasonShape) -> str:
    """What can be done about it, as a link; "" where nothing is to be done but wait."""
    match reason.kind:
        case "job_paused" | "consumer_paused":
            return translate("Detail", "Let it run again")
        case "job_problem" | "consumer_removed":
            return translate("Detail", "Open the job")
        case "target_problem" | "breaker":
            return translate("Detail", "Look at what fails there")
        case "dead":
            return translate("Detail", "Look at all that failed like this")
        case "earlier_version":
            return translate("Detail", "Show what goes first")
        case "no_node" | "no_lease":
            return translate("Detail", "Look at the nodes")
        case _:
            return ""
