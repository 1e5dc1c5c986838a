"""What differs between two job documents, field by field. Pure.

Consumers and shards are told apart by their names, so that one that was moved is not shown as
all of its fields changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.models.job_path import Path, get_in

KIND_FIELDS = ("kind", "policy")
"""A part in which one of these differs is another part, and not one with changed fields."""
ABSENT = object()
"""Stands for a field that is not there; None is a value."""


class ChangeKind(StrEnum):
    """What happened to a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. path: in the new document, of what was removed in the old one.

    old, new: the values, None where there is none; of what was moved, its places from 1.
    """

    path: Path
    kind: ChangeKind
    old: Any = None
    new: Any = None


def changes(old: Any, new: Any) -> tuple[Change, ...]:
    """Every difference, in the new document's order, what was removed after it."""
    return tuple(_compare((), old, new))


def _compare(path: Path, old: Any, new: Any) -> Iterator[Change]:
    if old is ABSENT:
        yield Change(path, ChangeKind.ADDED, None, new)
    elif new is ABSENT:
        yield Change(path, ChangeKind.REMOVED, old, None)
    elif isinstance(old, dict) and isinstance(new, dict) and same_kind(old, new):
        for name in [*new, *(each for each in old if each not in new)]:
            yield from _compare((*path, name), old.get(name, ABSENT), new.get(name, ABSENT))
    elif isinstance(old, list) and isinstance(new, list) and _named(old) and _named(new):
        yield from _compare_named(path, old, new)
    elif _parts(old) and _parts(new) and len(old) == len(new):
        for place, (was, now) in enumerate(zip(old, new, strict=True)):
            yield from _compare((*path, place), was, now)
    elif not same(old, new):
        yield Change(path, ChangeKind.CHANGED, old, new)


def _compare_named(path: Path, old: list[Any], new: list[Any]) -> Iterator[Change]:
    """Lists of parts with names."""
    before = {part["name"]: place for place, part in enumerate(old)}
    names = {part["name"] for part in new}
    stayed = [before[part["name"]] for part in new if part["name"] in before]
    for place, part in enumerate(new):
        was = before.get(part["name"])
        if was is None:
            yield Change((*path, place), ChangeKind.ADDED, None, part)
            continue
        if sorted(stayed).index(was) != stayed.index(was):
            yield Change((*path, place), ChangeKind.MOVED, was + 1, place + 1)
        yield from _compare((*path, place), old[was], part)
    for place, part in enumerate(old):
        if part["name"] not in names:
            yield Change((*path, place), ChangeKind.REMOVED, part, None)


def same_kind(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether two parts are of one kind, so that their fields can be compared one by one."""
    return all(old.get(field) == new.get(field) for field in KIND_FIELDS if field in (old | new))


def same(old: Any, new: Any) -> bool:
    """Equal, and of one type: 1 is not true, and not 1.0."""
    if type(old) is not type(new):
        return False
    match old, new:
        case dict(), dict():
            return old.keys() == new.keys() and all(same(old[name], new[name]) for name in old)
        case list(), list():
            return len(old) == len(new) and all(map(same, old, new))
        case _:
            return bool(old == new)


def _parts(value: Any) -> bool:
    """Whether it is a list of objects."""
    return isinstance(value, list) and all(isinstance(part, dict) for part in value)


def _named(parts: list[Any]) -> bool:
    """Whether the list holds parts, each with a name of its own."""
    names = [part.get("name") for part in parts if isinstance(part, dict)]
    return len(names) == len(parts) == len(set(map(str, names))) and all(
        isinstance(name, str) for name in names
    )


def repeated(found: Sequence[Change], base: Any, mine: Any, theirs: Any) -> Any:
    """Their document with the changes that lead from ``base`` to ``mine`` made in it too.

    Parts with names are found by them. A change of something that is gone from theirs is dropped.
    """
    merged = deepcopy(theirs)
    for change in found:
        seen = base if change.kind is ChangeKind.REMOVED else mine
        path = _same_place(change.path, seen, merged)
        holder = None if path is None else get_in(merged, path[:-1])
        if path is None or not isinstance(holder, dict | list):
            continue
        step: Any = path[-1]
        match change.kind:
            case ChangeKind.REMOVED:
                if get_in(merged, path, ABSENT) is not ABSENT:
                    del holder[step]
            case ChangeKind.ADDED if isinstance(holder, list):
                holder.insert(step, deepcopy(change.new))
            case ChangeKind.ADDED | ChangeKind.CHANGED:
                holder[step] = deepcopy(change.new)
            case ChangeKind.MOVED:
                continue
    return merged


def _same_place(path: Path, seen: Any, theirs: Any) -> Path | None:
    """Where the part at this path of one document stands in another; None if it is not there."""
    place: list[str | int] = []
    for depth, step in enumerate(path):
        if isinstance(step, str):
            place.append(step)
            continue
        name = get_in(seen, (*path[: depth + 1], "name"))
        parts = get_in(theirs, tuple(place), [])
        found = [
            number
            for number, part in enumerate(parts if isinstance(parts, list) else [])
            if name is not None and isinstance(part, dict) and part.get("name") == name
        ]
        last = depth == len(path) - 1
        if found:
            place.append(found[0])
        elif name is None or last:
            place.append(min(step, len(parts)) if last else step)
        else:
            return None
    return tuple(place)
