"""What every operation of the store is handed: a connection, and the time.

An operation is a plain function of an ``Access``. It runs in a thread of the gateway, inside a
transaction that the gateway began and will end; it never begins, commits or awaits anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any, TypeVar

from peewee import Database, Query

Row = tuple[Any, ...]
Parameters = Sequence[Any]
T = TypeVar("T")


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

    def insert_all(self, sql: str, rows: Sequence[Parameters]) -> None:
        """Insert many rows with few statements; ``sql`` ends with ``VALUES (?, …)`` for one row.

        The driver gives the interpreter's lock away and takes it again with each statement it
        steps. Beside a busy event loop that handing over costs more than the insert itself.
        """
        head, _, one = sql.rpartition("VALUES ")
        for some in _in_chunks(rows):
            values = ", ".join([one] * len(some))
            self.raw.execute(f"{head}VALUES {values}", tuple(chain.from_iterable(some)))

    def update_all(self, sql: str, rows: Sequence[Parameters]) -> int:
        """Update many rows by id with few statements, for the same reason; how many there were.

        sql: an UPDATE for one row that ends with ``WHERE id = ? AND …``.
        """
        change, _, guard = sql.rpartition(" WHERE id = ?")
        before = change.count("?")
        width = before + 1 + guard.count("?")
        columns = [f"v.column{number}" for number in range(1, width + 1)]
        change = _filled(change, columns[:before])
        guard = f"id = {columns[before]}{_filled(guard, columns[before + 1 :])}"
        one = f"({', '.join('?' * width)})"
        count = 0
        for some in _in_chunks(rows):
            values = ", ".join([one] * len(some))
            count += self.run(
                f"{change} FROM (VALUES {values}) AS v WHERE {guard}",
                tuple(chain.from_iterable(some)),
            )
        return count

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


def _filled(sql: str, columns: Sequence[str]) -> str:
    """The text with its question marks replaced, one after the other."""
    pieces = sql.split("?")
    return "".join(chain.from_iterable(zip_longest(pieces, columns, fillvalue="")))
