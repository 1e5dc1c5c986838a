"""Live numbers as the control API gives them: status of every consumer, and series for graphs.

All of the whole cluster: totals come from the counters in the database, rates and short windows
from what these grow by (``services.meter``), pulls from their cursors. Nothing here counts rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.api.wire import (
    ConsumerStatusShape,
    JobStatusShape,
    NodeTroubleShape,
    SeriesShape,
    StatusShape,
)
from engine.core.breaker import BreakerState
from engine.node.graphs import from_counters, from_seconds, span_of
from engine.node.holdings import Asked, rate_limit
from engine.node.today import Today
from engine.operations.document import Job, job_from_text
from engine.operations.jobs import consumer_of
from engine.services.doing import Doing, decoded
from engine.services.happening import Facts, Target, happening
from engine.services.limits import Limits
from engine.services.line import Line
from engine.services.meter import WINDOW_S, Meter, Meters
from engine.services.pusher import Pusher
from engine.services.settler import Settler
from engine.services.supervisor import Supervisor
from engine.store.rows import ConsumerStatus, CursorRow, JobRow, JobStatus, WorkKind
from engine.store.store import Store

SPARK_S = 60
ERROR_FRESH_MS = 60_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class _Moment:
    """What the tables know beside the counts.

    held: the nodes that pull or push for a job now. doings: what others told, by consumer id.
    """

    now: int
    held: Mapping[tuple[str, WorkKind], frozenset[str]]
    cursors: Mapping[int, Mapping[str, CursorRow]]
    doings: Mapping[str, Mapping[int, Doing]]


class Live:
    """Status and series of the cluster, as one node gives them."""

    def __init__(
        self,
        store: Store,
        supervisor: Supervisor,
        settler: Settler,
        meters: Meters,
        limits: Limits,
        asked: Asked,
        clock: Callable[[], int],
        trouble: Callable[[], NodeTroubleShape | None] = lambda: None,
    ) -> None:
        self._trouble = trouble
        self._store = store
        self._supervisor = supervisor
        self._settler = settler
        self._meters = meters
        self._limits = limits
        self._asked = asked
        self._clock = clock
        self._today = Today(store)
        self._read: dict[int, tuple[int, Job]] = {}

    async def status(self) -> StatusShape:
        """Every job and consumer."""
        await self._meters.fresh()
        rows = {row.id: row for row in await self._store.jobs()}
        moment = await self._moment()
        jobs = [
            self._job(rows[status.job_id], status, moment)
            for status in await self._store.status()
            if status.job_id in rows
        ]
        day = await self._today.so_far(moment.now)
        self._read = {id_: read for id_, read in self._read.items() if id_ in rows}
        return StatusShape(
            now=moment.now,
            jobs=tuple(jobs),
            synced_today=day.delivered,
            pulls_today=day.pulls,
            trouble=self._trouble(),
        )

    async def series(
        self, window_s: float, job: str | None, consumer: str | None = None
    ) -> SeriesShape:
        """The last ``window_s`` seconds of one job or of all, or of one consumer of a job."""
        row = None if job is None else await self._store.job(job)
        consumer_id = None if row is None or consumer is None else consumer_of(row, consumer).id
        of_seconds = window_s <= WINDOW_S
        if of_seconds:
            await self._meters.fresh()
        now = self._clock()
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
        until_s = self._meters.known_until_s
        meters = await self._meters_of(row, consumer_id)
        first_s = until_s - int(window_s)
        return from_seconds(
            until_s,
            int(window_s),
            (second for meter in meters for second in meter.since(first_s)),
            span=span,
            samples=samples,
            known_since=self._meters.known_since,
            of_consumer=consumer_id is not None,
        )

    async def _meters_of(self, row: JobRow | None, consumer_id: int | None) -> list[Meter]:
        if row is None:
            return [self._meters.of(each.id) for each in await self._store.jobs()]
        return [self._meters.of(row.id, consumer_id or 0)]

    async def _moment(self) -> _Moment:
        held: dict[tuple[str, WorkKind], frozenset[str]] = {}
        for one in await self._store.held_shards():
            place = (one.job, one.kind)
            held[place] = held.get(place, frozenset()) | {one.node}
        doings = {
            told.node: decoded(told.doing)
            for told in await self._store.doings()
            if told.node != self._asked.name
        }
        cursors: dict[int, dict[str, CursorRow]] = {}
        for row in await self._store.cursors():
            cursors.setdefault(row.job_id, {})[row.shard] = row
        return _Moment(self._clock(), held, cursors, doings)

    def _document(self, row: JobRow) -> Job:
        """The job's document, read once for each revision."""
        read = self._read.get(row.id)
        if read is None or read[0] != row.revision:
            read = self._read[row.id] = (row.revision, job_from_text(row.document))
        return read[1]

    def _job(self, row: JobRow, status: JobStatus, moment: _Moment) -> JobStatusShape:
        line = self._supervisor.lines.get(row.id)
        document = self._document(row)
        known = moment.cursors.get(row.id, {})
        names = [shard.name for shard in document.producer.pull_shards()]
        cursors = [known[name] for name in names if name in known]
        pulled = (row.name, WorkKind.PULL) in moment.held
        problem = _problem(line, pulled)
        pull_problem = problem or _pull_problem(line, cursors)
        consumers = tuple(
            self._consumer(row, line, one, pull_problem, moment) for one in status.consumers
        )
        lags = [one.lag_s for one in consumers if one.lag_s is not None]
        return JobStatusShape(
            job=row.name,
            state=_state(row, pulled or line is not None, pull_problem),
            pulled=status.pulled,
            lag_s=max(lags, default=None),
            consumers=consumers,
            pull_problem=pull_problem,
            paused_until=row.paused_until,
            pause_reason=row.pause_reason,
            last_pull_at=_latest(one.last_pull_at for one in cursors),
            next_pull_at=_earliest(one.due_at for one in cursors)
            if pulled or (line is not None and line.pullers)
            else None,
            revision=row.revision,
            description=document.description,
        )

    def _consumer(
        self,
        row: JobRow,
        line: Line | None,
        status: ConsumerStatus,
        pull_problem: str,
        moment: _Moment,
    ) -> ConsumerStatusShape:
        now = moment.now
        consumer_row = next(one for one in row.consumers if one.id == status.consumer_id)
        pusher = line.pushers.get(status.consumer_id) if line else None
        nodes = moment.held.get((row.name, WorkKind.PUSH), frozenset())
        others = [
            doing
            for node in nodes & moment.doings.keys()
            if (doing := moment.doings[node].get(status.consumer_id)) is not None
        ]
        paused = row.paused or consumer_row.paused
        pausing = row if row.paused else consumer_row
        oldest = status.oldest_unsynced_at
        lag_s = None if oldest is None else max(0.0, (now - oldest) / 1000)
        place = (row.id, status.consumer_id)
        out_per_s = self._meters.rate(*place, "delivered")
        failed_per_s = self._meters.rate(*place, "failed")
        facts = Facts(
            producing=self._asked.producing or bool(nodes),
            paused=paused,
            job_problem=_problem(line, bool(nodes)),
            pull_problem=pull_problem,
            problem=(pusher.problem if pusher else "")
            or self._settler.problem
            or next((one.problem for one in others if one.problem), ""),
            target=self._target(row, status.consumer_id, pusher, others, bool(nodes), now),
            unsynced=status.counts.unsynced,
            failed=status.counts.dead,
            out_per_s=out_per_s,
            failed_per_s=failed_per_s,
            lag_s=lag_s,
            rate_limit=rate_limit(self._document(row), status.consumer),
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
            in_per_s=self._meters.rate(row.id, 0, "pulled"),
            out_per_s=out_per_s,
            failed_per_s=failed_per_s,
            lag_s=lag_s,
            health=health.value,
            happening=sentence,
            spark=self._spark(*place),
        )

    def _target(
        self,
        row: JobRow,
        consumer_id: int,
        pusher: Pusher | None,
        others: Iterable[Doing],
        held: bool,
        now: int,
    ) -> Target:
        """The target as all nodes that serve the consumer know it."""
        last_error = _last_error(pusher, others, now)
        if pusher is not None:
            state = pusher.breaker.state
            why = pusher.breaker.reason if state is BreakerState.OPEN else ""
            return Target(state, pusher.retry_in_s, last_error or why, held)
        alone = self._limits.let_alone(consumer_id, row.revision)
        if alone is None:
            return Target(last_error=last_error, leased=held)
        if alone.retry_at is None:
            return Target(alone.state, last_error=last_error, leased=held)
        retry_in_s = max(0.0, (alone.retry_at - now) / 1000)
        return Target(alone.state, retry_in_s, last_error or alone.reason, held)

    def _spark(self, job_id: int, consumer_id: int) -> tuple[float, ...]:
        first_s = self._meters.known_until_s - SPARK_S
        values = [0.0] * SPARK_S
        for second in self._meters.of(job_id, consumer_id).since(first_s):
            if second.at_s < first_s + SPARK_S:
                values[second.at_s - first_s] = second.delivered
        return tuple(values)


def _last_error(pusher: Pusher | None, others: Iterable[Doing], now: int) -> str:
    """The last failure on any node, "" when it is long ago."""
    errors = [(one.last_error_at, one.last_error) for one in others]
    if pusher is not None:
        errors.append((pusher.last_error_at, pusher.last_error))
    at, sentence = max(errors, default=(0, ""))
    return sentence if now - at < ERROR_FRESH_MS else ""


def _problem(line: Line | None, held: bool) -> str:
    """Why the job cannot run, unless some node runs it all the same."""
    return "" if line is None or held else line.problem


def _pull_problem(line: Line | None, cursors: Iterable[CursorRow]) -> str:
    """What the pulls of this node met last, or what was stored of any node's."""
    pullers = line.pullers if line is not None else {}
    for row in cursors:
        puller = pullers.get(row.shard)
        ours = puller is not None and puller.lease() is not None
        problem = puller.problem if puller is not None and ours else row.problem
        if problem:
            return problem
    return ""


def _state(row: JobRow, works: bool, pull_problem: str) -> str:
    if row.paused:
        return "paused"
    if not works:
        return "idle"
    return "failing" if pull_problem else "running"


def _latest(instants: Iterable[int | None]) -> int | None:
    return max((one for one in instants if one is not None), default=None)


def _earliest(instants: Iterable[int]) -> int | None:
    return min(instants, default=None)
