"""What follows from a changed job, in small blocks beside the traffic.

    another number of push shards   unsynced deliveries move to the shard they belong to now
    a consumer that is named no more    what waits for it is skipped
    a job that was deleted          its rows go, children first

Each block is one operation. Nothing is lost when the node stops in between: the need for it is in
the tables, and ``Store`` goes on when it is opened again.

Shards: ``item_id % push_shards``, so all versions of a key are in one. The order of a key does not
hang on shards (``claim`` looks at versions), so deliveries may move at any moment. Whatever enters
the queue is put into its right shard at that moment, so pending and retrying are gone through
first and sending last: nothing wrong can appear behind the block.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from engine.core.attempt import Outcome
from engine.core.delivery import UNSYNCED, Event, State
from engine.core.failpoint import reach
from engine.store import feed, leases, vault
from engine.store.access import Access
from engine.store.by_hand import CONSUMER_REMOVED, skip_these
from engine.store.feed import Topic
from engine.store.ids import SPAN
from engine.store.jobs import job_by_id
from engine.store.moves import may
from engine.store.rows import Lease, LeaseKey, Settlement, WorkKind
from engine.store.settle import settle
from engine.store.waiting import recoverable

BLOCK = 1000

_ORDER = (State.PENDING, State.RETRYING, State.SENDING)


@dataclass(frozen=True, slots=True)
class Place:
    """Where resharding a job has got to: a consumer, a state, and the last delivery id.

    revision: what the job was saved as. Saved anew, through any node, it begins from the start.
    """

    job_id: int
    revision: int
    consumer: int = 0
    step: int = 0
    last: int = 0


def is_left(access: Access) -> bool:
    """Whether ``next_block`` has anything to do: what is only looked at stays as it is."""
    changed = "SELECT 1 FROM job WHERE reshard = 1 OR deleted_at IS NOT NULL LIMIT 1"
    return access.value(changed) is not None or bool(access.rows(f"{_REMOVED} LIMIT 1"))


def next_block(access: Access, place: Place | None) -> tuple[bool, Place | None]:
    """Do one block of whatever is left to do; whether there was any, and where it has got to."""
    job = access.row(
        "SELECT id, revision FROM job WHERE reshard = 1 AND deleted_at IS NULL ORDER BY id LIMIT 1"
    )
    if job is not None:
        begun = place is not None and (place.job_id, place.revision) == tuple(job)
        return True, _reshard(access, place if place is not None and begun else Place(*job))
    if _cancel(access) or _delete(access):
        return True, None
    return False, None


def _reshard(access: Access, at: Place) -> Place | None:
    consumers = [
        id_
        for (id_,) in access.rows(
            "SELECT id FROM consumer WHERE job_id = ? AND id >= ? ORDER BY id",
            (at.job_id, at.consumer),
        )
    ]
    if not consumers:
        access.run("UPDATE job SET reshard = 0 WHERE id = ?", (at.job_id,))
        return None
    step, last = (at.step, at.last) if consumers[0] == at.consumer else (0, 0)
    end = _reshard_some(access, at.job_id, consumers[0], _ORDER[step], last)
    if end is not None:
        return Place(at.job_id, at.revision, consumers[0], step, end)
    if step + 1 < len(_ORDER):
        return Place(at.job_id, at.revision, consumers[0], step + 1, 0)
    return Place(at.job_id, at.revision, consumers[0] + 1)


def _reshard_some(
    access: Access, job_id: int, consumer: int, state: State, last: int
) -> int | None:
    """Move the next block; the last id it looked at, None when there are no more."""
    ids = [
        id_
        for (id_,) in access.rows(
            "SELECT id FROM delivery INDEXED BY delivery_list WHERE consumer_id = ? AND state = ?"
            " AND id > ? ORDER BY id LIMIT ?",
            (consumer, int(state), last, BLOCK),
        )
    ]
    if not ids:
        return None
    access.run(
        "UPDATE delivery SET shard = item_id % (SELECT push_shards FROM job WHERE id = ?1)"
        " WHERE id IN (SELECT value FROM json_each(?2))"
        " AND shard <> item_id % (SELECT push_shards FROM job WHERE id = ?1)",
        (job_id, json.dumps(ids)),
    )
    return int(ids[-1])


_REMOVED = f"""
SELECT c.job_id, c.id FROM consumer AS c JOIN job AS j ON j.id = c.job_id
 WHERE c.removed_at IS NOT NULL AND j.deleted_at IS NULL AND EXISTS
  (SELECT 1 FROM delivery WHERE consumer_id = c.id
      AND state IN ({", ".join(str(int(state)) for state in UNSYNCED)}))
"""


def _cancel(access: Access) -> bool:
    """Skip a block of what waits for a removed consumer; settle what a dead node was sending."""
    for job_id, consumer in access.rows(_REMOVED):
        if _recover(access, job_id, consumer):
            return True
        rows = access.rows(
            "SELECT id, state FROM delivery INDEXED BY delivery_list"
            f" WHERE consumer_id = ? AND {may(Event.SKIP)} LIMIT ?",
            (consumer, BLOCK),
        )
        if rows:
            groups = Counter((State(state), job_id, consumer) for _, state in rows)
            skip_these(access, [id_ for id_, _ in rows], CONSUMER_REMOVED, groups)
            return True
    return False


def _recover(access: Access, job_id: int, consumer: int) -> bool:
    """No pusher recovers what was being sent to a removed consumer, so it is done here."""
    shards = access.rows(
        "SELECT DISTINCT shard FROM delivery WHERE consumer_id = ? AND state = ?",
        (consumer, int(State.SENDING)),
    )
    keys = [LeaseKey(job_id, WorkKind.PUSH, str(shard)) for (shard,) in shards]
    left = recoverable(access, consumer, [Lease(key, "", 0, 0) for key in keys], limit=BLOCK)
    now = access.now
    settlements = [
        Settlement(
            one.delivery_id,
            one.record_id,
            one.consumer_id,
            one.shard,
            one.token,
            one.cycle,
            one.number,
            one.pulled_at,
            Event.POSTPONE,
            now,
            due_at=now,
            outcome=Outcome.UNKNOWN,
            error_kind="crash",
            error="The node stopped before the answer was stored; the target may have got it.",
        )
        for one in left
    ]
    ours = {key: token for key in keys if (token := leases.token_of(access, key)) is not None}
    return any(settle(access, settlements, ours)) if settlements else False


def mark_deleted(access: Access, job_id: int, by: str) -> None:
    """From now on the job is gone for everybody; its rows follow in blocks."""
    row = job_by_id(access, job_id)
    access.run("UPDATE job SET deleted_at = ? WHERE id = ?", (access.now, job_id))
    leases.end_all(access, job_id)
    feed.tell(access, Topic.JOBS)
    vault.audit(access, by, "delete job", row.name, "")


def _delete(access: Access) -> bool:
    job_id = access.value("SELECT id FROM job WHERE deleted_at IS NOT NULL LIMIT 1")
    if job_id is None:
        return False
    ids = [
        id_
        for (id_,) in access.rows(
            "SELECT id FROM record INDEXED BY record_job_id WHERE job_id = ? LIMIT ?",
            (job_id, BLOCK),
        )
    ]
    if ids:
        delete_records(access, ids)
    elif not _delete_pulls(access, job_id):
        _delete_job(access, job_id)
    reach("retain.block")
    return True


def delete_records(access: Access, ids: list[int]) -> None:
    """Remove records with their deliveries and attempts."""
    deliveries = deliveries_of(access, ids)
    listed = "(SELECT value FROM json_each(?))"
    access.run(f"DELETE FROM attempt WHERE delivery_id IN {listed}", (deliveries,))
    access.run(f"DELETE FROM failure WHERE delivery_id IN {listed}", (deliveries,))
    access.run(f"DELETE FROM delivery WHERE id IN {listed}", (deliveries,))
    access.run(f"DELETE FROM record WHERE id IN {listed}", (json.dumps(ids),))


def deliveries_of(access: Access, record_ids: list[int]) -> str:
    """The ids of all deliveries of these records, as JSON.

    Looked up by themselves: not every database finds its way through an index where a statement
    that changes rows looks for them in a subquery.
    """
    rows = access.rows(
        "SELECT d.id FROM json_each(?) AS j CROSS JOIN delivery AS d"
        f" ON d.id > j.value * {SPAN} AND d.id < (j.value + 1) * {SPAN}",
        (json.dumps(record_ids),),
    )
    return json.dumps([id_ for (id_,) in rows])


def _delete_pulls(access: Access, job_id: int) -> bool:
    rows = access.rows("SELECT id FROM pull WHERE job_id = ? LIMIT ?", (job_id, BLOCK))
    access.run(
        "DELETE FROM pull WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([id_ for (id_,) in rows]),),
    )
    return bool(rows)


def _delete_job(access: Access, job_id: int) -> None:
    consumers = "SELECT id FROM consumer WHERE job_id = ?"
    for table in ("allowance", "breaker"):
        access.run(f"DELETE FROM {table} WHERE consumer_id IN ({consumers})", (job_id,))
    for table in (
        "counter",
        "rollup",
        "cursor",
        "lease",
        "lease_history",
        "cause",
        "alert",
        "consumer",
        "job_revision",
    ):
        access.run(f"DELETE FROM {table} WHERE job_id = ?", (job_id,))
    access.run("DELETE FROM job WHERE id = ?", (job_id,))
