"""Everything there is to look at: every page, section, dialog and state, as a list.

Pages and sections of the settings are in it by themselves; another state or dialog is one line.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QDialog

from app.connection import Connection, Phase
from app.help_text import BY_KEY
from app.models.record_filter import RecordFilter
from app.page_list import PAGES
from app.pages.activity.page import ActivityPage, Part
from app.pages.bulk_question import ResendQuestion
from app.pages.connections import ConnectionList
from app.pages.editor.beside import PULL, Beside
from app.pages.failures import FailuresPage
from app.pages.jobs import JobsPage
from app.pages.nodes import NodesPage
from app.pages.overview import OverviewPage
from app.pages.pause_question import PauseQuestion
from app.pages.record_detail import Tab
from app.pages.records import RecordsPage
from app.pages.settings.channels import ChannelsSection
from app.pages.settings.frame import SettingsPage
from app.pages.settings.secrets import SecretsSection
from app.pages.settings.section_list import SECTIONS
from app.pages.settings.tokens import TokensSection
from app.widgets.question import Question
from app.window import Window
from engine.api.client import told_in
from engine.api.wire import StatusShape
from tests.gui.stage import Stage

CRM_FAILED = RecordFilter("orders", "crm", ("dead",))


@dataclass(frozen=True, slots=True)
class Scene:
    """What a picture of it is called, and how the console gets there."""

    name: str
    play: Callable[[Stage], Awaitable[None]]


async def page(key: str, stage: Stage) -> None:
    if key == "jobs":
        stage.window.page_of(JobsPage).show_list()
    if key == "failures":  # without what another scene looked for
        stage.window.navigator.failures()
    stage.window.show_page(key)
    await stage.settle()


async def section(key: str, stage: Stage) -> None:
    stage.window.navigator.settings(key)
    await stage.settle()
    opened = stage.window.page_of(SettingsPage).built[key].section
    if isinstance(opened, ChannelsSection):
        opened.form.cancel.click()  # another scene's
        await stage.settle()


async def record(tab: Tab, stage: Stage) -> None:
    """A failed record with this part of its detail."""
    stage.window.navigator.records(CRM_FAILED)
    shown = stage.window.page_of(RecordsPage)
    await stage.settle()
    await stage.until(lambda: bool(shown.model.rows), "a record")
    shown.table.select_row(0)
    await stage.until(partial(detail_is_there, shown), "its detail")
    shown.detail.tabs.setCurrentIndex(tab)
    await stage.settle()


def detail_is_there(shown: RecordsPage) -> bool:
    """Whether the detail is of a row of the list, which may be listed anew meanwhile."""
    there = shown.detail.record_id in {row.id for row in shown.model.rows}
    if not there and shown.model.rows and not shown.table.selected_rows():
        shown.table.select_row(0)
    return there


async def nothing_matches(stage: Stage) -> None:
    stage.window.navigator.records(RecordFilter(key="no such key"))
    await stage.settle()


async def records_menu(stage: Stage) -> None:
    await record(Tab.ATTEMPTS, stage)
    shown = stage.window.page_of(RecordsPage)
    stage.over.append(shown.open_menu(stage.window.mapToGlobal(QPoint(360, 240))))
    await stage.settle()


async def resend_question(stage: Stage) -> None:
    await record(Tab.PAYLOAD, stage)
    stage.window.page_of(RecordsPage).resend_all_wanted.emit()
    question = await stage.question(Question)
    await stage.until(lambda: question.ready, "the question's number")
    await stage.settle()


async def overview_row(stage: Stage) -> None:
    """The graphs of one row, read at an instant, and the row's menu."""
    await page("overview", stage)
    shown = stage.window.page_of(OverviewPage)
    shown.table.select_row(0)
    await stage.until(lambda: shown.graphs.rates.drawn, "the graphs")
    shown.graphs.rates.pointed.emit(shown.graphs.rates.span[1] - 60)
    place = stage.window.mapToGlobal(QPoint(560, 300))
    stage.over.append(shown.table.open_menu(shown.model.rows[0], place))
    await stage.settle()


async def pause_question(stage: Stage) -> None:
    await page("overview", stage)
    stage.window.page_of(OverviewPage).pause_wanted.emit("orders", "crm")
    question = await stage.question(PauseQuestion)
    question.time.setText("25:00")
    await stage.settle()


async def failure(stage: Stage) -> None:
    """The first cause with its example."""
    stage.window.navigator.failures()
    shown = stage.window.page_of(FailuresPage)
    await stage.until(lambda: bool(shown.model.rows), "a cause")
    await stage.until(lambda: shown.detail.example_key != "", "its example")
    await stage.settle()


async def resend_cause(stage: Stage) -> None:
    await failure(stage)
    stage.window.page_of(FailuresPage).detail.resend.click()
    question = await stage.question(ResendQuestion)
    await stage.until(lambda: question.ready, "the question's number")
    await stage.settle()


async def no_failure(stage: Stage) -> None:
    stage.window.navigator.failures("no such job", "")
    await stage.settle()


async def editor(part: str, beside: str, stage: Stage) -> None:
    """A part of a job's form, and one of the panes beside it where it has them."""
    stage.window.navigator.job("orders", part)
    shown = stage.window.page_of(JobsPage)
    await stage.until(lambda: shown.editing and shown.editor.part == part, "the editor")
    await stage.settle()  # a draft that is still being read would begin anew
    if beside:
        await stage.until(lambda: bool(shown.findChildren(Beside)), "the panes")
        (panes,) = shown.findChildren(Beside)
        if not panes.isVisible():  # no room for both: the form stands in front
            shown.editor.tools.paste.click()
        panes.show_tab(beside)
        if beside == PULL:
            panes.pull.run.click()
            await stage.until(lambda: panes.pull.pulled is not None, "the answer")
            if not panes.form.isVisible():
                shown.editor.go_to(("producer", "response", "ok"))
    await stage.settle()


async def new_job(stage: Stage) -> None:
    stage.window.navigator.new_job()
    shown = stage.window.page_of(JobsPage)
    await stage.until(lambda: shown.editing, "the editor")
    await stage.settle()


async def activity(part: Part, stage: Stage) -> None:
    await page("activity", stage)
    shown = stage.window.page_of(ActivityPage)
    shown.show_part(part)
    await stage.settle()
    for each in (shown.alerts.list, shown.audit.list, shown.operations.list):
        if each.isVisible() and each.model.rowCount():
            each.table.select_row(0)
    await stage.settle()


async def channel_form(stage: Stage) -> None:
    await section("channels", stage)
    shown = stage.window.page_of(SettingsPage).built["channels"].section
    assert isinstance(shown, ChannelsSection)
    shown.new.click()
    shown.form.save.click()
    await stage.settle()


async def dialog(key: str, open_it: Callable[[Window], None], stage: Stage) -> None:
    """A dialog over that page."""
    await page(key, stage)
    open_it(stage.window)
    shown = await stage.question(QDialog)
    if isinstance(shown, Question):
        await stage.until(lambda: shown.yes.isVisible() or shown.no.isVisible(), "its buttons")
    await stage.settle()


def deed(key: str, window: Window) -> None:
    jobs = window.page_of(JobsPage).list
    jobs.deed_wanted.emit(key, next(row for row in jobs.model.rows if row.job == "orders"))


def of_section(name: str, window: Window) -> None:
    window.navigator.settings(name)
    section = window.page_of(SettingsPage).built[name].section
    assert isinstance(section, SecretsSection | TokensSection)
    section.add_wanted.emit()


async def palette(stage: Stage) -> None:
    await page("overview", stage)
    stage.window.palette_box.open()
    stage.window.palette_box.type("o")
    await stage.settle()


async def help_pane(stage: Stage) -> None:
    await page("records", stage)
    stage.window.help.open(BY_KEY["finding"])
    await stage.settle()


async def lost(stage: Stage) -> None:
    await page("overview", stage)
    url, language = stage.session.connection.url, stage.session._language
    sentence = told_in(language, f"No node answers at {url}.")
    hint = told_in(language, "Start it with `jellyfish node`, or look at the address.")
    told = Connection(Phase.LOST, url, sentence, hint, 5.0)
    stage.lose(told)
    await stage.settle()


async def welcome(stage: Stage) -> None:
    await page("overview", stage)
    shown = stage.window.page_of(OverviewPage)
    stage.hush()
    shown.show_status(StatusShape(now=stage.session.now()))
    await stage.until(shown.welcome.isVisible, "the welcome")


PLACES = tuple(Scene(entry.key, partial(page, entry.key)) for entry in PAGES)
SETTINGS = tuple(Scene(f"settings-{entry.key}", partial(section, entry.key)) for entry in SECTIONS)
EDITOR = (
    Scene("editor-new", new_job),
    Scene("editor-source-paste", partial(editor, "source", "paste")),
    Scene("editor-source-pull", partial(editor, "source", "pull")),
    Scene("editor-consumer-mapping", partial(editor, "consumer:1", "mapping")),
    Scene("editor-consumer-push", partial(editor, "consumer:1", "push")),
    Scene("editor-shards", partial(editor, "shards", "")),
    Scene("editor-alerts", partial(editor, "alerts", "")),
    Scene("editor-yaml", partial(editor, "yaml", "")),
    Scene("editor-versions", partial(editor, "versions", "")),
)
OVER_OVERVIEW: Mapping[str, Callable[[Window], None]] = {
    "resend-failed": lambda window: window.page_of(OverviewPage).resend_wanted.emit(
        "orders", "crm"
    ),
}
OVER_RECORDS: Mapping[str, Callable[[Window], None]] = {
    "skip-all": lambda window: window.page_of(RecordsPage).skip_all_wanted.emit(),
    "export-all": lambda window: window.page_of(RecordsPage).export_all_wanted.emit(),
}
OVER_JOBS: Mapping[str, Callable[[Window], None]] = {
    f"job-{key}": partial(deed, key) for key in ("delete",)
}
OVER_SETTINGS: Mapping[str, Callable[[Window], None]] = {
    f"new-{name}": partial(of_section, name) for name in ("secrets", "tokens")
}
OVER_NODES: Mapping[str, Callable[[Window], None]] = {
    "connect": lambda window: window.findChildren(ConnectionList)[0].add_wanted.emit(),
    "drain": lambda window: window.page_of(NodesPage).drain_wanted.emit("test"),
}
DIALOGS = tuple(
    Scene(f"dialog-{name}", partial(dialog, key, open_it))
    for key, dialogs in (
        ("overview", OVER_OVERVIEW),
        ("records", OVER_RECORDS),
        ("jobs", OVER_JOBS),
        ("settings", OVER_SETTINGS),
        ("nodes", OVER_NODES),
    )
    for name, open_it in dialogs.items()
)
STATES = (
    *(Scene(f"record-{tab.name.lower()}", partial(record, tab)) for tab in Tab),
    Scene("records-nothing", nothing_matches),
    Scene("records-menu", records_menu),
    Scene("resend", resend_question),
    Scene("overview-row", overview_row),
    Scene("overview-pause", pause_question),
    Scene("failures-cause", failure),
    Scene("failures-resend", resend_cause),
    Scene("failures-nothing", no_failure),
    *(Scene(f"activity-{part.name.lower()}", partial(activity, part)) for part in Part),
    Scene("settings-channel-form", channel_form),
    Scene("palette", palette),
    Scene("help", help_pane),
    Scene("lost", lost),
    Scene("welcome", welcome),
)
SCENES = (*PLACES, *SETTINGS, *EDITOR, *DIALOGS, *STATES)
