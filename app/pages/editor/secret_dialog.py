"""Sets a secret right where it is needed. Its value is written once and never shown again."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel
from app.words import translate

NAME = re.compile(r"[\w.-]{1,100}")


class SecretDialog(QDialog):
    """given: name and value. It stays open until the node has taken it: ``done`` or ``refuse``."""

    given = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(440)
        title = translate("Editor", "Set a secret")
        self.setWindowTitle(title)
        sentence = PlainLabel(
            translate(
                "Editor",
                "The node keeps it encrypted. It stands in no document, export or log, and is "
                "never shown again.",
            ),
            tone="muted",
        )
        sentence.setWordWrap(True)
        self.name = QLineEdit(name)
        self.name.setFont(fonts.code_font())
        self.name.setPlaceholderText("shop-token")
        self.name.setAccessibleName(translate("Editor", "Name of the secret"))
        self.value = QLineEdit()
        self.value.setEchoMode(QLineEdit.EchoMode.Password)
        self.value.setAccessibleName(translate("Editor", "Value of the secret"))
        self._problem = PlainLabel(tone="dead")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.no = Button(theme, translate("Editor", "Cancel"))
        self.yes = Button(theme, translate("Editor", "Set it"), kind="primary")
        self.yes.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(8)
        column.addWidget(PlainLabel(title, px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold))
        column.addWidget(sentence)
        for words, edit in (
            (translate("Editor", "Name"), self.name),
            (translate("Editor", "Value"), self.value),
        ):
            column.addWidget(PlainLabel(words, tone="muted", px=tokens.SMALL_PX))
            column.addWidget(edit)
            edit.textChanged.connect(self._look)
            edit.returnPressed.connect(self._give)
        column.addWidget(self._problem)
        column.addSpacing(4)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        column.addLayout(row)
        self.no.clicked.connect(self.reject)
        self.yes.clicked.connect(self._give)
        (self.value if name else self.name).setFocus()
        self._look()

    @property
    def problem(self) -> str:
        return self._problem.text() if self._problem.isVisibleTo(self) else ""

    def refuse(self, sentence: str) -> None:
        """The node did not take it: say why, and let it be tried again."""
        self._say(sentence)
        self._look()

    def _look(self) -> None:
        name = self.name.text().strip()
        fits = NAME.fullmatch(name) is not None
        self.yes.setEnabled(fits and bool(self.value.text()))
        if name and not fits:
            self._say(translate("Editor", "A name has letters, digits, dots, - and _ only."))
        elif self.sender() is not None:
            self._say("")

    def _give(self) -> None:
        if self.yes.isEnabled():
            self.yes.setEnabled(False)
            self.given.emit(self.name.text().strip(), self.value.text())

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
