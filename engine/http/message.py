"""Requests, answers and failures of the data plane, as values.

A failed send is a value here, never an exception. What a failure means for a delivery is told
in ``outcome``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from engine.core.attempt import Headers


class FailureKind(StrEnum):
    """Why there is no complete answer. The value is the stable word kept with an attempt."""

    REFUSED = "refused"
    DNS = "dns"
    TLS = "tls"
    CONNECT_TIMEOUT = "connect_timeout"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    RESET = "reset"
    CLOSED = "closed"
    PROTOCOL = "protocol"
    TRUNCATED = "truncated"
    DECODE = "decode"
    TOO_LARGE = "too_large"
    BAD_URL = "bad_url"
    BAD_REQUEST = "bad_request"
    FORBIDDEN_TARGET = "forbidden_target"
    AUTH = "auth"
    OTHER = "other"


class HttpRequest(Struct, frozen=True):
    """One request. ``url`` is absolute and already percent-encoded where data stands in it.

    The library adds Host, Content-Length, Accept, User-Agent and Accept-Encoding. Names go out in
    title case (``x-api-key`` as ``X-Api-Key``); equal names stand together, at the first's place.
    """

    method: str
    url: str
    headers: Headers
    body: bytes | None


class HttpAnswer(Struct, frozen=True):
    """A complete answer. ``body`` is decoded; ``length`` is its size in bytes. Names lower-case."""

    status: int
    headers: Headers
    body: bytes
    length: int


@dataclass(frozen=True, slots=True)
class HttpFailure:
    """No complete answer, and why.

    text: one sentence for an operator, without secrets.
    surely_not_sent: True only when no byte of the request can have reached the target.
    status, headers, body, length: of an answer that had begun; ``body`` holds at most the
        caller's ``max_bytes``, ``length`` counts what was read, both decoded.
    """

    kind: FailureKind
    text: str
    surely_not_sent: bool
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    length: int = 0


def header(headers: Headers, name: str) -> str | None:
    """The first value of a header, whatever its case; None if it is not there."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
