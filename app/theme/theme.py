"""Light or dark: follows the system or the operator's choice, and tells when it changes."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.theme import fonts
from app.theme.sheet import style_sheet
from app.theme.tokens import DARK, LIGHT, Ink, Tokens


class Mode(StrEnum):
    """What the operator chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The look in use. Custom-painted widgets read ``tokens`` while they paint."""

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = Mode.SYSTEM) -> None:
        super().__init__()
        self._app = app
        self._mode = mode
        self.tokens: Tokens = LIGHT
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(fonts.text_font())
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def mode(self) -> Mode:
        return self._mode

    def choose(self, mode: Mode) -> None:
        """Follow the system, or stay light or dark."""
        self._mode = mode
        hints = self._app.styleHints()
        match mode:
            case Mode.SYSTEM:
                hints.unsetColorScheme()
            case Mode.LIGHT:
                hints.setColorScheme(Qt.ColorScheme.Light)
            case Mode.DARK:
                hints.setColorScheme(Qt.ColorScheme.Dark)
        self._apply()

    def refresh(self) -> None:
        """The size of letters was chosen anew."""
        self._app.setFont(fonts.text_font())
        self._apply()

    def ink(self, name: str) -> Ink:
        """The colours of a state or tone by its token's name."""
        found = getattr(self.tokens, name)
        assert isinstance(found, Ink)
        return found

    def _system_changed(self) -> None:
        if self._mode is Mode.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        self.tokens = self._wanted()
        self._app.setPalette(_palette(self.tokens))
        self._app.setStyleSheet(style_sheet(self.tokens))
        self.changed.emit()

    def _wanted(self) -> Tokens:
        match self._mode:
            case Mode.LIGHT:
                return LIGHT
            case Mode.DARK:
                return DARK
            case Mode.SYSTEM:
                dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
                return DARK if dark else LIGHT


def _palette(c: Tokens) -> QPalette:
    """For what the style sheet does not reach: dialogs of the system, placeholder text, links."""
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, c.background),
        (QPalette.ColorRole.WindowText, c.text),
        (QPalette.ColorRole.Base, c.panel),
        (QPalette.ColorRole.AlternateBase, c.faint_line),
        (QPalette.ColorRole.Text, c.text),
        (QPalette.ColorRole.Button, c.panel),
        (QPalette.ColorRole.ButtonText, c.text),
        (QPalette.ColorRole.PlaceholderText, c.faint),
        (QPalette.ColorRole.Highlight, c.accent.on),
        (QPalette.ColorRole.HighlightedText, c.on_accent),
        (QPalette.ColorRole.Link, c.accent.on),
        (QPalette.ColorRole.ToolTipBase, c.panel),
        (QPalette.ColorRole.ToolTipText, c.text),
        (QPalette.ColorRole.Mid, c.line),
    ):
        palette.setColor(role, QColor(colour))
    return palette
