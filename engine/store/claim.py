"""Taking deliveries for sending (design.md rules 4 and 8).

A claim is durable before its caller hears of it. It costs no more with a million waiting than
with a hundred: what is due is read from one index in its order, and what must wait for an
earlier version of its key is put off, without spending an attempt, until that version settles
(``settle`` wakes it) or ``HELD_MS`` have passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from engine.core.delivery import Event, State
from engine.core.failpoint import reach
from engine.core.record import Claimed
from engine.store import leases
from engine.store.access import Access, Row
from engine.store.counters import Tally
from engine.store.errors import LeaseLost
from engine.store.ids import CONSUMER_BITS, idempotency_key
from engine.store.moves import IS_UNSYNCED, QUEUED, target
from engine.store.rows import Lease, Settlement

HELD_MS = 30_000
"""How long a version waits at most before it is looked at again. It is woken when it may go."""

LOOKS = 8
"""How many times ``limit`` candidates are looked at in one claim, when many must wait."""

CLAIM_BYTES = 32 * 1024 * 1024
"""Payload bytes of one claim, at most, or one delivery."""

_INLINE_BYTES = 16 * 1024
"""Payloads up to this size are read together with their delivery."""

_CLAIM = (
    f"UPDATE delivery SET state = {int(target(Event.CLAIM))}, number = number + 1,"
    " claim_token = {token}, claimed_at = {now},"
    " cycle_started_at = coalesce(cycle_started_at, {now})"
    f" WHERE {{id}} = id AND {QUEUED}"
)

_HOLDERS = f"""
    CASE WHEN d.version = 1 THEN NULL ELSE coalesce(
        (SELECT due_at FROM delivery
          WHERE id = (d.item_id << {CONSUMER_BITS} | d.consumer_id) AND {IS_UNSYNCED}),
        (SELECT due_at FROM delivery INDEXED BY delivery_order
          WHERE item_id = d.item_id AND consumer_id = d.consumer_id AND version < d.version
            AND version > 1 AND {IS_UNSYNCED} ORDER BY version LIMIT 1)
    ) END"""
"""When the earliest unsynced version of the same key is due; NULL when there is none."""

_BEFORE_BACKFILL = """
    (SELECT 0 FROM record AS e WHERE e.job_id = r.job_id AND e.key = r.key
        AND e.version < r.version AND e.id > {start} AND e.id <= {end} LIMIT 1)"""
"""0 when an earlier version is still to be given to this consumer by backfill."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What a claim is made for: a consumer, and those of its shards that are ours, by token."""

    job_id: int
    consumer_id: int
    tokens: dict[int, int]
    sql: str
    now: int


def claim(
    access: Access,
    consumer_id: int,
    held: Sequence[Lease],
    *,
    limit: int,
    now: int,
    per_key: bool,
    pull_shards: bool,
) -> list[Claimed]:
    """Take up to ``limit`` due deliveries in the shards we own; LeaseLost if we own none."""
    tokens = {int(one.key.shard): one.token for one in held if leases.is_ours(access, one)}
    if not tokens:
        raise LeaseLost(f"no push shard of consumer {consumer_id} is ours")
    consumer = access.row(
        "SELECT job_id, backfill_from, backfill_to FROM consumer"
        " WHERE id = ? AND removed_at IS NULL",
        (consumer_id,),
    )
    if consumer is None:
        return []
    job_id, start, end = consumer
    sql = _candidates_sql(
        len(tokens), _PULL_SHARD if pull_shards else "''", _holder(per_key, start, end)
    )
    line = _Line(job_id, consumer_id, tokens, sql, now)
    claimed: list[Claimed] = []
    room = CLAIM_BYTES
    for _ in range(LOOKS):
        found = access.rows(sql, (consumer_id, now, limit - len(claimed), *tokens))
        free = [row for row in found if row[-1] is None]
        _put_off(access, now, [row for row in found if row[-1] is not None])
        fitting = _fitting(free, room, at_least_one=not claimed)
        claimed += _take(access, line, fitting)
        room -= sum(row[_SIZE] for row in fitting)
        if len(free) == len(found) or len(fitting) < len(free) or len(claimed) >= limit:
            break
    reach("claim.after_update")
    return claimed


_COLUMNS = (
    "d.id, d.record_id, d.shard, d.state, d.cycle, d.number, d.cycle_started_at,"
    " r.key, r.version, r.pulled_at, r.size,"
    f" CASE WHEN r.size <= {_INLINE_BYTES} THEN r.payload END, d.as_sent"
)
_SIZE = 10
_PULL_SHARD = "coalesce((SELECT shard FROM pull WHERE id = r.pull_id), '')"


@cache
def _candidates_sql(shards: int, pull_shard: str, holder: str) -> str:
    """What is due in so many shards, first due first: a merge of one index range a shard."""
    due = " UNION ALL ".join(
        "SELECT id, due_at FROM delivery INDEXED BY delivery_queue"
        f" WHERE consumer_id = ?1 AND shard = ?{at} AND {QUEUED} AND due_at <= ?2"
        for at in range(4, 4 + shards)
    )
    return (
        f"WITH due AS MATERIALIZED ({due} ORDER BY 2, 1 LIMIT ?3)"
        f" SELECT {_COLUMNS}, {pull_shard}, {holder}"
        " FROM due CROSS JOIN delivery AS d ON d.id = due.id"
        " CROSS JOIN record AS r ON r.id = d.record_id"
    )


def _holder(per_key: bool, start: int, end: int) -> str:
    """The column that says when the version that must go first is due; NULL: none must."""
    if not per_key:
        return "NULL"
    if start == end:
        return _HOLDERS
    before = _BEFORE_BACKFILL.format(start=int(start), end=int(end))
    return f"coalesce({_HOLDERS}, {before})"


def _put_off(access: Access, now: int, waiting: Sequence[Row]) -> None:
    access.run_many(
        "UPDATE delivery SET due_at = ? WHERE id = ?",
        [(max(row[-1], now + HELD_MS), row[0]) for row in waiting],
    )


def _fitting(free: Sequence[Row], room: int, *, at_least_one: bool) -> list[Row]:
    """As many of the first rows as their payloads have room for."""
    fitting: list[Row] = []
    for row in free:
        room -= row[_SIZE]
        if room < 0 and not (at_least_one and not fitting):
            break
        fitting.append(row)
    return fitting


def _take(access: Access, line: _Line, rows: Sequence[Row]) -> list[Claimed]:
    now = line.now
    ids = [(row[0], line.tokens[row[2]]) for row in rows]
    count = access.update_rows(_CLAIM, ("id", "token"), ids, {"now": now})
    if rows and count != len(rows):
        raise AssertionError(f"{count} of {len(rows)} candidates could be claimed")
    tally = Tally(now)
    for state, n in Counter(row[3] for row in rows).items():
        tally.moved(line.job_id, line.consumer_id, State(state), target(Event.CLAIM), n)
    tally.write(access)
    return [_claimed(access, line, row) for row in rows]


def _claimed(access: Access, line: _Line, row: Row) -> Claimed:
    (
        delivery_id, record_id, shard, _, cycle, number, cycle_started_at,
        key, version, pulled_at, size, payload, as_sent, pull_shard, _,
    ) = row  # fmt: skip
    if payload is None and size > _INLINE_BYTES:
        payload = access.value("SELECT payload FROM record WHERE id = ?", (record_id,))
    return Claimed(
        delivery_id,
        record_id,
        line.consumer_id,
        shard,
        line.tokens[shard],
        key,
        version,
        payload,
        cycle,
        number + 1,
        pulled_at,
        line.now if cycle_started_at is None else cycle_started_at,
        idempotency_key(access.ledger_id, delivery_id),
        pull_shard,
        as_sent == 1,
    )


def released(one: Claimed) -> Settlement:
    """The release of a claim that nobody acts on; it is due again at once."""
    return Settlement(
        one.delivery_id,
        one.record_id,
        one.consumer_id,
        one.shard,
        one.token,
        one.cycle,
        one.number,
        one.pulled_at,
        Event.RELEASE,
        one.pulled_at,
        due_at=one.pulled_at,
    )
