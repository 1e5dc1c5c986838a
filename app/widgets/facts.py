"""Names and values, a line each; values can be selected and copied."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app import shown
from app.widgets import layouts
from app.widgets.basics import PlainLabel
from app.widgets.code import CodeText


@dataclass(frozen=True, slots=True)
class Fact:
    """tip: a second way to say the value; code: in the code font."""

    name: str
    value: str
    code: bool = False
    tip: str = ""
    tone: str = ""


class Facts(QWidget):
    """A grid of facts."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("clear")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: list[Fact]) -> None:
        """Show these instead."""
        layouts.clear(self._grid)
        top = Qt.AlignmentFlag.AlignTop
        for row, fact in enumerate(facts):
            self._grid.addWidget(PlainLabel(fact.name, tone="muted"), row, 0, top)
            value = _code(fact) if fact.code else _words(fact)
            if fact.tip:
                value.setToolTip(shown.tip(fact.tip))
            self._grid.addWidget(value, row, 1, top)

    def words(self) -> list[str]:
        """Everything shown, for tests."""
        labels = [label.text() for label in self.findChildren(PlainLabel)]
        return labels + [code.toPlainText() for code in self.findChildren(CodeText)]


def _words(fact: Fact) -> PlainLabel:
    value = PlainLabel(shown.line(fact.value, 2000), tone=fact.tone)
    value.setWordWrap(True)
    value.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return value


def _code(fact: Fact) -> CodeText:
    """Long values without spaces, such as hashes, break anywhere."""
    value = CodeText(pad_px=0)
    value.show_text(shown.line(fact.value, 2000))
    value.setAccessibleName(fact.name)
    return value
