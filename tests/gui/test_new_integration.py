"""From an empty console to the first delivered record, counting every click and key press.

The source wants a bearer token, numbers its pages, nests its list and names its fields in Chinese;
the target tells success in its answer's body only. Nobody has configured either before.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.connection import Phase
from app.local_node import LocalNode
from app.pages.editor.beside import PASTE, PULL, PUSH, Beside
from app.pages.jobs import JobsPage
from app.session import Session
from app.window import Window
from engine.api.client import NodeClient, read_local_node
from tests.gui.conftest import Run
from tests.unknown_systems import TARGET_KEY, TOKEN, UnknownSystems, unknown_systems

PAGE = 10
"""Records the source gives at once."""
AT_MOST = 12
"""Inputs. The goal of the product is under 25."""
WAIT_MS = 30_000
CONTROL = Qt.KeyboardModifier.ControlModifier


class Operator:
    """Somebody with a mouse and a keyboard, who is counted."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.inputs: list[str] = []

    def click(self, what: str, widget: QWidget) -> None:
        """Click on a widget as soon as it is there to be clicked."""
        self.wait(lambda: widget.isVisible() and widget.isEnabled())
        self._qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.inputs.append(f"click {what}")

    def press(self, what: str, key: Qt.Key) -> None:
        """A key with Ctrl, wherever the keyboard is."""
        focus = QApplication.focusWidget()
        assert focus is not None, "the keyboard is nowhere"
        self._qtbot.keyClick(focus, key, CONTROL)
        self.inputs.append(what)

    def paste(self, text: str) -> None:
        """Ctrl+V of something copied elsewhere, wherever the keyboard is."""
        QGuiApplication.clipboard().setText(text)
        self.press("Ctrl+V", Qt.Key.Key_V)

    def wait(self, holds: Any) -> None:
        self._qtbot.waitUntil(holds, timeout=WAIT_MS)


@pytest.fixture
def systems(run: Run[Any]) -> Iterator[UnknownSystems]:
    stack = AsyncExitStack()
    yield run(stack.enter_async_context(unknown_systems()))
    run(stack.aclose())


@pytest.fixture
def console(
    run: Run[Any], qtbot: QtBot, window: Window, tmp_path: Path, systems: UnknownSystems
) -> Iterator[Window]:
    """A console as it is after the first start: a node of its own, and nothing in it."""
    environ = {**os.environ, "JELLYFISH_HOME": str(tmp_path / "home")}
    local = LocalNode(
        (sys.executable, "-m", "engine.cli", "node", "--listen", "127.0.0.1:0"), environ
    )
    session = Session(local)
    window.attach(session)
    window.activateWindow()
    session.open()
    qtbot.waitUntil(lambda: session.connection.phase is Phase.CONNECTED, timeout=WAIT_MS)
    yield window
    run(session.close())
    run(local.stop())


def test_a_new_integration_takes_few_inputs_and_no_reading(
    console: Window, qtbot: QtBot, systems: UnknownSystems, run: Run[Any], tmp_path: Path
) -> None:
    page = console.page_of(JobsPage)
    editor = page.editor
    someone = Operator(qtbot)

    someone.click("Jobs", named(console, "Jobs"))
    someone.click("New job", page.new)
    beside = waited(someone, editor)

    someone.paste(systems.source_command)
    someone.wait(lambda: beside.paste.found is not None)
    someone.press("Ctrl+Enter", Qt.Key.Key_Return)
    someone.wait(lambda: beside.tab == PULL and beside.pull.pulled is not None)
    someone.click("Accept all", beside.pull.accept_all)
    someone.wait(lambda: beside.pull.pulled is not None and beside.pull.pulled.ok)

    someone.click("Add consumer", editor.parts.add)
    someone.wait(lambda: beside.tab == PASTE and beside.paste.edit.hasFocus())
    someone.paste(systems.target_command)
    someone.wait(lambda: beside.paste.found is not None)
    someone.press("Ctrl+Enter", Qt.Key.Key_Return)
    someone.wait(lambda: beside.tab == PUSH and beside.push.shown is not None)

    someone.click("Send once", beside.push.send)
    someone.wait(lambda: bool(beside.push.list.rows))
    someone.click("Accept", beside.push.list.rows[0].accept)
    someone.click("Save and run", editor.tools.save)
    someone.wait(lambda: len(systems.taken) > len(systems.orders))

    print(f"{len(someone.inputs)} inputs to the first delivered record: {someone.inputs}")
    assert len(someone.inputs) <= AT_MOST
    delivered = {one["orderNo"] for one in systems.taken}
    assert delivered == {one["订单编号"] for one in systems.orders}
    document, lines = run(saved(tmp_path / "home", len(systems.orders)))
    assert document["consumers"][0]["success"] == 'status == 200 && body.code == "0"'
    assert TOKEN not in json.dumps(document)
    assert TARGET_KEY not in json.dumps(document)
    assert lines == len(systems.orders)


def test_each_field_shows_what_the_answer_gave_and_what_does_not_fit(
    console: Window, qtbot: QtBot, systems: UnknownSystems
) -> None:
    page = console.page_of(JobsPage)
    someone = Operator(qtbot)
    someone.click("New job", named(console, "Jobs"))
    someone.click("New job", page.new)
    beside = waited(someone, page.editor)
    someone.paste(systems.source_command)
    someone.wait(lambda: beside.paste.found is not None)
    someone.press("Ctrl+Enter", Qt.Key.Key_Return)
    someone.wait(lambda: beside.pull.pulled is not None)
    records, key, ok = (answer_row(page, place) for place in ("records", "key", "ok"))
    assert (told(records), told(key), told(ok)) == (("", ""),) * 3, "nothing stands there yet"
    assert not page_fits(page)

    someone.click("Accept all", beside.pull.accept_all)
    someone.wait(lambda: told(records) == (f"{PAGE} found", ""))
    assert (told(key), told(ok)) == (("unique in the sample", ""), ("true", ""))
    assert page_fits(page)

    edit = ok.fields[0].edit
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, 'status == 200 && body.cod == "0"')
    someone.wait(lambda: "Did you mean" in ok.told.words)
    assert ok.fields[0].frame.property("wrong")
    assert not page_fits(page)
    assert len(systems.asked) == 1, "typing does not ask the source again"
    page.editor.undo()
    someone.wait(lambda: told(ok) == ("true", ""))
    assert not ok.fields[0].frame.property("wrong")


def page_fits(page: JobsPage) -> bool:
    """Whether a heading of the form says that the answer can be read so."""
    return any(section.fits for section in page.editor.forms["source"].sections)


def answer_row(page: JobsPage, name: str) -> Any:
    """The row of the form whose first field has this name."""
    form = page.editor.forms["source"]
    form.complete()
    (row,) = [each for each in form.rows() if each.fields[0].path[-1] == name]
    return row


def told(row: Any) -> tuple[str, str]:
    """What stands in a field on the answer, and what is wrong below it."""
    note = row.fields[0].frame.note
    return (note.text() if note.isVisibleTo(row) else "", row.told.words)


async def saved(home: Path, orders: int) -> tuple[dict[str, Any], int]:
    """The job as the node has it, and how many records were delivered, once all were."""
    found = read_local_node({"JELLYFISH_HOME": str(home)})
    assert found is not None
    async with NodeClient(found[0], found[1]) as node:
        (job,) = await node.jobs()
        while True:
            status = await node.status()
            for line in (each for one in status.jobs for each in one.consumers):
                if line.synced >= orders and not line.unsynced:
                    return job.document, line.synced
            await asyncio.sleep(0.05)


def waited(someone: Operator, editor: QWidget) -> Beside:
    """The panes beside the form, once the keyboard is in the paste field."""
    someone.wait(lambda: bool(editor.findChildren(Beside)))
    (beside,) = editor.findChildren(Beside)
    someone.wait(lambda: beside.tab == PASTE and beside.paste.edit.hasFocus())
    return beside


def named(holder: QWidget, words: str) -> QWidget:
    """The button on the screen that says this."""
    found = [
        button
        for button in holder.findChildren(QAbstractButton)
        if button.isVisible() and words in f"{button.text()} {button.accessibleName()}"
    ]
    assert found, f"no button says {words}"
    return found[0]
