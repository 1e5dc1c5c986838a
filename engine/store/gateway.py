"""The threads that talk to the database: one that writes, a few that read.

The writer takes whatever is queued, runs it in one transaction, each operation inside a savepoint
of its own, commits once, and then tells the callers (design.md rules 10 and 11). A caller that is
cancelled changes nothing about that: its operation runs, or was run, all the same.

A connection that is lost is made anew with the next call. When a server ends a transaction for
another's sake, the group runs again. A commit whose answer is lost is looked up, not guessed:
each writer has a row of its own that its commits mark.

The only module that uses threads. Not for SQL: operations bring their own.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from engine.core.errors import OperatorError, Unavailable
from engine.core.failpoint import reach
from engine.store.access import Access, Op
from engine.store.commit_row import close_row, make_row, mark_row, open_row
from engine.store.counters import write_late
from engine.store.dialects.port import Dialect
from engine.store.errors import CursorMoved, LeaseLost
from engine.store.listening import Listening
from engine.store.migrate import require_fit

log = logging.getLogger(__name__)

T = TypeVar("T")

READERS = 3
GROUP = 64
"""Operations in one transaction, at most: what a caller waits for has an end."""
TRIES = 8
"""How often a group is run that a server ended for another's sake."""
LOOK_UP_S = 30.0
"""How long a lost commit's answer is looked for."""
_LOOK_EVERY_S = 0.2


@dataclass(slots=True)
class _Call(Generic[T]):
    """An operation, and who waits for it.

    hot: it may share a database with other hot ones. after: those with a lower number go first.
    """

    op: Op[T]
    hot: bool
    after: int
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[T]
    result: T | None = None
    error: BaseException | None = None

    def tell(self) -> None:
        """Give the caller its answer, if it still waits. In the caller's loop."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # set unless an error is
        else:
            self.future.set_exception(self.error)


_Queue = SimpleQueue["_Call[Any] | None"]


class Gateway:
    """Runs operations on the database's threads. Start with ``open``, end with ``close``."""

    def __init__(self, dialect: Dialect, *, readers: int = READERS) -> None:
        self._dialect = dialect
        self._writes: _Queue = SimpleQueue()
        self._reads: _Queue = SimpleQueue()
        self._readers = readers
        self._threads: list[tuple[threading.Thread, asyncio.Future[None]]] = []
        self._listening: Listening | None = None
        self._closed = True

    async def open(self, prepare: Callable[[Access], None], mark: str) -> None:
        """Connect the writer, run ``prepare`` on its connection, then connect the readers.

        mark: a random name of this process, for recognising its own commits.
        """
        self._dialect.prepare()
        self._closed = False
        try:
            await self._start(
                "store-writer", _Writer(self._dialect, self._writes, prepare, mark).run
            )
            for number in range(self._readers):
                reader = _Reader(self._dialect, self._reads)
                await self._start(f"store-reader-{number}", reader.run)
        except BaseException:
            await self.close()
            raise

    async def write(self, op: Op[T], *, hot: bool = False, after: int = 0) -> T:
        """Run an operation in the writer's next transaction; return once it is on the disk.

        An operation has the database to itself. A hot one does not: it works on rows that belong
        to shards we hold, beside hot ones of other nodes. Those that change rows of all nodes
        stand at the end of their transaction, each kind at its place (``after``): so the rows are
        held briefly, and no two nodes wait for one another.
        """
        return await self.submit(op, hot=hot, after=after)

    def submit(self, op: Op[T], *, hot: bool = False, after: int = 0) -> asyncio.Future[T]:
        """Queue an operation for the writer; the future is done when it is on the disk."""
        return self._put(self._writes, op, hot, after)

    async def read(self, op: Op[T]) -> T:
        """Run an operation in a read snapshot."""
        return await self._put(self._reads, op)

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Call that in this loop with what other nodes notify, if the database can."""
        listener = self._dialect.listener()
        if listener is not None:
            loop = asyncio.get_running_loop()
            self._listening = Listening(listener, heard, loop, threading.Event())
            await self._start("store-listener", self._listening.run)

    async def close(self) -> None:
        """Finish what is queued, close the connections, end the threads."""
        self._closed = True
        if self._listening is not None:
            self._listening.stop()
        threads, self._threads = self._threads, []
        # The readers first: the last connection to close folds the log into the file.
        readers = [one for one in threads if "reader" in one[0].name]
        others = [one for one in threads if one not in readers]
        for queue, group in ((self._reads, readers), (self._writes, others)):
            for _ in group:  # any of them may take any: all are told before one is waited for
                queue.put(None)
            for thread, ended in group:
                await asyncio.shield(ended)
                thread.join()

    @property
    def dialect(self) -> Dialect:
        """The database's own ways, for what is no query."""
        return self._dialect

    def _put(
        self, queue: _Queue, op: Op[T], hot: bool = False, after: int = 0
    ) -> asyncio.Future[T]:
        if self._closed:
            raise Unavailable("The database is closed.", hint="Start the node again.")
        loop = asyncio.get_running_loop()
        call = _Call(op, hot, after, loop, loop.create_future())
        queue.put(call)
        return call.future

    async def _start(self, name: str, body: Callable[[Callable[[], None]], None]) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        ended: asyncio.Future[None] = loop.create_future()

        def tell_ready() -> None:
            loop.call_soon_threadsafe(ready.set_result, None)

        def run() -> None:
            try:
                body(tell_ready)
            except BaseException as error:
                loop.call_soon_threadsafe(_fail, ready, self._dialect.explained(error))
            finally:
                loop.call_soon_threadsafe(ended.set_result, None)

        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append((thread, ended))
        thread.start()
        await ready


def _fail(ready: asyncio.Future[None], error: BaseException) -> None:
    if ready.done():
        log.critical("a thread of the store died", exc_info=error)
    else:
        ready.set_exception(error)


def _answer(calls: list[_Call[Any]]) -> None:
    """Tell the callers, each loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Call[Any]]] = {}
    for call in calls:
        by_loop.setdefault(call.loop, []).append(call)
    for loop, theirs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_tell_all, theirs)
        except RuntimeError:  # the caller's loop is gone, and so is who waited
            log.warning("%d answers of the store had nobody to go to", len(theirs))


def _tell_all(calls: list[_Call[Any]]) -> None:
    for call in calls:
        call.tell()


def _place(call: _Call[Any]) -> int:
    return call.after


class _Line:
    """A connection that is made anew when it was lost."""

    def __init__(self, dialect: Dialect, *, writer: bool) -> None:
        self._dialect = dialect
        self._writer = writer
        self._access: Access | None = dialect.connect(writer=writer)

    def access(self) -> Access:
        """The connection; raises what the dialect raises when there is none to be had."""
        if self._access is None or not self._dialect.is_alive(self._access):
            self.close()
            self._access = self._dialect.connect(writer=self._writer)
        return self._access

    def close(self) -> None:
        """Hang up."""
        access, self._access = self._access, None
        if access is not None:
            self._dialect.disconnect(access)


class _Writer:
    """The one connection that writes."""

    def __init__(
        self, dialect: Dialect, queue: _Queue, prepare: Callable[[Access], None], mark: str
    ) -> None:
        self._dialect = dialect
        self._queue = queue
        self._prepare = prepare
        self._mark = mark
        self._pause = threading.Event()  # never set; sleep() goes wrong where time is faked
        self._row = ""
        self._commits = 0

    def run(self, ready: Callable[[], None]) -> None:
        """Connect, prepare, then serve until told to end."""
        line = _Line(self._dialect, writer=True)
        try:
            access = line.access()
            self._prepare(access)
            self._row = open_row(access, self._dialect, self._mark)
            ready()
            while (group := self._next_group()) is not None:
                try:
                    self._run_group(line, group)
                except Exception as error:
                    line.close()  # whatever was open on it is not to be trusted any more
                    self._fail(group, error)
                _answer(group)
            self._close_row(line)
        finally:
            line.close()

    def _close_row(self, line: _Line) -> None:
        """Leave no row behind; a database that is gone keeps it until it is too old."""
        try:
            close_row(line.access(), self._dialect, self._row)
        except Exception as error:
            log.info("the mark of this node's commits stays behind: %s", error)

    def _next_group(self) -> list[_Call[Any]] | None:
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        while len(group) < GROUP:
            try:
                call = self._queue.get_nowait()
            except Empty:
                break
            if call is None:
                self._queue.put(None)
                break
            group.append(call)
        group.sort(key=_place)
        return group

    def _run_group(self, line: _Line, group: list[_Call[Any]]) -> None:
        reach("store.begin")
        tries = 0
        waiting = group
        while waiting:
            tries += 1
            try:
                waiting = self._transaction(line, waiting)
            except _Again as again:
                if tries >= TRIES:
                    self._fail(waiting, again.error)
                    return

    def _transaction(self, line: _Line, calls: list[_Call[Any]]) -> list[_Call[Any]]:
        """Run these in one transaction; those left when the database ended it half way."""
        for call in calls:
            call.result = call.error = None
        try:
            access = self._begun(line, hot=all(call.hot for call in calls))
        except Exception as error:
            self._fail(calls, error)
            return []
        for at, call in enumerate(calls):
            self._run_one(access, call)
            if not self._dialect.is_open(access):
                # A full disk, for one, makes SQLite give up the whole transaction; a lost
                # connection takes its own with it.
                self._fail(calls[:at], call.error or Unavailable("The transaction was ended."))
                return calls[at + 1 :]
        self._commit(line, access, calls)
        return []

    def _begun(self, line: _Line, *, hot: bool) -> Access:
        """A connection with a transaction begun; an idle one that was hung up is made anew."""
        access = line.access()
        try:
            self._dialect.begin(access, writer=True, hot=hot)
        except Exception:
            if self._dialect.is_alive(access):
                raise
            access = line.access()
            self._dialect.begin(access, writer=True, hot=hot)
        access.late = None
        return access

    def _run_one(self, access: Access, call: _Call[Any]) -> None:
        before = access.late if call.hot else None
        try:
            if call.hot:
                access.late = Counter(before or ())
            else:
                write_late(access)
            access.savepoint("operation")
            call.result = call.op(access)
            access.release("operation")
        except Exception as error:
            if self._dialect.may_run_again(error):
                self._dialect.rollback(access)
                raise _Again(error) from error
            call.error = self._dialect.explained(error)
            access.late = before
            self._undo(access)
            if self._dialect.is_open(access):
                call.error = _why(call.error, access)

    def _undo(self, access: Access) -> None:
        """Take back what a failed operation did; where that fails, the transaction is gone."""
        if self._dialect.is_open(access):
            try:
                access.undo("operation")
            except Exception:
                if self._dialect.is_open(access):
                    raise

    def _commit(self, line: _Line, access: Access, calls: list[_Call[Any]]) -> None:
        if all(call.error is not None for call in calls):
            self._dialect.rollback(access)
            return
        self._commits += 1
        mark = f"{self._mark}:{self._commits}"
        try:
            write_late(access)
            if not mark_row(access, self._row, mark):
                require_fit(access)
                make_row(access, self._row, mark)
            reach("store.before_commit")
            self._dialect.commit(access)
            reach("store.after_commit")
        except Exception as error:
            if self._dialect.may_run_again(error):
                self._dialect.rollback(access)
                raise _Again(error) from error
            if not self._was_committed(line, access, mark):
                self._fail(calls, error)

    def _was_committed(self, line: _Line, access: Access, mark: str) -> bool:
        """Whether a commit that failed is there all the same: look before it is done again."""
        until = time.monotonic() + LOOK_UP_S
        while True:
            try:
                if self._dialect.is_alive(access):
                    self._dialect.rollback(access)
                return self._look_up(line.access(), mark)
            except Exception:
                if time.monotonic() >= until:
                    log.exception("the store cannot tell whether its last commit was kept")
                    return False
                self._pause.wait(_LOOK_EVERY_S)

    def _look_up(self, access: Access, mark: str) -> bool:
        """Look behind the gate: who passes it knows that the lost transaction has ended."""
        self._dialect.begin(access, writer=True)
        try:
            return bool(access.value("SELECT value FROM meta WHERE name = ?", (self._row,)) == mark)
        finally:
            self._dialect.rollback(access)

    def _fail(self, calls: list[_Call[Any]], error: BaseException) -> None:
        explained = self._dialect.explained(error)
        for call in calls:
            call.error = call.error or explained


class _Again(Exception):
    """A server ended the transaction for another's sake."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class _Reader:
    """One of the connections that only read."""

    def __init__(self, dialect: Dialect, queue: _Queue) -> None:
        self._dialect = dialect
        self._queue = queue

    def run(self, ready: Callable[[], None]) -> None:
        """Connect, then serve until told to end."""
        line = _Line(self._dialect, writer=False)
        try:
            ready()
            while (call := self._queue.get()) is not None:
                if not self._run(line, call):
                    self._run(line, call)  # its connection was lost; reading twice harms nobody
                _answer([call])
        finally:
            line.close()

    def _run(self, line: _Line, call: _Call[Any]) -> bool:
        """Run it; False when the connection was lost meanwhile."""
        call.error = None
        try:
            access = line.access()
        except Exception as error:
            call.error = self._dialect.explained(error)
            return True
        try:
            self._dialect.begin(access, writer=False)
            call.result = call.op(access)
        except Exception as error:
            call.error = self._dialect.explained(error)
        try:
            self._dialect.rollback(access)
        except Exception:
            line.close()  # what was read is right all the same
            return call.error is None
        if call.error is not None and self._dialect.is_alive(access):
            call.error = _why(call.error, access)
        return call.error is None or self._dialect.is_alive(access)


def _why(error: BaseException, access: Access) -> BaseException:
    """What to tell of an error: what nobody foresaw may come of a schema this program is too old
    for.
    """
    if isinstance(error, OperatorError | LeaseLost | CursorMoved):
        return error
    try:
        require_fit(access)
    except OperatorError as misfit:
        return misfit
    except Exception:
        log.debug("the schema cannot be looked at", exc_info=True)
    return error
