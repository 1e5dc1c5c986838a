"""Finds fields that change with every read, which must not make new versions. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.operations.propose.names import VOLATILE, plain
from engine.operations.propose.proposal import Change, Choice, Proposal, Sure

PLACE = ("ledger", "changed_by")


def propose_changed_by(rows: Sequence[dict[str, Any]]) -> Proposal | None:
    """Which fields make a new version; None when nothing speaks against the whole record."""
    if not rows:
        return None
    names = list(dict.fromkeys(name for row in rows[:20] for name in row))
    moving = [name for name in names if plain(name) in VOLATILE or name.startswith("_score")]
    steady = [name for name in names if name not in moving]
    if not moving or not steady:
        return None
    told = ("The field " if len(moving) == 1 else "The fields ") + ", ".join(moving[:3])
    return Proposal(
        part="changed_by",
        shown=", ".join(steady[:4]) + (" …" if len(steady) > 4 else ""),
        changes=(Change(PLACE, steady),),
        reason=f"{told} may differ with every read, which would make a new version each time.",
        sure=Sure.LIKELY,
        choices=(Choice("whole", (Change(PLACE, None),), "Any change makes a new version."),),
    )
