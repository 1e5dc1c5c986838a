"""From the HTTP library's chain of causes to a failure an operator can read.

The chains below were seen on real sockets (tests/unit/http/test_client_failures.py is the table).
The rule: only a failure inside the connect phase is surely not sent; what is not recognised may
have been sent (design.md rule 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from engine.http.message import FailureKind

CONNECT_PHASE = "client error (Connect)"
"""hyper-util's name for everything up to the end of the TLS handshake."""


class ErrorType(Enum):
    """What the library's exception class says; the rest stands in its causes."""

    TIMEOUT = auto()
    DECODE = auto()
    OTHER = auto()


_WORDS: tuple[tuple[str, FailureKind], ...] = (
    ("end of file before message length", FailureKind.TRUNCATED),
    ("unexpected eof during chunk", FailureKind.TRUNCATED),
    ("connection reset", FailureKind.RESET),
    ("forcibly closed", FailureKind.RESET),
    ("broken pipe", FailureKind.RESET),
    ("connection aborted", FailureKind.RESET),
    ("closed before message completed", FailureKind.CLOSED),
    ("message head is too large", FailureKind.PROTOCOL),
    ("chunk", FailureKind.PROTOCOL),
    ("invalid http", FailureKind.PROTOCOL),
    ("error reading a body from connection", FailureKind.RESET),
)

_SENTENCES: dict[FailureKind, str] = {
    FailureKind.REFUSED: "{origin} refused the connection.",
    FailureKind.DNS: "The host name of {origin} could not be found.",
    FailureKind.TLS: "No secure connection to {origin}: the TLS handshake failed.",
    FailureKind.CONNECT_TIMEOUT: "No connection to {origin} within the time allowed.",
    FailureKind.CONNECT: "No connection to {origin}.",
    FailureKind.TIMEOUT: "{origin} did not answer completely within the time allowed.",
    FailureKind.RESET: "{origin} reset the connection before its answer was complete.",
    FailureKind.CLOSED: "{origin} closed the connection without an answer.",
    FailureKind.PROTOCOL: "{origin} answered something that is not HTTP.",
    FailureKind.TRUNCATED: "The answer of {origin} broke off before its end.",
    FailureKind.DECODE: "The answer of {origin} could not be unpacked.",
    FailureKind.OTHER: "The exchange with {origin} failed.",
}


def before_answer(
    kind: ErrorType, causes: Sequence[str], *, secure: bool
) -> tuple[FailureKind, bool]:
    """Why no answer began, and whether surely nothing was sent. ``secure``: the URL is https."""
    if CONNECT_PHASE in causes:
        return _connect_kind(kind, [cause.lower() for cause in causes], secure), True
    if kind is ErrorType.TIMEOUT:
        return FailureKind.TIMEOUT, False
    found = _by_words(causes)
    if found is None:
        found = FailureKind.PROTOCOL if kind is ErrorType.DECODE else FailureKind.OTHER
    return found, False


def in_body(kind: ErrorType, causes: Sequence[str]) -> FailureKind:
    """Why an answer that had begun did not come to its end."""
    if kind is ErrorType.TIMEOUT:
        return FailureKind.TIMEOUT
    # Without that cause the bytes arrived and only unpacking them failed.
    if causes and not any("from connection" in cause for cause in causes):
        return FailureKind.DECODE
    return _by_words(causes) or FailureKind.OTHER


def sentence(kind: FailureKind, origin: str, causes: Sequence[str]) -> str:
    """One sentence, with the system's own words for the last cause; no URL, so no secrets."""
    told = _SENTENCES[kind].format(origin=origin)
    detail = next((cause for cause in reversed(causes) if "url (" not in cause), "")
    if not detail or kind in (FailureKind.TIMEOUT, FailureKind.CONNECT_TIMEOUT):
        return told
    return f"{told[:-1]} ({detail})."


def _connect_kind(kind: ErrorType, causes: Sequence[str], secure: bool) -> FailureKind:
    if kind is ErrorType.TIMEOUT:
        return FailureKind.CONNECT_TIMEOUT
    if any("dns error" in cause for cause in causes):
        return FailureKind.DNS
    if any("refused" in cause for cause in causes):
        return FailureKind.REFUSED
    if secure and "tcp connect error" not in causes:
        return FailureKind.TLS
    return FailureKind.CONNECT


def _by_words(causes: Sequence[str]) -> FailureKind | None:
    told = "\n".join(causes).lower()
    return next((kind for words, kind in _WORDS if words in told), None)
