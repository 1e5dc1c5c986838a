"""Deliveries of records that were there before their consumer (``start: beginning``).

Made from the oldest record on, in blocks. Meanwhile ``claim`` holds back a version whose earlier
versions are still to come, so that the order of a key holds from the first delivery.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.store import feed
from engine.store.access import Access, Row
from engine.store.counters import Tally
from engine.store.ids import SPAN, delivery_id
from engine.store.pulls import count_new, insert_deliveries

_NEXT = (
    "SELECT id FROM record INDEXED BY record_job_id WHERE job_id = ? AND id > ? AND id <= ?"
    " ORDER BY id LIMIT 1"
)


def read(access: Access, consumer_id: int, limit: int) -> list[tuple[int, str, bytes | None]]:
    """The next records (id, key, payload) this consumer has no delivery of, oldest first."""
    line = _line(access, consumer_id)
    if line is None:
        return []
    job_id, start, end = line
    rows = access.rows(
        "SELECT id, key, payload FROM record INDEXED BY record_job_id"
        " WHERE job_id = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?",
        (job_id, start, end, limit),
    )
    return [(id_, key, payload) for id_, key, payload in rows]


def write(
    access: Access, consumer_id: int, record_ids: Sequence[int], skipped: Collection[int]
) -> bool:
    """Make the deliveries of what ``read`` gave; whether the consumer has all of them now.

    Nothing is made, and the answer is False, when the range was moved since it was read.
    """
    line = _line(access, consumer_id)
    if line is None:
        return True
    job_id, _, end = line
    first = access.value(_NEXT, line)
    if first is None:
        access.run("UPDATE consumer SET backfill_from = backfill_to WHERE id = ?", (consumer_id,))
        return True
    if not record_ids or record_ids[0] != first:
        return False
    _make(access, job_id, consumer_id, record_ids, skipped)
    feed.tell_to_send(access, job_id)
    done = access.value(_NEXT, (job_id, record_ids[-1], end)) is None
    access.run(
        "UPDATE consumer SET backfill_from = ? WHERE id = ?",
        (end if done else record_ids[-1], consumer_id),
    )
    return done


def _line(access: Access, consumer_id: int) -> tuple[int, int, int] | None:
    row = access.row(
        "SELECT job_id, backfill_from, backfill_to FROM consumer"
        " WHERE id = ? AND removed_at IS NULL AND backfill_from < backfill_to",
        (consumer_id,),
    )
    return None if row is None else (row[0], row[1], row[2])


def _make(
    access: Access,
    job_id: int,
    consumer_id: int,
    record_ids: Sequence[int],
    skipped: Collection[int],
) -> None:
    now = access.now
    push_shards = access.value("SELECT push_shards FROM job WHERE id = ?", (job_id,))
    found = access.rows(
        "SELECT id, item_id, version FROM record INDEXED BY record_job_id WHERE job_id = ?"
        " AND id >= ? AND id <= ? AND NOT EXISTS"
        f" (SELECT 1 FROM delivery WHERE id = record.id * {SPAN} + ?) ORDER BY id",
        (job_id, record_ids[0], record_ids[-1], consumer_id),
    )
    rows: tuple[list[Row], list[Row]] = ([], [])
    for id_, item_id, version in found:
        row = (delivery_id(id_, consumer_id), id_, item_id, version, item_id % push_shards)
        rows[id_ in skipped].append(row)
    pending, left_out = rows
    insert_deliveries(access, consumer_id, now, pending)
    insert_deliveries(access, consumer_id, now, left_out, skipped=True)
    tally = Tally(now)
    count_new(tally, job_id, consumer_id, len(found), len(left_out))
    tally.write(access)
