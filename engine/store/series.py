"""Counts over time for graphs: minutes, and coarser sums of them that keep long windows small.

Minutes are written with what they count (``counters``). Every ``STEPS`` minutes they are summed up
into ``rollup`` by a loop beside the traffic; a window that is longer than minutes allow is read
from there, and its end, not summed up yet, from the minutes. Nothing here counts records.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.delivery import UNSYNCED
from engine.store import counters
from engine.store.access import Access
from engine.store.counters import TOTAL

STEPS = (5, 20)
"""Minutes of a coarser sample."""
LATE_MINUTES = 2
"""A minute is summed up when it ended so long ago: then nothing is added to it any more."""
MOST_PERIODS = 5
"""Sums made in one transaction for each step."""
KEPT_DAYS = {1: 8, 5: 3, 20: 100}
"""For how long the samples of each step are kept."""
DAY_MINUTES = 24 * 60
GONE_AT_ONCE_MINUTES = 60
"""Minutes of samples that are removed in one transaction."""

_SAMPLES = """
SELECT at, whole, what, sum(n) FROM (
  SELECT minute AS at, CASE WHEN consumer_id = 0 THEN 1 ELSE 0 END AS whole, what, n
    FROM rollup WHERE step = ? AND minute >= ? AND minute < ?{where}
  UNION ALL
  SELECT minute - minute % ? AS at, CASE WHEN consumer_id = 0 THEN 1 ELSE 0 END AS whole, what, n
    FROM counter WHERE minute >= ? AND minute <= ?{where}
) AS s GROUP BY at, whole, what ORDER BY at
"""


@dataclass(frozen=True, slots=True)
class Samples:
    """What was counted in a window.

    rows: (minute a sample begins, whether of the whole job and not of a consumer, what, n).
    backlog: how many deliveries are unsynced now.
    """

    rows: tuple[tuple[int, bool, str, int], ...]
    backlog: int


def samples(
    access: Access,
    since: int,
    until: int,
    step: int,
    job_id: int | None,
    consumer_id: int | None,
) -> Samples:
    """The samples from minute ``since``, a multiple of ``step``, to minute ``until``, included.

    step: 1, one of ``STEPS``, or a multiple of the last of them.
    """
    kept = max((each for each in STEPS if step % each == 0), default=1)
    border = since if kept == 1 else max(since, min(_rolled_to(access, kept), until + 1))
    where, ids = _where(job_id, consumer_id)
    sql = _SAMPLES.format(where=where)
    found = access.rows(sql, (kept, since, border, *ids, kept, max(border, TOTAL + 1), until, *ids))
    rows: dict[tuple[int, bool, str], int] = {}
    for at, whole, what, n in found:
        place = (at - (at - since) % step, bool(whole), what)
        rows[place] = rows.get(place, 0) + n
    unsynced = ", ".join(f"'{state.word}'" for state in sorted(UNSYNCED))
    backlog = access.value(
        f"SELECT sum(n) FROM counter WHERE minute = {TOTAL} AND what IN ({unsynced}){where}", ids
    )
    return Samples(tuple((*place, n) for place, n in rows.items()), int(backlog or 0))


def _where(job_id: int | None, consumer_id: int | None) -> tuple[str, tuple[int, ...]]:
    if consumer_id is not None:
        return " AND consumer_id = ?", (consumer_id,)
    if job_id is not None:
        return " AND job_id = ?", (job_id,)
    return " AND job_id IN (SELECT id FROM job WHERE deleted_at IS NULL)", ()


def _rolled_to(access: Access, step: int) -> int:
    """All before this minute is summed up."""
    return int(access.value("SELECT value FROM meta WHERE name = ?", (_mark(step),)) or 0)


def _mark(step: int) -> str:
    return f"rolled_{step}"


def roll_up(access: Access) -> bool:
    """Sum up the next periods that are over; whether there may be more to do."""
    done_until = access.now // 60_000 - LATE_MINUTES
    more = [_roll_up(access, step, done_until) for step in STEPS]
    return any(more)


def _roll_up(access: Access, step: int, done_until: int) -> bool:
    start = at = _rolled_to(access, step)
    for _ in range(MOST_PERIODS):
        first = access.value("SELECT min(minute) FROM counter WHERE minute >= ?", (max(at, 1),))
        if first is None or first - first % step + step > done_until:
            break
        at = first - first % step
        access.run(
            "INSERT INTO rollup (step, minute, job_id, consumer_id, what, n)"
            " SELECT ?, ?, job_id, consumer_id, what, sum(n) FROM counter"
            " WHERE minute >= ? AND minute < ? GROUP BY job_id, consumer_id, what",
            (step, at, at, at + step),
        )
        at += step
    if at == start:
        return False
    access.run("DELETE FROM meta WHERE name = ?", (_mark(step),))
    access.run("INSERT INTO meta (name, value) VALUES (?, ?)", (_mark(step), str(at)))
    return True


def forget(access: Access) -> int:
    """Remove a block of samples that are older than any window; how many rows."""
    minute = access.now // 60_000
    gone = _forget(access, "counter", f"minute > {TOTAL}", minute - KEPT_DAYS[1] * DAY_MINUTES)
    for step in STEPS:
        gone += _forget(access, "rollup", f"step = {step}", minute - KEPT_DAYS[step] * DAY_MINUTES)
    return gone


def _forget(access: Access, table: str, which: str, before: int) -> int:
    oldest = access.value(f"SELECT min(minute) FROM {table} WHERE {which}")
    if oldest is None or oldest >= before:
        return 0
    end = min(before, oldest + GONE_AT_ONCE_MINUTES)
    return access.run(f"DELETE FROM {table} WHERE {which} AND minute < ?", (end,))


def happened(access: Access, since: int, until: int) -> dict[str, int]:
    """What happened in all jobs from minute ``since`` to ``until``, the last not included."""
    rows = access.rows(
        "SELECT what, sum(n) FROM counter WHERE minute >= ? AND minute < ? AND minute > 0"
        f" AND what IN ('{counters.PULLS}', 'delivered') GROUP BY what",
        (since, until),
    )
    return dict(rows)
