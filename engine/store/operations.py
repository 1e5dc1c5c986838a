"""Operations as rows: begun, owned by one node at a time, steered, ended; each change audited.

An owner's every write checks its token and that the operation still runs, so an operator's pause
or cancel takes effect before the next block. The blocks themselves are in ``operation_blocks``.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from engine.core.errors import Conflict, NotFound
from engine.store import feed, vault
from engine.store.access import Access, Row
from engine.store.errors import LeaseLost
from engine.store.feed import Topic
from engine.store.models import Audit
from engine.store.operation_models import Operation
from engine.store.operation_rows import (
    Held,
    Kind,
    NewOperation,
    OperationRow,
    ResendMode,
    Scope,
    Stage,
)
from engine.store.rows import RecordFilter

OPEN = (Stage.RUNNING, Stage.PAUSED)

_STEPS: dict[str, tuple[tuple[Stage, ...], Stage]] = {
    "pause": ((Stage.RUNNING,), Stage.PAUSED),
    "resume": ((Stage.PAUSED, Stage.FAILED), Stage.RUNNING),
    "cancel": (OPEN, Stage.CANCELLED),
}
"""What an operator may do to an operation: from which states, and to which."""

_COLUMNS: tuple[Any, ...] = (
    Operation.id,
    Operation.kind,
    Operation.state,
    Operation.request,
    Operation.job_id,
    Operation.job,
    Operation.consumer,
    Operation.mode,
    Operation.reason,
    Operation.last_id,
    Operation.position,
    Operation.shards,
    Operation.shard,
    Operation.since,
    Operation.until,
    Operation.cursor_at,
    Operation.cursor_state,
    Operation.total,
    Operation.total_exact,
    Operation.done,
    Operation.moved,
    Operation.refused,
    Operation.warned,
    Operation.share,
    Operation.per_s,
    Operation.worked_ms,
    Operation.refusals,
    Operation.warnings,
    Operation.sentence,
    Operation.started_by,
    Operation.created_at,
    Operation.updated_at,
    Operation.ended_at,
    Operation.owner,
    Operation.token,
)


def begin(access: Access, new: NewOperation) -> OperationRow:
    """Keep it; it runs from now on. What is pulled later is not met.

    Conflict while another one does the same: a caller that lost the answer may ask twice.
    """
    record_ids = json.dumps(new.record_ids)
    twin = access.ask_one(
        Operation.select(Operation.id).where(
            Operation.ended_at.is_null()
            & (Operation.kind == new.kind.value)
            & (Operation.request == new.request)
            & (Operation.record_ids == record_ids)
        )
    )
    if twin is not None:
        (operation_id,) = twin
        raise Conflict(
            f"Operation {operation_id} does the same and is not done yet.",
            hint="Wait for it, or cancel it first.",
        )
    id_ = access.next_ids("operation")
    detail = f"operation {id_}: {new.detail}" if new.detail else f"operation {id_}"
    audit_id = vault.audit(access, new.by, new.kind.value, new.target, detail)
    newest = access.value("SELECT max(id) FROM record") or 0
    now = access.now
    access.tell(
        Operation.insert(
            id=id_,
            kind=new.kind.value,
            state=Stage.RUNNING.value,
            request=new.request,
            wanted="" if new.wanted is None else msgspec.json.encode(new.wanted).decode(),
            record_ids=record_ids,
            job_id=new.job_id,
            job=new.job,
            consumer=new.consumer,
            mode=new.mode.value,
            reason=new.reason,
            last_id=newest,
            position=0,
            shards=json.dumps(new.shards),
            shard=new.shards[0] if new.shards else "",
            since=new.since,
            until=new.until,
            cursor_at=new.since,
            cursor_state="",
            total=new.total,
            total_exact=int(new.total_exact),
            done=0,
            moved=0,
            refused=0,
            warned=0,
            share=None,
            per_s=new.per_s,
            worked_ms=0,
            refusals="[]",
            warnings="[]",
            sentence="",
            started_by=new.by,
            audit_id=audit_id,
            created_at=now,
            updated_at=now,
            ended_at=None,
            owner="",
            token=0,
            expires_at=0,
        )
    )
    feed.tell(access, Topic.OPERATIONS)
    return operation(access, id_)


def operation(access: Access, operation_id: int) -> OperationRow:
    """The operation of that id; NotFound if there is none."""
    row = access.ask_one(Operation.select(*_COLUMNS).where(Operation.id == operation_id))
    if row is None:
        raise NotFound(f"There is no operation {operation_id}.")
    return _row(row)


def operations(
    access: Access, *, open_only: bool, after: int | None, limit: int
) -> tuple[OperationRow, ...]:
    """Operations, newest first; ``after``: the id of the last row of the page before."""
    query = Operation.select(*_COLUMNS)
    if open_only:
        query = query.where(Operation.ended_at.is_null())
    if after is not None:
        query = query.where(Operation.id < after)
    return tuple(_row(row) for row in access.ask(query.order_by(Operation.id.desc()).limit(limit)))


def free(access: Access, limit: int) -> tuple[OperationRow, ...]:
    """Operations that run and that no living node works on, oldest first."""
    query = (
        Operation.select(*_COLUMNS)
        .where(
            Operation.ended_at.is_null()
            & (Operation.state == Stage.RUNNING.value)
            & (Operation.expires_at <= access.now)
        )
        .order_by(Operation.id)
        .limit(limit)
    )
    return tuple(_row(row) for row in access.ask(query))


def scope(access: Access, operation_id: int) -> Scope:
    """Which deliveries it is about."""
    found = access.ask_one(
        Operation.select(Operation.wanted, Operation.record_ids, Operation.consumer).where(
            Operation.id == operation_id
        )
    )
    if found is None:
        raise NotFound(f"There is no operation {operation_id}.")
    wanted, record_ids, consumer = found
    return Scope(
        msgspec.json.decode(wanted, type=RecordFilter) if wanted else None,
        tuple(json.loads(record_ids)),
        consumer,
    )


def steer(access: Access, operation_id: int, step: str, by: str) -> OperationRow:
    """Pause, resume or cancel; Conflict, with a sentence, where that does not fit its state."""
    sources, target = _STEPS[step]
    now = access.now
    changed = access.tell(
        Operation.update(
            state=target.value,
            owner="",
            expires_at=0,
            sentence="",
            updated_at=now,
            ended_at=None if target in OPEN else now,
        ).where(
            (Operation.id == operation_id)
            & Operation.state.in_([source.value for source in sources])
        )
    )
    row = operation(access, operation_id)
    if not changed:
        raise Conflict(
            f"Operation {operation_id} is {row.state.value}, so it cannot be {_PAST[step]}.",
            hint="Look at it again; its state may have changed meanwhile.",
        )
    feed.tell(access, Topic.OPERATIONS)
    vault.audit(access, by, f"{step} operation", f"operation {operation_id}", told(row))
    if target not in OPEN:
        tell_audit(access, row)
    return row


_PAST = {"pause": "paused", "resume": "resumed", "cancel": "cancelled"}


def take(access: Access, operation_id: int, owner: str, ttl_ms: int) -> OperationRow | None:
    """Own it for a while if nobody else does; None if somebody does or it does not run."""
    now = access.now
    changed = access.tell(
        Operation.update(owner=owner, token=Operation.token + 1, expires_at=now + ttl_ms).where(
            (Operation.id == operation_id)
            & (Operation.state == Stage.RUNNING.value)
            & (Operation.expires_at <= now)
        )
    )
    return operation(access, operation_id) if changed else None


def keep(access: Access, held: Held, ttl_ms: int, sentence: str | None = None) -> None:
    """Own it for longer, and say what it waits for. LeaseLost if it is not ours or was stopped."""
    change: dict[str, Any] = {"expires_at": access.now + ttl_ms}
    if sentence is not None:
        change["sentence"] = sentence
    write(access, held, **change)


def let_go(access: Access, held: Held) -> None:
    """Give it back; one that is not ours any more is left alone."""
    access.tell(Operation.update(owner="", expires_at=0).where(_ours(held)))


def fail(access: Access, held: Held, sentence: str) -> None:
    """End it with the reason; an operator may resume it. LeaseLost if it is not ours."""
    finish(access, held, Stage.FAILED, sentence)


def finish(access: Access, held: Held, state: Stage, sentence: str = "") -> None:
    """End it, and complete its audit row with the numbers."""
    now = access.now
    write(
        access,
        held,
        state=state.value,
        sentence=sentence,
        owner="",
        expires_at=0,
        updated_at=now,
        ended_at=now,
    )
    tell_audit(access, operation(access, held.id))


def write(access: Access, held: Held, **change: Any) -> None:
    """Change columns of an operation that is ours and runs; LeaseLost otherwise."""
    if not access.tell(Operation.update(**change).where(_ours(held))):
        raise LeaseLost(f"operation {held.id}")


def expire(access: Access) -> None:
    """Let every ownership run out now: for the first node on a database no other may use."""
    access.tell(Operation.update(expires_at=0).where(Operation.ended_at.is_null()))


def told(row: OperationRow) -> str:
    """Its numbers, as audit rows tell them."""
    words = {
        Kind.RESEND: f"{row.moved:,} sent again",
        Kind.SKIP: f"{row.moved:,} skipped",
        Kind.REPULL: f"{row.done:,} records read, {row.moved:,} new versions",
    }
    parts = [words[row.kind]]
    if row.refused:
        parts.append(f"{row.refused:,} left as they were")
    if row.reason:
        parts.append(row.reason)
    return ", ".join(parts)


def tell_audit(access: Access, row: OperationRow) -> None:
    """Complete the one audit row of an operation with what came of it."""
    audit_id = access.value("SELECT audit_id FROM operation WHERE id = ?", (row.id,))
    detail = f"operation {row.id}, {row.state.value}: {told(row)}"
    access.tell(Audit.update(detail=detail).where(Audit.id == audit_id))


def _ours(held: Held) -> Any:
    return (
        (Operation.id == held.id)
        & (Operation.owner == held.owner)
        & (Operation.token == held.token)
        & (Operation.state == Stage.RUNNING.value)
    )


def _row(row: Row) -> OperationRow:
    columns: dict[str, Any] = {
        column.name: value for column, value in zip(_COLUMNS, row, strict=True)
    }
    columns["kind"] = Kind(columns["kind"])
    columns["state"] = Stage(columns["state"])
    columns["mode"] = ResendMode(columns["mode"])
    columns["total_exact"] = bool(columns["total_exact"])
    columns["shards"] = tuple(json.loads(columns["shards"]))
    columns["refusals"] = tuple((id_, text) for id_, text in json.loads(columns["refusals"]))
    columns["warnings"] = tuple(json.loads(columns["warnings"]))
    return OperationRow(**columns)
