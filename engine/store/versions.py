"""Which records of a page are new: those that differ from the latest version of their key.

Latest, in the ledger or earlier in the page itself: what changes and changes back makes three
versions (design.md rule 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from engine.core.record import IncomingRecord
from engine.store.access import Access

_KEYS_AT_ONCE = (256, 64, 16, 4, 1)
"""Sizes of the look-ups a page is cut into, so that few statements have to be prepared."""

Latest = dict[str, tuple[int, int, bytes]]
"""Of each key: item id, latest version, its sha256."""


def latest_versions(access: Access, job_id: int, records: Iterable[IncomingRecord]) -> Latest:
    """What the ledger has of the keys of these records; keys it does not know are left out."""
    keys = list({record.key for record in records})
    found: Latest = {}
    start = 0
    for size in _KEYS_AT_ONCE:
        while len(keys) - start >= size:
            part = keys[start : start + size]
            start += size
            for at, item_id, version, sha256 in access.rows(_latest_sql(size), (job_id, *part)):
                found[part[at]] = (item_id, version, sha256)
    return found


@cache
def _latest_sql(size: int) -> str:
    # Said for the first one, the order of bytes holds for all: PostgreSQL asks which it is.
    keys = ", ".join(f"({at}, ?{at + 2}{'' if at else ' COLLATE BINARY'})" for at in range(size))
    return (
        f"WITH k (at, key) AS (VALUES {keys})"
        " SELECT k.at, r.item_id, r.version, r.sha256 FROM k CROSS JOIN record AS r ON r.id ="
        " (SELECT id FROM record WHERE job_id = ?1 AND key = k.key ORDER BY version DESC LIMIT 1)"
    )


def new_versions(records: Iterable[IncomingRecord], latest: Latest) -> list[IncomingRecord]:
    """Those that differ from the version before them, in the ledger or in the page itself."""
    new = []
    seen: dict[str, bytes] = {}
    for record in records:
        key = record.key
        before = seen.get(key)
        if before is None and key in latest:
            before = latest[key][2]
        if before != record.sha256:
            new.append(record)
        seen[key] = record.sha256
    return new
