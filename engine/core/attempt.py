"""One try of a delivery: its outcome and its evidence.

Evidence never claims more than is known (design.md rules 5 and 13). What is made for
every record is a msgspec Struct: frozen like a dataclass, and made in a tenth of its time.
"""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct

RESPONSE_CAP = 64 * 1024
"""Bytes of a response body that are kept; its full length and sha256 are kept beside it."""

Headers = tuple[tuple[str, str], ...]


class Outcome(IntEnum):
    """What is known about a try. The number is what the database keeps; it never changes."""

    ACCEPTED = 1
    RETRY = 2
    REJECTED = 3
    NOT_SENT = 4
    UNKNOWN = 5

    @property
    def word(self) -> str:
        """The outcome as screens, API and CLI write it: ``accepted``, ``not_sent`` …"""
        return self.name.lower()


class RequestEvidence(Struct, frozen=True):
    """What was sent, with secrets masked. ``body`` is None when it is the record's own bytes."""

    method: str
    url: str
    headers: Headers
    body: bytes | None


class ResponseEvidence(Struct, frozen=True):
    """What came back. ``body`` is cut to RESPONSE_CAP; length and sha256 are of the whole."""

    status: int
    headers: Headers
    body: bytes
    length: int
    sha256: bytes


class Exchange(Struct, frozen=True):
    """One request and its answer, if there was one. Instants in UTC ms, duration in ms."""

    request: RequestEvidence
    response: ResponseEvidence | None
    started_at: int
    duration_ms: int
