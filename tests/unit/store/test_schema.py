"""The models and the migrations make the same tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from peewee import SchemaManager, SqliteDatabase

from engine.store.dialects.choose import dialect_of
from engine.store.dialects.columns import holds
from engine.store.dialects.sqlite import Sqlite
from engine.store.migrate import migrate
from engine.store.models import SERIALS, TABLES
from engine.store.store import Store


def plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql.replace('"', "")).strip()


def schema(raw: Any) -> dict[str, str]:
    rows = raw.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {name: plain(sql) for name, sql in rows}


def test_the_migrations_make_exactly_what_the_models_say(tmp_path: Path) -> None:
    dialect = Sqlite(tmp_path / "migrated.db", lambda: 0, "node")
    migrated = dialect.connect(writer=True)
    migrate(migrated, dialect)
    database = SqliteDatabase(str(tmp_path / "modelled.db"))
    database.connect()
    for table in TABLES:
        manager = SchemaManager(table, database)
        manager.create_all(safe=False)

    try:
        modelled = database.connection()  # type: ignore[no-untyped-call]  # untyped in its stubs
        assert schema(migrated.raw) == schema(modelled)
        names = {name for (name,) in migrated.rows("SELECT name FROM serial")}
        assert names == set(SERIALS)
    finally:
        dialect.disconnect(migrated)
        database.close()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    dialect = Sqlite(tmp_path / "x.db", lambda: 0, "node")
    access = dialect.connect(writer=True)
    try:
        first = migrate(access, dialect)
        before = schema(access.raw)
        assert migrate(access, dialect) == first
        assert schema(access.raw) == before
    finally:
        dialect.disconnect(access)


KINDS_OF = {
    "bigint": "number", "int": "number", "integer": "number",
    "double": "real", "double precision": "real",
    "text": "text", "longtext": "text", "varchar": "text",
    "bytea": "bytes", "longblob": "bytes", "varbinary": "bytes",
}  # fmt: skip
STANDING_IN = {
    ("job", "live_name"),
    ("delivery", "queue_shard"),
    ("delivery", "order_item"),
}
"""Columns of MySQL alone, for what it has no indexes of a part for."""
_COLUMNS = (
    "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
    " WHERE table_schema = {here}"
)
_HERE = {"postgresql": "current_schema()", "mariadb": "database()"}
_INDEXES = {
    "postgresql": "SELECT indexname, NOT indexdef LIKE 'CREATE UNIQUE%' FROM pg_indexes"
    " WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey'",
    "mariadb": "SELECT index_name, non_unique FROM information_schema.statistics"
    " WHERE table_schema = database() AND index_name <> 'PRIMARY' AND seq_in_index = 1",
}
ALONE = {"mariadb": {("delivery_record", False)}}
"""Indexes that one kind alone has."""


def modelled_columns() -> set[tuple[str, str, str, bool]]:
    return {
        (
            table._meta.table_name,
            field.column_name,
            holds(table._meta.table_name, field.column_name).value,
            field.null,
        )
        for table in TABLES
        for field in table._meta.sorted_fields
    }


def modelled_indexes() -> set[tuple[str, bool]]:
    """Names, and whether they are unique."""
    database = SqliteDatabase(":memory:")
    found = set()
    for table in TABLES:
        manager: Any = SchemaManager(table, database)
        for statement in manager._create_indexes(safe=False):
            made = re.match(r'CREATE (UNIQUE )?INDEX "(\w+)"', statement.query()[0])
            assert made is not None
            found.add((made[2], made[1] is not None))
    return found


@pytest.mark.parametrize("kind", sorted(_HERE))
async def test_servers_have_what_the_models_say(
    kind: str, fresh_database: Callable[[str], str]
) -> None:
    url = fresh_database(kind)
    await (await Store.open(url, clock=lambda: 0, node="one")).close()
    dialect = dialect_of(url, lambda: 0, "node")
    access = dialect.connect(writer=False)
    try:
        rows = access.execute_own(_COLUMNS.format(here=_HERE[kind])).fetchall()
        columns = {
            (table, name, KINDS_OF[type_], nullable == "YES")
            for table, name, type_, nullable in rows
            if kind != "mariadb" or (table, name) not in STANDING_IN
        }
        indexes = {(name, not many) for name, many in access.execute_own(_INDEXES[kind]).fetchall()}
        serials = {name for (name,) in access.rows("SELECT name FROM serial")}
        dialect.rollback(access)
    finally:
        dialect.disconnect(access)

    assert columns == modelled_columns()
    assert indexes - ALONE.get(kind, set()) == modelled_indexes()
    assert serials >= set(SERIALS)
