"""Exchanges as columns: what was sent and what came back, ready to be stored or shown.

Text that a database cannot hold (lone surrogates, NUL) is written with its escapes: evidence that
cannot be stored would hold up everything behind it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from engine.core.attempt import Exchange, Headers, RequestEvidence, ResponseEvidence

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode


def headers_text(headers: Headers) -> str:
    """Headers as JSON text."""
    try:
        return _encode(headers).decode()
    except UnicodeEncodeError:
        return _encode([(storable(name), storable(value)) for name, value in headers]).decode()


def storable(text: str) -> str:
    """The text, with NUL and what is not Unicode text written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def exchange_of(row: tuple[Any, ...]) -> Exchange | None:
    """An exchange from columns: method, url, request headers, request body, status, response
    headers, response body, response length, response sha256, started_at, duration_ms.
    """
    method, url, sent, body, status, came, answer, length, sha256, started_at, duration = row
    if method is None:
        return None
    response = None
    if status is not None:
        response = ResponseEvidence(status, _decode(came), answer or b"", length, sha256)
    request = RequestEvidence(method, url, _decode(sent), body)
    return Exchange(request, response, started_at, duration)
