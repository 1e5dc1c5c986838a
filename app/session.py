"""The console's one connection to a node: finds it, follows it, notices its loss, heals.

The only caller of the API's client. Pages never see it; flows ask it and hand on the answers.

    connecting ─► connected ─► lost ─► connecting …

Where its node stays silent and others of the same database are known, it goes on at one of them,
and stays there. A request whose answer was lost is never sent again by itself.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.connection import (
    Address,
    Connection,
    Finder,
    Move,
    NoNode,
    OtherNode,
    OthersKept,
    Phase,
)
from app.doors import Doors, client_of, trouble_of
from app.route import Route
from app.words import translate
from engine.api.client import (
    LANGUAGES,
    ApiError,
    ConnectionLost,
    NodeClient,
    told_in,
)
from engine.api.wire import NodeRow, NodeShape, StatusShape

T = TypeVar("T")

AGAIN_S = 0.2
"""After which a task that did not end is cancelled again."""
PAUSES_S = (0.5, 1.0, 2.0, 5.0)
"""Between two tries to connect; the last is repeated."""
SERIES_EVERY_S = {300: 1.0, 900: 1.0, 3600: 1.0, 21600: 5.0, 86400: 10.0, 604800: 30.0}
"""By window: how often the graphs are asked for."""
LEARN_EVERY_S = 10.0
"""How often it is asked which other nodes there are."""
NOT_FOUND = 404
OF_THE_CONNECTION = (401, 403, 503)
"""What says that the token or the node's database is gone, whoever asks for whatever."""


class OfNode(QObject):
    """A child of the session that remembers something of its node; it goes with the node."""


class Session(QObject):
    """See the module. Signals carry shapes of ``engine.api.wire``.

    others: who remembers the other nodes of the database; left out: there is nobody to move to.
    moved_changed: ``move`` answers otherwise. series_refused: an ApiError, of the graphs alone.
    """

    moved_changed = Signal()
    connection_changed = Signal(object)
    node_known = Signal(object)
    status_arrived = Signal(object)
    series_arrived = Signal(object)
    series_refused = Signal(object)

    def __init__(
        self,
        finder: Finder,
        open_client: Callable[[Address], NodeClient] = client_of,
        others: OthersKept | None = None,
    ) -> None:
        super().__init__()
        self._route = Route(finder, Doors(open_client), others)
        self._client: NodeClient | None = None
        self._connection = Connection(Phase.CONNECTING)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._kept: set[asyncio.Task[Any]] = set()
        self._again = asyncio.Event()
        self._series_wanted = asyncio.Event()
        self._broken: asyncio.Future[None] | None = None
        self._window_s = 300
        self._scope: tuple[str | None, str | None] = (None, None)
        self._watching = True
        self._ahead_ms = 0
        self._node: NodeShape | None = None
        self._status: StatusShape | None = None
        self._staying: asyncio.Task[None] | None = None
        self._language = self._route.language = LANGUAGES[0]
        self._spoken = asyncio.Event()

    # ------------------------------------------------------------ life
    @property
    def connection(self) -> Connection:
        return self._connection

    @property
    def node(self) -> NodeShape | None:
        """Who answered when the connection was made last."""
        return self._node

    @property
    def status(self) -> StatusShape | None:
        """What the node told last."""
        return self._status

    @property
    def others(self) -> tuple[OtherNode, ...]:
        """The other nodes of the database this console may go to."""
        return self._route.others

    @property
    def roams(self) -> bool:
        """Whether its token opens the other nodes of the database too."""
        return self._route.roams

    @property
    def elsewhere(self) -> bool:
        """Whether it is at another node than the one its finder leads to."""
        return self._route.elsewhere

    @property
    def move(self) -> Move | None:
        """The last move it made by itself, until somebody has read of it."""
        return self._route.move

    def open(self) -> None:
        """Connect, and stay connected until ``close``."""
        self._staying = self.start(self._stay_connected())

    async def close(self) -> None:
        """Stop everything this session started and close the connection; may be called twice."""
        await _end({task for task in self._tasks if task is not asyncio.current_task()})
        await self._drop_client()
        await self._route.close()

    def replay(self) -> None:
        """Tell what is known once more, to a window that was built anew."""
        self.connection_changed.emit(self._connection)
        if self._node is not None:
            self.node_known.emit(self._node)
        if self._status is not None:
            self.status_arrived.emit(self._status)
        self._series_wanted.set()

    async def switch(self) -> None:
        """The finder leads to another node now: leave this one, forget it, and connect there."""
        if self._staying is not None:
            await _end({self._staying})
        await _end(set(self._kept))
        for each in self.findChildren(OfNode):
            each.setParent(None)
            each.deleteLater()
        await self._drop_client()
        await self._route.forget()
        self._node = self._status = None
        self.moved_changed.emit()
        self._connection = Connection(Phase.CONNECTING)
        self.open()

    async def end_work(self) -> None:
        """Stop what flows started, and stay connected: their pages are about to go."""
        keep = (self._staying, asyncio.current_task())
        await _end({task for task in self._tasks - self._kept if task not in keep})

    def start(self, work: Coroutine[Any, Any, T], *, keep: bool = False) -> asyncio.Task[T]:
        """Run a flow's work; what it raises unexpectedly is reported as a bug.

        keep: it belongs to no page, and goes on when the window is built anew.
        """
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        if keep:
            self._kept.add(task)
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
        self._kept.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            sys.excepthook(type(error), error, error.__traceback__)

    # ------------------------------------------------------------ connecting
    async def _stay_connected(self) -> None:
        failures = 0
        while True:
            self._tell(Connection(Phase.CONNECTING, self._connection.url))
            try:
                await self._connect(search=failures > 0)
                failures = 0
                await self._follow()
            except _GoesElsewhere:
                await self._drop_client()
            except (ConnectionLost, ApiError, NoNode) as error:
                await self._drop_client()
                pause_s = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
                failures += 1
                sentence = told_in(self._language, error.sentence)
                hint = told_in(self._language, error.hint)
                trouble = trouble_of(error)
                url = self._connection.url
                self._tell(Connection(Phase.LOST, url, sentence, hint, pause_s, trouble))
                await self._pause(pause_s)

    async def _connect(self, *, search: bool) -> None:
        """search: where the node is silent, look among the others of its database."""
        before = self._route.move
        opened = await self._route.next(search=search)
        self._client, self._node = opened.client, opened.node
        opened.client.speak(self._language)
        self._tell(Connection(Phase.CONNECTED, opened.address.url))
        self.node_known.emit(opened.node)
        if self._route.move != before:
            self.moved_changed.emit()

    async def go_to(self, other: OtherNode) -> None:
        """Leave this node for that one; stays here and raises where it does not let us in."""
        await self._route.go_to(other)
        self.moved_changed.emit()
        self._again.set()
        if self._broken is not None and not self._broken.done():
            self._broken.set_exception(_GoesElsewhere())

    def forget_move(self) -> None:
        """Somebody has read of it."""
        self._route.move = None
        self.moved_changed.emit()

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
        if self._route.called_away:
            self._broken.set_exception(_GoesElsewhere())
        watchers = [
            asyncio.ensure_future(self._watch_status()),
            asyncio.ensure_future(self._watch_series()),
            asyncio.ensure_future(self._watch_others()),
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
        """Another language begins the stream anew: its sentences are told in one."""
        client = self._connected()
        while True:
            self._spoken.clear()
            heard = asyncio.ensure_future(self._hear(client))
            spoken = asyncio.ensure_future(self._spoken.wait())
            try:
                await asyncio.wait({heard, spoken}, return_when=asyncio.FIRST_COMPLETED)
                if heard.done():
                    return heard.result()
            finally:
                heard.cancel()
                spoken.cancel()
                await asyncio.gather(heard, spoken, return_exceptions=True)

    async def _hear(self, client: NodeClient) -> None:
        async for status in client.events():
            if status.now:
                self._ahead_ms = status.now - round(time.time() * 1000)
            self._status = status
            self.status_arrived.emit(status)

    async def _watch_series(self) -> None:
        client = self._connected()
        while True:
            self._series_wanted.clear()
            if self._watching:
                await self._read_series(client)
            every_s = SERIES_EVERY_S.get(self._window_s, 1.0) if self._watching else None
            try:
                await asyncio.wait_for(self._series_wanted.wait(), every_s)
            except TimeoutError:
                continue

    async def _read_series(self, client: NodeClient) -> None:
        wanted = (self._window_s, self._scope)
        window_s, (job, consumer) = wanted
        try:
            series = await client.series(window_s, job, consumer)
        except ApiError as error:
            if error.status in OF_THE_CONNECTION:
                raise
            if error.status != NOT_FOUND:  # a job that is gone is told by the next status
                self.series_refused.emit(error)
            return
        if wanted == (self._window_s, self._scope):
            self.series_arrived.emit(series)

    async def _watch_others(self) -> None:
        """Ends only with what ends the connection."""
        client = self._connected()
        while self._route.roams:
            with suppress(ApiError):  # what is known stays: it may have lost its database
                self.learn(await client.nodes())
            await asyncio.sleep(LEARN_EVERY_S)
        await asyncio.Event().wait()

    def learn(self, rows: Sequence[NodeRow]) -> None:
        """The node told who else there is."""
        self._route.learn(rows)

    def choose_scope(self, job: str, consumer: str) -> None:
        """Whose graphs from now on; "" for all."""
        self._scope = (job or None, consumer or None)
        self._series_wanted.set()

    def choose_window(self, window_s: int) -> None:
        """The graphs' window from now on, in seconds."""
        self._window_s = window_s
        self._series_wanted.set()

    def watch_series(self, watching: bool) -> None:
        """Whether somebody looks at the graphs."""
        if watching != self._watching:
            self._watching = watching
            self._series_wanted.set()

    # ------------------------------------------------------------ the language
    def speak(self, language: str) -> None:
        """The node's sentences in this language from now on, one of the client's LANGUAGES."""
        self._language = self._route.language = language
        if self._client is not None:
            self._client.speak(language)
        self._spoken.set()

    # ------------------------------------------------------------ asking
    async def ask(self, what: Callable[[NodeClient], Awaitable[T]]) -> T:
        """``await session.ask(lambda node: node.record(7))``; raises ApiError or ConnectionLost."""
        client, connection = self._connected(), self._broken
        try:
            return await what(client)
        except ConnectionLost as error:
            error.sentence = told_in(self._language, error.sentence)
            error.hint = told_in(self._language, error.hint)
            if connection is not None and connection is self._broken and not connection.done():
                connection.set_exception(error)
            raise

    def _connected(self) -> NodeClient:
        if self._client is None:
            raise ConnectionLost(
                translate("Session", "There is no connection to the node now."),
                translate("Session", "It is tried again by itself."),
            )
        return self._client


class _GoesElsewhere(Exception):
    """The operator chose another node: this connection ends without a loss."""


async def _end(tasks: set[asyncio.Task[Any]]) -> None:
    """Cancel until all have ended: until Python 3.12 ``wait_for`` loses a cancellation that comes
    together with what it waits for.
    """
    while tasks:
        for task in tasks:
            task.cancel()
        _, tasks = await asyncio.wait(tasks, timeout=AGAIN_S)
