"""Brings a database to this program's schema, one numbered step at a time.

Each step is frozen: it has its own copy of what it makes. ``MIGRATIONS`` is the whole list, in
order. ``meta`` keeps the number of the last one that was run (``schema``) and of the last one that
was not additive (``needs``): a program that knows that one may work on the database, also when
it does not know the last; any other is refused with a sentence, or stops if it is at work.
"""

from __future__ import annotations

import logging
import secrets
import time

from engine.core.errors import Outdated, Unavailable
from engine.store.access import Access
from engine.store.commit_row import shut_out
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
    m0011_doing,
)
from engine.store.migrations.step import Step

log = logging.getLogger(__name__)
GIVE_UP_S = 60.0
AGAIN_S = 0.5
_BE_BRIEF = {
    "postgres": "SET LOCAL lock_timeout = '3s'",
    "mysql": "SET SESSION lock_wait_timeout = 3",
}
"""How long a change of a table may wait for who reads it."""

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
    m0011_doing.STEP,
)
"""Step n, counted from 1, is MIGRATIONS[n - 1]. Shared databases begin with step 7."""


def migrate(access: Access, dialect: Dialect) -> str:
    """Run the steps that are missing, in one transaction where that can be; the ledger's id.

    Other nodes that open the same database meanwhile wait, and then find it done; those that work
    on it wait that moment too, and go on if the steps are additive.
    """
    if not _is_ready(access, dialect):
        deadline = time.monotonic() + GIVE_UP_S
        while not _made_ready(access, dialect, last=time.monotonic() > deadline):
            time.sleep(AGAIN_S)
    return str(access.value("SELECT value FROM meta WHERE name = 'ledger_id'"))


def require_fit(access: Access) -> None:
    """Outdated when a newer version changed the schema so that this program cannot use it."""
    facts: dict[str, str] = dict(
        access.rows("SELECT name, value FROM meta WHERE name IN ('schema', 'needs')")
    )
    schema = int(facts.get("schema", 0))
    if int(facts.get("needs", schema)) > len(MIGRATIONS):
        raise Outdated(
            f"The database was written by a newer version of Data JellyFish "
            f"(schema {schema}; this version knows {len(MIGRATIONS)}).",
            hint="Install the newer version, or choose another database.",
        )


def _is_ready(access: Access, dialect: Dialect) -> bool:
    """Whether nothing is to be done; says so where something is, as it may take its time."""
    schema = _schema(access, dialect)
    if schema:
        require_fit(access)
    if schema and schema < len(MIGRATIONS):
        log.info(
            "the database's schema is %d and becomes %d; waits until no other node writes",
            schema,
            len(MIGRATIONS),
        )
    return schema >= len(MIGRATIONS)


def _made_ready(access: Access, dialect: Dialect, *, last: bool) -> bool:
    """Run what is missing; False when somebody reads a table for long and it must be tried again.

    A change of a table that waits for a reader holds up everybody who comes after it.
    """
    dialect.begin_migration(access)
    try:
        if dialect.name in _BE_BRIEF:
            access.execute_own(_BE_BRIEF[dialect.name])
        schema = _schema(access, dialect)
        if schema:
            require_fit(access)
        if schema < len(MIGRATIONS):
            _run(access, dialect, schema)
        dialect.commit(access)
    except BaseException as error:
        dialect.rollback(access)
        if isinstance(error, Exception) and dialect.may_run_again(error) and not last:
            log.info("a table of the database is being read; its schema is changed after that")
            return False
        raise
    return True


def _run(access: Access, dialect: Dialect, schema: int) -> None:
    """Older programs are shut out first: where changing a table ends the transaction, theirs must
    not come in between.
    """
    missing = list(enumerate(MIGRATIONS[schema:], start=schema + 1))
    breaking = max((number for number, step in missing if not step.additive), default=0)
    if schema and breaking:
        _write_needs(access, breaking)
        shut_out(access, dialect, breaking)
    for _, step in missing:
        for statement in step.of(dialect.name):
            access.run(statement)
    if not schema:
        _found(access)
        _write_needs(access, breaking)
    access.run("UPDATE meta SET value = ? WHERE name = 'schema'", (str(len(MIGRATIONS)),))


def _write_needs(access: Access, schema: int) -> None:
    access.run("DELETE FROM meta WHERE name = 'needs'")
    access.run("INSERT INTO meta (name, value) VALUES ('needs', ?)", (str(schema),))


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
