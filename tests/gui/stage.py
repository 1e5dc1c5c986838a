"""The console on live systems, to be looked at: in any language, theme, size, at any place.

Used by the gallery, which takes pictures, and by the test of what stands in the window.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.connection import Address, Connection, FixedAddress, Phase
from app.desktop import Desktop
from app.pages.overview import OverviewPage
from app.session import Session
from app.settings import Settings
from app.theme import fonts
from app.theme.theme import Mode, Theme
from app.window import Window
from app.words import Language, Speaker
from tests.gui.live_systems import live_systems
from tests.node_process import NodeProcess

Q = TypeVar("Q", bound=QDialog)

DEADLINE_S = 20.0
QUIET_S = 1.0


class Stage:
    """One console. over: menus and dialogs that a scene opened beside the window.

    deadline_s: how long a scene may take to show what it is to show.
    """

    def __init__(self, desktop: Desktop, session: Session) -> None:
        self.desktop = desktop
        self.session = session
        self.over: list[QWidget] = []
        self.deadline_s = DEADLINE_S
        self._connected: Connection | None = None
        self._lasting: set[asyncio.Task[Any]] = set()

    @property
    def window(self) -> Window:
        return self.desktop.window

    async def until(self, holds: Callable[[], bool], what: str = "it") -> None:
        """Wait until the window shows it."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.deadline_s
        while not holds():
            if loop.time() > deadline:
                raise TimeoutError(f"the window never showed {what}")
            await asyncio.sleep(0.01)

    async def settle(self) -> None:
        """Let what is under way arrive and be painted; what follows for ever is not waited for."""
        await asyncio.sleep(0.02)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + QUIET_S
        while self._under_way() - self._lasting and loop.time() < deadline:
            await asyncio.sleep(0.01)
        self._lasting = self._under_way()
        for _ in range(3):
            await asyncio.sleep(0.02)

    def _under_way(self) -> set[asyncio.Task[Any]]:
        return {task for task in self.session._tasks if not task.done()}

    async def choose(self, language: Language, percent: int, width: int, height: int) -> None:
        """Another language, size of letters, size of the window."""
        self.desktop.choose_language(language)
        await self._built()
        self.desktop.choose_scale(percent)
        await self._built()
        self.window.resize(width, height)
        await self.settle()

    async def _built(self) -> None:
        if self.desktop.rebuilding is not None:
            await self.desktop.rebuilding

    async def question(self, kind: type[Q]) -> Q:
        """The dialog of that kind that stands over the window; it is closed after the scene."""

        def found() -> list[Q]:
            return [each for each in self.window.findChildren(kind) if each.isVisible()]

        await self.until(lambda: bool(found()), "a question")
        *others, dialog = found()
        self.over += others
        self.over.append(dialog)
        return dialog

    def hush(self) -> None:
        """Until the scene is over the node tells nothing that would change what it shows."""
        self.session.blockSignals(True)

    def lose(self, told: Connection) -> None:
        """Until the scene is over there is no connection, as far as the window knows."""
        self._connected = self.session.connection
        self.session._tell(told)
        self.hush()

    def clear(self) -> None:
        """Close what the last scene left open, and look at everything again."""
        for each in self.over:
            each.close()
        self.over.clear()
        overview = self.window.page_of(OverviewPage)
        overview.graphs.rates.pointed.emit(None)
        overview.table.clearSelection()
        if self.session.signalsBlocked():
            self.session.blockSignals(False)
            if self._connected is not None:
                self.session._tell(self._connected)
                self._connected = None
            self.session.replay()
        self.window.palette_box.close_palette()
        self.window.help.close_pane()


@asynccontextmanager
async def stage(
    app: QApplication, theme: Theme, home: Path, language: Language = Language.ENGLISH
) -> AsyncIterator[Stage]:
    """A console on the live systems."""
    async with (
        live_systems(home / "node") as live,
        console_on(app, theme, home, live.node, language) as made,
    ):
        yield made


@asynccontextmanager
async def console_on(
    app: QApplication,
    theme: Theme,
    home: Path,
    node: NodeProcess,
    language: Language = Language.ENGLISH,
) -> AsyncIterator[Stage]:
    """A console that is connected to that node and shows its first numbers."""
    store = QSettings(str(home / "console.ini"), QSettings.Format.IniFormat)
    settings = Settings(store)
    settings.language = language
    speaker = Speaker(app, language)
    desktop = Desktop(theme, settings, speaker)
    await desktop.open()
    session = Session(FixedAddress(Address(node.url, node.token)))
    desktop.attach(session)
    session.open()
    made = Stage(desktop, session)
    try:
        await made.until(lambda: session.connection.phase is Phase.CONNECTED, "the node")
        overview = made.window.page_of(OverviewPage)
        await made.until(lambda: overview.model.rowCount() > 0, "the jobs")
        yield made
    finally:
        made.clear()
        await session.close()
        made.window.close()
        desktop.clear()
        speaker.end()
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
        fonts.choose_scale(100)
        theme.choose(Mode.LIGHT)
