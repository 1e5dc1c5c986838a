"""Follows long work: the node's operations, whoever started them, and this console's exports.

One for each session, alive as long as it: a window built anew for another language finds the same
work again. Pages show ``rows``; starting, pausing and cancelling go through here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from PySide6.QtCore import Signal

from app.connection import Phase
from app.models.work import Work, WorkState, of_operation
from app.session import OfNode, Session
from engine.api.client import ApiError, ConnectionLost, NodeClient
from engine.api.wire import OperationRequest, OperationShape

BUSY_S = 0.5
"""Between two looks while something runs."""
IDLE_S = 3.0
"""Between two looks otherwise: others start operations too."""
SEEN_S = 15.0
"""How long work that ended well stays in sight."""


class LocalWork(Protocol):
    """Work of this console that is shown like an operation."""

    def work(self) -> Work: ...
    def cancel(self) -> None: ...


class Operations(OfNode):
    """changed: ``rows`` answers otherwise. ended: a Work. refused: a sentence and a hint, of a
    step that could not be taken.
    """

    changed = Signal()
    ended = Signal(object)
    refused = Signal(str, str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._open: dict[int, OperationShape] = {}
        self._ended: dict[str, tuple[Work, float]] = {}
        self._local: dict[str, LocalWork] = {}
        self._wake = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        session.connection_changed.connect(self._connection_changed)

    @classmethod
    def of(cls, session: Session) -> Operations:
        """The session's; made when it is asked for first."""
        found = session.findChild(cls)
        made = found if isinstance(found, cls) else cls(session)
        made.follow()
        return made

    # ------------------------------------------------------------ rows
    def rows(self) -> tuple[Work, ...]:
        """What runs, the newest first, then what ended and was not put away."""
        local = [each.work() for each in reversed(self._local.values())]
        running = [of_operation(each) for _, each in sorted(self._open.items(), reverse=True)]
        ended = [work for work, _ in reversed(self._ended.values())]
        return (*local, *running, *ended)

    def put_away(self, key: str) -> None:
        """Its end was read."""
        if self._ended.pop(key, None) is not None:
            self.changed.emit()

    # ------------------------------------------------------------ steps
    async def begin(self, request: OperationRequest) -> OperationShape:
        """Start an operation and follow it; raises ApiError or ConnectionLost."""
        shape = await self._session.ask(lambda node: node.start_operation(request))
        self._take(shape)
        self._wake.set()
        return shape

    def pause(self, operation_id: int) -> None:
        """Stop after the block in hand."""
        self._step(lambda node: node.pause_operation(operation_id))

    def resume(self, operation_id: int) -> None:
        """Go on."""
        self._step(lambda node: node.resume_operation(operation_id))

    def cancel(self, work: Work) -> None:
        """Stop for good."""
        if work.operation_id is None:
            if work.key in self._local:
                self._local[work.key].cancel()
            return
        operation_id = work.operation_id
        self._step(lambda node: node.cancel_operation(operation_id))

    def add_local(self, key: str, local: LocalWork) -> None:
        """Show this console's own work as a row until it has ended."""
        self._local[key] = local
        self.changed.emit()

    def local_moved(self, key: str) -> None:
        """It went on, or ended."""
        local = self._local.get(key)
        if local is None:
            return
        work = local.work()
        if not work.open:
            del self._local[key]
            self._end(work)
        self.changed.emit()

    def _step(self, what: Callable[[NodeClient], Awaitable[OperationShape]]) -> None:
        self._session.start(self._stepped(what))

    async def _stepped(self, what: Callable[[NodeClient], Awaitable[OperationShape]]) -> None:
        try:
            self._take(await self._session.ask(what))
        except (ApiError, ConnectionLost) as error:
            self.refused.emit(error.sentence, error.hint)
        self._wake.set()

    # ------------------------------------------------------------ following
    def follow(self) -> None:
        """Look now and then, from now on; again after everything was stopped."""
        if self._following is None or self._following.done():
            self._following = self._session.start(self._follow(), keep=True)

    def _connection_changed(self, connection: object) -> None:
        self._wake.set()

    async def _follow(self) -> None:
        while True:
            self._wake.clear()
            if self._session.connection.phase is Phase.CONNECTED:
                await self._look()
            busy = any(work.state is WorkState.RUNNING for work in self.rows())
            self._forget_old()
            try:
                await asyncio.wait_for(self._wake.wait(), BUSY_S if busy else IDLE_S)
            except TimeoutError:
                continue

    async def _look(self) -> None:
        try:
            page = await self._session.ask(lambda node: node.operations(open_only=True))
            still = {each.id for each in page.operations}
            for operation_id in [each for each in self._open if each not in still]:
                self._take(await self._last(operation_id))
        except (ApiError, ConnectionLost):
            return  # the banner says so, or the node is too old to have operations
        for shape in page.operations:
            self._take(shape)

    async def _last(self, operation_id: int) -> OperationShape:
        return await self._session.ask(lambda node: node.operation(operation_id))

    def _take(self, shape: OperationShape) -> None:
        before = self._open.get(shape.id)
        if shape == before:
            return
        work = of_operation(shape)
        if work.open:
            self._ended.pop(work.key, None)
            self._open[shape.id] = shape
        else:
            self._open.pop(shape.id, None)
            self._end(work)
        self.changed.emit()

    def _end(self, work: Work) -> None:
        if work.key not in self._ended:
            self._ended[work.key] = (work, time.monotonic())
            self.ended.emit(work)

    def _forget_old(self) -> None:
        """What ended well goes by itself; what did not waits to be read."""
        until = time.monotonic() - SEEN_S
        gone = [
            key
            for key, (work, at) in self._ended.items()
            if at < until and work.state is not WorkState.FAILED and not work.refused
        ]
        for key in gone:
            del self._ended[key]
        if gone:
            self.changed.emit()
