"""Text of records and targets in the code font: plain, read only, as high as it needs to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from app import shown
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed
from app.words import translate

LINES_AT_MOST = 22
LONGEST_LINE = 2000
"""Characters; longer lines are broken, since laying out one of 256 K would hold up the window."""
PAD_PX = 10
HEAD_PX = 28


_LONG = re.compile(f"([^\n]{{{LONGEST_LINE}}})(?!\n)")


class CodeText(QPlainTextEdit):
    """lines_at_most: higher than that it scrolls; None: it fills what room there is."""

    def __init__(self, lines_at_most: int | None = LINES_AT_MOST, pad_px: int = PAD_PX) -> None:
        super().__init__()
        self._lines_at_most = lines_at_most
        self._pad_px = pad_px
        self.setReadOnly(True)
        self.setFont(fonts.code_font())
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(pad_px)
        self.setUndoRedoEnabled(False)

    def show_text(self, text: str) -> None:
        """Show it escaped and capped; says so when something is left out."""
        left_out = shown.hidden(text)
        words = _LONG.sub(r"\1\n", shown.block(text))
        if left_out:
            words += "\n" + translate("Code", "… %Ln more character(s)", "", left_out)
        self.setPlainText(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.verticalScrollBar()
        if bar.maximum() == 0:
            event.ignore()  # let the page scroll
            return
        super().wheelEvent(event)

    def _fit(self) -> None:
        if self._lines_at_most is None:
            return
        lines = max(1, round(self.document().size().height()))
        shown_lines = min(lines, self._lines_at_most)
        height = shown_lines * self.fontMetrics().lineSpacing() + 2 * self._pad_px + 2
        if height != self.height():
            self.setFixedHeight(height)
        scrolls = lines > self._lines_at_most
        wanted = (
            Qt.ScrollBarPolicy.ScrollBarAsNeeded
            if scrolls
            else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        if self.verticalScrollBarPolicy() is not wanted:
            self.setVerticalScrollBarPolicy(wanted)


@dataclass(frozen=True, slots=True)
class BlockAction:
    """A small button in a block's heading."""

    sign: str
    name: str
    run: Callable[[], None]


class CodeBlocks(QFrame):
    """Blocks of text under headings, in one frame: a request and its answer."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("kind", "code")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)

    def add_block(
        self, title: str, facts: str, text: str, actions: tuple[BlockAction, ...] = ()
    ) -> None:
        """A heading with facts and buttons on its right, and the text below."""
        head = framed("code-head")
        row = QHBoxLayout(head)
        row.setContentsMargins(10, 2, 4 if actions else 10, 2)
        row.setSpacing(4)
        head.setMinimumHeight(HEAD_PX)
        row.addWidget(PlainLabel(title, tone="muted", px=tokens.CODE_PX, code=True))
        row.addStretch(1)
        row.addWidget(ElidedLabel(facts, tone="faint", px=tokens.CODE_PX, code=True))
        for action in actions:
            button = Button(self._theme, kind="ghost", sign=action.sign, px=14)
            button.setProperty("small", True)
            button.setFixedSize(24, 22)
            button.setAccessibleName(action.name)
            button.setToolTip(action.name)
            button.clicked.connect(action.run)
            row.addWidget(button)
        self._column.addWidget(head)
        if text:
            code = CodeText()
            code.show_text(text)
            code.setAccessibleName(title)
            self._column.addWidget(code)
