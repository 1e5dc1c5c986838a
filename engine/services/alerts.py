"""Evaluates the alerts of the jobs at work on this node, and hands over what there is to tell.

Every ``EVERY_S`` each job that is not paused is judged by the node that holds its first pull
shard. How alerts stand is kept in the database, with what is still owed to the channels: a restart
tells nothing twice, and of several nodes that judge at once only the one whose write came first
tells. What one pass has to tell of many jobs goes over a channel as one message.
Not for when something is told (``core.alerting``) nor for sending it (``services.outbox``).
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from engine.core.alerting import (
    AlertKey,
    Change,
    Evaluation,
    Facts,
    Message,
    News,
    Rule,
    evaluate,
    merged,
    messages,
)
from engine.core.breaker import BreakerState
from engine.core.errors import OperatorError
from engine.core.expression import Expression, Names
from engine.core.fields import duration_ms
from engine.services.line import Line
from engine.services.loop import Loop
from engine.store.alerts import AlertRow, AlertWrite, alert_id
from engine.store.rows import ConsumerRow, CursorRow, JobStatus, Lease, LeaseKey, WorkKind

log = logging.getLogger(__name__)

EVERY_S = 5.0


class AlertStore(Protocol):
    """What alerts need of the store."""

    async def status(self, job_id: int | None = None) -> Sequence[JobStatus]: ...

    async def cursors(self, job_id: int) -> Sequence[CursorRow]: ...

    async def alerts_of(self, job_id: int) -> Sequence[AlertRow]: ...

    async def write_alerts(self, job_id: int, writes: Sequence[AlertWrite]) -> list[bool]: ...

    async def alerts_told(self, alert_ids: Sequence[int]) -> None: ...


class Alerts:
    """The alerts of all jobs of a node.

    lines: the running jobs by id, as they are now. lease: the lease of a shard if it is ours.
    tell: takes a message for a channel and returns at once. clock: UTC ms.
    """

    def __init__(
        self,
        store: AlertStore,
        lines: Mapping[int, Line],
        lease: Callable[[LeaseKey], Lease | None],
        tell: Callable[[str, Message], None],
        *,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._lines = lines
        self._lease = lease
        self._tell = tell
        self._clock = clock
        self._underway: Counter[int] = Counter()
        self._caught_up: dict[int, int] = {}
        self._complained: set[tuple[int, str]] = set()
        self._loop = Loop("alerts", self._run)

    def start(self) -> None:
        """Start evaluating."""
        self._loop.start()

    async def stop(self) -> None:
        """End; what was handed over is not taken back."""
        await self._loop.stop()

    async def evaluate(self) -> None:
        """Judge every job once; OperatorError when the store cannot be asked now."""
        for job_id in self._caught_up.keys() - self._lines.keys():
            del self._caught_up[job_id]
        lines = [line for line in list(self._lines.values()) if self._judged_here(line)]
        if not lines:
            return
        statuses = {status.job_id: status for status in await self._store.status()}
        told: list[tuple[str, Message]] = []
        for line in lines:
            if (status := statuses.get(line.row.id)) is not None:
                cursors = await self._store.cursors(line.row.id)
                silent_s = source_silent_s(line, cursors, self._holds, self._clock())
                told += await self._judge(line, facts_of(line, status, silent_s, self._clock()))
        for channel, message in merged(told):
            log.info("channel=%s %s", channel, message.text.replace("\n", " "))
            self._underway.update(message.alerts)
            self._tell(channel, message)

    async def sent(self, message: Message) -> None:
        """A message went out, or was given up: what it told is owed no more."""
        self._underway.subtract(message.alerts)
        done = [id_ for id_ in message.alerts if self._underway[id_] <= 0]
        for id_ in done:
            del self._underway[id_]
        if done:
            await self._store.alerts_told(done)

    async def _judge(self, line: Line, facts: Sequence[Facts]) -> list[tuple[str, Message]]:
        job_id, now = line.row.id, self._clock()
        rows = {row.key: row for row in await self._store.alerts_of(job_id)}
        judged = evaluate(
            _rules(line),
            facts,
            {key: row.standing for key, row in rows.items()},
            resting=frozenset(one.name for one in _consumers(line) if one.paused),
            now=now,
        )
        for failed in judged.undecided:
            if (job_id, failed.expression) not in self._complained:
                self._complained.add((job_id, failed.expression))
                log.warning("job=%s an alert cannot be judged: %s", line.row.name, failed.sentence)
        writes = _writes(rows, judged, now)
        done = await self._store.write_alerts(job_id, writes) if writes else []
        ours = {one.key for one, was_kept in zip(writes, done, strict=True) if was_kept}
        changes = [change for change in judged.changes if change.key in ours]
        token = self._token(line)  # of another one before us something may be owed still
        if self._caught_up.get(job_id) != token:
            self._caught_up[job_id] = token
            waiting = [row for row in rows.values() if not self._underway[row.id]]
            changes += _owed(waiting, {change.key for change in judged.changes})
        ids = {change.key: alert_id(job_id, change.key) for change in changes}
        return list(messages(line.row.name, changes, ids))

    def _judged_here(self, line: Line) -> bool:
        if line.row.paused or not line.job.alerts:
            return False
        if line.problem:
            return True  # it holds no shards anywhere, and that is worth an alert
        first = next(iter(line.pullers), None)
        return first is not None and self._holds(line, first)

    def _token(self, line: Line) -> int:
        """Of the lease by which this node judges the job; 0 for one that cannot run."""
        first = next(iter(line.pullers), "")
        lease = self._lease(LeaseKey(line.row.id, WorkKind.PULL, first))
        return 0 if lease is None else lease.token

    def _holds(self, line: Line, shard: str) -> bool:
        return self._lease(LeaseKey(line.row.id, WorkKind.PULL, shard)) is not None

    async def _run(self) -> None:
        while True:
            try:
                await self.evaluate()
            except OperatorError as error:
                log.warning("alerts wait: %s", error.sentence)
            await asyncio.sleep(EVERY_S)


def _writes(rows: Mapping[AlertKey, AlertRow], judged: Evaluation, now: int) -> list[AlertWrite]:
    """What is to be kept of a judgement; open alerts whose rule or consumer is gone are ended."""
    changes = {change.key: change for change in judged.changes}
    writes = []
    for key, standing in judged.standings.items():
        row, change = rows.get(key), changes.get(key)
        if row is None or row.standing != standing or change is not None:
            facts = change.facts.names() if change else (row.facts if row else {})
            owed = change.news.value if change else (row.owed if row else "")
            ended = None if standing.open else (row and row.resolved_at) or now
            writes.append(AlertWrite(key, row.revision if row else 0, standing, ended, facts, owed))
    for key, row in rows.items():
        if row.standing.open and key not in judged.standings:
            ended_standing = replace(row.standing, open=False, calm_since=now)
            writes.append(AlertWrite(key, row.revision, ended_standing, now, row.facts, ""))
    return writes


def _owed(rows: Iterable[AlertRow], told: Set[AlertKey]) -> list[Change]:
    """What an earlier run of a node, this one or another, did not get out."""
    return [
        Change(News(row.owed), row.key, Facts.of_names(row.key.consumer, row.facts))
        for row in rows
        if row.owed and row.key not in told
    ]


def facts_of(line: Line, status: JobStatus, silent_s: float | None, now: int) -> tuple[Facts, ...]:
    """The numbers of every consumer at work; one without a name if there is none."""
    counted = {one.consumer_id: one for one in status.consumers}
    facts = []
    for row in _consumers(line):
        if row.paused or row.id not in counted:
            continue
        counts, oldest = counted[row.id].counts, counted[row.id].oldest_unsynced_at
        pusher = line.pushers.get(row.id)
        facts.append(
            Facts(
                consumer=row.name,
                failed=counts.dead,
                unsynced=counts.unsynced,
                lag_s=0.0 if oldest is None else max(0.0, (now - oldest) / 1000),
                source_silent_s=silent_s,
                # half open counts too, or an outage would be told anew at every trial request
                breaker_open=pusher is not None and pusher.breaker.state is not BreakerState.CLOSED,
            )
        )
    return tuple(facts) or (Facts("", 0, 0, 0.0, silent_s, False),)


def source_silent_s(
    line: Line, cursors: Sequence[CursorRow], holds: Callable[[Line, str], bool], now: int
) -> float | None:
    """Seconds since the last good page of the pull shard that is silent longest.

    None until each shard this node holds has been asked since the job was started or changed: the
    time in which nobody asked is no silence of the source.
    """
    rows = {row.shard: row for row in cursors}
    since = now
    for shard in line.job.producer.pull_shards():
        row, puller = rows.get(shard.name), line.pullers.get(shard.name)
        good_at = row.last_good_at if row is not None else None
        if puller is not None and holds(line, shard.name):
            good_at = max((at for at in (good_at, puller.last_good_at) if at), default=None)
            asked_at = puller.last_pull_at
            runs_well = good_at is not None and asked_at is not None and good_at >= asked_at
            if puller.due_at is None and not runs_well:
                return None
        since = min(since, line.row.created_at if good_at is None else good_at)
    return (now - since) / 1000


def _consumers(line: Line) -> list[ConsumerRow]:
    return [row for row in line.row.consumers if row.removed_at is None]


def _rules(line: Line) -> tuple[Rule, ...]:
    return tuple(
        Rule(_condition(alert.when), alert.to, duration_ms(alert.repeat))
        for alert in line.job.alerts
    )


@lru_cache(maxsize=1024)
def _condition(text: str) -> Expression:
    return Expression.compile(text, Names.ALERT, condition=True)
