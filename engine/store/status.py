"""Live numbers, from counters and a few index lookups; never by counting records."""

from __future__ import annotations

from engine.core.delivery import UNSYNCED, State
from engine.store import counters
from engine.store.access import Access
from engine.store.models import Consumer, Job
from engine.store.rows import ConsumerStatus, Counts, JobStatus

_OLDEST = (
    "SELECT pulled_at FROM record WHERE id = (SELECT record_id FROM delivery"
    " INDEXED BY delivery_list WHERE consumer_id = ? AND state = ? ORDER BY id LIMIT 1)"
)
_COUNTED = ("pulled", *(state.word for state in State))
_REMOVED = {state.word: what for state, what in counters.REMOVED.items()}

Series = list[tuple[int, int, int, str, int]]
"""Minute (UTC, since 1970), job id, consumer id (0: the job itself), what, n."""


def status(access: Access, job_id: int | None) -> tuple[JobStatus, ...]:
    """The numbers of one job or of all, with consumers that are not removed."""
    jobs = Job.select(Job.id, Job.name).where(Job.deleted_at.is_null()).order_by(Job.name)
    if job_id is not None:
        jobs = jobs.where(Job.id == job_id)
    totals = _totals(access)
    return tuple(
        JobStatus(
            id_,
            name,
            totals.get((id_, counters.WHOLE_JOB), {}).get(counters.PULLED, 0),
            _consumers(access, id_, totals),
        )
        for id_, name in access.ask(jobs)
    )


def _totals(access: Access) -> dict[tuple[int, int], dict[str, int]]:
    rows = access.rows(
        "SELECT job_id, consumer_id, what, n FROM counter WHERE minute = ?", (counters.TOTAL,)
    )
    totals: dict[tuple[int, int], dict[str, int]] = {}
    for job_id, consumer_id, what, n in rows:
        totals.setdefault((job_id, consumer_id), {})[what] = n
    return totals


def _consumers(
    access: Access, job_id: int, totals: dict[tuple[int, int], dict[str, int]]
) -> tuple[ConsumerStatus, ...]:
    query = (
        Consumer.select(Consumer.id, Consumer.name)
        .where((Consumer.job_id == job_id) & Consumer.removed_at.is_null())
        .order_by(Consumer.id)
    )
    found = []
    for id_, name in access.ask(query):
        numbers = totals.get((job_id, id_), {})
        counts = Counts(**{word: _ever(numbers, word) for word in _COUNTED})
        oldest = _oldest_unsynced(access, id_) if counts.unsynced else None
        found.append(ConsumerStatus(id_, name, counts, oldest))
    return tuple(found)


def _ever(numbers: dict[str, int], word: str) -> int:
    """A number with what retention removed since: what was delivered stays delivered (rule 12)."""
    return numbers.get(word, 0) + numbers.get(_REMOVED.get(word, ""), 0)


def _oldest_unsynced(access: Access, consumer_id: int) -> int | None:
    times = (access.value(_OLDEST, (consumer_id, int(state))) for state in UNSYNCED)
    return min((at for at in times if at is not None), default=None)


def series(
    access: Access,
    since_minute: int,
    until_minute: int,
    job_id: int | None,
    consumer_id: int | None,
) -> Series:
    """What happened in each minute from ``since`` to ``until``, both included."""
    where = "minute >= ? AND minute <= ? AND minute > 0"
    parameters = [since_minute, until_minute]
    for column, wanted in (("job_id", job_id), ("consumer_id", consumer_id)):
        if wanted is not None:
            where += f" AND {column} = ?"
            parameters.append(wanted)
    rows = access.rows(
        f"SELECT minute, job_id, consumer_id, what, n FROM counter WHERE {where}"
        " ORDER BY minute, job_id, consumer_id, what",
        parameters,
    )
    return [(minute, job, consumer, what, n) for minute, job, consumer, what, n in rows]
