"""Finds what tells how far a pull has got: a time of change, a version, a rising number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from engine.core.bare_path import Step
from engine.operations.propose.names import (
    CHANGED,
    CREATED,
    OTHER_TIMES,
    SEQUENCE,
    TIME_WORDS,
    parts,
    plain,
)
from engine.operations.propose.paths import MISSING, at, scalars, written
from engine.producers.http_pull.time_text import Family, time_rank, unit_ps

Kind = Literal["time", "number"]

_PS = 10**12
_YEARS_PS = (946_684_800 * _PS, 4_102_444_800 * _PS)  # 2000 to 2100
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class CursorField:
    """A field that may be the cursor. lag: how far behind it to read again, None for none.

    last: the value of the sample's last record, as the source wrote it.
    """

    expression: str
    type: Kind
    score: float
    reason: str
    lag: str | None
    last: Any
    sorted: bool


def cursor_fields(rows: Sequence[dict[str, Any]]) -> list[CursorField]:
    """Every field that may be a cursor, the likeliest first."""
    if not rows:
        return []
    paths: dict[tuple[Step, ...], None] = {}
    for row in rows[:3]:
        for steps, _ in scalars(row, _DEEPEST):
            paths.setdefault(steps)
    found = [one for steps in paths if (one := _judge(rows, steps)) is not None]
    return sorted(found, key=lambda one: -one.score)


def _judge(rows: Sequence[dict[str, Any]], steps: tuple[Step, ...]) -> CursorField | None:
    values = [at(row, steps) for row in rows]
    if any(value is MISSING or value is None or isinstance(value, bool) for value in values):
        return None
    name = str(steps[-1])
    ranks = _times(values, name)
    if ranks is not None:
        return _time_field(steps, name, values, ranks)
    if all(type(value) is int for value in values):
        return _number_field(steps, name, values)
    return None


def _times(values: Sequence[Any], name: str) -> list[int] | None:
    """The instants of these values; None unless every one is a plausible time of one family."""
    ranks, families = [], set()
    named = bool(set(parts(name)) & (TIME_WORDS | CHANGED | CREATED)) or "时间" in name
    for value in values:
        if not isinstance(value, str | int | Decimal):
            return None
        rank = time_rank(str(value).strip())
        if rank is None or not _YEARS_PS[0] <= rank[1] <= _YEARS_PS[1]:
            return None
        if rank[0] is Family.EPOCH and not named:
            return None
        families.add(rank[0])
        ranks.append(rank[1])
    return ranks if len(families) == 1 else None


def _time_field(
    steps: tuple[Step, ...], name: str, values: Sequence[Any], ranks: Sequence[int]
) -> CursorField:
    words = set(parts(name)) | {plain(name)}
    shown = written("record", steps)
    changed = bool(words & CHANGED) or any(one in name for one in ("更新", "修改", "变更"))
    created = bool(words & CREATED) or any(one in name for one in ("创建", "下单", "新增"))
    score = 20.0 - 8.0 * (len(steps) - 1)
    if changed:
        score += 40
        reason = f"{shown} is a time in every record and is named like the time of the last change."
    elif created:
        score += 12
        reason = (
            f"{shown} is a time in every record, but is named like the time of creation: "
            "later changes of a record would not be seen."
        )
    else:
        if words & OTHER_TIMES or any(one in name for one in OTHER_TIMES if not one.isascii()):
            score -= 12
        reason = f"{shown} is a time in every record; whether each change moves it is not known."
    order = _order(ranks)
    score += 6 if order == "up" else 3 if order == "down" else 0
    reason += _order_told(order, len(ranks))
    unit = max(unit_ps(str(value).strip()) for value in values)
    lag = "1d" if unit >= 86_400 * _PS else "1m" if unit >= 60 * _PS else "10s"
    return CursorField(shown, "time", score, reason, lag, values[-1], order == "up")


def _number_field(steps: tuple[Step, ...], name: str, values: Sequence[int]) -> CursorField | None:
    bare, words = plain(name), parts(name)
    shown = written("record", steps)
    order = _order(values)
    if bare in SEQUENCE or (words and words[-1] in SEQUENCE):
        score, reason = 18.0, f"{shown} is a whole number named like a version or a sequence."
    elif bare == "id" and order == "up" and len(values) > 2:
        score = 6.0
        reason = f"{shown} rises from record to record: it finds new records, not changes of old."
    else:
        return None
    score -= 8.0 * (len(steps) - 1)
    reason += _order_told(order, len(values))
    return CursorField(shown, "number", score, reason, None, values[-1], order == "up")


def _order(ranks: Sequence[int]) -> Literal["up", "down", ""]:
    if len(ranks) < 3 or len(set(ranks)) == 1:
        return ""
    if all(first <= second for first, second in pairwise(ranks)):
        return "up"
    if all(first >= second for first, second in pairwise(ranks)):
        return "down"
    return ""


def _order_told(order: str, count: int) -> str:
    match order:
        case "up":
            return f" It rises through all {count:,} records of this page."
        case "down":
            return f" The newest of the {count:,} records stand first."
        case _:
            return ""
