"""The sections of the settings: this list is their order.

A section is built with the page; its flow, where it has one, when there is a session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.pages.settings.appearance import AppearanceSection
from app.pages.settings.channels import ChannelsSection
from app.pages.settings.section import Section
from app.shell import Shell
from app.theme.theme import Theme
from app.words import translate

if TYPE_CHECKING:
    from app.flows.flow import Flow


@dataclass(frozen=True, slots=True)
class BuiltSection:
    """A section, and how its flow is made."""

    section: Section
    join: Callable[[Shell], Flow]


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """One section. key: its name in the program, as ``Navigator.settings`` takes it."""

    key: str
    title: Callable[[], str]
    build: Callable[[Theme], BuiltSection]


def _appearance(theme: Theme) -> BuiltSection:
    section = AppearanceSection(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.settings.appearance import AppearanceFlow

        return AppearanceFlow(section, shell)

    return BuiltSection(section, join)


def _channels(theme: Theme) -> BuiltSection:
    section = ChannelsSection(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.settings.channels import ChannelsFlow

        return ChannelsFlow(section, shell)

    return BuiltSection(section, join)


SECTIONS = (
    SectionEntry("appearance", lambda: translate("Settings", "Appearance"), _appearance),
    SectionEntry("channels", lambda: translate("Settings", "Alert channels"), _channels),
)
