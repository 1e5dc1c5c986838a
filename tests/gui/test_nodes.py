"""The nodes page: who runs and how, draining, forgetting."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.flows.nodes import NodesFlow
from app.models.nodes import Column
from app.pages.nodes import NodesPage
from tests.gui import sample
from tests.gui.conftest import START_MS, Console


# ---------------------------------------------------------------- the list
@pytest.fixture
def page(console: Console, qtbot: QtBot) -> NodesPage:
    console.window.navigator.nodes()
    found = console.window.page_of(NodesPage)
    qtbot.waitUntil(lambda: found.model.rowCount() == 3)
    return found


def text(page: NodesPage, row: int, column: Column) -> str:
    return str(page.model.index(row, column).data())


def test_each_node_tells_how_it_does(page: NodesPage) -> None:
    assert [text(page, row, Column.STATE) for row in range(3)] == [
        "drained",
        "at work · this connection",
        "not seen for 14 min",
    ]
    assert [text(page, 1, column) for column in (Column.PUSHES, Column.CPU, Column.MEMORY)] == [
        "24",
        "63 %",
        "148 MB",
    ]
    assert text(page, 2, Column.MEMORY) == "–"


def test_the_own_node_is_chosen_first_and_tells_its_shards(page: NodesPage, qtbot: QtBot) -> None:
    assert page.chosen_name == "node-2"
    qtbot.waitUntil(lambda: "pull all · push 0, 1, 2, 3" in page._facts.words())


def test_draining_asks_with_the_number_of_shards(
    console: Console, page: NodesPage, qtbot: QtBot
) -> None:
    flow = console.window.flow_of(NodesFlow)
    qtbot.mouseClick(page.drain, Qt.MouseButton.LeftButton)
    assert flow.question is not None
    assert "Drain node-2, which holds 30 shards?" in flow.question.words
    assert "the others take its shards over" in flow.question.words
    qtbot.mouseClick(flow.question.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.undrain.isVisible)
    assert console.node.changes == [("drain", "node-2", None)]
    assert page.toast.words == "node-2 takes no more work."
    qtbot.mouseClick(page.undrain, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.drain.isVisible)
    assert console.node.changes[-1] == ("undrain", "node-2", None)


def test_the_last_node_tells_that_nothing_will_move(
    console: Console, page: NodesPage, qtbot: QtBot
) -> None:
    console.node.nodes = sample.nodes()[1:]
    console.window.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    qtbot.mouseClick(page.drain, Qt.MouseButton.LeftButton)
    flow = console.window.flow_of(NodesFlow)
    assert flow.question is not None
    assert "nothing is pulled or pushed until" in flow.question.words
    flow.question.reject()
    assert console.node.changes == []


def test_a_node_that_is_gone_can_be_forgotten(
    console: Console, page: NodesPage, qtbot: QtBot
) -> None:
    page.table.select_row(2)
    assert not page.drain.isVisible()
    qtbot.mouseClick(page.forget, Qt.MouseButton.LeftButton)
    flow = console.window.flow_of(NodesFlow)
    assert flow.question is not None
    qtbot.mouseClick(flow.question.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert console.node.changes == [("forget", "node-3", None)]


def test_who_may_only_read_cannot_drain(console: Console, page: NodesPage, qtbot: QtBot) -> None:
    console.node.node = sample.NODE.model_copy(update={"scope": "read"})
    console.node.stop()
    qtbot.waitUntil(console.window.banner.isVisible)
    console.node.start()
    qtbot.waitUntil(lambda: not page.drain.isEnabled(), timeout=5000)
    assert "The token of this connection may only read." in page._facts.words()


def test_nothing_is_asked_while_nobody_looks(console: Console, page: NodesPage) -> None:
    flow = console.window.flow_of(NodesFlow)
    assert flow._tick.isActive()
    console.window.show_page("overview")
    assert not flow._tick.isActive()


def test_a_real_node_is_drained_from_the_page(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.navigator.nodes()
    page = window.page_of(NodesPage)
    qtbot.waitUntil(page.drain.isVisible, timeout=START_MS)
    qtbot.mouseClick(page.drain, Qt.MouseButton.LeftButton)
    question = window.flow_of(NodesFlow).question
    assert question is not None
    qtbot.mouseClick(question.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.undrain.isVisible, timeout=START_MS)
    qtbot.waitUntil(
        lambda: text(page, 0, Column.STATE) == "drained · this connection", timeout=START_MS
    )
    qtbot.mouseClick(page.undrain, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: text(page, 0, Column.STATE) == "at work · this connection", timeout=START_MS
    )


def test_a_node_that_stopped_in_order_is_no_trouble(
    console: Console, page: NodesPage, qtbot: QtBot
) -> None:
    gone = sample.nodes()[2]
    stopped = gone.model_copy(update={"state": "stopped"})
    console.node.nodes = [*sample.nodes()[:2], stopped]
    console.window.refresh()
    qtbot.waitUntil(lambda: text(page, 2, Column.STATE) == "stopped 14 min ago")
    assert text(page, 2, Column.SEEN) == "14 min ago"
    page.table.select_row(2)
    assert page.forget.isVisible()


def test_many_nodes_leave_room_for_what_the_chosen_one_holds(
    console: Console, page: NodesPage, qtbot: QtBot
) -> None:
    one = sample.nodes()[1]
    console.node.nodes = [one.model_copy(update={"name": f"n{n:02}"}) for n in range(20)]
    console.window.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 20)
    assert page.table.height() == 11 * page.table.rowHeight(0)
    assert page.table.verticalScrollBar().maximum() > 0
