"""What waits: when the next delivery is due, and what a node that died left behind."""

from __future__ import annotations

from collections.abc import Sequence

from engine.core.delivery import State
from engine.core.record import Claimed
from engine.store.access import Access
from engine.store.ids import idempotency_key
from engine.store.moves import QUEUED
from engine.store.rows import Lease


def next_due(access: Access, consumer_id: int, shards: Sequence[int]) -> int | None:
    """When the earliest of what waits is due (UTC ms); None if nothing waits."""
    times = (
        access.value(
            "SELECT due_at FROM delivery INDEXED BY delivery_queue"
            f" WHERE consumer_id = ? AND shard = ? AND {QUEUED} ORDER BY due_at LIMIT 1",
            (consumer_id, shard),
        )
        for shard in shards
    )
    return min((at for at in times if at is not None), default=None)


def recoverable(
    access: Access, consumer_id: int, held: Sequence[Lease], *, limit: int
) -> list[Claimed]:
    """Deliveries in ``sending`` in our shards whose claim belongs to no living lease.

    They have the token of their claim, which is not ours: ``settle`` takes it from the shard's
    owner. What is in flight here has a living token and is never among them.
    """
    if not held:
        return []
    job_id = held[0].key.job_id
    living = access.rows(
        "SELECT token FROM lease WHERE job_id = ? AND kind = 'push' AND owner <> ''"
        " AND expires_at > ?",
        (job_id, access.now),
    )
    tokens = [token for (token,) in living]
    shards = [int(lease.key.shard) for lease in held]
    rows = access.rows(
        "SELECT d.id, d.record_id, d.consumer_id, d.shard, d.claim_token, r.key, r.version,"
        " r.payload, d.cycle, d.number, r.pulled_at, d.cycle_started_at"
        " FROM delivery AS d INDEXED BY delivery_list"
        " CROSS JOIN record AS r ON r.id = d.record_id"
        f" WHERE d.consumer_id = ? AND d.state = {int(State.SENDING)}"
        f" AND d.shard IN ({_marks(shards)}) AND d.claim_token NOT IN ({_marks((0, *tokens))})"
        " ORDER BY d.id LIMIT ?",
        (consumer_id, *shards, 0, *tokens, limit),
    )
    return [Claimed(*(*row, idempotency_key(access.ledger_id, row[0]))) for row in rows]


def _marks(values: Sequence[int]) -> str:
    return ", ".join("?" * len(values))
