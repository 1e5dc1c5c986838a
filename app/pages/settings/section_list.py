"""The sections of the settings: this list is their order.

A section is built with the page; its flow, where it has one, when there is a session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.pages.settings.about import AboutSection
from app.pages.settings.appearance import AppearanceSection
from app.pages.settings.channels import ChannelsSection
from app.pages.settings.database import DatabaseSection
from app.pages.settings.retention import RetentionSection
from app.pages.settings.secrets import SecretsSection
from app.pages.settings.section import Section
from app.pages.settings.tokens import TokensSection
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


def _database(theme: Theme) -> BuiltSection:
    section = DatabaseSection(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.settings.database import DatabaseFlow

        return DatabaseFlow(section, shell)

    return BuiltSection(section, join)


def _secrets(theme: Theme) -> BuiltSection:
    section = SecretsSection(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.settings.secrets import SecretsFlow

        return SecretsFlow(section, shell)

    return BuiltSection(section, join)


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


def _retention(theme: Theme) -> BuiltSection:
    section = RetentionSection(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.settings.retention import RetentionFlow

        return RetentionFlow(section, shell)

    return BuiltSection(section, join)


def _tokens(theme: Theme) -> BuiltSection:
    section = TokensSection(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.settings.tokens import TokensFlow

        return TokensFlow(section, shell)

    return BuiltSection(section, join)


def _about(theme: Theme) -> BuiltSection:
    section = AboutSection(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.settings.about import AboutFlow

        return AboutFlow(section, shell)

    return BuiltSection(section, join)


SECTIONS = (
    SectionEntry("database", lambda: translate("Database", "Database"), _database),
    SectionEntry("secrets", lambda: translate("Secrets", "Secrets"), _secrets),
    SectionEntry("channels", lambda: translate("Settings", "Alert channels"), _channels),
    SectionEntry("tokens", lambda: translate("Tokens", "Tokens"), _tokens),
    SectionEntry("retention", lambda: translate("Retention", "Retention"), _retention),
    SectionEntry("appearance", lambda: translate("Settings", "Appearance"), _appearance),
    SectionEntry("about", lambda: translate("About", "About"), _about),
)
