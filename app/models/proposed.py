"""Takes proposals over into a document, and counts what is left of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any

from app.models.job_path import get_in
from engine.api.wire import PlacedValue, ProposalShape


def with_changes(document: Mapping[str, Any], changes: Iterable[PlacedValue]) -> dict[str, Any]:
    """The document with these values in their places; None takes away what stands there."""
    changed = deepcopy(dict(document))
    for change in changes:
        _put(changed, change.place, deepcopy(change.value))
    return changed


def all_changes(proposals: Iterable[ProposalShape]) -> tuple[PlacedValue, ...]:
    """What accepting all of them would set."""
    return tuple(change for one in proposals for change in one.changes)


def is_held(document: Mapping[str, Any], changes: Iterable[PlacedValue]) -> bool:
    """Whether the document is so already."""
    return all(get_in(document, change.place) == change.value for change in changes)


def waiting(
    document: Mapping[str, Any], proposals: Sequence[ProposalShape]
) -> tuple[ProposalShape, ...]:
    """The proposals the document does not hold yet."""
    return tuple(one for one in proposals if not is_held(document, one.changes))


def _put(document: dict[str, Any], place: tuple[str | int, ...], value: Any) -> None:
    here: Any = document
    for step, following in pairwise(place):
        below = get_in(here, (step,))
        if not isinstance(below, dict | list):
            if value is None:
                return
            below = [] if isinstance(following, int) else {}
            _set(here, step, below)
        here = below
    if value is not None:
        _set(here, place[-1], value)
    elif get_in(here, (place[-1],)) is not None:
        del here[place[-1]]


def _set(holder: Any, step: str | int, value: Any) -> None:
    if isinstance(holder, list) and isinstance(step, int) and step >= len(holder):
        holder.append(value)
    else:
        holder[step] = value
