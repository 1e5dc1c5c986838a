"""The mapping of a body as rows: a target's field, and the text that fills it. Pure.

Nested fields are written with dots: ``customer.name``. A text that is JSON other than a text or an
object (``12.5``, ``true``, ``[…]``) stands for that value; any other is a template as it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.models.paths_in_answers import Steps, written

FIELDS_AT_MOST = 400
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class MappingRow:
    """target: the field's name, nested with dots. text: what fills it."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class SampleField:
    """A field of the sample record that may be picked. depth: how far in it stands."""

    steps: Steps
    name: str
    words: str
    depth: int
    expression: str


def rows_of(body: Any) -> tuple[MappingRow, ...] | None:
    """The rows of a body; None where it is no object, so that only its JSON can be edited."""
    if not isinstance(body, dict):
        return None
    rows: list[MappingRow] = []
    _flatten(body, "", rows)
    return tuple(rows)


def body_of(rows: Sequence[MappingRow]) -> dict[str, Any]:
    """The body of these rows; rows without a target are left out, the last of two counts."""
    body: dict[str, Any] = {}
    for row in rows:
        names = [name for name in row.target.strip().split(".") if name]
        if not names:
            continue
        here = body
        for name in names[:-1]:
            below = here.get(name)
            if not isinstance(below, dict):
                below = here[name] = {}
            here = below
        here[names[-1]] = value_of(row.text)
    return body


def value_of(text: str) -> Any:
    """What a row's text stands for."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, dict) and value:
        return text
    return text if isinstance(value, str) and not text.strip().startswith('"') else value


def text_of(value: Any) -> str:
    """A value as a row's text; the other way round."""
    if isinstance(value, str):
        plain = value_of(value) == value and isinstance(value_of(value), str)
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)


def sample_fields(record: Any) -> tuple[SampleField, ...]:
    """The fields of a record, in its order, nested ones below their holder."""
    found: list[SampleField] = []
    _fields(record, (), found)
    return tuple(found[:FIELDS_AT_MOST])


def target_for(field: SampleField) -> str:
    """The name a new row for this field begins with."""
    return str(field.steps[-1])


def _flatten(body: dict[str, Any], before: str, rows: list[MappingRow]) -> None:
    for name, value in body.items():
        target = f"{before}{name}"
        if isinstance(value, dict) and value and "." not in name:
            _flatten(value, f"{target}.", rows)
        else:
            rows.append(MappingRow(target, text_of(value)))


def _fields(value: Any, steps: Steps, found: list[SampleField]) -> None:
    if not isinstance(value, dict) or len(steps) >= DEEPEST or len(found) > FIELDS_AT_MOST:
        return
    for name, inner in value.items():
        here = (*steps, str(name))
        words = "" if isinstance(inner, dict) else _words(inner)
        found.append(SampleField(here, str(name), words, len(steps), written("record", here)))
        _fields(inner, here, found)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return f"[ {len(value)} ]"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
