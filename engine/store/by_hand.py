"""What operators do to deliveries: send again, and skip.

Both are moves of the one table in ``core.delivery``. A call of its own leaves an audit row; the
blocks of an operation leave theirs with the operation.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from engine.core.delivery import BY_OPERATOR, Event, State
from engine.store import causes, counters, feed, vault
from engine.store.access import Access, Row
from engine.store.counters import Tally
from engine.store.evidence import storable
from engine.store.moves import may, sources, target
from engine.store.operation_rows import ResendMode
from engine.store.repeating import unrepeatable
from engine.store.settle import RESHARD, wake

Moved = list[tuple[int, bool, str]]
"""Delivery id, whether it was moved, and why not (a sentence, "" if it was)."""

CANCELLED = "Cancelled by an operator."
PUT_AWAY = "Put away by an operator."
CONSUMER_REMOVED = "Its consumer was removed from the job."

_RESEND = (
    f"UPDATE delivery SET state = {int(target(Event.RESEND))}, cycle = cycle + 1, number = 0,"
    f" due_at = ?, as_sent = ?, settled_at = NULL, cycle_started_at = NULL, {RESHARD}"
    f" WHERE id = ? AND {may(Event.RESEND)}"
)
_SKIP = (
    f"UPDATE delivery SET state = {int(target(Event.SKIP))}, settled_at = ?, last_error = ?"
    f" WHERE id = ? AND {may(Event.SKIP)}"
)
_PUT_AWAY = (
    f"UPDATE delivery SET state = {int(target(Event.PUT_AWAY))}, settled_at = ?, last_error = ?"
    f" WHERE id = ? AND {may(Event.PUT_AWAY)}"
)
_LOOK = (
    "SELECT d.id, d.state, c.job_id, c.id, c.removed_at IS NOT NULL, r.payload IS NULL"
    " FROM json_each(?) AS j CROSS JOIN delivery AS d ON d.id = j.value"
    " JOIN consumer AS c ON c.id = d.consumer_id JOIN record AS r ON r.id = d.record_id"
)


def resend(
    access: Access,
    delivery_ids: Sequence[int],
    by: str,
    due_at: int,
    *,
    mode: ResendMode = ResendMode.MAPPED,
    reason: str = "",
) -> Moved:
    """Start a new cycle of settled deliveries, not before ``due_at`` (UTC ms)."""
    moved = resend_these(access, delivery_ids, due_at, mode)
    _audit(access, by, "resend", [id_ for id_, ok, _ in moved if ok], reason)
    return moved


def resend_these(
    access: Access, delivery_ids: Sequence[int], due_at: int, mode: ResendMode
) -> Moved:
    """``resend`` without its audit row."""
    found = _look(access, delivery_ids)
    as_sent = mode is ResendMode.SENT
    answers = [(id_, _why_no_resend(found.get(id_))) for id_ in dict.fromkeys(delivery_ids)]
    if as_sent:
        moving = [id_ for id_, why in answers if not why]
        unfit = unrepeatable(access, moving)
        answers = [(id_, why or unfit.get(id_, "")) for id_, why in answers]
    moving = [id_ for id_, why in answers if not why]
    due_at = max(due_at, access.now)
    _run(access, _RESEND, [(due_at, int(as_sent), id_) for id_ in moving])
    causes.cleared(access, [id_ for id_ in moving if found[id_][1] == State.DEAD])
    tally = Tally(access.now)
    for (state, job_id, consumer), n in _groups(found, moving).items():
        tally.moved(job_id, consumer, state, target(Event.RESEND), n)
        tally.happened(job_id, consumer, counters.RESENT, n)
        feed.tell_to_send(access, job_id)
    tally.write(access)
    return [(id_, not why, why) for id_, why in answers]


def skip(access: Access, delivery_ids: Sequence[int], by: str, *, reason: str = "") -> Moved:
    """Give up what waits without another try, and put away what is dead: it is dealt with.

    The reason stands on each of them.
    """
    moved = skip_by_hand(access, delivery_ids, reason)
    _audit(access, by, "skip", [id_ for id_, ok, _ in moved if ok], reason)
    return moved


def skip_by_hand(access: Access, delivery_ids: Sequence[int], reason: str) -> Moved:
    """``skip`` without its audit row."""
    found = _look(access, delivery_ids)
    answers = [(id_, _why_no_skip(found.get(id_))) for id_ in dict.fromkeys(delivery_ids)]
    moving = [id_ for id_, why in answers if not why]
    dead = [id_ for id_ in moving if found[id_][1] == State.DEAD]
    waiting = [id_ for id_ in moving if found[id_][1] != State.DEAD]
    skip_these(access, waiting, _because(CANCELLED, reason), _groups(found, waiting))
    _put_away(access, dead, _because(PUT_AWAY, reason), _groups(found, dead))
    return [(id_, not why, why) for id_, why in answers]


def _because(sentence: str, reason: str) -> str:
    return f"{sentence.removesuffix('.')}: {storable(reason)}" if reason else sentence


Groups = Counter[tuple[State, int, int]]
"""How many deliveries there are of each state, job and consumer."""


def skip_these(access: Access, ids: Sequence[int], why: str, groups: Groups) -> None:
    """Skip deliveries that are known to wait; ``groups`` says how many of which."""
    now = access.now
    _run(access, _SKIP, [(now, why, id_) for id_ in ids])
    wake(access, ids)
    tally = Tally(now)
    for (state, job_id, consumer), n in groups.items():
        tally.moved(job_id, consumer, state, target(Event.SKIP), n)
    tally.write(access)


def _put_away(access: Access, ids: Sequence[int], why: str, groups: Groups) -> None:
    """Dead deliveries that are dealt with: their causes count them no more, attempts stay."""
    now = access.now
    _run(access, _PUT_AWAY, [(now, why, id_) for id_ in ids])
    causes.cleared(access, ids)
    tally = Tally(now)
    for (state, job_id, consumer), n in groups.items():
        tally.moved(job_id, consumer, state, target(Event.PUT_AWAY), n)
    tally.write(access)


def _look(access: Access, delivery_ids: Sequence[int]) -> dict[int, Row]:
    rows = access.rows(_LOOK, (json.dumps(list(dict.fromkeys(delivery_ids))),))
    return {row[0]: row for row in rows}


def _groups(found: dict[int, Row], ids: Sequence[int]) -> Groups:
    return Counter((State(row[1]), row[2], row[3]) for row in (found[id_] for id_ in ids))


def _why_no_resend(row: Row | None) -> str:
    if row is None:
        return "There is no such delivery."
    _, state, _, _, removed, bodiless = row
    if State(state) not in sources(Event.RESEND):
        return f"It is {State(state).word}, so it will be sent anyway."
    if removed:
        return "Its consumer was removed from the job."
    if bodiless:
        return "Its bytes are gone: retention removed them."
    return ""


def _why_no_skip(row: Row | None) -> str:
    if row is None:
        return "There is no such delivery."
    state = State(row[1])
    if state not in BY_OPERATOR[Event.SKIP]:
        return f"It is {state.word}; only what waits or failed can be skipped."
    return ""


def _run(access: Access, sql: str, rows: Sequence[Row]) -> None:
    count = access.run_many(sql, rows)
    if rows and count != len(rows):
        raise AssertionError(f"{count} of {len(rows)} deliveries were moved")


def _audit(access: Access, by: str, what: str, ids: Sequence[int], reason: str) -> None:
    if ids:
        target_ = f"delivery {ids[0]}" if len(ids) == 1 else f"{len(ids)} deliveries"
        detail = "" if len(ids) == 1 else f"from delivery {ids[0]} to {ids[-1]}"
        told = ", ".join(part for part in (detail, storable(reason)) if part)
        vault.audit(access, by, what, target_, told)
