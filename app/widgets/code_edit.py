"""An editor for an expression or a text with ``${…}``: colours, completion, mistake underlined.

As high as its text needs, up to a few lines; Shift+Enter makes a new line, Ctrl+Space offers what
may come next. What may come next is asked of ``completer``; it knows nothing of documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QTextEdit

from app.models.completion import Completion, Suggestion
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import ElidedLabel, set_property
from app.widgets.suggestions import SuggestionPopup

LINES_AT_MOST = 8
PAD_PX = 6
_TOKEN = re.compile(
    r"(?P<text>\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*'?)"
    r"|(?P<number>\b\d+(?:\.\d+)?\b)|(?P<word>\b(?:true|false|null|in)\b)"
    r"|(?P<call>\b[A-Za-z_]\w*(?=\())|(?P<name>(?<![\w.])[A-Za-z_]\w*)"
)
Completer = Callable[[str, int], Completion]


class Colours(QSyntaxHighlighter):
    """template: only what stands in ``${…}`` is an expression."""

    def __init__(self, document: QTextDocument, theme: Theme, *, template: bool) -> None:
        super().__init__(document)
        self._theme = theme
        self._template = template
        theme.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        if not self._template:
            self._expression(text, 0, len(text))
            return
        for match in re.finditer(r"(?<!\$)\$\{([^}]*)\}?", text):
            self._paint(match.start(), match.end() - match.start(), self._theme.tokens.accent.on)

    def _expression(self, text: str, start: int, end: int) -> None:
        c = self._theme.tokens
        inks = {
            "text": c.delivered.on,
            "number": c.pending.on,
            "word": c.unknown.on,
            "call": c.unknown.on,
            "name": c.accent.on,
        }
        for match in _TOKEN.finditer(text, start, end):
            assert match.lastgroup is not None
            self._paint(match.start(), match.end() - match.start(), inks[match.lastgroup])

    def _paint(self, start: int, length: int, ink: str) -> None:
        look = QTextCharFormat()
        look.setForeground(QColor(ink))
        self.setFormat(start, length, look)


class CodeEdit(QPlainTextEdit):
    """typed: the text, each time somebody changed it."""

    typed = Signal(str)

    def __init__(self, theme: Theme, *, template: bool, lines: int = 1) -> None:
        super().__init__()
        self._theme = theme
        self._lines = lines
        self._showing = False
        self._text = ""
        self.completer: Completer = lambda text, at: Completion(at)
        self.setFont(fonts.code_font())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(PAD_PX)
        self._colours = Colours(self.document(), theme, template=template)
        self._suggestions: SuggestionPopup | None = None
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        self.fit()

    def show_text(self, text: str) -> None:
        """Show this text; the cursor stays where it is if the text is the same."""
        if text != self.toPlainText():
            self._showing = True
            self.setPlainText(text)
            self._showing = False

    def underline(self, line: int, column: int) -> None:
        """Mark the word at this place, counted from 1; line 0: nothing is marked."""
        if line == 0:
            self.setExtraSelections([])
            return
        block = self.document().findBlockByNumber(line - 1)
        length = max(len(block.text()), 0)
        first = min(column - 1, max(length - 1, 0))
        word = re.compile(r"\w+|\W").match(block.text(), first)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + first)
        end = block.position() + (word.end() if word is not None else first)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        mark = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(QColor(self._theme.tokens.dead.on))
        mark.format = look
        mark.cursor = cursor
        self.setExtraSelections([mark])

    @property
    def marked(self) -> str:
        """What is underlined, for tests."""
        return "".join(each.cursor.selectedText() for each in self.extraSelections())

    def fit(self) -> None:
        """As high as its lines."""
        lines = round(self.document().size().height())
        shown = min(max(lines, self._lines), LINES_AT_MOST)
        height = shown * self.fontMetrics().lineSpacing() + 2 * PAD_PX
        self.setFixedHeight(max(height, fonts.tall(tokens.FIELD_PX) - 2))
        on = Qt.ScrollBarPolicy.ScrollBarAsNeeded
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(on if lines > LINES_AT_MOST else off)

    # ------------------------------------------------------------ typing
    def _changed(self) -> None:
        """Told of new colours too: only another text was written by somebody."""
        before, self._text = self._text, self.toPlainText()
        if not self._showing and self._text != before:
            self.typed.emit(self._text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self._suggestions
        if popup is not None and popup.isVisible() and popup.takes(event):
            return
        key = event.key()
        plain = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self._lines == 1:
            self.focusNextChild()
            return
        if key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.offer()
            return
        super().keyPressEvent(event)
        if event.text() and (event.text().isalnum() or event.text() in "._{"):
            self.offer()
        elif event.text() or key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._hide_suggestions()

    def offer(self) -> None:
        """Show what may come next."""
        completion = self.completer(self.toPlainText(), self.textCursor().position())
        self.popup.show_all(completion.suggestions, self.cursorRect().bottomLeft())

    @property
    def popup(self) -> SuggestionPopup:
        """The list of what may come next, made when it is first wanted."""
        if self._suggestions is None:
            self._suggestions = SuggestionPopup(self._theme, self)
            self._suggestions.taken.connect(self._take)
        return self._suggestions

    def _hide_suggestions(self) -> None:
        if self._suggestions is not None:
            self._suggestions.hide()

    def _take(self, suggestion: Suggestion) -> None:
        cursor = self.textCursor()
        at = cursor.position()
        completion = self.completer(self.toPlainText(), at)
        cursor.setPosition(completion.start)
        cursor.setPosition(at, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(suggestion.text)
        cursor.movePosition(
            QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.MoveAnchor, suggestion.back
        )
        self.setTextCursor(cursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hide_suggestions()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.fit()


class CodeFrame(QFrame):
    """The editor in a field's frame, with a faint note on its right."""

    def __init__(self, edit: CodeEdit) -> None:
        super().__init__()
        self.setProperty("kind", "field")
        self.edit = edit
        self.note = ElidedLabel(tone="faint", px=tokens.SMALL_PX, code=True)
        self.note.setContentsMargins(0, 0, 7, 0)
        self.note.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 0, 3, 0)
        row.setSpacing(4)
        row.addWidget(edit, 1)
        row.addWidget(self.note)
        edit.installEventFilter(self)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            set_property(self, "lit", event.type() is QEvent.Type.FocusIn)
        return False

    def say(self, note: str, tone: str = "faint") -> None:
        """A word on what it finds in the sample."""
        self.note.setText(note)
        self.note.set_tone(tone)
        self.note.setVisible(bool(note))
