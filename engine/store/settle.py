"""The one function that moves deliveries after a claim, and writes the evidence of it.

A verdict counts only while its claim does: the delivery must still be in ``sending`` under the
same token, cycle and number, and the shard must not have passed to another owner. Otherwise the
verdict is a zombie's: nothing is moved and nothing is written (design.md rules 5, 7 and 13).

All rows go down one fast path that moves them in a few statements; when the number of moved rows
is not what it must be, all of it is undone and done again one by one, to find which were lost.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from engine.core.attempt import Outcome
from engine.core.delivery import Event, State
from engine.core.failpoint import reach
from engine.core.latency import bucket_of
from engine.store import causes, counters
from engine.store.access import Access, Row
from engine.store.attempts import exchange_of, storable_text, write_attempts
from engine.store.causes import GivenUp
from engine.store.counters import Tally
from engine.store.leases import token_of
from engine.store.moves import IS_UNSYNCED, may, target
from engine.store.rows import LeaseKey, Settlement, WorkKind

ERROR_CHARS = 200
"""Characters of an error that stand on the delivery itself; the attempt has all of it."""

_GUARD = "WHERE {{id}} = id AND {may} AND claim_token = {{token}} AND cycle = {{cycle}}"
_FREE = "claim_token = NULL, claimed_at = NULL"
_LAST = "last_outcome = {outcome}, last_status = {status}, last_error = {error}"
_PUT_BACK = (Event.POSTPONE, Event.RELEASE)
_OWN = ("at", "id", "token", "cycle", "number")
"""What each settlement brings of its own to the move of its delivery."""

RESHARD = (
    "shard = item_id % (SELECT push_shards FROM job JOIN consumer ON consumer.job_id = job.id"
    " WHERE consumer.id = delivery.consumer_id)"
)
"""Whatever enters the queue goes into the shard it belongs to now, not when it was pulled."""


def _moving(event: Event, change: str) -> str:
    return (
        f"UPDATE delivery SET state = {int(target(event))}, {_FREE}, {change}"
        f" {_GUARD.format(may=may(event))} AND number = {{number}}"
    )


_SQL = {
    Event.ACCEPT: _moving(Event.ACCEPT, f"settled_at = {{at}}, {_LAST}"),
    Event.GIVE_UP: _moving(Event.GIVE_UP, f"settled_at = {{at}}, {_LAST}"),
    Event.POSTPONE: _moving(Event.POSTPONE, f"due_at = {{at}}, {_LAST}, {RESHARD}"),
    Event.RELEASE: _moving(Event.RELEASE, f"due_at = {{at}}, number = number - 1, {RESHARD}"),
}

_ANY_WAITING = (
    "SELECT 1 FROM delivery INDEXED BY delivery_order"
    f" WHERE item_id > 0 AND version > 1 AND {IS_UNSYNCED} LIMIT 1"
)
"""Mostly nothing waits for an earlier version; that is found out at a glance."""
_NEXT = f"""
SELECT (SELECT n.id FROM delivery AS n INDEXED BY delivery_order
         WHERE n.item_id = d.item_id AND n.consumer_id = d.consumer_id AND n.version > d.version
           AND n.version > 1 AND n.{IS_UNSYNCED} ORDER BY n.version LIMIT 1)
  FROM json_each(?) AS s CROSS JOIN delivery AS d ON d.id = s.value
"""
_WAKE = (
    f"UPDATE delivery SET due_at = ?1 WHERE state = {int(State.PENDING)} AND due_at > ?1"
    " AND id IN (SELECT value FROM json_each(?2))"
)


def settle(
    access: Access, settlements: Sequence[Settlement], ours: Mapping[LeaseKey, int]
) -> list[bool]:
    """Move these deliveries and write their attempts; False for each whose claim was lost.

    ours: the tokens of the leases this node holds now, so that it may settle what it recovers.
    """
    jobs = _jobs(access, {one.consumer_id for one in settlements})
    allowed = _allowed(access, settlements, jobs, ours)
    trying = [one for one, may_settle in zip(settlements, allowed, strict=True) if may_settle]
    if not trying:
        return allowed
    access.savepoint("settle")
    if _move(access, trying, settlements) != len(trying):
        access.undo("settle")
        access.savepoint("settle")
        allowed = [
            may_settle and _move(access, [one], settlements) == 1
            for one, may_settle in zip(settlements, allowed, strict=True)
        ]
    access.release("settle")
    reach("settle.after_update")
    moved = [one for one, was_moved in zip(settlements, allowed, strict=True) if was_moved]
    write_attempts(access, settlements, allowed)
    reach("settle.after_attempts")
    if any(one.event is Event.GIVE_UP for one in moved):
        _explain(access, moved, settlements, jobs)
    wake(access, [one.delivery_id for one in moved if one.event in (Event.ACCEPT, Event.GIVE_UP)])
    _count(access, moved, jobs)
    return allowed


def wake(access: Access, settled: Sequence[int]) -> None:
    """Let the next versions of the same keys go, which were put off for these deliveries."""
    if settled and access.row(_ANY_WAITING) is not None:
        rows = access.rows(_NEXT, (json.dumps(list(settled)),))
        following = sorted({id_ for (id_,) in rows if id_ is not None})
        if following:
            access.run(_WAKE, (access.now, json.dumps(following)))


def _jobs(access: Access, consumers: set[int]) -> dict[int, int]:
    marks = ", ".join("?" * len(consumers))
    return dict(
        access.rows(f"SELECT id, job_id FROM consumer WHERE id IN ({marks})", tuple(consumers))
    )


def _allowed(
    access: Access,
    settlements: Sequence[Settlement],
    jobs: Mapping[int, int],
    ours: Mapping[LeaseKey, int],
) -> list[bool]:
    """Whether the shard's lease is the claim's own still, or another one that is ours."""
    owners: dict[tuple[int, int], tuple[int | None, int | None]] = {}
    for consumer_id, shard in {(one.consumer_id, one.shard) for one in settlements}:
        job_id = jobs.get(consumer_id, 0)
        key = LeaseKey(job_id, WorkKind.PUSH, str(shard))
        owners[consumer_id, shard] = (token_of(access, key), ours.get(key))
    allowed = []
    for one in settlements:
        token, held = owners[one.consumer_id, one.shard]
        allowed.append(token is not None and token in (one.token, held))
    return allowed


def _move(access: Access, trying: Sequence[Settlement], all_of_them: Sequence[Settlement]) -> int:
    groups: dict[tuple[Event, Outcome | None, int | None, str], list[Row]] = {}
    for one in trying:
        exchange = exchange_of(one, all_of_them)
        status = None
        if exchange is not None and exchange.response is not None:
            status = exchange.response.status
        at = one.due_at if one.event in _PUT_BACK else one.at
        groups.setdefault((one.event, one.outcome, status, one.error), []).append(
            (at, one.delivery_id, one.token, one.cycle, one.number)
        )
    return sum(_move_alike(access, *alike, rows) for alike, rows in groups.items())


def _move_alike(
    access: Access,
    event: Event,
    outcome: Outcome | None,
    status: int | None,
    error: str,
    rows: Sequence[Row],
) -> int:
    if event is Event.RELEASE:
        return access.update_rows(_SQL[event], _OWN, rows)
    last = {
        "outcome": None if outcome is None else int(outcome),
        "status": status,
        "error": storable_text(error[:ERROR_CHARS]),
    }
    return access.update_rows(_SQL[event], _OWN, rows, last)


def _explain(
    access: Access,
    moved: Sequence[Settlement],
    settlements: Sequence[Settlement],
    jobs: dict[int, int],
) -> None:
    """Note the causes of what was given up among these."""
    failed = []
    for one in moved:
        if one.event is not Event.GIVE_UP:
            continue
        exchange = exchange_of(one, settlements)
        response = None if exchange is None else exchange.response
        failed.append(
            GivenUp(
                one.delivery_id,
                one.consumer_id,
                one.at,
                Outcome.UNKNOWN if one.outcome is None else one.outcome,
                None if response is None else response.status,
                storable_text(one.error),
                b"" if response is None else response.body,
            )
        )
    causes.given_up(access, failed, jobs)


def _count(access: Access, moved: Sequence[Settlement], jobs: Mapping[int, int]) -> None:
    tally = Tally(access.now)
    groups = Counter((one.consumer_id, one.event, one.outcome) for one in moved)
    for (consumer, event, outcome), n in groups.items():
        job_id = jobs[consumer]
        tally.moved(job_id, consumer, State.SENDING, target(event), n)
        if outcome is not None:
            tally.both(job_id, consumer, counters.ATTEMPTS, n)
        if outcome is Outcome.UNKNOWN:
            tally.both(job_id, consumer, counters.UNKNOWN, n)
        if event is Event.POSTPONE:
            tally.happened(job_id, consumer, counters.POSTPONED, n)
    times = Counter(
        (one.consumer_id, one.at - one.pulled_at) for one in moved if one.event is Event.ACCEPT
    )
    for (consumer, ms), n in times.items():
        tally.latency(jobs[consumer], consumer, bucket_of(ms), n)
    tally.write(access)
