"""What every operation of the store is handed: a connection, and the time.

An operation is a plain function of an ``Access``. It runs in a thread of the gateway, inside a
transaction that the gateway began and will end; it never begins, commits or awaits anything.

Its SQL is written once, in SQLite's manner: ``?`` and ``?N`` for values, keywords in capitals,
names in small letters. Each dialect has an ``Access`` of its own that says the same its own way.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from peewee import Database, Query

Row = tuple[Any, ...]
Parameters = Sequence[Any]
Counts = Counter[tuple[int, int, int, str]]
"""Changes of counters, by minute, job, consumer and what is counted."""
T = TypeVar("T")

blob = bytearray
"""How bytes are handed to ``insert_rows``: a plain ``bytes`` costs SQLite's driver five times as
much."""


@dataclass(slots=True)
class Access(ABC):
    """A connection inside a transaction.

    db: compiles peewee's queries. raw: the driver's own connection.
    clock: UTC ms. ledger_id: this database's own random name. node: this node's name.
    late: counts that are written at the end of the transaction; None: at once.
    """

    db: Database
    raw: Any
    clock: Callable[[], int]
    ledger_id: str = ""
    node: str = ""
    late: Counts | None = field(default=None, init=False)

    @property
    def now(self) -> int:
        """The time, UTC ms."""
        return self.clock()

    @abstractmethod
    def execute(self, sql: str, parameters: Parameters = ()) -> Any:
        """Run a statement of ours; the driver's cursor."""

    @abstractmethod
    def execute_own(self, sql: str, parameters: Parameters = ()) -> Any:
        """Run a statement that is written in this dialect already; the driver's cursor."""

    @abstractmethod
    def run_many(self, sql: str, rows: Iterable[Parameters]) -> int:
        """Execute one statement for each row; how many rows were changed in all."""

    @abstractmethod
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
        """

    @abstractmethod
    def update_rows(
        self,
        sql: str,
        own: Sequence[str],
        rows: Sequence[Parameters],
        shared: Mapping[str, Any] | None = None,
    ) -> int:
        """Update many rows with few statements; how many there were.

        sql: ``UPDATE table SET … WHERE {id} = id AND …`` with ``{name}`` for each value of ``own``
        and ``shared``. The values of ``own`` are whole numbers.
        """

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query."""
        found: list[Row] = self.execute(sql, parameters).fetchall()
        return found

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query, or None."""
        found: Row | None = self.execute(sql, parameters).fetchone()
        return found

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of a query's first row, or None."""
        found = self.row(sql, parameters)
        return None if found is None else found[0]

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Execute one statement; how many rows it changed."""
        count: int = self.execute(sql, parameters).rowcount
        return count

    def ask(self, query: Query) -> list[Row]:
        """All rows of a peewee query, as tuples."""
        found: list[Row] = self.execute_own(*query.bind(self.db).sql()).fetchall()
        return found

    def ask_one(self, query: Query) -> Row | None:
        """The first row of a peewee query, or None."""
        found: Row | None = self.execute_own(*query.bind(self.db).sql()).fetchone()
        return found

    def tell(self, query: Query) -> int:
        """Execute a peewee insert, update or delete; how many rows it changed."""
        count: int = self.execute_own(*query.bind(self.db).sql()).rowcount
        return count

    def savepoint(self, name: str) -> None:
        """Begin a part of the transaction that can be undone by itself."""
        self.execute_own(f"SAVEPOINT {name}")

    def release(self, name: str) -> None:
        """End that part and keep it."""
        self.execute_own(f"RELEASE SAVEPOINT {name}")

    def undo(self, name: str) -> None:
        """End that part with nothing of it kept."""
        self.execute_own(f"ROLLBACK TO SAVEPOINT {name}")
        self.execute_own(f"RELEASE SAVEPOINT {name}")

    def notify(self, what: str) -> None:  # noqa: B027  # most databases cannot
        """Let nodes that listen hear this once the transaction is committed, where they can."""

    def next_ids(self, name: str, count: int = 1) -> int:
        """Take ``count`` ids of a serial; the first of them. None is ever given twice."""
        self.run("UPDATE serial SET n = n + ? WHERE name = ?", (count, name))
        following: int = self.value("SELECT n FROM serial WHERE name = ?", (name,))
        return following - count


Op = Callable[[Access], T]


def in_chunks(rows: Sequence[Parameters], sizes: Sequence[int]) -> Iterator[Sequence[Parameters]]:
    """The rows in pieces of few sizes, so that the driver knows each statement already."""
    at = 0
    for size in sizes:
        while len(rows) - at >= size:
            yield rows[at : at + size]
            at += size
