"""What may be typed next in an expression: names, the sample's fields, functions. Pure.

Not a parser: it looks at the path left of the cursor, and at what the last answer holds there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TAIL = re.compile(r"[A-Za-z_](?:[\w.]|\[\d+\]|\[\"[^\"\]]*\"\])*$|$")
_STEP = re.compile(r"\.?([A-Za-z_]\w*)|\[(\d+)\]|\[\"([^\"\]]*)\"\]")
_WORD = re.compile(r"[A-Za-z_]\w*")
MOST = 60

TEXT_FUNCTIONS = (
    "startsWith()",
    "endsWith()",
    "contains()",
    "matches()",
    "lowerAscii()",
    "upperAscii()",
    "trim()",
    "replace()",
    "split()",
    "substring()",
    "size()",
)
LIST_FUNCTIONS = ("size()", "map(x, )", "filter(x, )", "exists(x, )", "all(x, )", "join()")
GLOBAL_FUNCTIONS = ("has()", "size()", "string()", "int()", "double()", "timestamp()", "duration()")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """text: what is put in place of ``Completion.start`` to the cursor. detail: what it is now.

    back: how many characters the cursor stands before the end afterwards.
    """

    text: str
    detail: str = ""
    back: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """start: where the part to be replaced begins."""

    start: int
    suggestions: tuple[Suggestion, ...] = ()


def complete(
    text: str, at: int, names: Sequence[str], sample: Mapping[str, Any], *, template: bool
) -> Completion:
    """What may stand at this place of an expression, or of a text with ``${…}``."""
    begin = 0
    if template:
        begin = text.rfind("${", 0, at) + 2
        if begin < 2 or "}" in text[begin:at]:
            return Completion(at)
    left = text[begin:at]
    if left.count('"') % 2:
        return Completion(at)
    match = _TAIL.search(left)
    head, dot, part = (match[0] if match is not None else "").rpartition(".")
    if not dot:
        return Completion(at - len(part), _cap(_names(part, names, sample)))
    found, value = _value(head, sample)
    return Completion(at - len(part), _cap(_members(part, value, found)))


def _names(part: str, names: Sequence[str], sample: Mapping[str, Any]) -> list[Suggestion]:
    known = [Suggestion(name, _detail(sample[name]) if name in sample else "") for name in names]
    functions = [Suggestion(each, "", 1) for each in GLOBAL_FUNCTIONS] if part else []
    return [each for each in (*known, *functions) if _fits(each.text, part)]


def _members(part: str, value: Any, found: bool) -> list[Suggestion]:
    made: list[Suggestion] = []
    match value:
        case Mapping():
            made = [
                Suggestion(name, _detail(each))
                for name, each in value.items()
                if isinstance(name, str) and _WORD.fullmatch(name)
            ]
        case list():
            made = [Suggestion(each, "", 1) for each in LIST_FUNCTIONS]
        case str():
            made = [Suggestion(each, "", 1) for each in TEXT_FUNCTIONS]
        case None if not found:
            made = []
        case _:
            made = []
    return [each for each in made if _fits(each.text, part)]


def _value(head: str, sample: Mapping[str, Any]) -> tuple[bool, Any]:
    """The sample's value at a path, and whether there is one."""
    here: Any = sample
    for match in _STEP.finditer(head):
        name, number, quoted = match.groups()
        step: Any = int(number) if number is not None else quoted if name is None else name
        inside = isinstance(here, Mapping) and step in here
        if not inside and not (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        ):
            return False, None
        here = here[step]
    return True, here


def _fits(text: str, part: str) -> bool:
    return text.lower().startswith(part.lower()) and text != part


def _cap(made: list[Suggestion]) -> tuple[Suggestion, ...]:
    return tuple(made[:MOST])


def _detail(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value[:40]}"'
        case Mapping():
            return "{ }"
        case list():
            return f"[ {len(value)} ]"
        case _:
            return str(value)[:40]
