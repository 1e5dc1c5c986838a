"""Follows the alerts of the session's node; several parts of the window look at them.

One for each session, alive as long as it. Not for telling people: ``flows.notices``.
"""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Signal

from app.connection import Phase
from app.models.alerts import Place, alert_key, place_of
from app.models.record_filter import RecordFilter
from app.navigator import Navigator
from app.session import OfNode, Session
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import AlertShape

EVERY_S = 2.0
"""Between two looks; the node judges its alerts every few seconds."""


class Alerts(OfNode):
    """changed: ``alerts`` are others. opened: those that were not open at the last look.

    failed: a sentence and a hint, when they could not be read. What is open when the console
    connects first is not news: it stands on the screen.
    """

    changed = Signal()
    opened = Signal(object)
    failed = Signal(str, str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.alerts: tuple[AlertShape, ...] = ()
        self._known: set[object] | None = None
        self._wake = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        session.connection_changed.connect(self._connection_changed)

    @classmethod
    def of(cls, session: Session) -> Alerts:
        """The session's; made when it is asked for first."""
        found = session.findChild(cls)
        made = found if isinstance(found, cls) else cls(session)
        made.follow()
        return made

    @property
    def open(self) -> tuple[AlertShape, ...]:
        """Those that are open."""
        return tuple(alert for alert in self.alerts if alert.state == "open")

    def look(self) -> None:
        """Look now."""
        self._wake.set()

    def follow(self) -> None:
        """Look now and then, from now on; again after everything was stopped."""
        if self._following is None or self._following.done():
            self._following = self._session.start(self._follow())

    def _connection_changed(self, connection: object) -> None:
        self._wake.set()

    async def _follow(self) -> None:
        while True:
            self._wake.clear()
            if self._session.connection.phase is Phase.CONNECTED:
                await self._look()
            try:
                await asyncio.wait_for(self._wake.wait(), EVERY_S)
            except TimeoutError:
                continue

    async def _look(self) -> None:
        try:
            alerts = await self._session.ask(lambda node: node.alerts())
        except ConnectionLost:
            return  # the banner says so
        except ApiError as error:
            self.failed.emit(error.sentence, error.hint)
            return
        news = self._news(alerts)
        if alerts != self.alerts:
            self.alerts = alerts
            self.changed.emit()
        if news:
            self.opened.emit(news)

    def _news(self, alerts: tuple[AlertShape, ...]) -> tuple[AlertShape, ...]:
        opened = [alert for alert in alerts if alert.state == "open"]
        known, self._known = self._known, {alert_key(alert) for alert in opened}
        if known is None:
            return ()
        return tuple(alert for alert in opened if alert_key(alert) not in known)


def show_alert(navigator: Navigator, alert: AlertShape) -> None:
    """Go to the place where an alert is looked into."""
    match place_of(alert):
        case Place.FAILURES:
            navigator.failures(alert.job, alert.consumer)
        case Place.UNSYNCED:
            states = ("retrying", "sending", "pending")
            navigator.records(RecordFilter(alert.job, alert.consumer, states))
        case Place.SOURCE:
            navigator.job(alert.job)
