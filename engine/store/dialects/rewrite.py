"""Our SQL in another database's manner: what the rewriting of all of them has in common.

Ours is SQLite's: ``?`` and ``?N`` for values, ``json_each(?)`` for a list of ids, ``INDEXED BY``
and ``CROSS JOIN … ON`` to say which way to look. Texts in quotes are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.store.access import Parameters

_PIECE = re.compile(r"'(?:[^']|'')*'|\?(\d*)|%")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A statement for a driver that takes ``%s``. order: which value goes where; None: as given."""

    text: str
    order: tuple[int, ...] | None

    def bind(self, parameters: Parameters) -> Parameters:
        """The values as this text wants them."""
        if self.order is None:
            return parameters
        return [parameters[at] for at in self.order]


def with_marks(sql: str) -> Rewritten:
    """``?`` and ``?N`` as ``%s``; a percent sign that is meant as one is doubled."""
    order: list[int] = []
    numbered = False

    def mark(found: re.Match[str]) -> str:
        nonlocal numbered
        text = found.group(0)
        if text[0] == "'":
            return text.replace("%", "%%")
        if text == "%":
            return "%%"
        number = found.group(1)
        numbered = numbered or bool(number)
        order.append(int(number) - 1 if number else len(order))
        return "%s"

    text = _PIECE.sub(mark, sql)
    return Rewritten(text, tuple(order) if numbered else None)


_JSON_EACH = re.compile(r"json_each\((\?\d*)\)(?: AS (\w+))?")
_LIST = "json_list"


def with_lists(sql: str, one: Callable[[str, str], str]) -> str:
    """``json_each(?) AS j`` as ``one(mark, name)`` says it; its column is ``value``."""
    return _JSON_EACH.sub(lambda found: one(found.group(1), found.group(2) or _LIST), sql)
