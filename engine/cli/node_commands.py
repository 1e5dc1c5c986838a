"""status and check: what the node's numbers are, and whether they hold."""

from __future__ import annotations

from argparse import Namespace

from engine.api.client import NodeClient
from engine.api.wire import JobStatusShape
from engine.cli.mistakes import DONE, FAILED
from engine.cli.moments import shown_lag
from engine.cli.terminal import Terminal

_HEAD = (
    "JOB",
    "CONSUMER",
    "STATE",
    "PULLED",
    "SYNCED",
    "UNSYNCED",
    "FAILED",
    "SKIPPED",
    "IN/S",
    "OUT/S",
    "LAG",
)


async def status(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Per job and consumer: counts, rates, lag."""
    shape = await client.status()
    if options.json:
        terminal.json({"jobs": [_job_object(job) for job in shape.jobs]})
        return DONE
    if not shape.jobs:
        terminal.say("There are no jobs yet. Make one: jellyfish job apply FILE")
        return DONE
    terminal.table(_HEAD, [row for job in shape.jobs for row in _rows(job)])
    for job in shape.jobs:
        if job.pull_problem:
            terminal.say(f"{job.job}: {job.pull_problem}")
        for consumer in job.consumers:
            if consumer.happening:
                terminal.say(f"{job.job} / {consumer.consumer}: {consumer.happening}")
    return DONE


async def check(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Recount and compare; 1 if something does not hold."""
    found = await client.check()
    if options.json:
        terminal.json(found.model_dump(mode="json"))
    elif found.ok:
        terminal.say(f"All holds: {found.checked:,} facts were checked.")
    else:
        terminal.table(("RULE", "PLACE"), [(broken.rule, broken.place) for broken in found.broken])
        for broken in found.broken:
            terminal.tell(f"{broken.place}: {broken.sentence}")
    return DONE if found.ok else FAILED


def _rows(job: JobStatusShape) -> list[tuple[object, ...]]:
    if not job.consumers:
        return [(job.job, None, job.state, job.pulled, *[None] * 6, shown_lag(job.lag_s))]
    return [
        (
            job.job,
            consumer.consumer,
            "paused" if consumer.paused else job.state,
            job.pulled,
            consumer.synced,
            consumer.unsynced,
            consumer.failed,
            consumer.skipped,
            consumer.in_per_s,
            consumer.out_per_s,
            shown_lag(consumer.lag_s),
        )
        for consumer in job.consumers
    ]


def _job_object(job: JobStatusShape) -> dict[str, object]:
    """design.md section 8."""
    return {
        "job": job.job,
        "state": job.state,
        "pulled": job.pulled,
        "lag_s": job.lag_s,
        "consumers": [
            {
                "consumer": consumer.consumer,
                "synced": consumer.synced,
                "unsynced": consumer.unsynced,
                "failed": consumer.failed,
                "skipped": consumer.skipped,
            }
            for consumer in job.consumers
        ],
    }
