"""What a save would change, field by field: running → new, in words, before it is done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.models.job_words import ChangeWords
from app.theme import tokens
from app.theme.theme import Theme
from app.widgets import layouts
from app.widgets.basics import Button, PlainLabel, framed
from app.words import translate

WIDTH_PX = 760
SIDES_PX = 48
MOST_PX = 420


class ChangeGrid(QWidget):
    """The differences, a line each: field, old, new."""

    def __init__(self, old_title: str, new_title: str) -> None:
        super().__init__()
        self.setObjectName("clear")
        self._titles = (translate("Editor", "Field"), old_title, new_title)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        for column, share in enumerate((4, 5, 5)):
            self._grid.setColumnStretch(column, share)
        self._rows: list[ChangeWords] = []

    def show_changes(self, rows: Sequence[ChangeWords]) -> None:
        """Show these."""
        layouts.clear(self._grid)
        self._rows = list(rows)
        for column, title in enumerate(self._titles):
            heading = PlainLabel(title, tone="muted", px=tokens.SMALL_PX)
            self._grid.addWidget(heading, 0, column)
        for place, row in enumerate(rows, 1):
            self._grid.addWidget(self._cell(row.field, ""), 2 * place, 0, _TOP)
            old = self._cell(row.old or "–", "dead" if row.old else "faint", code=row.code)
            new = self._cell(row.new or "–", "delivered" if row.new else "faint", code=row.code)
            self._grid.addWidget(old, 2 * place, 1, _TOP)
            self._grid.addWidget(new, 2 * place, 2, _TOP)
            self._grid.addWidget(framed("faint-line"), 2 * place - 1, 0, 1, 3)

    def words(self) -> list[tuple[str, str, str]]:
        """What is shown, for tests and screen readers."""
        return [(row.field, row.old, row.new) for row in self._rows]

    def _cell(self, text: str, tone: str, *, code: bool = False) -> PlainLabel:
        label = PlainLabel(_breakable(text), tone=tone, code=code, px=tokens.SMALL_PX)
        label.setWordWrap(True)
        label.setMinimumWidth(60)
        return label


_TOP = Qt.AlignmentFlag.AlignTop


class DifferenceDialog(QDialog):
    """agreed: save. second: the other way out, where there is one (of a conflict: overwrite)."""

    agreed = Signal()
    second = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH_PX)
        self._theme = theme
        self._title = PlainLabel(px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold)
        self._title.setWordWrap(True)
        self.sentence = PlainLabel(tone="muted")
        self.sentence.setWordWrap(True)
        self.grids: list[ChangeGrid] = []
        self._inside = QWidget()
        self._inside.setObjectName("panel")
        self._inner = QVBoxLayout(self._inside)
        self._inner.setContentsMargins(0, 0, 8, 0)
        self._inner.setSpacing(12)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(translate("Editor", "Changes"))
        self.no = Button(theme, translate("Editor", "Cancel"))
        self.other = Button(theme)
        self.other.hide()
        self.yes = Button(theme, kind="primary")
        self.yes.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(self.sentence)
        column.addWidget(self._scroll, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.no, self.other, self.yes):
            row.addWidget(button)
        column.addLayout(row)
        self.no.clicked.connect(self.reject)
        self.yes.clicked.connect(self.agreed)
        self.other.clicked.connect(self.second)

    @property
    def words(self) -> str:
        return f"{self._title.text()} {self.sentence.text()}".strip()

    def ask(self, title: str, sentence: str, yes: str, other: str = "") -> None:
        """The question and its buttons; without ``yes`` it only shows."""
        self.setWindowTitle(title)
        self._title.setText(title)
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        self.yes.setText(yes)
        self.yes.setVisible(bool(yes))
        self.other.setText(other)
        self.other.setVisible(bool(other))
        if not yes:
            self.no.setText(translate("Editor", "Close"))
        (self.yes if yes else self.no).setFocus()

    def add_changes(
        self, heading: str, old_title: str, new_title: str, rows: Sequence[ChangeWords]
    ) -> None:
        """A table of differences under a heading, "" for none."""
        if heading:
            self._inner.addWidget(PlainLabel(heading, weight=QFont.Weight.DemiBold))
        grid = ChangeGrid(old_title, new_title)
        grid.show_changes(rows)
        self.grids.append(grid)
        self._inner.addWidget(grid)

    def present(self) -> None:
        """Open it, as high as it needs to be."""
        self._inner.addStretch(1)
        self.ensurePolished()
        self._inner.activate()
        height = self._inner.totalHeightForWidth(WIDTH_PX - SIDES_PX)
        if height < 0:
            height = self._inner.totalSizeHint().height()
        self._scroll.setFixedHeight(min(height + 4, MOST_PX))
        layout = self.layout()
        if layout is not None:
            self.setFixedHeight(layout.totalHeightForWidth(WIDTH_PX))
        self.open()


def _breakable(text: str) -> str:
    """Long words may break after signs that stand in addresses and JSON."""
    for sign in "/,&?=.":
        text = text.replace(sign, f"{sign}\u200b")
    return text
