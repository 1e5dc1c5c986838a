"""The console's one connection to a node: finds it, follows it, notices its loss, heals.

The only caller of the API's client. Pages never see it; flows ask it and hand on the answers.

    connecting ─► connected ─► lost ─► connecting …
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from app.connection import Connection, Finder, NoNode, Phase
from app.words import translate
from engine.api.client import ApiError, ConnectionLost, NodeClient
from engine.api.wire import (
    CountShape,
    NodeShape,
    RecordPageShape,
    RecordQuery,
    RecordShape,
    ResendRequest,
    ResendResult,
    SeriesShape,
    StatusShape,
    VersionShape,
)

T = TypeVar("T")

PAUSES_S = (0.5, 1.0, 2.0, 5.0)
"""Between two tries to connect; the last is repeated."""
SERIES_EVERY_S = {300: 1.0, 3600: 1.0, 86400: 10.0, 604800: 30.0}
"""By window: how often the graphs are asked for."""


class Client(Protocol):
    """What the session needs of ``engine.api.client.NodeClient``."""

    async def close(self) -> None: ...
    async def node(self) -> NodeShape: ...
    def events(self) -> AsyncIterator[StatusShape]: ...
    async def series(self, window_s: float, job: str | None = None) -> SeriesShape: ...
    async def records(
        self, query: RecordQuery | None = None, after: str | None = None, limit: int = 200
    ) -> RecordPageShape: ...
    async def record(self, record_id: int) -> RecordShape: ...
    async def versions(self, record_id: int) -> tuple[VersionShape, ...]: ...
    async def count(self, query: RecordQuery) -> CountShape: ...
    async def resend(self, request: ResendRequest) -> ResendResult: ...
    async def pause(self, name: str, consumer: str | None = None) -> None: ...
    async def resume(self, name: str, consumer: str | None = None) -> None: ...
    async def run(self, name: str) -> None: ...


class Session(QObject):
    """See the module. Signals carry shapes of ``engine.api.wire``."""

    connection_changed = Signal(object)
    node_known = Signal(object)
    status_arrived = Signal(object)
    series_arrived = Signal(object)

    def __init__(
        self, finder: Finder, open_client: Callable[[str, str], Client] = NodeClient
    ) -> None:
        super().__init__()
        self._finder = finder
        self._open = open_client
        self._client: Client | None = None
        self._connection = Connection(Phase.CONNECTING)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._again = asyncio.Event()
        self._series_wanted = asyncio.Event()
        self._broken: asyncio.Future[None] | None = None
        self._window_s = 300
        self._watching = True
        self._ahead_ms = 0

    # ------------------------------------------------------------ life
    @property
    def connection(self) -> Connection:
        return self._connection

    def open(self) -> None:
        """Connect, and stay connected until ``close``."""
        self.start(self._stay_connected())

    async def close(self) -> None:
        """Stop everything this session started and close the connection; may be called twice."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._drop_client()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run a flow's work; what it raises unexpectedly is reported as a bug."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def connect_now(self) -> None:
        """Do not wait for the next try."""
        self._again.set()

    def now(self) -> int:
        """The node's clock, UTC ms, as far as the last status told."""
        return round(time.time() * 1000) + self._ahead_ms

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            sys.excepthook(type(error), error, error.__traceback__)

    # ------------------------------------------------------------ connecting
    async def _stay_connected(self) -> None:
        failures = 0
        while True:
            self._tell(Connection(Phase.CONNECTING, self._connection.url))
            try:
                await self._connect()
                failures = 0
                await self._follow()
            except (ConnectionLost, ApiError, NoNode) as error:
                await self._drop_client()
                pause_s = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
                failures += 1
                self._tell(
                    Connection(
                        Phase.LOST, self._connection.url, error.sentence, error.hint, pause_s
                    )
                )
                await self._pause(pause_s)

    async def _connect(self) -> None:
        address = await self._finder.address()
        client = self._open(address.url, address.token)
        try:
            node = await client.node()
        except BaseException as error:
            await client.close()
            if isinstance(error, ConnectionLost | ApiError):
                self._finder.failed(address)
            raise
        self._client = client
        self._tell(Connection(Phase.CONNECTED, address.url))
        self.node_known.emit(node)

    async def _pause(self, seconds: float) -> None:
        self._again.clear()
        try:
            await asyncio.wait_for(self._again.wait(), seconds)
        except TimeoutError:
            return

    async def _drop_client(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _tell(self, connection: Connection) -> None:
        if connection != self._connection:
            self._connection = connection
            self.connection_changed.emit(connection)

    # ------------------------------------------------------------ following
    async def _follow(self) -> None:
        """Hand on status and series until the connection is lost; raises what ended it."""
        self._broken = asyncio.get_running_loop().create_future()
        watchers = [
            asyncio.ensure_future(self._watch_status()),
            asyncio.ensure_future(self._watch_series()),
            self._broken,
        ]
        try:
            done, _ = await asyncio.wait(watchers, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                each.result()
        finally:
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)
            self._broken = None

    async def _watch_status(self) -> None:
        client = self._connected()
        async for status in client.events():
            if status.now:
                self._ahead_ms = status.now - round(time.time() * 1000)
            self.status_arrived.emit(status)

    async def _watch_series(self) -> None:
        client = self._connected()
        while True:
            self._series_wanted.clear()
            if self._watching:
                window_s = self._window_s
                series = await client.series(window_s)
                if window_s == self._window_s:
                    self.series_arrived.emit(series)
            every_s = SERIES_EVERY_S.get(self._window_s, 1.0) if self._watching else None
            try:
                await asyncio.wait_for(self._series_wanted.wait(), every_s)
            except TimeoutError:
                continue

    def choose_window(self, window_s: int) -> None:
        """The graphs' window from now on, in seconds."""
        self._window_s = window_s
        self._series_wanted.set()

    def watch_series(self, watching: bool) -> None:
        """Whether somebody looks at the graphs."""
        if watching != self._watching:
            self._watching = watching
            self._series_wanted.set()

    # ------------------------------------------------------------ asking
    async def records(self, query: RecordQuery, after: str | None, limit: int) -> RecordPageShape:
        """A page of records. This and the following raise ApiError or ConnectionLost."""
        return await self._ask(lambda client: client.records(query, after, limit))

    async def record(self, record_id: int) -> RecordShape:
        """One record with payload and attempts."""
        return await self._ask(lambda client: client.record(record_id))

    async def versions(self, record_id: int) -> tuple[VersionShape, ...]:
        """All versions of the record's key."""
        return await self._ask(lambda client: client.versions(record_id))

    async def count(self, query: RecordQuery) -> CountShape:
        """How many deliveries match."""
        return await self._ask(lambda client: client.count(query))

    async def resend(self, request: ResendRequest) -> ResendResult:
        """Send again."""
        return await self._ask(lambda client: client.resend(request))

    async def pause(self, job: str, consumer: str | None) -> None:
        """Pause a job or one of its consumers."""
        await self._ask(lambda client: client.pause(job, consumer))

    async def resume(self, job: str, consumer: str | None) -> None:
        """Let it run again."""
        await self._ask(lambda client: client.resume(job, consumer))

    async def run(self, job: str) -> None:
        """Pull now."""
        await self._ask(lambda client: client.run(job))

    async def _ask(self, what: Callable[[Client], Awaitable[T]]) -> T:
        try:
            return await what(self._connected())
        except ConnectionLost as error:
            if self._broken is not None and not self._broken.done():
                self._broken.set_exception(error)
            raise

    def _connected(self) -> Client:
        if self._client is None:
            raise ConnectionLost(
                translate("Session", "There is no connection to the node now."),
                translate("Session", "It is tried again by itself."),
            )
        return self._client
