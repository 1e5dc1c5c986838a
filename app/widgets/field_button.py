"""A button that looks like a field: a faint name, the value, an arrow; a click opens a menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QStyle, QStyleOptionButton

from app import shown
from app.theme import fonts, tokens
from app.theme.icons import paint_icon
from app.theme.states import Look
from app.theme.theme import Theme
from app.widgets.pill import paint_pill, pill_font, pill_width

PAD_PX = 10
GAP_PX = 6
ARROW_PX = 12
VALUE_CAP_PX = 150


class FieldButton(QPushButton):
    """menu: makes the menu anew each time it is opened. cap_px: a longer value is cut off."""

    def __init__(
        self, theme: Theme, menu: Callable[[], QMenu], *, cap_px: int = VALUE_CAP_PX
    ) -> None:
        super().__init__()
        self._cap_px = cap_px
        self._theme = theme
        self._menu = menu
        self._name = ""
        self._value = ""
        self._pills: tuple[Look, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self.open_menu)
        theme.changed.connect(self.update)

    def show_value(self, name: str, value: str, pills: tuple[Look, ...] = ()) -> None:
        """The faint name, and the value in bold or as pills."""
        self._name, self._value, self._pills = name, shown.line(value, 60), pills
        words = value or ", ".join(look.word for look in pills)
        self.setAccessibleName(f"{name} {words}".strip())
        self.updateGeometry()
        self.update()

    @property
    def value(self) -> str:
        return self._value or ", ".join(look.word for look in self._pills)

    def open_menu(self) -> None:
        """Open the menu below the button."""
        menu = self._menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def sizeHint(self) -> QSize:
        width = 2 * PAD_PX + fonts.tall(ARROW_PX) + GAP_PX - 2
        if self._name:
            width += round(QFontMetricsF(fonts.text_font()).horizontalAdvance(self._name)) + GAP_PX
        if self._pills:
            metrics = QFontMetricsF(pill_font())
            width += round(sum(pill_width(look, metrics) + 4 for look in self._pills)) - 4
        else:
            bold = fonts.text_font(weight=QFont.Weight.DemiBold)
            advance = QFontMetricsF(bold).horizontalAdvance(self._value)
            width += min(round(advance + 1), fonts.room(self._cap_px))
        return QSize(width, fonts.tall(tokens.FIELD_PX))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._theme.tokens
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        middle = self.height() / 2
        x = float(PAD_PX)
        flags = Qt.AlignmentFlag.AlignVCenter
        arrow_px = fonts.tall(ARROW_PX)
        if self._name:
            painter.setFont(fonts.text_font())
            painter.setPen(QColor(c.muted))
            painter.drawText(QRectF(x, 0, self.width(), self.height()), flags, self._name)
            x += QFontMetricsF(painter.font()).horizontalAdvance(self._name) + GAP_PX
        if self._pills:
            for look in self._pills:
                x += paint_pill(painter, self._theme, look, x, middle) + 4
        else:
            painter.setFont(fonts.text_font(weight=QFont.Weight.DemiBold))
            painter.setPen(QColor(c.text))
            room = self.width() - x - PAD_PX - arrow_px
            text = painter.fontMetrics().elidedText(
                self._value, Qt.TextElideMode.ElideRight, int(room)
            )
            painter.drawText(QRectF(x, 0, room, self.height()), flags, text)
        left = self.width() - PAD_PX - arrow_px + 2
        arrow = QRectF(left, middle - arrow_px / 2, arrow_px, arrow_px)
        paint_icon(painter, "chevron-down", c.muted, arrow)
