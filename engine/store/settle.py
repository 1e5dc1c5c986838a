"""The one function that moves deliveries after a claim, and writes the evidence of it.

A verdict counts only while its claim does: the delivery must still be in ``sending`` under the
same token, cycle and number, and the shard must not have passed to another owner. Otherwise the
verdict is a zombie's: nothing is moved and nothing is written (design.md rules 5, 7 and 13).

All rows go down one fast path that moves them in a few statements; when the number of moved rows
is not what it must be, all of it is undone and done again one by one, to find which were lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from engine.core.attempt import RESPONSE_CAP, Exchange, Outcome
from engine.core.delivery import Event, State
from engine.core.failpoint import reach
from engine.core.latency import bucket_of
from engine.store import causes, counters
from engine.store.access import Access, Row
from engine.store.causes import GivenUp
from engine.store.counters import Tally
from engine.store.evidence import headers_text, storable
from engine.store.leases import token_of
from engine.store.moves import IS_UNSYNCED, may, target
from engine.store.rows import LeaseKey, Settlement, WorkKind

ERROR_CHARS = 200
"""Characters of an error that stand on the delivery itself; the attempt has all of it."""

_GUARD = "WHERE id = ? AND {may} AND claim_token = ? AND cycle = ? AND number = ?"
_FREE = "claim_token = NULL, claimed_at = NULL"
_LAST = "last_outcome = ?, last_status = ?, last_error = ?"

RESHARD = (
    "shard = item_id % (SELECT push_shards FROM job JOIN consumer ON consumer.job_id = job.id"
    " WHERE consumer.id = delivery.consumer_id)"
)
"""Whatever enters the queue goes into the shard it belongs to now, not when it was pulled."""


def _moving(event: Event, change: str) -> str:
    return (
        f"UPDATE delivery SET state = {int(target(event))}, {_FREE}, {change}"
        f" {_GUARD.format(may=may(event))}"
    )


_SQL = {
    Event.ACCEPT: _moving(Event.ACCEPT, f"settled_at = ?, {_LAST}"),
    Event.GIVE_UP: _moving(Event.GIVE_UP, f"settled_at = ?, {_LAST}"),
    Event.POSTPONE: _moving(Event.POSTPONE, f"due_at = ?, {_LAST}, {RESHARD}"),
    Event.RELEASE: _moving(Event.RELEASE, f"due_at = ?, number = number - 1, {RESHARD}"),
}

_INSERT_ATTEMPT = (
    "INSERT INTO attempt (id, delivery_id, cycle, number, outcome, error_kind, error, node, token,"
    " batch_of, started_at, duration_ms, method, url, status, response_length, response_sha256,"
    " request_headers, request_body, response_headers, response_body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

_WAKE = f"""
UPDATE delivery SET due_at = ?1 WHERE state = {int(State.PENDING)} AND due_at > ?1 AND id IN (
  SELECT (SELECT n.id FROM delivery AS n INDEXED BY delivery_order
           WHERE n.item_id = d.item_id AND n.consumer_id = d.consumer_id AND n.version > d.version
             AND n.version > 1 AND n.{IS_UNSYNCED} ORDER BY n.version LIMIT 1)
    FROM json_each(?2) AS s CROSS JOIN delivery AS d ON d.id = s.value)
"""


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
    access.raw.execute("SAVEPOINT settle")
    if _move(access, trying, settlements) != len(trying):
        access.raw.execute("ROLLBACK TO settle")
        allowed = [
            may_settle and _move(access, [one], settlements) == 1
            for one, may_settle in zip(settlements, allowed, strict=True)
        ]
    access.raw.execute("RELEASE settle")
    reach("settle.after_update")
    moved = [one for one, was_moved in zip(settlements, allowed, strict=True) if was_moved]
    _write_attempts(access, settlements, allowed)
    reach("settle.after_attempts")
    _explain(access, moved, settlements, jobs)
    wake(access, [one.delivery_id for one in moved if one.event in (Event.ACCEPT, Event.GIVE_UP)])
    _count(access, moved, jobs)
    return allowed


def wake(access: Access, settled: Sequence[int]) -> None:
    """Let the next versions of the same keys go, which were put off for these deliveries."""
    if settled:
        access.run(_WAKE, (access.now, f"[{','.join(map(str, settled))}]"))


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
    by_event: dict[Event, list[Row]] = {}
    for one in trying:
        parameters = _parameters(one, _exchange(one, all_of_them))
        by_event.setdefault(one.event, []).append(parameters)
    return sum(access.update_all(_SQL[event], rows) for event, rows in by_event.items())


def _parameters(one: Settlement, exchange: Exchange | None) -> Row:
    guard = (one.delivery_id, one.token, one.cycle, one.number)
    if one.event is Event.RELEASE:
        return (one.due_at, *guard)
    response = exchange.response if exchange is not None else None
    return (
        one.due_at if one.event is Event.POSTPONE else one.at,
        one.outcome,
        response.status if response is not None else None,
        _text(one.error[:ERROR_CHARS]),
        *guard,
    )


def _exchange(one: Settlement, all_of_them: Sequence[Settlement]) -> Exchange | None:
    """The request this one went out in, its own or the batch's."""
    return one.exchange if one.exchange_of is None else all_of_them[one.exchange_of].exchange


def _write_attempts(
    access: Access, settlements: Sequence[Settlement], moved: Sequence[bool]
) -> None:
    """One row for each try that was moved; a batch's exchange stands in its first row only."""
    tried = [at for at, one in enumerate(settlements) if moved[at] and one.outcome is not None]
    if not tried:
        return
    first = access.next_ids("attempt", len(tried))
    carriers: dict[int, int] = {}
    rows = []
    for id_, at in enumerate(tried, start=first):
        one = settlements[at]
        exchange = _exchange(one, settlements)
        carrier = None
        if exchange is not None:
            carrier = carriers.setdefault(at if one.exchange_of is None else one.exchange_of, id_)
        shared = None if carrier == id_ else carrier
        rows.append(_attempt(id_, one, exchange if shared is None else None, shared, access.node))
    access.insert_all(_INSERT_ATTEMPT, rows)


_NO_EXCHANGE = (None,) * 10


def _attempt(
    id_: int, one: Settlement, exchange: Exchange | None, shared: int | None, node: str
) -> Row:
    return (
        id_,
        one.delivery_id,
        one.cycle,
        one.number,
        one.outcome,
        one.error_kind,
        _text(one.error),
        node,
        one.token,
        shared,
        one.at if exchange is None else exchange.started_at,
        *(_NO_EXCHANGE if exchange is None else _columns(exchange)),
    )


def _columns(exchange: Exchange) -> Row:
    request, response = exchange.request, exchange.response
    sent = (exchange.duration_ms, request.method, _text(request.url))
    request_headers = headers_text(request.headers)
    if response is None:
        return (*sent, None, None, None, request_headers, request.body, None, None)
    return (
        *sent,
        response.status,
        response.length,
        response.sha256,
        request_headers,
        request.body,
        headers_text(response.headers),
        response.body[:RESPONSE_CAP],
    )


def _text(text: str) -> str:
    return text if text.isascii() else storable(text)


def _explain(
    access: Access,
    moved: Sequence[Settlement],
    settlements: Sequence[Settlement],
    jobs: dict[int, int],
) -> None:
    """Note the causes of what was given up."""
    failed = []
    for one in moved:
        if one.event is not Event.GIVE_UP:
            continue
        exchange = _exchange(one, settlements)
        response = None if exchange is None else exchange.response
        failed.append(
            GivenUp(
                one.delivery_id,
                one.consumer_id,
                one.at,
                Outcome.UNKNOWN if one.outcome is None else one.outcome,
                None if response is None else response.status,
                _text(one.error),
                b"" if response is None else response.body,
            )
        )
    if failed:
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
