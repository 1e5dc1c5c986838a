"""Runs a job's producer for one pull shard: when it is due, page by page, into the ledger.

Each page is committed, with its cursor, before the next one is asked for (design.md rules 1
and 2). A failure leaves the cursor where it was, is kept with its reason, and is tried again
after a growing wait. Not for what a page looks like: that is the producer kind's.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from msgspec import structs

from engine.consumers.port import Consumer
from engine.core.errors import OperatorError
from engine.core.expression import ExpressionFailed
from engine.core.failpoint import reach
from engine.core.record import FailedPull, IncomingRecord, PulledPage
from engine.producers.port import PageOut, Producer, PullStart
from engine.store.errors import CursorMoved, LeaseLost
from engine.store.rows import CursorRow, IngestResult, Lease

log = logging.getLogger(__name__)

LONGEST_WAIT_S = 300.0
LEAVE_GRACE_S = 20.0


class PullStore(Protocol):
    """What a puller needs of the store."""

    async def cursor(self, job_id: int, shard: str) -> CursorRow: ...

    async def ingest(
        self,
        lease: Lease,
        page: PulledPage,
        *,
        consumers: Sequence[int],
        push_shards: int,
        cursor_state: str,
        due_at: int | None,
    ) -> IngestResult: ...

    async def pull_failed(self, lease: Lease, failure: FailedPull, *, due_at: int) -> None: ...


@dataclass(frozen=True, slots=True)
class PullPlan:
    """What a job's document says of one pull shard.

    next_due: from a run's start (UTC ms) to when the next one is due (UTC ms).
    consumers: id and consumer of each that gets deliveries.
    """

    job_id: int
    job: str
    shard: str
    vars: Mapping[str, Any]
    push_shards: int
    interval_s: float
    next_due: Callable[[int], int]
    consumers: tuple[tuple[int, Consumer, bool], ...]


class Puller:
    """Pulls one shard of one job on this node.

    turn: held from asking for a page to storing it, so that a re-pull of the same shard never
        stores an answer that is older than what came in meanwhile.
    lease: of the shard if something may begin in it. held: also while it is being given back, to
        store what is under way.
    """

    def __init__(
        self,
        plan: PullPlan,
        producer: Producer,
        store: PullStore,
        lease: Callable[[], Lease | None],
        *,
        held: Callable[[], Lease | None] | None = None,
        came_in: Callable[[int], None],
        clock: Callable[[], int],
        rng: random.Random,
    ) -> None:
        self.plan = plan
        self.producer = producer
        self.turn = asyncio.Lock()
        self._store = store
        self.lease = lease
        self.held = held or lease
        self._came_in = came_in
        self._clock = clock
        self._rng = rng
        self._stopping = False
        self._running: asyncio.Task[None] | None = None
        self._token = 0
        self.due_at: int | None = None
        self.problem = ""
        self.last_good_at: int | None = None
        self.last_pull_at: int | None = None

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._running is not None and not self._running.done()

    def tick(self) -> None:
        """Start a run if one is due and none is under way."""
        if self.running or self._stopping or (lease := self.lease()) is None:
            return
        if lease.token != self._token:  # meanwhile another node may have pulled
            self._token, self.due_at = lease.token, None
        if self.due_at is None or self.due_at <= self._clock():
            self._running = asyncio.create_task(self._run(), name=f"pull {self.plan.job}")

    def run_now(self) -> None:
        """Make the next run due at once."""
        if (lease := self.lease()) is not None:
            self._token = lease.token
        self.due_by(self._clock())
        self.tick()

    def due_by(self, at: int) -> None:
        """Make the next run due then (UTC ms) unless it is earlier."""
        if self.due_at is None or at < self.due_at:
            self.due_at = at

    async def leave(self) -> None:
        """End after the page in hand, stored, in a shard nothing may begin in any more.

        A page that is not there in time is dropped; the shard's next owner asks for it again.
        """
        task = self._running
        if task is not None:
            _, late = await asyncio.wait([task], timeout=LEAVE_GRACE_S)
            if late:
                task.cancel()
                await asyncio.wait([task])
        async with self.turn:
            self.due_at = None

    async def stop(self) -> None:
        """End after the page in hand; an unanswered request is dropped, nothing of it is stored."""
        self._stopping = True
        task = self._running
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        lease = self.lease()
        if lease is None:
            return
        try:
            await self._pull(lease)
        except LeaseLost:
            log.warning("job=%s shard=%s lost its lease", self.plan.job, self.plan.shard)
        except CursorMoved:
            self.due_at = self._clock()
            log.info("job=%s shard=%s starts at its new cursor", self.plan.job, self.plan.shard)
        except OperatorError as error:
            self.problem = error.sentence
            self.due_at = self._clock() + round(self._wait_s(1) * 1000)
            log.warning("job=%s shard=%s %s", self.plan.job, self.plan.shard, error.sentence)
        except Exception:
            self.problem = "A fault in the program ended this pull; the node's log has it."
            self.due_at = self._clock() + round(self._wait_s(3) * 1000)
            log.exception("job=%s shard=%s pull failed", self.plan.job, self.plan.shard)

    async def _pull(self, lease: Lease) -> None:
        started_at = self._clock()
        row = await self._store.cursor(self.plan.job_id, self.plan.shard)
        if self.due_at is None and (due_at := self._due_at_first(row)) > started_at:
            self.due_at = due_at
            self.problem = row.problem
            return
        next_due = self.plan.next_due(started_at)
        start = PullStart(
            shard=self.plan.shard,
            vars=self.plan.vars,
            cursor=row.value,
            state=row.state,
            now=started_at,
        )
        reach("pull.before_run")
        self.last_pull_at = started_at
        pages = self.producer.pages(start)
        try:
            while True:
                if self.lease() is None:
                    return  # given back between two pages, or not trusted any more
                async with self.turn:
                    out = await anext(pages, None)
                    if out is None:
                        break
                    reach("pull.after_page")
                    if isinstance(out, FailedPull):
                        await self._failed(lease, out, row.failures + 1)
                        return
                    await self._store_page(self._still(lease), out, next_due)
        finally:
            await pages.aclose()
        self.due_at = next_due
        self.problem = ""
        self.last_good_at = self._clock()
        reach("pull.after_run")

    def _due_at_first(self, row: CursorRow) -> int:
        """When a puller that was just built runs first.

        As stored; but a job is built anew when it was edited, and then neither the old schedule
        nor the wait after a failure that may be mended now holds it back longer than the new one.
        """
        if row.last_pull_at is None:
            return row.due_at
        return min(row.due_at, self.plan.next_due(row.last_pull_at))

    def _still(self, lease: Lease) -> Lease:
        now = self.held()
        if now is None or now.token != lease.token:
            raise LeaseLost(f"pull shard {self.plan.shard} of job {self.plan.job}")
        return now

    async def _store_page(self, lease: Lease, out: PageOut, next_due: int) -> None:
        page = self.judged(out)
        result = await self._store.ingest(
            lease,
            page,
            consumers=self.consumer_ids,
            push_shards=self.plan.push_shards,
            cursor_state=out.state,
            due_at=None if page.more else next_due,
        )
        reach("pull.after_ingest")
        self.arrived(result.new)

    @property
    def consumer_ids(self) -> list[int]:
        """Those whose filters are asked."""
        return [consumer_id for consumer_id, _, _ in self.plan.consumers]

    def judged(self, out: PageOut) -> PulledPage:
        """The page, its records marked with the consumers that do not want them."""
        if any(filtered for _, _, filtered in self.plan.consumers):
            return replace(out.page, records=self._filtered(out.page.records, out.values))
        return out.page

    def arrived(self, new: int) -> None:
        """So many new versions were stored."""
        if new:
            self._came_in(new)

    def _filtered(
        self, records: Sequence[IncomingRecord], values: Sequence[Any]
    ) -> tuple[IncomingRecord, ...]:
        return tuple(
            structs.replace(record, skipped_by=self._skipped_by(record.key, value))
            for record, value in zip(records, values, strict=True)
        )

    def _skipped_by(self, key: str, value: Any) -> tuple[int, ...]:
        skipped = []
        for consumer_id, consumer, filtered in self.plan.consumers:
            if filtered:
                try:
                    if not consumer.wants(key, value):
                        skipped.append(consumer_id)
                except ExpressionFailed:
                    continue  # not skipped in silence: its push tells why it cannot be judged
        return tuple(skipped)

    async def _failed(self, lease: Lease, failure: FailedPull, failures: int) -> None:
        wait_s = max(self._wait_s(failures), failure.retry_after_s or 0.0)
        self.due_at = self._clock() + round(wait_s * 1000)
        self.problem = failure.sentence
        log.warning(
            "job=%s shard=%s page=%d pull failed kind=%s: %s",
            self.plan.job,
            self.plan.shard,
            failure.page,
            failure.kind,
            failure.sentence,
        )
        await self._store.pull_failed(self._still(lease), failure, due_at=self.due_at)

    def _wait_s(self, failures: int) -> float:
        grown = self.plan.interval_s * 2 ** min(failures - 1, 16)
        return float(min(max(grown, 1.0), LONGEST_WAIT_S) * self._rng.uniform(0.8, 1.2))
