"""The records page's filter bar: job, consumer, state, time, key, follow."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app import format, shown
from app.models.record_filter import RecordFilter
from app.theme import fonts, tokens
from app.theme.states import STATES, state_look
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed
from app.widgets.field_button import FieldButton
from app.widgets.lamp import Lamp
from app.widgets.menu import Menu
from app.words import Worded, translate

TYPING_MS = 250
LASTS_S = (300, 3600, 86400, 604800)


class FilterBar(Worded):
    """changed: the filter that was set. follow_changed: new records shall come in by themselves."""

    changed = Signal(object)
    follow_changed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._filter = RecordFilter()
        self._jobs: dict[str, tuple[str, ...]] = {}
        self.job = FieldButton(theme, self._job_menu)
        self.consumer = FieldButton(theme, self._consumer_menu)
        self.state = FieldButton(theme, self._state_menu)
        self.time = FieldButton(theme, self._time_menu)
        self.key = QLineEdit()
        self._key_name = PlainLabel(tone="faint")
        self.clear = Button(theme, kind="ghost", sign="close")
        self._cause = ElidedLabel()
        self.all_causes = Button(theme, kind="link", sign="close", px=12)
        self.follow = Button(theme)
        self._follow_lamp = Lamp(theme, "skipped", "ring")
        self._follow_words = PlainLabel()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._build()
        self._wire()
        self.wording()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 10, 20, 10)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._build_cause())
        for button in (self.job, self.consumer, self.state, self.time):
            row.addWidget(button)
        field = QFrame()
        field.setProperty("kind", "card")
        field.setFixedHeight(tokens.FIELD_PX)
        inner = QHBoxLayout(field)
        inner.setContentsMargins(10, 0, 4, 0)
        inner.setSpacing(8)
        self.key.setProperty("kind", "bare")
        self.key.setFont(fonts.code_font())
        inner.addWidget(self._key_name)
        inner.addWidget(self.key, 1)
        row.addWidget(field, 1)
        self.clear.setFixedSize(tokens.FIELD_PX, tokens.FIELD_PX)
        row.addWidget(self.clear)
        self.follow.setCheckable(True)
        inside = QHBoxLayout(self.follow)
        inside.setContentsMargins(10, 0, 12, 0)
        inside.setSpacing(6)
        for part in (self._follow_lamp, self._follow_words):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inside.addWidget(part)
        row.addWidget(self.follow)

    def _build_cause(self) -> QWidget:
        """The line that says which failures only; there only when it is so."""
        note = framed("note", self)
        note.setProperty("state", "dead")
        line = QHBoxLayout(note)
        line.setContentsMargins(10, 2, 4, 2)
        line.setSpacing(8)
        line.addWidget(self._cause)
        line.addStretch(1)
        line.addWidget(self.all_causes)
        note.hide()
        self._cause_line = note
        return note

    def _wire(self) -> None:
        self.all_causes.clicked.connect(
            lambda: self.set_filter(replace(self._filter, cause="", cause_sentence=""))
        )
        self.key.textChanged.connect(lambda: self._typing.start())
        self.key.returnPressed.connect(self._key_typed)
        self._typing.timeout.connect(self._key_typed)
        self.clear.clicked.connect(lambda: self.set_filter(RecordFilter()))
        self.follow.toggled.connect(self._follow_toggled)

    def wording(self) -> None:
        self._key_name.setText(translate("Filter", "Key"))
        self.key.setPlaceholderText(translate("Filter", "starts with…"))
        self.key.setAccessibleName(translate("Filter", "Key starts with"))
        self.clear.setAccessibleName(translate("Filter", "Clear the filter"))
        self.clear.setToolTip(translate("Filter", "Clear the filter"))
        self.all_causes.setText(translate("Filter", "All causes"))
        self._follow_words.setText(translate("Filter", "Follow"))
        self.follow.setAccessibleName(translate("Filter", "Follow"))
        self.follow.setToolTip(translate("Filter", "New records come in at the top by themselves"))
        words = self._follow_words.sizeHint().width() + self._follow_lamp.width() + 30
        self.follow.setFixedWidth(words)
        self._show()

    # ------------------------------------------------------------ state
    @property
    def filter(self) -> RecordFilter:
        return self._filter

    def set_filter(self, wanted: RecordFilter) -> None:
        """Set it; tells ``changed`` when it is another."""
        if wanted.job and wanted.consumer not in ("", *self._jobs.get(wanted.job, ())):
            known = wanted.job in self._jobs
            wanted = replace(wanted, consumer="") if known else wanted
        if wanted == self._filter:
            return
        self._filter = wanted
        if self.key.text() != wanted.key:
            self.key.blockSignals(True)
            self.key.setText(wanted.key)
            self.key.blockSignals(False)
        self._typing.stop()
        self._show()
        self.changed.emit(wanted)

    def show_jobs(self, jobs: dict[str, tuple[str, ...]]) -> None:
        """The jobs and their consumers that can be chosen."""
        self._jobs = jobs

    def _show(self) -> None:
        chosen = self._filter
        self.job.show_value(translate("Filter", "Job"), chosen.job or translate("Filter", "any"))
        self.consumer.show_value(
            translate("Filter", "Consumer"), chosen.consumer or translate("Filter", "any")
        )
        pills = tuple(state_look(state) for state in STATES if state in chosen.states)
        self.state.show_value(
            translate("Filter", "State"), "" if pills else translate("Filter", "any"), pills
        )
        self.time.show_value("", self._time_words())
        cause = translate("Filter", "Only the cause: {sentence}").format(
            sentence=shown.line(chosen.cause_sentence)
        )
        self._cause.setText(cause)
        self._cause.setToolTip(shown.tip(cause))
        self._cause_line.setVisible(bool(chosen.cause))
        self.clear.setEnabled(not chosen.empty)
        self.clear.setVisible(not chosen.empty)

    def _time_words(self) -> str:
        chosen = self._filter
        if chosen.last_s is not None:
            return last_words(chosen.last_s)
        if chosen.since is not None and chosen.until is not None:
            since, until = (format.clock(at, chosen.until) for at in (chosen.since, chosen.until))
            return f"{since} – {until}"
        return translate("Filter", "Any time")

    def _key_typed(self) -> None:
        self.set_filter(replace(self._filter, key=self.key.text().strip()))

    def _follow_toggled(self, on: bool) -> None:
        self._follow_lamp.show_light("delivered" if on else "skipped", "disc" if on else "ring")
        self._follow_words.set_tone("accent" if on else "")
        self.follow_changed.emit(on)

    # ------------------------------------------------------------ menus
    def _entry(self, menu: Menu, words: str, chosen: bool, wanted: RecordFilter) -> None:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda: self.set_filter(wanted))

    def _job_menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        chosen = self._filter.job
        self._entry(
            menu,
            translate("Filter", "Any job"),
            not chosen,
            replace(self._filter, job="", consumer=""),
        )
        menu.addSeparator()
        for job in self._jobs:
            self._entry(
                menu,
                shown.label(job),
                job == chosen,
                replace(self._filter, job=job, consumer=""),
            )
        return menu

    def _consumer_menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        chosen = self._filter.consumer
        self._entry(
            menu,
            translate("Filter", "Any consumer"),
            not chosen,
            replace(self._filter, consumer=""),
        )
        menu.addSeparator()
        job = self._filter.job
        lists = [self._jobs.get(job, ())] if job else list(self._jobs.values())
        for consumer in dict.fromkeys(name for names in lists for name in names):
            self._entry(
                menu,
                shown.label(consumer),
                consumer == chosen,
                replace(self._filter, consumer=consumer),
            )
        return menu

    def _state_menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        chosen = self._filter.states
        self._entry(
            menu,
            translate("Filter", "Any state"),
            not chosen,
            replace(self._filter, states=()),
        )
        for words, states in (
            (translate("Filter", "Unsynced"), ("sending", "pending", "retrying")),
            (translate("Filter", "Failed"), ("dead",)),
        ):
            self._entry(
                menu,
                words,
                set(chosen) == set(states),
                replace(self._filter, states=_ordered(states)),
            )
        menu.addSeparator()
        for state in STATES:
            self._entry(
                menu,
                state_look(state).word,
                state in chosen,
                replace(self._filter, states=_toggled(chosen, state)),
            )
        return menu

    def _time_menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        chosen = self._filter
        self._entry(
            menu,
            translate("Filter", "Any time"),
            chosen.last_s is None and chosen.since is None,
            replace(chosen, last_s=None, since=None, until=None),
        )
        for last_s in LASTS_S:
            self._entry(
                menu,
                last_words(last_s),
                chosen.last_s == last_s,
                replace(chosen, last_s=last_s, since=None, until=None),
            )
        return menu


def last_words(last_s: int) -> str:
    """The name of a time span that ends now."""
    match last_s:
        case 300:
            return translate("Filter", "Last 5 min")
        case 3600:
            return translate("Filter", "Last hour")
        case 86400:
            return translate("Filter", "Last 24 h")
        case 604800:
            return translate("Filter", "Last 7 d")
        case _:
            return translate("Filter", "Last {time}").format(time=format.span(last_s))


def _ordered(states: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(state for state in STATES if state in states)


def _toggled(states: tuple[str, ...], state: str) -> tuple[str, ...]:
    if state in states:
        return tuple(each for each in states if each != state)
    return _ordered((*states, state))
