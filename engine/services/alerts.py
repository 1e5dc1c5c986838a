"""Evaluates the alerts of the jobs at work on this node, and hands over what there is to tell.

Every ``EVERY_S`` each job that is not paused is judged by the node that holds its first pull
shard, so that several nodes tell a thing once. How alerts stand is kept in memory: after a restart
what is still open is told as new, and what ended meanwhile is not told.
Not for when something is told (``core.alerting``) nor for sending it (``services.outbox``).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from engine.core.alerting import (
    AlertKey,
    Facts,
    Message,
    Rule,
    Standing,
    evaluate,
    messages,
)
from engine.core.breaker import BreakerState
from engine.core.errors import OperatorError
from engine.core.expression import Expression, Names
from engine.core.fields import duration_ms
from engine.services.line import Line
from engine.services.loop import Loop
from engine.store.rows import ConsumerRow, CursorRow, JobStatus, Lease, LeaseKey, WorkKind

log = logging.getLogger(__name__)

EVERY_S = 5.0


class AlertStore(Protocol):
    """What alerts need of the store."""

    async def status(self, job_id: int | None = None) -> Sequence[JobStatus]: ...

    async def cursors(self, job_id: int) -> Sequence[CursorRow]: ...


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
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._lines = lines
        self._lease = lease
        self._tell = tell
        self._clock = clock
        self._monotonic = monotonic
        self._standings: dict[int, Mapping[AlertKey, Standing]] = {}
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
        self._forget_the_gone()
        lines = [line for line in list(self._lines.values()) if self._judged_here(line)]
        if not lines:
            return
        statuses = {status.job_id: status for status in await self._store.status()}
        for line in lines:
            if (status := statuses.get(line.row.id)) is not None:
                cursors = await self._store.cursors(line.row.id)
                silent_s = source_silent_s(line, cursors, self._holds, self._clock())
                self._judge(line, facts_of(line, status, silent_s, self._clock()))

    def _judge(self, line: Line, facts: Sequence[Facts]) -> None:
        job_id = line.row.id
        judged = evaluate(
            _rules(line),
            facts,
            self._standings.get(job_id, {}),
            resting=frozenset(one.name for one in _consumers(line) if one.paused),
            now=round(self._monotonic() * 1000),
        )
        self._standings[job_id] = judged.standings
        for failed in judged.undecided:
            if (job_id, failed.expression) not in self._complained:
                self._complained.add((job_id, failed.expression))
                log.warning("job=%s an alert cannot be judged: %s", line.row.name, failed.sentence)
        for channel, message in messages(line.row.name, judged.changes):
            log.info("job=%s channel=%s %s", line.row.name, channel, message.text)
            self._tell(channel, message)

    def _judged_here(self, line: Line) -> bool:
        if line.row.paused or not line.job.alerts:
            return False
        if line.problem:
            return True  # it holds no shards anywhere, and that is worth an alert
        first = next(iter(line.pullers), None)
        return first is not None and self._holds(line, first)

    def _holds(self, line: Line, shard: str) -> bool:
        return self._lease(LeaseKey(line.row.id, WorkKind.PULL, shard)) is not None

    def _forget_the_gone(self) -> None:
        for job_id in [one for one in self._standings if one not in self._lines]:
            del self._standings[job_id]

    async def _run(self) -> None:
        while True:
            try:
                await self.evaluate()
            except OperatorError as error:
                log.warning("alerts wait: %s", error.sentence)
            await asyncio.sleep(EVERY_S)


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
