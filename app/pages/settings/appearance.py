"""Settings, Appearance: theme, language and size of the letters."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout

from app.pages.settings.section import Section
from app.settings import SCALES, OnClose
from app.theme import fonts
from app.theme.theme import Mode, Theme
from app.widgets import layouts
from app.widgets.basics import Button, PlainLabel
from app.words import Language, translate


class AppearanceSection(Section):
    """mode_chosen: a Mode. language_chosen: a Language. scale_chosen: in percent.

    closing_chosen: an OnClose.
    """

    mode_chosen = Signal(object)
    language_chosen = Signal(object)
    scale_chosen = Signal(int)
    closing_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            translate("Settings", "Appearance"),
            translate("Settings", "Of this console on this computer; nobody else sees a change."),
        )
        card = self.card()
        self._modes = QButtonGroup(self)
        self._languages = QButtonGroup(self)
        self._scales = QButtonGroup(self)
        modes = {
            Mode.SYSTEM: (translate("Settings", "As the system"), "system"),
            Mode.LIGHT: (translate("Settings", "Light"), "sun"),
            Mode.DARK: (translate("Settings", "Dark"), "moon"),
        }
        self._mode_order = tuple(modes)
        row = self._row(card, translate("Settings", "Theme"))
        for number, (words, sign) in enumerate(modes.values()):
            self._choice(row, self._modes, number, words, sign)
        # A language is named in itself, so that who cannot read the others finds it.
        self._spoken = {
            Language.SYSTEM: translate("Settings", "As the system"),
            Language.ENGLISH: "English",
            Language.CHINESE: "简体中文",
        }
        row = self._row(card, translate("Settings", "Language"))
        for number, words in enumerate(self._spoken.values()):
            self._choice(row, self._languages, number, words)
        row = self._row(card, translate("Settings", "Size of letters"))
        for scale in SCALES:
            words = translate("Settings", "{n} %").format(n=scale)
            self._choice(row, self._scales, scale, words)
        self._closings = QButtonGroup(self)
        endings = {
            OnClose.ASK: translate("Settings", "Ask"),
            OnClose.TRAY: translate("Settings", "Keep running"),
            OnClose.QUIT: translate("Settings", "Quit"),
        }
        self._closing_order = tuple(endings)
        row = self._row(card, translate("Settings", "On closing"))
        for number, words in enumerate(endings.values()):
            self._choice(row, self._closings, number, words)
        self._closings.idClicked.connect(lambda n: self.closing_chosen.emit(self._closing_order[n]))
        self._modes.idClicked.connect(lambda n: self.mode_chosen.emit(self._mode_order[n]))
        self._languages.idClicked.connect(
            lambda n: self.language_chosen.emit(tuple(self._spoken)[n])
        )
        self._scales.idClicked.connect(self.scale_chosen)
        theme.changed.connect(self._show_mode)
        self._show_mode()

    def show_language(self, language: Language) -> None:
        """Mark the language that was chosen."""
        self._languages.button(tuple(self._spoken).index(language)).setChecked(True)

    def show_closing(self, choice: OnClose) -> None:
        """Mark what closing the window means."""
        self._closings.button(self._closing_order.index(choice)).setChecked(True)

    def show_scale(self, percent: int) -> None:
        """Mark the size in use."""
        self._scales.button(percent).setChecked(True)

    def _show_mode(self) -> None:
        self._modes.button(self._mode_order.index(self.theme.mode)).setChecked(True)

    def _row(self, card: QVBoxLayout, name: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        label = PlainLabel(name, tone="muted", weight=QFont.Weight.Medium)
        label.setMinimumWidth(fonts.room(148))
        row.addWidget(label)
        card.addLayout(row)
        return row

    def _choice(
        self, row: QHBoxLayout, group: QButtonGroup, number: int, words: str, sign: str = ""
    ) -> None:
        button = Button(self.theme, words, sign=sign)
        button.setCheckable(True)
        group.addButton(button, number)
        if row.count() > 1:
            layouts.take(row, row.count() - 1)
        row.addWidget(button)
        row.addStretch(1)
