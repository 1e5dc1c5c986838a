"""A record on its way into the ledger, and a delivery on its way out."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from engine.core.attempt import Exchange, Outcome


class IncomingRecord(Struct, frozen=True):
    """One record of a page, before the ledger has seen it.

    key: the business key, at most 512 characters.
    sha256: 32 bytes over the fields that make a new version.
    payload: the source's own bytes.
    skipped_by: ids of the consumers whose filter does not want it.
    """

    key: str
    sha256: bytes
    payload: bytes
    skipped_by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PulledPage:
    """One page a producer read, complete and judged good, ready to be committed.

    raw_count: rows in the page as the source gave them.
    cursor_before / cursor_after: as the source wrote them; None is "from the start";
        ``cursor_after`` equal to ``cursor_before`` leaves the cursor alone.
    more: whether the run goes on at once with another page.
    """

    exchange: Exchange
    records: tuple[IncomingRecord, ...]
    raw_count: int
    cursor_before: str | None
    cursor_after: str | None
    page: int
    more: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class FailedPull:
    """A pull that gave nothing: why, in words, and what was exchanged if anything was.

    kind: a short stable word, such as ``timeout``, ``status``, ``not_json``, ``page_too_large``.
    retry_after_s: what the source asked for, or None.
    """

    kind: str
    sentence: str
    cursor_before: str | None
    page: int
    exchange: Exchange | None = None
    retry_after_s: float | None = None
    note: str = ""


class Claimed(Struct, frozen=True):
    """A delivery claimed for sending; ``number`` is this attempt's, from 1 in each cycle.

    pull_shard: the one its record came in by; "" unless the claim asked for it.
    as_sent: the request of its last attempt is to be repeated, not made anew.
    """

    delivery_id: int
    record_id: int
    consumer_id: int
    shard: int
    token: int
    key: str
    version: int
    payload: bytes
    cycle: int
    number: int
    pulled_at: int
    cycle_started_at: int
    idempotency_key: str
    pull_shard: str = ""
    as_sent: bool = False


@dataclass(frozen=True, slots=True)
class PushVerdict:
    """What one delivery of a push came to.

    error_kind: a short stable word ("" when accepted), error: a sentence ("" when accepted).
    line_refusal: the target refused the whole line (its token, say), not this record.
    retry_after_s: what the target asked for; min_wait_s: the least wait for this kind of failure.
    final: waiting will not heal it (no request can be made from this record): give up at once.
    """

    outcome: Outcome
    error_kind: str = ""
    error: str = ""
    retry_after_s: float | None = None
    min_wait_s: float = 0.0
    line_refusal: bool = False
    final: bool = False


class PushResult(Struct, frozen=True):
    """One request of a consumer: its evidence and a verdict for each delivery, in their order.

    exchange is None when nothing could be sent because no request could be made.
    split: the batch failed as a whole and one record in it may be the reason: nothing is to be
        given up for it; the deliveries are to be pushed again in two halves, until the bad one
        stands alone. Never set for a single delivery.
    """

    exchange: Exchange | None
    verdicts: tuple[PushVerdict, ...]
    split: bool = False
