"""Statements on SQLite, as they are; many rows in few statements.

The driver gives the interpreter's lock away and takes it again with each statement it steps, and
takes 0.2 us for a number, a text or a bytearray and five times that for None, bytes or an enum
(pysqlite3 looks for adapters): beside a busy event loop that costs more than the insert itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain, count
from typing import Any

from engine.store.access import Access, Parameters, in_chunks

_CHUNKS = (256, 64, 16, 4, 1)


class SqliteAccess(Access):
    """A connection to a file."""

    __slots__ = ()

    def execute(self, sql: str, parameters: Parameters = ()) -> Any:
        """Run a statement of ours."""
        return self.raw.execute(sql, parameters)

    def execute_own(self, sql: str, parameters: Parameters = ()) -> Any:
        """Run a statement of peewee's."""
        return self.raw.execute(sql, parameters)

    def run_many(self, sql: str, rows: Iterable[Parameters]) -> int:
        """One statement for each row."""
        changed: int = self.raw.executemany(sql, rows).rowcount
        return changed

    def insert_rows(
        self,
        table: str,
        own: Sequence[str],
        rows: Sequence[Parameters],
        shared: Mapping[str, Any] | None = None,
        *,
        conflict: str = "",
    ) -> None:
        """Insert from a list of values."""
        alike = shared or {}
        values = tuple(alike.values())
        for some in in_chunks(rows, _CHUNKS):
            sql = _insert_sql(table, tuple(own), tuple(alike), len(some)) + conflict
            self.raw.execute(sql, (*values, *chain.from_iterable(some)))

    def update_rows(
        self,
        sql: str,
        own: Sequence[str],
        rows: Sequence[Parameters],
        shared: Mapping[str, Any] | None = None,
    ) -> int:
        """Update from a list of values."""
        alike = shared or {}
        values = tuple(alike.values())
        changed = 0
        for some in in_chunks(rows, _CHUNKS):
            text = _update_sql(sql, tuple(own), tuple(alike), len(some))
            cursor = self.raw.execute(text, (*values, *chain.from_iterable(some)))
            changed += cursor.rowcount
        return changed


def _values_sql(width: int, rows: int, before: int) -> str:
    """So many rows of so many values, numbered on from those ``before`` them."""
    numbers = count(before + 1)
    one = [f"({', '.join(f'?{next(numbers)}' for _ in range(width))})" for _ in range(rows)]
    return f"(VALUES {', '.join(one)}) AS v"


@cache
def _insert_sql(table: str, own: tuple[str, ...], shared: tuple[str, ...], rows: int) -> str:
    chosen = [f"?{at}" for at in range(1, len(shared) + 1)]
    chosen += [f"v.column{at}" for at in range(1, len(own) + 1)]
    return (
        f"INSERT INTO {table} ({', '.join((*shared, *own))}) SELECT {', '.join(chosen)}"
        f" FROM {_values_sql(len(own), rows, len(shared))} WHERE true"
    )


@cache
def _update_sql(sql: str, own: tuple[str, ...], shared: tuple[str, ...], rows: int) -> str:
    names = {name: f"?{at}" for at, name in enumerate(shared, 1)}
    names |= {name: f"v.column{at}" for at, name in enumerate(own, 1)}
    change, _, guard = sql.rpartition(" WHERE {id} = ")
    values = _values_sql(len(own), rows, len(shared))
    return f"{change.format(**names)} FROM {values} WHERE {names['id']} = {guard.format(**names)}"
