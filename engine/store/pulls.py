"""The pull side: cursors, and pages on their way into the ledger (design.md rules 1 to 3).

A page is one transaction: its pull row, the new versions, their deliveries, the counters, the
cursor. Not for asking sources: producers do that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.core.attempt import RESPONSE_CAP, Exchange
from engine.core.delivery import State
from engine.core.errors import NotFound
from engine.core.failpoint import reach
from engine.core.record import FailedPull, IncomingRecord, PulledPage
from engine.store import counters, feed, leases
from engine.store.access import Access, Row, blob
from engine.store.counters import Tally
from engine.store.errors import CursorMoved
from engine.store.evidence import headers_text, storable
from engine.store.ids import CONSUMER_BITS
from engine.store.rows import IngestResult, Lease, WorkKind
from engine.store.versions import Latest, latest_versions, new_versions

STEP_BACK_MS = 60_000
"""A clock that is set back by less than this does not take the ledger's order with it."""

_PENDING = int(State.PENDING)
_SKIPPED = int(State.SKIPPED)

_RECORD = ("id", "key", "version", "item_id", "size", "sha256", "payload")
"""What is each record's own; the rest is its page's."""
_DELIVERY = ("id", "record_id", "item_id", "version", "shard")
"""What is each delivery's own; the rest is alike for all new ones of a consumer."""

_INSERT_PULL = (
    "INSERT INTO pull (id, job_id, shard, page, started_at, duration_ms, method, url, status,"
    " raw_count, new, first_record_id, duplicates, cursor_before, cursor_after, length, sha256,"
    " error_kind, error, note, node, request_headers, request_body, response_headers,"
    " response_body, token)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(slots=True)
class _Page:
    """The rows a page comes to: records, and by consumer its deliveries, to be sent or skipped."""

    records: list[Row] = field(default_factory=list)
    pending: dict[int, list[Row]] = field(default_factory=dict)
    skipped: dict[int, list[Row]] = field(default_factory=dict)


def ingest(
    access: Access,
    lease: Lease,
    page: PulledPage,
    *,
    consumers: Sequence[int],
    cursor_state: str,
    due_at: int | None,
    tell: bool = True,
) -> IngestResult:
    """Commit a page, whole.

    consumers: those whose filters were asked about its records. tell: whether nodes that listen
    shall hear of new records.
    """
    leases.require(access, lease, WorkKind.PULL)
    result = keep_page(access, lease, page, consumers)
    _move_cursor(access, lease.key.job_id, lease.key.shard, page, cursor_state, due_at)
    if tell and result.new:
        feed.tell_to_send(access, lease.key.job_id)
    reach("ingest.after_cursor")
    return result


def keep_page(
    access: Access, lease: Lease, page: PulledPage, consumers: Sequence[int]
) -> IngestResult:
    """All of a page but the cursor: pull row, new versions, deliveries, counters."""
    job_id = lease.key.job_id
    # Taken first: until we commit, no other node takes the next, so pages come in one by one.
    pull_id = access.next_ids("pull")
    push_shards, active = _line(access, job_id)
    asked = [consumer for consumer in consumers if consumer in active]
    latest = latest_versions(access, job_id, page.records)
    pulled_at = pulled_now(access)
    new = new_versions(page.records, latest)
    first = access.next_ids("record", len(new)) if new else None
    built = _rows(new, latest, first or 0, push_shards, asked)
    duplicates = len(page.records) - len(new)
    _insert_pull(
        access,
        pull_id,
        lease,
        page.page,
        page.exchange,
        raw_count=page.raw_count,
        new=len(new),
        first=first,
        duplicates=duplicates,
        cursor=(page.cursor_before, page.cursor_after),
        note=page.note,
    )
    reach("ingest.after_pull_row")
    alike = {"job_id": job_id, "pull_id": pull_id, "pulled_at": pulled_at}
    access.insert_rows("record", _RECORD, built.records, alike)
    reach("ingest.after_records")
    for consumer in asked:
        insert_deliveries(access, consumer, pulled_at, built.pending[consumer])
        insert_deliveries(access, consumer, pulled_at, built.skipped[consumer], skipped=True)
    if first is not None:
        _leave_to_backfill(access, first, len(new), [one for one in active if one not in asked])
    reach("ingest.after_deliveries")
    skipped = {consumer: len(rows) for consumer, rows in built.skipped.items()}
    _count(access, job_id, asked, len(new), duplicates, skipped)
    return IngestResult(pull_id, len(new), duplicates)


def pulled_now(access: Access) -> int:
    """The time for new records: it never falls behind the newest record by a small step."""
    now = access.now
    newest = access.value("SELECT pulled_at FROM record ORDER BY id DESC LIMIT 1") or 0
    return newest if now < newest <= now + STEP_BACK_MS else now


def _line(access: Access, job_id: int) -> tuple[int, set[int]]:
    """The job's push shards and the ids of its consumers, as they are now."""
    push_shards = access.value("SELECT push_shards FROM job WHERE id = ?", (job_id,))
    rows = access.rows("SELECT id FROM consumer WHERE job_id = ? AND removed_at IS NULL", (job_id,))
    return push_shards, {id_ for (id_,) in rows}


def _rows(
    new: list[IncomingRecord],
    latest: Latest,
    first: int,
    push_shards: int,
    consumers: Sequence[int],
) -> _Page:
    page = _Page(pending={one: [] for one in consumers}, skipped={one: [] for one in consumers})
    for id_, record in enumerate(new, start=first):
        key, payload = record.key, record.payload
        before = latest.get(key)
        if before is None:
            item_id, version = id_, 1
        else:
            item_id, version = before[0], before[1] + 1
        latest[key] = (item_id, version, record.sha256)
        page.records.append(
            (id_, key, version, item_id, len(payload), blob(record.sha256), blob(payload))
        )
        shard = item_id % push_shards
        base = id_ << CONSUMER_BITS
        skipped_by = record.skipped_by
        for consumer in consumers:
            rows = page.skipped if consumer in skipped_by else page.pending
            rows[consumer].append((base | consumer, id_, item_id, version, shard))
    return page


def insert_deliveries(
    access: Access, consumer: int, at: int, rows: Sequence[Row], *, skipped: bool = False
) -> None:
    """New deliveries of a consumer, due or skipped ``at`` (UTC ms).

    rows: of each its id, and the record's id, item id, version and shard.
    """
    alike = {
        "consumer_id": consumer,
        "state": _SKIPPED if skipped else _PENDING,
        "cycle": 1,
        "number": 0,
        "due_at": at,
        "settled_at": at if skipped else None,
        "last_error": "",
    }
    access.insert_rows("delivery", _DELIVERY, rows, alike)


def _leave_to_backfill(access: Access, first: int, count: int, consumers: list[int]) -> None:
    """A consumer that was added while the page was read gets its records by backfill."""
    if consumers:
        access.run_many(
            "UPDATE consumer SET backfill_from = CASE WHEN backfill_from = backfill_to"
            " THEN ? ELSE backfill_from END, backfill_to = ? WHERE id = ?",
            [(first - 1, first + count - 1, consumer) for consumer in consumers],
        )


def _count(
    access: Access,
    job_id: int,
    consumers: Sequence[int],
    new: int,
    duplicates: int,
    skipped: dict[int, int],
) -> None:
    tally = Tally(access.now)
    tally.both(job_id, counters.WHOLE_JOB, counters.PULLS)
    tally.both(job_id, counters.WHOLE_JOB, counters.PULLED, new)
    tally.both(job_id, counters.WHOLE_JOB, counters.DUPLICATES, duplicates)
    for consumer in consumers:
        count_new(tally, job_id, consumer, new, skipped[consumer])
    tally.write(access)


def count_new(tally: Tally, job_id: int, consumer: int, new: int, skipped: int) -> None:
    """Count a consumer's new deliveries, ``skipped`` of them skipped at once by its filter."""
    tally.both(job_id, consumer, counters.PULLED, new)
    tally.moved(job_id, consumer, None, State.SKIPPED, skipped)
    tally.moved(job_id, consumer, None, State.PENDING, new - skipped)


def _move_cursor(
    access: Access,
    job_id: int,
    shard: str,
    page: PulledPage,
    state: str,
    due_at: int | None,
) -> None:
    now = access.now
    found = access.row("SELECT value FROM cursor WHERE job_id = ? AND shard = ?", (job_id, shard))
    if found is None:
        raise NotFound(f"The job has no pull shard {shard} any more.")
    value = found[0]
    if page.cursor_after != page.cursor_before:
        if value != page.cursor_before:
            raise CursorMoved(f"pull shard {shard} of job {job_id} is at {value!r}")
        value = page.cursor_after
    access.run(
        "UPDATE cursor SET value = ?, state = ?, due_at = coalesce(?, due_at), failures = 0,"
        " problem = '', problem_at = NULL, last_pull_at = ?, last_good_at = ?"
        " WHERE job_id = ? AND shard = ?",
        (value, state, due_at, now, now, job_id, shard),
    )


def pull_failed(access: Access, lease: Lease, failure: FailedPull, *, due_at: int) -> None:
    """Keep a pull that gave nothing, and say why on the cursor."""
    keep_failure(access, lease, failure)
    now = access.now
    access.run(
        "UPDATE cursor SET due_at = ?, failures = failures + 1, problem = ?, problem_at = ?,"
        " last_pull_at = ? WHERE job_id = ? AND shard = ?",
        (due_at, storable(failure.sentence), now, now, lease.key.job_id, lease.key.shard),
    )


def keep_failure(access: Access, lease: Lease, failure: FailedPull) -> None:
    """The row and the counts of a pull that gave nothing."""
    leases.require(access, lease, WorkKind.PULL)
    _insert_pull(
        access,
        access.next_ids("pull"),
        lease,
        failure.page,
        failure.exchange,
        cursor=(failure.cursor_before, failure.cursor_before),
        problem=(failure.kind, storable(failure.sentence)),
        note=failure.note,
    )
    tally = Tally(access.now)
    tally.both(lease.key.job_id, counters.WHOLE_JOB, counters.PULLS)
    tally.both(lease.key.job_id, counters.WHOLE_JOB, counters.PULL_ERRORS)
    tally.write(access)


def _insert_pull(
    access: Access,
    pull_id: int,
    lease: Lease,
    page: int,
    exchange: Exchange | None,
    *,
    raw_count: int = 0,
    new: int = 0,
    first: int | None = None,
    duplicates: int = 0,
    cursor: tuple[str | None, str | None],
    note: str = "",
    problem: tuple[str, str] = ("", ""),
) -> None:
    request = exchange.request if exchange else None
    response = exchange.response if exchange else None
    keep_body = response is not None and problem[0] != ""
    access.run(
        _INSERT_PULL,
        (
            pull_id,
            lease.key.job_id,
            lease.key.shard,
            page,
            exchange.started_at if exchange else access.now,
            exchange.duration_ms if exchange else 0,
            request.method if request else "",
            storable(request.url) if request else "",
            response.status if response else None,
            raw_count,
            new,
            first,
            duplicates,
            *cursor,
            response.length if response else 0,
            response.sha256 if response else b"",
            *problem,
            storable(note),
            access.node,
            headers_text(request.headers) if request else "[]",
            request.body if request else None,
            headers_text(response.headers) if response else "[]",
            response.body[:RESPONSE_CAP] if response and keep_body else None,
            lease.token,
        ),
    )
