"""Tells the operator on the desktop when an alert opens; a click leads to its place.

A flood is one message: what opens within a few seconds is told together, and after a notice the
next one waits a while for what else comes. Not for channels: the node tells those.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject

from app import shown
from app.flows.alerts import Alerts, show_alert
from app.models.alerts import alert_words, where_words
from app.navigator import Navigator
from app.session import Session
from app.words import translate
from engine.api.wire import AlertShape

GATHER_S = 2.0
"""How long a first alert waits for others that open with it."""
REST_S = 60.0
"""After a notice, until the next one."""
NAMED = 3
"""So many are named in one notice; the others are counted."""


class Notifier(Protocol):
    """Whoever can show a notice on the desktop."""

    def notify(self, title: str, text: str, on_click: Callable[[], None]) -> None:
        """Show it. on_click: called after the window was brought to the front."""
        ...


class Notices(QObject):
    """One for the window's life. gather_s, rest_s: see the constants."""

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        notifier: Notifier,
        *,
        gather_s: float = GATHER_S,
        rest_s: float = REST_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._navigator = navigator
        self._notifier = notifier
        self._gather_s = gather_s
        self._rest_s = rest_s
        self._waiting: list[AlertShape] = []
        self._telling: asyncio.Task[None] | None = None
        Alerts.of(session).opened.connect(self._opened)

    def _opened(self, alerts: tuple[AlertShape, ...]) -> None:
        self._waiting += alerts
        if self._telling is None or self._telling.done():
            self._telling = self._session.start(self._tell())

    async def _tell(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._gather_s)
            alerts, self._waiting = self._waiting, []
            title, text = notice_words(alerts)
            self._notifier.notify(title, text, self._way_to(alerts))
            await asyncio.sleep(self._rest_s)

    def _way_to(self, alerts: Sequence[AlertShape]) -> Callable[[], None]:
        if len(alerts) > 1:
            return self._navigator.alerts
        alert = alerts[0]
        return lambda: show_alert(self._navigator, alert)


def notice_words(alerts: Sequence[AlertShape]) -> tuple[str, str]:
    """Title and text of one notice about these."""
    if len(alerts) == 1:
        alert = alerts[0]
        title = translate("Notices", "Alert: {where}").format(where=where_words(alert))
        return title, shown.line(alert_words(alert), 200)
    title = translate("Notices", "%Ln alert(s) opened", "", len(alerts))
    names = list(dict.fromkeys(where_words(alert) for alert in alerts))
    text = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        text = translate("Notices", "{names} and %Ln more", "", len(names) - NAMED).format(
            names=text
        )
    return title, text
