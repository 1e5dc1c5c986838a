"""Does the ledger hold what it promises? Recounts and comparisons in one read snapshot.

Nothing is repaired here: a broken rule is a fact for people (design.md rule 12).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.core.attempt import Outcome
from engine.core.delivery import SETTLED, UNSYNCED, State
from engine.store import counters
from engine.store.access import Access
from engine.store.dialects.port import Dialect
from engine.store.ids import SPAN
from engine.store.moves import states
from engine.store.rows import Broken

SHOWN = 20
"""Places that are named for one rule, at most; the sentence of the last says how many more."""

Rule = Callable[[Access], Iterator[Broken]]


def check(access: Access, dialect: Dialect) -> tuple[list[Broken], int]:
    """What is broken, and how many records and deliveries were looked at."""
    broken = [Broken(*one) for one in dialect.damage(access, SHOWN)]
    broken += [one for rule in RULES for one in rule(access)]
    checked = access.value("SELECT count(*) FROM record") + access.value(
        "SELECT count(*) FROM delivery"
    )
    return broken, checked


def _totals(access: Access) -> dict[tuple[int, int, str], int]:
    rows = access.rows(
        "SELECT job_id, consumer_id, what, n FROM counter WHERE minute = ?", (counters.TOTAL,)
    )
    return {(job_id, consumer, what): n for job_id, consumer, what, n in rows}


def _delivery_counters(access: Access) -> Iterator[Broken]:
    """pulled = delivered + unsynced + dead + skipped, and each of them equals a recount."""
    totals = _totals(access)
    counted: dict[tuple[int, int], int] = {
        (consumer, state): n
        for consumer, state, n in access.rows(
            "SELECT consumer_id, state, count(*) FROM delivery GROUP BY consumer_id, state"
        )
    }
    for job_id, job, consumer, name in _consumers(access):
        place = f"job {job}, consumer {name}"
        for state in State:
            there = counted.get((consumer, state), 0)
            said = totals.get((job_id, consumer, state.word), 0)
            if there != said:
                yield Broken(
                    "counters", place, f"{state.word}: counted {there}, the counter says {said}."
                )
        removed = sum(totals.get((job_id, consumer, what), 0) for what in counters.REMOVED.values())
        there = removed + sum(counted.get((consumer, state), 0) for state in State)
        said = totals.get((job_id, consumer, counters.PULLED), 0)
        if there != said:
            yield Broken("counters", place, f"pulled: counted {there}, the counter says {said}.")


def _record_counters(access: Access) -> Iterator[Broken]:
    totals = _totals(access)
    counted: dict[int, int] = dict(
        access.rows("SELECT job_id, count(*) FROM record GROUP BY job_id")
    )
    for job_id, job in _jobs(access):
        removed = totals.get((job_id, counters.WHOLE_JOB, counters.REMOVED_RECORDS), 0)
        there = counted.get(job_id, 0) + removed
        said = totals.get((job_id, counters.WHOLE_JOB, counters.PULLED), 0)
        if there != said:
            yield Broken(
                "counters", f"job {job}", f"pulled: counted {there}, the counter says {said}."
            )


def _jobs(access: Access) -> list[tuple[int, str]]:
    return [
        (id_, name)
        for id_, name in access.rows("SELECT id, name FROM job WHERE deleted_at IS NULL")
    ]


def _consumers(access: Access) -> list[tuple[int, str, int, str]]:
    rows = access.rows(
        "SELECT j.id, j.name, c.id, c.name FROM consumer AS c JOIN job AS j ON j.id = c.job_id"
        " WHERE j.deleted_at IS NULL ORDER BY c.id"
    )
    return [(job_id, job, id_, name) for job_id, job, id_, name in rows]


_HERE = "r.job_id IN (SELECT id FROM job WHERE deleted_at IS NULL)"

_SETTLED_AT = f"""
SELECT 'delivery ' || id, 'It is ' || CASE WHEN settled_at IS NULL THEN 'settled without a time.'
       ELSE 'not settled and has a time of it.' END
  FROM delivery WHERE (state IN {states(SETTLED)}) <> (settled_at IS NOT NULL)
"""
_CLAIMS = f"""
SELECT 'delivery ' || id, 'Being sent and having a claim do not agree.' FROM delivery
 WHERE (state = {int(State.SENDING)}) <> (claim_token IS NOT NULL)
"""
_CAUSES = f"""
SELECT 'delivery ' || d.id, 'It is dead, and no cause is kept for it.' FROM delivery AS d
 WHERE d.state = {int(State.DEAD)}
   AND NOT EXISTS (SELECT 1 FROM failure AS f WHERE f.delivery_id = d.id)
UNION ALL
SELECT 'delivery ' || f.delivery_id, 'A cause of its failure is kept, and it is not dead.'
  FROM failure AS f JOIN delivery AS d ON d.id = f.delivery_id
 WHERE d.state <> {int(State.DEAD)}
UNION ALL
SELECT 'cause ' || c.id, 'It counts ' || c.n || ' deliveries, ' || count(f.delivery_id)
       || ' are there.'
  FROM cause AS c JOIN job AS j ON j.id = c.job_id AND j.deleted_at IS NULL
  LEFT JOIN failure AS f ON f.cause_id = c.id
 GROUP BY c.id, c.n HAVING c.n <> count(f.delivery_id)
"""
_KNOWN_STATES = f"""
SELECT 'delivery ' || id, 'State ' || state || ' is none there is.' FROM delivery
 WHERE state NOT IN {states(State)}
"""
_ATTEMPTS = f"""
SELECT 'delivery ' || id, 'Cycle ' || cycle || ' should have ' || should || ' attempts, ' || n
       || ' are there.'
  FROM (SELECT d.id, d.cycle,
               d.number - CASE WHEN d.state = {int(State.SENDING)} THEN 1 ELSE 0 END AS should,
               (SELECT count(*) FROM attempt AS a
                 WHERE a.delivery_id = d.id AND a.cycle = d.cycle) AS n,
               d.state, d.record_id
          FROM delivery AS d) AS tried
 WHERE n <> should AND NOT (n = 0 AND state NOT IN {states(UNSYNCED)}
   AND EXISTS (SELECT 1 FROM record WHERE id = record_id AND payload IS NULL))
"""
_ACCEPTED = f"""
SELECT 'delivery ' || d.id, 'It is delivered, and no attempt of it was accepted.'
  FROM delivery AS d
 WHERE d.state = {int(State.DELIVERED)}
   AND NOT EXISTS (SELECT 1 FROM attempt AS a WHERE a.delivery_id = d.id
                      AND a.cycle = d.cycle AND a.outcome = {int(Outcome.ACCEPTED)})
   AND NOT EXISTS (SELECT 1 FROM record WHERE id = d.record_id AND payload IS NULL)
"""
_SHARED = """
SELECT 'attempt ' || a.id, 'The attempt that holds its request is missing.' FROM attempt AS a
 WHERE a.batch_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attempt WHERE id = a.batch_of)
   AND NOT EXISTS (SELECT 1 FROM delivery AS d JOIN record AS r ON r.id = d.record_id
                    WHERE d.id = a.delivery_id AND r.payload IS NULL)
"""
_MISSING = f"""
SELECT 'record ' || r.id, 'It has no delivery to consumer ' || c.name || '.'
  FROM consumer AS c JOIN record AS r ON r.job_id = c.job_id
 WHERE c.removed_at IS NULL AND {_HERE} AND r.id > c.complete_above
   AND NOT (r.id > c.backfill_from AND r.id <= c.backfill_to)
   AND NOT EXISTS (SELECT 1 FROM delivery WHERE id = r.id * {SPAN} + c.id)
"""
_ORPHANS = f"""
SELECT 'delivery ' || d.id, 'Its record is missing, or is not the one it names.'
  FROM delivery AS d LEFT JOIN record AS r ON r.id = d.record_id
 WHERE r.id IS NULL OR d.id <> d.record_id * {SPAN} + d.consumer_id
    OR d.version <> r.version OR d.item_id <> r.item_id
"""
_GAPS = f"""
SELECT 'key ' || r.key || ' of job ' || r.job_id, 'Its versions ' || min(r.version)
       || ' to ' || max(r.version) || ' are ' || count(*) || '.'
  FROM record AS r WHERE {_HERE} GROUP BY r.job_id, r.key
HAVING count(*) <> max(r.version) - min(r.version) + 1
    OR (min(r.version) <> 1 AND NOT EXISTS (SELECT 1 FROM counter
         WHERE minute = 0 AND job_id = r.job_id AND what = 'removed_records' AND n > 0))
"""
_ITEMS = f"""
SELECT 'record ' || r.id, 'It does not belong to the item of the version before it.'
  FROM record AS r JOIN record AS p
    ON p.job_id = r.job_id AND p.key = r.key AND p.version = r.version - 1
 WHERE {_HERE} AND r.version > 1 AND p.item_id <> r.item_id
"""
_OPERATIONS = """
SELECT 'operation ' || id, 'It met ' || done || ' deliveries; ' || moved || ' were moved and '
       || refused || ' left.' FROM operation WHERE kind <> 'repull' AND done <> moved + refused
"""
_SIZES = """
SELECT 'record ' || id, 'It says ' || size || ' bytes and has ' || length(payload) || '.'
  FROM record WHERE length(payload) <> size
"""


def _listed(rule: str, sql: str) -> Rule:
    """A rule whose query gives the place and the sentence of each row that breaks it."""

    def run(access: Access) -> Iterator[Broken]:
        rows = access.rows(f"{sql} LIMIT {SHOWN}")
        for place, sentence in rows:
            yield Broken(rule, place, sentence)
        if len(rows) == SHOWN:
            yield Broken(rule, "more", f"Only the first {SHOWN} places are named.")

    return run


RULES: tuple[Rule, ...] = (
    _delivery_counters,
    _record_counters,
    _listed("states", _KNOWN_STATES),
    _listed("settled", _SETTLED_AT),
    _listed("claims", _CLAIMS),
    _listed("causes", _CAUSES),
    _listed("attempts", _ATTEMPTS),
    _listed("accepted", _ACCEPTED),
    _listed("shared requests", _SHARED),
    _listed("deliveries", _MISSING),
    _listed("orphans", _ORPHANS),
    _listed("versions", _GAPS),
    _listed("items", _ITEMS),
    _listed("sizes", _SIZES),
    _listed("operations", _OPERATIONS),
)
"""Every rule, in the order in which they are told."""
