"""Routes of the editor: proposals from pasted texts, test pulls and pushes, live previews."""

from __future__ import annotations

from urllib.parse import urlsplit

from engine.api import proposal_shapes, wire
from engine.api.routes import ADMIN, OPERATE, By, Engine, router
from engine.core.expression import Names
from engine.operations import pasted
from engine.operations.preview import preview, sample_data

routes = router("proposals")


@routes.post("/propose", dependencies=[OPERATE])
async def propose(engine: Engine, asked: wire.ProposeRequest) -> wire.ProposeShape:
    """What a cURL command or a sample answer says about a job; nothing is kept or asked."""
    found = await pasted.look_at(
        engine.store,
        engine.vault,
        asked.text,
        asked.document,
        consumer=asked.consumer,
        record=asked.record,
    )
    return proposal_shapes.pasted(found, asked.document)


@routes.post("/propose/secret", dependencies=[ADMIN])
async def keep_secret(engine: Engine, asked: wire.KeepSecretRequest, by: By) -> wire.Done:
    """Store the secret of a command; its value is in no answer."""
    await pasted.keep_secret(engine.vault, asked.text, asked.name, by, consumer=asked.consumer)
    await engine.job_changed("")
    return wire.Done()


@routes.post("/jobs/test/pull", dependencies=[OPERATE])
async def test_pull(engine: Engine, asked: wire.PullTestRequest, by: By) -> wire.PullTestShape:
    """Ask the source for one real page; nothing is kept."""
    if asked.again is None:
        await engine.store.audit(by.text, "pull tested", _job(asked.document), "")
    return await engine.test_pull(asked)


@routes.post("/jobs/test/push", dependencies=[OPERATE])
async def test_push(engine: Engine, asked: wire.PushTestRequest, by: By) -> wire.PushTestShape:
    """What a consumer would send of one record; with ``send`` it is really sent, once."""
    if not asked.send:
        return await engine.test_push(asked)
    shown = await engine.test_push(asked.model_copy(update={"send": False}))
    if shown.request is None:
        return shown
    request = shown.request
    told = f"{request.method} {urlsplit(request.url).netloc}, key {shown.key}"
    await engine.store.audit(by.text, "test push sent", _job(asked.document), told[:500])
    return await engine.test_push(asked)


@routes.post("/expressions/evaluate", dependencies=[OPERATE])
async def evaluate(engine: Engine, asked: wire.EvaluateRequest) -> wire.EvaluateShape:
    """What expressions and templates give with this data, or the mistake in them."""
    data = sample_data(asked.data)
    names = Names[asked.names.upper()]
    return wire.EvaluateShape(
        results=tuple(
            proposal_shapes.evaluated(item, preview(item.text, item.kind, names, data))
            for item in asked.items
        )
    )


def _job(document: dict[str, object]) -> str:
    return str(document.get("job", ""))[:100]
