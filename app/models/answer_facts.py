"""What the last answer says of the fields that read it: how many it gave, or what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.models.job_path import Path, get_in
from engine.api.wire import PartShape

_PLACES: Mapping[str, Path] = {
    "ok": ("producer", "response", "ok"),
    "format": ("producer", "response", "format"),
    "records": ("producer", "response", "records"),
    "key": ("ledger", "key"),
    "cursor": ("producer", "cursor", "value"),
    "paging": ("producer", "paging", "next"),
}
"""Where the part of a test pull stands in the document."""
_READING: tuple[Path, ...] = (
    ("producer", "response"),
    ("producer", "cursor"),
    ("producer", "paging"),
    ("ledger", "key"),
)


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """words: what the field gave, in a few words. note: a sentence on it, "" for none."""

    fits: bool
    words: str = ""
    note: str = ""


def facts_of(parts: Iterable[PartShape], *, cut: bool = False) -> dict[Path, AnswerFact]:
    """By the field's place. cut: the answer's lists were shortened, so it does not know how many
    records there are.
    """
    facts = {}
    for part in parts:
        if (place := _PLACES.get(part.part)) is not None:
            words = "" if cut and part.part == "records" else part.shown
            facts[place] = AnswerFact(part.fits, words, f"{part.sentence} {part.hint}".strip())
    return facts


def reads_by(document: Mapping[str, Any]) -> list[Any]:
    """What of a document decides how an answer is read; equal: it is read in the same way."""
    return [get_in(document, place) for place in _READING]
