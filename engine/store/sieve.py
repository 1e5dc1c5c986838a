"""Filters that no index answers: an expression over the record, and the cause of a retry.

What the indexes find is looked at one by one, in slices of bounded time: each slice is one short
read snapshot, and says how far it got. Nothing here writes, and nothing waits for it.
Not for what an expression means: ``core.search``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from engine.core.causes import cause_id
from engine.core.delivery import State
from engine.core.search import Search, Unjudged
from engine.store.access import Access
from engine.store.causes import retrying_cause
from engine.store.ids import CONSUMER_BITS, SPAN, record_of
from engine.store.rows import RecordFilter

SLICE_S = 0.03
"""Seconds one slice looks at records."""
CHUNK = 200
"""Records that are found at once."""
IN_MEMORY = 10
"""Payloads that are in memory at once, at most."""

_LAST = "SELECT id, consumer_id, last_outcome, last_status, last_error FROM delivery WHERE"


def is_needed(wanted: RecordFilter) -> bool:
    """Whether the indexes alone cannot tell what matches."""
    return wanted.search is not None or of_retrying(wanted)


def of_retrying(wanted: RecordFilter) -> bool:
    """Whether the filter's cause is one of retrying deliveries, which no table lists."""
    return wanted.cause is not None and wanted.states == {State.RETRYING}


def without(wanted: RecordFilter) -> RecordFilter:
    """The part of the filter that indexes answer."""
    return replace(wanted, search=None, cause=None if of_retrying(wanted) else wanted.cause)


@dataclass(slots=True)
class Slice:
    """The time and the findings of one slice."""

    monotonic: Callable[[], float] = time.monotonic
    scanned: int = 0
    unjudged: Unjudged = field(default_factory=Unjudged)
    search: Search | None = None
    _end: float = 0.0

    def begin(self, wanted: RecordFilter) -> Slice:
        """Let its time run from now on. The search is compiled here, for this thread alone."""
        self._end = self.monotonic() + SLICE_S
        self.search = None if wanted.search is None else Search(wanted.search)
        return self

    def keeps(self, key: str, payload: bytes | None) -> bool:
        """Whether the search, if there is one, finds this record."""
        return self.search is None or self.search.keeps(key, payload, self.unjudged)

    @property
    def is_over(self) -> bool:
        """Whether its time is up; at least one record is always looked at."""
        return self.scanned > 0 and self.monotonic() >= self._end


def records(
    access: Access, wanted: RecordFilter, ids: Sequence[int], work: Slice
) -> Iterator[tuple[int, bool]]:
    """Each of these records with whether it matches, in their order, while there is time."""
    for record_id, key, payload in _each(access, ids, work):
        if work.is_over:
            return
        work.scanned += 1
        yield record_id, _matches(access, wanted, record_id, key, payload, work)


def deliveries(
    access: Access, wanted: RecordFilter, ids: Sequence[int], work: Slice
) -> Iterator[tuple[int, bool]]:
    """Each of these deliveries with whether it and its record match, while there is time."""
    last: tuple[int, bool] | None = None
    records_of = [record_of(id_) for id_ in ids]
    rows = _each(access, list(dict.fromkeys(records_of)), work)
    for id_, record_id in zip(ids, records_of, strict=True):
        if last is None or last[0] != record_id:
            if work.is_over:
                return
            row = next((one for one in rows if one[0] == record_id), None)
            work.scanned += 1
            kept = row is not None and work.keeps(row[1], row[2])
            last = (record_id, kept)
        yield id_, last[1] and (not of_retrying(wanted) or _failed_so(access, wanted, id_))


def _each(
    access: Access, ids: Sequence[int], work: Slice
) -> Iterator[tuple[int, str, bytes | None]]:
    """Id, key, and payload if it is asked for, in the order of the ids; few are in memory."""
    reads = work.search is not None and work.search.reads_record
    sql = (
        f"SELECT r.id, r.key, {'r.payload' if reads else 'NULL'}"
        " FROM json_each(?) AS j CROSS JOIN record AS r ON r.id = j.value"
    )
    for at in range(0, len(ids), IN_MEMORY):
        some = ids[at : at + IN_MEMORY]
        rows = {row[0]: row for row in access.rows(sql, (json.dumps(list(some)),))}
        yield from (rows[id_] for id_ in some if id_ in rows)


def _matches(
    access: Access,
    wanted: RecordFilter,
    record_id: int,
    key: str,
    payload: bytes | None,
    work: Slice,
) -> bool:
    if of_retrying(wanted):
        rows = access.rows(
            f"{_LAST} id > ? AND id < ? AND state = ?",
            (record_id << CONSUMER_BITS, record_id * SPAN + SPAN, int(State.RETRYING)),
        )
        if not any(cause_id(row[1], retrying_cause(*row[2:])) == wanted.cause for row in rows):
            return False
    return work.keeps(key, payload)


def _failed_so(access: Access, wanted: RecordFilter, delivery: int) -> bool:
    row = access.row(f"{_LAST} id = ?", (delivery,))
    return row is not None and cause_id(row[1], retrying_cause(*row[2:])) == wanted.cause
