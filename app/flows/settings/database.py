"""Joins the database section and the session; the check goes on while other pages are shown."""

from __future__ import annotations

import asyncio
import time

from PySide6.QtCore import QTimer

from app.flows.flow import Flow
from app.pages.settings.database import DatabaseSection
from app.shell import Shell
from app.widgets.palette import Choice
from app.words import translate
from engine.api.client import ApiError, ConnectionLost

TICK_MS = 1000


class DatabaseFlow(Flow):
    """One for the section's life."""

    def __init__(self, section: DatabaseSection, shell: Shell) -> None:
        super().__init__(section)
        self._section = section
        self._shell = shell
        self._session = shell.session
        self._checking: asyncio.Task[None] | None = None
        self._begun_at = 0.0
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._count)
        section.check_wanted.connect(self._check)

    def show(self) -> None:
        self.reload()

    def reload(self) -> None:
        self._session.start(self._read())

    def choices(self) -> list[Choice]:
        """The check."""
        words, kind = translate("Database", "Check the database"), translate("Palette", "Action")
        return [Choice(words, kind, "search", self._check_from_palette)]

    async def _read(self) -> None:
        try:
            database = await self._session.ask(lambda node: node.database())
        except (ApiError, ConnectionLost) as error:
            self._section.say(f"{error.sentence} {error.hint}".strip())
            return
        self._section.show_database(database)

    # ------------------------------------------------------------ the check
    def _check_from_palette(self) -> None:
        self._shell.navigator.settings("database")
        self._check()

    def _check(self) -> None:
        if self._checking is None or self._checking.done():
            self._begun_at = time.monotonic()
            self._tick.start()
            self._count()
            self._checking = self._session.start(self._checked())

    async def _checked(self) -> None:
        try:
            result = await self._session.ask(lambda node: node.check())
        except (ApiError, ConnectionLost) as error:
            self._section.show_failed(error.sentence, error.hint)
        else:
            self._section.show_result(result, time.monotonic() - self._begun_at)
            await self._read()
        finally:
            self._tick.stop()

    def _count(self) -> None:
        self._section.show_running(time.monotonic() - self._begun_at)
