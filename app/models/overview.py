"""The overview's rows, one for each job and consumer, and their table model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from app import format, shown
from app.models.cell import Cell
from app.models.grid import Grid, Index
from app.theme.states import health_look
from app.words import translate
from engine.api.wire import ConsumerStatusShape, JobStatusShape, StatusShape


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One consumer of a job; of a job without consumers ``consumer`` is ""."""

    job: str
    consumer: str
    health: str
    synced: int
    unsynced: int
    failed: int
    skipped: int
    in_per_s: float
    out_per_s: float
    failed_per_s: float
    lag_s: float | None
    spark: tuple[float, ...]
    happening: str
    paused: bool
    job_paused: bool


def overview_rows(status: StatusShape) -> list[OverviewRow]:
    """The rows in the node's order of jobs and consumers."""
    return [
        _row(job, consumer, status.now)
        for job in status.jobs
        for consumer in (job.consumers or (_no_consumer(job),))
    ]


def _no_consumer(job: JobStatusShape) -> ConsumerStatusShape:
    return ConsumerStatusShape(
        consumer="",
        synced=0,
        unsynced=0,
        failed=0,
        skipped=0,
        health="bad" if job.pull_problem else "off",
        happening=job.pull_problem
        or translate("Overview", "No consumer: records are pulled and kept"),
        paused_until=job.paused_until,
        pause_reason=job.pause_reason,
    )


def _row(job: JobStatusShape, consumer: ConsumerStatusShape, now: int) -> OverviewRow:
    paused = consumer.paused or job.state == "paused"
    return OverviewRow(
        job=job.job,
        consumer=consumer.consumer,
        health=consumer.health,
        synced=consumer.synced,
        unsynced=consumer.unsynced,
        failed=consumer.failed,
        skipped=consumer.skipped,
        in_per_s=consumer.in_per_s,
        out_per_s=consumer.out_per_s,
        failed_per_s=consumer.failed_per_s,
        lag_s=consumer.lag_s,
        spark=consumer.spark,
        happening=_pause_words(consumer, now) if paused else consumer.happening,
        paused=paused,
        job_paused=job.state == "paused",
    )


def _pause_words(consumer: ConsumerStatusShape, now: int) -> str:
    """Until when, in this console's zone, and why."""
    until, reason = consumer.paused_until, consumer.pause_reason
    if until is None:
        return (
            translate("Overview", "Paused: {reason}").format(reason=reason)
            if reason
            else translate("Overview", "Paused")
        )
    at = format.minute(until, now)
    if reason:
        return translate("Overview", "Paused until {time}: {reason}").format(time=at, reason=reason)
    return translate("Overview", "Paused until {time}").format(time=at)


class Column(IntEnum):
    """The table's columns in their order."""

    LAMP = 0
    JOB = 1
    CONSUMER = 2
    SYNCED = 3
    UNSYNCED = 4
    FAILED = 5
    SKIPPED = 6
    IN = 7
    OUT = 8
    LAG = 9
    SPARK = 10
    HAPPENING = 11


NUMBERS = frozenset(
    {
        Column.SYNCED,
        Column.UNSYNCED,
        Column.FAILED,
        Column.SKIPPED,
        Column.IN,
        Column.OUT,
        Column.LAG,
    }
)


class OverviewModel(Grid[OverviewRow]):
    """Rows change in place as long as they are the same consumers, so that selection stays."""

    columns_count = len(Column)
    right = NUMBERS

    def show_rows(self, rows: Sequence[OverviewRow]) -> None:
        """Take these rows instead."""
        before = [(row.job, row.consumer) for row in self._rows]
        self.take(rows, same=[(row.job, row.consumer) for row in rows] == before)

    def row(self, index: Index) -> OverviewRow:
        """The row behind an index."""
        return self._rows[index.row()]

    def title(self, column: int) -> str:
        return heading(Column(column))

    def cell(self, row: OverviewRow, column: int) -> Cell:
        return CELLS[Column(column)](row)

    def tip(self, row: OverviewRow, column: int) -> str | None:
        return _tip(row, Column(column))


def heading(column: Column) -> str:
    """The column's title."""
    match column:
        case Column.LAMP:
            return ""
        case Column.JOB:
            return translate("Overview", "Job")
        case Column.CONSUMER:
            return translate("Overview", "Consumer")
        case Column.SYNCED:
            return translate("Overview", "Synced")
        case Column.UNSYNCED:
            return translate("Overview", "Unsynced")
        case Column.FAILED:
            return translate("Overview", "Failed")
        case Column.SKIPPED:
            return translate("Overview", "Skipped")
        case Column.IN:
            return translate("Overview", "In /s")
        case Column.OUT:
            return translate("Overview", "Out /s")
        case Column.LAG:
            return translate("Overview", "Lag")
        case Column.SPARK:
            return translate("Overview", "Last minute")
        case Column.HAPPENING:
            return translate("Overview", "What is happening")


def _tip(row: OverviewRow, column: Column) -> str | None:
    match column:
        case Column.LAMP:
            return shown.tip(health_look(row.health).word)
        case Column.HAPPENING:
            return shown.tip(row.happening)
        case Column.JOB:
            return shown.tip(row.job)
        case Column.CONSUMER:
            return shown.tip(row.consumer)
        case _:
            return None


def _count(value: int, tone: str = "") -> Cell:
    return Cell(format.number(value), right=True, tone=tone)


CELLS: dict[Column, Callable[[OverviewRow], Cell]] = {
    Column.LAMP: lambda row: Cell(lamp=health_look(row.health)),
    Column.JOB: lambda row: Cell(shown.line(row.job), bold=True),
    Column.CONSUMER: lambda row: Cell(shown.line(row.consumer) or format.DASH),
    Column.SYNCED: lambda row: _count(row.synced),
    Column.UNSYNCED: lambda row: _count(row.unsynced),
    Column.FAILED: lambda row: _count(row.failed, "dead" if row.failed else "faint"),
    Column.SKIPPED: lambda row: _count(row.skipped, "" if row.skipped else "faint"),
    Column.IN: lambda row: Cell(format.rate(row.in_per_s), right=True),
    Column.OUT: lambda row: Cell(format.rate(row.out_per_s), right=True),
    Column.LAG: lambda row: Cell(format.lag(row.lag_s), right=True),
    Column.SPARK: lambda row: Cell(
        spark=row.spark,
        spark_ink="accent" if row.health == "good" else health_look(row.health).ink,
    ),
    Column.HAPPENING: lambda row: Cell(shown.line(row.happening), tone="muted"),
}
