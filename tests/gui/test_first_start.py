"""The first start: three ways to begin, and the sample systems on a real node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.flows.nodes import NodesFlow
from app.pages.overview import OverviewPage
from app.pages.welcome import Welcome
from app.sample_systems import SampleSystems
from app.theme import fonts
from app.theme.theme import Theme
from engine.api.wire import StatusShape
from tests.gui import sample
from tests.gui.conftest import START_MS, Console, Run


@pytest.fixture
def large_letters() -> Iterator[None]:
    fonts.choose_scale(150)
    yield
    fonts.choose_scale(100)


@pytest.mark.parametrize("width", [980, 1600])
def test_three_cards_stand_beside_each_other_in_any_room(
    theme: Theme, large_letters: None, qtbot: QtBot, width: int
) -> None:
    host, welcome = QWidget(), Welcome(theme)
    qtbot.addWidget(host)
    welcome.setParent(host)
    host.show()
    welcome.setGeometry(0, 0, width, 660)
    welcome.show()
    first, second, third = (card.geometry() for card in welcome._cards)
    assert first.left() > 0
    assert first.right() < second.left()
    assert second.right() < third.left()
    assert third.right() < welcome.width()


@pytest.fixture
def samples(desktop: Desktop, run: Run[Any]) -> Iterator[SampleSystems]:
    assert desktop._session is not None
    made = SampleSystems.of(desktop._session)
    yield made
    run(made.stop())


def test_the_sample_systems_deliver_their_orders_from_one_click(
    desktop: Desktop, samples: SampleSystems, qtbot: QtBot
) -> None:
    overview = desktop.window.page_of(OverviewPage)
    qtbot.waitUntil(overview.welcome.samples.isVisible, timeout=START_MS)
    qtbot.mouseClick(overview.welcome.samples, Qt.MouseButton.LeftButton)
    assert not overview.welcome.samples.isEnabled()
    qtbot.waitUntil(lambda: overview.table.isVisible(), timeout=START_MS)
    session = desktop._session
    assert session is not None

    def delivered() -> int:
        status = session.status
        return 0 if status is None else max(c.synced for job in status.jobs for c in job.consumers)

    qtbot.waitUntil(lambda: delivered() > 50, timeout=START_MS)
    assert SampleSystems.of(session) is samples


def test_a_new_connection_is_one_click_away(console: Console, qtbot: QtBot) -> None:
    welcome = console.overview.welcome
    console.node.publish(StatusShape(now=sample.NOW))
    qtbot.waitUntil(welcome.isVisible)
    qtbot.mouseClick(welcome.node, Qt.MouseButton.LeftButton)
    assert console.window.page == "nodes"
    dialog = console.window.flow_of(NodesFlow).connections.dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.reject()


def test_a_new_job_is_one_click_away(desktop: Desktop, qtbot: QtBot) -> None:
    welcome = desktop.window.page_of(OverviewPage).welcome
    qtbot.waitUntil(welcome.job.isVisible, timeout=START_MS)
    qtbot.mouseClick(welcome.job, Qt.MouseButton.LeftButton)
    assert desktop.window.page == "jobs"


def test_a_node_elsewhere_cannot_reach_the_sample_systems(console: Console, qtbot: QtBot) -> None:
    welcome = console.overview.welcome
    welcome.offer_samples(False)
    console.node.publish(StatusShape(now=sample.NOW))
    qtbot.waitUntil(welcome.isVisible)
    assert not welcome.samples.isVisible()
    assert welcome.job.isVisible()
