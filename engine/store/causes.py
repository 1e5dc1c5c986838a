"""Why deliveries are dead, counted by cause in the transaction that gives up or sends again.

Nothing here is touched by a record that is delivered. A consumer's list of causes is bounded:
what comes after ``MOST`` different ones is counted together, by outcome and status.
Not for what makes two errors alike: ``core.causes``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.attempt import Outcome
from engine.core.causes import ELSEWHERE, Cause, cause_id, cause_of
from engine.core.delivery import State
from engine.store.access import Access, Row
from engine.store.ids import record_of

MOST = 200
"""Causes of one consumer that are told apart."""
LOOKED_AT = 1000
"""Retrying deliveries of one consumer that are looked at."""

_UPSERT = (
    "INSERT INTO cause (id, job_id, consumer_id, outcome, status, sentence, n, first_at, last_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET n = cause.n + excluded.n,"
    " last_at = excluded.last_at"
)
_GROUPS = """
SELECT c.id, j.name, o.name, c.outcome, c.status, c.sentence, c.n, c.first_at, c.last_at
  FROM cause AS c JOIN consumer AS o ON o.id = c.consumer_id AND o.removed_at IS NULL
  JOIN job AS j ON j.id = c.job_id AND j.deleted_at IS NULL
 WHERE c.n > 0{where} ORDER BY c.n DESC, c.last_at DESC LIMIT ?
"""
_CONSUMERS = """
SELECT o.id, o.name, j.name FROM consumer AS o JOIN job AS j ON j.id = o.job_id
 WHERE o.removed_at IS NULL AND j.deleted_at IS NULL{where} ORDER BY o.id
"""
_RETRYING = f"""
SELECT d.id, d.last_outcome, d.last_status, d.last_error
  FROM (SELECT id FROM delivery INDEXED BY delivery_list WHERE consumer_id = ?
           AND state = {int(State.RETRYING)} ORDER BY id DESC LIMIT {LOOKED_AT}) AS w
 CROSS JOIN delivery AS d ON d.id = w.id
"""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A delivery that was given up just now, and why. ``at``: UTC ms."""

    delivery_id: int
    consumer_id: int
    at: int
    outcome: Outcome
    status: int | None
    error: str
    body: bytes


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failed deliveries of one consumer with one cause.

    state: DEAD, or RETRYING for those that will be tried again.
    sample: one error as it was told. exact: whether all of them were counted.
    first_at, last_at: UTC ms, of the first and the last that failed so; None where not known.
    """

    cause_id: int
    job: str
    consumer: str
    state: State
    cause: Cause
    sample: str
    count: int
    exact: bool
    first_at: int | None
    last_at: int | None
    record_id: int


def given_up(access: Access, failed: Sequence[GivenUp], jobs: dict[int, int]) -> None:
    """Note why these are dead. ``jobs``: the job of each consumer."""
    groups: dict[int, tuple[int, Cause, list[GivenUp]]] = {}
    alike: dict[tuple[Outcome, int | None, str, bytes], Cause] = {}
    for one in failed:
        told = (one.outcome, one.status, one.error, one.body)
        cause = alike.get(told)
        if cause is None:  # an outage tells every record the same
            cause = alike[told] = cause_of(*told)
        id_ = cause_id(one.consumer_id, cause)
        groups.setdefault(id_, (one.consumer_id, cause, []))[2].append(one)
    for id_, (consumer_id, cause, ones) in groups.items():
        kept_id, cause = _bounded(access, consumer_id, id_, cause)
        first, last = min(one.at for one in ones), max(one.at for one in ones)
        access.run(
            _UPSERT,
            (kept_id, jobs[consumer_id], consumer_id, int(cause.outcome), cause.status,
             cause.sentence, len(ones), first, last),
        )  # fmt: skip
        access.insert_rows(
            "failure", ("delivery_id",), [(one.delivery_id,) for one in ones], {"cause_id": kept_id}
        )


def _bounded(access: Access, consumer_id: int, id_: int, cause: Cause) -> tuple[int, Cause]:
    """The cause itself, or the one that stands for all others when there are too many."""
    if access.value("SELECT 1 FROM cause WHERE id = ?", (id_,)) is not None:
        return id_, cause
    known = access.value("SELECT count(*) FROM cause WHERE consumer_id = ?", (consumer_id,))
    if known < MOST:
        return id_, cause
    others = Cause(cause.outcome, cause.status, ELSEWHERE)
    return cause_id(consumer_id, others), others


def cleared(access: Access, delivery_ids: Sequence[int]) -> None:
    """These are dead no more, or never were."""
    if not delivery_ids:
        return
    ids = json.dumps(list(delivery_ids))
    rows = access.rows(
        "SELECT f.cause_id FROM json_each(?) AS j"
        " CROSS JOIN failure AS f ON f.delivery_id = j.value",
        (ids,),
    )
    counted = [(n, id_) for id_, n in Counter(id_ for (id_,) in rows).items()]
    if not counted:
        return
    access.run("DELETE FROM failure WHERE delivery_id IN (SELECT value FROM json_each(?))", (ids,))
    access.run_many("UPDATE cause SET n = n - ? WHERE id = ?", counted)
    access.run_many("DELETE FROM cause WHERE id = ? AND n = 0", [(id_,) for _, id_ in counted])


def groups(
    access: Access, job_id: int | None, consumer_id: int | None, limit: int
) -> tuple[FailureGroup, ...]:
    """The causes of dead deliveries, the most frequent first, then those of retrying ones."""
    where, parameters = _where("c.job_id", "c.consumer_id", job_id, consumer_id)
    dead = [
        _dead(access, row) for row in access.rows(_GROUPS.format(where=where), (*parameters, limit))
    ]
    where, parameters = _where("o.job_id", "o.id", job_id, consumer_id)
    retrying: list[FailureGroup] = []
    for consumer, name, job in access.rows(_CONSUMERS.format(where=where), parameters):
        retrying += _retrying(access, consumer, job, name)
    retrying.sort(key=lambda group: -group.count)
    return (*dead, *retrying[:limit])


def _where(
    job_column: str, consumer_column: str, job_id: int | None, consumer_id: int | None
) -> tuple[str, list[int]]:
    wanted = [(job_column, job_id), (consumer_column, consumer_id)]
    where = "".join(f" AND {column} = ?" for column, id_ in wanted if id_ is not None)
    return where, [id_ for _, id_ in wanted if id_ is not None]


def _dead(access: Access, row: Row) -> FailureGroup:
    id_, job, consumer, outcome, status, sentence, n, first_at, last_at = row
    newest = access.value("SELECT max(delivery_id) FROM failure WHERE cause_id = ?", (id_,))
    sample = access.value("SELECT last_error FROM delivery WHERE id = ?", (newest,))
    return FailureGroup(
        id_,
        job,
        consumer,
        State.DEAD,
        Cause(Outcome(outcome), status, sentence),
        sample or "",
        n,
        True,
        first_at,
        last_at,
        record_of(newest),
    )


def _retrying(access: Access, consumer_id: int, job: str, consumer: str) -> list[FailureGroup]:
    """What the newest retrying deliveries of a consumer failed with last."""
    counted: Counter[int] = Counter()
    found: dict[int, tuple[Cause, str, int]] = {}
    alike: dict[tuple[int | None, int | None, str], int] = {}
    rows = access.rows(_RETRYING, (consumer_id,))
    for id_, outcome, status, error in rows:
        id_of = alike.get((outcome, status, error))
        if id_of is None:
            cause = retrying_cause(outcome, status, error)
            id_of = alike[outcome, status, error] = cause_id(consumer_id, cause)
            found.setdefault(id_of, (cause, error, id_))
        counted[id_of] += 1
    exact = len(rows) < LOOKED_AT
    return [
        FailureGroup(
            id_, job, consumer, State.RETRYING, found[id_][0], found[id_][1], n, exact,
            None, None, record_of(found[id_][2]),
        )
        for id_, n in counted.most_common(MOST)
    ]  # fmt: skip


def retrying_cause(outcome: int | None, status: int | None, error: str) -> Cause:
    """What a delivery that will be tried again failed with last, as far as its row tells."""
    return cause_of(Outcome.UNKNOWN if outcome is None else Outcome(outcome), status, error)
