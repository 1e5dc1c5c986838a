"""Notices on the desktop: one for an alert that opens, one for a flood, each leads to its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from app.flows.alerts import Alerts
from app.flows.notices import Notices
from tests.gui import sample
from tests.gui.conftest import Console


@dataclass
class Recorder:
    """Keeps what it was to show."""

    notices: list[tuple[str, str, Callable[[], None]]] = field(default_factory=list)

    def notify(self, title: str, text: str, on_click: Callable[[], None]) -> None:
        self.notices.append((title, text, on_click))


@pytest.fixture
def recorder(console: Console, qtbot: QtBot) -> Recorder:
    """Notices are told to it; what stood at the beginning was seen."""
    made = Recorder()
    session, navigator = console.session, console.window.navigator
    Notices(session, navigator, made, gather_s=0.02, rest_s=0.2, parent=console.window)
    follower = Alerts.of(session)
    qtbot.waitUntil(lambda: follower._known is not None)
    return made


def test_an_alert_that_opens_is_told_once_and_leads_to_its_place(
    console: Console, recorder: Recorder, qtbot: QtBot
) -> None:
    first, second, gone = sample.alerts()
    console.node.alerts = (first, gone)
    Alerts.of(console.session).look()
    qtbot.waitUntil(lambda: len(recorder.notices) == 1)
    title, text, on_click = recorder.notices[0]
    assert title == "Alert: invoices → tax-portal"
    assert text.startswith("16 failed")
    on_click()
    assert console.window.page == "failures"

    console.node.alerts = (first, second, gone)  # the first is no news any more
    Alerts.of(console.session).look()
    qtbot.waitUntil(lambda: len(recorder.notices) == 2)
    assert recorder.notices[1][0] == "Alert: payments → finance"


def seen(console: Console, count: int) -> bool:
    return len(Alerts.of(console.session).alerts) == count


def test_a_flood_is_one_message(console: Console, recorder: Recorder, qtbot: QtBot) -> None:
    one = sample.alerts()[0]
    flood = tuple(one.model_copy(update={"consumer": f"c{n}"}) for n in range(12))
    console.node.alerts = flood[:1]
    Alerts.of(console.session).look()
    qtbot.waitUntil(lambda: len(recorder.notices) == 1)
    for count in (4, 8, 12):  # within the rest after the first notice
        console.node.alerts = flood[:count]
        Alerts.of(console.session).look()
        qtbot.waitUntil(partial(seen, console, count))
    qtbot.waitUntil(lambda: len(recorder.notices) == 2)
    title, text, on_click = recorder.notices[1]
    assert title == "11 alerts opened"
    assert text == "invoices → c1, invoices → c2, invoices → c3 and 8 more"
    on_click()
    assert console.window.page == "activity"


def test_what_is_open_when_the_console_starts_is_no_news(
    console: Console, qtbot: QtBot, recorder: Recorder
) -> None:
    follower = Alerts.of(console.session)
    follower._known = None  # as before the first look
    console.node.alerts = sample.alerts()
    follower.look()
    qtbot.waitUntil(lambda: len(follower.open) == 2)
    assert recorder.notices == []
