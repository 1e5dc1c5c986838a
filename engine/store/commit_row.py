"""The row of ``meta`` that a writer's commits mark, so that a lost answer can be looked up.

A database of one writer has one such row; on a shared one each writer makes its own, or commits
of all nodes would wait for each other there. What a dead node left is removed in time.
"""

from __future__ import annotations

from engine.store.access import Access
from engine.store.dialects.port import Dialect

ONLY = "commit"
KEPT_MS = 30 * 24 * 60 * 60 * 1000
"""An open store that is older looks in vain, and does again what it did: that harms nobody."""


def open_row(access: Access, dialect: Dialect, mark: str) -> str:
    """The name of the row for a writer of this random mark."""
    if not dialect.is_shared:
        return ONLY
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


def close_row(access: Access, dialect: Dialect, name: str) -> None:
    """Nobody will ask for it any more."""
    if dialect.is_shared:
        access.run("DELETE FROM meta WHERE name = ?", (name,))
