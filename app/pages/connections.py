"""The saved connections: this computer's node and others, a line each, with their colours."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import shown
from app.environments import LOCAL, Environment, Tag
from app.theme import tokens
from app.theme.states import Look
from app.theme.theme import Theme
from app.widgets import layouts
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed
from app.widgets.lamp import Lamp
from app.widgets.pill import Pill
from app.words import translate


def tag_look(tag: Tag) -> Look:
    """Word, shape and colour of a kind of place."""
    match tag:
        case Tag.PRODUCTION:
            return Look(translate("Connections", "production"), "warning", "dead")
        case Tag.STAGING:
            return Look(translate("Connections", "staging"), "info", "retrying")
        case Tag.TEST:
            return Look(translate("Connections", "test"), "info", "pending")
        case Tag.NONE:
            return Look("", "info", "skipped")


class ConnectionList(QWidget):
    """Signals carry a connection's name, "" for this computer's."""

    add_wanted = Signal()
    use_wanted = Signal(str)
    edit_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("clear")
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(
            PlainLabel(translate("Connections", "Connections"), weight=QFont.Weight.DemiBold)
        )
        head.addStretch(1)
        self.add = Button(theme, translate("Connections", "Connect to another node…"), sign="plug")
        self.add.clicked.connect(self.add_wanted)
        head.addWidget(self.add)
        column.addLayout(head)
        card = framed("card")
        self._lines = QVBoxLayout(card)
        self._lines.setContentsMargins(1, 1, 1, 1)
        self._lines.setSpacing(0)
        column.addWidget(card)
        self.show_environments([], LOCAL)

    def show_environments(self, saved: Sequence[Environment], chosen: str) -> None:
        """A line each; chosen: the name of the one in use."""
        layouts.clear(self._lines)
        self._lines.addWidget(self._line(None, chosen == LOCAL))
        for one in saved:
            self._lines.addWidget(framed("faint-line"))
            self._lines.addWidget(self._line(one, chosen == one.name))

    def _line(self, one: Environment | None, chosen: bool) -> QWidget:
        line = QWidget()
        line.setObjectName("clear")
        line.setFixedHeight(44)
        row = QHBoxLayout(line)
        row.setContentsMargins(14, 0, 12, 0)
        row.setSpacing(10)
        row.addWidget(
            Lamp(self._theme, "delivered" if chosen else "skipped", "disc" if chosen else "ring")
        )
        name = LOCAL if one is None else one.name
        words = translate("Connections", "This computer") if one is None else shown.line(name, 60)
        row.addWidget(ElidedLabel(words, weight=QFont.Weight.Medium))
        if one is not None and one.tag is not Tag.NONE:
            row.addWidget(Pill(self._theme, tag_look(one.tag)))
        where = translate("Connections", "starts with this program") if one is None else one.url
        row.addWidget(ElidedLabel(shown.line(where, 120), tone="muted", code=one is not None))
        row.addStretch(1)
        if chosen:
            row.addWidget(
                PlainLabel(translate("Connections", "in use"), tone="accent", px=tokens.SMALL_PX)
            )
        else:
            self._button(row, translate("Connections", "Switch"), words, self.use_wanted, name)
        if one is not None:
            self._button(row, translate("Connections", "Edit…"), words, self.edit_wanted, name)
            self._button(row, translate("Connections", "Remove…"), words, self.remove_wanted, name)
        return line

    def _button(
        self, row: QHBoxLayout, words: str, of: str, wish: SignalInstance, name: str
    ) -> None:
        button = Button(self._theme, words)
        spoken = translate("Connections", "{action} {name}").format(action=words, name=of)
        button.setAccessibleName(spoken)
        button.clicked.connect(lambda: wish.emit(name))
        row.addWidget(button)
