"""What differs between two payloads, path by path. Pure.

Equal parts are skipped by their bytes, so two payloads of megabytes that differ in one field are
compared in some milliseconds. Items of a list are lined up as a text's lines are, unless there are
too many; then place by place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from app.models.json_text import Members, Number, Unread, opened, read

CHANGES_CAP = 500
"""Paths; more are not looked for."""
ALIGNED_AT_MOST = 400
"""Items; longer lists are compared place by place."""
VALUE_CAP = 300
"""Characters of a value."""


class Kind(Enum):
    """What happened to a path from the one payload to the other."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """One path. before, after: the values as they were written, cut; "" where there was none."""

    path: str
    kind: Kind
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Changed paths first in the payloads' order, then the outermost members that are equal.

    complete: False when there are more changes than are listed.
    """

    changes: tuple[Change, ...]
    same: tuple[Change, ...]
    complete: bool = True


def compare(before: bytes, after: bytes) -> Difference:
    """The difference from one payload to the other; ValueError where one is no JSON."""
    walk = _Walk()
    one, other = read(before), read(after)
    walk.compare("", one, other)
    return Difference(
        tuple(walk.changes[:CHANGES_CAP]), _same(one, other), len(walk.changes) <= CHANGES_CAP
    )


def _same(one: object, other: object) -> tuple[Change, ...]:
    if not (isinstance(one, Members) and isinstance(other, Members)):
        return ()
    others = {name: _written(value) for name, value in other}
    return tuple(
        Change(name, Kind.SAME, text, text)
        for name, value in one
        if (text := _written(value)) == others.get(name)
    )[:CHANGES_CAP]


class _Walk:
    def __init__(self) -> None:
        self.changes: list[Change] = []

    def compare(self, path: str, one: object, other: object) -> None:
        if len(self.changes) > CHANGES_CAP or _same_bytes(one, other):
            return
        match opened(one), opened(other):
            case Members() as before, Members() as after:
                self._members(path, before, after)
            case (Members(), _) | (_, Members()):
                self._tell(path, Kind.CHANGED, opened(one), opened(other))
            case list() as before, list() as after:
                self._entries(path, list(before), list(after))
            case before, after if not _equal(before, after):
                self._tell(path, Kind.CHANGED, before, after)
            case _:
                return

    def _members(self, path: str, before: Members, after: Members) -> None:
        olds, news = _by_name(before), _by_name(after)
        for name, value in olds.items():
            if name in news:
                self.compare(_below(path, name), value, news[name])
            else:
                self._tell(_below(path, name), Kind.REMOVED, value, None)
        for name, value in news.items():
            if name not in olds:
                self._tell(_below(path, name), Kind.ADDED, None, value)

    def _entries(self, path: str, before: list[object], after: list[object]) -> None:
        if max(len(before), len(after)) > ALIGNED_AT_MOST:
            self._one_by_one(path, (0, before), (0, after))
            return
        lines, others = [_key(each) for each in before], [_key(each) for each in after]
        matcher = SequenceMatcher(None, lines, others, autojunk=False)
        for what, a, b, c, d in matcher.get_opcodes():
            if what != "equal":
                self._one_by_one(path, (a, before[a:b]), (c, after[c:d]))

    def _one_by_one(
        self, path: str, before: tuple[int, list[object]], after: tuple[int, list[object]]
    ) -> None:
        (start, olds), (at, news) = before, after
        for place, (old, new) in enumerate(zip(olds, news, strict=False)):
            self.compare(f"{path}[{at + place}]", old, new)
        for place in range(len(news), len(olds)):
            self._tell(f"{path}[{start + place}]", Kind.REMOVED, olds[place], None)
        for place in range(len(olds), len(news)):
            self._tell(f"{path}[{at + place}]", Kind.ADDED, None, news[place])

    def _tell(self, path: str, kind: Kind, before: object, after: object) -> None:
        self.changes.append(
            Change(
                path,
                kind,
                "" if kind is Kind.ADDED else _written(before),
                "" if kind is Kind.REMOVED else _written(after),
            )
        )


def _by_name(members: Members) -> dict[str, object]:
    """Doubled names are told apart by how often they came before."""
    found: dict[str, object] = {}
    for name, value in members:
        unique, times = str(name), 1
        while unique in found:
            times += 1
            unique = f"{name} ({times})"
        found[unique] = value
    return found


def _below(path: str, name: str) -> str:
    plain = name.isidentifier()
    if plain:
        return f"{path}.{name}" if path else name
    return f"{path}[{json.dumps(name, ensure_ascii=False)}]"


def _bytes(value: object) -> bytes | None:
    return bytes(value) if isinstance(value, Unread) else None


def _same_bytes(one: object, other: object) -> bool:
    found = _bytes(one)
    return found is not None and found == _bytes(other)


def _key(value: object) -> object:
    found = _bytes(value)
    return repr(value) if found is None else found


def _equal(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _written(value: object) -> str:
    match value:
        case Unread():
            text = bytes(value).decode("utf-8", "replace")
        case Number():
            text = str(value)
        case Members():
            text = "{ … }"
        case list():
            text = f"[ {len(value)} ]"
        case _:
            text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= VALUE_CAP else text[: VALUE_CAP - 1] + "…"
