"""Brings a database to this program's schema, one numbered step at a time.

Each step is frozen: it has its own copy of what it makes. A database newer than the program is
refused with a sentence. ``MIGRATIONS`` is the whole list, in order.
"""

from __future__ import annotations

import secrets

from engine.core.errors import Unavailable
from engine.store.access import Access
from engine.store.migrations import (
    m0001_first,
    m0002_causes,
    m0003_series,
    m0004_nodes,
    m0005_operations,
    m0006_alerts,
)

MIGRATIONS = (
    m0001_first.STATEMENTS,
    m0002_causes.STATEMENTS,
    m0003_series.STATEMENTS,
    m0004_nodes.STATEMENTS,
    m0005_operations.STATEMENTS,
    m0006_alerts.STATEMENTS,
)
"""Step n, counted from 1, is MIGRATIONS[n - 1]."""


def migrate(access: Access) -> str:
    """Run the steps that are missing, each in a transaction; the ledger's id."""
    access.raw.execute("BEGIN IMMEDIATE")
    try:
        schema = _schema(access)
        if schema > len(MIGRATIONS):
            raise Unavailable(
                f"The database was written by a newer version of Data JellyFish "
                f"(schema {schema}; this version knows {len(MIGRATIONS)}).",
                hint="Install the newer version, or choose another database.",
            )
        for number, statements in enumerate(MIGRATIONS[schema:], start=schema + 1):
            for statement in statements:
                access.run(statement)
            if number == 1:
                _found(access)
            access.run("UPDATE meta SET value = ? WHERE name = 'schema'", (str(number),))
        access.raw.execute("COMMIT")
    except BaseException:
        if access.raw.in_transaction:
            access.raw.execute("ROLLBACK")
        raise
    return str(access.value("SELECT value FROM meta WHERE name = 'ledger_id'"))


def _schema(access: Access) -> int:
    tables = {name for (name,) in access.rows("SELECT name FROM sqlite_schema")}
    if not tables:
        return 0
    if "meta" not in tables:
        raise Unavailable("The file is a database of another program.", hint="Choose another path.")
    return int(access.value("SELECT value FROM meta WHERE name = 'schema'") or 0)


def _found(access: Access) -> None:
    """Give a new ledger its name: part of every idempotency key, so never the same twice."""
    facts = (("ledger_id", secrets.token_hex(4)), ("schema", "0"), ("commit", ""))
    access.run_many("INSERT INTO meta (name, value) VALUES (?, ?)", facts)
