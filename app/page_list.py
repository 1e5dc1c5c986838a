"""The console's pages: this list is the table of contents, and the sidebar's order.

A page is built before there is a session, so that the window is painted at once; its flow is
imported and made when the session is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.pages.activity.page import ActivityPage
from app.pages.failures import FailuresPage
from app.pages.jobs import JobsPage
from app.pages.nodes import NodesPage
from app.pages.overview import OverviewPage
from app.pages.page import Page
from app.pages.records import RecordsPage
from app.pages.settings.frame import SettingsPage
from app.shell import Shell
from app.theme.theme import Theme
from app.words import translate

if TYPE_CHECKING:
    from app.flows.flow import Flow


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A page, and how its flow is made. The flow belongs to the page."""

    page: Page
    join: Callable[[Shell], Flow]


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page. key: its name in the program; sign: its icon; group: a gap parts two groups."""

    key: str
    sign: str
    group: int
    title: Callable[[], str]
    build: Callable[[Theme], BuiltPage]


def _overview(theme: Theme) -> BuiltPage:
    page = OverviewPage(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.overview import OverviewFlow

        return OverviewFlow(theme, page, shell.session, shell.navigator, shell.settings)

    return BuiltPage(page, join)


def _records(theme: Theme) -> BuiltPage:
    page = RecordsPage(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.records import RecordsFlow

        return RecordsFlow(shell.theme, page, shell.session, shell.navigator, shell.settings)

    return BuiltPage(page, join)


def _nodes(theme: Theme) -> BuiltPage:
    page = NodesPage(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.nodes import NodesFlow

        return NodesFlow(page, shell)

    return BuiltPage(page, join)


def _jobs(theme: Theme) -> BuiltPage:
    page = JobsPage(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.jobs import JobsFlow

        return JobsFlow(page, shell)

    return BuiltPage(page, join)


def _settings(theme: Theme) -> BuiltPage:
    page = SettingsPage(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.settings.frame import SettingsFlow

        return SettingsFlow(page, shell)

    return BuiltPage(page, join)


def _failures(theme: Theme) -> BuiltPage:
    page = FailuresPage(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.failures import FailuresFlow

        return FailuresFlow(theme, page, shell.session, shell.navigator)

    return BuiltPage(page, join)


def _activity(theme: Theme) -> BuiltPage:
    page = ActivityPage(theme)

    def join(shell: Shell) -> Flow:
        from app.flows.activity import ActivityFlow

        return ActivityFlow(page, shell)

    return BuiltPage(page, join)


PAGES = (
    PageEntry("overview", "overview", 0, lambda: translate("Pages", "Overview"), _overview),
    PageEntry("jobs", "jobs", 0, lambda: translate("Pages", "Jobs"), _jobs),
    PageEntry("records", "records", 0, lambda: translate("Pages", "Records"), _records),
    PageEntry("failures", "warning", 0, lambda: translate("Pages", "Failures"), _failures),
    PageEntry("nodes", "nodes", 1, lambda: translate("Pages", "Nodes"), _nodes),
    PageEntry("activity", "activity", 1, lambda: translate("Pages", "Activity"), _activity),
    PageEntry("settings", "settings", 1, lambda: translate("Pages", "Settings"), _settings),
)
