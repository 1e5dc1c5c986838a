"""Joins the settings page and its sections' flows: only the section that is shown asks anything."""

from __future__ import annotations

from functools import partial

from app.flows.flow import Flow
from app.navigator import SettingsPart, Target
from app.pages.settings.frame import SettingsPage
from app.pages.settings.section_list import SECTIONS
from app.shell import Shell
from app.widgets.palette import Choice
from app.words import translate


class SettingsFlow(Flow):
    """One for the page's life."""

    def __init__(self, page: SettingsPage, shell: Shell) -> None:
        super().__init__(page)
        self._page = page
        self._navigator = shell.navigator
        self._shown = False
        self.sections = {key: built.join(shell) for key, built in page.built.items()}
        page.section_shown.connect(self._section_shown)

    def show(self) -> None:
        self._shown = True
        self.sections[self._page.section].show()

    def hide(self) -> None:
        if self._shown:
            self._shown = False
            self.sections[self._page.section].hide()

    def reload(self) -> None:
        self.sections[self._page.section].reload()

    def go(self, target: Target) -> None:
        if isinstance(target, SettingsPart) and target.part:
            self._page.show_section(target.part)

    def choices(self) -> list[Choice]:
        """A line for each section, and what the sections offer themselves."""
        kind = translate("Palette", "Settings")
        choices = [
            Choice(entry.title(), kind, "settings", partial(self._navigator.settings, entry.key))
            for entry in SECTIONS
        ]
        for flow in self.sections.values():
            choices += flow.choices()
        return choices

    def _section_shown(self, key: str) -> None:
        if not self._shown:
            return
        for name, flow in self.sections.items():
            if name != key:
                flow.hide()
        self.sections[key].show()
