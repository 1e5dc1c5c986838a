"""The editor's part of the top bar: where one is, what is not saved, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import shown
from app.theme import tokens
from app.theme.states import Look
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel
from app.widgets.pill import Pill
from app.words import translate


class EditorHeading(QWidget):
    """``Jobs ›``, the name, and how many changes are not saved. back_wanted: to the list."""

    back_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("clear")
        self.back = Button(theme, translate("Editor", "Jobs ›"), kind="ghost")
        self.back.setAccessibleName(translate("Editor", "Back to all jobs"))
        self._name = ElidedLabel(px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold)
        self._pill = Pill(theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self._name)
        row.addWidget(self._pill)
        row.addStretch(1)
        self.back.clicked.connect(self.back_wanted)

    @property
    def words(self) -> str:
        return f"{self._name.text()} {self._pill.look.word}".strip()

    def show_job(self, name: str, *, new: bool, changed: int) -> None:
        """changed: fields that are not saved yet; 0 for none."""
        words = shown.line(name, 60) or translate("Editor", "New job")
        self._name.setText(words)
        if new:
            self._pill.show_look(Look(translate("Editor", "not saved yet"), "", "pending"))
        else:
            said = translate("Editor", "%Ln change(s) not saved", "", changed)
            self._pill.show_look(Look(said, "", "pending"))
        self._pill.setVisible(new or changed > 0)


class EditorTools(QWidget):
    """Undo, redo, paste, the difference, save."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("clear")
        self.undo = Button(theme, kind="ghost", sign="undo")
        self.redo = Button(theme, kind="ghost", sign="redo")
        for button, words in (
            (self.undo, translate("Editor", "Undo")),
            (self.redo, translate("Editor", "Redo")),
        ):
            button.setAccessibleName(words)
            button.setToolTip(words)
        self.paste = Button(theme, translate("Editor", "Paste cURL or sample…"))
        self.changes = Button(theme, translate("Editor", "Show changes"))
        self.save = Button(theme, translate("Editor", "Save and run"), kind="primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for each in (self.undo, self.redo, self.paste, self.changes, self.save):
            row.addWidget(each)

    def show_state(self, *, undo: bool, redo: bool, changed: bool, new: bool) -> None:
        """Which of them can be done now."""
        self.undo.setEnabled(undo)
        self.redo.setEnabled(redo)
        self.changes.setVisible(not new)
        self.changes.setEnabled(changed)
        self.save.setEnabled(changed or new)
