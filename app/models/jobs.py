"""The rows of the job list, and their table model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from app import format, shown
from app.models.cell import Cell
from app.models.grid import Grid
from app.theme.states import Look
from app.words import translate
from engine.api.wire import JobShape, JobStatusShape, StatusShape


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job. pulled: in its whole life. last_pull_at, next_pull_at: UTC ms. now: UTC ms."""

    job: str
    description: str
    state: str
    schedule: str
    consumers: int
    pulled: int
    unsynced: int
    failed: int
    last_pull_at: int | None
    next_pull_at: int | None
    problem: str
    revision: int
    now: int
    paused_until: int | None = None
    pause_reason: str = ""

    @property
    def paused(self) -> bool:
        return self.state == "paused"


def job_rows(status: StatusShape, jobs: Mapping[str, JobShape]) -> list[JobRow]:
    """The rows in the node's order; ``jobs`` adds what the documents say, where they are known."""
    return [_row(each, jobs.get(each.job), status.now) for each in status.jobs]


def _row(status: JobStatusShape, job: JobShape | None, now: int) -> JobRow:
    return JobRow(
        job=status.job,
        description=status.description,
        state=status.state,
        schedule="" if job is None else schedule_words(job.document),
        consumers=len(status.consumers),
        pulled=status.pulled,
        unsynced=sum(each.unsynced for each in status.consumers),
        failed=sum(each.failed for each in status.consumers),
        last_pull_at=status.last_pull_at,
        next_pull_at=status.next_pull_at,
        problem=status.pull_problem,
        revision=status.revision,
        now=now,
        paused_until=None if job is None else job.paused_until,
        pause_reason="" if job is None else job.pause_reason,
    )


def schedule_words(document: Mapping[str, Any]) -> str:
    """When a job's source is asked."""
    producer = document.get("producer")
    schedule = producer.get("schedule") if isinstance(producer, Mapping) else None
    match schedule:
        case {"cron": cron, **rest}:
            zone = rest.get("timezone", "UTC")
            words = translate("Jobs", "{cron} in {zone}")
            return words.format(cron=shown.line(str(cron), 60), zone=shown.line(str(zone), 40))
        case {"every": every}:
            return translate("Jobs", "every {time}").format(time=shown.line(str(every), 20))
        case _:
            return translate("Jobs", "every {time}").format(time="5s")


class Column(IntEnum):
    """The table's columns in their order."""

    LAMP = 0
    JOB = 1
    SCHEDULE = 2
    LAST_PULL = 3
    CONSUMERS = 4
    PULLED = 5
    UNSYNCED = 6
    FAILED = 7
    PROBLEM = 8


NUMBERS = frozenset({Column.CONSUMERS, Column.PULLED, Column.UNSYNCED, Column.FAILED})


class JobsModel(Grid[JobRow]):
    """Rows change in place as long as they are the same jobs, so that the selection stays."""

    columns_count = len(Column)
    right = NUMBERS

    def show_rows(self, rows: Sequence[JobRow]) -> None:
        """Take these rows instead."""
        self.take(rows, same=[row.job for row in rows] == [row.job for row in self._rows])

    def title(self, column: int) -> str:
        return heading(Column(column))

    def cell(self, row: JobRow, column: int) -> Cell:
        return CELLS[Column(column)](row)

    def tip(self, row: JobRow, column: int) -> str | None:
        return _tip(row, Column(column))


def heading(column: Column) -> str:
    """The column's title."""
    match column:
        case Column.LAMP:
            return ""
        case Column.JOB:
            return translate("Jobs", "Job")
        case Column.SCHEDULE:
            return translate("Jobs", "Schedule")
        case Column.LAST_PULL:
            return translate("Jobs", "Last pull")
        case Column.CONSUMERS:
            return translate("Jobs", "Consumers")
        case Column.PULLED:
            return translate("Jobs", "Pulled")
        case Column.UNSYNCED:
            return translate("Jobs", "Unsynced")
        case Column.FAILED:
            return translate("Jobs", "Failed")
        case Column.PROBLEM:
            return translate("Jobs", "What to know")


def job_look(row: JobRow) -> Look:
    """The light of a job; the icon names a shape of ``widgets.lamp``."""
    if row.paused:
        return Look(translate("Jobs", "paused"), "ring", "skipped")
    if row.problem:
        return Look(translate("Jobs", "the source is in trouble"), "diamond", "dead")
    if row.failed:
        return Look(translate("Jobs", "records failed"), "triangle", "retrying")
    return Look(translate("Jobs", "runs"), "disc", "delivered")


def what_to_know(row: JobRow) -> str:
    """The one thing worth knowing of a job now."""
    if row.paused:
        if row.paused_until is not None:
            words = translate("Jobs", "Paused until {time}. {reason}")
            at = format.clock(row.paused_until, row.now)
            return words.format(time=at, reason=row.pause_reason).strip()
        return translate("Jobs", "Paused. {reason}").format(reason=row.pause_reason).strip()
    return row.problem or row.description


def _tip(row: JobRow, column: Column) -> str | None:
    match column:
        case Column.LAMP:
            return shown.tip(job_look(row).word)
        case Column.JOB:
            return shown.tip(row.job)
        case Column.PROBLEM:
            return shown.tip(what_to_know(row))
        case Column.LAST_PULL if row.last_pull_at is not None:
            return shown.tip(format.utc(row.last_pull_at))
        case _:
            return None


def _count(value: int, tone: str = "") -> Cell:
    return Cell(format.number(value), right=True, tone=tone)


def _last_pull(row: JobRow) -> Cell:
    if row.last_pull_at is None:
        return Cell(translate("Jobs", "never"), tone="faint")
    return Cell(format.clock(row.last_pull_at, row.now or row.last_pull_at))


CELLS: dict[Column, Callable[[JobRow], Cell]] = {
    Column.LAMP: lambda row: Cell(lamp=job_look(row)),
    Column.JOB: lambda row: Cell(shown.line(row.job), bold=True),
    Column.SCHEDULE: lambda row: Cell(row.schedule),
    Column.LAST_PULL: _last_pull,
    Column.CONSUMERS: lambda row: _count(row.consumers, "" if row.consumers else "faint"),
    Column.PULLED: lambda row: _count(row.pulled),
    Column.UNSYNCED: lambda row: _count(row.unsynced, "" if row.unsynced else "faint"),
    Column.FAILED: lambda row: _count(row.failed, "dead" if row.failed else "faint"),
    Column.PROBLEM: lambda row: Cell(
        shown.line(what_to_know(row)), tone="dead" if row.problem and not row.paused else "muted"
    ),
}
