"""The versions of a key, and what differs between two of them, changed paths first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from app import format, shown
from app.models.difference import Change, Difference, Kind
from app.pages.line_list import LINE_PX, LineList
from app.theme import fonts
from app.theme.theme import Theme
from app.theme.tokens import Ink
from app.widgets.basics import PlainLabel, framed
from app.widgets.field_button import FieldButton
from app.widgets.menu import Menu
from app.words import Worded, translate
from engine.api.wire import VersionShape

LINES_AT_MOST = 4
"""Versions seen at once; the list scrolls."""


class VersionsTab(Worded):
    """chosen: the record id of a version to be shown. compare_wanted: two such, older first."""

    chosen = Signal(object)
    compare_wanted = Signal(object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._versions: tuple[VersionShape, ...] = ()
        self._now_shown = 0
        self._pair: tuple[int, int] | None = None
        self.lines = LineList(theme)
        self.other = FieldButton(theme, self._menu)
        self._said = PlainLabel(tone="muted")
        self.difference = DifferenceText(theme)
        self._head = framed("clear")
        self._build()
        self.wording()

    def _build(self) -> None:
        self.lines.chosen.connect(self.chosen)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self.other)
        row.addWidget(self._said, 1)
        self._said.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.lines)
        column.addWidget(framed("line"))
        column.addWidget(self._head)
        column.addWidget(self.difference, 1)
        column.addStretch()
        self._head.hide()
        self.difference.hide()

    def wording(self) -> None:
        self.difference.setAccessibleName(translate("Versions", "What differs"))
        self._show_pair()

    def say(self, words: str) -> None:
        """Instead of versions."""
        self._pair = None
        self.lines.setMaximumHeight(16_777_215)
        self.lines.say(words)
        self._head.hide()
        self.difference.hide()

    def show_versions(self, versions: tuple[VersionShape, ...], now_shown: int) -> None:
        """All versions, newest first; the shown one is compared with the one before it."""
        self._versions, self._now_shown = versions, now_shown
        self.lines.show_versions(versions, now_shown)
        seen = min(len(versions), LINES_AT_MOST)
        self.lines.setFixedHeight(seen * (LINE_PX + 2) + 16)
        several = len(versions) > 1
        self._head.setVisible(several)
        self.difference.setVisible(several)
        self._pair = None
        if several:
            place = next((i for i, v in enumerate(versions) if v.record_id == now_shown), 0)
            neighbour = place + 1 if place + 1 < len(versions) else place - 1
            self._compare_with(versions[neighbour].record_id)

    def show_difference(self, older: int, newer: int, found: Difference) -> None:
        """What differs between these two, if they are still the ones asked for."""
        if self._pair != (older, newer):
            return
        count = len(found.changes)
        if not count:
            words = translate("Versions", "No value differs.")
        elif found.complete:
            words = translate("Versions", "%Ln path(s) differ", "", count)
        else:
            words = translate("Versions", "More than {n} paths differ").format(
                n=format.number(count)
            )
        self._said.setText(words)
        self.difference.show_difference(found)

    def show_no_difference(self, older: int, newer: int, sentence: str) -> None:
        """They cannot be compared, and why."""
        if self._pair == (older, newer):
            self._said.setText(shown.line(sentence))
            self.difference.clear()

    def _compare_with(self, other: int) -> None:
        self._pair = (min(other, self._now_shown), max(other, self._now_shown))
        self._said.setText(translate("Versions", "Comparing…"))
        self.difference.clear()
        self._show_pair()
        self.compare_wanted.emit(*self._pair)

    def _show_pair(self) -> None:
        number = self._number(self._other())
        words = "" if number is None else translate("Versions", "version {n}").format(n=number)
        self.other.show_value(translate("Versions", "Compared with"), words)

    def _other(self) -> int | None:
        if self._pair is None:
            return None
        return next((each for each in self._pair if each != self._now_shown), None)

    def _number(self, record_id: int | None) -> int | None:
        found = (each.version for each in self._versions if each.record_id == record_id)
        return next(found, None)

    def _menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        for version in self._versions:
            if version.record_id != self._now_shown:
                self._entry(menu, version)
        return menu

    def _entry(self, menu: Menu, version: VersionShape) -> None:
        words = translate("Versions", "version {n}").format(n=version.version)
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(version.record_id == self._other())
        action.triggered.connect(lambda: self._compare_with(version.record_id))


class DifferenceText(QPlainTextEdit):
    """Changes as coloured lines of plain text, which can be selected and copied."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._found: Difference | None = None
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(fonts.code_font())
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(16)
        theme.changed.connect(self._draw)

    def show_difference(self, found: Difference) -> None:
        """Show this one instead."""
        self._found = found
        self._draw()

    def clear(self) -> None:
        self._found = None
        super().clear()

    def _draw(self) -> None:
        found = self._found
        if found is None:
            return
        super().clear()
        self._cursor = QTextCursor(self.document())
        self._cursor.beginEditBlock()
        c = self._theme.tokens
        for change in found.changes:
            self._line(change.path or "$", c.text, bold=True)
            self._values(change)
        if found.same:
            self._line("")
            self._line(translate("Versions", "The same in both"), c.muted)
            for change in found.same:
                self._line(f"{change.path}  {change.after}", c.faint)
        self._cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _values(self, change: Change) -> None:
        c = self._theme.tokens
        if change.kind is not Kind.ADDED:
            self._line(f"- {change.before}", ink=c.dead)
        if change.kind is not Kind.REMOVED:
            self._line(f"+ {change.after}", ink=c.delivered)

    def _line(
        self, words: str, colour: str = "", *, ink: Ink | None = None, bold: bool = False
    ) -> None:
        block, text = QTextBlockFormat(), QTextCharFormat()
        if ink is not None:
            block.setBackground(QColor(ink.ground))
        text.setForeground(QColor(ink.on if ink is not None else colour or "black"))
        if bold:
            text.setFontWeight(QFont.Weight.DemiBold)
        if not self._cursor.atStart():
            self._cursor.insertBlock(block)
        else:
            self._cursor.setBlockFormat(block)
        self._cursor.insertText(shown.line(words, 1000), text)
