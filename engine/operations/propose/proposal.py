"""What a proposal is: a change of the job document, with its reason and its alternatives. Pure.

A proposal is never applied by itself: an operator accepts it, or takes one of its choices.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeAlias

Place: TypeAlias = tuple[str | int, ...]
"""A place in the job document: ``("consumers", 0, "success")``."""


class Sure(StrEnum):
    """How much speaks for a proposal."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "guess"


@dataclass(frozen=True, slots=True)
class Change:
    """One value for one place of the document; None takes away what stands there."""

    place: Place
    value: Any


@dataclass(frozen=True, slots=True)
class Choice:
    """Another way: what it would set, how it is shown, and what speaks for it."""

    shown: str
    changes: tuple[Change, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One part of the document.

    part: a stable word: request, auth, job, format, ok, records, key, cursor, paging, changed_by,
        consumer, mapping, success.
    shown: the value in one line. reason: one or two sentences.
    """

    part: str
    shown: str
    changes: tuple[Change, ...]
    reason: str
    sure: Sure = Sure.LIKELY
    choices: tuple[Choice, ...] = ()


def apply(document: dict[str, Any], proposals: Iterable[Proposal]) -> dict[str, Any]:
    """The document with every proposal accepted; the one handed in stays as it is."""
    changed = deepcopy(document)
    for proposal in proposals:
        for change in proposal.changes:
            _put(changed, change.place, deepcopy(change.value))
    return changed


def _put(document: dict[str, Any], place: Place, value: Any) -> None:
    here: Any = document
    for step, following in pairwise(place):
        below = here[step] if _has(here, step) else None
        if not isinstance(below, dict | list):
            if value is None:
                return
            below = [] if isinstance(following, int) else {}
            _set(here, step, below)
        here = below
    last = place[-1]
    if value is not None:
        _set(here, last, value)
    elif _has(here, last):
        del here[last]


def _has(holder: Any, step: str | int) -> bool:
    if isinstance(holder, list):
        return isinstance(step, int) and step < len(holder)
    return isinstance(holder, dict) and step in holder


def _set(holder: Any, step: str | int, value: Any) -> None:
    if isinstance(holder, list) and isinstance(step, int) and step >= len(holder):
        holder.append(value)
    else:
        holder[step] = value
