"""MySQL and MariaDB: how a server is reached, how nodes share it, and what its errors mean.

The *gate* is a row of ``meta``: a write transaction has it alone, or, on the hot path, together
with other hot ones. A node that stops in the middle of a transaction loses its connection after
``IDLE_S``, and with it the gate. Only what both servers have is used; where their names differ,
the server is asked once, when it is connected to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import pymysql
from peewee import MySQLDatabase
from pymysql import err
from pymysql.constants import CLIENT, FIELD_TYPE
from pymysql.converters import conversions

from engine.core.errors import Unavailable
from engine.store.access import Access
from engine.store.dialects.database_clock import DatabaseClock
from engine.store.dialects.id_blocks import IdBlocks
from engine.store.dialects.mysql_access import ListCursor, MysqlAccess, code_of
from engine.store.dialects.mysql_errors import explained
from engine.store.dialects.mysql_url import Address, address_of
from engine.store.dialects.references import broken_references
from engine.store.rows import DatabaseFacts

IDLE_S = 5
CONNECT_S = 5
GATE_S = 30
"""How long a transaction waits for the gate before it begins again to wait."""
MIGRATION_S = 3600
PACKET = 16 * 1024 * 1024
"""Bytes of one statement that a server must take at least."""
_OLDEST = {"MariaDB": (10, 6), "MySQL": (8, 0, 17)}

_GATE = "SELECT CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED) FROM meta WHERE name = 'gate' "
_MIGRATING = "concat('jellyfish ', md5(database()))"  # 64 characters at most
_MODES = (
    "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT,"
    "NO_UNSIGNED_SUBTRACTION"
)
_SESSION = (
    f"SET SESSION sql_mode = '{_MODES}'",
    "SET SESSION time_zone = '+00:00'",
    # Every query says which way to look: a few rows of one table, and from there into the next.
    # So it is quick from the first row on, and what was in order stays so.
    "SET SESSION optimizer_switch = 'semijoin=off,materialization=off,mrr=off'",
    # A plan that was made while a table was empty must not read all of it for ever after.
    "SET SESSION max_seeks_for_key = 1",
    "SET autocommit = 0",
)
_WRITER = (
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    f"SET SESSION innodb_lock_wait_timeout = {GATE_S}",
)
_READER = (
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET SESSION TRANSACTION READ ONLY",
)


@dataclass(frozen=True, slots=True)
class _Server:
    """What the server is, and what the two call differently.

    collation: compares texts byte by byte, to their end. in_order: a join takes row by row.
    idle_limit: ends a transaction in which nothing happens.
    """

    program: str
    version: tuple[int, ...]
    collation: str
    in_order: str
    idle_limit: str

    @classmethod
    def of(cls, version: str) -> _Server:
        """From what it says of itself: "10.11.6-MariaDB-1", "8.0.36"."""
        numbers = tuple(int(part) for part in version.split("-")[0].split(".") if part.isdigit())
        if "mariadb" in version.lower():
            return cls(
                "MariaDB",
                numbers,
                "utf8mb4_nopad_bin",
                "SET SESSION join_cache_level = 0",
                f"SET SESSION idle_transaction_timeout = {IDLE_S}",
            )
        return cls(
            "MySQL",
            numbers,
            "utf8mb4_0900_bin",
            "SET SESSION optimizer_switch = 'block_nested_loop=off'",
            # There is no limit for transactions alone; an idle connection is made anew.
            f"SET SESSION wait_timeout = {2 * IDLE_S}",
        )


class Mysql:
    """One database on a server, shared by nodes."""

    name = "mysql"
    is_shared = True

    def __init__(
        self, url: str, clock: Callable[[], int], node: str, *, keeps_time: bool = True
    ) -> None:
        self._address: Address = address_of(url)
        self._node = node
        self._database_clock = DatabaseClock(clock)
        self.clock: Callable[[], int] = self._database_clock if keeps_time else clock
        self.ledger_id = ""
        self._compiler = MySQLDatabase(None)
        self._program = ""

    @property
    def place(self) -> str:
        """Host, port and database, without who we are there."""
        return self._address.place

    def prepare(self) -> None:
        """Nothing can be made ready from here: the server's owner makes the database."""

    def connect(self, *, writer: bool) -> Access:
        """A new connection of the calling thread."""
        raw = self._connection()
        try:
            server = self._checked(raw)
            settings = (
                f"SET NAMES utf8mb4 COLLATE {server.collation}",
                *_SESSION,
                server.in_order,
                *((*_WRITER, server.idle_limit) if writer else _READER),
            )
            for statement in settings:
                raw.query(statement)
        except BaseException:
            raw.close()
            raise
        blocks = IdBlocks(self._reserve) if writer else None
        return MysqlAccess(
            self._compiler,
            raw,
            self.clock,
            self.ledger_id,
            self._node,
            collation=server.collation,
            blocks=blocks,
        )

    def _connection(self) -> pymysql.Connection[ListCursor]:
        raw = pymysql.Connection(
            **self._address.options(),
            charset="utf8mb4",
            client_flag=CLIENT.FOUND_ROWS,  # an update counts what it meets, changed or not
            cursorclass=ListCursor,
            conv={**conversions, FIELD_TYPE.NEWDECIMAL: _number},
            connect_timeout=CONNECT_S,
            defer_connect=True,
        )
        raw.connect(self._address.socket(CONNECT_S))
        return raw

    def _checked(self, raw: pymysql.Connection[ListCursor]) -> _Server:
        """What the server is; Unavailable when it is too old, or takes too little at once."""
        with raw.cursor() as cursor:
            cursor.execute("SELECT version(), @@max_allowed_packet")
            version, packet = cast("tuple[str, int]", cursor.fetchone())
        server = _Server.of(version)
        oldest = _OLDEST[server.program]
        self._program = f"{server.program} {'.'.join(map(str, server.version))}"
        if server.version < oldest:
            raise Unavailable(
                f"The server {self.place} is {self._program};"
                f" {'.'.join(map(str, oldest))} or newer is needed.",
                hint="Upgrade the server, or use another one.",
            )
        if packet < PACKET:
            raise Unavailable(
                f"The server {self.place} takes {packet:,} bytes in one statement;"
                f" {PACKET:,} are needed at least.",
                hint="Set max_allowed_packet to 64M or more in its configuration.",
            )
        return server

    def _reserve(self, name: str, count: int) -> int:
        """Take ids at once, outside the transaction under way."""
        raw = self._connection()
        try:
            access = MysqlAccess(self._compiler, raw, self.clock)
            taken = access.take_ids(name, count)
            raw.commit()
            return taken
        finally:
            raw.close()

    @staticmethod
    def disconnect(access: Access) -> None:
        """Close a connection."""
        with suppress(err.MySQLError):  # it was lost already
            access.raw.close()

    @staticmethod
    def is_alive(access: Access) -> bool:
        """Whether the connection was not lost."""
        return bool(access.raw.open)

    def begin(self, access: Access, *, writer: bool, hot: bool = False) -> None:
        """Begin a transaction; a writer passes the gate and reads the database's clock.

        A reader's begins with its first question.
        """
        assert isinstance(access, MysqlAccess)
        access.begun, access.asked = True, False
        if writer:
            mode = "LOCK IN SHARE MODE" if hot else "FOR UPDATE"
            row = access.query((_GATE + mode).encode()).fetchone()
            if row is None:
                raise Unavailable(
                    f"The database {self.place} has no gate: it is damaged.",
                    hint="Restore it from a backup.",
                )
            self._database_clock.read(int(row[0]))

    @staticmethod
    def begin_migration(access: Access) -> None:
        """Begin what the schema is changed in. Such statements end a transaction, and with it the
        gate; so a lock of the connection keeps others from migrating meanwhile, and a statement
        that was done before its node died is no error.
        """
        assert isinstance(access, MysqlAccess)
        access.begun, access.asked, access.migrates = True, False, True
        if access.value(f"SELECT get_lock({_MIGRATING}, {MIGRATION_S})") != 1:
            raise Unavailable(
                "Another node changes the schema of the database, and does not come to an end.",
                hint="Look what that node is doing, then start this one again.",
            )

    @staticmethod
    def commit(access: Access) -> None:
        """Commit; on return it is on the disk."""
        assert isinstance(access, MysqlAccess)
        access.query(b"COMMIT")
        _end(access)

    @staticmethod
    def is_open(access: Access) -> bool:
        """Whether a transaction is open."""
        assert isinstance(access, MysqlAccess)
        return access.begun and bool(access.raw.open)

    def rollback(self, access: Access) -> None:
        """End the transaction, if one is open, with nothing of it stored."""
        assert isinstance(access, MysqlAccess)
        if self.is_open(access) and access.asked:
            access.query(b"ROLLBACK")
        _end(access)

    @staticmethod
    def may_run_again(error: BaseException) -> bool:
        """Whether the server ended the transaction for another's sake, or it waited too long."""
        return isinstance(error, err.MySQLError) and code_of(error) in _AGAIN

    @staticmethod
    def tables(access: Access) -> frozenset[str]:
        """The names of the tables that are there."""
        return frozenset(name for (name,) in access.execute_own("SHOW TABLES").fetchall())

    @staticmethod
    def listener() -> None:
        """These servers notify nobody."""

    def require_place(self) -> None:
        """A server that is gone is found out by every question."""

    def facts(self, access: Access) -> DatabaseFacts:
        """Where the database is and how it is."""
        size = access.value(
            "SELECT sum(data_length + index_length) FROM information_schema.tables"
            " WHERE table_schema = database()"
        )
        return DatabaseFacts(
            kind="mysql",
            place=self.place,
            program=self._program,
            schema=int(access.value("SELECT value FROM meta WHERE name = 'schema'")),
            size=int(size or 0),
            free=None,
        )

    @staticmethod
    def damage(access: Access, shown: int) -> Iterator[tuple[str, str, str]]:
        """The server looks after its files; references are looked for here."""
        yield from broken_references(access, shown)

    @staticmethod
    def give_back_space(access: Access, pages: int) -> int:
        """The server uses free pages again, and keeps them."""
        return 0

    def explained(self, error: BaseException) -> BaseException:
        """The operator's error for a fault of server or connection; any other error as it is."""
        return explained(error, self.place)


_AGAIN = frozenset({1020, 1205, 1213})
"""Changed meanwhile, waited too long for a lock, deadlock."""


def _end(access: MysqlAccess) -> None:
    access.begun = access.asked = False
    if access.migrates:
        access.migrates = False
        if access.raw.open:
            access.execute_own(f"DO release_lock({_MIGRATING})")


def _number(text: str) -> int | float:
    """A decimal, which is what sums of whole numbers are here."""
    return int(text) if "." not in text else float(text)
