"""A dialog with a few named fields: fill in, agree; what is wrong is said in it, not over it.

Opened with ``open()``, never ``exec()``. Not for a question without fields: ``question``.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel, framed, set_property
from app.words import translate

WIDTH_PX = 520
NAME_PX = 116


class FormDialog(QDialog):
    """agreed: the first button was pressed, or Enter. It stays open until ``accept``."""

    agreed = Signal()

    def __init__(self, theme: Theme, parent: QWidget, title: str, yes: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(round(WIDTH_PX * fonts.scale()))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self._note = framed("note")
        self._note.setProperty("state", "dead")
        self._words = PlainLabel()
        self._words.setWordWrap(True)
        self._code = PlainLabel(code=True)
        self._code.setWordWrap(True)
        self._code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        note = QVBoxLayout(self._note)
        note.setContentsMargins(12, 8, 12, 8)
        note.addWidget(self._words)
        note.addWidget(self._code)
        self._note.hide()
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        self.no = Button(theme, translate("Dialog", "Cancel"))
        self.yes = Button(theme, yes, kind="primary")
        self.yes.setDefault(True)
        self.buttons.addWidget(self.no)
        self.buttons.addWidget(self.yes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(14)
        heading = PlainLabel(title, px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold)
        heading.setWordWrap(True)
        layout.addWidget(heading)
        layout.addLayout(self._rows)
        layout.addWidget(self._note)
        layout.addLayout(self.buttons)
        self.yes.clicked.connect(self.agreed)
        self.no.clicked.connect(self.reject)

    @property
    def words(self) -> str:
        """What the note says, for tests and screen readers; "" for none."""
        return self._words.text() if self._note.isVisibleTo(self) else ""

    def add_row(self, name: str, widget: QWidget, hint: str = "") -> None:
        """A named field, with a faint sentence below it."""
        label = PlainLabel(name, tone="muted")
        label.setFixedWidth(round(NAME_PX * fonts.scale()))
        label.setFixedHeight(fonts.tall(tokens.FIELD_PX))
        widget.setAccessibleName(name)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(widget)
        if hint:
            below = PlainLabel(hint, tone="faint", px=tokens.SMALL_PX)
            below.setWordWrap(True)
            column.addWidget(below)
        row.addLayout(column, 1)
        self._rows.addLayout(row)

    def add_line(
        self, name: str, text: str = "", *, hint: str = "", secret: bool = False
    ) -> QLineEdit:
        """A line to type in; of a secret only dots are seen."""
        line = QLineEdit(text)
        if secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        self.add_row(name, line, hint)
        return line

    def say(self, sentence: str, hint: str = "", state: str = "dead", code: str = "") -> None:
        """What is wrong, or (another state) what to know; the dialog can be used again.

        code: stands below, in the code font, to be selected and compared.
        """
        set_property(self._note, "state", state)
        for label in (self._words, self._code):
            label.style().unpolish(label)
            label.style().polish(label)
        self._code.setText(code)
        self._code.setVisible(bool(code))
        self._words.setText(f"{sentence} {hint}".strip())
        self._note.show()
        self.yes.setEnabled(True)
        self.adjustSize()

    def wait(self, words: str) -> None:
        """While it is being done."""
        self.say(words, state="accent")
        self.yes.setEnabled(False)

    def clear(self) -> None:
        """Nothing to say."""
        self._note.hide()
        self.yes.setEnabled(True)
        self.adjustSize()
