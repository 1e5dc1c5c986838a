"""Joins the overview and the session: numbers in, wishes out."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject

from app.local_node import start_demo
from app.pages.overview import OverviewPage
from app.session import Session
from app.words import translate
from engine.api.client import ApiError, ConnectionLost


class OverviewFlow(QObject):
    """One for the page's life. ``show`` when the page comes to the front, ``hide`` when it goes."""

    def __init__(self, page: OverviewPage, session: Session) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        session.status_arrived.connect(page.show_status)
        session.series_arrived.connect(page.show_series)
        page.pause_wanted.connect(self._pause)
        page.resume_wanted.connect(self._resume)
        page.run_wanted.connect(self._run_now)
        page.welcome.copied.connect(self._copied)
        page.welcome.demo_wanted.connect(self._start_demo)

    def show(self) -> None:
        """The graphs are looked at."""
        self._session.watch_series(True)

    def hide(self) -> None:
        """Nobody looks at the graphs."""
        self._session.watch_series(False)

    def choose_window(self, window_s: int) -> None:
        """The graphs' window, in seconds."""
        self._page.graphs.choose_window(window_s)
        self._session.choose_window(window_s)

    def _pause(self, job: str, consumer: str) -> None:
        self._run(
            self._session.pause(job, consumer or None),
            translate("Overview", "Paused. What is under way is finished first."),
        )

    def _resume(self, job: str, consumer: str) -> None:
        self._run(
            self._session.resume(job, consumer or None), translate("Overview", "It runs again.")
        )

    def _run_now(self, job: str) -> None:
        self._run(self._session.run(job), translate("Overview", "The pull starts now."))

    def _copied(self, command: str) -> None:
        self._page.toast.say(translate("Overview", "The command is on the clipboard."))

    def _start_demo(self) -> None:
        if start_demo():
            words = translate("Overview", "The demo opens in a window of its own in a moment.")
            self._page.toast.say(words)
        else:
            words = translate("Overview", "The demo did not start. Try `jellyfish demo`.")
            self._page.toast.say(words, "dead", "diamond")

    def _run(self, work: Coroutine[Any, Any, None], done: str) -> None:
        self._session.start(self._told(work, done))

    async def _told(self, work: Coroutine[Any, Any, None], done: str) -> None:
        try:
            await work
        except (ApiError, ConnectionLost) as error:
            self._page.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")
            return
        self._page.toast.say(done)
