"""The sidebar: the product's sign, one entry for each page, version and theme at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from app.theme import tokens
from app.theme.icons import icon_pixmap
from app.theme.theme import Mode, Theme
from app.widgets.basics import Button, PlainLabel
from app.words import Worded, translate


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the sidebar. key: its name in the program; sign: its icon."""

    key: str
    sign: str


class Sign(QWidget):
    """The jellyfish, in the accent colour."""

    def __init__(self, theme: Theme, px: int) -> None:
        super().__init__()
        self._theme = theme
        self._px = px
        self.setFixedSize(QSize(px, px))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        scale = self.devicePixelRatioF()
        pixmap = icon_pixmap("jellyfish", self._theme.tokens.accent.on, self._px, scale)
        QPainter(self).drawPixmap(0, 0, pixmap)


class Sidebar(Worded):
    """page_chosen: the key of the page. theme_chosen: the mode that follows the present one."""

    page_chosen = Signal(str)
    theme_chosen = Signal(object)

    def __init__(self, theme: Theme, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(tokens.SIDEBAR_PX)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._buttons = {entry.key: Button(theme, kind="nav", sign=entry.sign) for entry in entries}
        self._names: dict[str, str] = {}
        self._version = PlainLabel(tone="faint", px=tokens.SMALL_PX)
        self._mode = Button(theme, kind="ghost", sign="system")
        self._mode.setFixedSize(28, 28)
        self._build(theme)
        theme.changed.connect(self._show_mode)
        self.wording()

    def _build(self, theme: Theme) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 0, 10, 12)
        layout.setSpacing(2)
        brand = QHBoxLayout()
        brand.setContentsMargins(10, 16, 0, 12)
        brand.setSpacing(10)
        brand.addWidget(Sign(theme, 22))
        brand.addWidget(PlainLabel("Data JellyFish", px=14, weight=QFont.Weight.DemiBold))
        brand.addStretch(1)
        layout.addLayout(brand)
        for key, button in self._buttons.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, key=key: self.page_chosen.emit(key))
            self._group.addButton(button)
            layout.addWidget(button)
        layout.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 0, 0, 0)
        foot.addWidget(self._version)
        foot.addStretch(1)
        foot.addWidget(self._mode)
        layout.addLayout(foot)
        self._mode.clicked.connect(self._next_mode)

    def wording(self) -> None:
        self._mode.setAccessibleName(translate("Sidebar", "Theme"))
        self._show_mode()

    def set_names(self, names: dict[str, str]) -> None:
        """The pages' names by key."""
        for number, (key, button) in enumerate(self._buttons.items(), 1):
            button.setText(f" {names[key]}")
            button.setAccessibleName(names[key])
            button.setToolTip(
                translate("Sidebar", "{page} (Ctrl+{n})").format(page=names[key], n=number)
            )

    def show_page(self, key: str) -> None:
        """Mark the page that is shown."""
        self._buttons[key].setChecked(True)

    def show_version(self, text: str) -> None:
        """The line at the foot."""
        self._version.setText(text)

    def _next_mode(self) -> None:
        order = {Mode.SYSTEM: Mode.LIGHT, Mode.LIGHT: Mode.DARK, Mode.DARK: Mode.SYSTEM}
        self.theme_chosen.emit(order[self._theme.mode])

    def _show_mode(self) -> None:
        match self._theme.mode:
            case Mode.SYSTEM:
                sign, words = "system", translate("Sidebar", "Theme: as the system")
            case Mode.LIGHT:
                sign, words = "sun", translate("Sidebar", "Theme: light")
            case Mode.DARK:
                sign, words = "moon", translate("Sidebar", "Theme: dark")
        self._mode.set_sign(sign)
        self._mode.setToolTip(words)
