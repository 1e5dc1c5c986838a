"""The editor's parts on its left: source, consumers, shards, alerts, YAML, versions; with marks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app import shown
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets import layouts
from app.widgets.basics import Button, PlainLabel
from app.words import translate

WIDTH_PX = 184
GOOD = "✓"


@dataclass(frozen=True, slots=True)
class PartEntry:
    """key: the part's; words: shown; indent: it belongs to the one above.

    problems: how many; good: nothing is wrong and something is filled in; count: a faint number.
    """

    key: str
    words: str
    indent: bool = False
    problems: int = 0
    good: bool = False
    count: int | None = None


class PartList(QFrame):
    """chosen: a part's key. add_wanted: one more consumer. menu_wanted: a consumer's key."""

    chosen = Signal(str)
    add_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "side")
        self.setFixedWidth(fonts.room(WIDTH_PX))
        self._theme = theme
        self._entries: tuple[PartEntry, ...] = ()
        self._buttons: dict[str, QPushButton] = {}
        self._current = ""
        self.add = Button(
            theme, translate("Editor", "Add consumer"), kind="nav", sign="plus", px=12
        )
        self.add.clicked.connect(self.add_wanted)
        content = QWidget()
        content.setObjectName("panel")
        self.add.setParent(content)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(8, 12, 8, 12)
        self._column.setSpacing(2)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def show_parts(self, entries: tuple[PartEntry, ...], after: str) -> None:
        """Show these; ``after`` this one stands the button for one more consumer."""
        if entries == self._entries:
            return
        rebuilt = [each.key for each in entries] != [each.key for each in self._entries]
        self._entries = entries
        if rebuilt:
            self._build(after)
        for each in entries:
            button = self._buttons[each.key]
            assert isinstance(button, PartButton)
            button.show_entry(each)
        self.show_current(self._current)

    def show_current(self, key: str) -> None:
        """Mark the part that is shown."""
        self._current = key
        for each, button in self._buttons.items():
            button.setChecked(each == key)

    def button(self, key: str) -> QPushButton | None:
        """The button of a part."""
        return self._buttons.get(key)

    def _build(self, after: str) -> None:
        had = any(button.hasFocus() for button in self._buttons.values())
        layouts.clear(self._column, self.add)
        self._buttons = {}
        for each in self._entries:
            button = PartButton(self._theme)
            button.clicked.connect(partial(self.chosen.emit, each.key))
            self._buttons[each.key] = button
            self._column.addWidget(button)
            if each.key == after:
                self._column.addWidget(self.add)
        self._column.addStretch(1)
        if had and self._current in self._buttons:
            self._buttons[self._current].setFocus()


class PartButton(QPushButton):
    """A part's name and its mark."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "nav")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._mark = PlainLabel(px=tokens.SMALL_PX)
        self._mark.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 10, 0)
        row.addStretch(1)
        row.addWidget(self._mark)

    def show_entry(self, entry: PartEntry) -> None:
        """Words and mark."""
        words = shown.label(entry.words, 22)
        self.setText(f"    {words}" if entry.indent else words)
        if entry.problems:
            self._mark.setText(str(entry.problems))
            self._mark.set_tone("dead")
            said = translate("Editor", "{part}, %Ln problem(s)", "", entry.problems)
        elif entry.count is not None:
            self._mark.setText(str(entry.count))
            self._mark.set_tone("faint")
            said = "{part}"
        else:
            self._mark.setText(GOOD if entry.good else "")
            self._mark.set_tone("delivered" if entry.good else "faint")
            said = translate("Editor", "{part}, in order") if entry.good else "{part}"
        self.setAccessibleName(said.format(part=shown.line(entry.words, 60)))
