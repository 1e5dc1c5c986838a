"""The records page follows the node: newer records, other states, what matches no more."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.flows import record_list
from app.flows.records import RecordsFlow
from app.models.record_filter import RecordFilter
from app.models.records import Column
from app.pages.records import RecordsPage
from engine.api.wire import RecordPageShape, StatusShape
from tests.gui import sample
from tests.gui.conftest import Console


@pytest.fixture
def page(console: Console, qtbot: QtBot) -> RecordsPage:
    """The records page in front, its first page and first record read."""
    console.window.show_page("records")
    page = console.records
    qtbot.waitUntil(lambda: len(page.model.rows) == 200)
    qtbot.waitUntil(lambda: page.detail.record_id == page.model.rows[0].id)
    return page


def words(page: RecordsPage, row: int, column: Column) -> str:
    return str(page.model.data(page.model.index(row, column)))


def now_delivered(console: Console, place: int) -> None:
    """The record at this place is delivered at the node."""
    done = sample.delivery("tax-portal", "delivered", 6, sample.NOW)
    record = console.node.records[place]
    console.node.records[place] = record.model_copy(update={"deliveries": (done,)})


def test_without_follow_new_records_are_announced_and_come_on_a_click(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    console.node.records.insert(0, sample.invoice(2301))
    console.node.publish(sample.moved(console.node.status))
    qtbot.waitUntil(page.newer.isVisible)
    assert page.newer.text() == "1 new record"
    assert page.model.rows[0].id == 2300
    qtbot.mouseClick(page.newer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rows[0].id == 2301)
    assert not page.newer.isVisible()


def test_in_follow_mode_new_records_come_in_by_themselves(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.filter_bar.follow.setChecked(True)
    qtbot.waitUntil(lambda: len(console.node.asked) == 2 and len(page.model.rows) == 200)
    page.table.select_row(3)
    chosen = page.chosen_rows()[0].id
    for number in (2301, 2302):
        console.node.records.insert(0, sample.invoice(number))
    console.node.publish(sample.moved(console.node.status))
    qtbot.waitUntil(lambda: page.model.rows[0].id == 2302, timeout=1000)
    assert [row.id for row in page.model.rows[:3]] == [2302, 2301, 2300]
    assert [row.id for row in page.chosen_rows()] == [chosen]


def test_who_reads_further_down_is_told_how_many_are_new_and_the_grid_stands_still(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.filter_bar.follow.setChecked(True)
    qtbot.waitUntil(lambda: len(console.node.asked) == 2 and len(page.model.rows) == 200)
    page.table.verticalScrollBar().setValue(1000)
    seen = page.model.rows[page.table.rowAt(10)].id
    console.node.records.insert(0, sample.invoice(2301))
    console.node.publish(sample.moved(console.node.status))
    qtbot.waitUntil(page.newer.isVisible)
    assert page.newer.text() == "1 new record"
    assert page.model.rows[0].id == 2300
    assert page.model.rows[page.table.rowAt(10)].id == seen
    page.table.verticalScrollBar().setValue(0)  # back at the top it goes on
    qtbot.waitUntil(lambda: page.model.rows[0].id == 2301)
    qtbot.waitUntil(lambda: not page.newer.isVisible())


def test_following_for_long_keeps_the_number_of_rows_bounded(
    console: Console, page: RecordsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_list, "FOLLOWED_AT_MOST", 250)
    page.filter_bar.follow.setChecked(True)
    qtbot.waitUntil(lambda: len(console.node.asked) == 2 and len(page.model.rows) == 200)
    shown_id = page.detail.record_id
    for first in (2301, 2331):
        for number in range(first, first + 30):
            console.node.records.insert(0, sample.invoice(number))
        console.node.publish(sample.moved(console.node.status))
        newest = console.node.records[0].id
        qtbot.waitUntil(lambda: page.model.rows[0].id == newest)  # noqa: B023 - waited for at once
    assert len(page.model.rows) == 200
    assert page.detail.record_id == shown_id


def test_a_state_that_changes_at_the_node_changes_in_the_grid(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    assert words(page, 1, Column.STATE) == "retrying"
    now_delivered(console, 1)
    console.node.publish(sample.moved(console.node.status))
    qtbot.waitUntil(lambda: words(page, 1, Column.STATE) == "delivered")
    assert words(page, 1, Column.ANSWER) == "200 OK"


@pytest.mark.parametrize("busy_with", ["a refresh", "the first page"])
def test_what_moves_while_the_list_is_read_is_read_again(
    console: Console, page: RecordsPage, qtbot: QtBot, busy_with: str
) -> None:
    """The answer under way is older than the last status; no other status may come."""
    node = console.node
    assert words(page, 1, Column.STATE) == "retrying"
    node.pages.append(RecordPageShape(records=tuple(sample.brief(r) for r in node.records[:200])))
    gate = node.held["1 pages"] = asyncio.Event()
    if busy_with == "a refresh":
        node.publish(sample.moved(node.status))
    else:
        console.window.flow_of(RecordsFlow).list.reload()
    qtbot.waitUntil(lambda: "1 pages" in node.waiting)

    now_delivered(console, 1)
    synced = console.session.status
    node.publish(sample.moved(node.status))
    qtbot.waitUntil(lambda: console.session.status is not synced)
    gate.set()
    qtbot.waitUntil(lambda: words(page, 1, Column.STATE) == "delivered")


def test_rows_that_match_no_more_go_but_the_selected_one_stays(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.filter_bar.set_filter(RecordFilter("invoices", "tax-portal", ("dead",)))
    qtbot.waitUntil(lambda: len(page.model.rows) == 75)
    ids = [row.id for row in page.model.rows[:2]]
    page.table.select_row(0)
    for place, record in enumerate(console.node.records):
        if record.id in ids:
            again = sample.delivery("tax-portal", "pending", 0, sample.NOW)
            console.node.records[place] = record.model_copy(update={"deliveries": (again,)})
    console.node.publish(moved_invoices(console.node.status))
    qtbot.waitUntil(lambda: len(page.model.rows) == 74)
    assert page.model.rows[0].id == ids[0]
    assert words(page, 0, Column.STATE) == "pending"
    assert ids[1] not in {row.id for row in page.model.rows}


def now_dead(console: Console, place: int) -> int:
    """The record at this place of all fails for good; its id."""
    record = console.node.records[place]
    failed = sample.delivery("tax-portal", "dead", 9, sample.NOW)
    console.node.records[place] = record.model_copy(update={"deliveries": (failed,)})
    console.node.publish(moved_invoices(console.node.status))
    return record.id


@pytest.fixture
def failures(page: RecordsPage, qtbot: QtBot) -> RecordsPage:
    """The page shows the dead ones, and the fifth of all records is not among them."""
    page.filter_bar.set_filter(RecordFilter("invoices", "tax-portal", ("dead",)))
    qtbot.waitUntil(lambda: len(page.model.rows) == 75)
    return page


def test_an_older_record_that_matches_since_is_announced(
    console: Console, failures: RecordsPage, qtbot: QtBot
) -> None:
    record_id = now_dead(console, 5)
    assert failures.model.rows[0].id > record_id
    qtbot.waitUntil(failures.newer.isVisible)
    assert failures.newer.text() == "1 new record"
    qtbot.mouseClick(failures.newer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(failures.model.rows) == 76)
    assert in_order(failures)


def test_an_older_record_that_matches_since_comes_in_while_following(
    console: Console, failures: RecordsPage, qtbot: QtBot
) -> None:
    failures.filter_bar.follow.setChecked(True)
    qtbot.waitUntil(lambda: failures.detail.record_id == failures.model.rows[0].id)
    record_id = now_dead(console, 5)
    qtbot.waitUntil(lambda: record_id in {row.id for row in failures.model.rows})
    assert len(failures.model.rows) == 76
    assert in_order(failures)


def in_order(page: RecordsPage) -> bool:
    ids = [row.id for row in page.model.rows]
    return ids == sorted(ids, reverse=True)


def moved_invoices(status: StatusShape) -> StatusShape:
    """Two dead deliveries of invoices became pending."""
    jobs = []
    for job in status.jobs:
        one = job.consumers[0]
        if job.job == "invoices":
            one = one.model_copy(update={"failed": one.failed - 2, "pending": one.pending + 2})
        jobs.append(job.model_copy(update={"consumers": (one, *job.consumers[1:])}))
    return status.model_copy(update={"jobs": tuple(jobs)})


def test_nobody_looking_asks_nothing(console: Console, page: RecordsPage, qtbot: QtBot) -> None:
    console.window.show_page("overview")
    before = len(console.node.asked)
    console.node.publish(sample.moved(console.node.status).model_copy(update={"synced_today": 5}))
    qtbot.waitUntil(lambda: console.overview.synced.number == "5")
    assert len(console.node.asked) == before
