"""Cursor values as an operator gives them: checked, compared, and how far apart they are.

Not for values that come out of records: ``cursor``.
"""

from __future__ import annotations

from decimal import Decimal

from engine.core.errors import OperatorError
from engine.producers.http_pull.cursor import CursorRule, CursorValue, NotACursor, comparable
from engine.producers.http_pull.fields import Cursor
from engine.producers.http_pull.time_text import PS_PER_MS

_EXAMPLES = {
    "time": "Write it as the source writes its times, such as 2026-01-31T08:00:00Z.",
    "number": "Write digits, as the source does.",
    "text": "Write 1 to 512 characters.",
}


class CursorOrder:
    """The values of one job's cursor. ``type``: time, number or text."""

    def __init__(self, cursor: Cursor) -> None:
        self._rule = CursorRule(cursor)
        self.type = self._rule.type

    @property
    def start(self) -> str | None:
        """The document's start, if there is one."""
        first = self._rule.first()
        return None if first is None else first.text

    def check(self, value: str | None, path: str) -> None:
        """OperatorError, with the place, for a value that cannot be this cursor."""
        if value is None:
            return
        try:
            self._rule.stored(value, None)
        except NotACursor as error:
            raise OperatorError(
                f"The cursor of this job is a {self.type}, and the value {error}.",
                hint=_EXAMPLES[self.type],
                path=path,
            ) from None

    def distance(self, one: str, other: str) -> float | None:
        """From one value to another: seconds of a time, a number's difference, -1, 0 or 1 of a
        text; None where the two cannot be compared.
        """
        try:
            return distance(self._rule.stored(one, None), self._rule.stored(other, None))
        except NotACursor:
            return None


def distance(one: CursorValue, other: CursorValue) -> float | None:
    """See ``CursorOrder.distance``."""
    if not comparable(one, other):
        return None
    if isinstance(one.rank, str):
        return float((other.rank > one.rank) - (other.rank < one.rank))
    difference = other.rank - one.rank
    return float(difference) if isinstance(difference, Decimal) else difference / PS_PER_MS / 1000
