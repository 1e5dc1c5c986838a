"""Routes about jobs: list, save, pause, run, test, and the document's schema."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from engine.api import shapes, wire
from engine.api.errors import problem_shape
from engine.api.language import told_schema
from engine.api.routes import ADMIN, OPERATE, READ, By, Engine, router
from engine.operations import checking, jobs
from engine.operations.document import job_schema

routes = router("jobs")


@routes.get("/jobs", dependencies=[READ])
async def all_jobs(engine: Engine) -> wire.JobsShape:
    """All jobs with their documents, by name."""
    rows = sorted(await engine.store.jobs(), key=lambda row: row.name)
    return wire.JobsShape(jobs=tuple(shapes.job(row) for row in rows))


@routes.get("/schema/job", dependencies=[READ])
async def schema() -> dict[str, Any]:
    """The JSON Schema of the job document."""
    return told_schema(job_schema())


@routes.post("/jobs/check", dependencies=[READ])
async def check_document(engine: Engine, request: wire.JobCheckRequest) -> wire.JobCheckShape:
    """What is wrong with a document or a text of some; nothing is kept."""
    checked = await checking.check(
        engine.store, document=request.document, text=request.text, name=request.name
    )
    return wire.JobCheckShape(
        documents=checked.documents,
        problems=tuple(problem_shape(one) for one in checked.problems),
        missing_secrets=checked.missing_secrets,
        missing_channels=checked.missing_channels,
    )


@routes.post("/jobs/test", dependencies=[OPERATE])
async def test(engine: Engine, request: wire.JobTestRequest, by: By) -> wire.JobTestShape:
    """Ask the source for one real page and render what would be sent; nothing is kept or sent."""
    name = str(request.document.get("job", ""))[:100]
    await engine.store.audit(by.text, "job tested", name, "")
    return await engine.test_job(request.document)


@routes.get("/jobs/{name}", dependencies=[READ])
async def job(engine: Engine, name: str) -> wire.JobShape:
    """One job."""
    return shapes.job(await engine.store.job(name))


@routes.put("/jobs/{name}", dependencies=[ADMIN])
async def save(engine: Engine, name: str, put: wire.JobPut, by: By) -> wire.JobApplied:
    """Create or replace a job; the same document again changes nothing."""
    saved = await jobs.save(
        engine.store, put.document, by, name=name, expected_revision=put.expected_revision
    )
    if saved.changed:
        await engine.job_changed(name)
    return wire.JobApplied(
        job=saved.row.name,
        revision=saved.row.revision,
        changed=saved.changed,
        created=saved.created,
        warnings=tuple(
            f'The secret "{secret}" is not set yet: jellyfish secret set {secret}'
            for secret in saved.missing_secrets
        ),
    )


@routes.delete("/jobs/{name}", dependencies=[ADMIN])
async def delete(engine: Engine, name: str, by: By) -> wire.Done:
    """Delete a job with its records, deliveries and attempts."""
    await jobs.delete(engine.store, name, by)
    await engine.job_changed(name)
    return wire.Done()


@routes.get("/jobs/{name}/revisions", dependencies=[READ])
async def revisions(engine: Engine, name: str) -> wire.RevisionsShape:
    """Every saved version, newest first."""
    row = await engine.store.job(name)
    rows = sorted(await engine.store.revisions(row.id), key=lambda each: -each.number)
    return wire.RevisionsShape(revisions=tuple(shapes.revision(each) for each in rows))


@routes.post("/jobs/{name}/pause", dependencies=[OPERATE])
async def pause(
    engine: Engine,
    name: str,
    by: By,
    consumer: str | None = None,
    until: Annotated[
        wire.Instant | None, Query(description="UTC ms at which it ends by itself.")
    ] = None,
    reason: Annotated[str, Query(max_length=200)] = "",
) -> wire.Done:
    """Pause a job, or one of its consumers; a maintenance window ends by itself."""
    window = jobs.Window(until, reason)
    await jobs.pause_for(engine.store, name, window, by, consumer=consumer, now=engine.now())
    await engine.job_changed(name)
    return wire.Done()


@routes.post("/jobs/{name}/resume", dependencies=[OPERATE])
async def resume(engine: Engine, name: str, by: By, consumer: str | None = None) -> wire.Done:
    """Let a job, or one of its consumers, run again."""
    await jobs.set_paused(engine.store, name, False, by, consumer=consumer)
    await engine.job_changed(name)
    return wire.Done()


@routes.post("/jobs/{name}/run", dependencies=[OPERATE])
async def run(engine: Engine, name: str, by: By) -> wire.Done:
    """Pull now, not when it is next due."""
    row = await engine.store.job(name)
    await engine.run_now(row.name)
    await engine.store.audit(by.text, "run now", name, "")
    return wire.Done()
