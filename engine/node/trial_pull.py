"""A test pull: one real page through a document that is being written; nothing is kept.

Tells how each part of the document fits the answer, and proposes what is missing. Not for whole
documents from the command line: ``trial``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from engine.api import proposal_shapes, shapes, wire
from engine.core.errors import DocumentError, NotFound, OperatorError
from engine.core.expression import ExpressionFailed, Names
from engine.core.job import Ledger
from engine.http.client import HttpClient
from engine.http.masking import Masker
from engine.http.message import HttpAnswer, HttpRequest
from engine.operations.document import parse_job
from engine.operations.pasted import EMPTY, with_parts
from engine.operations.preview import did_you_mean, json_text
from engine.operations.propose import (
    NotASample,
    Proposal,
    Sample,
    apply,
    propose_reading,
    read_answer,
)
from engine.producers.http_pull.asking import Ask
from engine.producers.http_pull.cursor import NotACursor
from engine.producers.http_pull.exchange import Sent
from engine.producers.http_pull.fields import PullRequest
from engine.producers.http_pull.look import (
    Draft,
    Look,
    LookedRecord,
    cursor_rule,
    look,
    look_at,
)
from engine.producers.http_pull.records import ReadRecords, RecordReader
from engine.producers.http_pull.refusal import PageRefused
from engine.producers.http_pull.rows import Rows
from engine.store.store import Store

SHOWN = 50
"""Records of the page that are told apart."""
COMPARED = 20
"""Records of the page that are looked up in the ledger."""
LONGEST = 512 * 1024
"""Characters of the answer's JSON that are handed back; longer lists are cut until it fits: the
console reads it within one frame, and may hand it back to be looked at again."""
_KEPT_OF_LISTS = (1000, 300, 100, 30, 10, 2)


async def try_pull(
    asked: wire.PullTestRequest,
    *,
    store: Store,
    http: HttpClient,
    secrets: Callable[[str], bytes],
    clock: Callable[[], int],
) -> wire.PullTestShape:
    """Ask for one page. DocumentError where the request itself is wrong."""
    document = with_parts(asked.document)
    job = parse_job({**EMPTY, "producer": _request_alone(document)})
    draft = _draft(document, job.producer.request)
    shard = next(
        (one for one in job.producer.pull_shards() if one.name == asked.shard),
        job.producer.pull_shards()[0],
    )
    try:
        if asked.again is not None:
            seen = _looked_again(draft, asked.again)
        else:
            ask = _ask(asked, draft)
            seen = await look(draft, ask, shard.vars, http=http, secrets=secrets, clock=clock)
    except OperatorError as error:
        return wire.PullTestShape(ok=False, sentence=error.sentence, hint=error.hint)
    if asked.again is None and "format" not in _part(document["producer"], "response"):
        seen = _in_its_own_format(seen, draft)
    made = _proposals(document, seen)
    records = seen if seen.records else _as_proposed(document, made, draft, seen)
    states = await _seen(store, document, records)
    return _told(document, seen, made, records, states)


def _looked_again(draft: Draft, again: wire.SeenAnswer) -> Look:
    """An answer that came before, through the document as it is now."""
    body = again.value.encode("utf-8", "surrogatepass")
    headers = tuple(pair for pair in again.headers if pair[0].lower() != "content-type")
    answer = HttpAnswer(again.status, headers, body, len(body))
    request = HttpRequest(draft.request.method, draft.request.url, (), None)
    sent = Sent(request, answer, Masker(), 0, 0)
    return look_at(replace(draft, format="json"), sent, answer)


def _draft(document: dict[str, Any], request: PullRequest) -> Draft:
    producer = document["producer"]
    response = _part(producer, "response")
    return Draft(
        request=request,
        format=response.get("format") or "json",
        ok=_text(response.get("ok")),
        records=_text(response.get("records")),
        key=_text(_part(document, "ledger").get("key")),
        cursor=_part(producer, "cursor") or None,
        paging=_part(producer, "paging"),
    )


def _as_proposed(
    document: dict[str, Any], made: tuple[Proposal, ...], draft: Draft, seen: Look
) -> Look:
    """The same answer, read with every proposal accepted."""
    if seen.sent is None or not isinstance(seen.sent.result, HttpAnswer) or not made:
        return seen
    return look_at(_draft(apply(document, made), draft.request), seen.sent, seen.sent.result)


def _request_alone(document: dict[str, Any]) -> dict[str, Any]:
    """The producer with nothing but what shapes its request, so that other mistakes wait."""
    producer = document["producer"]
    kept = {name: producer[name] for name in ("kind", "request", "shards") if name in producer}
    return {**kept, "mode": "full"}


def _ask(asked: wire.PullTestRequest, draft: Draft) -> Ask:
    start = draft.paging.get("start")
    numbered = start if isinstance(start, int) else None
    page = asked.page if asked.page is not None else (1 if numbered is None else numbered)
    offset = asked.offset if asked.offset is not None else (numbered or 0)
    rule = cursor_rule(draft.cursor)
    cursor = None
    if rule is not None:
        try:
            given = asked.cursor not in (None, "")
            cursor = rule.read(asked.cursor) if given else rule.first()
        except NotACursor as error:
            raise OperatorError(
                f"The cursor {error}.", hint="Write it as the source does."
            ) from None
    return Ask(cursor=cursor, page=page, offset=offset, token=asked.token or None)


def _in_its_own_format(seen: Look, draft: Draft) -> Look:
    """Without a format in the document the answer is read in the one it is in."""
    if seen.sent is None or not isinstance(seen.sent.result, HttpAnswer):
        return seen
    try:
        sample = read_answer(seen.sent.result)
    except NotASample:
        return seen
    if sample.format == draft.format:
        return seen
    return look_at(replace(draft, format=sample.format), seen.sent, seen.sent.result)


def _told(
    document: dict[str, Any],
    seen: Look,
    made: tuple[Proposal, ...],
    records: Look,
    states: dict[str, tuple[wire.SeenWord, int]],
) -> wire.PullTestShape:
    sent = seen.sent
    wrong = next((part for part in seen.parts if not part.fits), None)
    sentence = seen.refused
    if not sentence and wrong is not None and wrong.error is not None:
        sentence = wrong.error.sentence
    exchange = sent.exchange(keep_body=True) if sent else None
    value, shortened = _value(seen)
    mask = sent.masker.text if sent else str
    return wire.PullTestShape(
        ok=not seen.refused and wrong is None and sent is not None,
        sentence=sentence,
        ms=exchange.duration_ms if exchange else 0,
        request=shapes.request_shape(exchange.request) if exchange else None,
        response=shapes.response(exchange.response) if exchange and exchange.response else None,
        value=mask(value),
        shortened=shortened,
        parts=tuple(
            wire.PartShape(
                part=part.name,
                fits=part.fits,
                shown=part.shown,
                sentence=part.error.sentence if part.error else "",
                hint=_hint(part.name, part.error, seen) if part.error else "",
            )
            for part in seen.parts
        ),
        raw_count=records.raw_count,
        records=tuple(_record(one, states, mask) for one in records.records[:SHOWN]),
        as_proposed=records is not seen and bool(records.records),
        following="" if seen.following is None else json_text(seen.following),
        proposals=proposal_shapes.proposals(made, document),
    )


def _record(
    record: LookedRecord,
    states: dict[str, tuple[wire.SeenWord, int]],
    mask: Callable[[str], str],
) -> wire.PulledRecordShape:
    seen, version = states.get(record.key or "", ("", 0))
    return wire.PulledRecordShape(
        key=record.key,
        cursor=record.cursor,
        bytes=len(record.payload),
        problem=record.problem,
        seen=seen,
        version=version,
        value=mask(json_text(record.value)),
    )


def _hint(part: str, error: OperatorError, seen: Look) -> str:
    if error.hint or not isinstance(error, ExpressionFailed):
        return error.hint
    if part in ("key", "cursor"):
        first = next((one.value for one in seen.records if one.problem), None)
        return did_you_mean(error, Names.PULL_RECORD, {"record": first})
    return did_you_mean(error, Names.PULL_ANSWER, seen.data)


def _proposals(document: dict[str, Any], seen: Look) -> tuple[Proposal, ...]:
    if seen.sent is None or not isinstance(seen.sent.result, HttpAnswer):
        return ()
    answer = seen.sent.result
    if not 200 <= answer.status < 300:
        return ()
    try:
        sample = _sample(seen, answer)
    except NotASample:
        return ()
    return propose_reading(document, sample)


def _sample(seen: Look, answer: HttpAnswer) -> Sample:
    """The answer as a sample, without reading it anew where it was read already."""
    for form in ("json", "ndjson", "csv", "xml"):
        if seen.format == form and "body" in seen.data:
            return Sample(form, seen.data["body"], answer.status, answer.headers)
    return read_answer(answer)


def _value(seen: Look) -> tuple[str, bool]:
    """The answer's value as JSON text, its lists cut until it is short enough."""
    if "body" not in seen.data:
        return "", False
    sent = seen.sent
    if sent is None or len(sent.result.body) <= LONGEST:
        text = json_text(seen.data["body"])
        if len(text) <= LONGEST:
            return text, False
    for kept in _KEPT_OF_LISTS:
        text = json_text(_cut(seen.data["body"], kept))
        if len(text) <= LONGEST:
            return text, True
    return json.dumps(text[:1000] + "…", ensure_ascii=False), True


def _cut(value: Any, kept: int) -> Any:
    if isinstance(value, list):
        return [_cut(item, kept) for item in value[:kept]]
    if isinstance(value, dict):
        return {name: _cut(inner, kept) for name, inner in value.items()}
    return value


async def _seen(
    store: Store, document: dict[str, Any], seen: Look
) -> dict[str, tuple[wire.SeenWord, int]]:
    """What the ledger of the running job says of the page's first records, by key."""
    try:
        row = await store.job(str(document.get("job", "")))
        ledger = Ledger.model_validate(_part(document, "ledger"))
    except (NotFound, ValidationError, DocumentError):
        return {}
    reader = RecordReader(ledger, None, None, decode=False)
    states: dict[str, tuple[wire.SeenWord, int]] = {}
    for record in seen.records[:COMPARED]:
        if record.key is None or record.key in states:
            continue
        versions = await store.versions(row.id, record.key)
        if not versions:
            states[record.key] = ("new", 1)
            continue
        latest = await store.record(versions[0].record_id)
        same = latest.sha256 == _hash(reader, record.payload)
        version = latest.brief.version
        states[record.key] = ("same", version) if same else ("changed", version + 1)
    return states


def _hash(reader: RecordReader, payload: bytes) -> bytes:
    read = ReadRecords()
    try:
        for _ in reader.blocks(Rows(raw=[payload]), read, None):
            pass
    except PageRefused:
        return b""
    return read.records[0].sha256


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
