"""The overview: numbers, graphs, rows, and what a row's menu does."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import format
from app.flows.overview import OverviewFlow
from app.models.overview import Column
from app.pages.bulk_question import ResendQuestion
from app.pages.overview import OverviewPage
from app.pages.overview_menu import RowMenu
from app.pages.records import RecordsPage
from app.widgets.windows import WINDOWS_S
from engine.api.wire import ErrorShape, StatusShape
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
    qtbot.waitUntil(lambda: graphs.rates.drawn)

    def shows(window_s: int) -> bool:
        return graphs.rates.span[1] - graphs.rates.span[0] == window_s

    for window_s in WINDOWS_S:
        console.window.flow_of(OverviewFlow).choose_window(window_s)
        qtbot.waitUntil(partial(shows, window_s))


def test_graphs_the_node_refuses_are_told_once_and_come_back(
    console: Console, qtbot: QtBot
) -> None:
    page, flow = console.overview, console.window.flow_of(OverviewFlow)
    qtbot.waitUntil(lambda: page.graphs.rates.drawn)
    console.node.no_series = ErrorShape(code="internal", sentence="Its numbers were lost.")
    page.graphs.forget()
    flow.choose_window(WINDOWS_S[0])
    qtbot.waitUntil(page.toast.isVisible)
    assert page.toast.words == "The graphs stand still: Its numbers were lost."
    page.toast.dismiss()
    asked = len(console.node.scopes)
    flow.choose_window(WINDOWS_S[1])
    qtbot.waitUntil(lambda: len(console.node.scopes) > asked)
    qtbot.waitUntil(lambda: len(console.node.scopes) > asked + 1)  # what was asked first is told
    assert not page.toast.isVisible()

    console.node.no_series = None
    flow.choose_window(WINDOWS_S[1])
    qtbot.waitUntil(lambda: page.graphs._series is not None)
    assert console.node.connections == 1


def test_a_click_on_the_graph_shows_the_records_of_that_moment(
    console: Console, qtbot: QtBot
) -> None:
    window = console.window
    qtbot.waitUntil(lambda: console.overview.graphs._series is not None)
    console.overview.table.select_row(4)
    console.overview.graphs.rates.clicked.emit(sample.NOW / 1000)

    assert window.page == "records"
    chosen = window.page_of(RecordsPage).filter
    assert (chosen.job, chosen.consumer) == ("invoices", "tax-portal")
    assert chosen.since is not None
    assert chosen.until is not None
    assert chosen.since <= sample.NOW <= chosen.until


def test_hovering_a_graph_reads_all_series_at_that_instant(console: Console, qtbot: QtBot) -> None:
    graphs = console.overview.graphs
    qtbot.waitUntil(lambda: graphs.times.drawn)
    graphs.rates.pointed.emit(graphs.rates.span[0] + 10)
    assert graphs.reading.isVisible()
    words = graphs.reading.words()
    assert list(words) == ["pulled", "delivered", "failed", "unsynced", "p50", "p99"]
    assert "–" not in words.values()
    graphs.rates.pointed.emit(None)
    assert not graphs.reading.isVisible()


def test_the_keyboard_reads_a_graph_and_chooses_a_moment(console: Console, qtbot: QtBot) -> None:
    graphs = console.overview.graphs
    qtbot.waitUntil(lambda: graphs.times.drawn)
    graphs.rates.setFocus()
    qtbot.keyClick(graphs.rates, Qt.Key.Key_End)
    at_end = graphs.reading.words()
    qtbot.keyClick(graphs.rates, Qt.Key.Key_Left)
    qtbot.keyClick(graphs.rates, Qt.Key.Key_Left)
    assert graphs.reading.words() != at_end
    assert "pulled" in graphs.rates.accessibleDescription()
    qtbot.keyClick(graphs.rates, Qt.Key.Key_Escape)
    assert not graphs.reading.isVisible()
    qtbot.keyClick(graphs.rates, Qt.Key.Key_Home)
    qtbot.keyClick(graphs.rates, Qt.Key.Key_Return)
    assert console.window.page == "records"


def test_a_chosen_row_has_the_graphs_for_itself(console: Console, qtbot: QtBot) -> None:
    overview = console.overview
    qtbot.waitUntil(lambda: overview.graphs.rates.drawn)
    assert "1 in trouble" in overview.scope.words
    overview.table.select_row(4)
    qtbot.waitUntil(lambda: console.node.scopes[-1] == ("invoices", "tax-portal"))
    assert "invoices → tax-portal" in overview.scope.words
    assert "401 Unauthorized" in overview.scope.words
    assert overview.graphs.rates.legend()["pulled"] == "pulled 8"
    assert overview.graphs.backlog.legend()["backlog"] == "unsynced 268"

    qtbot.keyClick(overview.table, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: console.node.scopes[-1] == (None, None))
    assert overview.scope.words.startswith("All jobs")


def test_the_chosen_row_stays_chosen_when_others_come_and_goes_with_its_job(
    console: Console, qtbot: QtBot
) -> None:
    overview, status = console.overview, console.node.status
    overview.table.select_row(4)
    console.node.publish(status.model_copy(update={"jobs": status.jobs[1:]}))
    qtbot.waitUntil(lambda: overview.model.rowCount() == len(sample.ROWS) - 2)
    assert overview.table.selected_rows() == [2]
    console.node.publish(status.model_copy(update={"jobs": status.jobs[:1]}))
    qtbot.waitUntil(lambda: overview.scope.words.startswith("All jobs"))


def test_a_pause_says_until_when_and_why(console: Console, qtbot: QtBot) -> None:
    status = console.node.status
    stock = next(job for job in status.jobs if job.job == "stock")
    until = sample.NOW + 30 * sample.MINUTE_MS
    consumer = stock.consumers[0].model_copy(
        update={"paused_until": until, "pause_reason": "month end"}
    )
    paused = stock.model_copy(update={"consumers": (consumer,)})
    jobs = tuple(paused if job.job == "stock" else job for job in status.jobs)
    console.node.publish(status.model_copy(update={"jobs": jobs}))
    words = f"Paused until {format.minute(until, sample.NOW)}: month end"
    qtbot.waitUntil(lambda: cell(console, 5, Column.HAPPENING) == words)


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
        (2, "Pull payments now", ("run", "payments", None)),
        (5, "Resume job stock", ("resume", "stock", None)),
    ],
)
def test_a_rows_menu_changes_the_job_at_the_node(
    console: Console, qtbot: QtBot, row: int, words: str, change: tuple[str, str, str | None]
) -> None:
    overview = console.overview
    menu = overview.table.menu_of(overview.model.rows[row])
    next(action for action in menu.actions() if action.text() == words).trigger()
    qtbot.waitUntil(lambda: console.node.changes == [change])
    qtbot.waitUntil(overview.toast.isVisible)
    menu.deleteLater()
    overview.toast.dismiss()


@pytest.mark.parametrize(
    ("words", "consumer"),
    [("Pause consumer finance…", "finance"), ("Pause job payments…", None)],
)
def test_a_pause_asks_until_when_and_why(
    console: Console, qtbot: QtBot, words: str, consumer: str | None
) -> None:
    overview = console.overview
    menu = overview.table.menu_of(overview.model.rows[2])
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.deleteLater()
    question = console.window.flow_of(OverviewFlow).question
    assert question is not None
    question.time.setText("25:00")
    assert not question.yes.isEnabled()
    assert question.problem.isVisible()
    question.time.setText("2099-01-01 06:00")
    question.why.setText(" month end ")
    question.yes.click()
    qtbot.waitUntil(lambda: console.node.changes == [("pause", "payments", consumer)])
    until = round(datetime(2099, 1, 1, 6).astimezone().timestamp() * 1000)
    assert console.node.windows[-1] == (until, "month end")
    qtbot.waitUntil(overview.toast.isVisible)
    overview.toast.dismiss()


def test_single_keys_do_what_the_menu_does(console: Console, qtbot: QtBot) -> None:
    overview = console.overview
    overview.table.select_row(2)
    overview.table.setFocus()
    qtbot.keyClick(overview.table, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: console.node.changes == [("run", "payments", None)])
    qtbot.waitUntil(overview.toast.isVisible)
    overview.toast.dismiss()


def test_the_menu_key_opens_the_menu_of_the_chosen_row(console: Console, qtbot: QtBot) -> None:
    table = console.overview.table
    table.select_row(3)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(table, event)
    (menu,) = table.findChildren(RowMenu)
    assert "Pull customers now" in [action.text() for action in menu.actions()]
    menu.close()


def test_a_right_click_chooses_the_row_and_opens_its_menu(console: Console, qtbot: QtBot) -> None:
    table = console.overview.table
    place = table.visualRect(console.overview.model.index(1, 4)).center()
    where = table.viewport().mapToGlobal(place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, where)
    QApplication.sendEvent(table.viewport(), event)
    assert table.selected_rows() == [1]
    (menu,) = table.findChildren(RowMenu)
    menu.close()


def test_all_failed_of_a_row_are_counted_and_sent_again(console: Console, qtbot: QtBot) -> None:
    overview = console.overview
    menu = overview.table.menu_of(overview.model.rows[4])
    entry = "Resend 16 failed records…"
    next(action for action in menu.actions() if action.text() == entry).trigger()
    menu.deleteLater()
    bulk = console.window.flow_of(OverviewFlow).bulk
    qtbot.waitUntil(lambda: bulk.question is not None and bulk.question.ready)
    question = bulk.question
    assert isinstance(question, ResendQuestion)
    assert "Resend 75 records?" in question.words
    question.modes.choose("sent")
    question.pace.choose(5.0)
    question.yes.click()
    qtbot.waitUntil(lambda: len(console.node.operations) == 1)
    request = console.node.operations[0].request
    assert (request.kind, request.mode, request.per_s) == ("resend", "sent", 5.0)
    assert request.query is not None
    assert (request.query.job, request.query.consumer, request.query.states) == (
        "invoices",
        "tax-portal",
        ("dead",),
    )
    qtbot.waitUntil(lambda: len(console.window.progress.rows) == 1)


def test_without_a_job_the_sample_is_offered(console: Console, qtbot: QtBot) -> None:
    welcome = console.overview.welcome
    console.node.publish(StatusShape(now=sample.NOW))
    qtbot.waitUntil(welcome.isVisible)
    assert welcome.samples.text() == "Start the sample systems"

    console.node.publish(sample.status())
    qtbot.waitUntil(lambda: not welcome.isVisible())
