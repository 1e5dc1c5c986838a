"""Brings a database to this program's schema, one numbered step at a time.

Each step is frozen: it has its own copy of what it makes. A database newer than the program is
refused with a sentence. ``MIGRATIONS`` is the whole list, in order.
"""

from __future__ import annotations

import secrets

from engine.core.errors import Unavailable
from engine.store.access import Access
from engine.store.dialects.port import Dialect
from engine.store.migrations import (
    m0001_first,
    m0002_causes,
    m0003_series,
    m0004_nodes,
    m0005_operations,
    m0006_alerts,
    m0007_shared,
    m0008_limits,
    m0009_certificates,
    m0010_lease_history,
)
from engine.store.migrations.step import Step

MIGRATIONS: tuple[Step, ...] = (
    Step(sqlite=m0001_first.STATEMENTS),
    Step(sqlite=m0002_causes.STATEMENTS),
    Step(sqlite=m0003_series.STATEMENTS),
    Step(sqlite=m0004_nodes.STATEMENTS),
    Step(sqlite=m0005_operations.STATEMENTS),
    Step(sqlite=m0006_alerts.STATEMENTS),
    m0007_shared.STEP,
    m0008_limits.STEP,
    m0009_certificates.STEP,
    m0010_lease_history.STEP,
)
"""Step n, counted from 1, is MIGRATIONS[n - 1]. Shared databases begin with step 7."""


def migrate(access: Access, dialect: Dialect) -> str:
    """Run the steps that are missing, all in one transaction; the ledger's id.

    Other nodes that open the same database meanwhile wait, and then find it done.
    """
    dialect.begin(access, writer=True)
    try:
        schema = _schema(access, dialect)
        if schema > len(MIGRATIONS):
            raise Unavailable(
                f"The database was written by a newer version of Data JellyFish "
                f"(schema {schema}; this version knows {len(MIGRATIONS)}).",
                hint="Install the newer version, or choose another database.",
            )
        for step in MIGRATIONS[schema:]:
            for statement in step.of(dialect.name):
                access.run(statement)
        if not schema:
            _found(access)
        access.run("UPDATE meta SET value = ? WHERE name = 'schema'", (str(len(MIGRATIONS)),))
        dialect.commit(access)
    except BaseException:
        dialect.rollback(access)
        raise
    return str(access.value("SELECT value FROM meta WHERE name = 'ledger_id'"))


def _schema(access: Access, dialect: Dialect) -> int:
    tables = dialect.tables(access)
    if not tables:
        return 0
    if "meta" not in tables:
        raise Unavailable(
            "The database belongs to another program.", hint="Choose another, empty one."
        )
    return int(access.value("SELECT value FROM meta WHERE name = 'schema'") or 0)


def _found(access: Access) -> None:
    """Give a new ledger its name: part of every idempotency key, so never the same twice."""
    facts = (("ledger_id", secrets.token_hex(4)), ("schema", "0"), ("commit", ""))
    access.run_many("INSERT INTO meta (name, value) VALUES (?, ?)", facts)
