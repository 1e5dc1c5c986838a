"""PostgreSQL: how a server is reached, how nodes share it, and what its errors mean.

The *gate* is an advisory lock of the database: a write transaction has it alone, or, on the hot
path, together with other hot ones. A node that stops in the middle of a transaction loses its
connection after ``IDLE_S``, and with it the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from peewee import PostgresqlDatabase
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8BinaryDumper, IntLoader

from engine.core.errors import NotFound, OperatorError, Unavailable
from engine.store.access import Access
from engine.store.dialects.database_clock import DatabaseClock
from engine.store.dialects.id_blocks import IdBlocks
from engine.store.dialects.postgres_access import PostgresAccess
from engine.store.dialects.postgres_listener import PostgresListener
from engine.store.dialects.references import broken_references
from engine.store.rows import DatabaseFacts

OLDEST = 13
IDLE_S = 5
CONNECT_S = 5
_GATE = 0x6A656C6C79  # any number; locks of one database only meet each other
_NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"

_IN_TRANSACTION = frozenset(
    {TransactionStatus.INTRANS, TransactionStatus.INERROR, TransactionStatus.ACTIVE}
)
_KEPT_ALIVE = {
    "connect_timeout": CONNECT_S,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "jellyfish",
    "client_encoding": "UTF8",
}
_SESSION = (
    "SET standard_conforming_strings = on",
    "SET timezone = 'UTC'",
    # Every query says which way to look: a few rows of one table, and from there into the next.
    # So it is quick from the first row on, and what was in order stays so.
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
    "SET max_parallel_workers_per_gather = 0",
    "SET jit = off",
)
_WRITER = (
    "SET synchronous_commit = on",
    f"SET idle_in_transaction_session_timeout = '{IDLE_S}s'",
    # Every statement of the writer names its rows or a range of an index; a plan that was made
    # while a table was empty must not read all of it for ever after.
    "SET enable_seqscan = off",
)


class Postgres:
    """One database on a server, shared by nodes."""

    name = "postgres"
    is_shared = True

    def __init__(
        self, url: str, clock: Callable[[], int], node: str, *, keeps_time: bool = True
    ) -> None:
        try:
            self._info: dict[str, Any] = conninfo_to_dict(url)
        except psycopg.Error as error:
            raise OperatorError(
                f"The database's URL cannot be read: {str(error).strip()}.",
                hint="Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE.",
            ) from None
        self._node = node
        self._database_clock = DatabaseClock(clock)
        self.clock: Callable[[], int] = self._database_clock if keeps_time else clock
        self.ledger_id = ""
        self._compiler = PostgresqlDatabase(None)

    @property
    def place(self) -> str:
        """Host, port and database, without who we are there."""
        host = self._info.get("host") or "localhost"
        return f"{host}:{self._info.get('port') or 5432}/{self._info.get('dbname') or ''}"

    def prepare(self) -> None:
        """Nothing can be made ready from here: the server's owner makes the database."""

    def connect(self, *, writer: bool) -> Access:
        """A new connection of the calling thread."""
        raw = self._connection()
        version = raw.info.server_version // 10_000
        if version < OLDEST:
            raw.close()
            raise Unavailable(
                f"The server {self.place} is PostgreSQL {version}; {OLDEST} or newer is needed.",
                hint="Upgrade the server, or use another one.",
            )
        for statement in (*_SESSION, *(_WRITER if writer else ())):
            raw.execute(statement)
        blocks = IdBlocks(self._reserve) if writer else None
        return PostgresAccess(
            self._compiler, raw, self.clock, self.ledger_id, self._node, blocks=blocks
        )

    def _connection(self) -> psycopg.Connection[Any]:
        info = {**_KEPT_ALIVE, **self._info}
        raw = psycopg.connect(**info, autocommit=True, prepare_threshold=3)
        raw.adapters.register_dumper(int, Int8BinaryDumper)
        raw.adapters.register_loader("numeric", IntLoader)  # sums of whole numbers
        return raw

    def _reserve(self, name: str, count: int) -> int:
        """Take ids at once, outside the transaction under way."""
        with self._connection() as raw:
            row = raw.execute(
                "UPDATE serial SET n = n + %s WHERE name = %s RETURNING n", (count, name)
            ).fetchone()
        assert row is not None
        return int(row[0]) - count

    @staticmethod
    def disconnect(access: Access) -> None:
        """Close a connection."""
        access.raw.close()

    @staticmethod
    def is_alive(access: Access) -> bool:
        """Whether the connection was not lost."""
        return not access.raw.closed

    def begin(self, access: Access, *, writer: bool, hot: bool = False) -> None:
        """Begin a transaction; a writer passes the gate and reads the database's clock."""
        if not writer:
            access.raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", prepare=False)
            return
        kind = "_shared" if hot else ""
        cursor = access.raw.execute(
            f"BEGIN; SELECT pg_advisory_xact_lock{kind}({_GATE}); {_NOW}", prepare=False
        )
        while cursor.nextset():
            pass
        self._database_clock.read(int(cursor.fetchone()[0]))

    def begin_migration(self, access: Access) -> None:
        """Begin what the schema is changed in: a writer's transaction, all or nothing of it."""
        self.begin(access, writer=True)

    @staticmethod
    def commit(access: Access) -> None:
        """Commit; on return it is on the disk."""
        access.raw.execute("COMMIT", prepare=False)
        if access.raw.info.transaction_status != TransactionStatus.IDLE:
            raise Unavailable("The database did not keep the transaction.")

    @staticmethod
    def is_open(access: Access) -> bool:
        """Whether a transaction is open."""
        return access.raw.info.transaction_status in _IN_TRANSACTION

    def rollback(self, access: Access) -> None:
        """End the transaction, if one is open, with nothing of it stored."""
        if self.is_alive(access) and self.is_open(access):
            access.raw.execute("ROLLBACK", prepare=False)

    @staticmethod
    def may_run_again(error: BaseException) -> bool:
        """Whether the server ended the transaction for another's sake."""
        return isinstance(
            error, errors.DeadlockDetected | errors.SerializationFailure | errors.LockNotAvailable
        )

    @staticmethod
    def tables(access: Access) -> frozenset[str]:
        """The names of the tables that are there."""
        rows = access.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return frozenset(name for (name,) in rows)

    def listener(self) -> PostgresListener:
        """Notifications come on a connection of their own."""
        return PostgresListener(self._connection)

    def require_place(self) -> None:
        """A server that is gone is found out by every question."""

    def facts(self, access: Access) -> DatabaseFacts:
        """Where the database is and how it is."""
        version = access.raw.info.server_version
        return DatabaseFacts(
            kind="postgresql",
            place=self.place,
            program=f"PostgreSQL {version // 10_000}.{version % 10_000}",
            schema=int(access.value("SELECT value FROM meta WHERE name = 'schema'")),
            size=int(access.value("SELECT pg_database_size(current_database())")),
            free=None,
        )

    @staticmethod
    def damage(access: Access, shown: int) -> Iterator[tuple[str, str, str]]:
        """The server looks after its files; references are looked for here."""
        yield from broken_references(access, shown)

    @staticmethod
    def give_back_space(access: Access, pages: int) -> int:
        """The server's own vacuum does that."""
        return 0

    def explained(self, error: BaseException) -> BaseException:
        """The operator's error for a fault of server or connection, or a value no row can have; any
        other error as it is.
        """
        if isinstance(error, OverflowError):
            return NotFound("There is nothing with so large a number.")
        if isinstance(error, UnicodeEncodeError) or _is_nul(error):
            return OperatorError("A text holds a character that no database can keep.")
        if isinstance(error, OperatorError) or not isinstance(error, psycopg.Error):
            return error
        if isinstance(error, errors.NumericValueOutOfRange):
            return NotFound("There is nothing with so large a number.")
        for kind, sentence, hint in _FAULTS:
            if isinstance(error, kind):
                told = str(error).strip().splitlines()
                return Unavailable(
                    sentence.format(place=self.place, told=told[0] if told else ""), hint=hint
                )
        return error


def _is_nul(error: BaseException) -> bool:
    """Whether the driver refused a text before it was sent."""
    return isinstance(error, psycopg.DataError) and "NUL (0x00)" in str(error)


_FAULTS: tuple[tuple[type[psycopg.Error], str, str], ...] = (
    (
        errors.DiskFull,
        "The disk of the database {place} is full; nothing more can be stored.",
        "Free some space on its server; work goes on by itself.",
    ),
    (
        errors.ReadOnlySqlTransaction,
        "The database {place} cannot be written to: it is a copy, or was made read-only.",
        "Connect to the server that takes writes.",
    ),
    (
        errors.InsufficientPrivilege,
        "The database {place} does not let this user work on it: {told}",
        "Give the user the right to make and change tables there.",
    ),
    (
        errors.TooManyConnections,
        "The database {place} has too many connections.",
        "Raise max_connections on its server, or run fewer nodes.",
    ),
    (
        psycopg.OperationalError,
        "The database {place} does not answer: {told}",
        "Work goes on by itself when it does. If it does not, check that the server runs, and"
        " the host, port, user and password of --db.",
    ),
    (
        errors.IdleInTransactionSessionTimeout,
        "The database {place} ended a transaction in which this node stood still.",
        "Work goes on by itself; if it happens again, this machine is too busy.",
    ),
    (
        psycopg.InterfaceError,
        "The connection to the database {place} was lost.",
        "Work goes on by itself when the server answers again.",
    ),
)
