"""The evidence of tries, on its way into the ledger: one row an attempt.

Rows that say much the same are inserted together, with what they share handed over once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from engine.core.attempt import RESPONSE_CAP, Exchange, Headers, ResponseEvidence
from engine.store.access import Access, Row, blob
from engine.store.evidence import headers_text, storable
from engine.store.rows import Settlement

_TRY = ("id", "delivery_id", "cycle", "number", "token", "started_at")
_SENT = ("duration_ms", "url", "request_headers")
_BODY = ("request_body",)
_CAME = ("status", "response_length", "response_sha256", "response_headers", "response_body")

_Alike = tuple[Any, ...]


def write_attempts(
    access: Access, settlements: Sequence[Settlement], moved: Sequence[bool]
) -> None:
    """One row for each try that was moved; a batch's exchange stands in its first row only."""
    tried = [at for at, one in enumerate(settlements) if moved[at] and one.outcome is not None]
    if not tried:
        return
    first = access.next_ids("attempt", len(tried))
    carriers: dict[int, int] = {}
    groups: dict[_Alike, list[Row]] = {}
    for id_, at in enumerate(tried, start=first):
        one = settlements[at]
        exchange = exchange_of(one, settlements)
        carrier = None
        if exchange is not None:
            carrier = carriers.setdefault(at if one.exchange_of is None else one.exchange_of, id_)
        batch_of = None if carrier == id_ else carrier
        _add(groups, id_, one, exchange if batch_of is None else None, batch_of)
    for alike, rows in groups.items():
        _insert(access, alike, rows)


def exchange_of(one: Settlement, settlements: Sequence[Settlement]) -> Exchange | None:
    """The request this one went out in, its own or the batch's."""
    return one.exchange if one.exchange_of is None else settlements[one.exchange_of].exchange


def storable_text(text: str) -> str:
    """The text as a database can hold it."""
    return text if text.isascii() and "\0" not in text else storable(text)


def _add(
    groups: dict[_Alike, list[Row]],
    id_: int,
    one: Settlement,
    exchange: Exchange | None,
    batch_of: int | None,
) -> None:
    tried = (id_, one.delivery_id, one.cycle, one.number, one.token)
    alike: _Alike = (one.outcome, one.error_kind, one.error, batch_of)
    if exchange is None:
        groups.setdefault((*alike, None, False, False), []).append((*tried, one.at))
        return
    request, response = exchange.request, exchange.response
    sent = (
        *tried,
        exchange.started_at,
        exchange.duration_ms,
        storable_text(request.url),
        headers_text(request.headers),
    )
    body = () if request.body is None else (blob(request.body),)
    came = () if response is None else _answered(response)
    place = (*alike, request.method, bool(body), bool(came))
    groups.setdefault(place, []).append((*sent, *body, *came))


def _answered(response: ResponseEvidence) -> Row:
    return (
        response.status,
        response.length,
        blob(response.sha256),
        _known_headers_text(response.headers),
        blob(response.body[:RESPONSE_CAP]),
    )


@lru_cache(maxsize=64)
def _known_headers_text(headers: Headers) -> str:
    """A target's answers mostly have the headers of the one before."""
    return headers_text(headers)


def _insert(access: Access, alike: _Alike, rows: Sequence[Row]) -> None:
    outcome, error_kind, error, batch_of, method, has_body, has_answer = alike
    own: tuple[str, ...] = _TRY
    shared = {
        "outcome": int(outcome),
        "error_kind": error_kind,
        "error": storable_text(error),
        "node": access.node,
        "batch_of": batch_of,
        "method": method,
    }
    if method is not None:
        own += _SENT + (_BODY if has_body else ()) + (_CAME if has_answer else ())
    access.insert_rows("attempt", own, rows, shared)
