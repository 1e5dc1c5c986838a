"""The records page: paging, filters, selection, details."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.connection import Phase
from app.flows.records import RecordsFlow
from app.models.record_filter import RecordFilter
from app.models.records import Column
from app.pages.record_detail import Tab
from app.pages.records import RecordsPage
from app.widgets.code import CodeText
from engine.api.wire import ErrorShape, ExplainShape, ReasonShape
from tests.gui import sample
from tests.gui.conftest import Console


@pytest.fixture
def page(console: Console, qtbot: QtBot) -> RecordsPage:
    """The records page in front, its first page and first record read."""
    console.window.show_page("records")
    page = console.records
    qtbot.waitUntil(lambda: len(page.model.rows) >= min(200, len(console.node.records)))
    qtbot.waitUntil(lambda: page.detail.record_id == page.model.rows[0].id)
    return page


def words(page: RecordsPage, row: int, column: Column) -> str:
    return str(page.model.data(page.model.index(row, column)))


# ---------------------------------------------------------------- paging
def test_the_first_page_is_newest_first_and_nothing_more_is_asked(
    console: Console, page: RecordsPage
) -> None:
    assert [row.id for row in page.model.rows] == list(range(2300, 2100, -1))
    assert len(console.node.asked) == 1


def test_scrolling_to_the_end_brings_the_next_page_once(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.table.scrollToBottom()
    page.table.scrollToTop()
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: len(page.model.rows) == 300)
    page.table.scrollToBottom()
    assert [after for _, after in console.node.asked] == [None, "2101"]
    assert page.model.complete
    assert [row.id for row in page.model.rows] == list(range(2300, 2000, -1))


def test_a_filter_that_could_not_be_read_is_read_when_the_connection_is_back(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    console.node.down = True  # the stream of events has not noticed yet
    page.filter_bar.set_filter(RecordFilter(states=("dead",)))
    assert len(page.model.rows) > len(dead_of(console))
    qtbot.waitUntil(lambda: console.session.connection.phase is Phase.LOST)
    console.node.start()
    console.session.connect_now()
    qtbot.waitUntil(lambda: [row.id for row in page.model.rows] == dead_of(console))


def dead_of(console: Console) -> list[int]:
    matching = console.node.matching(RecordFilter(states=("dead",)).query(sample.NOW))
    return [record.id for record in matching]


def test_a_list_never_holds_bodies(page: RecordsPage) -> None:
    assert not hasattr(page.model.rows[0], "payload")
    assert set(type(page.model.rows[0]).__slots__) == {
        "id",
        "job",
        "key",
        "version",
        "pulled_at",
        "deliveries",
    }


def test_a_page_that_fails_is_asked_for_again(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    console.node.refuses = ErrorShape(code="busy", sentence="The database is busy.")
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: "The database is busy." in page.toast.words)
    assert len(page.model.rows) == 200
    console.node.refuses = None
    page.table.scrollToTop()
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: len(page.model.rows) == 300)
    page.toast.dismiss()


def test_the_next_page_comes_even_while_the_node_still_counts(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    console.node.held["count"] = asyncio.Event()
    page.filter_bar.set_filter(RecordFilter("invoices", "tax-portal", key="INV-"))
    qtbot.waitUntil(lambda: len(console.node.asked) == 2 and len(page.model.rows) == 200)
    assert page.foot()[0] == "1 of 200+ selected"
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: len(page.model.rows) == 300)
    console.node.held["count"].set()


def test_what_counters_cannot_tell_is_counted_after_the_rows_are_shown(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.filter_bar.set_filter(RecordFilter("invoices", "tax-portal", key="INV-"))
    qtbot.waitUntil(lambda: page.foot() == ("1 of 300 selected", "75 dead · 225 retrying"))


# ---------------------------------------------------------------- filters
def test_a_filter_asks_the_node_and_the_foot_counts(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.filter_bar.set_filter(RecordFilter("invoices", "tax-portal", ("dead",)))
    qtbot.waitUntil(lambda: len(page.model.rows) == 75)
    query, after = console.node.asked[-1]
    assert (query.job, query.consumer, query.states, after) == (
        "invoices",
        "tax-portal",
        ("dead",),
        None,
    )
    qtbot.waitUntil(lambda: page.foot() == ("1 of 75 selected", "16 dead"))


def test_a_typed_key_is_looked_up_once_after_the_last_letter(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    before = len(console.node.asked)
    qtbot.keyClicks(page.filter_bar.key, "INV-2026-11-0204")
    qtbot.waitUntil(lambda: len(page.model.rows) == 10)
    assert [query.key_prefix for query, _ in console.node.asked[before:]] == ["INV-2026-11-0204"]


def test_nothing_matching_says_so_and_offers_to_clear(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.filter_bar.set_filter(RecordFilter(key="none such"))
    qtbot.waitUntil(page._clear.isVisible)
    assert page._empty.title.text() == "No record matches"
    qtbot.mouseClick(page._clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.model.rows) == 200)


def test_an_error_stands_where_the_rows_would_and_can_be_tried_again(
    console: Console, qtbot: QtBot
) -> None:
    console.node.refuses = ErrorShape(code="busy", sentence="The database is busy.", hint="Wait.")
    console.window.show_page("records")
    page = console.records
    qtbot.waitUntil(page._again.isVisible)
    assert page._empty.title.text() == "The database is busy."
    assert page._empty.sentence.text() == "Wait."
    console.node.refuses = None
    qtbot.mouseClick(page._again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.model.rows) == 200)


def test_a_time_filter_means_the_last_hours_of_the_nodes_clock(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.filter_bar.set_filter(RecordFilter(last_s=3600))
    qtbot.waitUntil(lambda: console.node.asked[-1][0].since is not None)
    since = console.node.asked[-1][0].since
    assert since is not None
    assert abs(since - (sample.NOW - 3_600_000)) < 60_000


# ---------------------------------------------------------------- details
def test_the_detail_says_why_and_shows_the_attempts_newest_first(
    page: RecordsPage, qtbot: QtBot
) -> None:
    assert page.detail.why.text().startswith("It was given up after 10 attempts")
    page.detail.tabs.setCurrentIndex(Tab.ATTEMPTS)
    cards = page.detail.attempts.cards()
    assert [card.place[1] for card in cards] == list(range(10, 0, -1))
    assert [card.is_open for card in cards] == [True] + [False] * 9


def test_a_late_answer_does_not_bring_back_the_record_before(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    console.node.held[2300] = asyncio.Event()
    console.node.publish(sample.moved(console.node.status))  # asks for the shown record anew
    qtbot.waitUntil(lambda: 2300 in console.node.waiting)
    page.table.select_row(1)
    qtbot.waitUntil(lambda: page.detail.record_id == 2299)
    console.node.held[2300].set()
    refreshing = console.window.flow_of(RecordsFlow).list._refreshing
    assert refreshing is not None
    qtbot.waitUntil(refreshing.done)
    assert page.detail.record_id == 2299


def test_arrow_keys_walk_through_the_records(page: RecordsPage, qtbot: QtBot) -> None:
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.detail.record_id == 2299)


def test_versions_are_read_when_their_tab_is_opened_and_lead_to_the_record(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.table.select_row(2)  # 2298 has one version, 2297 is the first with two
    two = next(i for i, row in enumerate(page.model.rows) if row.version == 2)
    page.table.select_row(two)
    wanted = page.model.rows[two].id
    qtbot.waitUntil(lambda: page.detail.record_id == wanted)
    page.detail.tabs.setCurrentIndex(Tab.VERSIONS)
    qtbot.waitUntil(lambda: len(page.detail.versions.lines.lines()) == 2)
    older = page.detail.versions.lines.lines()[1]
    qtbot.mouseClick(older, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.detail.record_id == wanted - 1)


def test_another_consumer_of_the_record_can_be_looked_at(console: Console, qtbot: QtBot) -> None:
    console.node.records = [sample.order(number) for number in range(3000, 2990, -1)]
    console.window.show_page("records")
    page = console.records
    qtbot.waitUntil(lambda: page.detail.record_id == 3000)
    page.detail.tabs.setCurrentIndex(Tab.CONSUMERS)
    assert page.detail.consumer == "erp"
    qtbot.mouseClick(page.detail.consumers.lines()[1], Qt.MouseButton.LeftButton)
    assert page.detail.consumer == "warehouse"


def test_the_keys_of_the_selected_records_are_copied(page: RecordsPage, qtbot: QtBot) -> None:
    page.table.select_row(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "INV-2026-11-02300\nINV-2026-11-02299"
    page.toast.dismiss()


def test_the_last_request_is_copied_as_a_command(page: RecordsPage, qtbot: QtBot) -> None:
    menu = page.menu()
    menu.curl.trigger()
    menu.deleteLater()
    qtbot.waitUntil(page.toast.isVisible)
    command = QGuiApplication.clipboard().text()
    assert command.startswith("curl -X POST 'https://tax.example.cn/api/v2/invoices' ")
    assert "-H 'webhook-id: dlv_01JD2Q8ZK7'" in command
    assert "杭州数科有限公司" in command
    page.toast.dismiss()


def test_a_record_without_a_consumer_shows_no_attempts_of_another(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.detail.tabs.setCurrentIndex(Tab.ATTEMPTS)
    assert page.detail.attempts.cards() != []
    alone = sample.invoice(2300).model_copy(update={"id": 2299, "deliveries": ()})
    console.node.records[1] = alone
    page.table.select_row(1)
    qtbot.waitUntil(lambda: page.detail.record_id == 2299)
    assert page.detail.attempts.cards() == []
    assert page.detail.why.text() == "No consumer takes this record."
    assert not page.detail.resend.isEnabled()


# ---------------------------------------------------------------- why, and the way out
def explained(kind: str, **changes: Any) -> ExplainShape:
    reason = ReasonShape(
        delivery_id=1,
        consumer="tax-portal",
        state="pending",
        kind=cast("Any", kind),
        sentence="It waits <b>for this</b>.",
    )
    return ExplainShape(record_id=2300, reasons=(reason.model_copy(update=changes),))


def test_a_paused_consumer_is_let_run_again_from_its_record(console: Console, qtbot: QtBot) -> None:
    console.node.explained[2300] = explained("consumer_paused")
    console.window.show_page("records")
    detail = console.records.detail
    qtbot.waitUntil(detail.way.isVisible)
    assert detail.why.text() == "It waits <b>for this</b>."
    assert detail.way.text() == "Let it run again"
    detail.way.click()
    qtbot.waitUntil(lambda: console.node.changes == [("resume", "invoices", "tax-portal")])
    console.records.toast.dismiss()


def test_a_record_behind_an_earlier_version_leads_there(console: Console, qtbot: QtBot) -> None:
    console.node.explained[2300] = explained("earlier_version", blocking_record_id=2290)
    console.window.show_page("records")
    detail = console.records.detail
    qtbot.waitUntil(detail.way.isVisible)
    detail.way.click()
    qtbot.waitUntil(lambda: detail.record_id == 2290)
    qtbot.waitUntil(lambda: not detail.way.isVisible())


@pytest.mark.parametrize(
    ("kind", "page"),
    [("dead", "failures"), ("breaker", "failures"), ("no_node", "nodes"), ("job_problem", "jobs")],
)
def test_each_reason_leads_to_where_it_is_dealt_with(
    console: Console, qtbot: QtBot, kind: str, page: str
) -> None:
    console.node.explained[2300] = explained(kind)
    console.window.show_page("records")
    qtbot.waitUntil(console.records.detail.way.isVisible)
    gone: list[str] = []
    console.window.navigator.wanted.disconnect()
    console.window.navigator.wanted.connect(lambda key, target: gone.append(key))
    console.records.detail.way.click()
    assert gone == [page]


def test_what_only_takes_time_offers_nothing(console: Console, qtbot: QtBot) -> None:
    console.node.explained[2300] = explained("not_due")
    console.window.show_page("records")
    detail = console.records.detail
    qtbot.waitUntil(lambda: detail.why.text() == "It waits <b>for this</b>.")
    assert not detail.way.isVisible()


def test_the_pull_shows_what_was_asked_and_what_came(page: RecordsPage, qtbot: QtBot) -> None:
    page.table.select_row(0)
    page.detail.tabs.setCurrentIndex(Tab.PULL)
    qtbot.waitUntil(lambda: page.detail.pull.blocks is not None)
    blocks = page.detail.pull.blocks
    assert blocks is not None
    asked, came = (each.toPlainText() for each in blocks.findChildren(CodeText))
    assert asked.startswith("GET /api/invoices?")
    assert "authorization: Bearer ••••" in asked
    assert came == "content-type: application/json"
