"""The failures page's right side: one cause, what can be done with it, an example with evidence."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app import format, shown
from app.models.failures import FailureKey, count_word, key_of
from app.models.record_rows import status_word
from app.pages.attempts_tab import AttemptsTab
from app.theme import fonts, tokens
from app.theme.states import outcome_look, state_look
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed
from app.widgets.empty import EmptyState
from app.widgets.flow import FlowLayout
from app.widgets.pill import Pill
from app.words import Worded, translate
from engine.api.wire import FailureGroupShape, RecordShape


class FailureDetail(Worded):
    """record_wanted: the example's id. The other signals: what the buttons say, of this group."""

    resend_wanted = Signal()
    skip_wanted = Signal()
    records_wanted = Signal()
    copy_wanted = Signal()
    export_wanted = Signal()
    record_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.group: FailureGroupShape | None = None
        self._example: RecordShape | None = None
        self._state = Pill(theme)
        self._outcome = Pill(theme)
        self._status = ElidedLabel(tone="muted")
        self._count = PlainLabel(px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold)
        self.sentence = PlainLabel(px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold)
        self._where = ElidedLabel(tone="muted")
        self.sample = PlainLabel(tone="muted")
        self.resend = Button(theme, kind="primary", sign="resend")
        self.skip = Button(theme, sign="state-skipped")
        self.records = Button(theme, sign="records")
        self.copy = Button(theme, kind="ghost", sign="copy")
        self.export = Button(theme, kind="ghost", sign="export")
        self._example_name = PlainLabel(weight=QFont.Weight.DemiBold)
        self.example = Button(theme, kind="link")
        self.attempts = AttemptsTab(theme)
        self._empty = EmptyState(theme, "warning")
        self._build()
        self._wire()
        self.wording()

    def _build(self) -> None:
        whole = QWidget()
        whole.setObjectName("panel")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(16, 14, 16, 12)
        head.setSpacing(8)
        pills = QHBoxLayout()
        pills.setSpacing(8)
        for widget in (self._state, self._outcome, self._status):
            pills.addWidget(widget)
        pills.addStretch(1)
        pills.addWidget(self._count)
        head.addLayout(pills)
        for label in (self.sentence, self.sample):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head.addWidget(self.sentence)
        head.addWidget(self._where)
        head.addWidget(self.sample)
        buttons = FlowLayout()  # large letters take two lines
        for button in (self.copy, self.export):
            button.setFixedSize(fonts.tall(tokens.FIELD_PX), fonts.tall(tokens.FIELD_PX))
        for button in (self.resend, self.skip, self.records, self.copy, self.export):
            buttons.addWidget(button)
        holder = QWidget()
        holder.setObjectName("clear")
        holder.setLayout(buttons)
        head.addSpacing(4)
        head.addWidget(holder)
        column.addLayout(head)
        column.addWidget(framed("line"))
        title = QHBoxLayout()
        title.setContentsMargins(16, 10, 16, 0)
        title.setSpacing(8)
        title.addWidget(self._example_name)
        title.addWidget(self.example)
        title.addStretch(1)
        column.addLayout(title)
        column.addWidget(self.attempts, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)
        self._whole = whole

    def _wire(self) -> None:
        self.resend.clicked.connect(self.resend_wanted)
        self.skip.clicked.connect(self.skip_wanted)
        self.records.clicked.connect(self.records_wanted)
        self.copy.clicked.connect(self.copy_wanted)
        self.export.clicked.connect(self.export_wanted)
        self.example.clicked.connect(self._open_example)

    def wording(self) -> None:
        self.skip.setText(translate("Failures", "Skip…"))
        self.records.setText(translate("Failures", "Records"))
        self.records.setAccessibleName(translate("Failures", "Show the records"))
        self._example_name.setText(translate("Failures", "For example"))
        for button, words in (
            (self.copy, translate("Failures", "Copy as text")),
            (self.export, translate("Failures", "Export the records…")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self._empty.say(translate("Failures", "No cause chosen"), "")

    # ------------------------------------------------------------ showing
    @property
    def key(self) -> FailureKey | None:
        """Which group is shown."""
        return None if self.group is None else key_of(self.group)

    @property
    def example_key(self) -> str:
        """The key of the example's record, as far as it was read."""
        return "" if self._example is None else self._example.key

    def clear(self) -> None:
        """No group."""
        self.group = self._example = None
        self._stack.setCurrentWidget(self._empty)

    def show_group(self, group: FailureGroupShape, now: int) -> None:
        """Show this cause; its example is shown when it has been read."""
        another = self.group is None or key_of(group) != self.key
        self.group = group
        self._state.show_look(state_look(group.state))
        self._outcome.show_look(outcome_look(group.outcome))
        self._status.setText("" if group.status is None else status_word(group.status))
        self._count.setText(count_word(group))
        self._count.set_tone(group.state)
        self.sentence.setText(shown.line(group.sentence))
        self._where.setText(_where(group, now))
        sample = shown.line(group.sample, 600)
        self.sample.setText(sample)
        self.sample.setVisible(bool(sample) and group.sample != group.sentence)
        dead = group.state == "dead"
        self.resend.setText(translate("Failures", "Resend %Ln…", "", group.count))
        self.resend.setVisible(dead)
        self.skip.setToolTip(
            translate("Failures", "They are dealt with: no failure any more, attempts stay")
            if dead
            else translate("Failures", "They are not tried again")
        )
        if another:
            self._example = None
            self.example.setText("")
            self.attempts.show_nothing(translate("Failures", "Reading the example…"))
        self._stack.setCurrentWidget(self._whole)

    def show_example(self, record: RecordShape) -> None:
        """The example's attempts."""
        if self.group is None:
            return
        self._example = record
        self.example.setText(shown.label(record.key, 40))
        self.example.setAccessibleName(
            translate("Failures", "Show record {key}").format(key=shown.line(record.key, 80))
        )
        wanted = self.group.consumer
        found = [each for each in record.deliveries if each.consumer == wanted]
        self.attempts.show_delivery(record, found[0] if found else None)

    def say_example(self, sentence: str) -> None:
        """Why there is no example."""
        self.attempts.show_nothing(sentence)

    def _open_example(self) -> None:
        if self._example is not None:
            self.record_wanted.emit(self._example.id)


def _where(group: FailureGroupShape, now: int) -> str:
    job, consumer = shown.line(group.job, 60), shown.line(group.consumer, 60)
    if group.first_at is None or group.last_at is None:
        return translate("Failures", "{job} → {consumer}").format(job=job, consumer=consumer)
    return translate("Failures", "{job} → {consumer} · first {first} · last {last}").format(
        job=job,
        consumer=consumer,
        first=format.clock(group.first_at, now),
        last=format.clock(group.last_at, now),
    )
