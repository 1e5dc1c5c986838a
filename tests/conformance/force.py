"""A connection on which a test breaks what the database's own rules would not let it break."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.store.access import Access
from engine.store.dialects.choose import dialect_of

_CONSTRAINTS = (
    "SELECT conrelid::regclass, conname FROM pg_constraint"
    " WHERE contype IN ('c', 'f') AND connamespace = current_schema()::regnamespace"
)


@contextmanager
def by_force(url: str) -> Iterator[Access]:
    """A transaction that no CHECK and no reference stands in the way of."""
    dialect = dialect_of(url, lambda: 0, "force")
    access = dialect.connect(writer=True)
    try:
        for statement in _freeing(access, dialect.name):
            access.execute_own(statement)
        dialect.begin(access, writer=True)
        yield access
        dialect.commit(access)
    finally:
        dialect.disconnect(access)


def _freeing(access: Access, dialect: str) -> list[str]:
    match dialect:
        case "sqlite":
            return ["PRAGMA ignore_check_constraints = 1", "PRAGMA foreign_keys = 0"]
        case "mysql":
            return ["SET SESSION check_constraint_checks = 0", "SET SESSION foreign_key_checks = 0"]
        case _:
            found = access.execute_own(_CONSTRAINTS).fetchall()
            return [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name in found]
