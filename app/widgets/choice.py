"""A button that shows one of a few values and offers the others in a menu; arrows step through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton

from app import shown
from app.theme import fonts, tokens
from app.theme.icons import paint_icon
from app.theme.theme import Theme
from app.widgets.menu import Menu

PAD_PX = 10
ARROW_PX = 12
GAP_PX = 8
MOST_PX = 320


class ChoiceButton(QPushButton):
    """chosen: the value somebody chose, also when it is shown already."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._choices: list[tuple[Any, str]] = []
        self._value: Any = None
        self._words = ""
        self._tone = ""
        self.setProperty("kind", "choice")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.clicked.connect(self.open_menu)
        theme.changed.connect(self.update)

    @property
    def value(self) -> Any:
        return self._value

    @property
    def words(self) -> str:
        return self._words

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        """What can be chosen: value and words."""
        self._choices = list(choices)

    def show_value(self, value: Any, words: str = "", tone: str = "") -> None:
        """Show this value; words: of one that is not among the choices."""
        known = {repr(each): name for each, name in self._choices}
        self._value = value
        text = known.get(repr(value), words or ("" if value is None else str(value)))
        self._words = shown.line(text, 60)
        self._tone = tone
        self.setAccessibleDescription(self._words)
        self.updateGeometry()
        self.update()

    def menu_now(self) -> Menu:
        """The menu of all choices."""
        menu = Menu(self._theme, self, marks=True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for value, words in self._choices:
            action = menu.addAction(shown.label(words))
            action.setCheckable(True)
            action.setChecked(repr(value) == repr(self._value))
            action.triggered.connect(lambda _=False, value=value: self.chosen.emit(value))
        return menu

    def open_menu(self) -> None:
        """Offer the choices below the button."""
        self.menu_now().popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self._choices:
            super().keyPressEvent(event)
            return
        values = [repr(value) for value, _ in self._choices]
        here = values.index(repr(self._value)) if repr(self._value) in values else -step
        to = min(max(here + step, 0), len(values) - 1)
        if to != here:
            self.chosen.emit(self._choices[to][0])

    def sizeHint(self) -> QSize:
        advance = QFontMetricsF(fonts.text_font()).horizontalAdvance(self._words)
        width = min(round(advance) + 2, fonts.room(MOST_PX)) + 2 * PAD_PX + GAP_PX
        width += fonts.tall(ARROW_PX)
        return QSize(max(width, 64), fonts.tall(tokens.FIELD_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(64, fonts.tall(tokens.FIELD_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._theme.tokens
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        painter.setFont(fonts.text_font())
        ink = self._theme.ink(self._tone).on if self._tone else c.text
        painter.setPen(QColor(ink if self.isEnabled() else c.faint))
        arrow_px = fonts.tall(ARROW_PX)
        room = self.width() - 2 * PAD_PX - GAP_PX - arrow_px
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        box = QRectF(PAD_PX, 0, room + 2, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
        left, top = self.width() - PAD_PX - arrow_px + 2, (self.height() - arrow_px) / 2
        arrow = QRectF(left, top, arrow_px, arrow_px)
        paint_icon(painter, "chevron-down", c.muted, arrow)
