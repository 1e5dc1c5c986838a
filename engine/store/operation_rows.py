"""What the store takes and gives about operations. Instants are UTC ms, ids are database ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from engine.core.record import PulledPage
from engine.store.rows import PullRow, RecordFilter


class Kind(StrEnum):
    """What an operation does."""

    RESEND = "resend"
    SKIP = "skip"
    REPULL = "repull"


class Stage(StrEnum):
    """Where an operation stands."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class ResendMode(StrEnum):
    """How a delivery is sent again: as today's document says, or as its last attempt was."""

    MAPPED = "mapped"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class NewOperation:
    """An operation to be kept.

    request: what was asked, JSON, for showing. wanted: of a query. record_ids: those named, rising;
    consumer: only deliveries to consumers of that name, "" for all.
    shards, since, until: of a re-pull. target, detail: what the audit row tells.
    """

    kind: Kind
    request: str
    by: str
    job: str = ""
    job_id: int | None = None
    consumer: str = ""
    wanted: RecordFilter | None = None
    record_ids: tuple[int, ...] = ()
    mode: ResendMode = ResendMode.MAPPED
    reason: str = ""
    shards: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    total: int | None = None
    total_exact: bool = True
    per_s: float | None = None
    target: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation as it stands; see ``NewOperation``, and ``operation_models`` for the columns.

    refusals: the first of them, record id and sentence. warnings: the first of them.
    """

    id: int
    kind: Kind
    state: Stage
    request: str
    job_id: int | None
    job: str
    consumer: str
    mode: ResendMode
    reason: str
    last_id: int
    position: int
    shards: tuple[str, ...]
    shard: str
    since: str | None
    until: str | None
    cursor_at: str | None
    cursor_state: str
    total: int | None
    total_exact: bool
    done: int
    moved: int
    refused: int
    warned: int
    share: float | None
    per_s: float | None
    worked_ms: int
    refusals: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]
    sentence: str
    started_by: str
    created_at: int
    updated_at: int
    ended_at: int | None
    owner: str
    token: int


@dataclass(frozen=True, slots=True)
class Held:
    """A node's ownership of an operation. ``token`` rises with each new owner."""

    id: int
    owner: str
    token: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Which deliveries an operation is about: a filter, or named records and a consumer's name."""

    wanted: RecordFilter | None
    record_ids: tuple[int, ...]
    consumer: str


@dataclass(frozen=True, slots=True)
class Block:
    """The next deliveries of an operation, to be moved in one transaction with its position.

    after: where the operation must stand; to: where it stands then. missing: records that were
    named and have no delivery to meet, with a sentence. last: nothing comes after this block.
    worked_ms: time since the last block, waiting for the throttle included.
    """

    after: int
    to: int
    delivery_ids: Sequence[int]
    missing: Sequence[tuple[int, str]] = ()
    last: bool = False
    worked_ms: int = 0


@dataclass(frozen=True, slots=True)
class RepulledPage:
    """A page of a re-pull, to be committed in one transaction with the operation's position.

    consumers: those whose filters were asked. next_shard: with the last page of a shard, the one
    to go on with; None ends the operation. See ``Block`` for worked_ms.
    """

    page: PulledPage
    state: str
    consumers: Sequence[int]
    share: float | None = None
    next_shard: str | None = None
    worked_ms: int = 0


def repull_note(operation_id: int) -> str:
    """What a pull row of a re-pull says of itself."""
    return f"{_REPULLED} {operation_id}."


def is_repulled(row: PullRow) -> bool:
    """Whether a page was read for a re-pull, and tells nothing of the live cursor."""
    return row.note.startswith(_REPULLED)


_REPULLED = "Re-pull, operation"


@dataclass(frozen=True, slots=True)
class Found:
    """Deliveries of named records, rising, and the records that have none, with a sentence."""

    delivery_ids: list[int] = field(default_factory=list)
    missing: list[tuple[int, str]] = field(default_factory=list)
