"""Settings, Channels: where alerts are told, a form for each kind, and a test in one click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import format, shown
from app.pages.settings.channel_form import ChannelForm
from app.pages.settings.section import Section
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets import layouts
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed
from app.widgets.lamp import Lamp
from app.words import translate
from engine.api.wire import ChannelKindShape, SecretShape


class ChannelLine(QWidget):
    """One channel. Signals: its name."""

    test_wanted = Signal(str)
    change_wanted = Signal(str)
    delete_wanted = Signal(str)

    def __init__(self, theme: Theme, channel: SecretShape, now: int) -> None:
        super().__init__()
        self.setObjectName("clear")
        self.name = channel.name
        self._theme = theme
        self.test = Button(theme)
        self.change = Button(theme)
        self.delete = Button(theme, kind="ghost", sign="trash")
        self._lamp = Lamp(theme, "skipped", "ring")
        self.result = PlainLabel(tone="muted", px=tokens.SMALL_PX)
        self.result.setWordWrap(True)
        self._result_line = QWidget()
        self._result_line.setObjectName("clear")
        self._build(channel, now)

    def _build(self, channel: SecretShape, now: int) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        name = ElidedLabel(shown.line(channel.name, 80), weight=QFont.Weight.DemiBold)
        row.addWidget(name)
        changed = translate("Channels", "changed {time}").format(
            time=format.clock(channel.updated_at, now)
        )
        row.addWidget(PlainLabel(changed, tone="faint", px=tokens.SMALL_PX))
        row.addStretch(1)
        self.test.setText(translate("Channels", "Send a test"))
        self.change.setText(translate("Channels", "Change…"))
        words = translate("Channels", "Delete channel {name}…").format(
            name=shown.line(channel.name, 80)
        )
        self.delete.setToolTip(shown.tip(words))
        self.delete.setAccessibleName(words)
        self.delete.setFixedSize(fonts.tall(tokens.FIELD_PX), fonts.tall(tokens.FIELD_PX))
        for button in (self.test, self.change, self.delete):
            row.addWidget(button)
        column.addLayout(row)
        inner = QHBoxLayout(self._result_line)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addWidget(self._lamp)
        inner.addWidget(self.result, 1)
        column.addWidget(self._result_line)
        self._result_line.hide()
        self.test.clicked.connect(lambda: self.test_wanted.emit(self.name))
        self.change.clicked.connect(lambda: self.change_wanted.emit(self.name))
        self.delete.clicked.connect(lambda: self.delete_wanted.emit(self.name))

    def say(self, words: str, ink: str, shape: str) -> None:
        """What came of the test."""
        self._lamp.show_light(ink, shape)
        self.result.setText(words)
        self._result_line.show()

    def set_busy(self, busy: bool) -> None:
        """A test is under way."""
        self.test.setEnabled(not busy)


class ChannelsSection(Section):
    """save_wanted: name, kind, fields, whether to test it. The others: a name."""

    save_wanted = Signal(str, str, dict, bool)
    test_wanted = Signal(str)
    delete_wanted = Signal(str)
    reload_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            translate("Channels", "Alert channels"),
            translate("Channels", "Where alerts are told. The alert rules of a job name them."),
        )
        self._lines: dict[str, ChannelLine] = {}
        self._shown: tuple[SecretShape, ...] | None = None
        self.new = Button(theme, kind="primary", sign="plus")
        self.new.setText(translate("Channels", "New channel"))
        self.new.setEnabled(False)  # until the kinds are known
        self.tools.addWidget(self.new)
        self.form = ChannelForm(theme)
        self.form.hide()
        self.body.addWidget(self.form)
        self._list = framed("card")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(16, 14, 16, 14)
        self._column.setSpacing(12)
        self.body.addWidget(self._list)
        self.again = Button(theme, sign="refresh")
        self.again.setText(translate("Channels", "Try again"))
        retry = QHBoxLayout()
        retry.addWidget(self.again)
        retry.addStretch(1)
        self.body.addLayout(retry)
        self.again.hide()
        self.new.clicked.connect(lambda: self._open_form(""))
        self.form.save_wanted.connect(self.save_wanted)
        self.form.closed.connect(self._form_closed)
        self.again.clicked.connect(self.reload_wanted)
        self._say(translate("Channels", "Reading…"))

    # ------------------------------------------------------------ showing
    def show_kinds(self, kinds: Sequence[ChannelKindShape]) -> None:
        """The kinds that can be chosen."""
        self.form.show_kinds(kinds)
        self.new.setEnabled(bool(kinds) and not self.form.isVisible())

    def show_channels(self, channels: Sequence[SecretShape], now: int) -> None:
        """The channels there are, by name."""
        if tuple(channels) == self._shown:
            return
        self._shown = tuple(channels)
        self._clear()
        if not channels:
            self._say(
                translate("Channels", "No channel yet. Make one, and name it in a job's alerts.")
            )
            return
        for place, channel in enumerate(channels):
            if place:
                self._column.addWidget(framed("faint-line"))
            line = ChannelLine(self.theme, channel, now)
            line.test_wanted.connect(self.test_wanted)
            line.change_wanted.connect(self._open_form)
            line.delete_wanted.connect(self.delete_wanted)
            self._lines[channel.name] = line
            self._column.addWidget(line)

    def show_problem(self, sentence: str, hint: str) -> None:
        """They could not be read."""
        self._shown = None
        self._clear()
        self._say(f"{sentence} {hint}".strip())
        self.again.show()

    def line(self, name: str) -> ChannelLine | None:
        """The line of that channel."""
        return self._lines.get(name)

    def first_focus(self) -> QWidget:
        return self.new

    def _open_form(self, name: str) -> None:
        self.form.open(name)
        self.new.setEnabled(False)

    def _form_closed(self) -> None:
        self.new.setEnabled(True)
        self.new.setFocus()

    def _say(self, words: str) -> None:
        label = PlainLabel(words, tone="muted")
        label.setWordWrap(True)
        self._column.addWidget(label)

    def _clear(self) -> None:
        self._lines.clear()
        self.again.hide()
        layouts.clear(self._column)
