"""What goes by age: bodies first, then attempts and superseded versions. Small blocks, in rounds.

Only records whose deliveries are all delivered or skipped since before the limit are touched;
failed, unsynced and still undelivered ones never are. The newest version of each key keeps its
row, without its body: an equal record that arrives again must still be known as a duplicate.

Candidates are looked for in read snapshots, ``WINDOW`` records at a time; the writer compares
again and removes. What was not old enough, or was sent again since, is met in the next round,
which begins a day after the last, and whenever the node starts.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.core.delivery import State
from engine.core.failpoint import reach
from engine.store import counters
from engine.store.access import Access, Row
from engine.store.changes import delete_records, deliveries_of
from engine.store.counters import Tally
from engine.store.ids import SPAN

WINDOW = 5000
RANGES = 50
"""Ranges of ids that are asked for in one statement."""
ROUND_MS = 24 * 60 * 60 * 1000

_SETTLED = f"({int(State.DELIVERED)}, {int(State.SKIPPED)})"
_DELIVERIES = f"d.id > r.id * {SPAN} AND d.id < (r.id + 1) * {SPAN}"

_DONE = f"""
    r.pulled_at < ?1
    AND EXISTS (SELECT 1 FROM delivery AS d WHERE {_DELIVERIES})
    AND NOT EXISTS (SELECT 1 FROM delivery AS d WHERE {_DELIVERIES}
         AND (d.state NOT IN {_SETTLED} OR d.settled_at >= ?1))
    AND NOT EXISTS (SELECT 1 FROM consumer AS c WHERE c.job_id = r.job_id AND c.removed_at IS NULL
         AND r.id > c.backfill_from AND r.id <= c.backfill_to)
    AND NOT EXISTS (SELECT 1 FROM delivery AS o CROSS JOIN attempt AS a ON a.delivery_id = o.id
         CROSS JOIN attempt AS m ON m.batch_of = a.id
         CROSS JOIN delivery AS d ON d.id = m.delivery_id
         WHERE o.id > r.id * {SPAN} AND o.id < (r.id + 1) * {SPAN}
         AND (d.state NOT IN {_SETTLED} OR d.settled_at >= ?1))
"""
"""That all is done with a record ``r`` since before ``?1`` (UTC ms), and with those that
shared a request with it: the request is kept once."""

_HAS_BODY = "r.payload IS NOT NULL"
_HAS_ATTEMPTS = (
    "EXISTS (SELECT 1 FROM delivery AS o CROSS JOIN attempt AS a ON a.delivery_id = o.id"
    f" WHERE o.id > r.id * {SPAN} AND o.id < (r.id + 1) * {SPAN})"
)
_IS_SUPERSEDED = """
    EXISTS (SELECT 1 FROM record AS n WHERE n.job_id = r.job_id AND n.key = r.key
        AND n.version > r.version)
    AND NOT EXISTS (SELECT 1 FROM record AS e WHERE e.job_id = r.job_id AND e.key = r.key
        AND e.version < r.version)
"""
"""That a newer version is there and no older one: versions go from the oldest on, without gaps."""


@dataclass(slots=True)
class Sweep:
    """How far a job's round has got: up to which ids was looked, and when it began."""

    bodies: int = 0
    rows: int = 0
    pulls: int = 0
    began_at: int = 0

    def begin(self, now: int) -> None:
        """Start over when the last round began a day ago."""
        if now - self.began_at >= ROUND_MS:
            self.bodies = self.rows = self.pulls = 0
            self.began_at = now


@dataclass(frozen=True, slots=True)
class Candidates:
    """Records to look at again in the writer, and how far was looked; ``ended``: to the limit."""

    ids: list[int]
    looked_to: int
    ended: bool


def find_bodies(access: Access, job_id: int, before: int, after: int, limit: int) -> Candidates:
    """Records behind ``after`` whose bodies may go."""
    return _find(access, job_id, before, after, limit, _HAS_BODY)


def find_rows(access: Access, job_id: int, before: int, after: int, limit: int) -> Candidates:
    """Records behind ``after`` whose attempts may go, or that may go whole."""
    return _find(access, job_id, before, after, limit, f"({_HAS_ATTEMPTS} OR ({_IS_SUPERSEDED}))")


def _find(
    access: Access, job_id: int, before: int, after: int, limit: int, what: str
) -> Candidates:
    window = (
        "SELECT id FROM record INDEXED BY record_job_id WHERE job_id = ?2 AND id > ?3"
        f" ORDER BY id LIMIT {WINDOW}"
    )
    rows = access.rows(
        f"SELECT r.id FROM ({window}) AS w CROSS JOIN record AS r ON r.id = w.id"
        f" WHERE {_DONE} AND {what} LIMIT ?4",
        (before, job_id, after, limit),
    )
    ids = [id_ for (id_,) in rows]
    if len(ids) == limit:
        return Candidates(ids, ids[-1], False)
    end = access.row(
        "SELECT id, pulled_at FROM record INDEXED BY record_job_id WHERE job_id = ? AND id > ?"
        f" ORDER BY id LIMIT 1 OFFSET {WINDOW - 1}",
        (job_id, after),
    )
    if end is None or end[1] >= before:
        return Candidates(ids, after, True)
    return Candidates(ids, end[0], False)


def remove_bodies(access: Access, ids: list[int], before: int) -> int:
    """Remove the bodies of these records and of their attempts; how many records it were."""
    done = _still(access, ids, before, _HAS_BODY)
    text = json.dumps(done)
    access.run(
        "UPDATE attempt SET request_body = NULL, response_body = NULL WHERE delivery_id IN"
        " (SELECT value FROM json_each(?))",
        (deliveries_of(access, done),),
    )
    count = access.run(
        "UPDATE record SET payload = NULL WHERE id IN (SELECT value FROM json_each(?))", (text,)
    )
    reach("retain.block")
    return count


def remove_rows(access: Access, ids: list[int], before: int) -> int:
    """Remove attempts, and superseded versions whole; how many records it were."""
    done = _still(access, ids, before, f"({_HAS_ATTEMPTS} OR ({_IS_SUPERSEDED}))")
    access.run(
        "DELETE FROM attempt WHERE delivery_id IN (SELECT value FROM json_each(?))",
        (deliveries_of(access, done),),
    )
    for id_ in done:  # one by one: when a version has gone, the next one is the oldest
        if access.value(f"SELECT 1 FROM record AS r WHERE r.id = ? AND {_IS_SUPERSEDED}", (id_,)):
            _remove(access, id_)
    reach("retain.block")
    return len(done)


def _remove(access: Access, id_: int) -> None:
    tally = Tally(access.now)
    job_id = access.value("SELECT job_id FROM record WHERE id = ?", (id_,))
    for consumer, state in access.rows(
        "SELECT consumer_id, state FROM delivery WHERE id > ? AND id < ?",
        (id_ * SPAN, (id_ + 1) * SPAN),
    ):
        tally.total(job_id, consumer, State(state).word, -1)
        tally.total(job_id, consumer, counters.REMOVED[State(state)])
    tally.total(job_id, counters.WHOLE_JOB, counters.REMOVED_RECORDS)
    delete_records(access, [id_])
    tally.write(access)


def _still(access: Access, ids: list[int], before: int, what: str) -> list[int]:
    rows = access.rows(
        "SELECT r.id FROM json_each(?2) AS j CROSS JOIN record AS r ON r.id = j.value"
        f" WHERE {_DONE} AND {what}",
        (before, json.dumps(ids)),
    )
    return [id_ for (id_,) in rows]


def find_pulls(access: Access, job_id: int, before: int, after: int, limit: int) -> Candidates:
    """Old pulls behind ``after`` that brought nothing, or nothing that is still there."""
    window = (
        "SELECT id FROM pull INDEXED BY pull_job_id WHERE job_id = ? AND id > ?"
        f" ORDER BY id LIMIT {WINDOW}"
    )
    rows = access.rows(
        f"SELECT p.id, p.first_record_id, p.new FROM ({window}) AS w"
        " CROSS JOIN pull AS p ON p.id = w.id WHERE p.started_at < ?",
        (job_id, after, before),
    )
    ids = list(itertools.islice(_of_nothing(access, rows), limit))
    if len(ids) == limit:
        return Candidates(ids, ids[-1], False)
    end = access.row(
        f"SELECT p.id, p.started_at FROM ({window}) AS w CROSS JOIN pull AS p ON p.id = w.id"
        f" LIMIT 1 OFFSET {WINDOW - 1}",
        (job_id, after),
    )
    if end is None or end[1] >= before:
        return Candidates(ids, after, True)
    return Candidates(ids, end[0], False)


def remove_pulls(access: Access, ids: list[int], before: int) -> int:
    """Remove these pulls; how many it were."""
    rows = access.rows(
        "SELECT p.id, p.first_record_id, p.new FROM json_each(?) AS j"
        " CROSS JOIN pull AS p ON p.id = j.value WHERE p.started_at < ?",
        (json.dumps(ids), before),
    )
    count = access.run(
        "DELETE FROM pull WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(_of_nothing(access, rows))),),
    )
    reach("retain.block")
    return count


def _of_nothing(access: Access, pulls: Sequence[Row]) -> Iterator[int]:
    """The ids of those pulls (id, first record id, how many) whose records are all gone.

    Each range of records is asked for with its bounds as values: that every database answers
    by an index.
    """
    one = "SELECT ?, EXISTS (SELECT 1 FROM record WHERE id >= ? AND id < ?)"
    for at in range(0, len(pulls), RANGES):
        some = pulls[at : at + RANGES]
        ranges = [(id_, first, first + new) for id_, first, new in some if first is not None]
        there: set[int] = set()
        if ranges:
            sql = " UNION ALL ".join([one] * len(ranges))
            rows = access.rows(sql, tuple(itertools.chain.from_iterable(ranges)))
            there = {id_ for id_, found in rows if found}
        yield from (id_ for id_, *_ in some if id_ not in there)
