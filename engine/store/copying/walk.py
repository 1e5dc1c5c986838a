"""Walks through a table along its primary key, in blocks that fit into memory.

Used alike on both sides of a copy. A table with columns that may be large is looked at twice: the
keys and lengths first, then as many rows as a block may hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import IntegerField, ModelSelect, fn

from engine.store.access import Access, Row
from engine.store.copying.digest import NOTHING, Digest
from engine.store.copying.tables import CopiedTable

ROWS = 2_000
BYTES = 4 * 1024 * 1024
"""Of large columns in one block; a single row may be larger and then is alone in it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows in the order of the key; ``after``: the last one's key. Without rows: the end."""

    rows: Sequence[Row]
    after: Row | None


def next_block(access: Access, table: CopiedTable, after: Row | None) -> Block:
    """The rows that follow ``after``, a key; None for the beginning."""
    query = _select(table, table.columns, after)
    if table.heavy:
        upto = _fitting(access, table, after)
        if upto is None:
            return Block((), after)
        query = query.where(_key(table)[0] <= upto)
    rows = access.ask(query.limit(ROWS))
    if not rows:
        return Block((), after)
    return Block(rows, tuple(rows[-1][at] for at in table.key_at))


def first_keys(access: Access, table: CopiedTable) -> Sequence[Row]:
    """The keys of the first rows, as many as one block holds at most."""
    return access.ask(_select(table, table.key, None).limit(ROWS))


def count(access: Access, table: CopiedTable) -> int:
    """How many rows there are."""
    ((found,),) = access.ask(table.model.select(fn.count(table.model._meta.sorted_fields[0])))
    return int(found)


def has_ids(table: CopiedTable) -> bool:
    """Whether whole numbers are the key, which every database puts in one order."""
    return len(table.key) == 1 and isinstance(_key(table)[0], IntegerField)


def digests_of(table: CopiedTable, rows: Sequence[Row]) -> dict[int, Digest]:
    """What each row of a table with ids holds, by its id."""
    (at,) = table.key_at
    return {row[at]: NOTHING.plus([row]) for row in rows}


def _fitting(access: Access, table: CopiedTable, after: Row | None) -> Any:
    """The last key up to which the rows fit into a block; None when there are no more."""
    query = _select(table, table.key[:1], after).limit(ROWS)
    query = query.select_extend(*map(fn.length, table.fields(table.heavy)))
    upto, sum_ = None, 0
    for key, *lengths in access.ask(query):
        sum_ += sum(length or 0 for length in lengths)
        if upto is not None and sum_ > BYTES:
            break
        upto = key
    return upto


def _select(table: CopiedTable, columns: tuple[str, ...], after: Row | None) -> ModelSelect[Any]:
    key = _key(table)
    query = table.model.select(*table.fields(columns)).order_by(*key)
    return query if after is None else query.where(_above(key, after))


def _key(table: CopiedTable) -> list[Any]:
    return list(table.fields(table.key))


def _above(key: list[Any], after: Row) -> Any:
    """``(a, b, …) > after``, written so that every database finds it by the key's index."""
    first, value = key[0], after[0]
    if len(key) == 1:
        return first > value
    return (first >= value) & ((first > value) | _above(key[1:], after[1:]))
