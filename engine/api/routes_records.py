"""Routes about records: lists, counts, one with its evidence, resending, skipping, pulls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from engine.api import shapes, wire
from engine.api.filters import filter_of
from engine.api.port import EnginePort
from engine.api.routes import OPERATE, READ, By, Engine, router
from engine.core.delivery import Event
from engine.core.errors import NotFound, OperatorError
from engine.operations import deliveries, reading
from engine.operations.caller import Caller
from engine.store.operation_rows import ResendMode
from engine.store.rows import RecordFilter

routes = router("records")
COUNT_CAP = 1_000_000
QUICK_S = 0.2
"""For a number that is only shown: what counts longer is not worth the work."""


class ListQuery(BaseModel):
    """The query of GET /records; ``state`` may stand several times. Times: UTC ms."""

    model_config = ConfigDict(extra="forbid")

    job: str | None = None
    consumer: str | None = None
    state: list[wire.StateWord] = Field(default_factory=list)
    key: str | None = None
    key_prefix: str | None = None
    since: wire.Instant | None = None
    until: wire.Instant | None = None
    cause: str | None = Field(None, max_length=20)
    expression: str | None = Field(None, max_length=4000)
    after: str | None = None
    limit: int = Field(200, ge=1, le=1000)

    def query(self) -> wire.RecordQuery:
        """The filters alone."""
        return wire.RecordQuery(
            job=self.job,
            consumer=self.consumer,
            states=tuple(self.state),
            key=self.key,
            key_prefix=self.key_prefix,
            since=self.since,
            until=self.until,
            cause=self.cause,
            expression=self.expression,
        )


@routes.get("/records", dependencies=[READ])
async def records(engine: Engine, query: Annotated[ListQuery, Query()]) -> wire.RecordPageShape:
    """A page of records, newest first, each with its deliveries that match."""
    wanted = await filter_of(engine, query.query())
    page = await reading.page_of(engine.store, wanted, limit=query.limit, after=query.after)
    return wire.RecordPageShape(
        records=tuple(shapes.record_in_list(row) for row in page.records),
        next=page.next_cursor,
        scanned=page.scanned,
        unjudged=page.unjudged,
        unjudged_why=page.unjudged_why,
    )


@routes.post("/records/count", dependencies=[READ])
async def count(engine: Engine, query: wire.RecordQuery, quick: bool = False) -> wire.CountShape:
    """How many deliveries match; counting stops at a million, or with quick after a moment."""
    number, exact = await engine.store.count(
        await filter_of(engine, query), cap=COUNT_CAP, within_s=QUICK_S if quick else None
    )
    return wire.CountShape(count=number, exact=exact)


@routes.post(
    "/records/export",
    dependencies=[READ],
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}}},
)
async def export(engine: Engine, query: wire.RecordQuery) -> StreamingResponse:
    """All that match as JSON Lines: the record with its payload and deliveries, no attempts."""
    wanted = await filter_of(engine, query)
    return StreamingResponse(_lines(engine, wanted), media_type="application/x-ndjson")


@routes.get("/records/{record_id}", dependencies=[READ], response_model=wire.RecordShape)
async def record(
    engine: Engine, record_id: int, cap: Annotated[int | None, Query(ge=0)] = None
) -> Response:
    """One record: payload, pull, deliveries with every attempt, and why it is not delivered yet.

    With a cap, in bytes, longer payloads and request bodies are left out, and the payload is given
    as text only.
    """
    detail = await engine.store.record(record_id)
    reasons = await reading.reasons(
        engine.store, detail, engine.holding, engine.holding_at, now=engine.now()
    )
    whys = {id_: each.sentence for id_, each in reasons.items()}
    shape = shapes.record(detail, whys, cap=cap)
    body = shapes.record_json(shape, detail.payload if cap is None else None)
    return Response(body, media_type="application/json")


@routes.get("/records/{record_id}/versions", dependencies=[READ])
async def versions(engine: Engine, record_id: int) -> wire.VersionsShape:
    """All versions of this record's key, newest first."""
    brief = (await engine.store.record(record_id)).brief
    rows = await engine.store.versions(brief.job_id, brief.key)
    return wire.VersionsShape(
        versions=tuple(
            wire.VersionShape(
                record_id=row.record_id,
                version=row.version,
                pulled_at=shapes.rfc3339(row.pulled_at),
                size=row.size,
            )
            for row in sorted(rows, key=lambda row: -row.version)
        )
    )


@routes.get(
    "/records/{record_id}/payload",
    dependencies=[READ],
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
async def payload(engine: Engine, record_id: int) -> Response:
    """The record's bytes exactly as the source sent them."""
    content = await engine.store.payload(record_id)
    if content is None:
        raise NotFound(
            f"The bytes of record {record_id} are not there any more, or never were.",
            hint="Retention removes the bodies of delivered records after their time.",
        )
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="record-{record_id}"'},
    )


@routes.post("/resend", dependencies=[OPERATE])
async def resend(engine: Engine, request: wire.ResendRequest, by: By) -> wire.ResendResult:
    """Send again: a new cycle, the history is kept. Of a query one block a call."""
    moved = await _move(engine, Event.RESEND, request, by)
    return wire.ResendResult(
        resent=moved.moved,
        refused=_problems(moved),
        warnings=moved.warnings,
        remaining=moved.remaining,
        next=moved.next,
    )


@routes.post("/skip", dependencies=[OPERATE])
async def skip(engine: Engine, request: wire.ResendRequest, by: By) -> wire.SkipResult:
    """Cancel what is not sent yet, and put away what is dead where the states or ids name it.

    Of a query one block a call.
    """
    moved = await _move(engine, Event.SKIP, request, by)
    return wire.SkipResult(
        skipped=moved.moved,
        refused=_problems(moved),
        remaining=moved.remaining,
        next=moved.next,
    )


@routes.get("/pulls", dependencies=[READ])
async def pulls(
    engine: Engine,
    job: str,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: str | None = None,
) -> wire.PullPageShape:
    """A job's page requests, newest first."""
    row = await engine.store.job(job)
    rows, following = await engine.store.pulls(row.id, limit=limit, after=after)
    return wire.PullPageShape(pulls=tuple(shapes.pull(each) for each in rows), next=following)


async def _move(
    engine: EnginePort, event: Event, request: wire.ResendRequest, by: Caller
) -> deliveries.Moved:
    if bool(request.record_ids) == (request.query is not None):
        raise OperatorError(
            "Either record ids or a query must be given, not both.", path="record_ids"
        )
    how = deliveries.How(ResendMode(request.mode), request.reason)
    if request.query is None:
        moved = await deliveries.move_records(
            engine.store, event, request.record_ids, request.consumer, by, how
        )
    else:
        query = request.query
        if request.consumer is not None:
            query = query.model_copy(update={"consumer": request.consumer})
        wanted = await filter_of(engine, query)
        moved = await deliveries.move_matching(engine.store, event, wanted, request.after, by, how)
    if moved.moved:
        await engine.deliveries_changed()
    return moved


def _problems(moved: deliveries.Moved) -> tuple[wire.ProblemShape, ...]:
    return tuple(
        wire.ProblemShape(path=str(each.record_id), sentence=each.sentence)
        for each in moved.refused
    )


async def _lines(engine: EnginePort, wanted: RecordFilter) -> AsyncIterator[bytes]:
    async for brief in reading.all_matching(engine.store, wanted):
        content = await engine.store.payload(brief.record_id)
        shape = shapes.record_in_list(brief)
        if content is not None:
            text, coded = shapes.text_or_base64(content)
            shape = shape.model_copy(update={"payload_text": text, "payload_base64": coded})
        yield shapes.record_json(shape, content) + b"\n"
