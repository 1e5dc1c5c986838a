"""Takes proposals over into a document, and counts what is left of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from app.models.job_path import drop_in, get_in, put_in
from engine.api.wire import PlacedValue, ProposalShape


def with_changes(document: Mapping[str, Any], changes: Iterable[PlacedValue]) -> dict[str, Any]:
    """The document with these values in their places; None takes away what stands there."""
    changed = deepcopy(dict(document))
    for change in changes:
        if change.value is None:
            drop_in(changed, change.place)
        else:
            put_in(changed, change.place, deepcopy(change.value))
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
