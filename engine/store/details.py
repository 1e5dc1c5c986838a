"""Records and deliveries as they are shown: in a list, and one record with all its evidence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.core.attempt import Exchange, Outcome
from engine.core.delivery import State
from engine.core.errors import NotFound, OperatorError
from engine.store.access import Access, Row
from engine.store.evidence import exchange_of
from engine.store.ids import MAX_ID, SPAN
from engine.store.rows import (
    AttemptRow,
    DeliveryBrief,
    PullRow,
    RecordBrief,
    RecordDetail,
    RecordFilter,
)

_DELIVERIES = f"""
SELECT d.record_id, d.id, d.consumer_id, c.name, d.state, d.cycle, d.number, d.due_at,
       d.settled_at, d.last_outcome, d.last_status, d.last_error
  FROM json_each(?) AS j
 CROSS JOIN delivery AS d ON d.id > j.value * {SPAN} AND d.id < (j.value + 1) * {SPAN}
 CROSS JOIN consumer AS c ON c.id = d.consumer_id
"""
_RECORDS = """
SELECT r.id, r.job_id, o.name, r.key, r.version, r.size, r.pulled_at
  FROM json_each(?) AS j CROSS JOIN record AS r ON r.id = j.value
 CROSS JOIN job AS o ON o.id = r.job_id AND o.deleted_at IS NULL
"""
_ATTEMPTS = f"""
SELECT a.id, a.delivery_id, a.cycle, a.number, a.outcome, a.error_kind, a.error, a.node,
       a.started_at, e.method, e.url, e.request_headers, e.request_body, e.status,
       e.response_headers, e.response_body, e.response_length, e.response_sha256, e.started_at,
       e.duration_ms
  FROM attempt AS a JOIN attempt AS e ON e.id = coalesce(a.batch_of, a.id)
 WHERE a.delivery_id > ?1 * {SPAN} AND a.delivery_id < (?1 + 1) * {SPAN}
 ORDER BY a.delivery_id, a.cycle, a.number
"""
_PULL_EXCHANGE = """
SELECT method, url, request_headers, request_body, status, response_headers, response_body, length,
       sha256, started_at, duration_ms FROM pull WHERE id = ?
"""
PULL_COLUMNS = (
    "id, job_id, shard, page, started_at, duration_ms, method, url, status, raw_count, new,"
    " duplicates, cursor_before, cursor_after, length, sha256, error_kind, error, note, node"
)


def briefs(access: Access, ids: Sequence[int], wanted: RecordFilter) -> tuple[RecordBrief, ...]:
    """These records in this order, with the deliveries that match the filter."""
    if not ids:
        return ()
    found: dict[int, list[DeliveryBrief]] = {id_: [] for id_ in ids}
    text = json.dumps(list(ids))
    for record_id, *columns in sorted(access.rows(_DELIVERIES, (text,))):
        brief = _delivery(columns)
        if wanted.consumer_id not in (None, brief.consumer_id):
            continue
        if wanted.states and brief.state not in wanted.states:
            continue
        found[record_id].append(brief)
    rows = {row[0]: row for row in access.rows(_RECORDS, (text,))}
    return tuple(RecordBrief(*(*rows[id_], tuple(found[id_]))) for id_ in ids if id_ in rows)


def _delivery(columns: Sequence[Any]) -> DeliveryBrief:
    id_, consumer_id, consumer, state, cycle, number, due_at, settled_at, outcome, *last = columns
    return DeliveryBrief(
        id_,
        consumer_id,
        consumer,
        State(state),
        cycle,
        number,
        due_at,
        settled_at,
        None if outcome is None else Outcome(outcome),
        *last,
    )


def record(access: Access, record_id: int) -> RecordDetail:
    """Everything about one record; NotFound if there is none."""
    found = briefs(access, [record_id], RecordFilter())
    if not found:
        raise NotFound(
            f"There is no record {record_id}.",
            hint="Retention may have removed it, or its job was deleted.",
        )
    brief = found[0]
    row = access.row("SELECT payload, sha256, pull_id FROM record WHERE id = ?", (record_id,))
    assert row is not None
    payload, sha256, pull_id = row
    count = access.value(
        "SELECT count(*) FROM record WHERE job_id = ? AND key = ?", (brief.job_id, brief.key)
    )
    pull = access.row(f"SELECT {PULL_COLUMNS} FROM pull WHERE id = ?", (pull_id,))
    attempts: dict[int, list[AttemptRow]] = {}
    for one in map(_attempt, access.rows(_ATTEMPTS, (record_id,))):
        attempts.setdefault(one.delivery_id, []).append(one)
    return RecordDetail(
        brief,
        payload,
        sha256,
        count,
        None if pull is None else PullRow(*pull),
        {id_: tuple(rows) for id_, rows in attempts.items()},
        None if pull is None else _pull_exchange(access, pull_id),
    )


def _pull_exchange(access: Access, pull_id: int) -> Exchange | None:
    """What was asked and came; the answer's body is kept of a refused one only."""
    row = access.row(_PULL_EXCHANGE, (pull_id,))
    return exchange_of(row) if row is not None and row[0] else None


def _attempt(row: Row) -> AttemptRow:
    id_, delivery_id, cycle, number, outcome, kind, error, node, started_at, *exchange = row
    return AttemptRow(
        id_,
        delivery_id,
        cycle,
        number,
        Outcome(outcome),
        kind,
        error,
        node,
        started_at,
        exchange_of(tuple(exchange)),
    )


def versions(access: Access, job_id: int, key: str) -> tuple[RecordBrief, ...]:
    """All versions of a key, newest first."""
    ids = [
        id_
        for (id_,) in access.rows(
            "SELECT id FROM record WHERE job_id = ? AND key = ? ORDER BY version DESC LIMIT 1000",
            (job_id, key),
        )
    ]
    return briefs(access, ids, RecordFilter())


def payload(access: Access, record_id: int) -> bytes | None:
    """A record's bytes as the source sent them; None if retention removed them."""
    found = access.row("SELECT payload FROM record WHERE id = ?", (record_id,))
    if found is None:
        raise NotFound(f"There is no record {record_id}.")
    body: bytes | None = found[0]
    return body


def pulls(
    access: Access, job_id: int, limit: int, after: str | None
) -> tuple[tuple[PullRow, ...], str | None]:
    """A job's page requests, newest first, and the cursor of the next page."""
    if after is not None and not after.isdecimal():
        raise OperatorError("The page cursor is not one of ours.", path="after")
    rows = access.rows(
        f"SELECT {PULL_COLUMNS} FROM pull INDEXED BY pull_job_id WHERE job_id = ? AND id < ?"
        " ORDER BY id DESC LIMIT ?",
        (job_id, MAX_ID if after is None else int(after), limit + 1),
    )
    found = tuple(PullRow(*row) for row in rows[:limit])
    return found, str(found[-1].id) if len(rows) > limit else None
