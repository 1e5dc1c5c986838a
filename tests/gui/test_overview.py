"""The overview: numbers, graphs, rows, and what a row's menu does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.flows.overview import OverviewFlow
from app.models.overview import Column
from app.pages.overview import OverviewPage
from app.pages.records import RecordsPage
from engine.api.wire import StatusShape
from tests.gui import sample
from tests.gui.conftest import Console


def cell(console: Console, row: int, column: Column) -> str:
    model = console.overview.model
    return str(model.data(model.index(row, column)))


def test_every_job_and_consumer_has_a_row_with_grouped_numbers(console: Console) -> None:
    assert console.overview.model.rowCount() == len(sample.ROWS)
    assert cell(console, 0, Column.JOB) == "orders"
    assert cell(console, 0, Column.SYNCED) == "842,117"
    assert cell(console, 2, Column.FAILED) == "21"
    assert cell(console, 4, Column.LAG) == "14 min"
    assert cell(console, 5, Column.LAG) == "–"
    assert cell(console, 6, Column.CONSUMER) == "门店系统"


def test_the_figures_sum_up_all_consumers(console: Console) -> None:
    overview = console.overview
    assert overview.synced.number == "1,284,306"
    assert overview.unsynced.number == "1,912"
    assert overview.failed.number == "37"


def test_a_change_at_the_node_moves_the_numbers_at_once(console: Console, qtbot: QtBot) -> None:
    status = console.node.status
    first = status.jobs[0]
    more = first.consumers[0].model_copy(update={"failed": 5})
    job = first.model_copy(update={"consumers": (more, *first.consumers[1:])})
    console.node.publish(status.model_copy(update={"jobs": (job, *status.jobs[1:])}))

    qtbot.waitUntil(lambda: cell(console, 0, Column.FAILED) == "5", timeout=1000)
    assert console.overview.failed.number == "42"


def test_the_selected_row_stays_selected_while_numbers_move(console: Console, qtbot: QtBot) -> None:
    table = console.overview.table
    table.select_row(3)
    moved = console.node.status.model_copy(update={"synced_today": 7})
    console.node.publish(moved)
    qtbot.waitUntil(lambda: console.overview.synced.number == "7")
    assert table.selected_rows() == [3]


def test_the_graph_is_drawn_and_follows_the_chosen_window(console: Console, qtbot: QtBot) -> None:
    graphs = console.overview.graphs
    qtbot.waitUntil(lambda: graphs.rates._plot is not None)
    plot = graphs.rates._plot
    assert plot is not None
    console.window.flow_of(OverviewFlow).choose_window(3600)
    qtbot.waitUntil(lambda: plot._span[1] - plot._span[0] == 3600)
    console.window.flow_of(OverviewFlow).choose_window(300)
    qtbot.waitUntil(lambda: plot._span[1] - plot._span[0] == 300)


def test_a_click_on_the_graph_shows_the_records_of_that_moment(
    console: Console, qtbot: QtBot
) -> None:
    window = console.window
    qtbot.waitUntil(lambda: window.page_of(OverviewPage).graphs._series is not None)
    window.page_of(OverviewPage).graphs.rates.clicked.emit(sample.NOW / 1000)

    assert window.page == "records"
    chosen = window.page_of(RecordsPage).filter
    assert chosen.since is not None
    assert chosen.until is not None
    assert chosen.since <= sample.NOW <= chosen.until


def test_hovering_a_graph_reads_its_values(console: Console, qtbot: QtBot) -> None:
    rates = console.overview.graphs.rates
    qtbot.waitUntil(lambda: rates._plot is not None)
    assert rates._plot is not None
    rates._plot.hovered.emit(10)
    assert rates._reading.isVisible()
    assert rates._reading._values["pulled"].text() != ""
    rates._plot.hovered.emit(-1)
    assert not rates._reading.isVisible()


def test_enter_on_a_row_shows_its_records(console: Console, qtbot: QtBot) -> None:
    window = console.window
    window.page_of(OverviewPage).table.select_row(4)
    qtbot.keyClick(window.page_of(OverviewPage).table, Qt.Key.Key_Return)
    assert window.page == "records"
    assert (
        window.page_of(RecordsPage).filter.job,
        window.page_of(RecordsPage).filter.consumer,
    ) == ("invoices", "tax-portal")


@pytest.mark.parametrize(
    ("row", "words", "change"),
    [
        (2, "Pause consumer finance", ("pause", "payments", "finance")),
        (2, "Pause job payments", ("pause", "payments", None)),
        (2, "Pull payments now", ("run", "payments", None)),
        (5, "Resume job stock", ("resume", "stock", None)),
    ],
)
def test_a_rows_menu_changes_the_job_at_the_node(
    console: Console, qtbot: QtBot, row: int, words: str, change: tuple[str, str, str | None]
) -> None:
    overview = console.overview
    menu = overview.row_menu(overview.model.row(overview.model.index(row, 0)))
    next(action for action in menu.actions() if action.text() == words).trigger()
    qtbot.waitUntil(lambda: console.node.changes == [change])
    qtbot.waitUntil(overview.toast.isVisible)
    menu.deleteLater()
    overview.toast.dismiss()


def test_a_right_click_opens_the_menu_of_that_row(console: Console, qtbot: QtBot) -> None:
    overview = console.overview
    overview.table.customContextMenuRequested.emit(QPoint(60, 40))
    menus = [each for each in overview.children() if type(each).__name__ == "Menu"]
    assert len(menus) == 1
    menus[0].close()  # type: ignore[attr-defined]


def test_without_a_job_the_sample_is_offered(console: Console, qtbot: QtBot) -> None:
    welcome = console.overview.welcome
    console.node.publish(StatusShape(now=sample.NOW))
    qtbot.waitUntil(welcome.isVisible)
    assert welcome.start_demo.text() == "Start the demo"

    console.node.publish(sample.status())
    qtbot.waitUntil(lambda: not welcome.isVisible())
