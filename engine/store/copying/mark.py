"""The mark of a database that is an unfinished copy: no node may work on it, or even open it.

It stands in ``meta`` from the first row that is copied until all of it was verified.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from engine.core.errors import Conflict
from engine.store.access import Access

COPYING = "copying"
POSITION = "copy:"
"""Before a table's name: how far the copy of that table has got."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Which ledger is copied. label: where from, without password. print: see ``origin``."""

    ledger_id: str
    label: str
    print: str
    begun_at: int

    @property
    def text(self) -> str:
        """As ``meta`` keeps it."""
        return msgspec.json.encode(asdict(self)).decode()

    @classmethod
    def of_text(cls, text: str) -> Mark:
        """What ``meta`` kept."""
        found: dict[str, Any] = msgspec.json.decode(text)
        return cls(**found)


def mark_of(access: Access) -> Mark | None:
    """The mark of a database; None where no copy into it is unfinished."""
    text = access.value("SELECT value FROM meta WHERE name = ?", (COPYING,))
    return None if text is None else Mark.of_text(text)


def refuse_unfinished_copy(access: Access) -> None:
    """Conflict for a database that is an unfinished copy."""
    mark = mark_of(access)
    if mark is not None:
        raise Conflict(
            f"This database is an unfinished copy of {mark.label}.",
            hint="Run the same `jellyfish copy` again; it goes on where it stopped. "
            "Until the copy is verified nothing may work on it.",
        )
