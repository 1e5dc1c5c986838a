"""The whole document as YAML, to read, paste and edit; both sides follow each other."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from app import shown
from app.models.job_text import as_yaml
from app.pages.editor.context import EditorContext
from app.theme import fonts
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel, framed, set_property
from app.words import translate

TYPING_MS = 400
PAD_PX = 10
_PLACE = re.compile(r"line (\d+), column (\d+)")


class _Colours(QSyntaxHighlighter):
    """Names of fields, comments and expressions."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        theme.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        c = self._theme.tokens
        for pattern, ink in (
            (r"^\s*(?:- )*[\w.-]+(?=:(\s|$))", c.pending.on),
            (r"(?<!\$)\$\{[^}]*\}?", c.accent.on),
            (r"(?:^|\s)#.*$", c.faint),
        ):
            look = QTextCharFormat()
            look.setForeground(QColor(ink))
            for match in re.finditer(pattern, text):
                self.setFormat(match.start(), match.end() - match.start(), look)


class YamlView(QWidget):
    """text_typed: the text, a moment after the last key. copied: it was put on the clipboard."""

    text_typed = Signal(str)
    copied = Signal()

    def __init__(self, context: EditorContext) -> None:
        super().__init__()
        self.setObjectName("surface")
        self._context = context
        self._showing = False
        self._pending = False
        self.edit = QPlainTextEdit()
        self.edit.setFont(fonts.code_font())
        self.edit.setFrameShape(QFrame.Shape.NoFrame)
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.edit.document().setDocumentMargin(PAD_PX)
        self.edit.setTabChangesFocus(True)
        self.edit.setAccessibleName(translate("Editor", "The document as YAML"))
        self._colours = _Colours(self.edit.document(), context.theme)
        self._frame = framed("field")
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.edit)
        self._words = PlainLabel(tone="muted")
        self._words.setWordWrap(True)
        self.copy = Button(context.theme, translate("Editor", "Copy"), sign="copy")
        head = QHBoxLayout()
        head.addWidget(self._words, 1)
        head.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 24)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._frame, 1)
        self._text = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(self._typed)
        self.edit.textChanged.connect(self._changed)
        self.copy.clicked.connect(self._copy)
        self._say_help()

    # ------------------------------------------------------------ showing
    def refresh(self, *, came: bool = False) -> None:
        """Show the draft, unless somebody writes here just now. came: the view was just shown."""
        if self._pending or not (came or self.isVisible()):
            return
        text = as_yaml([self._context.draft.document])
        if text != self.edit.toPlainText() and (came or not self.edit.hasFocus()):
            self._showing = True
            self.edit.setPlainText(text)
            self._showing = False
            self.edit.setExtraSelections([])
            self._say_help()

    def leave(self) -> None:
        """Another part is shown: what was written is taken now, if it is not yet."""
        if self._timer.isActive():
            self._timer.stop()
            self._typed()

    def taken(self) -> None:
        """The draft is what the text says."""
        self._pending = False
        self.edit.setExtraSelections([])
        set_property(self._frame, "wrong", False)
        self._say_help()

    def refuse(self, sentence: str, path: str) -> None:
        """The text is no document: say why, and where if ``path`` tells a line."""
        self._pending = False
        set_property(self._frame, "wrong", True)
        place = _PLACE.search(path)
        where = f"{path}: " if path else ""
        self._words.setText(shown.line(f"{where}{sentence}"))
        self._words.set_tone("dead")
        if place is not None:
            self._mark(int(place[1]))

    @property
    def words(self) -> str:
        return self._words.text()

    def _say_help(self) -> None:
        self._words.set_tone("muted")
        self._words.setText(
            translate(
                "Editor",
                "The same document as the forms show. What you change here shows there, and the "
                "other way round; fields the node does not know are kept and named as problems.",
            )
        )

    def _mark(self, line: int) -> None:
        block = self.edit.document().findBlockByNumber(line - 1)
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        mark = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(QColor(self._context.theme.tokens.dead.on))
        mark.format = look
        mark.cursor = cursor
        self.edit.setExtraSelections([mark])

    # ------------------------------------------------------------ writing
    def _changed(self) -> None:
        """Told of new colours too: only another text was written by somebody."""
        before, self._text = self._text, self.edit.toPlainText()
        if not self._showing and self._text != before:
            self._pending = True
            self._timer.start()

    def _typed(self) -> None:
        self.text_typed.emit(self.edit.toPlainText())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.edit.toPlainText())
        self.copied.emit()
