"""Routes about what goes wrong: failures by cause, and why a record is not delivered."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from fastapi import Query

from engine.api import shapes, wire
from engine.api.routes import READ, Engine, router
from engine.operations import reading
from engine.operations.find import Wanted, as_filter
from engine.store.causes import FailureGroup

routes = router("failures")


@routes.get("/failures", dependencies=[READ])
async def failures(
    engine: Engine,
    job: str | None = None,
    consumer: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> wire.FailuresShape:
    """Failed deliveries by cause: dead ones, then those that are retried; most frequent first."""
    wanted = await as_filter(engine.store, Wanted(job=job, consumer=consumer))
    found = await engine.store.failures(
        job_id=wanted.job_id, consumer_id=wanted.consumer_id, limit=limit
    )
    return wire.FailuresShape(groups=tuple(_group(one) for one in found))


@routes.get("/records/{record_id}/explain", dependencies=[READ])
async def explain(engine: Engine, record_id: int) -> wire.ExplainShape:
    """Why each delivery of a record is not delivered yet, in a sentence and in facts."""
    detail = await engine.store.record(record_id)
    reasons = await reading.reasons(
        engine.store, detail, engine.holding, engine.holding_at, now=engine.now()
    )
    return wire.ExplainShape(
        record_id=record_id,
        reasons=tuple(
            wire.ReasonShape(
                delivery_id=each.delivery_id,
                consumer=each.consumer,
                state=shapes.state_word(each.state),
                number=each.number,
                kind=reason.kind.value,
                sentence=reason.sentence,
                due_at=reason.due_at,
                until=reason.until,
                blocking_record_id=reason.blocking_record_id,
                node=reason.node,
                attempts_left=reason.attempts_left,
            )
            for each in detail.brief.deliveries
            for reason in [reasons[each.delivery_id]]
        ),
    )


def _group(one: FailureGroup) -> wire.FailureGroupShape:
    return wire.FailureGroupShape(
        cause=str(one.cause_id),
        job=one.job,
        consumer=one.consumer,
        state=cast(Literal["dead", "retrying"], one.state.word),
        sentence=one.cause.sentence,
        sample=one.sample,
        outcome=shapes.outcome_word(one.cause.outcome),
        status=one.cause.status,
        count=one.count,
        exact=one.exact,
        first_at=one.first_at,
        last_at=one.last_at,
        record_id=one.record_id,
    )
