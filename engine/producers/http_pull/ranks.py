"""The cursor values of one page, looked through once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.producers.http_pull.cursor import CursorValue


@dataclass(frozen=True, slots=True)
class Ranks:
    """What a run wants to know of a page's cursor values; all None and 0 if there are none.

    first, last: ranks in the order they came; low: the lowest. high: the highest value that is
    not held back. rises, falls: neighbours of which the second is higher, lower. held: values
    ahead of the source's own clock.
    """

    first: Any = None
    last: Any = None
    low: Any = None
    high: CursorValue | None = None
    rises: int = 0
    falls: int = 0
    held: int = 0

    @classmethod
    def of(cls, cursors: Sequence[CursorValue], held_above: int | None) -> Ranks:
        """Look through a page's values."""
        if not cursors:
            return cls()
        first = last = low = cursors[0].rank
        high: CursorValue | None = None
        rises = falls = held = 0
        for value in cursors:
            rank = value.rank
            if rank > last:
                rises += 1
            elif rank < last:
                falls += 1
                low = min(low, rank)
            last = rank
            if held_above is not None and rank > held_above:
                held += 1
            elif high is None or rank > high.rank:
                high = value
        return cls(first, last, low, high, rises, falls, held)

    @property
    def is_ascending(self) -> bool:
        """Whether no value is below the one before it."""
        return not self.falls

    def held_note(self) -> str:
        """A sentence about values ahead of the source's clock, or ""."""
        if not self.held:
            return ""
        lie = "1 record lies" if self.held == 1 else f"{self.held} records lie"
        return f"{lie} over a day ahead of the source's clock; the cursor does not follow."


def later(a: CursorValue | None, b: CursorValue | None) -> CursorValue | None:
    """The higher of two cursors; a where they are equal."""
    if a is None or b is None:
        return b if a is None else a
    return b if b.rank > a.rank else a
