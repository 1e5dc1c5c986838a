"""The form of one alert channel: its name, its kind, and the fields the kind declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout

from app.theme import tokens
from app.theme.theme import Theme
from app.widgets import layouts
from app.widgets.basics import Button, PlainLabel
from app.widgets.flow import FlowLayout
from app.widgets.form_row import FormRow
from app.words import translate
from engine.api.wire import ChannelKindShape, ProblemShape


class ChannelForm(QFrame):
    """save_wanted: name, kind, fields, whether to test it at once. closed: it went away."""

    save_wanted = Signal(str, str, dict, bool)
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = theme
        self._kinds: dict[str, ChannelKindShape] = {}
        self._group = QButtonGroup(self)
        self._title = PlainLabel(weight=QFont.Weight.DemiBold)
        self._help = PlainLabel(tone="muted", px=tokens.SMALL_PX)
        self._help.setWordWrap(True)
        self.name = FormRow(
            theme,
            translate("Channels", "Name"),
            example="ops-dingtalk",
            why=translate("Channels", "By this name a job's alert rules call it."),
        )
        self.rows: dict[str, FormRow] = {}
        self.problem = PlainLabel(tone="dead")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.test = Button(theme, kind="primary")
        self.save = Button(theme)
        self.cancel = Button(theme, kind="ghost")
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(self._title)
        self._kind_row = FlowLayout()
        column.addLayout(self._kind_row)
        column.addWidget(self._help)
        column.addWidget(self.name)
        self._fields = QVBoxLayout()
        self._fields.setSpacing(12)
        column.addLayout(self._fields)
        column.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.test)
        buttons.addWidget(self.save)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.test.setText(translate("Channels", "Save and send a test"))
        self.save.setText(translate("Channels", "Save"))
        self.cancel.setText(translate("Channels", "Cancel"))
        self.test.clicked.connect(lambda: self._save(test=True))
        self.save.clicked.connect(lambda: self._save(test=False))
        self.cancel.clicked.connect(self.close_form)
        self._group.idClicked.connect(self._kind_chosen)

    # ------------------------------------------------------------ kinds
    def show_kinds(self, kinds: Sequence[ChannelKindShape]) -> None:
        """The kinds that can be chosen, in this order."""
        if list(kinds) == list(self._kinds.values()):
            return
        self._kinds = {kind.kind: kind for kind in kinds}
        layouts.clear(self._kind_row)
        for number, kind in enumerate(kinds):
            button = Button(self._theme, kind.label.replace("&", "&&"))
            button.setCheckable(True)
            self._group.addButton(button, number)
            self._kind_row.addWidget(button)
        if kinds:
            self._group.button(0).setChecked(True)
            self._show_fields(kinds[0])

    @property
    def kind(self) -> str:
        """The kind that is chosen."""
        return list(self._kinds)[self._group.checkedId()]

    def choose_kind(self, kind: str) -> None:
        """Choose a kind."""
        place = list(self._kinds).index(kind)
        self._group.button(place).setChecked(True)
        self._kind_chosen(place)

    def _kind_chosen(self, place: int) -> None:
        self._show_fields(list(self._kinds.values())[place])
        self.say((), "")

    def _show_fields(self, kind: ChannelKindShape) -> None:
        before = {name: row.value for name, row in self.rows.items()}
        layouts.clear(self._fields)
        self.rows = {}
        self._help.setText(kind.help)
        self._help.setVisible(bool(kind.help))
        for field in kind.fields:
            name = field.label
            choices = tuple((choice, choice_name(field.name, choice)) for choice in field.choices)
            if choices and not field.required:
                choices = (("", translate("Channels", "left out")), *choices)
            elif not field.required:
                name = translate("Channels", "{name} (may be empty)").format(name=field.label)
            row = FormRow(
                self._theme,
                name,
                example=field.example,
                why=field.help,
                secret=field.secret,
                choices=choices,
            )
            value = before.get(field.name) or field.default
            if value and (not field.choices or value in field.choices):
                row.set_value(value)
            self.rows[field.name] = row
            self._fields.addWidget(row)

    # ------------------------------------------------------------ open, save, close
    def open(self, name: str) -> None:
        """A new channel, or another content for the one of that name."""
        self.name.set_value(name)
        self.name.line.setReadOnly(bool(name))
        self._title.setText(
            translate("Channels", "Change {name}: its address is written anew").format(name=name)
            if name
            else translate("Channels", "New channel")
        )
        for row in self.rows.values():
            row.line.clear()
        self.say((), "")
        self.set_busy(False)
        self.show()
        first = next(iter(self.rows.values()), None)
        (first.line if name and first is not None else self.name.line).setFocus()

    def close_form(self) -> None:
        """It goes away; what was typed is forgotten."""
        for row in self.rows.values():
            row.line.clear()
        self.hide()
        self.closed.emit()

    def set_busy(self, busy: bool) -> None:
        """It is being saved."""
        for button in (self.test, self.save):
            button.setEnabled(not busy)

    def say(self, problems: Sequence[ProblemShape], sentence: str) -> None:
        """What is wrong: at the fields where it is known, else below them."""
        for row in (self.name, *self.rows.values()):
            row.say("")
        rest = [sentence] if sentence and not problems else []
        for problem in problems:
            words = f"{problem.sentence} {problem.hint}".strip()
            field = problem.path.rsplit(".", 1)[-1]
            row_of = self.name if field == "name" else self.rows.get(field)
            if row_of is None:
                rest.append(words)
            else:
                row_of.say(words)
        self.problem.setText(" ".join(rest))
        self.problem.setVisible(bool(rest))
        self.set_busy(False)

    def _missing(self) -> Mapping[str, FormRow]:
        kind = self._kinds[self.kind]
        needed = {field.name for field in kind.fields if field.required and not field.choices}
        empty = {name: row for name, row in self.rows.items() if name in needed and not row.value}
        return {**({} if self.name.value else {"name": self.name}), **empty}

    def _save(self, *, test: bool) -> None:
        missing = self._missing()
        if missing:
            for row in missing.values():
                row.say(translate("Channels", "Please fill this in."))
            next(iter(missing.values())).line.setFocus()
            return
        fields = {name: row.value for name, row in self.rows.items() if row.value}
        self.set_busy(True)
        self.save_wanted.emit(self.name.value, self.kind, fields, test)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.close_form()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.test.isEnabled():
                self._save(test=True)
            case _:
                super().keyPressEvent(event)


def choice_name(field: str, choice: str) -> str:
    """A choice in words: languages by their own names, other choices as the node tells them."""
    match field, choice:
        case "language", "en":
            return "English"
        case "language", "zh" | "zh_CN" | "zh-CN":
            return "简体中文"
        case _:
            return choice
