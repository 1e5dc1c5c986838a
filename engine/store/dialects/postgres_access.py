"""Our statements in PostgreSQL's manner; many rows as arrays, one for each column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from engine.store.access import Access, Parameters
from engine.store.dialects.columns import Holds, holds
from engine.store.dialects.id_blocks import IdBlocks
from engine.store.dialects.postgres_listener import CHANNEL
from engine.store.dialects.rewrite import Rewritten, with_lists, with_marks

AT_ONCE = 1000
"""Rows of one statement, at most."""
_BYTES_AT_ONCE = 8 * 1024 * 1024

_INDEXED_BY = re.compile(r" INDEXED BY \w+")
_TYPES = {
    Holds.NUMBER: "bigint",
    Holds.REAL: "double precision",
    Holds.TEXT: "text",
    Holds.BYTES: "bytea",
}


@dataclass(slots=True)
class PostgresAccess(Access):
    """A connection to a server. blocks: where ids come from that need not rise with time."""

    blocks: IdBlocks | None = None

    def execute(self, sql: str, parameters: Parameters = ()) -> Any:
        """Run a statement of ours."""
        ready = rewritten(sql)
        return self.raw.execute(ready.text, ready.bind(parameters))

    def execute_own(self, sql: str, parameters: Parameters = ()) -> Any:
        """Run a statement of peewee's."""
        return self.raw.execute(sql, parameters or None)

    def run_many(self, sql: str, rows: Iterable[Parameters]) -> int:
        """One statement for each row, sent together."""
        ready = rewritten(sql)
        bound = [ready.bind(row) for row in rows]
        if not bound:
            return 0
        with self.raw.cursor() as cursor:
            cursor.executemany(ready.text, bound)
            return int(cursor.rowcount)

    def insert_rows(
        self,
        table: str,
        own: Sequence[str],
        rows: Sequence[Parameters],
        shared: Mapping[str, Any] | None = None,
        *,
        conflict: str = "",
    ) -> None:
        """Insert from arrays."""
        alike = shared or {}
        kinds = tuple(holds(table, name) for name in own)
        sql = _insert_sql(table, tuple(own), tuple(alike)) + conflict
        for some in _portions(rows):
            columns = zip(*some, strict=True)
            arrays = [_array(kind, column) for kind, column in zip(kinds, columns, strict=True)]
            self.raw.execute(sql, (*alike.values(), *arrays))

    def update_rows(
        self,
        sql: str,
        own: Sequence[str],
        rows: Sequence[Parameters],
        shared: Mapping[str, Any] | None = None,
    ) -> int:
        """Update from arrays."""
        alike = shared or {}
        ready = _update_sql(sql, tuple(own), tuple(alike))
        changed = 0
        for at in range(0, len(rows), AT_ONCE):
            columns = zip(*rows[at : at + AT_ONCE], strict=True)
            arrays = [_array(Holds.NUMBER, column) for column in columns]
            bound = ready.bind((*alike.values(), *arrays))
            changed += self.raw.execute(ready.text, bound).rowcount
        return changed

    def savepoint(self, name: str) -> None:
        """Begin a part; such statements are not worth preparing."""
        self.raw.execute(f"SAVEPOINT {name}", prepare=False)

    def release(self, name: str) -> None:
        """End a part and keep it."""
        self.raw.execute(f"RELEASE SAVEPOINT {name}", prepare=False)

    def undo(self, name: str) -> None:
        """End a part with nothing of it kept, in one go."""
        self.raw.execute(f"ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}", prepare=False)

    def notify(self, what: str) -> None:
        """Twice the same in one transaction is heard once."""
        self.raw.execute("SELECT pg_notify(%s, %s)", (CHANNEL, what))

    def next_ids(self, name: str, count: int = 1) -> int:
        """Take ids of a serial; those of a block first, where the serial is given out in blocks."""
        if self.blocks is not None and name in self.blocks.names:
            return self.blocks.take(name, count)
        following: int = self.value(
            "UPDATE serial SET n = n + ? WHERE name = ? RETURNING n", (count, name)
        )
        return following - count


@lru_cache(maxsize=2048)
def rewritten(sql: str) -> Rewritten:
    """One of our statements for PostgreSQL."""
    sql = with_lists(
        sql,
        lambda mark, name: (
            "(SELECT each_one.value::bigint AS value"
            f" FROM json_array_elements_text({mark}::json) AS each_one) AS {name}"
        ),
    )
    sql = _INDEXED_BY.sub("", sql).replace("CROSS JOIN", "JOIN")
    return with_marks(sql.replace("COLLATE BINARY", 'COLLATE "C"'))


@cache
def _insert_sql(table: str, own: tuple[str, ...], shared: tuple[str, ...]) -> str:
    chosen = [f"%s::{_TYPES[holds(table, name)]}" for name in shared]
    chosen += [f"v.column{at}" for at in range(1, len(own) + 1)]
    arrays = ", ".join(f"%s::{_TYPES[holds(table, name)]}[]" for name in own)
    return (
        f"INSERT INTO {table} ({', '.join((*shared, *own))}) SELECT {', '.join(chosen)}"
        f" FROM unnest({arrays}) AS v ({_column_names(len(own))})"
    )


@cache
def _update_sql(sql: str, own: tuple[str, ...], shared: tuple[str, ...]) -> Rewritten:
    names = {name: f"?{at}" for at, name in enumerate(shared, 1)}
    names |= {name: f"v.column{at}" for at, name in enumerate(own, 1)}
    change, _, guard = sql.rpartition(" WHERE {id} = ")
    arrays = ", ".join(f"?{at}::bigint[]" for at in range(len(shared) + 1, _end(shared, own)))
    return rewritten(
        f"{change.format(**names)} FROM unnest({arrays}) AS v ({_column_names(len(own))})"
        f" WHERE {names['id']} = {guard.format(**names)}"
    )


def _end(shared: tuple[str, ...], own: tuple[str, ...]) -> int:
    return len(shared) + len(own) + 1


def _column_names(count: int) -> str:
    return ", ".join(f"column{at}" for at in range(1, count + 1))


def _portions(rows: Sequence[Parameters]) -> Iterator[Sequence[Parameters]]:
    """The rows in pieces that are neither long nor large."""
    start = size = 0
    for at, row in enumerate(rows):
        weight = sum(len(value) for value in row if isinstance(value, (str, bytes, bytearray)))
        if at > start and (at - start >= AT_ONCE or size + weight > _BYTES_AT_ONCE):
            yield rows[start:at]
            start, size = at, 0
        size += weight
    if start < len(rows):
        yield rows[start:]


def _array(kind: Holds, values: Sequence[Any]) -> str:
    """An array as PostgreSQL reads it: quicker to write than the driver's own."""
    match kind:
        case Holds.NUMBER:
            return (
                "{" + ",".join(["NULL" if one is None else str(int(one)) for one in values]) + "}"
            )
        case Holds.REAL:
            return "{" + ",".join(["NULL" if one is None else repr(one) for one in values]) + "}"
        case Holds.TEXT:
            return "{" + ",".join([_quoted(one) for one in values]) + "}"
        case Holds.BYTES:
            return "{" + ",".join([_hex(one) for one in values]) + "}"


def _quoted(text: str | None) -> str:
    if text is None:
        return "NULL"
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _hex(body: bytes | bytearray | None) -> str:
    return "NULL" if body is None else f'"\\\\x{body.hex()}"'
