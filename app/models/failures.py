"""The failures page's rows, one for each cause at a consumer, and their table model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QObject

from app import format, shown
from app.models.cell import Cell
from app.models.grid import Grid
from app.theme.states import Look, state_look
from app.words import translate
from engine.api.wire import FailureGroupShape


class Column(IntEnum):
    """The table's columns in their order."""

    STATE = 0
    CAUSE = 1
    JOB = 2
    CONSUMER = 3
    COUNT = 4
    FIRST = 5
    LAST = 6


@dataclass(frozen=True, slots=True)
class FailureKey:
    """What makes a group the same one when it is read again."""

    job: str
    consumer: str
    cause: str
    state: str


def key_of(group: FailureGroupShape) -> FailureKey:
    """The group's key."""
    return FailureKey(group.job, group.consumer, group.cause, group.state)


def count_word(group: FailureGroupShape) -> str:
    """How many; with a plus where there are more than were counted."""
    number = format.number(group.count)
    return number if group.exact else translate("Failures", "{n}+").format(n=number)


def group_text(group: FailureGroupShape, key: str) -> str:
    """The group for a ticket or a chat, plain text. key: of the example, or ""."""
    lines = [
        translate("Failures", "{job} → {consumer}: {n} {state}").format(
            job=group.job,
            consumer=group.consumer,
            n=count_word(group),
            state=state_look(group.state).word,
        ),
        group.sentence,
    ]
    if group.first_at is not None and group.last_at is not None:
        lines.append(
            translate("Failures", "First {first}, last {last}").format(
                first=format.instant(group.first_at), last=format.instant(group.last_at)
            )
        )
    if group.sample and group.sample != group.sentence:
        lines.append(translate("Failures", "For example: {sample}").format(sample=group.sample))
    if key:
        lines.append(
            translate("Failures", "Record {id}, key {key}").format(id=group.record_id, key=key)
        )
    return "\n".join(lines)


class FailuresModel(Grid[FailureGroupShape]):
    """Rows change in place as long as they are the same groups, so that the selection stays."""

    columns_count = len(Column)
    right = frozenset({Column.COUNT})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = 0

    def show_rows(self, rows: Sequence[FailureGroupShape], now: int) -> None:
        """Take these rows instead. now: the node's clock, UTC ms."""
        self._now = now
        before = [key_of(row) for row in self._rows]
        self.take(rows, same=[key_of(row) for row in rows] == before)

    def place_of(self, key: FailureKey) -> int | None:
        """Where that group stands."""
        return next((i for i, row in enumerate(self._rows) if key_of(row) == key), None)

    def title(self, column: int) -> str:
        return heading(Column(column))

    def cell(self, row: FailureGroupShape, column: int) -> Cell:
        return CELLS[Column(column)](row, self._now)

    def tip(self, row: FailureGroupShape, column: int) -> str | None:
        return _tip(row, Column(column))


def heading(column: Column) -> str:
    """The column's title."""
    match column:
        case Column.STATE:
            return ""
        case Column.JOB:
            return translate("Failures", "Job")
        case Column.CONSUMER:
            return translate("Failures", "Consumer")
        case Column.CAUSE:
            return translate("Failures", "Cause")
        case Column.COUNT:
            return translate("Failures", "Records")
        case Column.FIRST:
            return translate("Failures", "First")
        case Column.LAST:
            return translate("Failures", "Last")


def _tip(row: FailureGroupShape, column: Column) -> str | None:
    match column:
        case Column.CAUSE:
            return shown.tip(row.sentence)
        case Column.STATE:
            return shown.tip(state_look(row.state).word)
        case Column.JOB:
            return shown.tip(row.job)
        case Column.CONSUMER:
            return shown.tip(row.consumer)
        case Column.FIRST if row.first_at is not None:
            return shown.tip(format.utc(row.first_at))
        case Column.LAST if row.last_at is not None:
            return shown.tip(format.utc(row.last_at))
        case _:
            return None


def _light(row: FailureGroupShape) -> Look:
    """As the overview's lights: given up is trouble, being tried again is to be looked at."""
    look = state_look(row.state)
    return Look(look.word, "diamond" if row.state == "dead" else "triangle", look.ink)


def _when(at: int | None, now: int) -> Cell:
    return Cell(format.DASH if at is None else format.clock(at, now), tone="muted")


CELLS: dict[Column, Callable[[FailureGroupShape, int], Cell]] = {
    Column.STATE: lambda row, now: Cell(lamp=_light(row)),
    Column.CAUSE: lambda row, now: Cell(shown.line(row.sentence), ends=True),
    Column.JOB: lambda row, now: Cell(shown.line(row.job), bold=True),
    Column.CONSUMER: lambda row, now: Cell(shown.line(row.consumer)),
    Column.COUNT: lambda row, now: Cell(count_word(row), right=True, tone=row.state),
    Column.FIRST: lambda row, now: _when(row.first_at, now),
    Column.LAST: lambda row, now: _when(row.last_at, now),
}
