"""Keeps the running lines in step with the jobs in the database.

A tick looks for due pulls; a reconcile compares the running lines with the stored jobs, and
builds, stops or leaves each. Jobs whose parts are missing (a secret, say) are kept with their
problem and built again when something changes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from engine.core.errors import OperatorError
from engine.operations.document import job_from_text
from engine.operations.jobs import end_windows
from engine.services.line import Line, Surroundings, build_line
from engine.services.loop import Loop
from engine.services.pusher import Pusher
from engine.services.sharing import Sharing
from engine.store.rows import JobRow, LeaseKey, WorkKind

log = logging.getLogger(__name__)

TICK_S = 0.1
RECONCILE_S = 1.0
PATIENCE_S = 3.0
DRAINED = "This node is drained: it takes no work."


class NodeState(StrEnum):
    """Whether a node works. Draining: what is under way is still being finished."""

    WORKING = "working"
    DRAINING = "draining"
    DRAINED = "drained"


class Supervisor:
    """All lines of a node. share: makes its share, given what ends the work in a shard."""

    def __init__(
        self,
        around: Surroundings,
        pushers: dict[int, Pusher],
        share: Callable[[Callable[[LeaseKey], Awaitable[None]]], Sharing],
    ) -> None:
        self._around = around
        self._sharing = share(self._hand_over)
        self._pushers = pushers
        self._signatures: dict[int, tuple[object, ...]] = {}
        self._taking_up: set[asyncio.Task[None]] = set()
        self._loop = Loop("supervisor", self._run)
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._lock = asyncio.Lock()
        self._drain = False
        self._trouble = ""
        self._ending: dict[int, Line] = {}
        self.lines: dict[int, Line] = {}

    @property
    def state(self) -> NodeState:
        """Whether this node works."""
        if not self._drain:
            return NodeState.WORKING
        busy = self._lock.locked() or any(
            not line.problem or line.pushers for line in self.lines.values()
        )
        return NodeState.DRAINING if busy else NodeState.DRAINED

    async def drain(self, wanted: bool) -> None:
        """Take no more shards, finish what is in flight, hand over; or (False) work again.

        Returns after ``PATIENCE_S`` at the latest; what is in flight then goes on by itself.
        """
        if wanted != self._drain:
            self._drain = wanted
            await self.take_up()

    async def hold(self, trouble: str) -> None:
        """Stop all work because of that, told in a sentence; "" lets it go on."""
        if trouble != self._trouble:
            self._trouble = trouble
            await self.take_up()

    def start(self) -> None:
        """Start ticking and reconciling."""
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=TICK_S,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()
        self._loop.start()
        self._sharing.start()

    async def stop(self) -> None:
        """Stop every line in order, and give each shard back as soon as nothing is open in it."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        async with self._lock:  # a line that is being stopped is stopped whole
            await self._loop.stop()
        await asyncio.gather(*self._taking_up, return_exceptions=True)
        await asyncio.gather(
            self._sharing.leave(), *(self._end(job_id) for job_id in list(self.lines))
        )
        await self._sharing.stop()

    @property
    def unable(self) -> tuple[int, ...]:
        """Ids of the jobs that cannot run here; others must not wait for this node to take them."""
        return tuple(
            job_id for job_id, line in sorted(self.lines.items()) if line.problem and not self._hold
        )

    def leads(self, job_id: int) -> bool:
        """Whether this node does what one node does for the whole of a job.

        That is who holds its first push shard; of a job that cannot run nobody holds any, and then
        it does no harm that every node does it.
        """
        if not self._around.store.is_shared:
            return True
        line = self.lines.get(job_id)
        if line is None or self._hold:
            return False
        key = LeaseKey(job_id, WorkKind.PUSH, "0")
        return bool(line.problem) or self._around.leaser.lease(key) is not None

    async def look_at_shares(self) -> None:
        """Other nodes came or went, or gave shards back: take what is this node's."""
        await self._sharing.look()

    async def tick(self) -> None:
        """Start the pulls that are due."""
        for line in self.lines.values():
            line.tick()

    async def look_at_due(self) -> None:
        """Let the pulls run that were made due through another node."""
        for line in list(self.lines.values()):
            if any(puller.lease() is not None for puller in line.pullers.values()):
                for row in await self._around.store.cursors(line.row.id):
                    puller = line.pullers.get(row.shard)
                    if puller is not None and row.due_at >= (row.last_pull_at or 0):
                        puller.due_by(row.due_at)

    async def take_up(self) -> None:
        """Bring the lines in step now, because a job or a secret has changed.

        Sends in flight are waited for, but not here for longer than ``PATIENCE_S``: then it goes
        on by itself. Raises OperatorError when the jobs cannot be read.
        """
        task = asyncio.create_task(self.reconcile(), name="take up")
        self._taking_up.add(task)
        task.add_done_callback(self._taking_up.discard)
        await asyncio.wait([task], timeout=PATIENCE_S)
        if task.done():
            task.result()

    async def reconcile(self) -> None:
        """Bring the running lines in step with the stored jobs."""
        async with self._lock:
            if not self._drain:
                await self._bring_in_step()
                return
            leaving = asyncio.create_task(self._sharing.leave(), name="leave")
            try:
                await self._bring_in_step()
            finally:
                await leaving

    async def _bring_in_step(self) -> None:
        rows = {row.id: row for row in await self._jobs()}
        gone = [job_id for job_id in self.lines if job_id not in rows]
        for job_id in gone:
            await self._end(job_id)
        changed = bool(gone)
        for row in rows.values():
            line = self.lines.get(row.id)
            if line is None or self._signatures.get(row.id) != self._signature(row, line):
                line = await self._rebuild(row)
                self._signatures[row.id] = self._signature(row, line)
                changed = True
        if changed:
            keys = [key for line in self.lines.values() for key in line.lease_keys()]
            await self._sharing.want(keys)
            for line in self.lines.values():
                line.ring()

    async def _hand_over(self, key: LeaseKey) -> None:
        """End what is under way in a shard, in a line that is being stopped too."""
        line = self.lines.get(key.job_id) or self._ending.get(key.job_id)
        if line is not None:
            await line.hand_over(key)

    async def _jobs(self) -> tuple[JobRow, ...]:
        """The stored jobs, after the pauses that end by themselves have ended."""
        store = self._around.store
        rows = await store.jobs()
        return await store.jobs() if await end_windows(store, rows, self._around.clock()) else rows

    async def _run(self) -> None:
        while True:
            try:
                await self.reconcile()
            except OperatorError as error:
                log.warning("jobs cannot be read now: %s", error.sentence)
            await asyncio.sleep(RECONCILE_S)

    async def _rebuild(self, row: JobRow) -> Line:
        await self._end(row.id)
        if row.paused or self._hold:
            line = Line(row, job_from_text(row.document), problem=self._hold)
            self.lines[row.id] = line
            return line
        try:
            line = build_line(row, self._around)
        except OperatorError as error:
            log.warning("job=%s cannot run: %s", row.name, error.sentence)
            line = Line(row, job_from_text(row.document), problem=error.sentence)
        self.lines[row.id] = line
        self._pushers.update(line.pushers)
        line.start()
        return line

    @property
    def _hold(self) -> str:
        return self._trouble or (DRAINED if self._drain else "")

    async def _end(self, job_id: int) -> None:
        line = self.lines.pop(job_id, None)
        self._signatures.pop(job_id, None)
        if line is not None:
            self._ending[job_id] = line
            try:
                await line.stop()
            finally:
                del self._ending[job_id]
            for consumer_id in line.pushers:
                self._pushers.pop(consumer_id, None)

    def _signature(self, row: JobRow, line: Line) -> tuple[object, ...]:
        """What a line depends on: when this differs, it is built anew, and only then."""
        return (
            self._hold,
            row.revision,
            row.paused,
            row.push_shards,
            tuple((one.id, one.paused, one.removed_at) for one in row.consumers),
            tuple(self._secret(name) for name in sorted(line.secret_names)),
        )

    def _secret(self, name: str) -> bytes | None:
        try:
            return self._around.secrets(name)
        except OperatorError:
            return None
