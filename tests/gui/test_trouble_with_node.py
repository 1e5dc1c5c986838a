"""Trouble on a real node, seen and dealt with in the console: causes, resends, pauses, alerts."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.connection import Phase
from app.flows.alerts import Alerts
from app.flows.export import Wanted
from app.flows.failures import FailuresFlow
from app.flows.overview import OverviewFlow
from app.local_node import LocalNode
from app.models.overview import Column
from app.pages.activity.page import ActivityPage, Part
from app.pages.bulk_question import ResendQuestion
from app.pages.export_dialog import ExportDialog
from app.pages.failures import FailuresPage
from app.pages.overview import OverviewPage
from app.pages.pause_question import PauseQuestion
from app.pages.records import RecordsPage
from app.pages.settings.channels import ChannelsSection
from app.pages.settings.frame import SettingsPage
from app.session import Session
from app.window import Window
from engine.api.client import NodeClient
from engine.api.wire import RecordQuery
from tests.fault_server import Answer, FaultServer, Received
from tests.gui.conftest import Run
from tests.sample_source import SampleSource, rows

START_MS = 30_000
RECORDS = 30


@dataclass
class Systems:
    """A source of thirty rows, and a target that refuses two of three until it is healed."""

    source: SampleSource
    target: FaultServer
    healed: bool = False

    def answer(self, request: Received) -> Answer:
        number = int(json.loads(request.body)["id"])
        if self.healed or number % 3 == 0:
            return Answer(200)
        if number % 3 == 1:
            body = json.dumps({"msg": f'order "{number}" has no tax_id'})
            return Answer(422, body.encode())
        return Answer(400, b'{"msg": "unknown currency"}')


@asynccontextmanager
async def systems() -> AsyncIterator[Systems]:
    async with SampleSource(rows(RECORDS)) as source, FaultServer() as target:
        both = Systems(source, target)
        target.on("/in", both.answer)
        yield both


def document(both: Systems) -> dict[str, Any]:
    """A job whose failures die at once, and that tells of them."""
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "1s"},
            "mode": "full",
            "request": {"method": "GET", "url": both.source.url("all")},
            "response": {"format": "json", "records": "body.data.items"},
            "paging": {"kind": "none"},
        },
        "ledger": {"key": "record.id"},
        "consumers": [
            {
                "name": "erp",
                "request": {"method": "POST", "url": f"{both.target.origin}/in"},
                "retry": {"policy": "fixed", "every": "1s", "attempts": 1},
            }
        ],
        "alerts": [{"when": "failed > 0", "to": ["nobody"], "repeat": "60m"}],
    }


@dataclass
class Live:
    """A console on its own node, with the job of ``document``."""

    window: Window
    session: Session
    both: Systems

    @property
    def overview(self) -> OverviewPage:
        return self.window.page_of(OverviewPage)

    @property
    def failures(self) -> FailuresPage:
        return self.window.page_of(FailuresPage)

    @property
    def activity(self) -> ActivityPage:
        return self.window.page_of(ActivityPage)

    def cell(self, column: Column) -> str:
        model = self.overview.model
        return str(model.data(model.index(0, column))) if model.rowCount() else ""


@pytest.fixture
def live(run: Run[Any], qtbot: QtBot, window: Window, tmp_path: Path) -> Iterator[Live]:
    environ = {
        **os.environ,
        "JELLYFISH_HOME": str(tmp_path / "home"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    command = (sys.executable, "-m", "engine.cli", "node", "--listen", "127.0.0.1:0")
    local = LocalNode(command, environ)
    stack = AsyncExitStack()
    both = run(stack.enter_async_context(systems()))
    session = Session(local)
    window.attach(session)
    session.open()
    qtbot.waitUntil(lambda: session.connection.phase is Phase.CONNECTED, timeout=START_MS)
    run(apply(local, document(both)))
    yield Live(window, session, both)
    run(session.close())
    run(local.stop())
    run(stack.aclose())


async def apply(local: LocalNode, job: dict[str, Any]) -> None:
    address = await local.address()
    async with NodeClient(address.url, address.token) as client:
        await client.apply(job)


def wait_failed(live: Live, qtbot: QtBot) -> None:
    """Until all that the target refuses is dead."""
    qtbot.waitUntil(lambda: live.cell(Column.FAILED) == "20", timeout=START_MS)
    qtbot.waitUntil(lambda: live.cell(Column.SYNCED) == "10", timeout=START_MS)


def test_failures_stand_by_cause_and_go_when_the_group_is_sent_again(
    live: Live, qtbot: QtBot
) -> None:
    wait_failed(live, qtbot)
    live.window.show_page("failures")
    page = live.failures
    qtbot.waitUntil(lambda: len(page.model.rows) == 2, timeout=START_MS)
    first, second = page.model.rows
    assert {(first.status, first.count), (second.status, second.count)} == {(422, 10), (400, 10)}
    assert any("has no tax_id" in row.sentence for row in page.model.rows)
    place = next(i for i, row in enumerate(page.model.rows) if row.status == 422)
    page.table.select_row(place)
    qtbot.waitUntil(
        lambda: page.detail.example_key != "" and page.detail.group is page.model.rows[place]
    )
    assert page.detail.attempts.cards()[0].is_open

    live.both.healed = True
    page.detail.resend.click()
    bulk = live.window.flow_of(FailuresFlow).bulk
    qtbot.waitUntil(lambda: bulk.question is not None and bulk.question.ready, timeout=START_MS)
    question = bulk.question
    assert isinstance(question, ResendQuestion)
    assert "Resend 10 records?" in question.words
    question.yes.click()
    qtbot.waitUntil(lambda: len(page.model.rows) == 1, timeout=START_MS)
    assert page.model.rows[0].status == 400
    qtbot.waitUntil(lambda: live.cell(Column.FAILED) == "10", timeout=START_MS)

    live.window.navigator.activity()
    activity = live.activity
    qtbot.waitUntil(lambda: activity.operations.model.rowCount() == 1, timeout=START_MS)
    assert activity.operations.model.rows[0].moved == 10
    activity.show_part(Part.AUDIT)
    qtbot.waitUntil(
        lambda: any("resend" in row.what for row in activity.audit.model.rows), timeout=START_MS
    )


def test_the_records_of_a_cause_are_only_those(live: Live, qtbot: QtBot) -> None:
    wait_failed(live, qtbot)
    live.window.show_page("failures")
    page = live.failures
    qtbot.waitUntil(lambda: len(page.model.rows) == 2, timeout=START_MS)
    page.table.select_row(1)
    page.detail.records.click()
    assert live.window.page == "records"
    records = live.window.page_of(RecordsPage)
    qtbot.waitUntil(lambda: len(records.model.rows) == 10, timeout=START_MS)


def test_the_records_of_a_cause_are_exported(live: Live, qtbot: QtBot, tmp_path: Path) -> None:
    wait_failed(live, qtbot)
    live.window.show_page("failures")
    page = live.failures
    qtbot.waitUntil(lambda: len(page.model.rows) == 2, timeout=START_MS)
    place = next(i for i, row in enumerate(page.model.rows) if row.status == 422)
    page.table.select_row(place)
    page.detail.export.click()
    dialog = live.window.findChild(ExportDialog)
    assert dialog is not None
    assert "Export 10 records?" in dialog.words
    dialog.reject()
    group = page.model.rows[place]
    query = RecordQuery(
        job=group.job, consumer=group.consumer, states=(group.state,), cause=group.cause
    )
    to = tmp_path / "records.jsonl"
    live.window.flow_of(FailuresFlow).exporting.start(Wanted(query=query), None, to)
    qtbot.waitUntil(to.exists, timeout=START_MS)
    keys = {json.loads(line)["key"] for line in to.read_text().splitlines()}
    assert keys == {str(number) for number in range(1, RECORDS + 1) if number % 3 == 1}


def test_a_failure_moves_the_overview_within_a_second(live: Live, qtbot: QtBot) -> None:
    """The best of three: other work of the machine is not the console's."""
    wait_failed(live, qtbot)
    took = []
    for count, number in enumerate((31, 34, 37), 1):  # all of them are refused
        live.both.source.rows.extend(rows(1, first=number))
        qtbot.waitUntil(partial(received, live, RECORDS + count), timeout=START_MS)
        answered = time.monotonic()
        qtbot.waitUntil(partial(shows_failed, live, 20 + count), timeout=START_MS)
        took.append(time.monotonic() - answered)
    assert min(took) < 1.0
    qtbot.waitUntil(lambda: live.overview.graphs.rates.drawn, timeout=START_MS)


def received(live: Live, count: int) -> bool:
    return len(live.both.target.received) == count


def shows_failed(live: Live, count: int) -> bool:
    return live.cell(Column.FAILED) == str(count)


def test_a_row_has_its_own_graphs_from_the_node(live: Live, qtbot: QtBot) -> None:
    wait_failed(live, qtbot)
    arrived: list[object] = []
    live.session.series_arrived.connect(arrived.append)
    live.overview.table.select_row(0)
    qtbot.waitUntil(lambda: len(arrived) > 0, timeout=START_MS)
    assert live.overview.scope.words.startswith("orders → erp")
    qtbot.waitUntil(
        lambda: live.overview.graphs.rates.legend()["failed"].startswith("failed"),
        timeout=START_MS,
    )


def test_a_pause_with_an_end_holds_and_says_until_when(live: Live, qtbot: QtBot) -> None:
    wait_failed(live, qtbot)
    live.overview.pause_wanted.emit("orders", "erp")
    flow = live.window.flow_of(OverviewFlow)
    question = flow.question
    assert isinstance(question, PauseQuestion)
    question.time.setText("2099-01-01 06:00")
    question.why.setText("month end")
    question.yes.click()
    words = "Paused until 2099-01-01 06:00: month end"
    qtbot.waitUntil(lambda: live.cell(Column.HAPPENING) == words, timeout=START_MS)
    live.overview.toast.dismiss()
    live.overview.resume_wanted.emit("orders", "erp")
    qtbot.waitUntil(lambda: not live.cell(Column.HAPPENING).startswith("Paused"), timeout=START_MS)
    qtbot.waitUntil(live.overview.toast.isVisible, timeout=START_MS)
    live.overview.toast.dismiss()


def test_an_alert_opens_leads_to_the_failures_and_is_resolved(live: Live, qtbot: QtBot) -> None:
    wait_failed(live, qtbot)
    follower = Alerts.of(live.session)
    qtbot.waitUntil(lambda: len(follower.open) == 1, timeout=START_MS)
    live.window.navigator.alerts()
    part = live.activity.alerts
    qtbot.waitUntil(lambda: part.model.rowCount() == 1, timeout=START_MS)
    part.list.table.select_row(0)
    assert part.place.text() == "Show the failures"
    part.place.click()
    assert live.window.page == "failures"
    assert (live.failures.choice.job, live.failures.choice.consumer) == ("orders", "erp")


def test_a_channel_is_set_by_its_form_and_tried(live: Live, qtbot: QtBot) -> None:
    target = live.both.target
    target.on("/hook", Answer(200))
    live.window.navigator.settings("channels")
    section = live.window.page_of(SettingsPage).built["channels"].section
    assert isinstance(section, ChannelsSection)
    qtbot.waitUntil(section.new.isEnabled, timeout=START_MS)
    section.new.click()
    section.form.choose_kind("webhook")
    section.form.name.set_value("duty")
    section.form.rows["url"].set_value(f"{target.origin}/hook")
    section.form.test.click()
    qtbot.waitUntil(lambda: section.line("duty") is not None, timeout=START_MS)
    line = section.line("duty")
    assert line is not None
    qtbot.waitUntil(lambda: "was sent" in line.result.text(), timeout=START_MS)
    (told,) = (each for each in target.received if each.path == "/hook")
    assert json.loads(told.body)["state"] == "test"

    target.on("/hook", Answer(500))
    line.test.click()
    qtbot.waitUntil(lambda: "status 500" in line.result.text(), timeout=START_MS)

    section.new.click()
    section.form.rows["url"].set_value("no address")
    section.form.name.set_value("broken")
    section.form.save.click()
    qtbot.waitUntil(lambda: section.form.rows["url"].problem.isVisible(), timeout=START_MS)
    section.form.close_form()
