"""The failures page: causes that stay fresh, an example, what is done with a group."""

from __future__ import annotations

import re
from collections.abc import Sequence

import httpx
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.flows.failures import FailuresFlow
from app.models.failures import Column
from app.pages.bulk_question import ResendQuestion, SkipQuestion
from app.pages.failures import FailuresPage
from app.widgets.menu import Menu
from engine.api.wire import (
    ErrorShape,
    FailureGroupShape,
    FailuresShape,
    OperationRequest,
)
from tests.gui import sample
from tests.gui.conftest import Console
from tests.gui.fake_node import FakeNode


def tell(node: FakeNode, groups: Sequence[FailureGroupShape]) -> None:
    """The node's failures from now on; its numbers move, so that the console asks."""
    node.answers["GET", "/failures"] = FailuresShape(groups=tuple(groups))
    status = node.status
    last = status.jobs[-1]
    consumer = last.consumers[0]
    more = consumer.model_copy(update={"failed": consumer.failed + 1})
    job = last.model_copy(update={"consumers": (more, *last.consumers[1:])})
    node.publish(status.model_copy(update={"jobs": (*status.jobs[:-1], job)}))


@pytest.fixture
def node() -> FakeNode:
    """The records of the sample's examples."""
    return FakeNode(records=[sample.invoice(number) for number in range(990, 860, -1)])


@pytest.fixture
def page(console: Console, qtbot: QtBot) -> FailuresPage:
    """The page with the sample's four groups."""
    tell(console.node, sample.failures())
    console.window.show_page("failures")
    found = console.window.page_of(FailuresPage)
    qtbot.waitUntil(lambda: found.model.rowCount() == 4)
    qtbot.waitUntil(lambda: found.detail.example_key != "")
    return found


def requests(console: Console, path: str) -> list[httpx.Request]:
    return [each for each in console.node.requests if each.url.path.endswith(path)]


def badge(console: Console) -> str:
    return console.window.sidebar._buttons["failures"].accessibleName()


def operations(console: Console) -> list[OperationRequest]:
    return [each.request for each in console.node.operations]


def test_groups_tell_how_many_where_and_why(page: FailuresPage) -> None:
    def cell(row: int, column: Column) -> str:
        return str(page.model.data(page.model.index(row, column)))

    assert cell(0, Column.CAUSE) == "The target answered 422: tax_id missing"
    assert (cell(0, Column.JOB), cell(0, Column.CONSUMER)) == ("payments", "finance")
    assert cell(0, Column.COUNT) == "21"
    assert cell(0, Column.STATE) == "dead"
    assert cell(3, Column.STATE) == "retrying"
    assert page._summary.text() == "37 failed · 268 being tried again · 4 causes"


def test_the_chosen_group_shows_an_example_with_request_and_answer(
    page: FailuresPage, qtbot: QtBot
) -> None:
    page.table.select_row(1)
    qtbot.waitUntil(lambda: page.detail.example_key == "INV-2026-11-00872")
    assert page.detail.sentence.text().endswith("401 Unauthorized: token expired")
    (first, *_) = page.detail.attempts.cards()
    assert first.is_open


def test_groups_move_live_and_the_chosen_one_stays(
    console: Console, page: FailuresPage, qtbot: QtBot
) -> None:
    page.table.select_row(2)
    first, second, third, fourth = sample.failures()
    more = third.model_copy(update={"count": 300})
    tell(console.node, (more, first, second, fourth))
    qtbot.waitUntil(lambda: page.model.rows[0].count == 300, timeout=1000)
    assert page.table.selected_rows() == [0]
    assert page.detail.key is not None
    assert page.detail.key.cause == third.cause
    assert page.detail.resend.text() == "Resend 300…"


def test_the_last_failure_gone_is_a_good_sight(
    console: Console, page: FailuresPage, qtbot: QtBot
) -> None:
    tell(console.node, ())
    qtbot.waitUntil(page._empty.isVisible)
    assert page._empty.title.text() == "Nothing failed"
    assert not page._again.isVisible()


def test_the_sidebar_counts_what_failed(console: Console, page: FailuresPage) -> None:
    assert badge(console) == "Failures: 38"


def test_a_job_and_consumer_narrow_the_groups(
    console: Console, page: FailuresPage, qtbot: QtBot
) -> None:
    console.node.answers["GET", "/failures"] = FailuresShape()
    console.window.navigator.failures("invoices", "tax-portal")
    qtbot.waitUntil(page._empty.isVisible)
    last = requests(console, "/failures")[-1].url.params
    assert (last["job"], last["consumer"]) == ("invoices", "tax-portal")
    qtbot.waitUntil(page._all.isVisible)
    page._all.click()
    qtbot.waitUntil(lambda: page._empty.title.text() == "Nothing failed")


def test_the_group_is_counted_and_sent_again_as_an_operation(
    console: Console, page: FailuresPage, qtbot: QtBot
) -> None:
    page.table.select_row(1)
    page.detail.resend.click()
    bulk = console.window.flow_of(FailuresFlow).bulk
    qtbot.waitUntil(lambda: bulk.question is not None and bulk.question.ready)
    question = bulk.question
    assert isinstance(question, ResendQuestion)
    assert "token expired" in question.words
    question.pace.choose(20.0)
    question.yes.click()
    qtbot.waitUntil(lambda: len(operations(console)) == 1)
    (asked,) = operations(console)
    assert (asked.kind, asked.mode, asked.per_s, asked.consumer) == (
        "resend",
        "mapped",
        20.0,
        "tax-portal",
    )
    assert asked.query is not None
    assert (asked.query.cause, asked.query.states) == ("7002", ("dead",))
    qtbot.waitUntil(lambda: len(console.window.progress.rows) == 1)


def test_what_is_tried_again_can_be_skipped_with_a_reason(
    console: Console, page: FailuresPage, qtbot: QtBot
) -> None:
    page.table.setFocus()
    page.table.select_row(3)
    assert not page.detail.resend.isVisible()
    qtbot.keyClick(page.table, Qt.Key.Key_S)
    bulk = console.window.flow_of(FailuresFlow).bulk
    qtbot.waitUntil(lambda: bulk.question is not None and bulk.question.ready)
    question = bulk.question
    assert isinstance(question, SkipQuestion)
    question.field.setText("typed in by hand")
    question.yes.click()
    qtbot.waitUntil(lambda: len(operations(console)) == 1)
    (asked,) = operations(console)
    assert (asked.kind, asked.reason) == ("skip", "typed in by hand")
    assert asked.query is not None
    assert (asked.query.cause, asked.query.states) == ("7004", ("retrying",))


def test_a_cause_that_is_dealt_with_is_put_away_after_the_number(
    console: Console, page: FailuresPage, qtbot: QtBot
) -> None:
    page.table.select_row(1)
    assert page.detail.resend.isVisible()
    page.detail.skip.click()
    bulk = console.window.flow_of(FailuresFlow).bulk
    qtbot.waitUntil(lambda: bulk.question is not None and bulk.question.ready)
    question = bulk.question
    assert isinstance(question, SkipQuestion)
    assert re.match(r"Skip \d+ records\?", question.words)
    assert "They are no failures any more" in question.words
    question.field.setText("the other team knows")
    question.yes.click()
    qtbot.waitUntil(lambda: len(operations(console)) == 1)
    (asked,) = operations(console)
    assert (asked.kind, asked.reason) == ("skip", "the other team knows")
    assert asked.query is not None
    assert asked.query.states == ("dead",)


def test_a_no_starts_nothing(console: Console, page: FailuresPage, qtbot: QtBot) -> None:
    page.table.select_row(1)
    page.detail.resend.click()
    bulk = console.window.flow_of(FailuresFlow).bulk
    qtbot.waitUntil(lambda: bulk.question is not None and bulk.question.ready)
    question = bulk.question
    assert question is not None
    question.no.click()
    qtbot.waitUntil(lambda: bulk.question is None)
    assert operations(console) == []


def test_a_group_that_is_gone_meanwhile_is_told(
    console: Console, page: FailuresPage, qtbot: QtBot
) -> None:
    page.table.select_row(0)  # the node knows no record of it any more
    page.detail.resend.click()
    bulk = console.window.flow_of(FailuresFlow).bulk
    qtbot.waitUntil(
        lambda: bulk.question is not None and "Nothing matches any more" in bulk.question.words
    )
    question = bulk.question
    assert question is not None
    assert not question.ready
    question.no.click()


def test_the_groups_records_are_shown_and_the_cause_can_be_left(
    console: Console, page: FailuresPage, qtbot: QtBot
) -> None:
    page.table.select_row(1)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert console.window.page == "records"
    chosen = console.records.filter
    assert (chosen.job, chosen.consumer, chosen.states) == ("invoices", "tax-portal", ("dead",))
    assert chosen.query(sample.NOW).cause == "7002"
    bar = console.records.filter_bar
    assert bar.all_causes.isVisible()
    bar.all_causes.click()
    assert console.records.filter.query(sample.NOW).cause is None
    assert not bar.all_causes.isVisible()


def test_the_group_is_copied_as_text_for_a_ticket(page: FailuresPage, qtbot: QtBot) -> None:
    page.table.select_row(2)
    qtbot.waitUntil(lambda: page.detail.example_key == "INV-2026-11-00868")
    page.detail.copy.click()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("invoices → tax-portal: 2 dead\nThe buyer ")
    assert "For example: The buyer" in text
    assert "Record 868, key INV-2026-11-00868" in text
    page.toast.dismiss()


def test_the_menu_key_opens_what_can_be_done(page: FailuresPage) -> None:
    page.table.select_row(0)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(page.table, event)
    (menu,) = page.table.findChildren(Menu)
    assert "Resend 21 records…" in [action.text() for action in menu.actions()]
    menu.close()


def test_a_node_that_cannot_tell_says_why_and_is_asked_again(
    console: Console, qtbot: QtBot
) -> None:
    sentence = "The database is busy."
    console.node.answers["GET", "/failures"] = ErrorShape(code="busy", sentence=sentence)
    console.window.show_page("failures")
    page = console.window.page_of(FailuresPage)
    qtbot.waitUntil(lambda: page._empty.title.text() == sentence)
    console.node.answers["GET", "/failures"] = FailuresShape(groups=sample.failures())
    page._again.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 4)


def test_nothing_is_asked_while_nobody_looks(
    console: Console, page: FailuresPage, qtbot: QtBot
) -> None:
    console.window.show_page("overview")
    before = len(requests(console, "/failures"))
    tell(console.node, ())
    qtbot.waitUntil(lambda: badge(console) == "Failures: 39")
    assert len(requests(console, "/failures")) == before
