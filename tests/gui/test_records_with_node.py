"""The records page on a real node: resend all as an operation, export, the command that runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.connection import Address, FixedAddress, Phase
from app.flows.export import Wanted
from app.flows.records import RecordsFlow
from app.models.export_rows import CsvForm
from app.models.record_filter import RecordFilter
from app.models.work import figures
from app.pages.records import RecordsPage
from app.session import Session
from app.window import Window
from tests.fault_server import Answer, FaultServer
from tests.gui.conftest import Run
from tests.node_process import running_node
from tests.sample_source import SampleSource, rows

WAIT_MS = 30_000
RECORDS = 30


class Live:
    """A window on a node that has moved thirty records to a target."""

    def __init__(self, window: Window, target: FaultServer) -> None:
        self.window = window
        self.target = target
        self.page = window.page_of(RecordsPage)
        self.flow = window.flow_of(RecordsFlow)

    def ended(self) -> str:
        found = self.window.progress.rows
        return "" if not found or found[0].work.open else figures(found[0].work)


def document(source: SampleSource, target: FaultServer) -> dict[str, Any]:
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "1h"},
            "mode": "full",
            "request": {"method": "GET", "url": source.url("all")},
            "response": {"format": "json", "records": "body.data.items"},
            "paging": {"kind": "none"},
        },
        "ledger": {"key": "record.id"},
        "consumers": [{"name": "erp", "request": {"method": "POST", "url": f"{target.origin}/in"}}],
    }


@pytest.fixture
def stack(run: Run[Any]) -> Iterator[AsyncExitStack]:
    """Ends what was started, whatever becomes of the test."""
    made = AsyncExitStack()
    yield made
    run(made.aclose())


@pytest.fixture
def live(
    stack: AsyncExitStack, run: Run[Any], qtbot: QtBot, window: Window, tmp_path: Path
) -> Live:
    source = run(stack.enter_async_context(SampleSource(rows(RECORDS))))
    target = run(stack.enter_async_context(FaultServer()))
    target.on("/in", Answer(200))
    node = run(stack.enter_async_context(running_node(tmp_path / "home")))
    client = run(stack.enter_async_context(node.client()))
    run(client.apply(document(source, target)))
    session = Session(FixedAddress(Address(node.url, node.token)))
    stack.push_async_callback(session.close)
    window.attach(session)
    session.open()
    qtbot.waitUntil(lambda: session.connection.phase is Phase.CONNECTED, timeout=WAIT_MS)
    made = Live(window, target)
    window.show_page("records")
    qtbot.waitUntil(
        lambda: (
            [lead.state for row in made.page.model.rows if (lead := row.lead)]
            == ["delivered"] * RECORDS
        ),
        timeout=WAIT_MS,
    )
    return made


def test_all_that_match_are_sent_again_as_an_operation_and_followed(
    live: Live, qtbot: QtBot
) -> None:
    live.page.filter_bar.set_filter(RecordFilter("orders", "erp"))
    before = len(live.target.received)
    live.page.resend_all_wanted.emit()
    resending = live.flow.resending
    qtbot.waitUntil(lambda: resending.question is not None and resending.question.ready)
    assert resending.question is not None
    assert resending.question.words.startswith("Resend 30 records?")
    assert "30 of them the target has accepted already" in resending.question.words
    resending.question.yes.click()
    qtbot.waitUntil(
        lambda: live.ended().startswith("30 deliveries will be sent again"), timeout=WAIT_MS
    )
    qtbot.waitUntil(lambda: len(live.target.received) == before + RECORDS, timeout=WAIT_MS)


def test_what_matches_is_exported_as_lines_and_as_a_table(
    live: Live, qtbot: QtBot, tmp_path: Path
) -> None:
    wanted = Wanted(query=live.page.filter.query(0))
    live.flow.exporting.start(wanted, None, tmp_path / "all.jsonl")
    qtbot.waitUntil(lambda: live.ended() == "30 records written", timeout=WAIT_MS)
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert len({line["key"] for line in lines}) == RECORDS
    assert {line["deliveries"][0]["state"] for line in lines} == {"delivered"}
    live.window.progress.rows[0].put_away.click()
    live.flow.exporting.start(wanted, CsvForm(("key", "record.id")), tmp_path / "all.csv")
    qtbot.waitUntil(lambda: live.ended() == "30 records written", timeout=WAIT_MS)
    table = (tmp_path / "all.csv").read_text("utf-8-sig").splitlines()
    assert table[0] == "key,record.id"
    assert len(table) == RECORDS + 1
    assert all(key == field for key, field in (row.split(",") for row in table[1:]))


async def ran(command: str) -> int:
    """Its exit code."""
    process = await asyncio.create_subprocess_exec(
        "sh", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    await process.communicate(command.encode())
    assert process.returncode is not None
    return process.returncode


def test_the_copied_command_sends_the_same_bytes_once_more(
    live: Live, qtbot: QtBot, run: Run[Any]
) -> None:
    row = live.page.model.rows[0]
    live.page.curl_wanted.emit(row.id, "erp", None)
    qtbot.waitUntil(lambda: live.page.toast.words.startswith("Copied as cURL"))
    assert run(ran(QGuiApplication.clipboard().text())) == 0
    again = live.target.received[-1]
    marks = [each for each in live.target.received[:-1] if each.body == again.body]
    assert len(marks) == 1
    assert again.header("webhook-id") == marks[0].header("webhook-id")
    assert again.header("content-type") == marks[0].header("content-type")
    live.page.toast.dismiss()


def test_a_whole_key_and_one_of_another_job_find_what_there_is(live: Live, qtbot: QtBot) -> None:
    key = live.page.model.rows[7].key
    live.page.filter_bar.set_filter(RecordFilter(key=key, exact=True))
    qtbot.waitUntil(lambda: [row.key for row in live.page.model.rows] == [key])
    live.page.filter_bar.set_filter(RecordFilter(key=key + "x", exact=True))
    qtbot.waitUntil(lambda: live.page.model.rowCount() == 0)


def test_an_expression_finds_what_fits_and_a_mistake_stands_at_the_field(
    live: Live, qtbot: QtBot
) -> None:
    bar = live.page.filter_bar
    wanted = sorted(row.id for row in live.page.model.rows)[:1]
    key = next(row.key for row in live.page.model.rows if row.id == wanted[0])
    bar.set_filter(RecordFilter("orders", expression=f'record.id == "{key}" || key == "{key}"'))
    qtbot.waitUntil(lambda: [row.id for row in live.page.model.rows] == wanted, timeout=WAIT_MS)
    bar.set_filter(RecordFilter("orders", expression="record.id =="))
    qtbot.waitUntil(lambda: bar.said != "" and live.page.model.rowCount() == 0, timeout=WAIT_MS)
    assert bar._expression_frame.property("wrong")
    assert not bar.stop.isVisible()
    bar.set_filter(RecordFilter("orders", expression="true"))
    qtbot.waitUntil(lambda: live.page.model.rowCount() == RECORDS, timeout=WAIT_MS)
    assert not bar._expression_frame.property("wrong")
