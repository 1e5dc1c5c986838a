"""Jobs on a real node, by keyboard and clicks only: made, delivered, changed, restored, deleted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.connection import Phase
from app.flows.jobs import JobsFlow
from app.local_node import LocalNode
from app.pages.editor.editor import VERSIONS
from app.pages.jobs import JobsPage
from app.session import Session
from app.window import Window
from engine.api.client import NodeClient
from engine.api.wire import JobShape
from tests.gui.conftest import Run
from tests.gui.test_with_node import START_MS, Systems, document, systems
from tests.gui.test_with_node import environ as environ


class Hands:
    """What an operator does in the jobs page of one window."""

    def __init__(self, window: Window, session: Session, both: Systems, qtbot: QtBot) -> None:
        self.window = window
        self.session = session
        self.both = both
        self.qtbot = qtbot
        self.page = window.page_of(JobsPage)
        self.flow = window.flow_of(JobsFlow)
        self.editor = self.page.editor

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """A key where the keyboard is."""
        both = Qt.KeyboardModifier.NoModifier
        for each in modifiers:
            both |= each
        self.qtbot.keyClick(self.window.focusWidget() or self.window, key, both)

    def control(self, key: Qt.Key) -> None:
        self.window.activateWindow()  # the platform does not give it back after a dialog
        self.until(self.window.isActiveWindow)
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def field(self, path: str) -> QWidget:
        """The widget that has the keyboard for a place of the document."""
        self.until(lambda: bool(self.fields(path)))
        return self.fields(path)[0]

    def fields(self, path: str) -> list[QWidget]:
        return [each for each in self.editor.findChildren(QWidget, path) if each.isVisible()]

    def type(self, path: str, text: str) -> None:
        """Go into a field and write."""
        widget = self.field(path)
        widget.setFocus()
        self.control(Qt.Key.Key_A)
        self.qtbot.keyClicks(widget, text)
        self.press(Qt.Key.Key_Escape)

    @property
    def pulled(self) -> int:
        """Records of the job that is chosen in the list."""
        chosen = self.page.list.chosen
        return 0 if chosen is None else chosen.pulled

    def until(self, holds: Any) -> None:
        self.qtbot.waitUntil(holds, timeout=START_MS)

    def dialog(self) -> Any:
        """The difference, once it is there."""
        self.until(lambda: self.flow.editing.saving.dialog is not None)
        return self.flow.editing.saving.dialog

    def saved(self, revision: int) -> None:
        self.until(lambda: self.flow.editing.draft.revision == revision)


@pytest.fixture
def local(environ: dict[str, str], run: Run[None]) -> Iterator[LocalNode]:
    command = (sys.executable, "-m", "engine.cli", "node", "--listen", "127.0.0.1:0")
    made = LocalNode(command, environ)
    yield made
    run(made.stop())


@pytest.fixture
def hands(run: Run[Any], qtbot: QtBot, window: Window, local: LocalNode) -> Iterator[Hands]:
    """An empty console on a node of its own, beside a source and a target."""
    stack = AsyncExitStack()
    both = run(stack.enter_async_context(systems()))
    session = Session(local)
    window.attach(session)
    session.open()
    qtbot.waitUntil(lambda: session.connection.phase is Phase.CONNECTED, timeout=START_MS)
    qtbot.waitUntil(lambda: session.status is not None, timeout=START_MS)
    window.show_page("jobs")
    made = Hands(window, session, both, qtbot)
    yield made
    for toast in (made.page.toast, made.editor.toast):
        toast.dismiss()
    run(session.close())
    run(local.stop())
    run(stack.aclose())


async def apply(local: LocalNode, job: dict[str, Any]) -> None:
    address = await local.address()
    async with NodeClient(address.url, address.token) as client:
        await client.apply(job)


async def job_of(local: LocalNode, name: str) -> JobShape:
    address = await local.address()
    async with NodeClient(address.url, address.token) as client:
        return await client.job(name)


def test_a_job_is_made_from_an_empty_console_and_delivers(hands: Hands) -> None:
    hands.until(hands.page.list.empty_new.isVisible)
    hands.control(Qt.Key.Key_N)
    hands.until(lambda: hands.page.editing)
    hands.type("job", "orders")
    hands.type("producer.request.url", hands.both.source.url("all"))
    hands.type("producer.schedule.every", "1s")
    hands.type("producer.response.records", "body.data.items")
    hands.editor.parts.add.click()
    hands.type("consumers[0].name", "erp")
    hands.type("consumers[0].request.url", f"{hands.both.target.origin}/in")

    hands.control(Qt.Key.Key_S)

    hands.saved(1)
    hands.until(lambda: len(hands.both.target.received) >= 30)
    assert not hands.flow.editing.draft.dirty
    hands.editor.heading.back.click()
    hands.until(lambda: hands.page.list.chosen is not None)
    assert hands.page.list.chosen is not None
    assert hands.page.list.chosen.job == "orders"
    hands.until(lambda: hands.pulled == 30)


def test_what_is_missing_is_told_at_its_field_and_nothing_is_saved(hands: Hands) -> None:
    hands.control(Qt.Key.Key_N)
    hands.until(lambda: hands.page.editing)
    hands.type("job", "orders")
    hands.control(Qt.Key.Key_S)

    hands.until(hands.editor.foot.list.isVisible)
    assert hands.window.focusWidget() is hands.field("producer.request.url")
    told = [row.told.words for row in hands.editor.forms["source"].rows() if row.told.words]
    assert [words for words in told if "not the address of a server" in words]
    assert hands.flow.editing.draft.is_new


def test_a_mistake_is_told_while_it_is_typed_and_underlined_at_its_place(hands: Hands) -> None:
    hands.control(Qt.Key.Key_N)
    hands.until(lambda: hands.page.editing)
    hands.type("producer.response.ok", "status = 200")
    edit: Any = hands.field("producer.response.ok")
    hands.until(lambda: edit.marked == "=")
    hands.type("producer.response.ok", "status == 200")
    hands.until(lambda: edit.marked == "")


def test_a_change_shows_its_difference_and_an_older_version_comes_back(
    hands: Hands, local: LocalNode, run: Run[Any]
) -> None:
    run(apply(local, document(hands.both)))
    hands.until(lambda: hands.page.list.model.rowCount() == 1)
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: hands.page.editing)
    hands.type("description", "From the shop")
    hands.control(Qt.Key.Key_S)
    dialog = hands.dialog()
    assert dialog.grids[0].words() == [("Description", "", "From the shop")]
    dialog.yes.click()
    hands.saved(2)

    hands.editor.show_part(VERSIONS)
    hands.until(lambda: len(hands.editor.versions.model.rows) == 2)
    hands.editor.versions.table.select_row(1)
    hands.editor.versions.restore.click()
    dialog = hands.dialog()
    assert dialog.grids[0].words() == [("Description", "From the shop", "")]
    dialog.yes.click()
    hands.saved(3)
    assert run(job_of(local, "orders")).document == document(hands.both)


def test_a_change_made_meanwhile_is_shown_and_both_are_kept(
    hands: Hands, local: LocalNode, run: Run[Any]
) -> None:
    run(apply(local, document(hands.both)))
    hands.until(lambda: hands.page.list.model.rowCount() == 1)
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: hands.page.editing)
    hands.type("description", "Mine")
    run(apply(local, {**document(hands.both), "ledger": {"key": "record.id", "push_shards": 2}}))
    hands.control(Qt.Key.Key_S)
    hands.dialog().yes.click()
    hands.until(
        lambda: (
            hands.flow.editing.saving.dialog is not None
            and "changed meanwhile" in hands.flow.editing.saving.dialog.words
        )
    )
    dialog = hands.dialog()
    assert [grid.words() for grid in dialog.grids] == [
        [("Ledger › Push shards", "", "2")],
        [("Description", "", "Mine")],
    ]
    dialog.yes.click()
    hands.until(lambda: hands.flow.editing.saving.dialog is None)
    hands.control(Qt.Key.Key_S)
    hands.dialog().yes.click()
    hands.saved(3)
    kept = run(job_of(local, "orders")).document
    assert (kept["description"], kept["ledger"]["push_shards"]) == ("Mine", 2)


def test_the_yaml_and_the_forms_follow_each_other(
    hands: Hands, local: LocalNode, run: Run[Any]
) -> None:
    run(apply(local, document(hands.both)))
    hands.until(lambda: hands.page.list.model.rowCount() == 1)
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: hands.page.editing)
    hands.editor.show_part("yaml")
    edit = hands.editor.yaml.edit
    edit.setFocus()
    hands.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for line in ("description: typed", "colour: red"):
        hands.qtbot.keyClicks(edit, line)
        hands.press(Qt.Key.Key_Return)
    hands.until(lambda: hands.flow.editing.draft.get(("description",)) == "typed")
    hands.until(lambda: bool(hands.editor.context.problems))
    assert [each.path for each in hands.editor.context.problems] == [("colour",)]
    assert hands.flow.editing.draft.get(("colour",)) == "red"

    hands.editor.show_part("source")
    hands.type("description", "from the form")
    hands.editor.show_part("yaml")
    assert "description: from the form" in edit.toPlainText()
    edit.setFocus()
    hands.control(Qt.Key.Key_Home)
    hands.qtbot.keyClicks(edit, "a: [")
    hands.until(lambda: "not YAML" in hands.editor.yaml.words)
    assert hands.flow.editing.draft.get(("description",)) == "from the form"


def test_a_secret_is_set_where_it_is_needed(hands: Hands, local: LocalNode, run: Run[Any]) -> None:
    job = document(hands.both)
    job["producer"]["request"]["auth"] = {"kind": "bearer", "token": {"secret": "shop-token"}}
    run(apply(local, job))
    hands.until(lambda: hands.page.list.model.rowCount() == 1)
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: hands.page.editing)
    form = hands.editor.forms["source"]
    field: Any = form.field_at(("producer", "request", "auth", "token"))
    hands.until(field.set_now.isVisible)
    field.set_now.click()
    dialog = hands.flow.editing.secret
    assert dialog is not None
    assert dialog.name.text() == "shop-token"
    hands.qtbot.keyClicks(dialog.value, "top secret")
    dialog.yes.click()
    hands.until(lambda: not field.set_now.isVisible())
    assert field.state.text() == "stored secret"
    assert not hands.flow.editing.draft.dirty


def test_a_job_is_deleted_with_its_number_in_the_question(
    hands: Hands, local: LocalNode, run: Run[Any]
) -> None:
    run(apply(local, document(hands.both)))
    hands.until(lambda: hands.pulled == 30)
    hands.page.list.table.setFocus()
    hands.press(Qt.Key.Key_Delete)
    question = hands.flow.deeds.question
    assert question is not None
    assert question.words.startswith("Delete job orders with 30 pulled records?")
    question.yes.click()
    hands.until(hands.page.list.empty_new.isVisible)


def test_a_draft_that_was_not_saved_is_there_again(
    hands: Hands, local: LocalNode, run: Run[Any], settings: Any
) -> None:
    run(apply(local, document(hands.both)))
    hands.until(lambda: hands.page.list.model.rowCount() == 1)
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: hands.page.editing)
    hands.type("description", "not saved")
    hands.until(lambda: any((Path(settings.folder) / "drafts").glob("*.json")))

    hands.flow.editing._start(hands.flow.editing._open_job("orders", ""))  # as after a crash

    hands.until(lambda: "were not saved last time" in hands.editor.toast._words.text())
    assert hands.flow.editing.draft.get(("description",)) == "not saved"
    hands.control(Qt.Key.Key_Z)
    assert not hands.flow.editing.draft.dirty
