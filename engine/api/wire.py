"""The shapes that travel over the control API, both ways. Instants are UTC ms unless named.

Shared by server, client, CLI and console; so it imports nothing of the engine. The objects of
``status --json``, ``records --json`` and ``record ID --json`` are fixed by design.md section 8.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

API_PREFIX = "/api/v1"

StateWord = Literal["pending", "sending", "retrying", "delivered", "dead", "skipped"]
OutcomeWord = Literal["accepted", "retry", "rejected", "not_sent", "unknown"]
HealthWord = Literal["good", "warn", "bad", "off"]
ScopeWord = Literal["read", "operate", "admin"]


class Shape(BaseModel):
    """Base of all shapes; readers ignore fields they do not know, so that versions may differ."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ProblemShape(Shape):
    """One thing wrong in a document or request: where, what, and what to do."""

    path: str = ""
    sentence: str
    hint: str = ""


class ErrorShape(Shape):
    """Every answer that is not a success."""

    code: str
    sentence: str
    hint: str = ""
    path: str = ""
    request_id: str = ""
    problems: tuple[ProblemShape, ...] = ()


class NodeShape(Shape):
    """GET /node: who answers. ``database`` names kind and place without credentials."""

    name: str
    version: str
    started_at: int
    now: int
    database: str
    producing: bool = Field(description="False for a node without producers and consumers.")
    ledger_id: str


class ConsumerStatusShape(Shape):
    """One row of the overview."""

    consumer: str
    synced: int
    unsynced: int
    failed: int
    skipped: int
    pulled: int = 0
    pending: int = 0
    sending: int = 0
    retrying: int = 0
    paused: bool = False
    in_per_s: float = 0.0
    out_per_s: float = 0.0
    failed_per_s: float = 0.0
    lag_s: float | None = None
    health: HealthWord = "good"
    happening: str = Field(default="", description="One sentence: what this consumer is doing now.")
    spark: tuple[float, ...] = Field(
        default=(), description="Delivered per second, last 60 samples."
    )


class JobStatusShape(Shape):
    """One job of ``status --json``; ``state`` is running, paused, failing or idle."""

    job: str
    state: str
    pulled: int
    lag_s: float | None = None
    consumers: tuple[ConsumerStatusShape, ...] = ()
    pull_problem: str = ""
    last_pull_at: int | None = None
    next_pull_at: int | None = None
    revision: int = 0
    description: str = ""


class StatusShape(Shape):
    """GET /status: everything the overview's table and cards show."""

    now: int = 0
    jobs: tuple[JobStatusShape, ...] = ()
    synced_today: int = 0
    pulls_today: int = 0


class SeriesShape(Shape):
    """GET /series: equal steps; per-second rates; latency in ms. Lists are of one length.

    ``start`` is the instant of the first sample, ``step_s`` the seconds between two.
    """

    start: int
    step_s: float
    pulled: tuple[float, ...]
    delivered: tuple[float, ...]
    failed: tuple[float, ...]
    backlog: tuple[float | None, ...] = ()
    p50_ms: tuple[float | None, ...] = ()
    p99_ms: tuple[float | None, ...] = ()


class RequestShape(Shape):
    """What was sent; secrets masked. Bodies as text where they are UTF-8, else base64."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    body_base64: str | None = None
    body_is_payload: bool = False


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
    error: str = ""
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
    last_error: str = ""
    why: str = Field(
        default="", description="Why it is not delivered yet, a sentence; in a record only."
    )
    attempts: tuple[AttemptShape, ...] = ()


class PullShape(Shape):
    """One page request to a source."""

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
    error: str = ""
    note: str = ""
    node: str = ""


class RecordShape(Shape):
    """GET /records/{id}, and without payload and attempts an item of GET /records.

    payload: the JSON value when it is JSON whose digits survive; payload_text: the exact bytes
    as text, or payload_base64 when they are not UTF-8.
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
    sha256: str = ""
    versions: int = 1
    pull: PullShape | None = None
    deliveries: tuple[DeliveryShape, ...] = ()


class RecordPageShape(Shape):
    """GET /records: newest first; pass ``next`` as ``after`` for the next page."""

    records: tuple[RecordShape, ...]
    next: str | None = None


class VersionShape(Shape):
    """One version of a record's key."""

    record_id: int
    version: int
    pulled_at: str
    size: int


class RecordQuery(Shape):
    """Filters shared by lists, counts and bulk operations. Times: UTC ms."""

    job: str | None = None
    consumer: str | None = None
    states: tuple[StateWord, ...] = ()
    key: str | None = None
    key_prefix: str | None = None
    since: int | None = None
    until: int | None = None


class CountShape(Shape):
    """POST /records/count. ``exact`` is False when counting stopped at the cap."""

    count: int
    exact: bool = True


class ResendRequest(Shape):
    """POST /resend and POST /skip: deliveries by record ids (and consumer), or all that match.

    Of a query one call does a block; ``after`` is the last answer's ``next``, so that each
    delivery is met once even when it is settled again meanwhile.
    """

    record_ids: tuple[int, ...] = Field(default=(), max_length=500)
    consumer: str | None = None
    query: RecordQuery | None = None
    after: int = 0


class ResendResult(Shape):
    """What a resend did. ``refused`` says per record why not; ``warnings`` e.g. an old version."""

    resent: int
    refused: tuple[ProblemShape, ...] = ()
    warnings: tuple[str, ...] = ()
    remaining: int = Field(
        default=0, description="Of a query: how many are still to do, at least; call again."
    )
    next: int | None = Field(
        default=None, description="Of a query: pass as ``after``; null at the end."
    )


class SkipResult(Shape):
    """What a skip did; ``refused`` says per record why not."""

    skipped: int
    refused: tuple[ProblemShape, ...] = ()
    remaining: int = 0
    next: int | None = None


class JobShape(Shape):
    """GET /jobs/{name}. ``document`` is the job document as an object."""

    job: str
    revision: int
    paused: bool
    document: dict[str, Any]
    created_at: int
    updated_at: int


class JobApplied(Shape):
    """PUT /jobs/{name}."""

    job: str
    revision: int
    changed: bool
    created: bool
    warnings: tuple[str, ...] = Field(
        default=(), description="Such as a secret that is not set yet."
    )


class JobPut(Shape):
    """The body of PUT /jobs/{name}: the whole document.

    expected_revision: refuse when the job is at another revision; 0 when it must be new; left out:
    whatever is there is replaced.
    """

    document: dict[str, Any]
    expected_revision: int | None = None


class JobTestRequest(Shape):
    """The body of POST /jobs/test."""

    document: dict[str, Any]


class JobsShape(Shape):
    """GET /jobs, by name."""

    jobs: tuple[JobShape, ...]


class RevisionShape(Shape):
    """One saved version of a job document."""

    number: int
    saved_at: int
    saved_by: str
    document: dict[str, Any]


class RevisionsShape(Shape):
    """GET /jobs/{name}/revisions, newest first."""

    revisions: tuple[RevisionShape, ...]


class PullPageShape(Shape):
    """GET /pulls: newest first; pass ``next`` as ``after`` for the next page."""

    pulls: tuple[PullShape, ...]
    next: str | None = None


class VersionsShape(Shape):
    """GET /records/{id}/versions: of the record's key, newest first."""

    versions: tuple[VersionShape, ...]


class JobTestShape(Shape):
    """POST /jobs/test: one real page is asked for and read; nothing is stored or sent.

    ``rendered`` is what each consumer would send for the first record.
    """

    ok: bool
    sentence: str = ""
    hint: str = ""
    request: RequestShape | None = None
    response: ResponseShape | None = None
    raw_count: int = 0
    records: tuple[dict[str, Any], ...] = Field(
        default=(), description="key, cursor, bytes of the first."
    )
    rendered: tuple[dict[str, Any], ...] = ()


class SecretShape(Shape):
    """A secret or alert channel, without its value."""

    name: str
    updated_at: int
    use: Literal["secret", "channel"] = "secret"


class SecretsShape(Shape):
    """GET /secrets and GET /channels: names only; a value is never shown."""

    secrets: tuple[SecretShape, ...]


class SecretValue(Shape):
    """The body of PUT /secrets/{name} and PUT /channels/{name}."""

    value: str = Field(min_length=1, max_length=65536)


class TokenShape(Shape):
    """An API token, without its text."""

    id: int
    name: str
    scope: ScopeWord
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None


class TokensShape(Shape):
    """GET /tokens, with those that were revoked or have expired."""

    tokens: tuple[TokenShape, ...]


class TokenRequest(Shape):
    """The body of POST /tokens."""

    name: str = Field(min_length=1, max_length=100)
    scope: ScopeWord = "read"
    expires_s: int | None = Field(default=None, ge=60, le=315_360_000)


class TokenMade(Shape):
    """POST /tokens. ``token`` is shown once and never again."""

    id: int
    name: str
    token: str


class BrokenShape(Shape):
    """An invariant that does not hold, and where."""

    rule: str
    place: str
    sentence: str


class CheckShape(Shape):
    """POST /check."""

    ok: bool
    checked: int
    broken: tuple[BrokenShape, ...] = ()


class AuditShape(Shape):
    """One change: who, what, on what, from where (address)."""

    id: int
    at: int
    by: str
    what: str
    target: str
    detail: str
    where: str


class AuditPageShape(Shape):
    """GET /audit: newest first; pass ``next`` as ``after`` for the next page."""

    entries: tuple[AuditShape, ...]
    next: int | None = None


class NodeRow(Shape):
    """One node of this database; ``alive`` when it was seen lately."""

    name: str
    version: str
    url: str
    started_at: int
    seen_at: int
    alive: bool


class NodesShape(Shape):
    """GET /nodes, by name."""

    nodes: tuple[NodeRow, ...]


class Done(Shape):
    """An answer without content."""

    ok: bool = True
