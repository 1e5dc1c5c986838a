"""Operations: work on many deliveries or a stretch of a source, begun here and done beside.

Counted first and kept as a row; ``services.operation_runner`` works on it. Not for the few
records that are resent or skipped at once: ``operations.deliveries``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.core.delivery import BY_OPERATOR, MOVES, Event
from engine.core.errors import Conflict, OperatorError
from engine.operations.caller import Caller
from engine.operations.document import job_from_text
from engine.producers.kinds import cursor_order
from engine.store.operation_rows import Kind, NewOperation, OperationRow, ResendMode
from engine.store.rows import JobRow, RecordFilter
from engine.store.store import Store

COUNT_CAP = 200_000
"""So far an operation's deliveries are counted when the counters cannot tell."""
RESENDS_PER_S = 200.0
"""A resend's own pace: what comes in meanwhile must not wait behind all of it."""
IDS_AT_ONCE = 500

_EVENTS = {Kind.RESEND: Event.RESEND, Kind.SKIP: Event.SKIP}


@dataclass(frozen=True, slots=True)
class Moving:
    """A resend or skip that is asked for.

    wanted: all that match, or None; record_ids: those named. job, consumer: names, "" for all.
    request: what was asked, JSON.
    """

    kind: Kind
    request: str
    wanted: RecordFilter | None
    record_ids: tuple[int, ...]
    job: str
    consumer: str
    mode: ResendMode
    per_s: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Repulling:
    """A re-pull that is asked for. since, until: cursor values, both included, or None."""

    request: str
    job: str
    shard: str | None
    since: str | None
    until: str | None
    per_s: float | None
    reason: str


async def begin_moving(store: Store, asked: Moving, by: Caller) -> OperationRow:
    """Count what it will meet, and begin. Conflict where there is nothing."""
    if asked.wanted is not None:
        wanted = _movable(asked.kind, asked.wanted)
        total, exact = await store.count(wanted, cap=COUNT_CAP)
    else:
        wanted, exact = None, True
        total = await _count_named(store, asked.record_ids, asked.consumer)
    if total == 0 and exact:
        raise Conflict(
            "Nothing matches that could be sent again."
            if asked.kind is Kind.RESEND
            else "Nothing matches that waits or failed and could be skipped.",
            hint="Look at the filter; what is under way goes out by itself.",
        )
    per_s = asked.per_s
    if per_s is None and asked.kind is Kind.RESEND:
        per_s = RESENDS_PER_S
    many = "delivery" if total == 1 else "deliveries"
    as_was = " as they were" if asked.mode is ResendMode.SENT else ""
    detail = f"{'' if exact else 'more than '}{total:,} {many}{as_was}"
    return await store.begin_operation(
        NewOperation(
            kind=asked.kind,
            request=asked.request,
            by=by.text,
            job=asked.job,
            job_id=None if wanted is None else wanted.job_id,
            consumer=asked.consumer,
            wanted=wanted,
            record_ids=tuple(sorted(set(asked.record_ids))),
            mode=asked.mode,
            reason=asked.reason,
            total=total,
            total_exact=exact,
            per_s=per_s,
            target=_target(asked),
            detail=f"{detail}, {asked.reason}" if asked.reason else detail,
        )
    )


async def begin_repull(store: Store, asked: Repulling, by: Caller) -> OperationRow:
    """Check the range against the job's cursor, and begin. OperatorError for a wrong value."""
    row = await store.job(asked.job)
    job = job_from_text(row.document)
    order = cursor_order(job.producer)
    if order is None:
        raise OperatorError(
            f'The job "{row.name}" has no cursor: each of its runs reads everything.',
            hint="Run it now instead.",
            path="job",
        )
    order.check(asked.since, "since")
    order.check(asked.until, "until")
    if asked.since is not None and asked.until is not None:
        distance = order.distance(asked.since, asked.until)
        if distance is not None and distance < 0:
            raise OperatorError(
                f'The range ends at "{asked.until}", before its start at "{asked.since}".',
                hint="Exchange the two.",
                path="until",
            )
    return await store.begin_operation(
        NewOperation(
            kind=Kind.REPULL,
            request=asked.request,
            by=by.text,
            job=row.name,
            job_id=row.id,
            shards=_shards(row, [one.name for one in job.producer.pull_shards()], asked.shard),
            since=asked.since,
            until=asked.until,
            total_exact=False,
            per_s=asked.per_s,
            reason=asked.reason,
            target=row.name if asked.shard is None else f"{row.name}/{asked.shard}",
            detail=_range(asked),
        )
    )


def _movable(kind: Kind, wanted: RecordFilter) -> RecordFilter:
    """The filter without states that cannot make this move: those are left out, not refused.

    A skip without states meets what waits only: failures are put away where they are asked for.
    """
    event = _EVENTS[kind]
    states = (wanted.states & BY_OPERATOR[event]) if wanted.states else MOVES[event][0]
    if not states:
        raise Conflict(
            f"None of the states asked for can be {'resent' if kind is Kind.RESEND else 'skipped'}."
        )
    return replace(wanted, states=states)


async def _count_named(store: Store, record_ids: tuple[int, ...], consumer: str) -> int:
    total = 0
    for start in range(0, len(record_ids), IDS_AT_ONCE):
        found = await store.deliveries_of(record_ids[start : start + IDS_AT_ONCE], consumer)
        total += len(found.delivery_ids) + len(found.missing)
    return total


def _target(asked: Moving) -> str:
    if asked.record_ids:
        ids = asked.record_ids
        what = f"record {ids[0]}" if len(ids) == 1 else f"{len(ids):,} records"
        return f"{what}/{asked.consumer}" if asked.consumer else what
    return "/".join(part for part in (asked.job or "all jobs", asked.consumer) if part)


def _shards(row: JobRow, names: list[str], shard: str | None) -> tuple[str, ...]:
    if shard is None:
        return tuple(names)
    if shard not in names:
        raise OperatorError(
            f'The job "{row.name}" has no pull shard "{shard}".',
            hint=f"Its shards are: {', '.join(names)}.",
            path="shard",
        )
    return (shard,)


def _range(asked: Repulling) -> str:
    since = "the start" if asked.since is None else asked.since
    until = "the end" if asked.until is None else asked.until
    told = f"from {since} to {until}"
    return f"{told}, {asked.reason}" if asked.reason else told
