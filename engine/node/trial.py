"""``job test``: one real page, and what each consumer would send of it; nothing is kept."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from engine.api import shapes
from engine.api.wire import JobTestShape
from engine.consumers.kinds import build_consumer
from engine.core.errors import OperatorError
from engine.core.expression import ExpressionFailed
from engine.core.record import Claimed
from engine.http.client import HttpClient
from engine.operations.document import Job, parse_job
from engine.producers.kinds import build_producer
from engine.producers.port import PullStart, Trial, TrialRecord

SHOWN = 20
"""How many of a page's records are told apart."""
_KEY = "dlv_" + base64.b32encode(b"test").decode().rstrip("=").lower()
"""Stands for the idempotency key of what is only shown."""


async def try_job(
    document: dict[str, Any],
    *,
    http: HttpClient,
    secrets: Callable[[str], bytes],
    clock: Callable[[], int],
) -> JobTestShape:
    """Ask for one page. DocumentError for a wrong document; a failed pull is ``ok`` False."""
    job = parse_job(document)
    shard = job.producer.pull_shards()[0]
    try:
        producer = build_producer(
            job.job,
            job.producer,
            job.ledger,
            http=http,
            secrets=secrets,
            clock=clock,
            decode=True,
        )
        trial = await producer.trial(PullStart(shard=shard.name, vars=shard.vars, now=clock()))
    except OperatorError as error:
        return JobTestShape(ok=False, sentence=error.sentence, hint=error.hint)
    return JobTestShape(
        ok=trial.ok,
        sentence=trial.sentence or trial.note,
        request=shapes.request_shape(trial.request) if trial.request else None,
        response=shapes.response(trial.response) if trial.response else None,
        raw_count=trial.raw_count,
        records=tuple(_record(one) for one in trial.records[:SHOWN]),
        rendered=_rendered(job, trial, http, secrets, clock),
    )


def _record(record: TrialRecord) -> dict[str, Any]:
    return {"key": record.key, "cursor": record.cursor, "bytes": len(record.payload)}


def _rendered(
    job: Job,
    trial: Trial,
    http: HttpClient,
    secrets: Callable[[str], bytes],
    clock: Callable[[], int],
) -> tuple[dict[str, Any], ...]:
    if not trial.records:
        return ()
    rendered = []
    for fields in job.consumers:
        said: dict[str, Any] = {"consumer": fields.name}
        try:
            consumer = build_consumer(
                job.job,
                fields,
                http=http,
                secrets=secrets,
                clock=clock,
                vars=job.producer.pull_shards()[0].vars,
            )
            record = next(
                (one for one in trial.records if consumer.wants(one.key, one.value)), None
            )
            if record is None:
                said["sentence"] = "Its filter wants none of these records."
            else:
                evidence = consumer.would_send([as_claimed(record.key, record.payload, _KEY)])
                said["key"] = record.key
                said["request"] = shapes.request_shape(evidence).model_dump()
                if evidence.body is None:
                    said["request"]["body"] = shapes.text_or_base64(record.payload)[0]
        except OperatorError as error:
            said["sentence"], said["hint"] = error.sentence, error.hint
        except ExpressionFailed as error:
            said["sentence"] = str(error)
        rendered.append(said)
    return tuple(rendered)


def as_claimed(key: str, payload: bytes, idempotency_key: str) -> Claimed:
    """A record as a first claim of it would be, though nothing of it stands in the ledger."""
    return Claimed(
        delivery_id=0,
        record_id=0,
        consumer_id=0,
        shard=0,
        token=0,
        key=key,
        version=1,
        payload=payload,
        cycle=1,
        number=1,
        pulled_at=0,
        cycle_started_at=0,
        idempotency_key=idempotency_key,
    )
