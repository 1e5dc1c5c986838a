"""The sign in the tray, notices on the desktop, and what closing the window means."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.connection import Address, Connection, FixedAddress, Phase
from app.desktop import Desktop
from app.session import Session
from app.settings import OnClose, Settings
from app.theme.theme import Theme
from app.tray import Tray, sign, state_of
from engine.api.wire import NodeTroubleShape, StatusShape
from tests.gui import sample
from tests.gui.conftest import Run
from tests.gui.fake_node import FakeNode

CONNECTED = Connection(Phase.CONNECTED)


@pytest.fixture
def desktop(
    theme: Theme,
    settings: Settings,
    node: FakeNode,
    run: Run[Any],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desktop]:
    """On a desktop that has a tray."""
    monkeypatch.setattr(Tray, "usable", staticmethod(lambda: True))
    made = Desktop(theme, settings)
    run(made.open())
    session = Session(FixedAddress(Address("http://127.0.0.1:1", "")), node.open)
    made.attach(session)
    session.open()
    qtbot.waitUntil(lambda: session.status is not None)
    yield made
    made.close()
    run(asyncio.wait_for(made.ended(), 5))
    run(session.close())
    made.clear()


def healths(*words: str) -> StatusShape:
    whole = sample.status()
    consumers = [
        job.consumers[0].model_copy(update={"health": word})
        for job, word in zip(whole.jobs, words, strict=False)
    ]
    jobs = tuple(
        job.model_copy(update={"consumers": (consumer,)})
        for job, consumer in zip(whole.jobs, consumers, strict=False)
    )
    return whole.model_copy(update={"jobs": jobs})


# ---------------------------------------------------------------- the sign
@pytest.mark.parametrize(
    ("connection", "status", "shape"),
    [
        (Connection(Phase.LOST), healths("good"), "diamond"),
        (CONNECTED, None, "ring"),
        (CONNECTED, StatusShape(), "ring"),
        (CONNECTED, healths("good", "off"), "disc"),
        (CONNECTED, healths("good", "warn"), "triangle"),
        (CONNECTED, healths("warn", "bad", "good"), "diamond"),
        (CONNECTED, StatusShape(trouble=NodeTroubleShape(sentence="Full.")), "diamond"),
    ],
)
def test_the_sign_has_the_shape_of_the_worst(
    connection: Connection, status: StatusShape | None, shape: str
) -> None:
    assert state_of(connection, status).icon == shape


def test_each_state_is_another_picture(theme: Theme) -> None:
    looks = [state_of(CONNECTED, healths(word)) for word in ("good", "warn", "bad", "off")]
    pictures = [sign(theme, look).toImage() for look in looks]
    assert all(one != other for i, one in enumerate(pictures) for other in pictures[:i])


def test_the_sign_follows_the_node(desktop: Desktop, node: FakeNode, qtbot: QtBot) -> None:
    node.publish(healths("good"))
    qtbot.waitUntil(lambda: desktop.tray.words == "Data JellyFish: In order")
    node.stop()
    qtbot.waitUntil(lambda: desktop.tray.words == "Data JellyFish: Not connected")


def test_a_notice_that_is_clicked_brings_up_the_window_and_its_place(desktop: Desktop) -> None:
    desktop.window.hide()
    seen = []
    desktop.tray.notify(
        "Alert", "orders: 3 failed", lambda: seen.append(desktop.window.isVisible())
    )
    desktop.tray._icon.messageClicked.emit()
    desktop.tray._icon.messageClicked.emit()
    assert seen == [True]


# ---------------------------------------------------------------- closing
def test_closing_asks_once_and_goes_to_the_tray_from_then_on(
    desktop: Desktop, settings: Settings, qtbot: QtBot
) -> None:
    desktop.window.close()
    assert desktop.window.isVisible()
    question = desktop.closing.question
    assert question is not None
    qtbot.mouseClick(question.yes, Qt.MouseButton.LeftButton)
    assert not desktop.window.isVisible()
    assert settings.on_close is OnClose.TRAY
    assert not desktop._ended.is_set()

    desktop.tray.open_wanted.emit()
    assert desktop.window.isVisible()
    desktop.window.close()
    assert desktop.closing.question is None
    assert not desktop.window.isVisible()
    desktop.tray._quit.trigger()
    assert desktop._ended.is_set()


def test_to_stop_and_quit_is_remembered_too(
    desktop: Desktop, settings: Settings, qtbot: QtBot
) -> None:
    desktop.window.close()
    question = desktop.closing.question
    assert question is not None
    (stop,) = [
        each
        for each in question.findChildren(type(question.yes))
        if each.text() == "Stop it and quit"
    ]
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert desktop._ended.is_set()
    assert settings.on_close is OnClose.QUIT


def test_a_question_that_is_dismissed_changes_nothing(
    desktop: Desktop, settings: Settings, qtbot: QtBot
) -> None:
    desktop.window.close()
    question = desktop.closing.question
    assert question is not None
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert desktop.window.isVisible()
    assert settings.on_close is OnClose.ASK
    assert not desktop._ended.is_set()


def test_without_a_tray_closing_quits(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tray, "usable", staticmethod(lambda: False))
    desktop.window.close()
    assert desktop._ended.is_set()


def test_a_node_elsewhere_runs_on_by_itself_so_closing_quits(
    desktop: Desktop, settings: Settings
) -> None:
    settings.environments = (
        '[{"name": "far", "url": "https://a:1", "tag": "none", "fingerprint": ""}]'
    )
    settings.environment = "far"
    desktop.window.close()
    assert desktop._ended.is_set()
