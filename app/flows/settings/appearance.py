"""Joins the appearance section with the window's theme and size; asks no node."""

from __future__ import annotations

from app.flows.flow import Flow
from app.pages.settings.appearance import AppearanceSection
from app.settings import OnClose
from app.shell import Shell


class AppearanceFlow(Flow):
    """One for the section's life."""

    def __init__(self, section: AppearanceSection, shell: Shell) -> None:
        super().__init__(section)
        section.show_scale(shell.settings.scale_percent)
        section.show_language(shell.settings.language)
        section.language_chosen.connect(shell.navigator.choose_language)
        section.mode_chosen.connect(shell.navigator.choose_theme)
        section.scale_chosen.connect(shell.navigator.choose_scale)
        self._settings = shell.settings
        self._section = section
        section.closing_chosen.connect(self._choose_closing)

    def show(self) -> None:
        self._section.show_closing(self._settings.on_close)

    def _choose_closing(self, choice: OnClose) -> None:
        self._settings.on_close = choice
