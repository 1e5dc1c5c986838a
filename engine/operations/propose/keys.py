"""Finds what tells records apart: fields that are there in each record and different in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.core.bare_path import Step
from engine.operations.propose.names import (
    CHANGED,
    CREATED,
    EXACT_KEY,
    KEY_ENDS,
    OTHERS,
    TIME_WORDS,
    parts,
    plain,
)
from engine.operations.propose.paths import MISSING, at, scalars, written
from engine.operations.propose.proposal import Change, Choice, Proposal, Sure

PLACE = ("ledger", "key")
LONGEST = 200
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class KeyField:
    """A field that may be the key. unique: no two records of the sample share its value."""

    expression: str
    score: float
    unique: bool
    reason: str


def propose_key(rows: Sequence[dict[str, Any]], about: Sequence[str] = ()) -> Proposal | None:
    """The key of these records; about: what they are called, such as orders. None without one."""
    fields = key_fields(rows, about)
    good = [one for one in fields if one.unique]
    if not good and (pair := _pair(rows, fields)) is not None:
        good = [pair]
    if not good:
        return None
    best = good[0]
    sure = Sure.SURE if best.score >= 40 and len(rows) > 1 else Sure.LIKELY
    if best.score < 15:
        sure = Sure.GUESS
    return Proposal(
        part="key",
        shown=best.expression,
        changes=(Change(PLACE, best.expression),),
        reason=best.reason,
        sure=sure,
        choices=tuple(
            Choice(one.expression, (Change(PLACE, one.expression),), one.reason)
            for one in [*good[1:], *(one for one in fields if not one.unique)][:5]
        ),
    )


def key_fields(rows: Sequence[dict[str, Any]], about: Sequence[str] = ()) -> list[KeyField]:
    """Every field that looks like a key by name or values, the likeliest first."""
    if not rows:
        return []
    paths: dict[tuple[Step, ...], int] = {}
    for row in rows[:3]:
        for steps, _ in scalars(row, _DEEPEST):
            paths.setdefault(steps, len(paths))
    found = []
    for steps, place in paths.items():
        one = _judge(rows, steps, place, about)
        if one is not None:
            found.append(one)
    return sorted(found, key=lambda one: (not one.unique, -one.score))


def _judge(
    rows: Sequence[dict[str, Any]], steps: tuple[Step, ...], place: int, about: Sequence[str]
) -> KeyField | None:
    values = [at(row, steps) for row in rows]
    if any(not _may_be_key(value) for value in values):
        return None
    name = str(steps[-1])
    score = _name_points(name, about) - 12.0 * (len(steps) - 1) - min(place, 20) * 0.4
    words = set(parts(name))
    if words & (TIME_WORDS | CHANGED | CREATED) and not words & {"no", "number", "code", "id"}:
        score -= 40
    score += _shape_points(values)
    shown = written("record", steps)
    different = len(set(map(str, values)))
    unique = different == len(values)
    if score < 4 and not (unique and len(values) >= 5 and score > -10):
        return None
    if len(values) == 1:
        reason = f"{shown} is named like a key; with one record it cannot be seen to be unique."
    elif unique:
        reason = f"{shown} is there in all {len(values):,} records and different in each."
    else:
        reason = f"{shown} has only {different:,} different values in {len(values):,} records."
    return KeyField(shown, score, unique, reason)


def _may_be_key(value: Any) -> bool:
    if isinstance(value, bool) or value is None or value is MISSING:
        return False
    if isinstance(value, Decimal | float):
        return False
    if isinstance(value, str):
        return len(value.strip()) > 0 and len(value) <= LONGEST
    return isinstance(value, int)


def _name_points(name: str, about: Sequence[str]) -> float:
    bare, words = plain(name.lstrip("@_")), parts(name)
    if bare in EXACT_KEY:
        return EXACT_KEY[bare]
    ends = next((points for end, points in KEY_ENDS if words and _ends(bare, words, end)), 0)
    if not ends:
        return 0
    if any(_singular(plain(one)) and bare.startswith(_singular(plain(one))) for one in about):
        return ends + 18
    if set(words) & OTHERS or any(other in name for other in OTHERS if not other.isascii()):
        return ends - 22
    return ends


def _ends(bare: str, words: tuple[str, ...], end: str) -> bool:
    return words[-1] == end if end.isascii() and len(words) > 1 else bare.endswith(end)


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name.removesuffix("list").removesuffix("s")


def _shape_points(values: Sequence[Any]) -> float:
    texts = [str(value) for value in values]
    if any(" " in text or len(text) > 64 for text in texts):
        return -14
    digits = sum(any(char.isdigit() for char in text) for text in texts)
    return 4.0 if digits == len(texts) else -4.0


def _pair(rows: Sequence[dict[str, Any]], fields: Sequence[KeyField]) -> KeyField | None:
    """Two fields that only together tell the records apart, such as order and line."""
    if not rows:
        return None
    flat = {written("record", (name,)): name for name in rows[0]}
    names = [flat[one.expression] for one in fields[:6] if one.expression in flat]
    others = [
        name
        for name in rows[0]
        if name not in names and all(_may_be_key(row.get(name, MISSING)) for row in rows)
    ]
    for first in names:
        for second in [*names, *others]:
            if second == first:
                continue
            values = {(str(row[first]), str(row[second])) for row in rows}
            if len(values) == len(rows):
                pair = sorted((first, second), key=list(rows[0]).index)
                left, right = (written("record", (name,)) for name in pair)
                return KeyField(
                    f'string({left}) + "/" + string({right})',
                    14,
                    True,
                    f"No field alone is different in each record; {left} and {right} together are.",
                )
    return None
