"""The choice of the graphs' window, from 5 min to 7 d: buttons, or one field for large letters."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout

from app.theme import fonts
from app.theme.theme import Theme
from app.widgets.basics import Button
from app.widgets.field_button import FieldButton
from app.widgets.menu import Menu
from app.words import Worded, translate

WINDOWS_S = (300, 900, 3600, 6 * 3600, 86400, 604800)
LARGE = 1.2
"""From this size of letters on there is no room for six buttons in the top bar."""


class WindowButtons(Worded):
    """chosen: the window in seconds."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._window_s = WINDOWS_S[0]
        self._group = QButtonGroup(self)
        self.field: FieldButton | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        if fonts.scale() >= LARGE:
            self.field = FieldButton(theme, self._menu)
            row.addWidget(self.field)
        else:
            for window_s in WINDOWS_S:
                button = Button(theme)
                button.setCheckable(True)
                self._group.addButton(button, window_s)
                row.addWidget(button)
        self._group.idClicked.connect(self.chosen)
        self.wording()

    def wording(self) -> None:
        for window_s in WINDOWS_S:
            button = self._group.button(window_s)
            if button is not None:
                button.setText(window_name(window_s))
        self.show_window(self._window_s)

    def show_window(self, window_s: int) -> None:
        """Mark the window in use."""
        self._window_s = window_s
        if self.field is not None:
            self.field.show_value("", window_name(window_s))
        else:
            self._group.button(window_s).setChecked(True)

    def _menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        for window_s in WINDOWS_S:
            action = menu.addAction(window_name(window_s))
            action.setCheckable(True)
            action.setChecked(window_s == self._window_s)
            action.triggered.connect(lambda _=False, to=window_s: self.chosen.emit(to))
        return menu


def window_name(window_s: int) -> str:
    """``15 min``."""
    match window_s:
        case 300:
            return translate("Windows", "5 min")
        case 900:
            return translate("Windows", "15 min")
        case 3600:
            return translate("Windows", "1 h")
        case 21_600:
            return translate("Windows", "6 h")
        case 86_400:
            return translate("Windows", "24 h")
        case _:
            return translate("Windows", "7 d")
