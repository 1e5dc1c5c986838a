"""One block of an operation: its moves and its new position, in one transaction.

So a restart goes on exactly behind the last block: no delivery is left out, none is moved twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from engine.store import feed, leases, operations, pulls
from engine.store.access import Access
from engine.store.by_hand import Moved, resend_these, skip_by_hand
from engine.store.errors import LeaseLost
from engine.store.ids import delivery_id, record_of
from engine.store.operation_models import Operation
from engine.store.operation_rows import (
    Block,
    Found,
    Held,
    Kind,
    OperationRow,
    RepulledPage,
    Stage,
)
from engine.store.rows import IngestResult, Lease, WorkKind

SAMPLE = 20
"""Refusals and warnings that are kept in words."""


def deliveries_of(access: Access, record_ids: Sequence[int], consumer: str) -> Found:
    """The deliveries of these records to consumers of that name, or ("") to all."""
    found = Found()
    if not record_ids:
        return found
    marks = _marks(record_ids)
    jobs: dict[int, int] = dict(
        access.rows(f"SELECT id, job_id FROM record WHERE id IN ({marks})", record_ids)
    )
    consumers: dict[int, list[int]] = {}
    for id_, job_id, name in access.rows("SELECT id, job_id, name FROM consumer ORDER BY id"):
        if consumer in ("", name):
            consumers.setdefault(job_id, []).append(id_)
    wanted = {
        delivery_id(record_id, consumer_id): record_id
        for record_id, job_id in jobs.items()
        for consumer_id in consumers.get(job_id, ())
    }
    there: list[int] = []
    if wanted:
        rows = access.rows(
            f"SELECT id FROM delivery WHERE id IN ({_marks(list(wanted))}) ORDER BY id",
            tuple(wanted),
        )
        there = [id_ for (id_,) in rows]
    found.delivery_ids.extend(there)
    met = {wanted[id_] for id_ in there}
    for record_id in record_ids:
        if record_id not in jobs:
            found.missing.append((record_id, f"There is no record {record_id}."))
        elif record_id not in met:
            found.missing.append((record_id, _no_delivery(consumer)))
    return found


def move_block(access: Access, held: Held, block: Block, ttl_ms: int) -> int:
    """Resend or skip the block's deliveries; how many moved. LeaseLost: nothing was done."""
    row = operations.operation(access, held.id)
    if row.position != block.after:
        raise LeaseLost(f"operation {held.id} is at {row.position}, not at {block.after}")
    moved = _move(access, row, block.delivery_ids)
    ids = [id_ for id_, ok, _ in moved if ok]
    old = old_versions(access, ids) if row.kind is Kind.RESEND else []
    refused = [(record_of(id_), why) for id_, ok, why in moved if not ok]
    refused += block.missing
    operations.write(
        access,
        held,
        position=block.to,
        done=Operation.done + len(moved) + len(block.missing),
        moved=Operation.moved + len(ids),
        refused=Operation.refused + len(refused),
        warned=Operation.warned + len(old),
        refusals=json.dumps([*row.refusals, *refused][:SAMPLE], ensure_ascii=False),
        warnings=json.dumps([*row.warnings, *map(_old, old)][:SAMPLE], ensure_ascii=False),
        worked_ms=Operation.worked_ms + block.worked_ms,
        sentence="",
        expires_at=access.now + ttl_ms,
        updated_at=access.now,
    )
    if block.last:
        operations.finish(access, held, Stage.DONE)
    return len(ids)


def commit_page(
    access: Access, held: Held, lease: Lease, page: RepulledPage, ttl_ms: int
) -> IngestResult:
    """Keep a page of a re-pull; the job's own cursor is left alone. LeaseLost: nothing was kept."""
    leases.require(access, lease, WorkKind.PULL)
    row = operations.operation(access, held.id)
    if row.shard != lease.key.shard or row.cursor_at != page.page.cursor_before:
        raise LeaseLost(f"operation {held.id} is at {row.cursor_at!r} of {row.shard!r}")
    result = pulls.keep_page(access, lease, page.page, page.consumers)
    if result.new:
        feed.tell_to_send(access, lease.key.job_id)
    shard_done = not page.page.more
    going_on = page.next_shard is not None
    operations.write(
        access,
        held,
        shard=page.next_shard if shard_done and going_on else row.shard,
        cursor_at=row.since if shard_done and going_on else page.page.cursor_after,
        cursor_state="" if shard_done else page.state,
        done=Operation.done + len(page.page.records),
        moved=Operation.moved + result.new,
        share=0.0 if shard_done and going_on and page.share is not None else page.share,
        worked_ms=Operation.worked_ms + page.worked_ms,
        sentence="",
        expires_at=access.now + ttl_ms,
        updated_at=access.now,
    )
    if shard_done and not going_on:
        operations.finish(access, held, Stage.DONE)
    return result


def old_versions(access: Access, delivery_ids: Sequence[int]) -> list[tuple[int, int, int]]:
    """Of these deliveries' records, those that are not their key's newest: id, version, newest."""
    ids = sorted({record_of(id_) for id_ in delivery_ids})
    if not ids:
        return []
    rows = access.rows(
        "SELECT r.id, r.version, (SELECT max(n.version) FROM record AS n"
        " WHERE n.job_id = r.job_id AND n.key = r.key) FROM record AS r"
        f" WHERE r.id IN ({_marks(ids)})",
        tuple(ids),
    )
    return [(id_, version, newest) for id_, version, newest in rows if version < newest]


def old_version_sentence(record_id: int, version: int, newest: int) -> str:
    """What an operator is told of a version that is not the newest."""
    return (
        f"Record {record_id} is version {version} of {newest}: "
        "the target gets an older version than the newest."
    )


def _move(access: Access, row: OperationRow, delivery_ids: Sequence[int]) -> Moved:
    if row.kind is Kind.RESEND:
        return resend_these(access, delivery_ids, 0, row.mode)
    return skip_by_hand(access, delivery_ids, row.reason)


def _old(found: tuple[int, int, int]) -> str:
    return old_version_sentence(*found)


def _no_delivery(consumer: str) -> str:
    return f'It has none to consumer "{consumer}".' if consumer else "It has no delivery."


def _marks(values: Sequence[int]) -> str:
    return ", ".join("?" * len(values))
