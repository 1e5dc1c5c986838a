"""What a row becomes on its way into the new database.

What belonged to nodes is freed. PostgreSQL's text holds no NUL character: in evidence it is written
as ``\\x00``, as every store writes it by now; in a name or a key, where two rows could become one,
the copy is refused with the place.
"""

from __future__ import annotations

from dataclasses import replace

from engine.core.errors import Conflict
from engine.store.access import Row
from engine.store.copying.tables import CopiedTable
from engine.store.copying.walk import Block
from engine.store.evidence import storable

_EVIDENCE: dict[str, frozenset[str]] = {
    "attempt": frozenset(("url", "error", "error_kind")),
    "pull": frozenset(("url", "error", "error_kind", "note")),
    "delivery": frozenset(("last_error",)),
    "cause": frozenset(("sentence",)),
    "cursor": frozenset(("problem",)),
    "job": frozenset(("pause_reason",)),
    "consumer": frozenset(("pause_reason",)),
    "operation": frozenset(("reason", "sentence")),
    "audit": frozenset(("by", "target", "detail", "place")),
}
"""Columns that only people read."""


def passed(table: CopiedTable, block: Block, *, holds_nul: bool) -> Block:
    """The block as the new database is to hold it. holds_nul: whether its text may hold NUL."""
    rows = block.rows
    if table.free:
        values = {table.columns.index(name): value for name, value in table.free.items()}
        rows = [tuple(values.get(at, value) for at, value in enumerate(row)) for row in rows]
    if not holds_nul:
        texts = [table.columns.index(name) for name in table.texts]
        rows = [_without_nul(table, row, texts) for row in rows]
    return replace(block, rows=rows)


def _without_nul(table: CopiedTable, row: Row, texts: list[int]) -> Row:
    found = [at for at in texts if row[at] and "\0" in row[at]]
    if not found:
        return row
    changed = list(row)
    for at in found:
        if table.columns[at] not in _EVIDENCE.get(table.name, ()):
            place = " ".join(str(row[key]) for key in table.key_at)
            raise Conflict(
                f"{table.name} {place}: the text of {table.columns[at]} holds a NUL character,"
                " which PostgreSQL cannot keep.",
                hint="Copy into MySQL or MariaDB, or remove that row from the old ledger first.",
            )
        changed[at] = storable(row[at])
    return tuple(changed)
