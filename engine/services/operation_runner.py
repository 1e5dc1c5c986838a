"""Works on operations: takes those nobody works on, moves block by block, gives back at the end.

Any number of nodes may run one on the same database: ownership is a row's token that runs out,
checked with every write. A re-pull is worked on where its shard's lease is. Not for what a block
does (the store) nor for what an operation means (``operations.bulk``).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.core.errors import OperatorError
from engine.core.failpoint import reach
from engine.core.pace import Pace
from engine.services.line import Line
from engine.services.loop import Bell, Loop
from engine.services.repull import Repull
from engine.store.errors import LeaseLost
from engine.store.operation_rows import Block, Found, Held, Kind, OperationRow, Scope, Stage
from engine.store.store import Store

log = logging.getLogger(__name__)

TTL_MS = 20_000
KEEP_EVERY_S = 5.0
LOOK_EVERY_S = 1.0
AT_ONCE = 8
BREATH_S = 0.01
"""Between two blocks without a throttle: others want the store too."""
WORST_WAIT_S = 30.0
BUG = "A fault in the program ended it; the node's log has it."


@dataclass(frozen=True, slots=True)
class Shared:
    """What all operations of a node share.

    ring: there is something to send. may_work: False while the node is drained.
    """

    store: Store
    lines: Mapping[int, Line]
    ring: Callable[[], None]
    clock: Callable[[], int]
    may_work: Callable[[], bool] = lambda: True
    monotonic: Callable[[], float] = time.monotonic


class OperationRunner:
    """The operations this node works on. ``owner``: never the same for two starts of a node."""

    def __init__(self, shared: Shared, *, owner: str) -> None:
        self._shared = shared
        self._owner = owner
        self._bell = Bell()
        self._loop = Loop("operations", self._run)
        self._tasks: dict[int, asyncio.Task[None]] = {}

    @property
    def working(self) -> int:
        """How many operations this node works on now."""
        return len(self._tasks)

    def start(self) -> None:
        """Start looking for work."""
        self._loop.start()

    async def stop(self) -> None:
        """End after the blocks in hand, and give back what is not done."""
        await self._loop.stop()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def look(self) -> None:
        """Something was begun: do not wait for the next look."""
        self._bell.ring()

    def changed(self, operation_id: int) -> None:
        """An operator steered it: whoever works on it here looks anew."""
        task = self._tasks.get(operation_id)
        if task is not None:
            task.cancel()
        self._bell.ring()

    async def heard(self) -> None:
        """Operations were begun or steered through some node: end those that are not ours now."""
        for operation_id, task in list(self._tasks.items()):
            row = await self._shared.store.operation(operation_id)
            if row.state is not Stage.RUNNING or row.owner != self._owner:
                task.cancel()
        self._bell.ring()

    async def _run(self) -> None:
        while True:
            try:
                await self._take_up()
            except OperatorError as error:
                log.warning("operations wait: %s", error.sentence)
            await self._bell.wait(LOOK_EVERY_S)

    async def _take_up(self) -> None:
        if not self._shared.may_work():
            for task in self._tasks.values():
                task.cancel()
            return
        room = AT_ONCE - len(self._tasks)
        if room <= 0:
            return
        for row in await self._shared.store.free_operations(limit=AT_ONCE * 4):
            if room > 0 and row.id not in self._tasks and self._is_for_us(row):
                taken = await self._shared.store.take_operation(
                    row.id, owner=self._owner, ttl_ms=TTL_MS
                )
                if taken is not None:
                    self._begin(taken)
                    room -= 1

    def _is_for_us(self, row: OperationRow) -> bool:
        if row.kind is not Kind.REPULL:
            return True
        line = self._shared.lines.get(row.job_id or 0)
        if line is None:
            return True  # to say so
        puller = line.pullers.get(row.shard)
        return puller is None or puller.lease() is not None

    def _begin(self, row: OperationRow) -> None:
        task = asyncio.create_task(self._work(row), name=f"operation {row.id}")
        self._tasks[row.id] = task
        task.add_done_callback(lambda _: self._ended(row.id))

    def _ended(self, operation_id: int) -> None:
        self._tasks.pop(operation_id, None)
        self._bell.ring()

    async def _work(self, row: OperationRow) -> None:
        held = Held(row.id, row.owner, row.token)
        shared = self._shared
        log.info("operation=%d kind=%s begins at %d", row.id, row.kind.value, row.position)
        keeping = asyncio.create_task(
            self._keep(held, asyncio.current_task()), name=f"keep operation {row.id}"
        )
        try:
            if row.kind is Kind.REPULL:
                await Repull(held, shared.lines, shared.store, shared.clock).work()
            else:
                await _Mover(row, held, shared).work()
        except LeaseLost:
            log.info("operation=%d was stopped or is another node's now", row.id)
        except OperatorError as error:
            log.warning("operation=%d ends: %s", row.id, error.sentence)
            await self._fail(held, error.sentence)
        except Exception:
            log.exception("operation=%d failed", row.id)
            await self._fail(held, BUG)
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])
            await self._let_go(held)

    async def _keep(self, held: Held, work: asyncio.Task[None] | None) -> None:
        """Renew the ownership while the work waits; end the work when it is not ours any more."""
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            try:
                await self._shared.store.keep_operation(held, ttl_ms=TTL_MS)
            except LeaseLost:
                if work is not None:
                    work.cancel()
                return
            except OperatorError as error:
                log.warning("operation=%d: %s", held.id, error.sentence)

    async def _fail(self, held: Held, sentence: str) -> None:
        try:
            await self._shared.store.fail_operation(held, sentence)
        except (LeaseLost, OperatorError):
            log.warning("operation=%d could not be ended; it is taken up again", held.id)

    async def _let_go(self, held: Held) -> None:
        try:
            await self._shared.store.let_go_operation(held)
        except OperatorError as error:
            log.warning("operation=%d runs out by itself: %s", held.id, error.sentence)


class _Mover:
    """Resends or skips, block by block."""

    def __init__(self, row: OperationRow, held: Held, shared: Shared) -> None:
        self._row = row
        self._held = held
        self._shared = shared
        self._position = row.position
        self._pace = Pace(row.per_s, shared.monotonic())
        self._worked_from_s = shared.monotonic()

    async def work(self) -> None:
        """To the end. LeaseLost when it was paused, cancelled or taken over."""
        scope = await self._shared.store.operation_scope(self._row.id)
        last, failures = False, 0
        while not last:
            try:
                last = await self._block(scope)
                failures = 0
            except OperatorError as error:  # a full disk, a locked database
                failures += 1
                log.warning("operation=%d waits: %s", self._row.id, error.sentence)
                await asyncio.sleep(min(WORST_WAIT_S, 2.0**failures))
                continue
            if not last:
                await self._breathe()

    async def _block(self, scope: Scope) -> bool:
        block = await self._next(scope)
        reach("operation.before_block")
        moved = await self._shared.store.move_block(self._held, block, ttl_ms=TTL_MS)
        reach("operation.after_block")
        self._position = block.to
        now_s = self._shared.monotonic()
        self._worked_from_s = now_s
        self._pace.done(len(block.delivery_ids), now_s)
        if moved:
            self._shared.ring()
        return block.last

    async def _next(self, scope: Scope) -> Block:
        step = self._pace.step
        missing: list[tuple[int, str]] = []
        if scope.wanted is None:
            rest = [id_ for id_ in scope.record_ids if id_ > self._position]
            records = rest[:step]
            found = (
                await self._shared.store.deliveries_of(records, scope.consumer)
                if records
                else Found()
            )
            ids, missing = found.delivery_ids, found.missing
            to = records[-1] if records else self._position
            last = len(rest) <= step
        else:
            ids = await self._shared.store.delivery_ids(
                scope.wanted, limit=step, after_id=self._position, last_record=self._row.last_id
            )
            to = ids[-1] if ids else self._position
            last = len(ids) < step
        worked_ms = round((self._shared.monotonic() - self._worked_from_s) * 1000)
        return Block(self._position, to, ids, missing, last, worked_ms)

    async def _breathe(self) -> None:
        """Wait for the throttle, or let others have the store."""
        await asyncio.sleep(max(BREATH_S, self._pace.wait_s(self._shared.monotonic())))
