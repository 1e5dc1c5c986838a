"""Finds what should not be seen in a window: words that are cut off, and words left in English.

Only the console's own words count: what came from records, targets and people may be long and in
any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QTableView,
    QWidget,
)

from app.widgets.basics import ElidedLabel
from app.widgets.help_pane import HelpPane
from app.words import Language
from engine.language.pattern import Pattern, pattern
from tests.gui import catalogue
from tests.unit.language import sentences

SLACK_PX = 1
HEAD_PX = 18
"""Around the words of a column's head."""
MOST_ROWS = 60
LEAST_LETTERS = 6
"""A template with fewer fixed letters fits any text."""
_LONE = re.compile(r"[A-Za-z]{2}")


# ------------------------------------------------------------ cut off
def cut_off(root: QWidget) -> Iterator[str]:
    """What has less room than its own words need, and what sticks out of its parent."""
    covered = any(pane.isVisible() for pane in root.findChildren(HelpPane))
    for widget in (root, *root.findChildren(QWidget)):
        if widget.isVisible() and not widget.visibleRegion().isEmpty():
            yield from _cut(widget)
        elif covered or not widget.isVisible():
            continue
        elif _has_words(widget) and not _in_scroll_area(widget, root):
            yield f"{_told(widget)} is hidden by what stands around it"


def _cut(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel():
            yield from _cut_label(widget)
        case QAbstractButton():
            if widget.text() and widget.sizeHint().width() > widget.width() + SLACK_PX:
                yield f"{_told(widget)} needs {widget.sizeHint().width()}, has {widget.width()} px"
        case QTabBar():
            for at in range(widget.count()):
                wanted = widget.tabSizeHint(at).width()
                if widget.isTabVisible(at) and wanted > widget.tabRect(at).width() + SLACK_PX:
                    yield f"tab {widget.tabText(at)!r} is cut"
        case QHeaderView():
            yield from _cut_header(widget)
        case QComboBox():
            yield from _cut_line(widget, widget.currentText(), 30)
        case QLineEdit():
            if not widget.text():
                yield from _cut_line(widget, widget.placeholderText(), 6)


def _cut_label(label: QLabel) -> Iterator[str]:
    text, box = label.text(), label.contentsRect()
    if not text or (isinstance(label, ElidedLabel) and text not in _ours()[0]):
        return
    if label.wordWrap():
        wanted = label.heightForWidth(label.width())
        if wanted > label.height() + SLACK_PX:
            yield f"{_told(label)} needs {wanted}, has {label.height()} px of height"
        return
    lines = text.split("\n")
    wanted = max(label.fontMetrics().horizontalAdvance(line) for line in lines)
    if wanted > box.width() + SLACK_PX:
        yield f"{_told(label)} needs {wanted}, has {box.width()} px"
    if label.fontMetrics().height() * len(lines) > label.height() + 3:
        yield f"{_told(label)} is not high enough"


def _cut_header(header: QHeaderView) -> Iterator[str]:
    model = header.model()
    if model is None or header.orientation() is not Qt.Orientation.Horizontal:
        return
    for column in range(header.count()):
        text = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        wanted = header.fontMetrics().horizontalAdvance(text) + HEAD_PX
        room = header.sectionSize(column)
        if text and not header.isSectionHidden(column) and wanted > room:
            yield f"column {text!r} needs {wanted}, has {room} px"


def _cut_line(widget: QWidget, text: str, around_px: int) -> Iterator[str]:
    wanted = widget.fontMetrics().horizontalAdvance(text) + around_px
    if text and is_ours(text) and wanted > widget.width() + SLACK_PX:
        yield f"{text!r} in {type(widget).__name__} needs {wanted}, has {widget.width()} px"


def _has_words(widget: QWidget) -> bool:
    match widget:
        case QLabel() | QAbstractButton():
            return bool(widget.text())
        case _:
            return False


def _in_scroll_area(widget: QWidget, root: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and parent is not root:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def outside(root: QWidget) -> Iterator[str]:
    """Words that begin or end beyond the window."""
    whole = QRect(QPoint(0, 0), root.size())
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and _has_words(widget) and not _in_scroll_area(widget, root):
            place = QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())
            if not whole.contains(place):
                yield f"{_told(widget)} stands outside of the window"


# ------------------------------------------------------------ left in English
def in_english(root: QWidget) -> Iterator[str]:
    """Words that the catalogues have in Chinese and that are shown in English."""
    for where, text in words(root):
        if is_english(text):
            yield f"{where}: {text!r}"


def is_english(text: str) -> bool:
    """Whether this is a text of the console or a sentence of the engine, untranslated.

    A single small word may be anybody's: a node is called test.
    """
    if text.isalpha() and text.islower():
        return False
    plain = text.replace("\u2068", "").replace("\u2069", "").strip()
    if not _LONE.search(plain):
        return False
    exact, patterns = _english()
    return plain in exact or any(each.match(plain) is not None for each in patterns)


def words(root: QWidget) -> Iterator[tuple[str, str]]:
    """Every text a visible widget shows or tells, and where."""
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisible():
            continue
        name = type(widget).__name__
        yield f"{name}'s tooltip", widget.toolTip()
        yield f"{name}'s accessible name", widget.accessibleName()
        yield f"{name}'s accessible description", widget.accessibleDescription()
        for action in widget.actions():
            yield f"{name}'s action", action.text().replace("&", "")
        match widget:
            case QLabel() | QAbstractButton():
                yield name, widget.text().replace("&", "")
            case QLineEdit():
                yield name, widget.placeholderText()
            case QComboBox():
                yield from ((name, widget.itemText(at)) for at in range(widget.count()))
            case QTabBar():
                yield from ((name, widget.tabText(at)) for at in range(widget.count()))
            case QMenu():
                yield name, widget.title()
            case QAbstractItemView():
                model = widget.model()
                if model is not None:
                    yield from _cells(model, isinstance(widget, QTableView))


def _cells(model: QAbstractItemModel, headed: bool) -> Iterator[tuple[str, str]]:
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
    for column in range(columns):
        if headed:
            head = model.headerData(column, Qt.Orientation.Horizontal)
            yield "column", str(head or "")
        for row in range(min(model.rowCount(QModelIndex()), MOST_ROWS)):
            index = model.index(row, column)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                value = model.data(index, role)
                if isinstance(value, str):
                    yield "cell", value


def is_ours(text: str) -> bool:
    """Whether the console wrote this text, in either language."""
    exact, patterns = _ours()
    return text in exact or any(each.match(text) is not None for each in patterns)


@lru_cache
def _english() -> tuple[frozenset[str], tuple[Pattern, ...]]:
    of_console = catalogue.held(Language.CHINESE)
    texts = {entry.text: forms[0] for entry, forms in of_console.items()}
    of_engine = sentences.held(Language.CHINESE).items()
    texts |= {english: other for english, other in of_engine if english not in sentences.WORDS}
    return _sorted_out([english for english, other in texts.items() if other != english])


@lru_cache
def _ours() -> tuple[frozenset[str], tuple[Pattern, ...]]:
    of_console = catalogue.held(Language.CHINESE)
    return _sorted_out(
        [text for entry, forms in of_console.items() for text in (entry.text, *forms) if text]
    )


def _sorted_out(texts: list[str]) -> tuple[frozenset[str], tuple[Pattern, ...]]:
    """Texts without holes, and patterns of the others that say enough to be known again."""
    made = [pattern(text.replace("%Ln", "{n}").replace("(s)", "{s}")) for text in texts]
    exact = frozenset(text for text, each in zip(texts, made, strict=True) if not each.holes)
    return exact, tuple(each for each in made if each.holes and _weight(each) >= LEAST_LETTERS)


def _weight(made: Pattern) -> int:
    """How much a template says; a Chinese character says as much as three letters."""
    letters = [letter for part in made.fixed for letter in part if letter.isalpha()]
    return sum(1 if letter.isascii() else 3 for letter in letters)


def _told(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return f"{type(widget).__name__} {text[:60]!r}"
