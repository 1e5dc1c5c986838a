"""The settings page: the sections' names on the left, the chosen section beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.pages.page import Page
from app.pages.settings.section_list import SECTIONS
from app.theme.theme import Theme
from app.widgets.basics import Button

LIST_PX = 184


class SettingsPage(Page):
    """section_shown: the key of the section that came to the front."""

    section_shown = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.built = {entry.key: entry.build(theme) for entry in SECTIONS}
        self._buttons = {entry.key: Button(theme, entry.title(), kind="nav") for entry in SECTIONS}
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        names = QWidget()
        names.setObjectName("section-list")
        names.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        names.setFixedWidth(LIST_PX)
        column = QVBoxLayout(names)
        column.setContentsMargins(10, 12, 10, 12)
        column.setSpacing(2)
        for key, button in self._buttons.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, key=key: self.show_section(key))
            self._group.addButton(button)
            column.addWidget(button)
            self._stack.addWidget(self.built[key].section)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(names)
        row.addWidget(self._stack, 1)
        self.show_section(SECTIONS[0].key)

    @property
    def section(self) -> str:
        """The key of the section that is shown."""
        return SECTIONS[self._stack.currentIndex()].key

    def show_section(self, key: str) -> None:
        """Bring a section to the front; a key that is none changes nothing."""
        if key in self.built:
            self._stack.setCurrentWidget(self.built[key].section)
            self._buttons[key].setChecked(True)
            self.section_shown.emit(key)

    def first_focus(self) -> QWidget:
        return self._buttons[self.section]

    def state(self) -> str:
        return self.section

    def restore(self, state: object) -> None:
        if isinstance(state, str):
            self.show_section(state)
