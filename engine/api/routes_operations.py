"""Routes about operations: begin one, follow it, pause, resume and cancel it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

from engine.api import wire
from engine.api.filters import filter_of
from engine.api.port import EnginePort
from engine.api.routes import OPERATE, READ, By, Engine, router
from engine.core.errors import OperatorError
from engine.operations import bulk
from engine.operations.caller import Caller
from engine.store.operation_rows import Kind, OperationRow, ResendMode, Stage

routes = router("operations")
IDS_SHOWN = 100


@routes.get("/operations", dependencies=[READ])
async def operations(
    engine: Engine,
    open_only: bool = False,
    after: wire.Id | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> wire.OperationPageShape:
    """A page of operations, newest first; ``open_only``: those running or paused."""
    rows = await engine.store.operations(open_only=open_only, after=after, limit=limit)
    return wire.OperationPageShape(
        operations=tuple(shape_of(row) for row in rows),
        next=rows[-1].id if len(rows) == limit else None,
    )


@routes.get("/operations/{operation_id}", dependencies=[READ])
async def operation(engine: Engine, operation_id: int) -> wire.OperationShape:
    """One operation as it stands now."""
    return shape_of(await engine.store.operation(operation_id))


@routes.post("/operations", dependencies=[OPERATE])
async def begin(engine: Engine, request: wire.OperationRequest, by: By) -> wire.OperationShape:
    """Count what it will meet, and begin; nothing is done yet when this answers."""
    if request.kind == "repull":
        row = await bulk.begin_repull(engine.store, _repulling(request), by)
    else:
        row = await bulk.begin_moving(engine.store, await _moving(engine, request), by)
    await engine.operation_changed(row.id)
    return shape_of(row)


@routes.post("/operations/{operation_id}/{step}", dependencies=[OPERATE])
async def steer(
    engine: Engine, operation_id: int, step: Literal["pause", "resume", "cancel"], by: By
) -> wire.OperationShape:
    """Stop for a while, go on, or stop for good; what was done stays done."""
    row = await engine.store.steer_operation(operation_id, step, by=by.text)
    await engine.operation_changed(operation_id)
    return shape_of(row)


async def _moving(engine: EnginePort, request: wire.OperationRequest) -> bulk.Moving:
    if bool(request.record_ids) == (request.query is not None):
        raise OperatorError(
            "Either record ids or a query must be given, not both.", path="record_ids"
        )
    query = request.query
    if query is not None and request.consumer is not None:
        query = query.model_copy(update={"consumer": request.consumer})
    wanted = None if query is None else await filter_of(engine, query)
    consumer = request.consumer or (query.consumer if query is not None else None)
    return bulk.Moving(
        kind=Kind(request.kind),
        request=_shown(request),
        wanted=wanted,
        record_ids=request.record_ids,
        job=(query.job or "") if query is not None else "",
        consumer=consumer or "",
        mode=ResendMode(request.mode),
        per_s=request.per_s,
        reason=request.reason,
    )


def _repulling(request: wire.OperationRequest) -> bulk.Repulling:
    if not request.job:
        raise OperatorError("A re-pull is of one job; name it.", path="job")
    if request.record_ids or request.query is not None:
        raise OperatorError("A re-pull is of a range of the cursor, not of records.", path="query")
    return bulk.Repulling(
        request=_shown(request),
        job=request.job,
        shard=request.shard,
        since=request.since,
        until=request.until,
        per_s=request.per_s,
        reason=request.reason,
    )


def _shown(request: wire.OperationRequest) -> str:
    """What was asked, for showing: of many named records the first ones are enough."""
    few = request.model_copy(update={"record_ids": request.record_ids[:IDS_SHOWN]})
    return few.model_dump_json(exclude_defaults=True)


def shape_of(row: OperationRow) -> wire.OperationShape:
    """An operation, with its rate and the time left."""
    by = Caller.of_text(row.started_by)
    rate = row.done / row.worked_ms * 1000 if row.done and row.worked_ms else None
    return wire.OperationShape(
        id=row.id,
        kind=row.kind.value,
        state=row.state.value,
        request=wire.OperationRequest.model_validate_json(row.request),
        job=row.job,
        consumer=row.consumer,
        total=row.total,
        total_exact=row.total_exact,
        done=row.done,
        moved=row.moved,
        refused=row.refused,
        warned=row.warned,
        share=_share(row),
        reached=row.cursor_at if row.kind is Kind.REPULL else None,
        per_s=row.per_s,
        rate_per_s=rate,
        left_s=_left_s(row, rate),
        created_at=row.created_at,
        updated_at=row.updated_at,
        ended_at=row.ended_at,
        by=by.name,
        where=by.address,
        sentence=row.sentence,
        refusals=tuple(
            wire.ProblemShape(path=str(record_id), sentence=sentence)
            for record_id, sentence in row.refusals
        ),
        warnings=row.warnings,
    )


def _share(row: OperationRow) -> float | None:
    """How far it has got, 0 to 1; of several shards, each counts the same."""
    if row.state is Stage.DONE:
        return 1.0
    if row.kind is not Kind.REPULL:
        return min(1.0, row.done / row.total) if row.total and row.total_exact else None
    if row.share is None:
        return None
    return (row.shards.index(row.shard) + row.share) / len(row.shards)


def _left_s(row: OperationRow, rate_per_s: float | None) -> float | None:
    share = _share(row)
    if row.state is not Stage.RUNNING or rate_per_s is None:
        return None
    if row.total is not None and row.total_exact:
        return max(0.0, (row.total - row.done) / rate_per_s)
    if not share:
        return None
    return row.worked_ms / 1000 * (1.0 - share) / share
