"""Resending and skipping: of chosen records, or of all that match, block by block.

Resend is an operator's; retries are automatic and live in ``core.retry``. Counting comes first:
``find.as_filter`` and ``Store.count``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.core.delivery import BY_OPERATOR, MOVES, Event
from engine.core.errors import OperatorError
from engine.operations.caller import Caller
from engine.store.ids import record_of
from engine.store.operation_blocks import old_version_sentence
from engine.store.operation_rows import ResendMode
from engine.store.rows import DeliveryBrief, RecordFilter
from engine.store.store import Store

BLOCK = 500
"""Deliveries of one transaction, and of one call about a query."""
LOOK_AHEAD = 5_000
"""How far a call about a query counts what remains."""
MAX_WARNINGS = 20


@dataclass(frozen=True, slots=True)
class Refused:
    """A delivery that was left as it is: of which record, and why."""

    record_id: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What one call came to.

    remaining: of a query, how many are still to be looked at, at least; next: the delivery id to go
    on after, None when all were met.
    """

    moved: int
    refused: tuple[Refused, ...] = ()
    warnings: tuple[str, ...] = ()
    remaining: int = 0
    next: int | None = None


@dataclass(frozen=True, slots=True)
class How:
    """mode: of a resend. reason: an operator's own words, for the audit and on what is skipped."""

    mode: ResendMode = ResendMode.MAPPED
    reason: str = ""


PLAINLY = How()


async def move_records(
    store: Store,
    event: Event,
    record_ids: Sequence[int],
    consumer: str | None,
    by: Caller,
    how: How = PLAINLY,
) -> Moved:
    """Resend or skip these records' deliveries, to one consumer or to all. NotFound for an id."""
    if len(record_ids) > BLOCK:
        raise OperatorError(f"At most {BLOCK} records can be named at once.", path="record_ids")
    of_record: dict[int, int] = {}
    refused: list[Refused] = []
    warnings: list[str] = []
    for record_id in dict.fromkeys(record_ids):
        detail = await store.record(record_id)
        chosen = [
            each
            for each in detail.brief.deliveries
            if consumer is None or each.consumer == consumer
        ]
        if not chosen:
            refused.append(Refused(record_id, _no_delivery(consumer)))
        may = [each for each in chosen if each.state in BY_OPERATOR[event]]
        refused += [
            Refused(record_id, _wrong_state(event, each)) for each in chosen if each not in may
        ]
        of_record.update((each.delivery_id, record_id) for each in may)
        if event is Event.RESEND and may and detail.brief.version < detail.versions:
            warnings.append(old_version_sentence(record_id, detail.brief.version, detail.versions))
    moved = await _move(store, event, list(of_record), by, how)
    refused += [Refused(of_record[each], reason) for each, ok, reason in moved if not ok]
    return Moved(sum(ok for _, ok, _ in moved), tuple(refused), tuple(_few(warnings)), remaining=0)


async def move_matching(
    store: Store,
    event: Event,
    wanted: RecordFilter,
    after: int,
    by: Caller,
    how: How = PLAINLY,
) -> Moved:
    """Resend or skip the next block of what matches, in the order of delivery ids above ``after``.

    States that cannot make this move are left out, not refused; a skip without states meets what
    waits only.
    """
    states = (wanted.states & BY_OPERATOR[event]) if wanted.states else MOVES[event][0]
    if not states:
        return Moved(0)
    ahead = LOOK_AHEAD if wanted.search is None else 1  # a search looks at the records themselves
    ids = await store.delivery_ids(
        replace(wanted, states=states), limit=BLOCK + ahead, after_id=after
    )
    block, rest = ids[:BLOCK], ids[BLOCK:]
    if not block:
        return Moved(0)
    moved = await _move(store, event, block, by, how)
    gone = [each for each, ok, _ in moved if ok]
    old = await store.old_versions(gone) if event is Event.RESEND else []
    return Moved(
        len(gone),
        tuple(Refused(record_of(each), reason) for each, ok, reason in moved if not ok),
        tuple(_few([old_version_sentence(*each) for each in old])),
        remaining=len(rest),
        next=block[-1] if rest else None,
    )


async def _move(
    store: Store, event: Event, delivery_ids: Sequence[int], by: Caller, how: How
) -> list[tuple[int, bool, str]]:
    if not delivery_ids:
        return []
    if event is Event.RESEND:
        return await store.resend(
            delivery_ids, by=by.text, due_at=0, mode=how.mode, reason=how.reason
        )
    return await store.skip(delivery_ids, by=by.text, reason=how.reason)


def _no_delivery(consumer: str | None) -> str:
    return "It has no delivery." if consumer is None else f'It has none to consumer "{consumer}".'


def _wrong_state(event: Event, delivery: DeliveryBrief) -> str:
    if event is Event.RESEND:
        return f"To {delivery.consumer} it is {delivery.state.word}, so it will be sent anyway."
    return f"To {delivery.consumer} it is {delivery.state.word}; that cannot be skipped."


def _few(warnings: list[str]) -> Iterable[str]:
    if len(warnings) <= MAX_WARNINGS:
        return warnings
    return [*warnings[:MAX_WARNINGS], f"And {len(warnings) - MAX_WARNINGS} more of this kind."]
