"""Live numbers as the control API gives them: status of every consumer, and series for graphs.

Totals come from the counters in the database; rates and short windows from the meters of this
node's lines. Nothing here counts rows.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from engine.api.wire import (
    ConsumerStatusShape,
    JobStatusShape,
    SeriesShape,
    StatusShape,
)
from engine.core.errors import NotFound
from engine.node.graphs import from_counters, from_seconds
from engine.operations.explain import Holding
from engine.services.happening import Facts, Target, happening
from engine.services.line import Line
from engine.services.meter import WINDOW_S, Meter, Second
from engine.services.pusher import Pusher
from engine.services.settler import Settler
from engine.services.supervisor import Supervisor
from engine.store.rows import ConsumerStatus, JobRow, JobStatus
from engine.store.store import Store

FRESH_S = 0.3
SPARK_S = 60
ERROR_FRESH_MS = 60_000
MINUTE_MS = 60_000


class Live:
    """Status and series of one node."""

    def __init__(
        self,
        store: Store,
        supervisor: Supervisor,
        settler: Settler,
        producing: bool,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._supervisor = supervisor
        self._settler = settler
        self._producing = producing
        self._clock = clock
        self._last: tuple[float, StatusShape] | None = None

    async def status(self) -> StatusShape:
        """Every job and consumer; at most ``FRESH_S`` old."""
        if self._last is not None and time.monotonic() - self._last[0] < FRESH_S:
            return self._last[1]
        rows = {row.id: row for row in await self._store.jobs()}
        now = self._clock()
        jobs = [
            self._job(rows[status.job_id], status, now)
            for status in await self._store.status()
            if status.job_id in rows
        ]
        synced, pulls = await self._today(now)
        shape = StatusShape(now=now, jobs=tuple(jobs), synced_today=synced, pulls_today=pulls)
        self._last = (time.monotonic(), shape)
        return shape

    async def series(self, window_s: float, job: str | None) -> SeriesShape:
        """The last ``window_s`` seconds of one job, or of all."""
        row = None if job is None else await self._store.job(job)
        now = self._clock()
        if window_s <= WINDOW_S:
            lines = [
                line
                for line in self._supervisor.lines.values()
                if row is None or line.row.id == row.id
            ]
            backlog = sum(
                consumer.counts.unsynced
                for status in await self._store.status(None if row is None else row.id)
                for consumer in status.consumers
            )
            return from_seconds(
                now,
                int(window_s),
                pulled=_seconds(now, int(window_s), (line.meter for line in lines)),
                pushed=_seconds(
                    now,
                    int(window_s),
                    (pusher.meter for line in lines for pusher in line.pushers.values()),
                ),
                backlog=backlog,
            )
        until = now // MINUTE_MS
        since = until - int(window_s // 60) + 1
        counted = await self._store.series(since, until, job_id=None if row is None else row.id)
        return from_counters(now, since, until, counted)

    def holding(self, job: str, consumer: str) -> Holding:
        """What holds a consumer back now; NotFound for an unknown job."""
        line = next((one for one in self._supervisor.lines.values() if one.row.name == job), None)
        if line is None:
            return Holding(running=False)
        row = next((one for one in line.row.consumers if one.name == consumer), None)
        if row is None:
            raise NotFound(f'The job "{job}" has no consumer "{consumer}".')
        pusher = line.pushers.get(row.id)
        return Holding(
            job_paused=line.row.paused,
            consumer_paused=row.paused,
            consumer_removed=row.removed_at is not None,
            running=self._producing and not line.problem,
            breaker=pusher.breaker.reason if pusher is not None else "",
        )

    async def _today(self, now: int) -> tuple[int, int]:
        midnight = (
            datetime.fromtimestamp(now / 1000)
            .astimezone()
            .replace(hour=0, minute=0, second=0, microsecond=0)
        )
        since = int(midnight.timestamp()) // 60
        totals: dict[str, int] = defaultdict(int)
        for _, _, _, what, n in await self._store.series(since, now // MINUTE_MS):
            totals[what] += n
        return totals["delivered"], totals["pulls"]

    def _job(self, row: JobRow, status: JobStatus, now: int) -> JobStatusShape:
        line = self._supervisor.lines.get(row.id)
        pull_problem = _pull_problem(line)
        consumers = tuple(
            self._consumer(row, line, one, pull_problem, now) for one in status.consumers
        )
        lags = [one.lag_s for one in consumers if one.lag_s is not None]
        return JobStatusShape(
            job=row.name,
            state=_state(row, line, pull_problem),
            pulled=status.pulled,
            lag_s=max(lags, default=None),
            consumers=consumers,
            pull_problem=pull_problem,
            last_pull_at=_latest(one.last_pull_at for one in line.pullers.values())
            if line
            else None,
            next_pull_at=_earliest(one.due_at for one in line.pullers.values()) if line else None,
            revision=row.revision,
            description=line.job.description if line else "",
        )

    def _consumer(
        self,
        row: JobRow,
        line: Line | None,
        status: ConsumerStatus,
        pull_problem: str,
        now: int,
    ) -> ConsumerStatusShape:
        consumer_row = next(one for one in row.consumers if one.id == status.consumer_id)
        pusher = line.pushers.get(status.consumer_id) if line else None
        paused = row.paused or consumer_row.paused
        oldest = status.oldest_unsynced_at
        lag_s = None if oldest is None else max(0.0, (now - oldest) / 1000)
        meter = pusher.meter if pusher else Meter()
        out_per_s, failed_per_s = meter.rate(now, "delivered"), meter.rate(now, "failed")
        facts = Facts(
            producing=self._producing,
            paused=paused,
            job_problem=line.problem if line else "",
            pull_problem=pull_problem,
            problem=(pusher.problem if pusher else "") or self._settler.problem,
            target=_target(pusher, now),
            unsynced=status.counts.unsynced,
            failed=status.counts.dead,
            out_per_s=out_per_s,
            failed_per_s=failed_per_s,
            lag_s=lag_s,
            rate_limit=_rate_limit(line, status.consumer),
        )
        health, sentence = happening(facts)
        counts = status.counts
        return ConsumerStatusShape(
            consumer=status.consumer,
            synced=counts.delivered,
            unsynced=counts.unsynced,
            failed=counts.dead,
            skipped=counts.skipped,
            pulled=counts.pulled,
            pending=counts.pending,
            sending=counts.sending,
            retrying=counts.retrying,
            paused=paused,
            in_per_s=line.meter.rate(now, "pulled") if line else 0.0,
            out_per_s=out_per_s,
            failed_per_s=failed_per_s,
            lag_s=lag_s,
            health=health.value,
            happening=sentence,
            spark=_spark(meter, now),
        )


def _target(pusher: Pusher | None, now: int) -> Target:
    if pusher is None:
        return Target()
    fresh = now - pusher.last_error_at < ERROR_FRESH_MS
    return Target(
        pusher.breaker.state,
        pusher.retry_in_s,
        pusher.last_error if fresh else "",
        pusher.leased,
    )


def _pull_problem(line: Line | None) -> str:
    if line is None:
        return ""
    if line.problem:
        return line.problem
    return next((one.problem for one in line.pullers.values() if one.problem), "")


def _state(row: JobRow, line: Line | None, pull_problem: str) -> str:
    if row.paused:
        return "paused"
    if line is None:
        return "idle"
    return "failing" if pull_problem else "running"


def _rate_limit(line: Line | None, consumer: str) -> str | None:
    if line is None:
        return None
    return next((one.rate for one in line.job.consumers if one.name == consumer), None)


def _latest(instants: Iterable[int | None]) -> int | None:
    return max((one for one in instants if one is not None), default=None)


def _earliest(instants: Iterable[int | None]) -> int | None:
    return min((one for one in instants if one is not None), default=None)


def _seconds(now: int, window_s: int, meters: Iterable[Meter]) -> list[Second]:
    return [second for meter in meters for second in meter.seconds(now, window_s)]


def _spark(meter: Meter, now: int) -> tuple[float, ...]:
    first = now // 1000 - SPARK_S
    values = [0.0] * SPARK_S
    for second in meter.seconds(now, SPARK_S):
        if first <= second.at_s < first + SPARK_S:
            values[second.at_s - first] = float(second.delivered)
    return tuple(values)
