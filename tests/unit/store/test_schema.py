"""The models and the migrations make the same tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from peewee import SchemaManager, SqliteDatabase

from engine.store.dialects.sqlite import Sqlite
from engine.store.migrate import migrate
from engine.store.models import SERIALS, TABLES


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
