"""Re-pulls a stretch of a source through a job's producer, beside its live pull.

The live cursor is left alone: how far the re-pull has got stands with the operation. Pages of the
two take turns, so that an older answer is never stored behind a newer one. Not for who works on
an operation: ``operation_runner``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace

from engine.core.errors import NotFound, OperatorError
from engine.core.failpoint import reach
from engine.core.pace import Pace
from engine.core.record import FailedPull
from engine.producers.port import PageOut, PullStart, PullStretch
from engine.services.line import Line
from engine.services.puller import Puller
from engine.store.errors import LeaseLost
from engine.store.operation_rows import Held, OperationRow, RepulledPage, repull_note
from engine.store.rows import Lease
from engine.store.store import Store

log = logging.getLogger(__name__)

TTL_MS = 20_000
LOOK_EVERY_S = 0.5
MOST_FAILURES = 8
LONGEST_WAIT_S = 60.0
PAUSED = "The job is paused; the re-pull goes on when it is resumed."

Pages = AsyncGenerator[PageOut | FailedPull, None]


class Repull:
    """One operation of kind ``repull``, from where it stands to its end."""

    def __init__(
        self,
        held: Held,
        lines: Mapping[int, Line],
        store: Store,
        clock: Callable[[], int],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._held = held
        self._lines = lines
        self._store = store
        self._clock = clock
        self._monotonic = monotonic
        self._worked_from_s = monotonic()
        self._failures = 0
        self._pace = Pace(None, monotonic())

    async def work(self) -> None:
        """To the end. LeaseLost when it was stopped or goes on elsewhere; OperatorError: failed."""
        row = await self._store.operation(self._held.id)
        self._pace = Pace(row.per_s, self._monotonic())
        while row.ended_at is None:
            line = await self._line(row)
            await self._run(row, line, line.pullers[row.shard])
            row = await self._store.operation(self._held.id)

    async def _line(self, row: OperationRow) -> Line:
        """The job at work here; waits while it is paused or has a problem."""
        told = ""
        while True:
            line = self._lines.get(row.job_id or 0)
            if line is not None and row.shard in line.pullers:
                return line
            waits_for = await self._absent(row) if line is None else _held_back(row, line)
            if waits_for != told:
                told = waits_for
                await self._store.keep_operation(self._held, ttl_ms=TTL_MS, sentence=told)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _absent(self, row: OperationRow) -> str:
        """A job that is just built anew has no line for a moment; a deleted one has none again."""
        if row.job_id not in {one.id for one in await self._store.jobs()}:
            raise NotFound(f'The job "{row.job}" was deleted.')
        return ""

    async def _run(self, row: OperationRow, line: Line, puller: Puller) -> None:
        """Go on with the shard in hand until it is done, a page failed, or the job changed."""
        live = await self._store.cursor(puller.plan.job_id, row.shard)
        start = PullStart(
            shard=row.shard,
            vars=puller.plan.vars,
            cursor=row.cursor_at,
            state=row.cursor_state or live.state,
            now=self._clock(),
            stretch=PullStretch(row.since, row.until),
        )
        pages = puller.producer.pages(start)
        try:
            more = True
            while more and self._lines.get(puller.plan.job_id) is line:
                async with puller.turn:
                    more = await self._page(pages, row, line, puller)
                await asyncio.sleep(self._pace.wait_s(self._monotonic()))
        finally:
            await pages.aclose()

    async def _page(self, pages: Pages, row: OperationRow, line: Line, puller: Puller) -> bool:
        """Ask for a page and keep it; whether the run goes on."""
        if puller.lease() is None:
            raise _lost(puller)
        out = await anext(pages)
        if self._lines.get(puller.plan.job_id) is not line:
            return False  # a live pull may have begun meanwhile: this answer may be the older one
        if isinstance(out, FailedPull):
            await self._failed(out, _held(puller))
            return False
        self._failures = 0
        reach("repull.after_page")
        now_s = self._monotonic()
        note = repull_note(row.id)
        page = puller.judged(out)
        result = await self._store.commit_repulled(
            self._held,
            _held(puller),
            RepulledPage(
                replace(page, note=f"{note} {page.note}".rstrip()),
                out.state,
                puller.consumer_ids,
                out.share,
                _next_shard(row),
                round((now_s - self._worked_from_s) * 1000),
            ),
            ttl_ms=TTL_MS,
        )
        reach("repull.after_commit")
        self._worked_from_s = now_s
        self._pace.done(len(page.records), self._monotonic())
        puller.arrived(result.new)
        return page.more

    async def _failed(self, failure: FailedPull, lease: Lease) -> None:
        note = repull_note(self._held.id)
        await self._store.repull_failed(lease, replace(failure, note=note))
        self._failures += 1
        log.warning("operation=%d page failed: %s", self._held.id, failure.sentence)
        if self._failures >= MOST_FAILURES:
            raise OperatorError(failure.sentence)
        wait_s = max(min(LONGEST_WAIT_S, 2.0**self._failures), failure.retry_after_s or 0.0)
        await self._store.keep_operation(self._held, ttl_ms=TTL_MS, sentence=failure.sentence)
        self._pace.hold(wait_s, self._monotonic())


def _held_back(row: OperationRow, line: Line) -> str:
    """Why the line does not pull now. OperatorError where it never will."""
    if line.row.paused:
        return PAUSED
    if not line.problem:
        raise OperatorError(f'The job has no pull shard "{row.shard}" any more.')
    return line.problem


def _held(puller: Puller) -> Lease:
    lease = puller.held()
    if lease is None:
        raise _lost(puller)
    return lease


def _lost(puller: Puller) -> LeaseLost:
    return LeaseLost(f"pull shard {puller.plan.shard} of job {puller.plan.job}")


def _next_shard(row: OperationRow) -> str | None:
    after = row.shards[row.shards.index(row.shard) + 1 :]
    return after[0] if after else None
