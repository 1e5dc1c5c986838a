"""Looks at one real page through a document that is still being written.

A run refuses a page at the first thing that is wrong; here each part of the document is judged on
its own (success rule, records, key, cursor, next page), and what can be read is handed back, so
that an operator sees the answer and how far the document fits it. Nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from engine.core.bare_path import kind_of
from engine.core.errors import OperatorError
from engine.core.expression import Expression, ExpressionFailed, Names
from engine.core.json_value import BadJson, decode_json, encode_json
from engine.http.client import HttpClient
from engine.http.message import HttpAnswer, HttpFailure
from engine.producers.http_pull.asking import Ask
from engine.producers.http_pull.cursor import CursorRule, CursorValue, NotACursor
from engine.producers.http_pull.exchange import Sent, SourceCaller
from engine.producers.http_pull.fields import Cursor, PullRequest, PullResponse
from engine.producers.http_pull.following import next_link, next_token
from engine.producers.http_pull.refusal import PageRefused, status_refused
from engine.producers.http_pull.request import RequestBuilder, RequestRefused
from engine.producers.http_pull.rows import Body, Rows, body_of

MAX_BYTES = 8 * 1024 * 1024
"""The largest page that is looked at: an operator waits for it."""
LOOKED_AT = 500
"""Records of the page whose key and cursor value are looked at."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What of a document is needed to look at a page; texts may be wrong, None is left out."""

    request: PullRequest
    format: str = "json"
    ok: str | None = None
    records: str | None = None
    key: str | None = None
    cursor: Mapping[str, Any] | None = None
    paging: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """How one part fits the answer. shown: what it gave, in a few words."""

    name: str
    fits: bool
    shown: str = ""
    error: OperatorError | None = None


@dataclass(frozen=True, slots=True)
class LookedRecord:
    """One of the page's records; problem: why it has no key or cursor value, or ""."""

    payload: bytes
    value: Any
    key: str | None = None
    cursor: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What came of it. sent: None when no request could be made; refused: why the page is none.

    data: what expressions about the answer see. following: what asks for the next page.
    format: in which the answer was read, "" if it could not be.
    """

    sent: Sent | None
    refused: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    raw_count: int = 0
    records: tuple[LookedRecord, ...] = ()
    following: Any = None
    format: str = ""


async def look(
    draft: Draft,
    ask: Ask,
    variables: Mapping[str, Any],
    *,
    http: HttpClient,
    secrets: Callable[[str], bytes],
    clock: Callable[[], int],
) -> Look:
    """Ask for one page and look at it. Raises OperatorError if a secret is missing or unfit."""
    caller = SourceCaller(
        draft.request.auth,
        http=http,
        secrets=secrets,
        clock=clock,
        timeout_s=draft.request.timeout_s,
        max_bytes=MAX_BYTES,
    )
    try:
        request = RequestBuilder(draft.request).build(ask, variables, clock())
    except RequestRefused as error:
        return Look(None, f"The request cannot be made: {error}.")
    sent = await caller.send(request)
    if isinstance(sent.result, HttpFailure):
        return Look(sent, sent.masker.text(sent.result.text))
    return look_at(draft, sent, sent.result)


def look_at(draft: Draft, sent: Sent, answer: HttpAnswer) -> Look:
    """Look at an answer that came."""
    refused = ""
    try:
        body = body_of(PullResponse.model_validate({"format": draft.format}), answer)
        value = body.value(None)
    except PageRefused as error:
        refused = error.sentence
        if not 200 <= answer.status < 300:
            refused = status_refused(answer.status, answer.headers, answer.body).sentence
        part = Part("format", False, error=OperatorError(refused))
        return Look(sent, sent.masker.text(refused), parts=(part,))
    data = {"status": answer.status, "headers": dict(answer.headers), "body": value}
    parts = [*_judged(draft, data)]
    rows, part = _rows(draft, body, data)
    parts.append(part)
    records, more = _records(draft, rows)
    following, paging = _following(draft, data, answer, sent.request.url)
    parts += [*more, *paging]
    if draft.ok is None and not 200 <= answer.status < 300:
        refused = status_refused(answer.status, answer.headers, answer.body).sentence
    told = sent.masker.text(refused)
    return Look(sent, told, data, tuple(parts), len(rows), records, following, format=draft.format)


def cursor_rule(cursor: Mapping[str, Any] | None) -> CursorRule | None:
    """The rule of a draft's cursor; None where it has none or a wrong one."""
    try:
        return None if cursor is None else CursorRule(Cursor.model_validate(cursor))
    except ValidationError:
        return None


def _judged(draft: Draft, data: Mapping[str, Any]) -> list[Part]:
    if draft.ok is None:
        return []
    try:
        good = Expression.compile(draft.ok, Names.PULL_ANSWER, condition=True).truth(data)
    except OperatorError as error:
        return [Part("ok", False, error=error)]
    if good:
        return [Part("ok", True, "true")]
    sentence = "By this rule the answer is a refusal: it is not true of it."
    return [Part("ok", False, "false", OperatorError(sentence))]


def _rows(draft: Draft, body: Body, data: Mapping[str, Any]) -> tuple[Rows, Part]:
    try:
        text = draft.records
        records = None if text is None else Expression.compile(text, Names.PULL_ANSWER)
        if records is not None and records.is_bare:
            records.value(data)
        rows = body.rows(records, data)
    except PageRefused as error:
        return Rows(values=[]), Part("records", False, error=OperatorError(error.sentence))
    except OperatorError as error:
        return Rows(values=[]), Part("records", False, error=error)
    return rows, Part("records", True, f"{len(rows):,} found")


def _records(draft: Draft, rows: Rows) -> tuple[tuple[LookedRecord, ...], list[Part]]:
    parts: list[Part] = []
    key = _compiled(draft.key, "key", parts)
    cursor = _compiled((draft.cursor or {}).get("value"), "cursor", parts)
    rule = cursor_rule(draft.cursor)
    if draft.cursor is not None and cursor is not None and rule is None:
        sentence = "The cursor's type, start or lag is not right yet."
        parts.append(Part("cursor", False, error=OperatorError(sentence)))
        cursor = None
    found: list[LookedRecord] = []
    failures: dict[str, OperatorError] = {}
    cursors: list[CursorValue] = []
    for index in range(min(len(rows), LOOKED_AT)):
        found.append(_record(rows, index, key, cursor, rule, cursors, failures))
    if key is not None:
        parts.append(_key_part(found, failures.get("key")))
    if cursor is not None:
        parts.append(_cursor_part(found, cursors, failures.get("cursor")))
    return tuple(found), parts


def _record(
    rows: Rows,
    index: int,
    key: Expression | None,
    cursor: Expression | None,
    rule: CursorRule | None,
    cursors: list[CursorValue],
    failures: dict[str, OperatorError],
) -> LookedRecord:
    if rows.raw is not None:
        payload = rows.raw[index]
        try:
            value = decode_json(payload)
        except BadJson as error:
            return LookedRecord(payload, None, problem=error.sentence)
    else:
        value = (rows.values or [])[index]
        payload = encode_json(value)
    data = {"record": value}
    problem, key_text, cursor_text = "", None, None
    try:
        if key is not None:
            key_text = _key_text(key, data)
    except OperatorError as error:
        failures.setdefault("key", error)
        problem = error.sentence
    try:
        if cursor is not None and rule is not None:
            read = rule.read(cursor.value(data))
            cursors.append(read)
            cursor_text = read.text
    except OperatorError as error:
        failures.setdefault("cursor", error)
        problem = problem or error.sentence
    except NotACursor as error:
        why = OperatorError(f"{cursor.text if cursor else ''} {error}.")
        failures.setdefault("cursor", why)
        problem = problem or why.sentence
    return LookedRecord(payload, value, key_text, cursor_text, problem)


def _key_text(key: Expression, data: Mapping[str, Any]) -> str:
    value = key.value(data)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, dict | list):
        raise ExpressionFailed(key.text, f"it is {kind_of(value)}, which cannot be a key")
    text = str(value)
    if not text.strip():
        raise ExpressionFailed(key.text, "it is empty, which cannot be a key")
    return text


def _key_part(records: list[LookedRecord], error: OperatorError | None) -> Part:
    if error is not None:
        return Part("key", False, error=error)
    keys = [record.key for record in records]
    shared = len(keys) - len(set(keys))
    if shared:
        sentence = f"{shared:,} of {len(keys):,} records have a key that another one has too."
        hint = "Records with one key count as versions of one another; choose another field."
        return Part("key", False, f"{shared:,} not unique", OperatorError(sentence, hint=hint))
    return Part("key", True, "unique in the sample" if len(keys) > 1 else "")


def _cursor_part(
    records: list[LookedRecord], cursors: list[CursorValue], error: OperatorError | None
) -> Part:
    if error is not None:
        return Part("cursor", False, error=error)
    if not cursors:
        return Part("cursor", True)
    if len({cursor.family for cursor in cursors}) > 1:
        sentence = "Some values have a time zone or are numbers, and others are not."
        return Part("cursor", False, error=OperatorError(sentence))
    last = max(cursor.rank for cursor in cursors)
    sharing = sum(cursor.rank == last for cursor in cursors)
    if sharing > 1:
        sentence = (
            f"{sharing:,} records share the last value of this page. Pages are asked again from "
            "that value; duplicates are recognised."
        )
        return Part("cursor", True, f"{sharing:,} share the last", OperatorError(sentence))
    return Part("cursor", True, "there in each record" if len(records) > 1 else "")


def _following(
    draft: Draft, data: Mapping[str, Any], answer: HttpAnswer, asked: str
) -> tuple[Any, list[Part]]:
    kind, text = draft.paging.get("kind"), draft.paging.get("next")
    if kind not in ("token", "link"):
        return None, []
    parts: list[Part] = []
    expression = _compiled(text, "paging", parts)
    if parts or (kind == "token" and expression is None):
        return None, parts
    try:
        if kind == "token" and expression is not None:
            following = next_token(expression, data)
        else:
            following = next_link(expression, dict(data), answer.headers, asked)
    except PageRefused as error:
        return None, [Part("paging", False, error=OperatorError(error.sentence))]
    told = "nothing follows" if following is None else "another page follows"
    return following, [Part("paging", True, told)]


def _compiled(text: Any, name: str, parts: list[Part]) -> Expression | None:
    if not isinstance(text, str) or not text:
        return None
    names = Names.PULL_ANSWER if name == "paging" else Names.PULL_RECORD
    try:
        return Expression.compile(text, names)
    except OperatorError as error:
        parts.append(Part(name, False, error=error))
        return None
