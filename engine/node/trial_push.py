"""A test push: what one consumer would send of one record, and on demand really sent, once.

Nothing is kept in the ledger: the record stays as it is, and no delivery knows of it. The request
carries an idempotency key of its own, so that the target does not take the real delivery for a
repeat of the test.
"""

from __future__ import annotations

import secrets as random_bytes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.api import proposal_shapes, shapes, wire
from engine.consumers.kinds import build_consumer
from engine.consumers.port import Consumer
from engine.core.attempt import Exchange
from engine.core.errors import DocumentError, NotFound, OperatorError, Problem
from engine.core.expression import ExpressionFailed
from engine.core.json_value import BadJson, decode_json
from engine.core.record import Claimed, PushVerdict
from engine.http.client import HttpClient
from engine.node.trial import as_claimed
from engine.operations.document import Job, parse_job
from engine.operations.pasted import EMPTY
from engine.operations.preview import json_text
from engine.operations.propose import propose_success
from engine.store.store import Store

STAND_IN = "source"
"""The job's name while it has none."""


@dataclass(frozen=True, slots=True)
class _Record:
    key: str
    payload: bytes


async def try_push(
    asked: wire.PushTestRequest,
    *,
    store: Store,
    http: HttpClient,
    secrets: Callable[[str], bytes],
    clock: Callable[[], int],
) -> wire.PushTestShape:
    """Render the request, and send it if asked to.

    DocumentError where the consumer is wrong; NotFound for a record that is not there.
    """
    job = _job_of(asked.document, asked.consumer)
    record = await _record(store, asked)
    fields = job.consumers[0]
    try:
        consumer = build_consumer(
            job.job,
            fields,
            http=http,
            secrets=secrets,
            clock=clock,
            vars=job.producer.pull_shards()[0].vars,
        )
        wanted, doubt = _wanted(consumer, record)
        claimed = _claimed(record)
        request = shapes.request_shape(consumer.would_send([claimed]))
    except OperatorError as error:
        return wire.PushTestShape(
            ok=False, sentence=error.sentence, hint=error.hint, key=record.key
        )
    if request.body is None and request.body_base64 is None:
        text, coded = shapes.text_or_base64(record.payload)
        request = request.model_copy(
            update={"body": text, "body_base64": coded, "body_is_payload": True}
        )
    shown = wire.PushTestShape(
        ok=not doubt, sentence=doubt, key=record.key, wanted=wanted, request=request
    )
    if not asked.send:
        return shown
    result = await consumer.push([claimed])
    return _sent(shown, asked, result.exchange, result.verdicts[0])


def _job_of(document: dict[str, Any], number: int) -> Job:
    """A job with this consumer alone, so that mistakes elsewhere wait."""
    consumers = document.get("consumers")
    if not isinstance(consumers, list) or number >= len(consumers):
        raise NotFound("The document has no such consumer.", hint="Add one first.")
    producer = document.get("producer")
    shards = producer.get("shards") if isinstance(producer, dict) else None
    fields = {**EMPTY["producer"], **({"shards": shards} if shards else {})}
    alone = {**EMPTY, "job": STAND_IN, "producer": fields, "consumers": [consumers[number]]}
    try:
        return parse_job(alone)
    except DocumentError as error:
        problems = [
            Problem(
                one.path.replace("consumers[0]", f"consumers[{number}]"),
                one.sentence,
                one.hint,
                one.line,
                one.column,
            )
            for one in error.problems
        ]
        raise DocumentError(problems) from None


async def _record(store: Store, asked: wire.PushTestRequest) -> _Record:
    if asked.record_id is not None:
        detail = await store.record(asked.record_id)
        if detail.payload is None:
            raise NotFound(
                "The record's body was removed by retention.", hint="Choose a newer record."
            )
        return _Record(detail.brief.key, detail.payload)
    if asked.sample is None:
        raise OperatorError(
            "There is no record to send yet.", hint="Run a test pull first, or paste a sample."
        )
    payload = asked.sample.encode("utf-8", "surrogatepass")
    try:
        decode_json(payload)
    except BadJson as error:
        raise OperatorError(f"The sample cannot be read: {error.sentence}") from None
    return _Record(asked.key or "sample", payload)


def _wanted(consumer: Consumer, record: _Record) -> tuple[bool, str]:
    try:
        return consumer.wants(record.key, decode_json(record.payload)), ""
    except ExpressionFailed as error:
        return True, f"The filter gives no answer for this record: {error.sentence}"


def _sent(
    shown: wire.PushTestShape,
    asked: wire.PushTestRequest,
    exchange: Exchange | None,
    verdict: PushVerdict,
) -> wire.PushTestShape:
    response = exchange.response if exchange else None
    value: Any = None
    proposals: tuple[wire.ProposalShape, ...] = ()
    if response is not None:
        try:
            value = decode_json(response.body)
        except BadJson:
            value = None
        place = ("consumers", asked.consumer, "success")
        rule = propose_success(value, response.status, place, "success")
        proposals = proposal_shapes.proposals([rule] if rule else [], asked.document)
    return shown.model_copy(
        update={
            "ok": verdict.outcome.word == "accepted",
            "sentence": verdict.error,
            "sent": exchange is not None,
            "request": _with_body(shapes.request_shape(exchange.request), shown)
            if exchange
            else shown.request,
            "ms": exchange.duration_ms if exchange else 0,
            "outcome": shapes.outcome_word(verdict.outcome),
            "response": shapes.response(response) if response else None,
            "value": "" if value is None else json_text(value),
            "proposals": proposals,
        }
    )


def _with_body(request: wire.RequestShape, shown: wire.PushTestShape) -> wire.RequestShape:
    """A request that carried the record's own bytes shows them too."""
    if request.body is not None or request.body_base64 is not None or shown.request is None:
        return request
    before = shown.request
    update = {"body": before.body, "body_base64": before.body_base64, "body_is_payload": True}
    return request.model_copy(update=update)


def _claimed(record: _Record) -> Claimed:
    return as_claimed(record.key, record.payload, f"test_{random_bytes.token_hex(12)}")
