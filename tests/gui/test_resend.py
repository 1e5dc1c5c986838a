"""Resend: of one, of many, of all that match; what is asked first, and what the node is told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from pytestqt.qtbot import QtBot

from app.flows.records import RecordsFlow
from app.models.record_filter import RecordFilter
from app.pages.bulk_question import ResendQuestion, SkipQuestion
from app.pages.records import RecordsPage
from app.widgets.question import Question
from engine.api.wire import ErrorShape, ResendRequest
from tests.gui import sample
from tests.gui.conftest import Console


@pytest.fixture
def dead(console: Console, qtbot: QtBot) -> RecordsPage:
    """The records page, filtered to the 75 dead invoices."""
    page = console.records
    page.filter_bar.set_filter(RecordFilter("invoices", "tax-portal", ("dead",)))
    console.window.show_page("records")
    qtbot.waitUntil(lambda: len(page.model.rows) == 75)
    return page


def select(page: RecordsPage, *rows: int) -> list[int]:
    page.table.select_row(rows[0])
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in rows[1:]:
        page.table.selectionModel().select(page.model.index(row, 0), flags)
    return [page.model.rows[row].id for row in rows]


def question(console: Console, qtbot: QtBot) -> Question:
    resending = console.window.flow_of(RecordsFlow).resending
    qtbot.waitUntil(lambda: resending.question is not None and resending.question.ready)
    assert resending.question is not None
    return resending.question


def test_one_record_is_resent_with_one_call(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    ids = select(dead, 4)
    menu = dead.menu()
    assert menu.resend is not None
    assert menu.resend.text() == "Resend 1 record"
    menu.resend.trigger()
    menu.deleteLater()
    qtbot.waitUntil(dead.toast.isVisible)
    assert console.node.resends == [ResendRequest(record_ids=tuple(ids), consumer="tax-portal")]
    assert dead.toast.words == "1 record will be sent again."
    dead.toast.dismiss()


def test_many_records_are_resent_with_one_call(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    ids = select(dead, 1, 3, 8)
    menu = dead.menu()
    assert menu.resend is not None
    assert menu.resend.text() == "Resend 3 records"
    menu.resend.trigger()
    menu.deleteLater()
    qtbot.waitUntil(dead.toast.isVisible)
    assert console.node.resends == [ResendRequest(record_ids=tuple(ids), consumer="tax-portal")]
    dead.toast.dismiss()


def test_the_resent_records_stay_in_sight_and_show_their_new_state(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    select(dead, 0)
    qtbot.keyClick(dead.table, Qt.Key.Key_R)
    qtbot.waitUntil(
        lambda: dead.model.rows[0].lead is not None and dead.model.rows[0].lead.state == "pending"
    )
    assert len(dead.model.rows) == 75
    dead.toast.dismiss()


def test_the_button_of_the_detail_resends_that_record(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    ids = select(dead, 2)
    qtbot.waitUntil(lambda: dead.detail.record_id == ids[0])
    qtbot.mouseClick(dead.detail.resend, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dead.toast.isVisible)
    assert console.node.resends == [ResendRequest(record_ids=tuple(ids), consumer="tax-portal")]
    dead.toast.dismiss()


def test_what_is_still_under_way_cannot_be_resent(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    dead.filter_bar.set_filter(RecordFilter("invoices", "tax-portal", ("retrying",)))
    qtbot.waitUntil(lambda: len(dead.model.rows) == 200)
    select(dead, 0)
    menu = dead.menu()
    assert menu.resend is not None
    assert not menu.resend.isEnabled()
    menu.deleteLater()
    qtbot.keyClick(dead.table, Qt.Key.Key_R)
    assert console.node.resends == []


def test_all_that_match_are_counted_asked_for_and_become_an_operation(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    menu = dead.menu()
    assert menu.resend_all.text() == "Resend all 75 that match…"
    menu.resend_all.trigger()
    menu.deleteLater()
    asked = question(console, qtbot)
    assert asked.words.startswith("Resend 75 records? Everything that matches the filter")
    assert console.node.operations == []
    assert isinstance(asked, ResendQuestion)
    asked.modes.choose("sent")
    asked.pace.choose(20.0)
    qtbot.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(console.node.operations) == 1)
    request = console.node.operations[0].request
    assert request.query is not None
    assert (request.kind, request.mode, request.per_s) == ("resend", "sent", 20.0)
    assert (request.query.states, request.consumer) == (("dead",), "tax-portal")
    assert request.query.until is not None
    assert request.record_ids == ()
    qtbot.waitUntil(console.window.progress.isVisible)
    assert console.window.progress.rows[0].work.total == 75


def test_all_that_wait_are_skipped_with_a_reason(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    dead.filter_bar.set_filter(RecordFilter("invoices", "tax-portal"))
    qtbot.waitUntil(lambda: len(dead.model.rows) == 200)
    menu = dead.menu()
    menu.skip_all.trigger()
    menu.deleteLater()
    asked = question(console, qtbot)
    assert asked.words.startswith("Skip 225 records? Everything that matches the filter")
    assert isinstance(asked, SkipQuestion)
    asked.field.setText("sent by hand")
    qtbot.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(console.node.operations) == 1)
    request = console.node.operations[0].request
    assert (request.kind, request.reason) == ("skip", "sent by hand")
    assert request.query is not None
    assert request.query.states == ("retrying", "pending")


def test_failures_are_put_away_where_they_are_selected(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    ids = select(dead, 0)
    menu = dead.menu()
    menu.skip.trigger()
    menu.deleteLater()
    asked = question(console, qtbot)
    assert asked.words.startswith("Skip 1 record?")
    qtbot.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(console.node.operations) == 1)
    assert console.node.operations[0].request.record_ids == tuple(ids)


def test_the_selected_ones_that_wait_are_skipped(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    dead.filter_bar.set_filter(RecordFilter("invoices", "tax-portal", ("retrying",)))
    qtbot.waitUntil(lambda: len(dead.model.rows) == 200)
    ids = select(dead, 0, 2)
    menu = dead.menu()
    assert menu.skip.text() == "Skip 2 records…"
    menu.skip.trigger()
    menu.deleteLater()
    asked = question(console, qtbot)
    assert asked.words.startswith("Skip 2 records?")
    qtbot.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(console.node.operations) == 1)
    assert console.node.operations[0].request.record_ids == tuple(ids)


def test_old_versions_among_the_selected_ones_are_told(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    newer = console.node.records[4]
    older = newer.model_copy(update={"id": newer.id - 1, "version": newer.version})
    console.node.records[4] = newer.model_copy(update={"version": newer.version + 1})
    console.node.records[5] = older
    dead.reload_wanted.emit()
    qtbot.waitUntil(lambda: [row.id for row in dead.model.rows].count(older.id) == 1)
    place = dead.model.place_of(older.id)
    assert place is not None
    select(dead, place)
    dead.resend_how_wanted.emit(dead.chosen_rows(), "tax-portal")
    asked = question(console, qtbot)
    assert "1 of them: not the newest version of its key" in asked.words
    asked.reject()


def test_a_refusal_to_the_question_sends_nothing(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    dead.resend_all_wanted.emit()
    asked = question(console, qtbot)
    qtbot.mouseClick(asked.no, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: console.window.flow_of(RecordsFlow).resending.question is None)
    assert console.node.resends == []


def test_what_was_delivered_already_is_asked_for_with_the_number(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    console.node.records = [sample.order(number) for number in range(3000, 2990, -1)]
    dead.filter_bar.set_filter(RecordFilter("orders", "erp"))
    qtbot.waitUntil(lambda: len(dead.model.rows) == 10)
    ids = select(dead, 0, 1)
    qtbot.keyClick(dead.table, Qt.Key.Key_R)
    asked = question(console, qtbot)
    assert "2 of them the target has accepted already" in asked.words
    assert console.node.resends == []
    qtbot.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(console.node.operations) == 1)
    request = console.node.operations[0].request
    assert (request.record_ids, request.consumer) == (tuple(ids), "erp")


def test_which_consumer_is_meant_is_asked_where_there_are_several(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    console.node.records = [sample.order(number) for number in range(3000, 2990, -1)]
    dead.filter_bar.set_filter(RecordFilter("orders"))
    qtbot.waitUntil(lambda: len(dead.model.rows) == 10)
    ids = select(dead, 0)
    menu = dead.menu()
    assert menu.resend is None
    to = menu.actions()[0].menu()
    assert to is not None
    words = [action.text() for action in to.actions()]  # type: ignore[attr-defined]
    assert words == ["erp", "warehouse", "", "All 2 consumers"]
    to.actions()[1].trigger()  # type: ignore[attr-defined]
    asked = question(console, qtbot)
    qtbot.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(console.node.operations) == 1)
    request = console.node.operations[0].request
    assert (request.record_ids, request.consumer) == (tuple(ids), "warehouse")
    menu.deleteLater()


def test_a_refusal_of_the_node_is_told_as_it_is(
    console: Console, dead: RecordsPage, qtbot: QtBot
) -> None:
    select(dead, 0)
    console.node.refuses = ErrorShape(
        code="forbidden", sentence="The token may only read.", hint="Use another."
    )
    qtbot.keyClick(dead.table, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: dead.toast.words == "The token may only read. Use another.")
    dead.toast.dismiss()
