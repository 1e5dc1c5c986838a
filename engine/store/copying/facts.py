"""The facts of ``meta`` that come over: the ledger's id, how far graphs are summed up.

Everything does but what a database says of itself and of those who have it open.
"""

from __future__ import annotations

from engine.store.access import Access
from engine.store.copying.mark import COPYING, POSITION

_OWN = frozenset(("schema", "needs", "gate", COPYING))
_OWN_BEGIN = ("commit", POSITION)


def facts(access: Access) -> list[tuple[str, str]]:
    """Name and value of each fact of a ledger, by name."""
    rows = access.rows("SELECT name, value FROM meta ORDER BY name")
    return [(name, value) for name, value in rows if not _is_own(name)]


def replace_facts(access: Access, new: list[tuple[str, str]]) -> None:
    """Let these be the facts from now on."""
    for name, _ in facts(access):
        access.run("DELETE FROM meta WHERE name = ?", (name,))
    access.run_many("INSERT INTO meta (name, value) VALUES (?, ?)", new)


def _is_own(name: str) -> bool:
    return name in _OWN or name.startswith(_OWN_BEGIN)
