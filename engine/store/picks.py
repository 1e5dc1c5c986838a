"""Which deliveries a filter is about, and how many: for operations on everything that matches."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from engine.store.access import Access
from engine.store.ids import delivery_id
from engine.store.ranges import Scope, key_range, scope_of
from engine.store.rows import RecordFilter

LOOKS = 20_000
"""Deliveries one block looks at in each consumer and state."""


@dataclass(frozen=True, slots=True)
class Picked:
    """Delivery ids, rising, and the id up to which all was looked at; None: to the end."""

    ids: list[int]
    looked_to: int | None


def delivery_ids(access: Access, wanted: RecordFilter, *, limit: int, after_id: int) -> Picked:
    """The next deliveries that match, by id, so that a key's versions come in their order."""
    scope = scope_of(access, wanted)
    keyed = wanted.key is not None or bool(wanted.key_prefix)
    found: list[int] = []
    looked_to: int | None = None
    for consumer, state, _ in scope.lines:
        line = _Line(consumer, int(state), after_id)
        ids = _in_line(access, scope, wanted, line, limit, keyed)
        found += ids
        if keyed and len(ids) < limit:
            end = access.value(f"{_WINDOW} LIMIT 1 OFFSET {LOOKS - 1}", _window(scope, line))
            if end is not None:
                looked_to = end if looked_to is None else min(looked_to, end)
    if looked_to is not None:
        found = [id_ for id_ in found if id_ <= looked_to]
    return Picked(heapq.nsmallest(limit, found), looked_to)


@dataclass(frozen=True, slots=True)
class _Line:
    consumer: int
    state: int
    after_id: int


_WINDOW = (
    "SELECT id FROM delivery INDEXED BY delivery_list WHERE consumer_id = ? AND state = ?"
    " AND id > ? AND id < ? ORDER BY id"
)


def _window(scope: Scope, line: _Line) -> tuple[int, int, int, int]:
    low = max(line.after_id, delivery_id(scope.low, 0))
    return (line.consumer, line.state, low, delivery_id(scope.high + 1, 0))


def _in_line(
    access: Access,
    scope: Scope,
    wanted: RecordFilter,
    line: _Line,
    limit: int,
    keyed: bool,
) -> list[int]:
    window = _window(scope, line)
    if not keyed:
        return [id_ for (id_,) in access.rows(f"{_WINDOW} LIMIT ?", (*window, limit))]
    condition, keys = key_range(wanted)
    rows = access.rows(
        f"SELECT w.id FROM ({_WINDOW} LIMIT {LOOKS}) AS w"
        " CROSS JOIN delivery AS d ON d.id = w.id CROSS JOIN record AS r ON r.id = d.record_id"
        f" WHERE {condition} LIMIT ?",
        (*window, *keys, limit),
    )
    return [id_ for (id_,) in rows]


def exact_count(access: Access, wanted: RecordFilter) -> int | None:
    """How many deliveries match, from the counters; None where they cannot tell."""
    if wanted.key is not None or wanted.key_prefix:
        return None
    if wanted.since is not None or wanted.until is not None:
        return None
    return scope_of(access, wanted).deliveries
