"""Commits the outcomes of sends in groups (design.md rule 10).

A bounded buffer, written at ``GROUP`` rows or after ``LINGER_S``; while it is full, ``room``
makes senders wait. What could not be written stays in the buffer and is written again: a settled
send is never forgotten while the process lives, and after a crash it is ``unknown``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec.structs import replace

from engine.core.errors import OperatorError, Outdated
from engine.core.failpoint import reach
from engine.services.loop import Loop
from engine.store.rows import Settlement

log = logging.getLogger(__name__)

GROUP = 512
LINGER_S = 0.02
CAPACITY = 2048
RETRY_PAUSE_S = 0.5
LAST_S = 20.0
"""So long a node that stops waits for a database that takes nothing."""


class SettlementStore(Protocol):
    """What the settler needs of the store."""

    async def settle(self, settlements: Sequence[Settlement]) -> list[bool]: ...


class Settler:
    """Collects settlements and commits them; one for a node.

    settled: called after each commit with the ids of the consumers it moved something of.
    has_room: whether another send may start. problem: why nothing can be stored now, or "".
    """

    def __init__(
        self,
        store: SettlementStore,
        settled: Callable[[set[int]], None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._monotonic = monotonic
        self._until_s: float | None = None
        self._settled = settled
        self._buffer: list[list[Settlement]] = []
        self._size = 0
        self._some = asyncio.Event()
        self._full_group = asyncio.Event()
        self.has_room = True
        self._put = 0
        self._committed = 0
        self._flushes: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._loop = Loop("settler", self._run)
        self.problem = ""

    def start(self) -> None:
        """Start committing."""
        self._loop.start()

    def hurry(self) -> None:
        """The node stops: what cannot be stored within ``LAST_S`` is left to another node, which
        finds it and takes it for ``unknown``.
        """
        self._until_s = self._monotonic() + LAST_S

    async def stop(self) -> None:
        """Commit what is buffered, then end."""
        if self._loop.running:
            await self.flush()
        await self._loop.stop()

    def put(self, settlements: list[Settlement]) -> None:
        """Add the settlements of one request; they are committed together."""
        self._buffer.append(settlements)
        self._size += len(settlements)
        self._put += len(settlements)
        self._some.set()
        if self._size >= GROUP:
            self._full_group.set()
        if self._size >= CAPACITY:
            self.has_room = False

    @property
    def waiting(self) -> int:
        """Settlements that are not committed yet."""
        return self._size

    async def flush(self) -> None:
        """Wait until everything put so far is committed; what is put later is not waited for."""
        if self._committed == self._put:
            return
        flushed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._flushes.append((self._put, flushed))
        self._full_group.set()
        await flushed

    async def _run(self) -> None:
        while True:
            await self._some.wait()
            if self._size < GROUP:
                try:
                    async with asyncio.timeout(LINGER_S):
                        await self._full_group.wait()
                except TimeoutError:
                    pass
            await self._commit()

    async def _commit(self) -> None:
        groups, self._buffer = self._buffer, []
        self._size = 0
        self._some.clear()
        self._full_group.clear()
        batch = _joined(groups)
        reach("settler.before_settle")
        moved = await self._settle(batch)
        reach("settler.after_settle")
        if not all(moved):
            _log_dropped(batch, moved)
        self._settled({one.consumer_id for one, ok in zip(batch, moved, strict=True) if ok})
        if self._size < CAPACITY:
            self.has_room = True
        self._committed += len(batch)
        while self._flushes and self._flushes[0][0] <= self._committed:
            _, flushed = self._flushes.popleft()
            if not flushed.done():
                flushed.set_result(None)

    async def _settle(self, batch: list[Settlement]) -> list[bool]:
        while True:
            try:
                moved = await self._store.settle(batch)
            except Outdated as error:
                self.problem = error.sentence
                log.error("what became of %d sends is not stored: %s", len(batch), error.sentence)
                return [False] * len(batch)  # a newer node finds them, and takes none for granted
            except OperatorError as error:
                self.problem = error.sentence
                if self._until_s is not None and self._monotonic() >= self._until_s:
                    log.error("what became of %d sends is not stored: %s", len(batch), self.problem)
                    return [False] * len(batch)
                log.error("outcomes wait to be stored: %s", error.sentence)
            except Exception:
                self.problem = "Outcomes could not be stored; see the log."
                log.exception("outcomes of %d sends wait to be stored", len(batch))
            else:
                self.problem = ""
                return moved
            await asyncio.sleep(RETRY_PAUSE_S)


def _log_dropped(batch: Sequence[Settlement], moved: Sequence[bool]) -> None:
    for one, was_moved in zip(batch, moved, strict=True):
        if not was_moved:
            log.warning(
                "delivery=%d attempt=%d.%d verdict dropped: another owner has it",
                one.delivery_id,
                one.cycle,
                one.number,
            )


def _joined(groups: list[list[Settlement]]) -> list[Settlement]:
    """All groups in one list, references to a shared exchange moved along."""
    joined: list[Settlement] = []
    for group in groups:
        offset = len(joined)
        if offset and len(group) > 1:
            group = [
                one
                if one.exchange_of is None
                else replace(one, exchange_of=one.exchange_of + offset)
                for one in group
            ]
        joined += group
    return joined
