"""A few choices below each other, one of which holds; each with a sentence that explains it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from app.theme import tokens
from app.widgets.basics import PlainLabel

INDENT_PX = 24


@dataclass(frozen=True, slots=True)
class Option:
    """key: what it is in the program. why: what choosing it means, "" for nothing to say."""

    key: str
    name: str
    why: str = ""


class Options(QWidget):
    """chosen: the key of the option that was chosen."""

    chosen = Signal(str)

    def __init__(self, options: Sequence[Option]) -> None:
        super().__init__()
        self.setObjectName("clear")
        self._keys = [option.key for option in options]
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for place, option in enumerate(options):
            button = QRadioButton(option.name.replace("&", "&&"))
            button.setAccessibleDescription(option.why)
            self._group.addButton(button, place)
            column.addWidget(button)
            if option.why:
                why = PlainLabel(option.why, tone="muted", px=tokens.SMALL_PX)
                why.setWordWrap(True)
                why.setContentsMargins(INDENT_PX, 0, 0, 4)
                column.addWidget(why)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(lambda place: self.chosen.emit(self._keys[place]))

    @property
    def key(self) -> str:
        """The option that holds."""
        return self._keys[self._group.checkedId()]

    def choose(self, key: str) -> None:
        """Let that option hold."""
        self._group.button(self._keys.index(key)).setChecked(True)
        self.chosen.emit(key)
