"""What the store takes and gives: plain frozen rows. Instants are UTC ms, ids are database ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from engine.core.attempt import Exchange, Outcome
from engine.core.delivery import Event, State


class WorkKind(StrEnum):
    """Which half of a job a lease is for."""

    PULL = "pull"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class ConsumerRow:
    """A consumer as the ledger knows it; ``removed_at`` when the document no longer names it.

    Deliveries must still be made for records with an id above ``backfill_from`` up to
    ``backfill_to``, upwards; both are 0 when all is there.
    """

    id: int
    job_id: int
    name: str
    paused: bool
    backfill_from: int
    backfill_to: int
    removed_at: int | None
    paused_until: int | None = None
    pause_reason: str = ""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job with its newest document (JSON text). paused_until: when a pause ends by itself."""

    id: int
    name: str
    revision: int
    document: str
    paused: bool
    created_at: int
    updated_at: int
    push_shards: int
    consumers: tuple[ConsumerRow, ...]
    paused_until: int | None = None
    pause_reason: str = ""


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One saved version of a job document."""

    number: int
    document: str
    saved_at: int
    saved_by: str


@dataclass(frozen=True, slots=True)
class LeaseKey:
    """What a lease is for. ``shard``: a pull shard's name, or a push shard's number as text."""

    job_id: int
    kind: WorkKind
    shard: str


@dataclass(frozen=True, slots=True)
class Lease:
    """A node's time-limited ownership of a shard. ``token`` rises with each new owner."""

    key: LeaseKey
    owner: str
    token: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Ownership:
    """That a node owned a shard: from when, and until when (UTC ms) or None while it does."""

    key: LeaseKey
    owner: str
    token: int
    taken_at: int
    ended_at: int | None

    @property
    def node(self) -> str:
        """The node's name."""
        return self.owner.rpartition("#")[0]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a shard, until when (UTC ms) unless the lease is renewed."""

    owner: str
    expires_at: int

    @property
    def node(self) -> str:
        """The node's name."""
        return self.owner.rpartition("#")[0]


@dataclass(frozen=True, slots=True)
class SharingFacts:
    """What the nodes of a database share their work by, in one snapshot.

    now: by the database's clock, UTC ms. nodes: names of those that live and take work, sorted,
    with the ids of the jobs each is not able to run.
    holders: of every shard that is held, by a living node or not.
    """

    now: int
    nodes: Mapping[str, frozenset[int]]
    holders: Mapping[LeaseKey, Holder]


@dataclass(frozen=True, slots=True)
class CursorRow:
    """How far a pull shard has got, and when it is due again.

    value: as the source wrote it, None before the first record.
    state: the producer's own notes (JSON text), or "".
    failures: pulls that failed in a row; problem: the last one's sentence, "" after a good one.
    """

    job_id: int
    shard: str
    value: str | None
    state: str
    due_at: int
    failures: int
    problem: str
    problem_at: int | None
    last_pull_at: int | None
    last_good_at: int | None


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What a committed page came to: new versions, duplicates, and the first new record's id."""

    pull_id: int
    new: int
    duplicates: int


class Settlement(Struct, frozen=True):
    """How one claimed delivery's try ended: the event, the evidence, and when it is due again.

    event is ACCEPT, POSTPONE, GIVE_UP or RELEASE (which leaves no attempt and spends none).
    exchange_of: index, in the same call, of the settlement that carries the exchange of a shared
    batch request; None when this one carries its own. due_at is for POSTPONE and RELEASE.
    """

    delivery_id: int
    record_id: int
    consumer_id: int
    shard: int
    token: int
    cycle: int
    number: int
    pulled_at: int
    event: Event
    at: int
    due_at: int = 0
    outcome: Outcome | None = None
    error_kind: str = ""
    error: str = ""
    exchange: Exchange | None = None
    exchange_of: int | None = None


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which deliveries a list or a bulk operation is about. Everything left out matches all.

    cause: the id of a failure's cause: dead deliveries of one consumer, or, where the states are
    retrying alone, those that failed so last. search: an expression over the record.
    """

    job_id: int | None = None
    consumer_id: int | None = None
    states: frozenset[State] = frozenset()
    key: str | None = None
    key_prefix: str | None = None
    since: int | None = None
    until: int | None = None
    cause: int | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryBrief:
    """One delivery in a list or a record: where it stands, without bodies."""

    delivery_id: int
    consumer_id: int
    consumer: str
    state: State
    cycle: int
    number: int
    due_at: int
    settled_at: int | None
    last_outcome: Outcome | None
    last_status: int | None
    last_error: str


@dataclass(frozen=True, slots=True)
class RecordBrief:
    """One record in a list, with the deliveries that matched (all of them without a filter)."""

    record_id: int
    job_id: int
    job: str
    key: str
    version: int
    size: int
    pulled_at: int
    deliveries: tuple[DeliveryBrief, ...]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A keyset page, newest first; ``next_cursor`` is opaque, None at the end.

    scanned: of a search, how many records were looked at, else None; unjudged: of those, how many
    its expression failed on, and on the first of them why.
    """

    records: tuple[RecordBrief, ...]
    next_cursor: str | None
    scanned: int | None = None
    unjudged: int = 0
    unjudged_why: str = ""


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt with its evidence. Request body None: the record's own bytes (or removed)."""

    id: int
    delivery_id: int
    cycle: int
    number: int
    outcome: Outcome
    error_kind: str
    error: str
    node: str
    started_at: int
    exchange: Exchange | None


@dataclass(frozen=True, slots=True)
class PullRow:
    """One page request to a source."""

    id: int
    job_id: int
    shard: str
    page: int
    started_at: int
    duration_ms: int
    method: str
    url: str
    status: int | None
    raw_count: int
    new: int
    duplicates: int
    cursor_before: str | None
    cursor_after: str | None
    length: int
    sha256: bytes
    error_kind: str
    error: str
    note: str
    node: str


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """Everything about one record. payload is None when retention removed it.

    pull_exchange: the pull's request and answer; its body is kept of a refused one only.
    """

    brief: RecordBrief
    payload: bytes | None
    sha256: bytes
    versions: int
    pull: PullRow | None
    attempts: Mapping[int, tuple[AttemptRow, ...]] = field(default_factory=dict)
    pull_exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Live numbers of one consumer, from counters; ``pulled`` is every delivery ever made."""

    pulled: int = 0
    pending: int = 0
    sending: int = 0
    retrying: int = 0
    delivered: int = 0
    dead: int = 0
    skipped: int = 0

    @property
    def unsynced(self) -> int:
        """pending + sending + retrying."""
        return self.pending + self.sending + self.retrying


@dataclass(frozen=True, slots=True)
class ConsumerStatus:
    """A consumer's counts and the pull time of its oldest unsynced record (UTC ms), or None."""

    consumer_id: int
    consumer: str
    counts: Counts
    oldest_unsynced_at: int | None


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job's numbers: records ever pulled, and each consumer's."""

    job_id: int
    job: str
    pulled: int
    consumers: tuple[ConsumerStatus, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold: which, where, and the two numbers or facts."""

    rule: str
    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SecretRow:
    """A secret's or channel's name and when it was last set; its value stays sealed."""

    name: str
    updated_at: int
    updated_by: str


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token of the control API, without text or hash."""

    id: int
    name: str
    scope: str
    created_at: int
    created_by: str
    expires_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing an operator did."""

    id: int
    at: int
    by: str
    what: str
    target: str
    detail: str
    place: str


@dataclass(frozen=True, slots=True)
class NodeLoadRow:
    """How a node does, as it told itself.

    state: working, draining or drained. cpu_permille: of one core, since it was told before.
    memory_bytes: resident, 0 where the system does not tell. waiting: deliveries in its memory.
    unable: ids of jobs that cannot run there, for want of a secret, say.
    """

    state: str
    cpu_permille: int
    memory_bytes: int
    waiting: int
    unable: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DoingRow:
    """What a node told last that it does (JSON), and when it was seen last (UTC ms)."""

    node: str
    seen_at: int
    doing: str


@dataclass(frozen=True, slots=True)
class HeldShard:
    """A shard some node holds now."""

    job: str
    kind: WorkKind
    shard: str
    node: str


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """Where a database is and how it is. Sizes in bytes.

    free: of the disk it is on; None where a server does not tell.
    """

    kind: str
    place: str
    program: str
    schema: int
    size: int
    free: int | None


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A running engine that was seen on this database. drained: an operator wants it idle.

    fingerprint: of its certificate, "" without TLS.
    """

    name: str
    version: str
    url: str
    started_at: int
    seen_at: int
    load: NodeLoadRow | None = None
    drained_at: int | None = None
    drained_by: str = ""
    fingerprint: str = ""
