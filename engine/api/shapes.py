"""Turns the store's rows into the API's shapes; bytes become text where they are text.

Pure. Not for the numbers of status and series: the node assembles those.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import cast

import msgspec

from engine.api import wire
from engine.core.attempt import Outcome, RequestEvidence, ResponseEvidence
from engine.core.delivery import State
from engine.store.rows import (
    AttemptRow,
    DeliveryBrief,
    JobRow,
    PullRow,
    RecordBrief,
    RecordDetail,
    RevisionRow,
)

MAX_DEPTH = 100
"""A payload nested deeper is given as text only: readers in other languages give up on it."""


def rfc3339(instant: int) -> str:
    """UTC ms as ``2026-01-31T08:00:00.000Z``."""
    moment = datetime.fromtimestamp(instant // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{instant % 1000:03d}Z"


def state_word(state: State) -> wire.StateWord:
    """The state as the wire writes it."""
    return cast(wire.StateWord, state.word)


def outcome_word(outcome: Outcome) -> wire.OutcomeWord:
    """The outcome as the wire writes it."""
    return cast(wire.OutcomeWord, outcome.word)


def text_or_base64(body: bytes) -> tuple[str | None, str | None]:
    """The bytes as (text, None) if they are UTF-8, else as (None, base64)."""
    try:
        return body.decode(), None
    except UnicodeDecodeError:
        return None, base64.b64encode(body).decode()


def is_embeddable_json(payload: bytes) -> bool:
    """Whether the bytes may stand inside a JSON answer as they are: strict, UTF-8, not too deep."""
    try:
        payload.decode()
        value = msgspec.json.decode(payload)
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return False
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return True
    return False


def record_json(shape: wire.RecordShape, payload: bytes | None) -> bytes:
    """The record's JSON with the payload's own bytes in it, so that every digit survives."""
    fields = shape.model_dump(mode="json")
    if payload is not None and is_embeddable_json(payload):
        fields["payload"] = msgspec.Raw(payload)
    return msgspec.json.encode(fields)


def delivery(row: DeliveryBrief, *, why: str = "") -> wire.DeliveryShape:
    """A delivery without its attempts."""
    return wire.DeliveryShape(
        delivery_id=row.delivery_id,
        consumer=row.consumer,
        state=state_word(row.state),
        cycle=row.cycle,
        number=row.number,
        due_at=row.due_at,
        settled_at=row.settled_at,
        last_outcome=None if row.last_outcome is None else outcome_word(row.last_outcome),
        last_status=row.last_status,
        last_error=row.last_error,
        why=why,
    )


def record_in_list(row: RecordBrief) -> wire.RecordShape:
    """A record without payload, pull and attempts."""
    return wire.RecordShape(
        id=row.record_id,
        job=row.job,
        key=row.key,
        version=row.version,
        size=row.size,
        pulled_at=rfc3339(row.pulled_at),
        deliveries=tuple(delivery(each) for each in row.deliveries),
    )


def record(
    detail: RecordDetail, whys: dict[int, str], *, cap: int | None = None
) -> wire.RecordShape:
    """Everything but ``payload``, which ``record_json`` puts in; ``whys`` is by delivery id.

    cap: bytes; a longer payload or request body is left out.
    """
    left_out = _is_over(detail.payload, cap)
    shown = None if left_out else detail.payload
    text, coded = (None, None) if shown is None else text_or_base64(shown)
    deliveries = tuple(
        delivery(row, why=whys.get(row.delivery_id, "")).model_copy(
            update={
                "attempts": tuple(
                    attempt(each, cap=cap) for each in detail.attempts.get(row.delivery_id, ())
                )
            }
        )
        for row in detail.brief.deliveries
    )
    return record_in_list(detail.brief).model_copy(
        update={
            "payload_text": text,
            "payload_base64": coded,
            "payload_left_out": left_out,
            "sha256": detail.sha256.hex(),
            "versions": detail.versions,
            "pull": None if detail.pull is None else _pull_of(detail.pull, detail, cap),
            "deliveries": deliveries,
        }
    )


def _is_over(body: bytes | None, cap: int | None) -> bool:
    return body is not None and cap is not None and len(body) > cap


def attempt(row: AttemptRow, *, cap: int | None = None) -> wire.AttemptShape:
    """One try with its evidence."""
    exchange = row.exchange
    answered = exchange.response if exchange else None
    return wire.AttemptShape(
        number=row.number,
        outcome=outcome_word(row.outcome),
        status=answered.status if answered else None,
        started_at=rfc3339(exchange.started_at if exchange else row.started_at),
        ms=exchange.duration_ms if exchange else 0,
        error=row.error,
        error_kind=row.error_kind,
        cycle=row.cycle,
        node=row.node,
        request=request_shape(exchange.request, own_bytes=True, cap=cap) if exchange else None,
        response=response(answered) if answered else None,
    )


def request_shape(
    evidence: RequestEvidence, *, own_bytes: bool = False, cap: int | None = None
) -> wire.RequestShape:
    """What was sent. own_bytes: a push, where no body means that the record's own was sent.

    cap: bytes; a longer body is left out.
    """
    left_out = _is_over(evidence.body, cap)
    shown = None if left_out else evidence.body
    text, coded = (None, None) if shown is None else text_or_base64(shown)
    return wire.RequestShape(
        method=evidence.method,
        url=evidence.url,
        headers=evidence.headers,
        body=text,
        body_base64=coded,
        body_is_payload=own_bytes and evidence.body is None,
        length=len(evidence.body or b""),
        left_out=left_out,
    )


def response(evidence: ResponseEvidence) -> wire.ResponseShape:
    """What came back."""
    text, coded = text_or_base64(evidence.body)
    return wire.ResponseShape(
        status=evidence.status,
        headers=evidence.headers,
        body=text,
        body_base64=coded,
        length=evidence.length,
        sha256=evidence.sha256.hex(),
        truncated=evidence.length > len(evidence.body),
    )


def _pull_of(row: PullRow, detail: RecordDetail, cap: int | None) -> wire.PullShape:
    """A record's pull with what was asked and came."""
    exchange = detail.pull_exchange
    if exchange is None:
        return pull(row)
    answered = exchange.response
    return pull(row).model_copy(
        update={
            "request": request_shape(exchange.request, cap=cap),
            "response": None if answered is None else response(answered),
        }
    )


def pull(row: PullRow) -> wire.PullShape:
    """One page request."""
    return wire.PullShape(
        id=row.id,
        shard=row.shard,
        page=row.page,
        started_at=row.started_at,
        ms=row.duration_ms,
        method=row.method,
        url=row.url,
        status=row.status,
        raw_count=row.raw_count,
        new=row.new,
        duplicates=row.duplicates,
        cursor_before=row.cursor_before,
        cursor_after=row.cursor_after,
        length=row.length,
        sha256=row.sha256.hex(),
        error_kind=row.error_kind,
        error=row.error,
        note=row.note,
        node=row.node,
    )


def job(row: JobRow) -> wire.JobShape:
    """A job with its document."""
    return wire.JobShape(
        job=row.name,
        revision=row.revision,
        paused=row.paused,
        paused_until=row.paused_until,
        pause_reason=row.pause_reason,
        document=json.loads(row.document),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def revision(row: RevisionRow) -> wire.RevisionShape:
    """One saved version."""
    return wire.RevisionShape(
        number=row.number,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        document=json.loads(row.document),
    )
