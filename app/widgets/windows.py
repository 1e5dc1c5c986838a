"""The buttons that choose the graphs' window: from 5 min to 7 d."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout

from app.theme.theme import Theme
from app.widgets.basics import Button
from app.words import Worded, translate

WINDOWS_S = (300, 900, 3600, 6 * 3600, 86400, 604800)


class WindowButtons(Worded):
    """chosen: the window in seconds."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for window_s in WINDOWS_S:
            button = Button(theme)
            button.setCheckable(True)
            self._group.addButton(button, window_s)
            row.addWidget(button)
        self._group.idClicked.connect(self.chosen)
        self.wording()

    def wording(self) -> None:
        names = {
            300: translate("Windows", "5 min"),
            900: translate("Windows", "15 min"),
            3600: translate("Windows", "1 h"),
            6 * 3600: translate("Windows", "6 h"),
            86400: translate("Windows", "24 h"),
            604800: translate("Windows", "7 d"),
        }
        for window_s, name in names.items():
            self._group.button(window_s).setText(name)

    def show_window(self, window_s: int) -> None:
        """Mark the window in use."""
        self._group.button(window_s).setChecked(True)
