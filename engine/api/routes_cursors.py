"""Routes about cursors: where each pull shard stands, and moving one by hand."""

from __future__ import annotations

import contextlib

from engine.api import wire
from engine.api.routes import OPERATE, READ, By, Engine, router
from engine.core.errors import Conflict
from engine.operations import cursors

routes = router("cursors")


@routes.get("/jobs/{name}/cursors", dependencies=[READ])
async def all_cursors(engine: Engine, name: str) -> wire.CursorsShape:
    """The cursors of a job, by shard."""
    return wire.CursorsShape(
        cursors=tuple(
            wire.CursorShape(
                shard=each.row.shard,
                value=each.row.value,
                type=each.type,
                start=each.start,
                due_at=each.row.due_at,
                failures=each.row.failures,
                problem=each.row.problem,
                problem_at=each.row.problem_at,
                last_pull_at=each.row.last_pull_at,
                last_good_at=each.row.last_good_at,
                in_document=each.in_document,
            )
            for each in await cursors.cursors(engine.store, name)
        )
    )


@routes.post("/jobs/{name}/cursors/preview", dependencies=[READ])
async def preview(engine: Engine, name: str, put: wire.CursorPut) -> wire.CursorPreviewShape:
    """What moving a cursor would mean; nothing is moved."""
    found = await cursors.preview(engine.store, name, put.shard, put.value)
    return wire.CursorPreviewShape(
        shard=found.shard,
        before=found.before,
        after=found.after,
        direction=found.direction,
        distance=found.distance,
        pulls=found.pulls,
        records=found.records,
        new=found.new,
        exact=found.exact,
        sentence=found.sentence,
    )


@routes.put("/jobs/{name}/cursors", dependencies=[OPERATE])
async def move(engine: Engine, name: str, put: wire.CursorPut, by: By) -> wire.Done:
    """Move a cursor; null is the document's start. The next pull begins there, at once."""
    await cursors.move(engine.store, name, put.shard, put.value, by)
    with contextlib.suppress(Conflict):  # nothing pulls it here, or it is paused
        await engine.run_now(name)
    return wire.Done()
