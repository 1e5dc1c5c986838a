"""Places inside a sample: written as expressions, listed, and looked up. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from engine.core.bare_path import Step
from engine.operations.propose.names import table

DEEPEST = 6
"""Levels of a sample that are looked at."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = table(
    "as break const continue else false for function if import in let loop null package "
    "namespace return true var void while"
)
"""Words of CEL that cannot stand behind a dot."""


def written(variable: str, steps: tuple[Step, ...]) -> str:
    """The path as an expression: ``record.lines[0]["编号"]``."""
    text = variable
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.fullmatch(step) and step not in _RESERVED:
            text += f".{step}"
        else:
            text += f"[{literal(step)}]"
    return text


def literal(value: Any) -> str:
    """A text, number, truth value or null as CEL writes it."""
    return json.dumps(value, ensure_ascii=False)


def scalars(value: Any, deepest: int = DEEPEST) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """Every value that is no object or list, with its path; lists are not looked into."""
    if isinstance(value, dict):
        if deepest:
            for name, inner in value.items():
                for steps, found in scalars(inner, deepest - 1):
                    yield (name, *steps), found
    elif not isinstance(value, list):
        yield (), value


def at(value: Any, steps: tuple[Step, ...]) -> Any:
    """The value there, or MISSING."""
    found: Any = value
    for step in steps:
        in_object = isinstance(found, dict) and step in found
        in_list = isinstance(found, list) and isinstance(step, int) and step < len(found)
        if not (in_object or in_list):
            return MISSING
        found = found[step]
    return found


class _Missing:
    """The type of MISSING."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()
