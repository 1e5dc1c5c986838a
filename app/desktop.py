"""The console on the screen: one session, one window at a time, and the end of both.

A choice that every word or letter depends on builds the window anew, on the same session and
with the same state.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from app import heap
from app.closing import Closing
from app.environments import Environments
from app.settings import Settings
from app.theme import fonts
from app.theme.theme import Theme
from app.tray import Tray
from app.window import Window, WindowState
from app.words import Language, Speaker

if TYPE_CHECKING:
    from app.session import Session

FIRST_PAINT_S = 0.5


class Desktop(QObject):
    """rebuilt: another window stands in the place of the one before. rebuilding: done by then."""

    rebuilt = Signal()

    def __init__(self, theme: Theme, settings: Settings, speaker: Speaker | None = None) -> None:
        super().__init__()
        self._speaker = speaker
        self._theme = theme
        self._settings = settings
        self._session: Session | None = None
        self._ended = asyncio.Event()
        self.rebuilding: asyncio.Future[None] | None = None
        self._quitting = False
        self.tray = Tray(theme, self)
        self.closing = Closing(theme, settings, self._may_run_on, self)
        self.tray.open_wanted.connect(self.bring_up)
        self.tray.quit_wanted.connect(self.close)
        self.closing.tray_wanted.connect(self._go_to_tray)
        self.closing.quit_wanted.connect(self.close)
        fonts.choose_scale(settings.scale_percent)
        theme.refresh()
        self.window = self._new_window()

    # ------------------------------------------------------------ life
    async def open(self) -> None:
        """Show the window; returns when it was painted, or was opened where nobody sees it."""
        painted = asyncio.Event()
        self.window.painted.connect(painted.set)
        self.window.show()
        with suppress(TimeoutError):  # a window that opens minimised is not painted
            await asyncio.wait_for(painted.wait(), FIRST_PAINT_S)

    def attach(self, session: Session) -> None:
        """The session that every window shows from now on. Called once."""
        self._session = session
        if self._speaker is not None:
            session.speak(self._speaker.wire)
        self.window.attach(session)
        session.connection_changed.connect(self._show_state)
        session.status_arrived.connect(self._show_state)
        self.tray.show()
        self._tell_alerts()
        heap.settle()

    async def ended(self) -> None:
        """Returns when the operator closed the console."""
        await self._ended.wait()

    def close(self) -> None:
        """End the console, without asking."""
        self._quitting = True
        if self.window.isVisible():
            self.window.close()
        else:
            self._ended.set()

    def clear(self) -> None:
        """Nothing is left of it on the screen."""
        self.tray.clear()
        self.window.deleteLater()

    # ------------------------------------------------------------ the tray
    def bring_up(self) -> None:
        """Show the window in front of the others."""
        self.window.show()
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.raise_()
        self.window.activateWindow()

    def _may_run_on(self) -> bool:
        """Whether closing may mean the tray: there is one, and a node of this computer runs."""
        here = Environments(self._settings).chosen is None
        return not self._quitting and here and self._session is not None and self.tray.usable()

    def _go_to_tray(self) -> None:
        self._settings.geometry = self.window.saveGeometry()
        self.window.hide()

    def _show_state(self) -> None:
        if self._session is not None:
            self.tray.show_state(self._session.connection, self._session.status)

    def _tell_alerts(self) -> None:
        from app.flows.notices import Notices  # with the session's client, after the first paint

        assert self._session is not None
        Notices(self._session, self.window.navigator, self.tray, parent=self.window)

    # ------------------------------------------------------------ built anew
    def choose_scale(self, percent: int) -> None:
        """The size of all letters; remembered."""
        if percent != self._settings.scale_percent:
            self._settings.scale_percent = percent
            self.rebuild()

    def choose_language(self, language: Language) -> None:
        """What every word is in; remembered."""
        if language is self._settings.language:
            return
        self._settings.language = language
        if self._speaker is not None:
            self._speaker.choose(language)
            if self._session is not None:
                self._session.speak(self._speaker.wire)
        self.rebuild()

    def choose_environment(self, name: str) -> None:
        """Show another node from now on; remembered. Nothing of the one before stays in sight."""
        Environments(self._settings).choose(name)
        self._start_rebuild(elsewhere=True)

    def rebuild(self) -> None:
        """Build the window anew, with what language and size are now."""
        self._start_rebuild(elsewhere=False)

    def _start_rebuild(self, *, elsewhere: bool) -> None:
        if self._session is not None:
            # Not by the session: what its flows started ends now, and this is none of them.
            self.rebuilding = asyncio.ensure_future(self._rebuild(self._session, elsewhere))

    async def _rebuild(self, session: Session, elsewhere: bool) -> None:
        self.window.detach()
        await session.end_work()
        if elsewhere:
            await session.switch()
        old = self.window
        state, place, maximised = old.state(), old.geometry(), old.isMaximized()
        if elsewhere:
            state = WindowState(state.page, {})
        fonts.choose_scale(self._settings.scale_percent)
        self._theme.refresh()
        self.window = self._new_window()
        self.window.attach(session)
        heap.settle(anew=True)
        self.window.restore(state)
        self.tray.wording()
        self._tell_alerts()
        if maximised:
            self.window.showMaximized()
        else:
            self.window.setGeometry(place)
            self.window.show()
        old.closing.disconnect(self._ended.set)
        old.hide()
        old.deleteLater()
        self.rebuilt.emit()

    def _new_window(self) -> Window:
        window = Window(self._theme, self._settings)
        window.closing.connect(self._ended.set)
        window.may_close = self.closing.may_close
        window.navigator.scale_wanted.connect(self.choose_scale)
        window.navigator.language_wanted.connect(self.choose_language)
        window.navigator.environment_wanted.connect(self.choose_environment)
        return window
