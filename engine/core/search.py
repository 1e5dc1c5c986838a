"""A search by expression: does a record match? Pure.

What an expression fails on, because a field is missing or the record is not JSON, does not match;
how often and why is counted, so that a search with a misspelt field does not just find nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.expression import Expression, ExpressionFailed, Names
from engine.core.json_raw import decode_parts
from engine.core.json_value import BadJson


@dataclass(slots=True)
class Unjudged:
    """How many records an expression failed on, and on the first of them why."""

    count: int = 0
    why: str = ""

    def add(self, why: str) -> None:
        """One more."""
        self.count += 1
        self.why = self.why or why


class Search:
    """A compiled search over ``record`` and ``key``."""

    __slots__ = ("_expression", "_reads", "text")

    def __init__(self, text: str) -> None:
        """Raises ExpressionRefused, an OperatorError with line and column."""
        self._expression = Expression.compile(text, Names.PUSH_FILTER, condition=True)
        self._reads = self._expression.reads.get("record")
        self.text = text

    @property
    def reads_record(self) -> bool:
        """Whether it asks about more than the key."""
        return "record" in self._expression.variables

    def keeps(self, key: str, payload: bytes | None, unjudged: Unjudged) -> bool:
        """Whether a record matches. ``payload``: its bytes, None when they are gone."""
        data: dict[str, object] = {"key": key}
        if self.reads_record:
            if payload is None:
                unjudged.add("Its bytes are gone: retention removed them.")
                return False
            try:
                data["record"] = decode_parts(payload, self._reads)
            except BadJson as bad:
                unjudged.add(bad.sentence)
                return False
        try:
            return self._expression.truth(data)
        except ExpressionFailed as failed:
            unjudged.add(failed.sentence)
            return False
