"""The filter bar: exact keys, spans of time, expressions and their mistakes, causes, saved ones."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.moment import read_moment, write_moment
from app.models.record_filter import RecordFilter, from_text, to_text
from app.pages.name_dialog import NameDialog
from app.pages.range_dialog import RangeDialog
from app.pages.records import RecordsPage
from app.settings import Settings
from app.theme.theme import Theme
from engine.api.wire import ErrorShape, RecordPageShape
from tests.gui import sample
from tests.gui.conftest import Console
from tests.gui.fake_node import FakeNode


@pytest.fixture
def page(console: Console, qtbot: QtBot) -> RecordsPage:
    console.window.show_page("records")
    qtbot.waitUntil(lambda: len(console.records.model.rows) == 200)
    return console.records


@pytest.fixture
def shanghai() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.__setitem__("TZ", before)
    time.tzset()


# ---------------------------------------------------------------- keys
def test_a_whole_key_is_looked_up_exactly(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    page.filter_bar.exact.click()
    page.filter_bar.key.setText("INV-2026-11-02250")
    qtbot.keyClick(page.filter_bar.key, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [row.id for row in page.model.rows] == [2250])
    query, _ = console.node.asked[-1]
    assert (query.key, query.key_prefix) == ("INV-2026-11-02250", None)
    page.filter_bar.exact.click()
    qtbot.waitUntil(lambda: console.node.asked[-1][0].key_prefix == "INV-2026-11-02250")


# ---------------------------------------------------------------- time
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23 14:30", "2026-11-23 06:30:00.000 UTC"),
        ("2026-11-23 14:30:05", "2026-11-23 06:30:05.000 UTC"),
        ("2026-11-23T06:30Z", "2026-11-23 06:30:00.000 UTC"),
        ("2026-1-2", "2026-01-01 16:00:00.000 UTC"),
        ("08:00", "2026-11-23 00:00:00.000 UTC"),
        ("8:00 utc", "2026-11-23 08:00:00.000 UTC"),
    ],
)
def test_a_moment_is_read_in_local_time(shanghai: None, text: str, moment: str) -> None:
    from app import format

    at = read_moment(text, sample.NOW)
    assert at is not None
    assert format.utc(at) == moment
    assert read_moment(write_moment(at), sample.NOW) == at


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "25:00", "2026-02-30", "12", "Z"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert read_moment(text, sample.NOW) is None


def test_a_span_of_time_is_typed_in_local_time_with_utc_below(
    console: Console, page: RecordsPage, qtbot: QtBot, shanghai: None
) -> None:
    page.filter_bar.menus.range_wanted.emit()
    [dialog] = console.window.findChildren(RangeDialog)
    dialog.since.setText("2026-11-23 14:00")
    assert dialog.problems()[0] == "2026-11-23 06:00:00.000 UTC"
    dialog.until.setText("2026-11-23 13:00")
    assert dialog.problems()[1] == "That is not after the beginning."
    assert not dialog.yes.isEnabled()
    dialog.until.setText("soon")
    assert dialog.problems()[1] == "Write it as 2026-11-23 14:30, or 14:30 for today."
    dialog.until.setText("2026-11-23 14:10")
    qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    query, _ = console.node.asked[-1]
    qtbot.waitUntil(lambda: console.node.asked[-1][0].since == sample.NOW - 30 * 60_000)
    query, _ = console.node.asked[-1]
    assert query.until == sample.NOW - 20 * 60_000
    qtbot.waitUntil(lambda: page.filter_bar.time.value == "14:00:00 – 14:10:00")


def test_an_open_end_is_a_filter_too(theme: Theme, qtbot: QtBot) -> None:
    dialog = RangeDialog(theme, None, None, None, sample.NOW)  # type: ignore[arg-type] # no parent
    qtbot.addWidget(dialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    chosen: list[tuple[object, object]] = []
    dialog.chosen.connect(lambda *ends: chosen.append(ends))
    dialog.until.setText("2026-11-23 14:00Z")
    dialog.yes.click()
    assert chosen == [(None, sample.NOW + 7.5 * 3_600_000)]


# ---------------------------------------------------------------- expressions
def type_expression(page: RecordsPage, qtbot: QtBot, text: str) -> None:
    page.filter_bar.expression.setText(text)
    qtbot.keyClick(page.filter_bar.expression, Qt.Key.Key_Return)


def test_a_mistake_in_an_expression_stands_at_the_field(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    console.node.refuses = ErrorShape(
        code="invalid", sentence="A bracket is missing at 9.", path="expression"
    )
    type_expression(page, qtbot, "record.a(")
    qtbot.waitUntil(lambda: page.filter_bar.said == "A bracket is missing at 9.")
    assert page.filter_bar._expression_frame.property("wrong")
    assert page.model.rowCount() == 0
    console.node.refuses = None
    type_expression(page, qtbot, "record.a > 1")
    qtbot.waitUntil(lambda: len(page.model.rows) == 200)
    assert page.filter_bar.said == ""
    assert not page.filter_bar._expression_frame.property("wrong")
    assert console.node.asked[-1][0].expression == "record.a > 1"


def scanned(node: FakeNode, *counts: int, rows: int = 1) -> None:
    """So many records looked at for each page to come, each with a row or none."""
    for place, count in enumerate(counts):
        found = tuple(sample.brief(sample.invoice(2290 - place * 3 - n)) for n in range(rows))
        last = place == len(counts) - 1
        node.pages.append(
            RecordPageShape(records=found, next=None if last else str(place + 1), scanned=count)
        )


def test_a_search_tells_how_far_it_has_looked_and_reads_on_by_itself(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    scanned(console.node, 40_000, 40_000, 40_000, 5_000)
    type_expression(page, qtbot, "record.total > 20000.0")
    qtbot.waitUntil(lambda: len(page.model.rows) == 4)
    qtbot.waitUntil(lambda: page.filter_bar.said == "")
    assert page.model.complete


def test_a_search_can_be_stopped_and_goes_on(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    scanned(console.node, 60_000, 60_000, 7, rows=0)
    gate = console.node.held["2 pages"] = asyncio.Event()
    type_expression(page, qtbot, "record.total > 99999999.0")
    qtbot.waitUntil(lambda: page.filter_bar.said == "60,000 records scanned")
    assert page._empty.title.text() == "Searching…"
    assert page.filter_bar.stop.isVisible()
    page.filter_bar.stop.click()
    assert page.filter_bar.go_on.isVisible()
    assert page._empty.title.text() == "No record matches"
    gate.set()
    page.filter_bar.go_on.click()
    qtbot.waitUntil(lambda: page.filter_bar.said == "")
    assert console.node.pages == []


# ---------------------------------------------------------------- causes and saved filters
def test_a_cause_is_named_and_can_be_taken_away(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    chosen = RecordFilter(
        "invoices", "tax-portal", ("dead",), cause="c1", cause_sentence="<b>401 Unauthorized"
    )
    console.window.navigator.records(chosen)
    qtbot.waitUntil(lambda: console.node.asked[-1][0].cause == "c1")
    assert page.filter_bar._cause.text() == "Only the cause: <b>401 Unauthorized"
    page.filter_bar.all_causes.click()
    qtbot.waitUntil(lambda: console.node.asked[-1][0].cause is None)
    assert page.filter_bar.filter.states == ("dead",)


def test_a_filter_is_saved_used_and_forgotten(
    console: Console, page: RecordsPage, qtbot: QtBot, settings: Settings
) -> None:
    bar = page.filter_bar
    chosen = RecordFilter("invoices", "tax-portal", ("dead",), expression="record.total > 1.0")
    bar.set_filter(chosen)
    bar.menus.save_wanted.emit()
    [dialog] = console.window.findChildren(NameDialog)
    assert not dialog.yes.isEnabled()
    dialog.field.setText(" Dead & dear ")
    dialog.yes.click()
    assert list(settings.saved_filters) == ["Dead & dear"]
    bar.set_filter(RecordFilter())
    menu = bar.saved_menu()
    assert [action.text() for action in menu.actions()][2] == "Dead && dear"
    menu.actions()[2].trigger()
    menu.deleteLater()
    assert bar.filter == chosen
    assert any(choice.words == "Dead & dear" for choice in console.window._choices())
    bar.forget_wanted.emit("Dead & dear")
    assert settings.saved_filters == {}


def test_a_saved_filter_survives_as_text_and_junk_is_none() -> None:
    chosen = RecordFilter("a", "b", ("dead", "pending"), "k", None, 1, 2, True, "x", "c", "w")
    assert from_text(to_text(chosen)) == chosen
    assert from_text("junk") is None
    assert from_text("[]") is None
    assert from_text('{"states": ["dead", "alive"], "key": 7, "since": "x"}') == RecordFilter(
        states=("dead",)
    )


def test_one_record_is_brought_up_among_its_versions(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    console.window.navigator.record(2120)
    qtbot.waitUntil(lambda: [row.id for row in page.model.rows] == [2120])
    assert page.detail.record_id == 2120
    assert page.filter_bar.filter == RecordFilter("invoices", key="INV-2026-11-02120", exact=True)
