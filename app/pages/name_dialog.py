"""Asks for a name: one line and two buttons."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.theme.theme import Theme
from app.widgets.question import Question

LONGEST_NAME = 60


class NameDialog(Question):
    """named: what was typed, without the space around it. Opened with ``open()``."""

    named = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, title: str, sentence: str, yes: str) -> None:
        super().__init__(theme, parent)
        self.field = QLineEdit()
        self.field.setMaxLength(LONGEST_NAME)
        self.field.setAccessibleName(title)
        self.field.textChanged.connect(self._typed)
        self.add_field(self.field)
        self.ask(title, sentence, yes)
        self.yes.setDefault(True)
        self.agreed.connect(self._choose)
        self.field.setFocus()
        self._typed()

    def _typed(self) -> None:
        self.yes.setEnabled(bool(self.field.text().strip()))

    def _choose(self) -> None:
        self.named.emit(self.field.text().strip())
        self.accept()
