"""Paste a cURL command or a sample answer: what it says about the job, each part with its reason.

Shows and tells wishes; the node makes the proposals (``flows.editor_tests``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from app.models.proposed import all_changes, waiting
from app.pages.editor.pane import SIDE_PX, Note, Pane
from app.pages.editor.proposal_list import ProposalList
from app.theme import fonts
from app.theme.states import Look
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel, framed
from app.words import translate
from engine.api.wire import FoundSecretShape, ProposeShape

TYPED_MS = 400
TEXT_CAP = 4_000_000
EDIT_PX = 148


class PastePane(Pane):
    """text_given: a text to be looked at. accepted: changes, and whether to go on by asking.

    For which side it is, is the flow's to know: ``show_side`` says it in words.
    """

    text_given = Signal(str)
    accepted = Signal(object, bool)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.edit = _PasteEdit()
        self.note = Note()
        self.secret_note = Note("accent")
        self.list = ProposalList(theme)
        self.accept_all = Button(theme, kind="primary")
        self.accept_only = Button(theme)
        self.found: ProposeShape | None = None
        self._document: dict[str, Any] = {}
        self._target = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(TYPED_MS)
        self._build()
        self.show_side(target=False)

    def _build(self) -> None:
        self.hint = PlainLabel(tone="muted")
        self.hint.setWordWrap(True)
        self.hint.setContentsMargins(SIDE_PX, 12, SIDE_PX, 8)
        frame = framed("code")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.edit)
        holder = QVBoxLayout()
        holder.setContentsMargins(SIDE_PX, 0, SIDE_PX, 0)
        holder.addWidget(frame)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        content = QWidget()
        content.setObjectName("clear")
        below = QVBoxLayout(content)
        below.setContentsMargins(0, 8, 0, 8)
        below.setSpacing(0)
        below.addWidget(self.list)
        below.addStretch(1)
        scroll.setWidget(content)
        self.foot = framed("clear")
        buttons = QHBoxLayout(self.foot)
        buttons.setContentsMargins(SIDE_PX, 10, SIDE_PX, 12)
        buttons.setSpacing(8)
        buttons.addWidget(self.accept_all)
        buttons.addWidget(self.accept_only)
        buttons.addStretch(1)
        self.line = framed("line")
        for part in (self.hint,):
            self.column.addWidget(part)
        self.column.addLayout(holder)
        self.column.addWidget(self.note)
        self.column.addWidget(self.secret_note)
        self.column.addWidget(scroll, 1)
        self.column.addWidget(self.line)
        self.column.addWidget(self.foot)
        self.edit.pasted.connect(self._give)
        self.edit.textChanged.connect(self._later.start)
        self.edit.accepted.connect(self._accept_by_key)
        self._later.timeout.connect(self._give)
        self.list.accepted.connect(lambda changes: self.accepted.emit(changes, False))
        self.accept_all.clicked.connect(lambda: self._accept(go_on=True))
        self.accept_only.clicked.connect(lambda: self._accept(go_on=False))
        self._show_foot(0)

    def show_side(self, *, target: bool) -> None:
        """Whether the text is of a target; else it is of the source."""
        self._target = target
        self.title.setText(translate("Paste", "Command or sample"))
        if target:
            self.hint.setText(
                translate(
                    "Paste",
                    "A cURL command that hands one record to the target, from its documentation, "
                    "Postman or a browser. Its fields are mapped from the source's sample.",
                )
            )
        else:
            self.hint.setText(
                translate(
                    "Paste",
                    "A cURL command that asks the source, from its documentation, Postman or a "
                    "browser; or an answer of it. The form fills itself in.",
                )
            )
        self.edit.setAccessibleName(self.title.text())
        self.edit.setPlaceholderText("curl 'https://…")

    @property
    def text(self) -> str:
        return self.edit.toPlainText()

    def clear(self) -> None:
        """As if nothing had been pasted."""
        self.edit.blockSignals(True)
        self.edit.clear()
        self.edit.blockSignals(False)
        self._later.stop()
        self._forget()

    def show_found(self, found: ProposeShape, document: Mapping[str, Any]) -> None:
        """What the text says about this document."""
        self.found = found
        self._document = dict(document)
        self.note.say(" ".join(found.notes))
        self.secret_note.say(_secrets(found.secrets), "accent")
        self.list.show_proposals(found.proposals)
        self._show_foot(self.list.show_document(document))
        what = (
            translate("Paste", "a cURL command")
            if found.what == "command"
            else translate("Paste", "an answer")
        )
        self.show_pill(Look(what, "state-delivered", "delivered"))

    def show_document(self, document: Mapping[str, Any]) -> None:
        """The document changed: what is taken, is marked."""
        self._document = dict(document)
        if self.found is not None:
            self._show_foot(self.list.show_document(document))

    def show_problem(self, sentence: str, hint: str) -> None:
        """The text says nothing."""
        self._forget()
        self.note.say(f"{sentence} {hint}".strip(), "dead")

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if not self.text:
            self.edit.setFocus()

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self._later.stop()

    def _give(self) -> None:
        self._later.stop()
        text = self.text
        if text.strip():
            self.text_given.emit(text)
        else:
            self._forget()

    def _forget(self) -> None:
        self.found = None
        self.note.say("")
        self.secret_note.say("")
        self.list.show_proposals(())
        self.show_pill(None)
        self._show_foot(0)

    def _accept_by_key(self) -> None:
        if self.accept_all.isVisible():
            self._accept(go_on=True)

    def _accept(self, *, go_on: bool) -> None:
        if self.found is not None:
            left = waiting(self._document, self.found.proposals)
            self.accepted.emit(all_changes(left), go_on)

    def _show_foot(self, left: int) -> None:
        found = self.found is not None
        self.foot.setVisible(found)
        self.line.setVisible(found)
        command = found and self.found is not None and self.found.what == "command"
        self.accept_only.setVisible(command and left > 0)
        self.accept_only.setText(translate("Paste", "Accept all"))
        if command and self._target:
            words = translate("Paste", "Accept all and show the request")
        elif command:
            words = translate("Paste", "Accept all and test pull")
        else:
            words = translate("Paste", "Accept all")
        self.accept_all.setText(words)
        self.accept_all.setToolTip("Ctrl+Enter")
        self.accept_all.setEnabled(command or left > 0)


class _PasteEdit(QPlainTextEdit):
    """pasted: a text came in whole. accepted: Ctrl+Enter."""

    pasted = Signal()
    accepted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFont(fonts.code_font())
        self.setFixedHeight(EDIT_PX)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(8)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """A paste replaces what stood there: one text at a time is looked at."""
        text = source.text()[:TEXT_CAP]
        if text.strip():
            self.selectAll()
            self.insertPlainText(text)
            self.pasted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
            return
        super().keyPressEvent(event)


def _secrets(secrets: Sequence[FoundSecretShape]) -> str:
    words = []
    for secret in secrets:
        if secret.empty:
            told = translate(
                "Paste",
                "The secret {name} is a placeholder in this text: set its value afterwards.",
            )
        elif secret.kept:
            told = translate("Paste", "The secret {name} is stored already, with this value.")
        else:
            told = translate(
                "Paste",
                "The secret is stored as {name} when you accept; the document names it only.",
            )
        words.append(told.format(name=secret.name))
    return " ".join(words)
