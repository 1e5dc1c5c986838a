"""A filter as ranges of indexes: which consumers and states, which ids, which keys.

Ids rise with the time of pulling, so a span of time is a span of ids. A clock that was set back
by more than a minute breaks that for the records of that time; times are compared again on the
rows themselves, so a list may then miss some of them but never shows a wrong one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.core.delivery import State
from engine.store import counters
from engine.store.access import Access
from engine.store.ids import MAX_ID, SPAN
from engine.store.moves import states as state_list
from engine.store.rows import RecordFilter

LAST_RECORD = MAX_ID // SPAN - 1


@dataclass(frozen=True, slots=True)
class Scope:
    """What a filter comes to in this database.

    jobs: ids of the jobs it is about. lines: (consumer id, state, how many are in it now) for
    each pair it is about that is not empty. low, high: record ids, both included.
    """

    jobs: tuple[int, ...]
    lines: tuple[tuple[int, State, int], ...]
    low: int
    high: int

    @property
    def deliveries(self) -> int:
        """How many deliveries are in the lines, whatever their ids."""
        return sum(n for _, _, n in self.lines)


@dataclass(frozen=True, slots=True)
class Line:
    """The deliveries of one consumer in one state, or with one cause, as a range of an index.

    select: a query to go on with ``AND``, ``ORDER BY`` or ``LIMIT``; id: its column of ids.
    """

    select: str
    parameters: tuple[int, ...]
    id: str


def line_of(wanted: RecordFilter, consumer_id: int, state: State) -> Line:
    """Where the deliveries of one of a scope's lines are found."""
    if wanted.cause is not None:
        return Line(
            "SELECT delivery_id AS id FROM failure WHERE cause_id = ?",
            (wanted.cause,),
            "delivery_id",
        )
    return Line(
        "SELECT id FROM delivery INDEXED BY delivery_list WHERE consumer_id = ? AND state = ?",
        (consumer_id, int(state)),
        "id",
    )


def scope_of(access: Access, wanted: RecordFilter) -> Scope:
    """Look up what a filter is about."""
    wanted = of_cause(access, wanted)
    jobs, consumers = _jobs(access, wanted), _consumers(access, wanted)
    numbers = {
        (consumer, what): n
        for consumer, what, n in access.rows(
            "SELECT consumer_id, what, n FROM counter WHERE minute = ?", (counters.TOTAL,)
        )
    }
    states = sorted(wanted.states or State)
    lines = tuple(
        (consumer, state, n)
        for consumer in consumers
        for state in states
        if (n := numbers.get((consumer, state.word), 0)) > 0
    )
    if wanted.cause is not None:
        n = access.value("SELECT n FROM cause WHERE id = ?", (wanted.cause,)) or 0
        lines = tuple((consumer, state, n) for consumer, state, _ in lines if n)
    low = 1 if wanted.since is None else first_id_at(access, wanted.since)
    high = LAST_RECORD if wanted.until is None else first_id_at(access, wanted.until) - 1
    return Scope(jobs, lines, low, high)


def of_cause(access: Access, wanted: RecordFilter) -> RecordFilter:
    """The same filter, with the consumer and the state that its cause stands for."""
    if wanted.cause is None:
        return wanted
    consumer = access.value("SELECT consumer_id FROM cause WHERE id = ?", (wanted.cause,)) or 0
    is_about_it = wanted.consumer_id in (None, consumer) and (
        not wanted.states or State.DEAD in wanted.states
    )
    return replace(
        wanted, consumer_id=consumer if is_about_it else 0, states=frozenset({State.DEAD})
    )


def _jobs(access: Access, wanted: RecordFilter) -> tuple[int, ...]:
    sql = "SELECT id FROM job WHERE deleted_at IS NULL"
    if wanted.consumer_id is not None:
        sql += f" AND id = (SELECT job_id FROM consumer WHERE id = {int(wanted.consumer_id)})"
    if wanted.job_id is not None:
        sql += f" AND id = {int(wanted.job_id)}"
    return tuple(id_ for (id_,) in access.rows(sql))


def _consumers(access: Access, wanted: RecordFilter) -> list[int]:
    sql = (
        "SELECT consumer.id FROM consumer JOIN job ON job.id = consumer.job_id"
        " WHERE job.deleted_at IS NULL"
    )
    if wanted.job_id is not None:
        sql += f" AND job.id = {int(wanted.job_id)}"
    if wanted.consumer_id is not None:
        sql += f" AND consumer.id = {int(wanted.consumer_id)}"
    return [id_ for (id_,) in access.rows(sql)]


def first_id_at(access: Access, at: int) -> int:
    """The lowest id of a record pulled at ``at`` (UTC ms) or later, by halving the ids."""
    low, high = 1, (access.value("SELECT max(id) FROM record") or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = access.row(
            "SELECT id, pulled_at FROM record WHERE id >= ? ORDER BY id LIMIT 1", (middle,)
        )
        if found is None or found[1] >= at:
            high = middle
        else:
            low = found[0] + 1
    return low


def after_prefix(prefix: str) -> str | None:
    """The least text above all that begin with ``prefix``; None if there is no such text.

    Order is that of code points, which is how SQLite compares UTF-8 bytes.
    """
    for end in range(len(prefix), 0, -1):
        point = ord(prefix[end - 1])
        if point < 0x10FFFF:
            # The surrogates, 0xD800 to 0xDFFF, are not characters.
            return prefix[: end - 1] + chr(0xE000 if point == 0xD7FF else point + 1)
    return None


def key_range(wanted: RecordFilter) -> tuple[str, list[str]]:
    """The condition on the key of a ``record AS r`` that an index can answer, its parameters."""
    if wanted.key is not None:
        return "r.key = ?", [wanted.key]
    prefix = wanted.key_prefix or ""
    above = after_prefix(prefix)
    if above is None:
        return "r.key >= ?", [prefix]
    return "r.key >= ? AND r.key < ?", [prefix, above]


def delivery_condition(wanted: RecordFilter) -> str:
    """That a record ``r`` has a delivery of the wanted consumer in the wanted states.

    ``wanted`` comes from ``of_cause`` where it names a cause.
    """
    if wanted.cause is not None:
        consumer = int(wanted.consumer_id or 0)
        return (
            f"EXISTS (SELECT 1 FROM failure WHERE cause_id = {int(wanted.cause)}"
            f" AND delivery_id = r.id * {SPAN} + {consumer})"
        )
    if wanted.consumer_id is None:
        where = f"id > r.id * {SPAN} AND id < (r.id + 1) * {SPAN}"
    else:
        where = f"id = r.id * {SPAN} + {int(wanted.consumer_id)}"
    if wanted.states:
        where += f" AND state IN {state_list(wanted.states)}"
    return f"EXISTS (SELECT 1 FROM delivery WHERE {where})"
