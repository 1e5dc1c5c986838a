"""Live numbers as the control API gives them: status of every consumer, and series for graphs.

Totals come from the counters in the database; rates and short windows from the meters of this
node's lines. Nothing here counts rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.api.wire import (
    ConsumerStatusShape,
    JobStatusShape,
    NodeTroubleShape,
    SeriesShape,
    StatusShape,
)
from engine.core.errors import NotFound
from engine.node.graphs import from_counters, from_seconds, span_of
from engine.operations.explain import Holding
from engine.operations.jobs import consumer_of
from engine.services.happening import Facts, Target, happening
from engine.services.line import Line
from engine.services.meter import WINDOW_S, Meter, Second
from engine.services.pusher import Pusher
from engine.services.settler import Settler
from engine.services.supervisor import Supervisor
from engine.store.rows import ConsumerStatus, JobRow, JobStatus
from engine.store.store import Store

SPARK_S = 60
ERROR_FRESH_MS = 60_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class _Day:
    """What was counted today, from minute ``since`` to before ``until``."""

    since: int
    until: int
    delivered: int = 0
    pulls: int = 0

    def with_more(self, happened: Mapping[str, int], until: int) -> _Day:
        """The same day with what happened up to ``until``."""
        return _Day(
            self.since,
            until,
            self.delivered + happened.get("delivered", 0),
            self.pulls + happened.get("pulls", 0),
        )


class Live:
    """Status and series of one node."""

    def __init__(
        self,
        store: Store,
        supervisor: Supervisor,
        settler: Settler,
        producing: bool,
        clock: Callable[[], int],
        trouble: Callable[[], NodeTroubleShape | None] = lambda: None,
    ) -> None:
        self._trouble = trouble
        self._store = store
        self._supervisor = supervisor
        self._settler = settler
        self._producing = producing
        self._clock = clock
        self._day = _Day(0, 0)

    async def status(self) -> StatusShape:
        """Every job and consumer."""
        rows = {row.id: row for row in await self._store.jobs()}
        now = self._clock()
        jobs = [
            self._job(rows[status.job_id], status, now)
            for status in await self._store.status()
            if status.job_id in rows
        ]
        synced, pulls = await self._today(now)
        return StatusShape(
            now=now,
            jobs=tuple(jobs),
            synced_today=synced,
            pulls_today=pulls,
            trouble=self._trouble(),
        )

    async def series(
        self, window_s: float, job: str | None, consumer: str | None = None
    ) -> SeriesShape:
        """The last ``window_s`` seconds of one job or of all, or of one consumer of a job."""
        row = None if job is None else await self._store.job(job)
        consumer_id = None if row is None or consumer is None else consumer_of(row, consumer).id
        now = self._clock()
        of_seconds = window_s <= WINDOW_S
        span = span_of(now, window_s + (MINUTE_MS / 1000 if of_seconds else 0))
        samples = await self._store.samples(
            span.since,
            span.until,
            span.step,
            job_id=None if row is None else row.id,
            consumer_id=consumer_id,
        )
        if not of_seconds:
            return from_counters(now, span, samples, of_consumer=consumer_id is not None)
        lines = [
            line for line in self._supervisor.lines.values() if row is None or line.row.id == row.id
        ]
        pushers = [
            pusher
            for line in lines
            for id_, pusher in line.pushers.items()
            if consumer_id is None or id_ == consumer_id
        ]
        return from_seconds(
            now,
            int(window_s),
            pulled=_seconds(now, int(window_s), (line.meter for line in lines)),
            pushed=_seconds(now, int(window_s), (pusher.meter for pusher in pushers)),
            span=span,
            samples=samples,
            known_since=max((pusher.meter.since for pusher in pushers), default=now),
            of_consumer=consumer_id is not None,
        )

    def holding(self, job: str, consumer: str) -> Holding:
        """What holds a consumer back now; NotFound for an unknown job."""
        line = next((one for one in self._supervisor.lines.values() if one.row.name == job), None)
        if line is None:
            return Holding(running=False)
        row = next((one for one in line.row.consumers if one.name == consumer), None)
        if row is None:
            raise NotFound(f'The job "{job}" has no consumer "{consumer}".')
        pusher = line.pushers.get(row.id)
        known = Holding(
            job_paused=line.row.paused,
            consumer_paused=row.paused,
            consumer_removed=row.removed_at is not None,
            running=self._producing and not line.problem,
            problem=line.problem if self._producing else "",
            store_problem=self._settler.problem,
        )
        return known if pusher is None else _with_pusher(known, pusher, line, self._clock())

    async def _today(self, now: int) -> tuple[int, int]:
        midnight = (
            datetime.fromtimestamp(now / 1000)
            .astimezone()
            .replace(hour=0, minute=0, second=0, microsecond=0)
        )
        since, until = int(midnight.timestamp()) // 60, now // MINUTE_MS
        if self._day.since != since or self._day.until > until:
            self._day = _Day(since, since)
        if self._day.until < until:  # the minutes that are over, once
            happened = await self._store.happened(self._day.until, until)
            self._day = self._day.with_more(happened, until)
        day = self._day.with_more(await self._store.happened(until, until + 1), until)
        return day.delivered, day.pulls

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
            paused_until=row.paused_until,
            pause_reason=row.pause_reason,
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
        pausing = row if row.paused else consumer_row
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
            pause_reason=pausing.pause_reason,
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
            paused_until=pausing.paused_until,
            pause_reason=pausing.pause_reason,
            in_per_s=line.meter.rate(now, "pulled") if line else 0.0,
            out_per_s=out_per_s,
            failed_per_s=failed_per_s,
            lag_s=lag_s,
            health=health.value,
            happening=sentence,
            spark=_spark(meter, now),
        )


def _with_pusher(known: Holding, pusher: Pusher, line: Line, now: int) -> Holding:
    """The same with what the consumer's pusher knows."""
    retry_in_s = pusher.retry_in_s
    name = next(one.name for one in line.row.consumers if one.id == pusher.plan.consumer_id)
    return replace(
        known,
        store_problem=known.store_problem or pusher.problem,
        breaker=pusher.breaker.reason,
        breaker_retry_at=None if retry_in_s is None else now + round(retry_in_s * 1000),
        rate=(_rate_limit(line, name) or "") if pusher.rate_wait_s > 0 else "",
        batch_wait_s=pusher.batch_wait_left_s,
        claimed=pusher.ready,
        in_flight=pusher.sending if pusher.sending >= pusher.plan.concurrency else 0,
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
