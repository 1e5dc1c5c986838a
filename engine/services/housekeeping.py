"""Slow work beside the traffic, in small blocks: retention, samples, filling up new consumers.

Each block is a short transaction; between two blocks the writer is free (traps.md, "Stores").
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from engine.core.errors import OperatorError
from engine.core.expression import ExpressionFailed
from engine.core.failpoint import reach
from engine.core.json_value import BadJson, decode_json
from engine.operations.document import job_from_text
from engine.services.line import Line
from engine.services.loop import Loop
from engine.services.supervisor import Supervisor
from engine.store.rows import ConsumerRow
from engine.store.store import Store

log = logging.getLogger(__name__)

BLOCK = 500
BREATH_S = 0.02
RETENTION_EVERY_S = 60.0
SAMPLES_EVERY_S = 60.0
BACKFILL_EVERY_S = 1.0
TIDY_EVERY_S = 10.0
"""The node a job was changed through sees to what is left to do; this is for one that dies."""
FREE_PAGES = 200
DAY_MS = 24 * 60 * 60 * 1000


class Housekeeping:
    """Retention, samples and backfill of all jobs of a node."""

    def __init__(self, store: Store, supervisor: Supervisor, clock: Callable[[], int]) -> None:
        self._store = store
        self._supervisor = supervisor
        self._clock = clock
        self._forgot_at = 0
        self._loops = [
            Loop("retention", lambda: _every(RETENTION_EVERY_S, self.retain)),
            Loop("samples", lambda: _every(SAMPLES_EVERY_S, self.tidy_samples)),
            Loop("backfill", lambda: _every(BACKFILL_EVERY_S, self.backfill)),
            Loop("tidy", lambda: _every(TIDY_EVERY_S, self._store.tidy)),
        ]

    def start(self) -> None:
        """Start the loops."""
        for loop in self._loops:
            loop.start()

    async def stop(self) -> None:
        """End after the block in hand."""
        for loop in self._loops:
            await loop.stop()

    async def retain(self) -> int:
        """Apply every job's retention once; rows touched."""
        total = 0
        now = self._clock()
        forget = now - self._forgot_at >= DAY_MS
        for row in await self._store.jobs():
            if not self._supervisor.leads(row.id):
                continue
            retention = job_from_text(row.document).retention
            now = self._clock()
            if forget:
                self._forgot_at = now
                before = now - round(retention.attempts_s * 1000)
                total += await self._store.forget_lease_history(row.id, before)
            while touched := await self._store.retain(
                row.id,
                bodies_before=now - round(retention.bodies_s * 1000),
                attempts_before=now - round(retention.attempts_s * 1000),
                limit=BLOCK,
            ):
                total += touched
                await asyncio.sleep(BREATH_S)
        await self._store.forget_alerts()
        await self._give_back_space()
        return total

    async def tidy_samples(self) -> None:
        """Sum up and forget what graphs are made of."""
        more = await self._store.tidy_samples()
        while more:
            await asyncio.sleep(BREATH_S)
            more = await self._store.tidy_samples()

    async def _give_back_space(self) -> None:
        """All pages that are free, in small blocks; ends when a block has brought nothing."""
        left, before = await self._store.give_back_space(FREE_PAGES), -1
        while left not in (0, before):
            await asyncio.sleep(BREATH_S)
            left, before = await self._store.give_back_space(FREE_PAGES), left

    async def backfill(self) -> None:
        """Make the deliveries of records older than a consumer that starts at the beginning."""
        for row in await self._store.jobs():
            line = self._supervisor.lines.get(row.id)
            for consumer in row.consumers:
                wanted = consumer.backfill_to and consumer.removed_at is None
                if line is not None and wanted and self._supervisor.leads(row.id):
                    await self._fill(line, consumer)

    async def _fill(self, line: Line, consumer: ConsumerRow) -> None:
        done = False
        while not done and self._supervisor.leads(line.row.id):
            rows = await self._store.backfill_read(consumer.id, BLOCK)
            skipped = {
                record_id
                for record_id, key, payload in rows
                if not _wanted(line, consumer, key, payload)
            }
            reach("backfill.before_block")
            done = await self._store.backfill_write(
                consumer.id, [record_id for record_id, _, _ in rows], skipped
            )
            reach("backfill.after_block")
            line.ring()
            await asyncio.sleep(BREATH_S)


def _wanted(line: Line, row: ConsumerRow, key: str, payload: bytes | None) -> bool:
    if payload is None:
        return False
    judge = line.judges.get(row.id)
    if judge is None:
        return True
    try:
        return judge.wants(key, decode_json(payload))
    except (ExpressionFailed, BadJson):
        return True  # its push tells why it cannot be judged


async def _every(pause_s: float, work: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await work()
        except OperatorError as error:
            log.warning("housekeeping waits: %s", error.sentence)
        await asyncio.sleep(pause_s)
