"""The row of ``meta`` that a writer's commits mark, so that a lost answer can be looked up.

A database of one writer has one such row; on a shared one each writer makes its own, or commits
of all nodes would wait for each other there. What a dead node left is removed in time.
"""

from __future__ import annotations

from engine.store.access import Access
from engine.store.dialects.port import Dialect

ONLY = "commit"
_ANY = f"name >= '{ONLY}' AND name < '{ONLY};'"
KEPT_MS = 30 * 24 * 60 * 60 * 1000
"""An open store that is older looks in vain, and does again what it did: that harms nobody."""


def open_row(access: Access, dialect: Dialect, mark: str) -> str:
    """The name of the row for a writer of this random mark."""
    if not dialect.is_shared:
        return str(access.value(f"SELECT name FROM meta WHERE {_ANY}"))
    dialect.begin(access, writer=True)
    try:
        name = f"{ONLY}:{access.now}:{mark}"
        old = f"{ONLY}:{access.now - KEPT_MS}"
        access.run("DELETE FROM meta WHERE name > ? AND name < ?", (f"{ONLY}:", old))
        access.run("INSERT INTO meta (name, value) VALUES (?, '')", (name,))
        dialect.commit(access)
    except BaseException:
        dialect.rollback(access)
        raise
    return name


def mark_row(access: Access, name: str, mark: str) -> bool:
    """Mark this transaction; False when the row is gone: it was older than is kept, or a newer
    version of the program shut this one out.
    """
    return access.run("UPDATE meta SET value = ? WHERE name = ?", (mark, name)) > 0


def make_row(access: Access, name: str, mark: str) -> None:
    """Make the row again, marked."""
    access.run("INSERT INTO meta (name, value) VALUES (?, ?)", (name, mark))


def shut_out(access: Access, dialect: Dialect, schema: int) -> None:
    """Let no store that is open now commit any more: its row is not where it marks it."""
    if dialect.is_shared:
        access.run(f"DELETE FROM meta WHERE {_ANY}")
    else:
        access.run(f"UPDATE meta SET name = ? WHERE {_ANY}", (f"{ONLY}:{schema}",))


def close_row(access: Access, dialect: Dialect, name: str) -> None:
    """Nobody will ask for it any more."""
    if dialect.is_shared:
        access.run("DELETE FROM meta WHERE name = ?", (name,))
