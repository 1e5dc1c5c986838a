"""What the tables know of why a record's deliveries wait: who holds their shard, and who is first.

For one record at a time, by a few lookups. Not for what a node knows: breakers, rates, batches.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.store.access import Access
from engine.store.ids import CONSUMER_BITS, SPAN, record_of
from engine.store.moves import IS_UNSYNCED

_STANDING = f"""
SELECT d.id, d.shard, d.claimed_at, l.owner, l.expires_at,
       CASE WHEN d.version = 1 THEN NULL ELSE coalesce(
         (SELECT id FROM delivery
           WHERE id = d.item_id * {SPAN} + d.consumer_id AND {IS_UNSYNCED}),
         (SELECT id FROM delivery INDEXED BY delivery_order
           WHERE item_id = d.item_id AND consumer_id = d.consumer_id AND version < d.version
             AND version > 1 AND {IS_UNSYNCED} ORDER BY version LIMIT 1)) END
  FROM delivery AS d JOIN record AS r ON r.id = d.record_id
  LEFT JOIN lease AS l ON l.job_id = r.job_id AND l.kind = 'push'
   AND l.shard = CAST(d.shard AS TEXT)
 WHERE d.id > ? AND d.id < ?
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one delivery stands in the queue.

    owner: who holds its shard's lease until ``expires_at`` (UTC ms), "" if nobody does.
    claimed_at: since when it is being sent, else None.
    earlier_record_id: the earliest unsynced version of the same key, None if there is none.
    """

    shard: int
    claimed_at: int | None
    owner: str
    expires_at: int
    earlier_record_id: int | None


def standings(access: Access, record_id: int) -> dict[int, Standing]:
    """Where each delivery of a record stands, by delivery id."""
    rows = access.rows(_STANDING, (record_id << CONSUMER_BITS, (record_id + 1) << CONSUMER_BITS))
    return {
        id_: Standing(
            shard,
            claimed_at,
            owner or "",
            expires_at or 0,
            None if earlier is None else record_of(earlier),
        )
        for id_, shard, claimed_at, owner, expires_at, earlier in rows
    }
