"""The list of what may come next, under the cursor of an editor that keeps the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app import shown
from app.models.completion import Suggestion
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.words import translate

ROWS_AT_MOST = 8
WIDTH_PX = 340
ROW_PX = 24


class SuggestionPopup(QFrame):
    """taken: a Suggestion was chosen. A child of the window, so that it never takes the focus."""

    taken = Signal(object)

    def __init__(self, theme: Theme, editor: QWidget) -> None:
        super().__init__(editor)
        self._editor = editor
        self._all: tuple[Suggestion, ...] = ()
        self.setProperty("kind", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFont(fonts.code_font())
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(translate("Editor", "What may come next"))
        self.list.itemClicked.connect(lambda _: self._take())
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.list)
        self.hide()

    def show_all(self, suggestions: Sequence[Suggestion], below: QPoint) -> None:
        """Offer these below a point of the editor; nothing hides it."""
        self._all = tuple(suggestions)
        if not self._all:
            self.hide()
            return
        if self.parentWidget() is not self._editor.window():
            self.setParent(self._editor.window())
        self.list.clear()
        for each in self._all:
            words = f"{each.text}   {shown.line(each.detail, 40)}" if each.detail else each.text
            item = QListWidgetItem(words)
            item.setToolTip(shown.tip(each.detail))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        rows = min(len(self._all), ROWS_AT_MOST)
        self.setFixedSize(WIDTH_PX, rows * ROW_PX + 2 * tokens.STEP_PX + 2)
        place = self._editor.mapTo(self._editor.window(), below) + QPoint(0, 4)
        room = self._editor.window().rect()
        if place.y() + self.height() > room.bottom():
            place.setY(place.y() - self.height() - fonts.tall(tokens.FIELD_PX))
        place.setX(max(0, min(place.x(), room.right() - self.width() - 4)))
        self.move(place)
        self.show()
        self.raise_()

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key that was typed in the editor was meant for the list."""
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.list.setCurrentRow((self.list.currentRow() + step) % len(self._all))
                return True
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab:
                self._take()
                return True
            case Qt.Key.Key_Escape:
                self.hide()
                return True
            case _:
                return False

    def _take(self) -> None:
        row = self.list.currentRow()
        self.hide()
        if 0 <= row < len(self._all):
            self.taken.emit(self._all[row])
