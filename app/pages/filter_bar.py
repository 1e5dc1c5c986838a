"""The records page's filter bar: job, consumer, state, time, key, expression, follow.

Below it, where there is something to say: the cause that is filtered by, a mistake in the
expression, how far a search has looked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app import format, shown
from app.models.record_filter import RecordFilter
from app.pages.filter_menus import FilterMenus, last_words, states_words
from app.pages.name_dialog import NameDialog
from app.pages.range_dialog import RangeDialog
from app.theme import fonts, tokens
from app.theme.states import STATES, state_look
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed, set_property
from app.widgets.field_button import FieldButton
from app.widgets.lamp import Lamp
from app.widgets.menu import Menu
from app.words import Worded, translate

TYPING_MS = 250
LEAST_FIELD_PX = 128
ONE_LINE_PX = 1200
"""From this width on, at 100 %, everything stands in one line."""
PILLS_AT_MOST = 2


class FilterBar(Worded):
    """changed: the filter that was set. follow_changed: new records shall come in by themselves.
    stop_wanted, go_on_wanted: of a search. saved_wanted, forget_wanted: a saved filter's name;
    save_wanted: a name for this one.
    """

    changed = Signal(object)
    follow_changed = Signal(bool)
    stop_wanted = Signal()
    go_on_wanted = Signal()
    save_wanted = Signal(str)
    saved_wanted = Signal(str)
    forget_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._filter = RecordFilter()
        self._jobs: dict[str, tuple[str, ...]] = {}
        self._saved: tuple[str, ...] = ()
        self._now = 0
        self.menus = FilterMenus(theme, self)
        self.job = FieldButton(theme, self.menus.job)
        self.consumer = FieldButton(theme, self.menus.consumer)
        self.state = FieldButton(theme, self.menus.state)
        self.time = FieldButton(theme, self.menus.time)
        self.key, self.expression = QLineEdit(), QLineEdit()
        self._key_name, self._expression_name = PlainLabel(tone="faint"), PlainLabel(tone="faint")
        self.exact = Button(theme, kind="ghost")
        self.clear = Button(theme, kind="ghost", sign="close")
        self.saved = Button(theme, kind="ghost", sign="bookmark")
        self.follow = Button(theme)
        self._follow_lamp = Lamp(theme, "skipped", "ring")
        self._follow_words = PlainLabel()
        self._expression_frame = QFrame()
        self._cause = ElidedLabel()
        self.all_causes = Button(theme, kind="link", sign="close", px=12)
        self._said = ElidedLabel(tone="muted")
        self.stop, self.go_on = Button(theme, kind="link"), Button(theme, kind="link")
        self._below = QWidget()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._build()
        self._wire()
        self.wording()

    # ------------------------------------------------------------ building
    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 10, 20, 10)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        for button in (self.job, self.consumer, self.state, self.time):
            row.addWidget(button)
        key = self._key_frame = QFrame()
        row.addWidget(self._field(key, self._key_name, self.key, self.exact), 5)
        self._field(self._expression_frame, self._expression_name, self.expression)
        row.addWidget(self._expression_frame, 6)
        self._row = row
        self.exact.setCheckable(True)
        self.exact.setProperty("small", True)
        self.exact.setFixedSize(fonts.room(24), fonts.room(22))
        self.exact.setText("=")
        for tool in (self.clear, self.saved):
            tool.setFixedSize(fonts.tall(tokens.FIELD_PX), fonts.tall(tokens.FIELD_PX))
            row.addWidget(tool)
        self.follow.setCheckable(True)
        inside = QHBoxLayout(self.follow)
        inside.setContentsMargins(10, 0, 12, 0)
        inside.setSpacing(6)
        for part in (self._follow_lamp, self._follow_words):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inside.addWidget(part)
        row.addWidget(self.follow)
        self._second = QHBoxLayout()
        column.addLayout(self._second)
        column.addWidget(self._build_cause())
        self._build_below(column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where one line has no room, what is typed gets a line of its own."""
        super().resizeEvent(event)
        in_first = self._row.indexOf(self._expression_frame) >= 0
        fits = self.width() >= fonts.room(ONE_LINE_PX)
        for place, frame in ((4, self._key_frame), (5, self._expression_frame)):
            if fits and not in_first:
                self._row.insertWidget(place, frame, place + 1)
            elif in_first and not fits:
                self._second.addWidget(frame, place + 1)

    def _build_below(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout(self._below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self._said)
        row.addWidget(self.stop)
        row.addWidget(self.go_on)
        self._below.setFixedHeight(fonts.room(22))
        self._below.hide()
        column.addWidget(self._below)
        for part in (self.stop, self.go_on):
            part.hide()

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

    def _field(self, frame: QFrame, name: PlainLabel, field: QLineEdit, *more: QWidget) -> QFrame:
        frame.setProperty("kind", "card")
        frame.setFixedHeight(fonts.tall(tokens.FIELD_PX))
        frame.setMinimumWidth(fonts.room(LEAST_FIELD_PX))
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(10, 0, 4, 0)
        inner.setSpacing(8)
        field.setProperty("kind", "bare")
        field.setFont(fonts.code_font())
        inner.addWidget(name)
        inner.addWidget(field, 1)
        for part in more:
            inner.addWidget(part)
        return frame

    def _wire(self) -> None:
        self.menus.wanted.connect(self.set_filter)
        self.menus.range_wanted.connect(self._ask_range)
        self.menus.save_wanted.connect(self._ask_name)
        self.menus.saved_wanted.connect(self.saved_wanted)
        self.menus.forget_wanted.connect(self.forget_wanted)
        self.key.textChanged.connect(lambda: self._typing.start())
        self.key.returnPressed.connect(self._typed)
        self.expression.returnPressed.connect(self._typed)
        self.expression.editingFinished.connect(self._typed)
        self._typing.timeout.connect(self._key_typed)
        self.exact.toggled.connect(
            lambda on: self.set_filter(replace(self._filter, exact=on, key=self._key_text()))
        )
        self.clear.clicked.connect(lambda: self.set_filter(RecordFilter()))
        self.saved.clicked.connect(self._open_saved)
        self.all_causes.clicked.connect(
            lambda: self.set_filter(replace(self._filter, cause="", cause_sentence=""))
        )
        self.follow.toggled.connect(self._follow_toggled)
        self.stop.clicked.connect(self.stop_wanted)
        self.go_on.clicked.connect(self.go_on_wanted)

    def wording(self) -> None:
        self._key_name.setText(translate("Filter", "Key"))
        self._expression_name.setText(translate("Filter", "Expression"))
        self.expression.setPlaceholderText("record.amount > 1000")
        self.expression.setAccessibleName(translate("Filter", "Expression over the record"))
        tip = translate("Filter", "A CEL expression over record and key; Enter searches")
        self.expression.setToolTip(shown.tip(tip))
        for button, words in (
            (self.exact, translate("Filter", "The whole key, not its beginning")),
            (self.clear, translate("Filter", "Clear the filter")),
            (self.saved, translate("Filter", "Saved filters")),
        ):
            button.setAccessibleName(words)
            button.setToolTip(words)
        self.all_causes.setText(translate("Filter", "All causes"))
        self._follow_words.setText(translate("Filter", "Follow"))
        self.follow.setAccessibleName(translate("Filter", "Follow"))
        self.follow.setToolTip(translate("Filter", "New records come in at the top by themselves"))
        words_px = self._follow_words.sizeHint().width() + self._follow_lamp.width() + 30
        self.follow.setFixedWidth(words_px)
        self.stop.setText(translate("Filter", "Stop"))
        self.go_on.setText(translate("Filter", "Go on"))
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
        for field, text in ((self.key, wanted.key), (self.expression, wanted.expression)):
            if field.text().strip() != text:
                field.blockSignals(True)
                field.setText(text)
                field.setCursorPosition(0)
                field.blockSignals(False)
        self._typing.stop()
        self.show_problem("")
        self._show()
        self.changed.emit(wanted)

    def show_jobs(self, jobs: dict[str, tuple[str, ...]]) -> None:
        """The jobs and their consumers that can be chosen."""
        self._jobs = jobs
        self.menus.take(self._filter, jobs)

    def show_saved(self, names: Sequence[str]) -> None:
        """The names under which filters were saved."""
        self._saved = tuple(names)

    def tick(self, now: int) -> None:
        """The node's time, UTC ms."""
        self._now = now

    def show_problem(self, sentence: str) -> None:
        """What is wrong with the expression; "" for nothing."""
        set_property(self._expression_frame, "wrong", bool(sentence))
        self._say(shown.line(sentence, 200), "dead" if sentence else "muted")

    def show_scan(self, scanned: int, *, running: bool, more: bool) -> None:
        """How many records a search has looked at; more: it did not come to the end."""
        if not running and not more:
            self._say("", "muted")
            return
        words = translate("Filter", "%Ln record(s) scanned", "", scanned)
        self._say(words, "muted", stop=running, go_on=not running)

    def _say(self, words: str, tone: str, *, stop: bool = False, go_on: bool = False) -> None:
        self._said.set_tone(tone)
        self._said.setText(words)
        self._said.setToolTip(shown.tip(words))
        self._said.setVisible(bool(words))
        self.stop.setVisible(stop)
        self.go_on.setVisible(go_on)
        self._below.setVisible(bool(words))

    @property
    def said(self) -> str:
        """The words below the bar."""
        return self._said.text()

    def _show(self) -> None:
        chosen = self._filter
        self.menus.take(chosen, self._jobs)
        self.job.show_value(translate("Filter", "Job"), chosen.job or translate("Filter", "any"))
        self.consumer.show_value(
            translate("Filter", "Consumer"), chosen.consumer or translate("Filter", "any")
        )
        pills = tuple(state_look(state) for state in STATES if state in chosen.states)
        few = pills if len(pills) <= PILLS_AT_MOST else ()
        self.state.show_value(
            translate("Filter", "State"), "" if few else states_words(chosen.states), few
        )
        self.time.show_value("", self._time_words())
        self.clear.setEnabled(not chosen.empty)
        self.clear.setVisible(not chosen.empty)
        self._show_key(chosen)
        cause = translate("Filter", "Only the cause: {sentence}").format(
            sentence=shown.line(chosen.cause_sentence)
        )
        self._cause.setText(cause)
        self._cause.setToolTip(shown.tip(cause))
        self._cause_line.setVisible(bool(chosen.cause))

    def _show_key(self, chosen: RecordFilter) -> None:
        self.exact.blockSignals(True)
        self.exact.setChecked(chosen.exact)
        self.exact.blockSignals(False)
        if chosen.exact:
            self.key.setPlaceholderText(translate("Filter", "is exactly…"))
            self.key.setAccessibleName(translate("Filter", "The whole key"))
        else:
            self.key.setPlaceholderText(translate("Filter", "starts with…"))
            self.key.setAccessibleName(translate("Filter", "Key starts with"))

    def _time_words(self) -> str:
        chosen = self._filter
        if chosen.last_s is not None:
            return last_words(chosen.last_s)
        since, until = chosen.since, chosen.until
        now = self._now or until or since or 0
        if since is not None and until is not None:
            return f"{format.clock(since, now)} – {format.clock(until, now)}"
        if since is not None:
            return translate("Filter", "From {time}").format(time=format.clock(since, now))
        if until is not None:
            return translate("Filter", "Until {time}").format(time=format.clock(until, now))
        return translate("Filter", "Any time")

    # ------------------------------------------------------------ wishes
    def _key_text(self) -> str:
        return self.key.text().strip()

    def _key_typed(self) -> None:
        self.set_filter(replace(self._filter, key=self._key_text()))

    def _typed(self) -> None:
        expression = self.expression.text().strip()
        self.set_filter(replace(self._filter, key=self._key_text(), expression=expression))

    def _follow_toggled(self, on: bool) -> None:
        self.show_following(on, paused=False)
        self.follow_changed.emit(on)

    def show_following(self, on: bool, *, paused: bool) -> None:
        """The light of the button: on, or held while somebody reads further down."""
        if paused and on:
            self._follow_lamp.show_light("retrying", "ring")
        else:
            self._follow_lamp.show_light("delivered" if on else "skipped", "disc" if on else "ring")
        self._follow_words.set_tone("accent" if on else "")

    def _ask_range(self) -> None:
        chosen = self._filter
        dialog = RangeDialog(self._theme, self.window(), chosen.since, chosen.until, self._now)
        dialog.chosen.connect(self._range_chosen)
        dialog.open()

    def _range_chosen(self, since: object, until: object) -> None:
        assert isinstance(since, int | None)
        assert isinstance(until, int | None)
        self.set_filter(replace(self._filter, last_s=None, since=since, until=until))

    def _ask_name(self) -> None:
        dialog = NameDialog(
            self._theme,
            self.window(),
            translate("Filter", "Save this filter"),
            translate("Filter", "It is kept on this computer, under this name."),
            translate("Filter", "Save"),
        )
        dialog.named.connect(self.save_wanted)
        dialog.open()

    def _open_saved(self) -> None:
        menu = self.saved_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.saved.mapToGlobal(self.saved.rect().bottomLeft()))

    def saved_menu(self) -> Menu:
        """The saved filters, as a menu."""
        return self.menus.saved(self._saved)
