"""What all tables have in common, and the two columns that come up everywhere."""

from __future__ import annotations

from typing import Any

from peewee import SQL, BigIntegerField, Model


class Table(Model):
    """A table whose column types are enforced."""

    class Meta:
        strict_tables = True
        legacy_table_names = False


def instant(**options: Any) -> BigIntegerField[Any]:
    """A column of UTC ms."""
    return BigIntegerField(**options)


def refers(column: str, table: str) -> SQL:
    """A foreign key."""
    return SQL(f"FOREIGN KEY ({column}) REFERENCES {table} (id)")
