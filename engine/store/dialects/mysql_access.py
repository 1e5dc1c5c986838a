"""Statements on MySQL and MariaDB: whole texts with their values written into them.

The driver has no prepared statements, so values are literals; this module writes them, quicker
than the driver does and as bytes, so that a payload is copied once and not read as text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pymysql import err
from pymysql.cursors import Cursor

from engine.store.access import Access, Parameters, Row
from engine.store.dialects.id_blocks import IdBlocks
from engine.store.dialects.mysql_sql import Rewritten, insert_sql, rewritten, update_sql

AT_ONCE = 1000
"""Rows of one statement, at most."""
_BYTES_AT_ONCE = 4 * 1024 * 1024
DUPLICATE = 1062
LOST = frozenset({1053, 1927, 2006, 2013, 2055, 4031})
"""Errors after which a connection is of no use: the server ends, or has ended it."""
_DONE_BEFORE = frozenset({1050, 1060, 1061, 1091})
"""A table, column or index is there already, or what was to be dropped is not."""
_TABLE = " ENGINE = InnoDB ROW_FORMAT = DYNAMIC CHARACTER SET utf8mb4 COLLATE "


@dataclass(slots=True)
class MysqlAccess(Access):
    """A connection to a server.

    collation: compares texts byte by byte. blocks: where ids come from that need not rise with
    time. begun, asked: whether a transaction is open, and was asked anything. migrates: whether it
    changes the schema.
    """

    collation: str = ""
    blocks: IdBlocks | None = None
    begun: bool = False
    asked: bool = False
    migrates: bool = False

    def execute(self, sql: str, parameters: Parameters = ()) -> Any:
        """Run a statement of ours."""
        if sql.startswith("CREATE TABLE"):
            sql += _TABLE + self.collation
        return self._execute(rewritten(sql), parameters)

    def execute_own(self, sql: str, parameters: Parameters = ()) -> Any:
        """Run a statement of peewee's."""
        pieces = sql.split("%s")
        if not parameters:
            return self.query(sql.encode())
        parts = [pieces[0].replace("%%", "%").encode()]
        for piece, value in zip(pieces[1:], parameters, strict=True):
            parts += (literal(value), piece.replace("%%", "%").encode())
        return self.query(b"".join(parts))

    def query(self, statement: bytes) -> Any:
        """Run a finished statement; a connection that turns out to be lost is hung up."""
        self.asked = True
        cursor = self.raw.cursor()
        try:
            cursor.execute(statement)
        except err.MySQLError as error:
            if code_of(error) in LOST:
                with suppress(err.MySQLError):
                    self.raw.close()
            if not (self.migrates and code_of(error) in _DONE_BEFORE):
                raise
        return cursor

    def run_many(self, sql: str, rows: Iterable[Parameters]) -> int:
        """One statement for each row."""
        ready = rewritten(sql)
        return sum(self._execute(ready, row).rowcount for row in rows)

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
        before, behind = insert_sql(table, tuple(own), tuple(alike), conflict)
        start = b"(" + b"".join(literal(value) + b"," for value in alike.values())
        for some in _portions(start, rows):
            self.query(before + b",".join(some) + behind)

    def update_rows(
        self,
        sql: str,
        own: Sequence[str],
        rows: Sequence[Parameters],
        shared: Mapping[str, Any] | None = None,
    ) -> int:
        """Update from a table made of JSON."""
        alike = shared or {}
        ready = update_sql(sql, tuple(own), tuple(alike))
        changed = 0
        for at in range(0, len(rows), AT_ONCE):
            values = json.dumps([[int(one) for one in row] for row in rows[at : at + AT_ONCE]])
            changed += self._execute(ready, (values, *alike.values())).rowcount
        return changed

    def next_ids(self, name: str, count: int = 1) -> int:
        """Take ids of a serial; those of a block first, where the serial is given out in blocks."""
        if self.blocks is not None and name in self.blocks.names:
            return self.blocks.take(name, count)
        return self.take_ids(name, count)

    def take_ids(self, name: str, count: int) -> int:
        """Take ids of a serial itself."""
        cursor = self.execute(
            "UPDATE serial SET n = last_insert_id(n + ?) WHERE name = ?", (count, name)
        )
        return int(cursor.lastrowid) - count

    def _execute(self, ready: Rewritten, parameters: Parameters) -> Any:
        statement = ready.bound(parameters, literal)
        if not ready.keeps_first:
            return self.query(statement)
        try:
            return self.query(statement)
        except err.IntegrityError as error:
            if code_of(error) != DUPLICATE:
                raise
            nothing = self.raw.cursor()
            nothing.rowcount = 0
            return nothing


class ListCursor(Cursor):
    """A cursor whose rows come as a list, as those of all our drivers do."""

    def fetchall(self) -> list[Row]:  # type: ignore[override]  # its stubs say tuple
        """The rows that were not fetched yet."""
        return list(super().fetchall())


def code_of(error: BaseException) -> int:
    """The number of a server's or driver's error; 0 if it has none."""
    code = error.args[0] if error.args else 0
    return code if isinstance(code, int) else 0


def literal(value: object) -> bytes:
    """A value as the language writes it."""
    writer = _WRITERS.get(type(value))
    if writer is None:
        writer = next((one for kind, one in _WRITERS.items() if isinstance(value, kind)), _unknown)
    return writer(value)


def _unknown(value: object) -> bytes:
    raise TypeError(f"a {type(value).__name__} is no value of a database")


def _text(value: Any) -> bytes:
    return b"'" + _escaped(value.encode()) + b"'"


def _bytes(value: Any) -> bytes:
    return b"_binary'" + _escaped(value) + b"'"


def _escaped(body: bytes | bytearray) -> bytes:
    """Only these two mean anything inside quotes (sql_mode is ours: a backslash does)."""
    return bytes(body.replace(b"\\", b"\\\\").replace(b"'", b"\\'"))


_WRITERS: dict[type, Callable[[Any], bytes]] = {
    int: lambda value: b"%d" % value,
    str: _text,
    type(None): lambda _: b"NULL",
    bytes: _bytes,
    bytearray: _bytes,
    bool: lambda value: b"%d" % value,
    float: lambda value: repr(value).encode(),
    memoryview: lambda value: _bytes(bytes(value)),
}


def _portions(start: bytes, rows: Sequence[Parameters]) -> Iterator[list[bytes]]:
    """The rows as text, in pieces that are neither long nor large."""
    some: list[bytes] = []
    size = 0
    for row in rows:
        text = start + b",".join(map(literal, row)) + b")"
        if some and (len(some) >= AT_ONCE or size + len(text) > _BYTES_AT_ONCE):
            yield some
            some, size = [], 0
        some.append(text)
        size += len(text)
    if some:
        yield some
