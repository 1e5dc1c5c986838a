"""Routes about what happens: live numbers, proof, audit. Who runs: ``routes_nodes``."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from engine.api import wire
from engine.api.auth import principal
from engine.api.events import StatusFeed
from engine.api.routes import ADMIN, OPERATE, READ, By, Engine, router
from engine.core.errors import OperatorError
from engine.operations.caller import Caller
from engine.store.audit_filter import AuditFilter

routes = router("node")


@routes.get("/status", dependencies=[READ])
async def status(request: Request) -> wire.StatusShape:
    """Per job and consumer: counts, rates, lag, health."""
    feed: StatusFeed = request.app.state.feed
    return await feed.fresh()


@routes.get("/series", dependencies=[READ])
async def series(
    engine: Engine,
    window_s: Annotated[float, Query(ge=10, le=31 * 86_400)] = 300,
    job: str | None = None,
    consumer: str | None = None,
) -> wire.SeriesShape:
    """The graphs of the last ``window_s`` seconds, of all, of a job, or of one of its consumers."""
    if consumer is not None and job is None:
        raise OperatorError("A consumer's graphs need its job.", path="job")
    return await engine.series(window_s, job, consumer)


@routes.get(
    "/events",
    dependencies=[READ],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def events(request: Request, engine: Engine) -> StreamingResponse:
    """Server-sent events: the status at once and whenever it changed; a comment as heartbeat."""
    feed: StatusFeed = request.app.state.feed
    caller = principal(request)

    async def may_go_on() -> bool:
        return await engine.tokens.still_holds(caller)

    return StreamingResponse(feed.stream(may_go_on), media_type="text/event-stream")


@routes.post("/check", dependencies=[OPERATE])
async def check(engine: Engine, by: By) -> wire.CheckShape:
    """Recount and compare everything, on the live database."""
    broken, checked = await engine.store.check()
    await engine.store.audit(by.text, "check", "", f"{len(broken)} broken")
    return wire.CheckShape(
        ok=not broken,
        checked=checked,
        broken=tuple(
            wire.BrokenShape(rule=each.rule, place=each.place, sentence=each.sentence)
            for each in broken
        ),
    )


@routes.get("/audit", dependencies=[ADMIN])
async def audit(
    engine: Engine,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: wire.Id | None = None,
    who: Annotated[str, Query(max_length=200)] = "",
    what: Annotated[str, Query(max_length=200)] = "",
    target: Annotated[str, Query(max_length=200)] = "",
    since: wire.Instant | None = None,
    until: wire.Instant | None = None,
) -> wire.AuditPageShape:
    """Every change: who, what, from where; newest first. A page may be short and not the last."""
    wanted = AuditFilter(who, what, target, since, until)
    rows, following = await engine.store.audit_list(limit=limit, after=after, wanted=wanted)
    return wire.AuditPageShape(
        entries=tuple(
            wire.AuditShape(
                id=row.id,
                at=row.at,
                by=Caller.of_text(row.by).name,
                what=row.what,
                target=row.target,
                detail=row.detail,
                where=Caller.of_text(row.by).address,
            )
            for row in rows
        ),
        next=following,
    )
