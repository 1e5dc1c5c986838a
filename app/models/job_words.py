"""Changes of a job document in words: field, old value, new value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from app import shown
from app.field_words import words_of
from app.models.job_changes import Change, ChangeKind
from app.models.job_path import path_text
from app.models.job_schema import FieldSpec, Input, spec_at, titles_of
from app.words import translate

VALUE_CAP = 400
STEP = " › "


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One difference for people. old, new: "" where there is none; code: they are code."""

    field: str
    old: str
    new: str
    code: bool = True


def changes_in_words(
    found: Sequence[Change], root: FieldSpec | None, old: Any, new: Any
) -> list[ChangeWords]:
    """The differences with the fields' titles."""
    return [
        _in_words(each, root, old if each.kind is ChangeKind.REMOVED else new) for each in found
    ]


def place_in_words(path: tuple[str | int, ...], root: FieldSpec | None, document: Any) -> str:
    """``Consumers › erp › Request › Address``."""
    if root is None:
        return shown.line(path_text(path))
    titles = titles_of(root, path, document)
    return STEP.join(shown.line(words_of(each), 60) for each in titles) or translate(
        "Editor", "The document"
    )


def _in_words(change: Change, root: FieldSpec | None, document: Any) -> ChangeWords:
    field = place_in_words(change.path, root, document)
    spec = None if root is None else spec_at(root, change.path)
    match change.kind:
        case ChangeKind.ADDED:
            return ChangeWords(field, "", value_words(change.new, spec))
        case ChangeKind.REMOVED:
            return ChangeWords(field, value_words(change.old, spec), "")
        case ChangeKind.CHANGED:
            return ChangeWords(field, value_words(change.old, spec), value_words(change.new, spec))
        case ChangeKind.MOVED:
            place = translate("Editor", "in place {number}")
            return ChangeWords(
                field,
                place.format(number=change.old),
                place.format(number=change.new),
                code=False,
            )
        case _:
            assert_never(change.kind)


def value_words(value: Any, spec: FieldSpec | None = None) -> str:
    """A value of the document on a line."""
    if spec is not None and spec.input is Input.CHOICE:
        for each, words in spec.choices:
            if each == value and words:
                return words_of(words)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shown.line(text, VALUE_CAP)
