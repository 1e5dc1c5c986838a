"""The panes beside the editor's forms, on a real node, an unknown source and an unknown target."""

from __future__ import annotations

import asyncio
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.connection import Address, FixedAddress, Phase
from app.models.job_draft import JobDraft
from app.pages.editor.beside import MAPPING, PASTE, PULL, PUSH
from app.pages.editor.mapping import FIELDS, OWN, TEMPLATE
from app.session import Session
from app.theme.theme import Theme
from engine.api.client import NodeClient, read_local_node
from tests.gui.conftest import Run
from tests.gui.panes import Bench
from tests.unknown_systems import TARGET_KEY, TOKEN, UnknownSystems, unknown_systems

WAIT_MS = 30_000
START_S = 30.0


@pytest.fixture
def systems(run: Run[Any]) -> Iterator[UnknownSystems]:
    stack = AsyncExitStack()
    yield run(stack.enter_async_context(unknown_systems()))
    run(stack.aclose())


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """A real node in a process of its own, one for all of these tests: they keep no job in it."""
    home = str(tmp_path_factory.mktemp("node"))
    environ = {**os.environ, "JELLYFISH_HOME": home}
    command = (sys.executable, "-m", "engine.cli", "node", "--listen", "127.0.0.1:0")
    with subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + START_S
        while (found := read_local_node({"JELLYFISH_HOME": home})) is None:
            assert process.poll() is None
            assert time.monotonic() < deadline
            select.select((), (), (), 0.02)
        yield Address(found[0], found[1])
        process.terminate()


@pytest.fixture
def bench(run: Run[Any], qtbot: QtBot, theme: Theme, address: Address) -> Iterator[Bench]:
    """The panes beside an empty source."""
    session = Session(FixedAddress(address))
    made = Bench(theme, session)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    session.open()
    qtbot.waitUntil(lambda: session.connection.phase is Phase.CONNECTED, timeout=WAIT_MS)
    made.flow.show_source()
    yield made
    made.close()
    made.deleteLater()
    run(session.close())


def paste(bench: Bench, qtbot: QtBot, text: str) -> None:
    """Ctrl+V into the pane, and wait for what it says."""
    QGuiApplication.clipboard().setText(text)
    bench.beside.paste.edit.setFocus()
    qtbot.keyClick(bench.beside.paste.edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(
        lambda: bench.beside.paste.found is not None or bool(bench.beside.paste.note.words),
        timeout=WAIT_MS,
    )


def pulled(bench: Bench, qtbot: QtBot, systems: UnknownSystems) -> None:
    """The source's command pasted, accepted, and its answer there."""
    paste(bench, qtbot, systems.source_command)
    bench.beside.paste.accept_all.click()
    qtbot.waitUntil(lambda: bench.beside.pull.pulled is not None, timeout=WAIT_MS)


def accepted(bench: Bench, qtbot: QtBot, systems: UnknownSystems) -> None:
    """The answer's proposals accepted too."""
    pulled(bench, qtbot, systems)
    bench.beside.pull.accept_all.click()
    qtbot.waitUntil(lambda: bench.beside.pull.pulled.ok, timeout=WAIT_MS)  # type: ignore[union-attr]  # it is there


def at_target(bench: Bench, qtbot: QtBot, systems: UnknownSystems) -> None:
    """The target's command accepted, and its request shown."""
    accepted(bench, qtbot, systems)
    bench.host.draft.insert(("consumers",), 0, {"name": "", "request": {"method": "POST"}})
    bench.flow.show_consumer(0)
    paste(bench, qtbot, systems.target_command)
    bench.beside.paste.accept_all.click()
    qtbot.waitUntil(lambda: bench.beside.push.shown is not None, timeout=WAIT_MS)


def test_a_pasted_command_is_shown_with_reasons_and_accepting_asks_the_source(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems
) -> None:
    assert bench.beside.tab == PASTE
    paste(bench, qtbot, systems.source_command)
    rows = bench.beside.paste.list.rows
    assert [row.proposal.part for row in rows] == ["request", "auth", "job", "paging"]
    assert "source-token" in bench.beside.paste.secret_note.words
    assert systems.asked == [], "nothing is asked before somebody accepts"
    qtbot.keyClick(bench.beside.paste.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bench.beside.pull.pulled is not None, timeout=WAIT_MS)
    assert bench.beside.tab == PULL
    assert bench.host.document()["producer"]["request"]["auth"] == {
        "kind": "bearer",
        "token": {"secret": "source-token"},
    }
    assert TOKEN not in str(bench.host.document())
    assert bench.host.secrets == 1


def test_one_proposal_can_be_accepted_alone(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems
) -> None:
    paste(bench, qtbot, systems.source_command)
    name = next(row for row in bench.beside.paste.list.rows if row.proposal.part == "job")
    name.accept.click()
    qtbot.waitUntil(lambda: bench.host.document()["job"] == "orders", timeout=WAIT_MS)
    assert bench.host.document()["producer"]["request"]["url"] == ""
    assert name.taken.isVisible()
    assert not name.accept.isVisible()


def test_a_choice_can_be_taken_instead(bench: Bench, qtbot: QtBot, systems: UnknownSystems) -> None:
    accepted(bench, qtbot, systems)
    row = next(row for row in bench.beside.pull.list.rows if row.proposal.part == "cursor")
    menu = row.menu()
    assert [action.text() for action in menu.actions()] == ["none, read everything"]
    menu.actions()[0].trigger()
    menu.deleteLater()
    producer = bench.host.document()["producer"]
    assert producer["mode"] == "full"
    assert "cursor" not in producer


@pytest.mark.parametrize("text", ["hello", "curl", "<html><body>x</body></html>"])
def test_a_text_that_says_nothing_is_told_in_a_sentence(
    bench: Bench, qtbot: QtBot, text: str
) -> None:
    paste(bench, qtbot, text)
    assert bench.beside.paste.note.words
    assert bench.beside.paste.found is None
    assert not bench.beside.paste.foot.isVisible()


def test_values_of_the_answer_become_records_key_and_cursor_by_clicks_and_keys(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems
) -> None:
    pulled(bench, qtbot, systems)
    tree = bench.beside.pull.tree
    records = tree.index_of(("data", "列表"))
    qtbot.mouseClick(
        tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(records).center()
    )
    assert bench.host.document()["producer"]["response"]["records"] == 'body.data["列表"]'
    for key, path in ((Qt.Key.Key_K, "订单编号"), (Qt.Key.Key_C, "更新时间")):
        tree.setCurrentIndex(tree.index_of(("data", "列表", 0, path)))
        qtbot.keyClick(tree, key)
    tree.setCurrentIndex(tree.index_of(("code",)))
    qtbot.keyClick(tree, Qt.Key.Key_S)
    document = bench.host.document()
    assert document["ledger"]["key"] == 'record["订单编号"]'
    assert document["producer"]["cursor"]["value"] == 'record["更新时间"]'
    assert document["producer"]["mode"] == "incremental"
    assert document["producer"]["response"]["ok"] == 'status == 200 && body.code == "0"'
    assert tree.marks == {
        ("data", "列表"): ["records"],
        ("code",): ["success"],
        ("data", "列表", 0, "订单编号"): ["key"],
        ("data", "列表", 0, "更新时间"): ["cursor"],
    }
    model = bench.beside.pull.model
    qtbot.waitUntil(lambda: model.rows[0].key == "SO-88001", timeout=WAIT_MS)
    assert len(systems.asked) == 1, "clicking does not ask the source again"


def test_a_scalar_offers_what_it_may_be_in_a_menu(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems
) -> None:
    accepted(bench, qtbot, systems)
    tree = bench.beside.pull.tree
    menu = tree.menu(tree.index_of(("data", "列表", 0, "状态")))
    assert [action.text() for action in menu.actions()] == [
        "This is the key (K)",
        "This is the cursor (C)",
    ]
    menu.actions()[0].trigger()
    menu.deleteLater()
    assert bench.host.document()["ledger"]["key"] == 'record["状态"]'
    qtbot.waitUntil(lambda: "another one has too" in bench.beside.pull.note.words, timeout=WAIT_MS)


def test_another_page_and_cursor_are_asked_for_on_demand(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems
) -> None:
    accepted(bench, qtbot, systems)
    bench.beside.pull.cursor_field.setText("2026-01-05 10:00:20")
    bench.beside.pull.page_field.setText("1")
    qtbot.keyClick(bench.beside.pull.page_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(systems.asked) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(bench.beside.pull.model.rows) == 6, timeout=WAIT_MS)
    assert systems.asked[-1].query["updateTimeStart"] == "2026-01-05 10:00:20"


def test_the_request_stands_there_before_anything_is_sent(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems
) -> None:
    at_target(bench, qtbot, systems)
    push = bench.beside.push
    assert bench.beside.tab == PUSH
    assert push.shown is not None
    assert push.shown.request is not None
    assert not push.shown.sent
    assert "Nothing is sent yet" in push.warning.text()
    assert systems.taken == []
    assert TARGET_KEY not in str(bench.host.document())


def test_sending_once_shows_the_answer_and_its_rule_is_one_click(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems
) -> None:
    at_target(bench, qtbot, systems)
    push = bench.beside.push
    qtbot.mouseClick(push.send, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(push.list.rows), timeout=WAIT_MS)
    assert [one["orderNo"] for one in systems.taken] == ["SO-88001"]
    assert "It was sent to" in push.warning.text()
    push.list.rows[0].accept.click()
    rule = bench.host.document()["consumers"][0]["success"]
    assert rule == 'status == 200 && body.code == "0"'
    assert push.list.rows[0].taken.isVisible()


def test_another_record_can_be_tried(bench: Bench, qtbot: QtBot, systems: UnknownSystems) -> None:
    at_target(bench, qtbot, systems)
    push = bench.beside.push
    push.choose(push.choices[3])
    qtbot.waitUntil(lambda: push.shown is not None and push.shown.key == "SO-88004")
    assert "SO-88004" in (push.shown.request.body or "")  # type: ignore[union-attr]  # waited for


def test_the_mapping_shows_what_each_line_gives_and_takes_fields_by_a_click(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems
) -> None:
    at_target(bench, qtbot, systems)
    mapping = bench.beside.mapping
    bench.beside.show_tab(MAPPING)
    qtbot.waitUntil(lambda: mapping.lines[0].preview.text() == '"SO-88001"', timeout=WAIT_MS)
    assert [line.target.text() for line in mapping.lines] == [
        "orderNo",
        "customer.name",
        "totalAmount",
        "status",
        "lines",
    ]
    mapping.lines[3].text.setFocus()
    city = next(
        row for row in range(mapping.fields.count()) if "城市" in mapping.fields.item(row).text()
    )
    box = mapping.fields.visualItemRect(mapping.fields.item(city))
    qtbot.mouseClick(
        mapping.fields.viewport(),
        Qt.MouseButton.LeftButton,
        pos=box.topLeft() + QPoint(20, box.height() // 2),
    )
    body = bench.host.document()["consumers"][0]["request"]["body"]
    assert body["status"] == '${record["客户"]["城市"]}'
    qtbot.waitUntil(lambda: mapping.lines[3].preview.text() == '"上海"', timeout=WAIT_MS)
    mapping.lines[3].text.selectAll()
    qtbot.keyClicks(mapping.lines[3].text, "${record.nothing}")
    qtbot.waitUntil(
        lambda: "there is no field nothing" in mapping.lines[3].preview.text(), timeout=WAIT_MS
    )


def test_the_mapping_switches_between_own_bytes_fields_and_json_and_loses_nothing(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems
) -> None:
    at_target(bench, qtbot, systems)
    mapping = bench.beside.mapping
    bench.beside.show_tab(MAPPING)
    before = bench.host.document()["consumers"][0]["request"]["body"]
    for form in (OWN, FIELDS, TEMPLATE, FIELDS):
        mapping.tools.itemAt(form).widget().click()  # type: ignore[union-attr]  # three buttons
        body = bench.host.document()["consumers"][0]["request"].get("body")
        assert body == (None if form == OWN else before)
    mapping.tools.itemAt(TEMPLATE).widget().click()  # type: ignore[union-attr]  # three buttons
    mapping.template.setPlainText('{"a": ')
    qtbot.waitUntil(lambda: "not JSON yet" in mapping.note.words)
    mapping.template.setPlainText('{"a": "${record}"}')
    qtbot.waitUntil(
        lambda: bench.host.document()["consumers"][0]["request"]["body"] == {"a": "${record}"}
    )


def test_accepting_is_one_step_that_can_be_undone(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems
) -> None:
    pulled(bench, qtbot, systems)
    before = bench.host.document()
    bench.beside.pull.accept_all.click()
    assert bench.host.document() != before
    bench.host.draft.undo()
    bench.flow.show_document()
    assert bench.host.document() == before
    assert bench.beside.pull.banner.isVisible()


def test_a_real_record_of_a_job_that_runs_can_be_tried_without_a_test_pull(
    bench: Bench, qtbot: QtBot, systems: UnknownSystems, run: Run[Any], address: Address
) -> None:
    at_target(bench, qtbot, systems)
    document = {**bench.host.document(), "job": "running"}
    run(moved(address, document, len(systems.orders)))
    bench.host.draft = JobDraft.of(document, 1)
    bench.host.name = "running"
    bench.flow.open()
    bench.flow.show_consumer(0)
    assert bench.beside.tab == MAPPING
    push = bench.beside.push
    qtbot.waitUntil(lambda: len(push.choices) == 10, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: bench.beside.mapping.fields.count() > 0, timeout=WAIT_MS)
    bench.beside.show_tab(PUSH)
    qtbot.waitUntil(lambda: push.shown is not None and push.shown.request is not None)
    assert push.choices[0].record_id is not None
    assert push.choices[0].key in (push.shown.request.body or "")  # type: ignore[union-attr]  # waited for
    run(deleted(address, "running"))


async def moved(address: Address, document: dict[str, Any], count: int) -> None:
    """The job runs until everything is delivered."""
    async with NodeClient(address.url, address.token) as node:
        await node.apply(document)
        async with asyncio.timeout(START_S):
            while True:  # each answer takes the node's own time
                status = await node.status()
                if status.jobs and status.jobs[0].consumers[0].synced >= count:
                    return


async def deleted(address: Address, job: str) -> None:
    async with NodeClient(address.url, address.token) as node:
        await node.delete_job(job)
