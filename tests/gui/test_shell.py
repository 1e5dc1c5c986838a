"""The window around the pages: navigation, theme, palette, a connection that breaks and heals."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.flows.overview import OverviewFlow
from app.flows.records import RecordsFlow
from app.models.record_filter import RecordFilter
from app.pages.overview import OverviewPage
from app.pages.records import RecordsPage
from app.theme.theme import Mode, Theme
from app.theme.tokens import DARK, LIGHT
from app.window import Window
from engine.api.client import ConnectionLost, NodeClient
from engine.api.wire import StatusShape
from tests.gui import sample
from tests.gui.conftest import Console, Run


# ---------------------------------------------------------------- connection
def test_before_the_first_answer_the_window_says_that_it_connects(window: Window) -> None:
    assert window.page_of(OverviewPage)._waiting.isVisible()
    assert window.page_of(OverviewPage)._waiting.title.text() == "Connecting to the node…"
    assert not window.banner.isVisible()


def test_a_lost_connection_shows_at_once_and_heals_by_itself(
    console: Console, qtbot: QtBot
) -> None:
    window = console.window
    console.node.stop()
    qtbot.waitUntil(window.banner.isVisible, timeout=1000)
    assert window.banner.words == "No node answers at http://fake. Start it."
    assert window.page_of(OverviewPage).model.rowCount() == len(sample.ROWS)

    console.node.start()
    qtbot.waitUntil(lambda: not window.banner.isVisible(), timeout=5000)
    assert console.node.connections == 2


def test_try_now_does_not_wait(console: Console, qtbot: QtBot) -> None:
    console.node.stop()
    qtbot.waitUntil(console.window.banner.isVisible)
    console.node.start()
    qtbot.mouseClick(console.window.banner._again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not console.window.banner.isVisible(), timeout=1000)


def test_a_request_that_meets_a_dead_node_raises_the_banner(console: Console, qtbot: QtBot) -> None:
    console.node.down = True  # the stream of events has not noticed yet
    console.window.show_page("records")
    qtbot.waitUntil(console.window.banner.isVisible, timeout=1000)
    console.node.start()
    qtbot.waitUntil(lambda: len(console.records.model.rows) == 200, timeout=5000)


def test_what_fails_late_on_an_older_connection_leaves_the_new_one_alone(
    console: Console, qtbot: QtBot
) -> None:
    fails = asyncio.Event()

    async def late(node: NodeClient) -> None:
        await fails.wait()
        raise ConnectionLost("No answer came.", "")

    async def ask() -> str:
        try:
            await console.session.ask(late)
        except ConnectionLost as error:
            return error.sentence
        return ""

    asked = console.session.start(ask())
    qtbot.waitUntil(lambda: len(console.node._moved) == 1)
    console.node.stop()
    qtbot.waitUntil(console.window.banner.isVisible)
    console.node.start()
    qtbot.waitUntil(lambda: not console.window.banner.isVisible())
    fails.set()
    qtbot.waitUntil(asked.done)
    assert asked.result() == "No answer came."
    broken = console.session._broken
    assert broken is not None
    assert not broken.done()
    assert console.node.connections == 2


def test_the_pill_names_the_node_and_its_card_tells_more(console: Console, qtbot: QtBot) -> None:
    top = console.window.top
    assert top.pill.accessibleName() == "node-2 · postgresql"
    qtbot.mouseClick(top.pill, Qt.MouseButton.LeftButton)
    assert top.card.isVisible()
    assert "postgresql://db.example/jellyfish" in top.card.words()
    top.card.hide()


# ---------------------------------------------------------------- theme
def test_the_theme_switches_everything_and_is_remembered(
    console: Console, theme: Theme, qapp: QApplication
) -> None:
    window = console.window
    assert DARK.background not in qapp.styleSheet()
    window.choose_theme(Mode.DARK)
    assert theme.tokens is DARK
    assert DARK.background in qapp.styleSheet()
    picture = window.grab().toImage()
    assert picture.pixelColor(4, 300).name() == DARK.panel
    window.choose_theme(Mode.LIGHT)
    assert theme.tokens is LIGHT
    assert window.grab().toImage().pixelColor(4, 300).name() == LIGHT.panel
    assert window._settings.mode is Mode.LIGHT


def test_the_button_at_the_foot_goes_through_the_modes(
    console: Console, theme: Theme, qtbot: QtBot
) -> None:
    seen = []
    for _ in range(3):
        qtbot.mouseClick(console.window.sidebar._mode, Qt.MouseButton.LeftButton)
        seen.append(theme.mode)
    assert seen == [Mode.DARK, Mode.SYSTEM, Mode.LIGHT]


# ---------------------------------------------------------------- keyboard and palette
def test_pages_are_reached_by_keys(console: Console, qtbot: QtBot) -> None:
    window = console.window
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.page == "records"
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.page == "overview"


def test_the_palette_finds_jobs(console: Console, qtbot: QtBot) -> None:
    window = console.window
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.palette_box
    assert palette.isVisible()
    palette.type("invo")
    assert palette.words()[0] == "invoices"
    palette.take()
    assert not palette.isVisible()
    assert (window.page, window.page_of(RecordsPage).filter.job) == ("records", "invoices")


def test_the_palette_looks_up_a_key(console: Console, qtbot: QtBot) -> None:
    window = console.window
    window.palette_box.open()
    window.palette_box.type("INV-2026-11-02299")
    assert window.palette_box.words() == ["Records whose key starts with “INV-2026-11-02299”"]
    window.palette_box.take()
    qtbot.waitUntil(lambda: len(window.page_of(RecordsPage).model.rows) == 1)


def test_escape_closes_the_palette(console: Console, qtbot: QtBot) -> None:
    palette = console.window.palette_box
    palette.open()
    qtbot.keyClick(palette._field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_the_chosen_window_is_remembered(console: Console) -> None:
    console.window.flow_of(OverviewFlow).choose_window(86400)
    assert console.window._settings.window_s == 86400


# ---------------------------------------------------------------- for everybody
def test_every_button_has_a_name_for_screen_readers(console: Console, qtbot: QtBot) -> None:
    console.window.show_page("records")
    qtbot.waitUntil(lambda: console.records.detail.record_id is not None)
    nameless = [
        button
        for button in console.window.findChildren(QAbstractButton)
        if button.isVisible() and not (button.text().strip() or button.accessibleName().strip())
    ]
    assert nameless == []


@pytest.mark.parametrize("size", [(1120, 600), (1280, 720), (1920, 1080)])
def test_no_button_is_cut_off(console: Console, qtbot: QtBot, size: tuple[int, int]) -> None:
    window = console.window
    window.resize(*size)
    for page in ("overview", "records"):
        window.show_page(page)
        qtbot.waitUntil(lambda: window.width() == size[0])
        for button in window.findChildren(QPushButton):
            place = QRect(button.mapTo(window, QPoint()), button.size())
            inside = window.rect().contains(place)
            assert inside or not button.isVisible(), button.accessibleName() or button.text()


def test_an_empty_node_shows_no_error(console: Console, qtbot: QtBot) -> None:
    console.node.records.clear()
    console.node.publish(StatusShape(now=sample.NOW))
    console.window.show_page("records")
    empty = console.records._empty
    qtbot.waitUntil(lambda: empty.isVisible() and empty.title.text() == "No record yet")


def test_a_window_built_anew_shows_the_same(
    console: Console, qtbot: QtBot, run: Run[None], theme: Theme
) -> None:
    old, session = console.window, console.session
    old.navigator.records(RecordFilter(job="invoices", key="INV-2026-11-022"))
    qtbot.waitUntil(lambda: len(console.records.model.rows) == 100)
    run(session.end_work())
    new = Window(theme, old._settings)
    qtbot.addWidget(new)
    new.attach(session)
    new.restore(old.state())
    old.hide()
    new.show()
    records = new.page_of(RecordsPage)
    assert (new.page, records.filter) == ("records", console.records.filter)
    assert new.page_of(OverviewPage).model.rowCount() == len(sample.ROWS)
    assert new.top.pill.accessibleName() == "node-2 · postgresql"
    qtbot.waitUntil(lambda: len(records.model.rows) == 100)
    assert console.node.connections == 1


def test_a_page_s_number_stands_beside_its_name(console: Console) -> None:
    sidebar = console.window.sidebar
    console.window.flow_of(RecordsFlow).badge_changed.emit(37)
    button = sidebar._buttons["records"]
    assert (button._badge.text(), button.accessibleName()) == ("37", "Records: 37")
    console.window.flow_of(RecordsFlow).badge_changed.emit(0)
    assert not button._badge.isVisible()
