"""The activity page: operations that move, alerts that lead somewhere, the audit list in pages."""

from __future__ import annotations

import httpx
import pytest
from pytestqt.qtbot import QtBot

from app.flows.alerts import Alerts
from app.flows.operations import Operations
from app.models.alerts import Place, place_of
from app.pages.activity.audit import AuditFilter
from app.pages.activity.page import ActivityPage, Part
from app.pages.failures import FailuresPage
from app.widgets.report import Report
from engine.api.wire import AlertShape, AuditPageShape, ErrorShape
from tests.gui import sample
from tests.gui.conftest import Console

ROWS = 230


def audit_page(request: httpx.Request) -> AuditPageShape:
    """A page of the audit list, filtered as the node does."""
    asked = request.url.params
    limit, after = int(asked["limit"]), int(asked.get("after", ROWS + 1))
    found = [
        each
        for each in sample.changes(ROWS)
        if each.id < after
        and asked.get("who", "") in each.by
        and asked.get("what", each.what) == each.what
        and asked.get("target", "") in each.target
        and each.at >= int(asked.get("since", 0))
    ]
    entries = tuple(found[:limit])
    return AuditPageShape(entries=entries, next=entries[-1].id if len(found) > limit else None)


@pytest.fixture
def page(console: Console, qtbot: QtBot) -> ActivityPage:
    """The page on the sample's operations, alerts and changes."""
    console.node.operations[:] = sample.operations()
    console.node.alerts = sample.alerts()
    console.node.answers["GET", "/audit"] = audit_page
    Alerts.of(console.session).look()
    Operations.of(console.session)._wake.set()
    console.window.show_page("activity")
    found = console.window.page_of(ActivityPage)
    qtbot.waitUntil(lambda: found.operations.model.rowCount() == 4)
    qtbot.waitUntil(lambda: len(found.operations.open_rows) == 2)
    qtbot.waitUntil(lambda: found.alerts.model.rowCount() == 3)
    return found


# ---------------------------------------------------------------- operations
def test_what_runs_stands_above_what_has_ended(page: ActivityPage) -> None:
    running, paused = page.operations.open_rows
    assert running.figures.text() == "118 of 284 · 4.9/s · 34 s left"
    assert paused.resume.isVisible()
    model = page.operations.model
    rows = [[str(model.data(model.index(row, column))) for column in (0, 1, 2)] for row in range(4)]
    assert rows[0] == ["cancelled", "Resend · invoices → tax-portal", "cancelled after 40"]
    assert rows[1][0] == "failed"
    assert rows[2] == [
        "done, some refused",
        "Skip · invoices → tax-portal",
        "9 deliveries skipped · 3 refused",
    ]


def test_the_windows_foot_does_not_say_it_twice(console: Console, page: ActivityPage) -> None:
    assert not console.window.progress.isVisible()
    page.show_part(Part.AUDIT)
    assert console.window.progress.isVisible()


def test_an_operation_is_paused_resumed_and_cancelled(
    console: Console, page: ActivityPage, qtbot: QtBot
) -> None:
    running, paused = page.operations.open_rows
    running.pause.click()
    paused.resume.click()
    qtbot.waitUntil(lambda: sorted(console.node.steps) == [("pause", 6), ("resume", 5)])
    qtbot.waitUntil(lambda: running.resume.isVisible())
    running.cancel.click()
    qtbot.waitUntil(lambda: ("cancel", 6) in console.node.steps)
    qtbot.waitUntil(lambda: page.operations.model.rowCount() == 5)
    assert len(page.operations.open_rows) == 1


def test_the_report_tells_what_was_refused(page: ActivityPage, qtbot: QtBot) -> None:
    page.operations.list.table.select_row(2)
    page.operations.report.click()
    (report,) = page.window().findChildren(Report)
    assert "Record 871: It is being sent just now." in report.lines.toPlainText()
    report.close_button.click()


def test_a_failed_operation_goes_on(console: Console, page: ActivityPage, qtbot: QtBot) -> None:
    page.operations.list.table.select_row(0)
    assert not page.operations.resume.isVisible()
    page.operations.list.table.select_row(1)
    page.operations.resume.click()
    qtbot.waitUntil(lambda: console.node.steps == [("resume", 3)])


def test_its_records_are_shown(console: Console, page: ActivityPage) -> None:
    page.operations.list.table.select_row(3)
    page.operations.records.click()
    assert console.window.page == "records"
    assert (console.records.filter.job, console.records.filter.consumer) == (
        "invoices",
        "tax-portal",
    )


# ---------------------------------------------------------------- alerts
def test_open_alerts_are_counted_beside_the_pages_name(
    console: Console, page: ActivityPage, qtbot: QtBot
) -> None:
    assert page.tabs.tabText(Part.ALERTS) == "Alerts 2"
    assert console.window.sidebar._buttons["activity"].accessibleName() == "Activity: 2"
    console.node.alerts = ()
    Alerts.of(console.session).look()
    qtbot.waitUntil(lambda: page.tabs.tabText(Part.ALERTS) == "Alerts")
    page.show_part(Part.ALERTS)
    assert page.alerts.list.empty.title.text() == "No alert is open, and none was lately"


def test_an_alert_leads_to_its_place(console: Console, page: ActivityPage, qtbot: QtBot) -> None:
    page.show_part(Part.ALERTS)
    page.alerts.list.table.select_row(0)
    assert page.alerts.place.text() == "Show the failures"
    page.alerts.place.click()
    assert console.window.page == "failures"
    choice = console.window.page_of(FailuresPage).choice
    assert (choice.job, choice.consumer) == ("invoices", "tax-portal")

    console.window.navigator.alerts()
    page.alerts.list.table.select_row(1)
    page.alerts.place.click()
    assert console.window.page == "records"
    assert console.records.filter.states == ("retrying", "sending", "pending")


@pytest.mark.parametrize(
    ("when", "failed", "place"),
    [
        ("failed > 0", 3, Place.FAILURES),
        ("failed > 0 || lag_s > 60", 3, Place.FAILURES),
        ("failed > 0 || lag_s > 60", 0, Place.UNSYNCED),
        ("unsynced > 1000", 3, Place.UNSYNCED),
        ("breaker_open", 0, Place.UNSYNCED),
        ("source_silent_s > 600", 0, Place.SOURCE),
    ],
)
def test_the_place_follows_from_the_condition(when: str, failed: int, place: Place) -> None:
    alert = AlertShape(job="a", consumer="b", when=when, opened_at=1, values={"failed": failed})
    assert place_of(alert) is place


# ---------------------------------------------------------------- audit
def test_changes_come_in_pages_as_the_list_is_scrolled(page: ActivityPage, qtbot: QtBot) -> None:
    page.show_part(Part.AUDIT)
    qtbot.waitUntil(lambda: page.audit.model.rowCount() == 100)
    page.audit.list.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.audit.model.rowCount() == 200)
    page.audit.list.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.audit.model.rowCount() == ROWS)
    page.audit.list.table.select_row(2)
    assert "a.keller from 10.20.4.18 · job paused stock" in page.audit._detail.text()


def test_who_what_and_time_narrow_the_changes(page: ActivityPage, qtbot: QtBot) -> None:
    page.show_part(Part.AUDIT)
    qtbot.waitUntil(lambda: page.audit.model.rowCount() == 100)
    page.audit.who.setText("keller")
    qtbot.waitUntil(lambda: {row.by for row in page.audit.model.rows} == {"a.keller"})
    page.audit.set_filter(AuditFilter(who="keller", what="channel set", last_s=3600))
    qtbot.waitUntil(lambda: page.audit.model.rowCount() == 1)
    page.audit.target.setText("nothing like it")
    qtbot.waitUntil(lambda: page.audit.list.empty.title.text() == "No change matches")
    page.audit.clear.click()
    qtbot.waitUntil(lambda: page.audit.model.rowCount() == 100)
    assert page.audit.who.text() == ""


def test_a_token_that_may_not_read_the_audit_is_told_so(
    console: Console, page: ActivityPage, qtbot: QtBot
) -> None:
    sentence = "This token may not do that."
    console.node.answers["GET", "/audit"] = ErrorShape(code="forbidden", sentence=sentence)
    page.show_part(Part.AUDIT)
    qtbot.waitUntil(lambda: page.audit.list.empty.title.text() == sentence)
    console.node.answers["GET", "/audit"] = audit_page
    page.audit.list.again.click()
    qtbot.waitUntil(lambda: page.audit.model.rowCount() == 100)
