"""The sidebar: the product's sign, one entry for each page, version and theme at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from app import format
from app.theme import fonts, tokens
from app.theme.icons import icon_pixmap
from app.theme.theme import Mode, Theme
from app.widgets.basics import Button, PlainLabel
from app.words import Worded, translate


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the sidebar. key: its name in the program; sign: its icon.

    name: in the operator's language. group: a gap parts two groups.
    """

    key: str
    sign: str
    name: str
    group: int = 0


class PageButton(Button):
    """A page's line, and a number beside its name where there is something to look at."""

    def __init__(self, theme: Theme, entry: Entry, number: int) -> None:
        super().__init__(theme, f" {entry.name}", kind="nav", sign=entry.sign)
        self._name = entry.name
        self._badge = PlainLabel(px=tokens.TINY_PX, weight=QFont.Weight.DemiBold)
        self._badge.setProperty("kind", "badge")
        self._badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 10, 0)
        row.addStretch(1)
        row.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setCheckable(True)
        self.setToolTip(translate("Sidebar", "{page} (Ctrl+{n})").format(page=entry.name, n=number))
        self.show_badge(0)

    def show_badge(self, n: int) -> None:
        """The number, 0 for none; screen readers hear it with the name."""
        self._badge.setText(format.number(n))
        self._badge.setVisible(n > 0)
        spoken = translate("Sidebar", "{page}: {n}").format(page=self._name, n=format.number(n))
        self.setAccessibleName(spoken if n else self._name)


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
    help_wanted = Signal()

    def __init__(self, theme: Theme, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(fonts.room(tokens.SIDEBAR_PX))
        self._theme = theme
        self._group = QButtonGroup(self)
        self._entries = entries
        self._buttons = {
            entry.key: PageButton(theme, entry, number) for number, entry in enumerate(entries, 1)
        }
        self._version = PlainLabel(tone="faint", px=tokens.SMALL_PX)
        self._mode = Button(theme, kind="ghost", sign="system")
        self._mode.setFixedSize(28, 28)
        self._help = Button(theme, kind="ghost", sign="help")
        self._help.setFixedSize(28, 28)
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
        group = self._entries[0].group
        for entry in self._entries:
            button = self._buttons[entry.key]
            button.clicked.connect(lambda _=False, key=entry.key: self.page_chosen.emit(key))
            self._group.addButton(button)
            if entry.group != group:
                layout.addSpacing(12)
                group = entry.group
            layout.addWidget(button)
        layout.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 0, 0, 0)
        foot.addWidget(self._version)
        foot.addStretch(1)
        foot.addWidget(self._help)
        foot.addWidget(self._mode)
        layout.addLayout(foot)
        self._mode.clicked.connect(self._next_mode)
        self._help.clicked.connect(self.help_wanted)

    def wording(self) -> None:
        self._mode.setAccessibleName(translate("Sidebar", "Theme"))
        self._help.setAccessibleName(translate("Sidebar", "Help (F1)"))
        self._help.setToolTip(translate("Sidebar", "Help (F1)"))
        self._show_mode()

    def show_page(self, key: str) -> None:
        """Mark the page that is shown."""
        self._buttons[key].setChecked(True)

    def show_badge(self, key: str, n: int) -> None:
        """The number beside a page's name; 0 for none."""
        self._buttons[key].show_badge(n)

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
