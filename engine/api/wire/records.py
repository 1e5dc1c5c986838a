"""Shapes of records and what became of them: deliveries, attempts, pulls; and the filters."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from engine.api.wire.base import Instant, OutcomeWord, Shape, StateWord, Told


class RequestShape(Shape):
    """What was sent; secrets masked. Bodies as text where they are UTF-8, else base64.

    length: of the body, where one is kept. left_out: it was longer than the asker's cap.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    body_base64: str | None = None
    body_is_payload: bool = False
    length: int = 0
    left_out: bool = False


class ResponseShape(Shape):
    """What came back; the body is cut to 64 KiB, length and sha256 are of the whole."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    body_base64: str | None = None
    length: int = 0
    sha256: str = ""
    truncated: bool = False


class AttemptShape(Shape):
    """One try of a delivery with its evidence."""

    number: int
    outcome: OutcomeWord
    status: int | None = None
    started_at: str = Field(description="RFC 3339, UTC, milliseconds.")
    ms: int
    error: Told = ""
    error_kind: str = ""
    cycle: int = 1
    node: str = ""
    request: RequestShape | None = None
    response: ResponseShape | None = None


class DeliveryShape(Shape):
    """One delivery; in lists without attempts."""

    delivery_id: int = 0
    consumer: str
    state: StateWord
    cycle: int
    number: int = Field(default=0, description="Attempts in this cycle.")
    due_at: int | None = None
    settled_at: int | None = None
    last_outcome: OutcomeWord | None = None
    last_status: int | None = None
    last_error: Told = ""
    why: Told = Field(
        default="", description="Why it is not delivered yet, a sentence; in a record only."
    )
    attempts: tuple[AttemptShape, ...] = ()


class PullShape(Shape):
    """One page request to a source. request, response: in a record only, secrets masked.

    The body of an answer that was taken is not kept: it is the records'.
    """

    id: int
    shard: str
    page: int
    started_at: int
    ms: int
    method: str
    url: str
    status: int | None = None
    raw_count: int = 0
    new: int = 0
    duplicates: int = 0
    cursor_before: str | None = None
    cursor_after: str | None = None
    length: int = 0
    sha256: str = ""
    error_kind: str = ""
    error: Told = ""
    note: Told = ""
    node: str = ""
    request: RequestShape | None = None
    response: ResponseShape | None = None


class PullPageShape(Shape):
    """GET /pulls: newest first; pass ``next`` as ``after`` for the next page."""

    pulls: tuple[PullShape, ...]
    next: str | None = None


class RecordShape(Shape):
    """GET /records/{id}, and without payload and attempts an item of GET /records.

    payload: the JSON value when it is JSON whose digits survive; payload_text: the exact bytes
    as text, or payload_base64 when they are not UTF-8. payload_left_out: it was longer than the
    asker's cap; GET /records/{id}/payload gives it.
    """

    id: int
    job: str
    key: str
    version: int
    size: int = 0
    pulled_at: str = Field(description="RFC 3339, UTC, milliseconds.")
    payload: Any = None
    payload_text: str | None = None
    payload_base64: str | None = None
    payload_left_out: bool = False
    sha256: str = ""
    versions: int = 1
    pull: PullShape | None = None
    deliveries: tuple[DeliveryShape, ...] = ()


class RecordPageShape(Shape):
    """GET /records: newest first; pass ``next`` as ``after`` for the next page.

    With an expression a page looks at a bounded number of records: it may come back short or
    empty with a ``next``. ``scanned`` is how many it looked at, ``unjudged`` on how many of those
    the expression failed, and ``unjudged_why`` the reason on the first of them.
    """

    records: tuple[RecordShape, ...]
    next: str | None = None
    scanned: int | None = None
    unjudged: int = 0
    unjudged_why: Told = ""


class VersionShape(Shape):
    """One version of a record's key."""

    record_id: int
    version: int
    pulled_at: str
    size: int


class VersionsShape(Shape):
    """GET /records/{id}/versions: of the record's key, newest first."""

    versions: tuple[VersionShape, ...]


class RecordQuery(Shape):
    """Filters shared by lists, counts and bulk operations. Times: UTC ms.

    cause: of a failure group; dead deliveries, or the retrying ones where ``states`` says so.
    expression: over ``record`` and ``key``; what it fails on does not match.
    """

    job: str | None = None
    consumer: str | None = None
    states: tuple[StateWord, ...] = ()
    key: str | None = None
    key_prefix: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    cause: str | None = Field(default=None, max_length=20)
    expression: str | None = Field(default=None, max_length=4000)


class CountShape(Shape):
    """POST /records/count. ``exact`` is False when counting stopped at the cap."""

    count: int
    exact: bool = True
