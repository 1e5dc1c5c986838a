"""One field of a form: its name, something to write in, what it is for, and what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel
from app.widgets.field_button import FieldButton
from app.widgets.menu import Menu
from app.words import translate

NAME_PX = 148


class FormRow(QWidget):
    """changed: another value. choices: values and their words, to pick from instead of writing."""

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        name: str,
        *,
        example: str = "",
        why: str = "",
        secret: bool = False,
        choices: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__()
        self.setObjectName("clear")
        self._theme = theme
        self._choices = dict(choices)
        self._picked = ""
        self.line = QLineEdit(self)
        self.pick = FieldButton(theme, self._menu)
        self.pick.setParent(self)
        self.line.setVisible(not choices)
        self.pick.setVisible(bool(choices))
        self.problem = PlainLabel(tone="dead", px=tokens.SMALL_PX)
        self.problem.setWordWrap(True)
        self.problem.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        label = PlainLabel(name, tone="muted", weight=QFont.Weight.Medium)
        label.setFixedWidth(fonts.room(NAME_PX))
        label.setWordWrap(True)
        grid.addWidget(label, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.pick if choices else self.line, 0 if choices else 1)
        if secret:
            row.addWidget(self._eye(theme))
        if choices:
            row.addStretch(1)
        grid.addLayout(row, 0, 1)
        if why:
            words = PlainLabel(why, tone="faint", px=tokens.SMALL_PX)
            words.setWordWrap(True)
            grid.addWidget(words, 1, 1)
        grid.addWidget(self.problem, 2, 1)
        grid.setColumnStretch(1, 1)
        self.line.setAccessibleName(name)
        self.line.setAccessibleDescription(why)
        self.line.setPlaceholderText(example)
        self.line.textChanged.connect(self._text_changed)
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
            self.line.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData)
        if choices:
            self.set_value(choices[0][0])

    @property
    def value(self) -> str:
        return self._picked if self._choices else self.line.text().strip()

    def set_value(self, value: str) -> None:
        """Write it in."""
        if self._choices:
            self._picked = value
            self.pick.show_value("", self._choices[value])
            self.changed.emit()
        else:
            self.line.setText(value)

    def say(self, problem: str) -> None:
        """What is wrong with it; "" for nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.line.setAccessibleDescription(problem)

    def _text_changed(self) -> None:
        self.say("")
        self.changed.emit()

    def _eye(self, theme: Theme) -> Button:
        button = Button(theme, kind="ghost")
        button.setCheckable(True)
        button.setText(translate("Form", "Show"))
        button.toggled.connect(
            lambda on: self.line.setEchoMode(
                QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password
            )
        )
        return button

    def _menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        for choice, words in self._choices.items():
            action = menu.addAction(words.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(choice == self.value)
            action.triggered.connect(lambda _=False, to=choice: self.set_value(to))
        return menu
