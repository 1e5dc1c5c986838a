"""What every operation of the store is handed: a connection, and the time.

An operation is a plain function of an ``Access``. It runs in a thread of the gateway, inside a
transaction that the gateway began and will end; it never begins, commits or awaits anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, count
from typing import Any, TypeVar

from peewee import Database, Query

Row = tuple[Any, ...]
Parameters = Sequence[Any]
T = TypeVar("T")

blob = bytearray
"""How bytes are handed to ``insert_rows`` and ``update_rows``; see there."""


@dataclass(slots=True)
class Access:
    """A connection inside a transaction.

    db: for peewee's queries. raw: the driver's own connection, for the hot path.
    clock: UTC ms. ledger_id: this database's own random name. node: this node's name.
    """

    db: Database
    raw: Any
    clock: Callable[[], int]
    ledger_id: str = ""
    node: str = ""

    @property
    def now(self) -> int:
        """The time, UTC ms."""
        return self.clock()

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query."""
        found: list[Row] = self.raw.execute(sql, parameters).fetchall()
        return found

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query, or None."""
        found: Row | None = self.raw.execute(sql, parameters).fetchone()
        return found

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of a query's first row, or None."""
        found = self.row(sql, parameters)
        return None if found is None else found[0]

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Execute one statement; how many rows it changed."""
        count: int = self.raw.execute(sql, parameters).rowcount
        return count

    def run_many(self, sql: str, rows: Iterable[Parameters]) -> int:
        """Execute one statement for each row; how many rows were changed in all."""
        count: int = self.raw.executemany(sql, rows).rowcount
        return count

    def insert_rows(
        self,
        table: str,
        own: Sequence[str],
        rows: Sequence[Parameters],
        shared: Mapping[str, Any] | None = None,
        *,
        conflict: str = "",
    ) -> None:
        """Insert many rows with few statements.

        own: the columns each row brings a value for. shared: columns that are alike in all rows,
        handed over once. conflict: what to do with a row that is there, " ON CONFLICT …".

        The driver gives the interpreter's lock away and takes it again with each
        statement it steps, and takes 0.2 us for a number, a text or a bytearray and five times
        that for None, bytes or an enum (pysqlite3 looks for adapters): beside a busy event loop
        that costs more than the insert itself.
        """
        alike = shared or {}
        values = tuple(alike.values())
        for some in _in_chunks(rows):
            sql = _insert_sql(table, tuple(own), tuple(alike), len(some)) + conflict
            self.raw.execute(sql, (*values, *chain.from_iterable(some)))

    def update_rows(
        self,
        sql: str,
        own: Sequence[str],
        rows: Sequence[Parameters],
        shared: Mapping[str, Any] | None = None,
    ) -> int:
        """Update many rows with few statements, for the same reason; how many there were.

        sql: ``UPDATE table SET … WHERE {id} = id AND …`` with ``{name}`` for each value of ``own``
        and ``shared``.
        """
        alike = shared or {}
        values = tuple(alike.values())
        return sum(
            self.run(
                _update_sql(sql, tuple(own), tuple(alike), len(some)),
                (*values, *chain.from_iterable(some)),
            )
            for some in _in_chunks(rows)
        )

    def ask(self, query: Query) -> list[Row]:
        """All rows of a peewee query, as tuples."""
        sql, parameters = query.bind(self.db).sql()
        return self.rows(sql, parameters)

    def ask_one(self, query: Query) -> Row | None:
        """The first row of a peewee query, or None."""
        sql, parameters = query.bind(self.db).sql()
        return self.row(sql, parameters)

    def tell(self, query: Query) -> int:
        """Execute a peewee insert, update or delete; how many rows it changed."""
        sql, parameters = query.bind(self.db).sql()
        return self.run(sql, parameters)

    def next_ids(self, name: str, count: int = 1) -> int:
        """Take ``count`` ids of a serial; the first of them. None is ever given twice."""
        first: int = self.value("SELECT n FROM serial WHERE name = ?", (name,))
        self.run("UPDATE serial SET n = n + ? WHERE name = ?", (count, name))
        return first


Op = Callable[[Access], T]


_CHUNKS = (256, 64, 16, 4, 1)
"""Rows of one statement: few sizes, so that the driver knows each statement already."""


def _in_chunks(rows: Sequence[Parameters]) -> Iterator[Sequence[Parameters]]:
    at = 0
    for size in _CHUNKS:
        while len(rows) - at >= size:
            yield rows[at : at + size]
            at += size


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
