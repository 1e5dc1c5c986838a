"""Lists of records, page by page: keyset, never OFFSET, never a count.

Newest first, each filter through one index:

    nothing, or a job             the records themselves
    consumer or states            a merge of one range of ``delivery_list`` a consumer and state
    a failure's cause             its range of ``failure``
    a key                         the key's versions
    a prefix with few keys        all of them, sorted
    a prefix, few in the states   the deliveries in those states, their keys compared

A prefix that many keys share is listed in the order of keys, and when states must be compared
too, one page looks at ``LOOKS`` keys at most: it may come back short or empty with a cursor to go
on from. So the first page of any list is quick; ``next_cursor`` None is the only sign of the end.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from engine.core.errors import OperatorError
from engine.store import sieve
from engine.store.access import Access
from engine.store.details import briefs
from engine.store.ids import delivery_id, record_of
from engine.store.ranges import (
    Scope,
    delivery_condition,
    key_range,
    line_of,
    of_cause,
    scope_of,
)
from engine.store.rows import RecordFilter, RecordPage
from engine.store.sieve import Slice

FEW = 5000
"""So many records or deliveries are looked at whole, within a few ms."""

LOOKS = 20_000
"""So many keys are compared for one page of a long prefix, within some ten ms."""


class _After(msgspec.Struct, array_like=True, frozen=True):
    """Where a page ended: below a record id, or, in the order of keys, behind a key."""

    record_id: int
    job_id: int = 0
    key: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """Record ids in the page's order, one more than fit if more follow, and where to go on
    looking if not all was looked at. places: in the order of keys, where each of them stands.
    """

    ids: list[int]
    resume: _After | None = None
    places: tuple[_After, ...] = ()

    def behind(self, at: int) -> _After:
        """Where to go on behind the id at this place."""
        return self.places[at] if self.places else _After(self.ids[at])


@dataclass(frozen=True, slots=True)
class _Ask:
    wanted: RecordFilter
    scope: Scope
    limit: int
    after: _After | None

    @property
    def below(self) -> int:
        """Record ids of this page are lower than this."""
        bound = self.scope.high + 1
        if self.after is None or self.after.key is not None:
            return bound
        return min(bound, self.after.record_id)

    @property
    def is_narrow(self) -> bool:
        """Whether deliveries matter, and not records alone."""
        return self.wanted.consumer_id is not None or bool(self.wanted.states)

    @property
    def condition(self) -> str:
        """That a record ``r`` lies in the ids of this page, with a delivery that matches."""
        ids = f"r.id >= {self.scope.low} AND r.id < {self.below}"
        return f"{ids} AND {delivery_condition(self.wanted)}" if self.is_narrow else ids


def records(
    access: Access,
    wanted: RecordFilter,
    *,
    limit: int,
    after: str | None,
    work: Slice | None = None,
) -> RecordPage:
    """A page of the records that have a delivery the filter matches.

    work: the time a filter that no index answers may take; it is of no use to others.
    """
    if sieve.is_needed(wanted):
        return _sifted(access, wanted, limit, _read(after), (work or Slice()).begin(wanted))
    wanted = of_cause(access, wanted)
    ask = _Ask(wanted, scope_of(access, wanted), limit, _read(after))
    found = _find(access, ask)
    more = len(found.ids) > limit
    shown = found.ids[:limit]
    return _page(access, ask.wanted, shown, found.behind(len(shown) - 1) if more else found.resume)


def _find(access: Access, ask: _Ask) -> _Found:
    if ask.after is not None and ask.after.key is not None:
        return _by_key(access, ask)
    if ask.wanted.key is not None:
        return _versions(access, ask)
    if ask.wanted.key_prefix:
        few = _prefixed(access, ask)
        return _by_key(access, ask) if few is None else few
    if ask.is_narrow:
        return _Found(_in_lines(access, ask, ask.limit + 1))
    return _Found(_all(access, ask))


def _sifted(
    access: Access, wanted: RecordFilter, limit: int, after: _After | None, work: Slice
) -> RecordPage:
    """A page of what the indexes find and the sieve keeps; short when its time is up."""
    plain = of_cause(access, sieve.without(wanted))
    scope = scope_of(access, plain)
    kept: list[int] = []
    while True:
        found = _find(access, _Ask(plain, scope, sieve.CHUNK, after))
        ids = found.ids[: sieve.CHUNK]
        looked = 0
        for record_id, matches in sieve.records(access, wanted, ids, work):
            looked += 1
            if matches:
                kept.append(record_id)
            if len(kept) == limit:
                break
        whole = looked == len(ids)
        at_end = whole and len(found.ids) <= sieve.CHUNK
        after = found.resume if at_end else (found.behind(looked - 1) if looked else after)
        if after is None or not whole or len(kept) == limit or work.is_over:
            page = _page(access, plain, kept, after)
            return replace(
                page,
                scanned=work.scanned,
                unjudged=work.unjudged.count,
                unjudged_why=work.unjudged.why,
            )


def _read(after: str | None) -> _After | None:
    if after is None:
        return None
    try:
        return msgspec.json.decode(after, type=_After)
    except msgspec.DecodeError:
        raise OperatorError("The page cursor is not one of ours.", path="after") from None


def _page(access: Access, wanted: RecordFilter, ids: list[int], after: _After | None) -> RecordPage:
    cursor = None if after is None else msgspec.json.encode(after).decode()
    return RecordPage(briefs(access, ids, wanted), cursor)


def _all(access: Access, ask: _Ask) -> list[int]:
    """The newest records of the jobs."""
    ranges = (
        access.rows(
            "SELECT id FROM record INDEXED BY record_job_id WHERE job_id = ? AND id >= ?"
            " AND id < ? ORDER BY id DESC LIMIT ?",
            (job_id, ask.scope.low, ask.below, ask.limit + 1),
        )
        for job_id in ask.scope.jobs
    )
    return heapq.nlargest(ask.limit + 1, (id_ for rows in ranges for (id_,) in rows))


def _in_lines(access: Access, ask: _Ask, limit: int) -> list[int]:
    """The newest records with a delivery in the lines."""
    low, high = delivery_id(ask.scope.low, 0), delivery_id(ask.below, 0)
    found: set[int] = set()
    for consumer, state, _ in ask.scope.lines:
        line = line_of(ask.wanted, consumer, state)
        rows = access.rows(
            f"{line.select} AND {line.id} >= ? AND {line.id} < ? ORDER BY {line.id} DESC LIMIT ?",
            (*line.parameters, low, high, limit),
        )
        found.update(record_of(id_) for (id_,) in rows)
    return heapq.nlargest(limit, found)


def _versions(access: Access, ask: _Ask) -> _Found:
    """A key's versions, newest first."""
    window = "SELECT id FROM record WHERE job_id = ? AND key = ? AND id < ? ORDER BY version DESC"
    ids: list[int] = []
    resume = 0
    for job_id in ask.scope.jobs:
        where = (job_id, ask.wanted.key, ask.below)
        found = _ids(
            access,
            f"SELECT r.id FROM ({window} LIMIT {LOOKS}) AS r WHERE {ask.condition}"
            f" LIMIT {ask.limit + 1}",
            where,
        )
        ids += found
        if len(found) <= ask.limit:
            end = access.value(f"{window} LIMIT 1 OFFSET {LOOKS - 1}", where)
            resume = max(resume, end or 0)
    ids = sorted((id_ for id_ in ids if id_ >= resume), reverse=True)
    return _Found(ids, _After(resume) if resume else None)


def _prefixed(access: Access, ask: _Ask) -> _Found | None:
    """The records of a prefix, newest first; None where they are too many for that."""
    condition, keys = key_range(ask.wanted)
    going_on = ask.after is not None
    ids: list[int] = []
    for job_id in ask.scope.jobs:
        ids += _ids(
            access,
            f"SELECT id FROM record AS r WHERE job_id = ? AND {condition}"
            + ("" if going_on else f" LIMIT {FEW + 1 - len(ids)}"),
            (job_id, *keys),
        )
        if len(ids) > FEW and not going_on:
            break
    else:
        return _Found(_matching(access, ask, ids))
    if ask.is_narrow and ask.scope.deliveries <= FEW:
        ids = _in_lines(access, ask, FEW)
        return _Found(_with_key(access, ask, ids))
    return None


def _matching(access: Access, ask: _Ask, ids: list[int]) -> list[int]:
    """Those of these records that match, newest first, one more than fit."""
    wanted = sorted((id_ for id_ in ids if ask.scope.low <= id_ < ask.below), reverse=True)
    if not ask.is_narrow:
        return wanted[: ask.limit + 1]
    return _ids(
        access,
        f"SELECT r.id FROM (SELECT value AS id FROM json_each(?)) AS r WHERE {ask.condition}"
        f" LIMIT {ask.limit + 1}",
        (json.dumps(wanted),),
    )


def _with_key(access: Access, ask: _Ask, ids: list[int]) -> list[int]:
    """Those of these records whose key is wanted, in the same order, one more than fit."""
    condition, keys = key_range(ask.wanted)
    return _ids(
        access,
        "SELECT r.id FROM (SELECT value AS wanted FROM json_each(?)) AS j"
        " CROSS JOIN record AS r ON r.id = j.wanted"
        f" WHERE {condition} LIMIT {ask.limit + 1}",
        (json.dumps(ids), *keys),
    )


def _by_key(access: Access, ask: _Ask) -> _Found:
    """Records in the order of jobs and keys: for a prefix of very many keys."""
    condition, keys = key_range(ask.wanted)
    start = ask.after
    found: list[tuple[int, int, str, int]] = []
    looks = LOOKS
    resume: _After | None = None
    for job_id in sorted(ask.scope.jobs):
        if start is not None and job_id < start.job_id:
            continue
        where, parameters = f"job_id = ? AND {condition}", [job_id, *keys]
        if start is not None and start.key is not None and job_id == start.job_id:
            where += " AND (key, version) > (?, ?)"
            parameters += [start.key, start.version]
        window = f"SELECT id, key, version FROM record AS r WHERE {where} ORDER BY key, version"
        room = ask.limit + 1 - len(found)
        found += (
            (id_, job_id, key, version)
            for id_, key, version in access.rows(
                f"SELECT r.id, r.key, r.version FROM ({window} LIMIT {looks}) AS r"
                f" WHERE {ask.condition} LIMIT {room}",
                parameters,
            )
        )
        if len(found) > ask.limit:
            break
        end = access.row(f"{window} LIMIT 1 OFFSET {looks - 1}", parameters)
        if end is not None:
            resume = _behind((end[0], job_id, end[1], end[2]))
            break
    return _Found([one[0] for one in found], resume, tuple(_behind(one) for one in found))


def _behind(place: tuple[int, int, str, int]) -> _After:
    _, job_id, key, version = place
    return _After(0, job_id, key, version)


def _ids(access: Access, sql: str, parameters: Sequence[Any]) -> list[int]:
    return [id_ for (id_,) in access.rows(sql, parameters)]
