"""Which deliveries a filter is about, and how many: for operations on everything that matches."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace

from engine.store import sieve
from engine.store.access import Access, Parameters
from engine.store.ids import delivery_id
from engine.store.ranges import key_range, line_of, scope_of
from engine.store.rows import RecordFilter
from engine.store.sieve import Slice

LOOKS = 20_000
"""Deliveries one block looks at in each consumer and state."""


@dataclass(frozen=True, slots=True)
class Picked:
    """Delivery ids, rising, and the id up to which all was looked at; None: to the end."""

    ids: list[int]
    looked_to: int | None


def delivery_ids(
    access: Access,
    wanted: RecordFilter,
    *,
    limit: int,
    after_id: int,
    last_record: int | None = None,
    work: Slice | None = None,
) -> Picked:
    """The next deliveries that match, by id, so that a key's versions come in their order.

    last_record: no record above this id is looked at.
    work: the time a filter that no index answers may take; it is of no use to others.
    """
    if not sieve.is_needed(wanted):
        return _indexed(access, wanted, limit, after_id, last_record)
    work = (work or Slice()).begin(wanted)
    plain, kept = sieve.without(wanted), list[int]()
    while True:
        picked = _indexed(access, plain, sieve.CHUNK, after_id, last_record)
        for id_, matches in sieve.deliveries(access, wanted, picked.ids, work):
            after_id = id_
            if matches:
                kept.append(id_)
            if len(kept) == limit:
                return Picked(kept, after_id)
        if picked.ids and after_id != picked.ids[-1]:
            return Picked(kept, after_id)  # its time was up
        if len(picked.ids) < sieve.CHUNK:
            return Picked(kept, picked.looked_to)


def _indexed(
    access: Access, wanted: RecordFilter, limit: int, after_id: int, last_record: int | None
) -> Picked:
    scope = scope_of(access, wanted)
    if last_record is not None:
        scope = replace(scope, high=min(scope.high, last_record))
    keyed = wanted.key is not None or bool(wanted.key_prefix)
    low = max(after_id, delivery_id(scope.low, 0))
    high = delivery_id(scope.high + 1, 0)
    found: list[int] = []
    looked_to: int | None = None
    for consumer, state, _ in scope.lines:
        line = line_of(wanted, consumer, state)
        window = f"{line.select} AND {line.id} > ? AND {line.id} < ? ORDER BY {line.id}"
        parameters = (*line.parameters, low, high)
        if not keyed:
            found += _ids(access, f"{window} LIMIT ?", (*parameters, limit))
            continue
        ids = _with_key(access, wanted, window, parameters, limit)
        found += ids
        if len(ids) < limit:
            end = access.value(f"{window} LIMIT 1 OFFSET {LOOKS - 1}", parameters)
            if end is not None:
                looked_to = end if looked_to is None else min(looked_to, end)
    if looked_to is not None:
        found = [id_ for id_ in found if id_ <= looked_to]
    return Picked(heapq.nsmallest(limit, found), looked_to)


def _with_key(
    access: Access, wanted: RecordFilter, window: str, parameters: Parameters, limit: int
) -> list[int]:
    """Those of the window's first deliveries whose record has the wanted key."""
    condition, keys = key_range(wanted)
    return _ids(
        access,
        f"SELECT w.id FROM ({window} LIMIT {LOOKS}) AS w"
        " CROSS JOIN delivery AS d ON d.id = w.id CROSS JOIN record AS r ON r.id = d.record_id"
        f" WHERE {condition} LIMIT ?",
        (*parameters, *keys, limit),
    )


def _ids(access: Access, sql: str, parameters: Parameters) -> list[int]:
    return [id_ for (id_,) in access.rows(sql, parameters)]


def exact_count(access: Access, wanted: RecordFilter) -> int | None:
    """How many deliveries match, from the counters; None where they cannot tell."""
    if sieve.is_needed(wanted):
        return None
    if wanted.key is not None or wanted.key_prefix:
        return None
    if wanted.since is not None or wanted.until is not None:
        return None
    return scope_of(access, wanted).deliveries
