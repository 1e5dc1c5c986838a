"""What can be done with a consumer as a whole: duplicate, move, remove."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel
from app.words import translate

LARGEST_WITH_WORDS = 1.2
"""Size of letters up to which the buttons have room for words beside the form."""


class ConsumerBar(QFrame):
    """Wishes carry the consumer's place; move_wanted also the place it shall have."""

    duplicate_wanted = Signal(int)
    remove_wanted = Signal(int)
    move_wanted = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "strip")
        self.setFixedHeight(fonts.room(40))
        self._place = 0
        self._words = PlainLabel(tone="muted", px=tokens.SMALL_PX)
        self.up = Button(theme, kind="ghost", sign="arrow-up")
        self.down = Button(theme, kind="ghost", sign="arrow-down")
        for button, words in (
            (self.up, translate("Editor", "Move up")),
            (self.down, translate("Editor", "Move down")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.copy = Button(theme, kind="ghost", sign="copy")
        self.remove = Button(theme, kind="ghost", sign="close", px=14)
        for button, words in (
            (self.copy, translate("Editor", "Duplicate")),
            (self.remove, translate("Editor", "Remove")),
        ):
            button.setAccessibleName(words)
            button.setToolTip(words)
            if fonts.scale() <= LARGEST_WITH_WORDS:
                button.setText(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(4)
        row.addWidget(self._words)
        row.addStretch(1)
        for button in (self.up, self.down, self.copy, self.remove):
            row.addWidget(button)
        self.up.clicked.connect(lambda: self.move_wanted.emit(self._place, self._place - 1))
        self.down.clicked.connect(lambda: self.move_wanted.emit(self._place, self._place + 1))
        self.copy.clicked.connect(lambda: self.duplicate_wanted.emit(self._place))
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self._place))

    def show_place(self, place: int, count: int) -> None:
        """This consumer of so many."""
        self._place = place
        words = translate("Editor", "Consumer {number} of {count}")
        self._words.setText(words.format(number=place + 1, count=count))
        self.up.setVisible(count > 1)
        self.down.setVisible(count > 1)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < count - 1)
