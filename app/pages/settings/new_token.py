"""The dialog of a new token: name, scope, end; then its text, once, to be copied."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from app.pages.settings.tokens import scope_word
from app.theme.theme import Theme
from app.widgets.basics import Button
from app.widgets.form_dialog import FormDialog
from app.words import translate
from engine.api.wire import ScopeWord

SCOPES: tuple[ScopeWord, ...] = ("read", "operate", "admin")
DAY_S = 86_400
ENDS_DAYS = (7, 30, 90, 365, 0)
"""0: it never ends."""
DEFAULT_DAYS = 90


class NewTokenDialog(FormDialog):
    """copy_wanted: the token's text."""

    copy_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(
            theme, parent, translate("Tokens", "New token"), translate("Tokens", "Make it")
        )
        self._theme = theme
        self._text = ""
        self.name = self.add_line(
            translate("Tokens", "Name"),
            hint=translate("Tokens", "Whose it is: it stands in the audit beside every change."),
        )
        self._scopes = self._choice(
            translate("Tokens", "It may"), [scope_word(each) for each in SCOPES], 0
        )
        self._ends = self._choice(
            translate("Tokens", "It holds"),
            [
                translate("Tokens", "{n} d").format(n=days)
                if days
                else translate("Tokens", "for ever")
                for days in ENDS_DAYS
            ],
            ENDS_DAYS.index(DEFAULT_DAYS),
        )
        self.copy = Button(theme, translate("Tokens", "Copy"), sign="copy")
        self.copy.hide()
        self.copy.clicked.connect(self._copy)
        self.buttons.insertWidget(1, self.copy)
        self.name.setFocus()

    @property
    def scope(self) -> ScopeWord:
        """What it may do."""
        return SCOPES[self._scopes.checkedId()]

    @property
    def expires_s(self) -> int | None:
        """How long it holds, None for ever."""
        return ENDS_DAYS[self._ends.checkedId()] * DAY_S or None

    def show_token(self, text: str) -> None:
        """It was made: show it this once."""
        self._text = text
        self.say(
            translate("Tokens", "Copy it now: it is not shown again."),
            state="delivered",
            code=text,
        )
        self.yes.hide()
        self.copy.show()
        self.copy.setFocus()
        self.no.setText(translate("Tokens", "Close"))

    def _copy(self) -> None:
        self.copy_wanted.emit(self._text)
        self.copy.setText(translate("Tokens", "Copied"))

    def _choice(self, name: str, words: list[str], chosen: int) -> QButtonGroup:
        holder = QWidget()
        holder.setObjectName("clear")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        group = QButtonGroup(self)
        for number, each in enumerate(words):
            button = Button(self._theme, each)
            button.setCheckable(True)
            button.setChecked(number == chosen)
            group.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self.add_row(name, holder)
        return group
