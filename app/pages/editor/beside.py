"""What stands beside a form of the editor: paste and test for the source, and for each consumer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.pages.editor.mapping import MappingPane
from app.pages.editor.pane import SIDE_PX
from app.pages.editor.paste_pane import PastePane
from app.pages.editor.pull_pane import PullPane
from app.pages.editor.push_pane import PushPane
from app.theme import fonts
from app.theme.theme import Theme
from app.widgets.basics import Button, framed
from app.words import translate

PASTE, PULL, MAPPING, PUSH = "paste", "pull", "mapping", "push"
SOURCE_TABS = (PASTE, PULL)
TARGET_TABS = (PASTE, MAPPING, PUSH)
LEAST_PX = 352


class Beside(QWidget):
    """tab_shown: the key of the pane that came to the front. form_wanted: back to the form, where
    there is room for one of the two only.
    """

    tab_shown = Signal(str)
    form_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(fonts.room(LEAST_PX))
        self.paste = PastePane(theme)
        self.pull = PullPane(theme)
        self.mapping = MappingPane(theme)
        self.push = PushPane(theme)
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(False)
        self.bar.setAccessibleName(translate("Beside", "Beside the form"))
        self._stack = QStackedWidget()
        self._panes: dict[str, QWidget] = {
            PASTE: self.paste,
            PULL: self.pull,
            MAPPING: self.mapping,
            PUSH: self.push,
        }
        self._keys: tuple[str, ...] = ()
        for pane in self._panes.values():
            self._stack.addWidget(pane)
        row = QHBoxLayout()
        row.setContentsMargins(SIDE_PX, 0, SIDE_PX, 0)
        row.addWidget(self.bar)
        row.addStretch(1)
        self.form = Button(theme, translate("Beside", "Back to the form"), kind="link")
        self.form.clicked.connect(self.form_wanted)
        row.addWidget(self.form)
        self.form.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(framed("line"))
        column.addWidget(self._stack, 1)
        self.bar.currentChanged.connect(self._changed)

    @property
    def tab(self) -> str:
        """The key of the pane in front; "" while there is none."""
        place = self.bar.currentIndex()
        return self._keys[place] if 0 <= place < len(self._keys) else ""

    def show_tabs(self, keys: tuple[str, ...], first: str) -> None:
        """These panes, one of them in front."""
        if keys != self._keys:
            self.bar.blockSignals(True)
            while self.bar.count():
                self.bar.removeTab(0)
            for key in keys:
                self.bar.addTab(_words(key))
            self._keys = keys
            self.bar.blockSignals(False)
        self.show_tab(first)

    def show_tab(self, key: str) -> None:
        """Bring a pane to the front."""
        place = self._keys.index(key)
        if self.bar.currentIndex() == place:
            self._changed(place)
        else:
            self.bar.setCurrentIndex(place)

    def _changed(self, place: int) -> None:
        if 0 <= place < len(self._keys):
            self._stack.setCurrentWidget(self._panes[self._keys[place]])
            self.tab_shown.emit(self._keys[place])


def _words(key: str) -> str:
    words = {
        PASTE: translate("Beside", "Paste"),
        PULL: translate("Beside", "Test pull"),
        MAPPING: translate("Beside", "Mapping"),
        PUSH: translate("Beside", "Test push"),
    }
    return words[key]
