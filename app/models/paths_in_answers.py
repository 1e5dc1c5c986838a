"""Paths of values in a sample, as expressions and as steps; which of them a job uses. Pure.

A bare path is written and read the way the node does it: ``record.lines[0]["编号"]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

Steps: TypeAlias = tuple[str | int, ...]

RECORDS, KEY, CURSOR, SUCCESS, NEXT = "records", "key", "cursor", "success", "next"
"""What a value of an answer may be."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset(
    (
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import"),
        *("in", "let", "loop", "null", "package", "namespace", "return", "true", "var", "void"),
        "while",
    )
)
"""Words of the expression language that cannot stand behind a dot."""
_STEP = re.compile(
    r"\.([A-Za-z_]\w*)|\[(\d+)\]|\[(\"(?:[^\"\\]|\\.)*\")\]|\['((?:[^'\\])*)'\]", re.ASCII
)
_CHAIN = re.compile(
    r"\b(body|record)((?:\.[A-Za-z_]\w*|\[\d+\]|\[\"(?:[^\"\\]|\\.)*\"\])*)", re.ASCII
)


def written(variable: str, steps: Steps) -> str:
    """The path as an expression."""
    text = variable
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.fullmatch(step) and step not in _RESERVED:
            text += f".{step}"
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text


def read_path(text: str, variable: str) -> Steps | None:
    """The steps of a bare path over this variable; None for any other expression."""
    text = text.strip()
    if not text.startswith(variable):
        return None
    steps: list[str | int] = []
    at = len(variable)
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            return None
        name, number, quoted, single = match.groups()
        if number is not None:
            steps.append(int(number))
        elif quoted is not None:
            steps.append(_unquoted(quoted))
        else:
            steps.append(name if name is not None else single)
        at = match.end()
    return tuple(steps)


def chains(text: str, variable: str) -> list[Steps]:
    """Every path over this variable inside an expression."""
    found = []
    for match in _CHAIN.finditer(text):
        steps = read_path(match[0], variable) if match[1] == variable else None
        if steps is not None:
            found.append(steps)
    return found


def marks_of(document: Mapping[str, Any]) -> dict[Steps, list[str]]:
    """What the values of an answer are to this document, by their paths in ``body``.

    Of records the first one stands for all.
    """
    marks: dict[Steps, list[str]] = {}
    producer = _part(document, "producer")
    response = _part(producer, "response")
    records = response.get("records")
    where: Steps | None = ()
    if isinstance(records, str) and records:
        where = read_path(records, "body")
        if where is not None:
            marks.setdefault(where, []).append(RECORDS)
    _mark(marks, response.get("ok"), "body", (), SUCCESS)
    _mark(marks, _part(producer, "paging").get("next"), "body", (), NEXT)
    if where is not None:
        first = (*where, 0)
        _mark(marks, _part(document, "ledger").get("key"), "record", first, KEY)
        _mark(marks, _part(producer, "cursor").get("value"), "record", first, CURSOR)
    return marks


def in_record(steps: Steps, records: Steps | None) -> Steps | None:
    """The path inside a record, of a value's path in ``body``; None outside the records."""
    if records is None or len(steps) <= len(records) + 1:
        return None
    if steps[: len(records)] != records or not isinstance(steps[len(records)], int):
        return None
    return steps[len(records) + 1 :]


def _mark(
    marks: dict[Steps, list[str]], text: object, variable: str, before: Steps, what: str
) -> None:
    if isinstance(text, str):
        for steps in chains(text, variable):
            if steps:
                found = marks.setdefault((*before, *steps), [])
                if what not in found:
                    found.append(what)


def _part(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = holder.get(name)
    return part if isinstance(part, Mapping) else {}


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]
