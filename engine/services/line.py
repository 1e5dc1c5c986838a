"""One job at work on this node: its pullers and pushers, built from the job document.

Built anew when the document changes. Not for deciding which jobs run: that is the supervisor's.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import assert_never

from apscheduler.triggers.cron import CronTrigger

from engine.consumers.kinds import Consumer as ConsumerFields
from engine.consumers.kinds import build_consumer, uses_vars
from engine.consumers.port import Consumer
from engine.core.fields import rate_per_s
from engine.core.job import Cron, Every, Schedule
from engine.http.client import HttpClient
from engine.operations.document import Job, job_from_text
from engine.operations.jobs import secret_names
from engine.producers.kinds import build_producer
from engine.services.as_sent import AsSent
from engine.services.by_shard import ByShard
from engine.services.leaser import Leaser
from engine.services.limits import Limits, OwnLimits
from engine.services.puller import Puller, PullPlan
from engine.services.push_plan import PushPlan
from engine.services.pusher import Pusher
from engine.services.settler import Settler
from engine.services.verdicts import Policy
from engine.store.rows import ConsumerRow, JobRow, LeaseKey, WorkKind
from engine.store.store import Store


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every line of a node shares."""

    store: Store
    http: HttpClient
    secrets: Callable[[str], bytes]
    leaser: Leaser
    settler: Settler
    clock: Callable[[], int]
    rng: random.Random
    limits: Limits = field(default_factory=OwnLimits)


@dataclass(slots=True)
class Line:
    """A running job.

    judges: by consumer id, those whose filter says which records they want.
    secret_names: what it was built with.
    problem: why it could not be built, "" when it could.
    """

    row: JobRow
    job: Job
    pullers: dict[str, Puller] = field(default_factory=dict)
    pushers: dict[int, Pusher] = field(default_factory=dict)
    judges: dict[int, Consumer] = field(default_factory=dict)
    problem: str = ""
    secret_names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.secret_names = secret_names(self.job)

    def lease_keys(self) -> list[LeaseKey]:
        """The shards this job's work is made of."""
        if self.problem:
            return []
        pulls = [LeaseKey(self.row.id, WorkKind.PULL, shard) for shard in self.pullers]
        pushes = [
            LeaseKey(self.row.id, WorkKind.PUSH, str(number))
            for number in range(self.row.push_shards)
        ]
        return pulls + pushes

    async def hand_over(self, key: LeaseKey) -> None:
        """End what is under way in a shard nothing may begin in any more, in order."""
        match key.kind:
            case WorkKind.PULL:
                puller = self.pullers.get(key.shard)
                if puller is not None:
                    await puller.leave()
            case WorkKind.PUSH:
                pushers = self.pushers.values()
                await asyncio.gather(*(pusher.leave(int(key.shard)) for pusher in pushers))
            case _ as never:
                assert_never(never)

    def start(self) -> None:
        """Start what is not paused."""
        for pusher in self.pushers.values():
            pusher.start()

    async def stop(self) -> None:
        """Stop pulling, then finish what is being sent."""
        await asyncio.gather(*(puller.stop() for puller in self.pullers.values()))
        await asyncio.gather(*(pusher.stop() for pusher in self.pushers.values()))

    def tick(self) -> None:
        """Start the pulls that are due."""
        for puller in self.pullers.values():
            puller.tick()

    def ring(self) -> None:
        """Tell every pusher to look for work."""
        for pusher in self.pushers.values():
            pusher.ring()


def build_line(row: JobRow, around: Surroundings) -> Line:
    """The line of a job that is not paused; raises OperatorError when a part is missing."""
    job = job_from_text(row.document)
    line = Line(row, job)
    consumers = _consumers(row, job, around)
    for shard in job.producer.pull_shards():
        line.pullers[shard.name] = _puller(line, shard.name, consumers, around)
    for consumer_row, fields, consumer in consumers:
        line.judges[consumer_row.id] = consumer
        if not consumer_row.paused:
            line.pushers[consumer_row.id] = _pusher(row, consumer_row, fields, consumer, around)
    return line


def _consumers(
    row: JobRow, job: Job, around: Surroundings
) -> list[tuple[ConsumerRow, ConsumerFields, Consumer]]:
    rows = {one.name: one for one in row.consumers if one.removed_at is None}
    return [
        (rows[fields.name], fields, _consumer(job, fields, around))
        for fields in job.consumers
        if fields.name in rows
    ]


def _consumer(job: Job, fields: ConsumerFields, around: Surroundings) -> Consumer:
    make = partial(
        build_consumer,
        job.job,
        fields,
        http=around.http,
        secrets=around.secrets,
        clock=around.clock,
    )
    if not uses_vars(fields):
        return make()
    return ByShard({shard.name: make(vars=shard.vars) for shard in job.producer.pull_shards()})


def _puller(
    line: Line,
    shard: str,
    consumers: list[tuple[ConsumerRow, ConsumerFields, Consumer]],
    around: Surroundings,
) -> Puller:
    row, job = line.row, line.job
    key = LeaseKey(row.id, WorkKind.PULL, shard)
    shard_vars = next(one.vars for one in job.producer.pull_shards() if one.name == shard)
    plan = PullPlan(
        job_id=row.id,
        job=row.name,
        shard=shard,
        vars=shard_vars,
        push_shards=row.push_shards,
        interval_s=_interval_s(job.producer.schedule),
        next_due=_next_due(job.producer.schedule),
        consumers=tuple(
            (consumer_row.id, consumer, fields.filter is not None)
            for consumer_row, fields, consumer in consumers
        ),
    )
    producer = build_producer(
        row.name,
        job.producer,
        job.ledger,
        http=around.http,
        secrets=around.secrets,
        clock=around.clock,
        decode=any(fields.filter is not None for _, fields, _ in consumers),
    )
    return Puller(
        plan,
        producer,
        around.store,
        lambda: around.leaser.lease(key),
        held=lambda: around.leaser.held(key),
        came_in=lambda _: line.ring(),
        clock=around.clock,
        rng=around.rng,
    )


def _pusher(
    row: JobRow,
    consumer_row: ConsumerRow,
    fields: ConsumerFields,
    consumer: Consumer,
    around: Surroundings,
) -> Pusher:
    plan = PushPlan(
        consumer_id=consumer_row.id,
        name=f"{row.name}/{fields.name}",
        concurrency=fields.concurrency,
        rate_per_s=rate_per_s(fields.rate) if fields.rate else None,
        per_key=fields.order == "per_key",
        batch_wait_s=fields.batch.wait_s,
        policy=Policy(fields.retry, fields.on_unknown),
        by_pull_shard=uses_vars(fields),
        revision=row.revision,
    )
    return Pusher(
        plan,
        AsSent(consumer, around.store),
        around.store,
        around.settler,
        lambda: around.leaser.leases(row.id, WorkKind.PUSH),
        around.limits,
        sure=around.leaser.sure,
        clock=around.clock,
        rng=around.rng,
    )


def _interval_s(schedule: Schedule) -> float:
    match schedule:
        case Every():
            return schedule.every_s
        case Cron():
            return 60.0
        case _ as never:
            assert_never(never)


def _next_due(schedule: Schedule) -> Callable[[int], int]:
    match schedule:
        case Every():
            step_ms = round(schedule.every_s * 1000)
            return lambda started_at: started_at + step_ms
        case Cron():
            trigger = CronTrigger.from_crontab(schedule.cron, timezone=schedule.timezone)
            return lambda started_at: _next_fire(trigger, started_at)
        case _ as never:
            assert_never(never)


def _next_fire(trigger: CronTrigger, after_ms: int) -> int:
    after = datetime.fromtimestamp(after_ms / 1000, UTC) + timedelta(milliseconds=1)
    fire = trigger.get_next_fire_time(None, after)
    if fire is None:
        return after_ms + 365 * 86_400_000
    return round(float(fire.timestamp()) * 1000)
