"""A window on a fake node for each test; nothing may be left of it, and Qt must not complain."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

os.environ.setdefault("QT_API", "pyside6")

import pytest
import qasync
from PySide6.QtCore import QCoreApplication, QEventLoop, QLocale, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.connection import Address, FixedAddress, Phase
from app.desktop import Desktop
from app.environments import Environments
from app.finders import ChosenNode
from app.local_node import LocalNode
from app.pages.overview import OverviewPage
from app.pages.records import RecordsPage
from app.session import Session
from app.settings import Settings
from app.theme.theme import Mode, Theme
from app.token_store import TokenStore
from app.window import Window
from app.words import load_language
from tests.gui import sample
from tests.gui.fake_node import FakeNode
from tests.gui.left_behind import before, left_behind

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]
HERE = Path(__file__).parent
START_MS = 30_000
"""For a node process to start, on a busy machine."""
PATIENCE_MS = 20_000
"""How long a wait for the window lasts that names no time of its own, before its test fails."""
for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitExposed):
    wait.__kwdefaults__ = {**(wait.__kwdefaults__ or {}), "timeout": PATIENCE_MS}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives Qt, and fails on any warning of Qt."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.gui)
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            # What the memory-only platform says: it moves no windows about, and has no tray.
            item.add_marker(
                pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged")
            )


@pytest.fixture(scope="session", autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    """Numbers and plurals as an English system writes them."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    qapp.setQuitOnLastWindowClosed(False)
    translator = load_language("en", qapp)
    yield
    qapp.removeTranslator(translator)


@pytest.fixture(autouse=True)
def nothing_is_left(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a widget, a running timer or a thread behind."""
    then = before(qapp)
    yield
    assert left_behind(qapp, then) == []


@pytest.fixture(scope="session")
def qt_loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    """One for all tests: stopping it tells Qt to quit, and no test could wait after that."""
    made = qasync.QEventLoop(qapp, already_running=True)
    asyncio.events._set_running_loop(None)
    yield made
    made.stop()
    made.close()


@pytest.fixture
def loop(qt_loop: qasync.QEventLoop, nothing_is_left: None) -> Iterator[asyncio.AbstractEventLoop]:
    """The event loop of the console, on Qt's; it turns whenever a test waits with qtbot."""
    asyncio.events._set_running_loop(qt_loop)
    yield qt_loop
    left = [task for task in asyncio.all_tasks(qt_loop) if not task.done()]
    for task in left:
        task.cancel()
    while any(not task.done() for task in left):
        QCoreApplication.processEvents()
    asyncio.events._set_running_loop(None)
    assert left == [], f"tasks still running: {left}"


@pytest.fixture
def run(qtbot: QtBot, loop: asyncio.AbstractEventLoop) -> Run[Any]:
    """Run a coroutine to its end while Qt goes on."""

    def runner(work: Coroutine[Any, Any, T]) -> T:
        task = loop.create_task(work)
        qtbot.waitUntil(task.done, timeout=30_000)
        return task.result()

    return runner


@pytest.fixture
def run_long(loop: asyncio.AbstractEventLoop) -> Run[Any]:
    """Run a coroutine that may take minutes; the test's own time limit ends it."""

    def runner(work: Coroutine[Any, Any, T]) -> T:
        task = loop.create_task(work)
        while not task.done():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        return task.result()

    return runner


@pytest.fixture(scope="session")
def one_theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp, Mode.LIGHT)
    yield made
    qapp.setStyleSheet("")


@pytest.fixture
def theme(one_theme: Theme) -> Theme:
    """Light, as every test begins."""
    if one_theme.mode is not Mode.LIGHT:
        one_theme.choose(Mode.LIGHT)
    return one_theme


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "console.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def node() -> FakeNode:
    """Three hundred invoices, more than one page, and the status of six jobs."""
    return FakeNode(records=[sample.invoice(number) for number in range(2300, 2000, -1)])


@dataclass
class Console:
    """The whole console on a fake node."""

    window: Window
    session: Session
    node: FakeNode

    @property
    def overview(self) -> OverviewPage:
        return self.window.page_of(OverviewPage)

    @property
    def records(self) -> RecordsPage:
        return self.window.page_of(RecordsPage)


@pytest.fixture
def window(
    qtbot: QtBot, loop: asyncio.AbstractEventLoop, theme: Theme, settings: Settings
) -> Iterator[Window]:
    """The window without a session, closed and gone afterwards."""
    made = Window(theme, settings)
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(made.isVisible)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def console(window: Window, run: Run[None], qtbot: QtBot, node: FakeNode) -> Iterator[Console]:
    """Connected, with the first status shown."""
    session = Session(FixedAddress(Address("http://127.0.0.1:1", "")), node.open)
    window.attach(session)
    session.open()
    qtbot.waitUntil(lambda: window.page_of(OverviewPage).model.rowCount() > 0)
    yield Console(window, session, node)
    run(session.close())


@pytest.fixture
def desktop(
    tmp_path: Path,
    theme: Theme,
    settings: Settings,
    run: Run[Any],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desktop]:
    """The console as it starts, with a node of this computer."""
    monkeypatch.setenv("JELLYFISH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    local = LocalNode()
    tokens = TokenStore(tmp_path / "home" / "console-tokens.json")
    made = Desktop(theme, settings)
    run(made.open())
    session = Session(ChosenNode(Environments(settings), tokens, local))
    made.attach(session)
    session.open()
    qtbot.waitUntil(lambda: session.connection.phase is Phase.CONNECTED, timeout=START_MS)
    yield made
    made.close()
    run(session.close())
    run(local.stop())
    made.clear()
