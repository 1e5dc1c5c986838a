"""Finds the list of records in a sample: every list that may be it, the likeliest first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.core.bare_path import Step
from engine.operations.propose.names import LISTS, NOT_LISTS, plain
from engine.operations.propose.paths import DEEPEST, written
from engine.operations.propose.proposal import Change, Choice, Proposal, Sure
from engine.operations.propose.sample import Sample

PLACE = ("producer", "response", "records")
LOOKED_AT = 200
"""Records of a list that are looked at."""


@dataclass(frozen=True, slots=True)
class RecordList:
    """A list that may hold the records. steps: where it stands; () is the whole answer."""

    steps: tuple[Step, ...]
    rows: tuple[dict[str, Any], ...]
    count: int
    score: float

    @property
    def text(self) -> str:
        """Its place as an expression."""
        return written("body", self.steps)


def record_lists(sample: Sample) -> tuple[RecordList, ...]:
    """Every list of objects in the sample, the likeliest first."""
    found: list[RecordList] = []
    _look(sample.value, (), found, alone=sample.format == "xml")
    return tuple(sorted(found, key=lambda one: -one.score))


def propose_records(sample: Sample, lists: tuple[RecordList, ...]) -> Proposal | None:
    """Where the records stand; None when there is no list."""
    if not lists:
        return None
    best = lists[0]
    second = lists[1].score if len(lists) > 1 else 0.0
    clear = best.count > 0 and best.score - second >= 12
    return Proposal(
        part="records",
        shown=best.text,
        changes=_changes(best),
        reason=_reason(best, len(lists)),
        sure=Sure.SURE if clear else Sure.LIKELY if best.count else Sure.GUESS,
        choices=tuple(Choice(one.text, _changes(one), _reason(one, 0)) for one in lists[1:6]),
    )


def _changes(found: RecordList) -> tuple[Change, ...]:
    return (Change(PLACE, found.text if found.steps else None),)


def _reason(found: RecordList, of: int) -> str:
    where = found.text if found.steps else "The whole answer"
    if not found.count:
        return f"{where} is an empty list here; nothing else looks like records."
    what = "one record" if found.count == 1 else f"{found.count:,} records"
    fields = len(found.rows[0]) if found.rows else 0
    only = ", the only list in the answer" if of == 1 else ""
    return f"{where} holds {what} of {fields} fields each{only}."


def _look(value: Any, steps: tuple[Step, ...], found: list[RecordList], *, alone: bool) -> None:
    if isinstance(value, list):
        one = _list_at(value, steps)
        if one is not None:
            found.append(one)
        return
    if not isinstance(value, dict) or len(steps) >= DEEPEST:
        return
    for name, inner in value.items():
        if alone and isinstance(inner, dict) and len(steps) >= 1:
            single = _single(inner, (*steps, name))
            if single is not None:
                found.append(single)
        _look(inner, (*steps, name), found, alone=alone)


def _list_at(value: list[Any], steps: tuple[Step, ...]) -> RecordList | None:
    rows = tuple(row for row in value[:LOOKED_AT] if isinstance(row, dict))
    looked_at = min(len(value), LOOKED_AT)
    if value and len(rows) < looked_at * 0.9:
        return None
    name = plain(str(steps[-1])) if steps else ""
    score = 20.0 + LISTS.get(name, 0) - 3.0 * len(steps)
    if not steps:
        score += 25
    if name in NOT_LISTS:
        score -= 30
    if name.endswith(("list", "s", "列表")) and name not in NOT_LISTS:
        score += 8
    if rows:
        score += min(len(rows), 20) * 0.8 + min(_width(rows), 12) * 1.2
    else:
        score -= 20
    return RecordList(steps, rows, len(value), score)


def _single(value: dict[str, Any], steps: tuple[Step, ...]) -> RecordList | None:
    """In XML a list of one looks like the one element alone."""
    fields = [name for name, inner in value.items() if not isinstance(inner, dict | list)]
    if len(fields) < 2 or plain(str(steps[-1])) in NOT_LISTS:
        return None
    score = 12.0 + min(len(fields), 12) * 1.2 - 3.0 * len(steps)
    return RecordList(steps, (value,), 1, score)


def _width(rows: tuple[dict[str, Any], ...]) -> float:
    return sum(len(row) for row in rows) / len(rows)
