"""The overview's rows, one for each job and consumer, and their table model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app import format, shown
from app.models.cell import CELL_ROLE, ROW_ROLE, Cell
from app.theme.states import health_look
from app.words import translate
from engine.api.wire import ConsumerStatusShape, JobStatusShape, StatusShape

Index = QModelIndex | QPersistentModelIndex
ALIGN_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ALIGN_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


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


class OverviewModel(QAbstractTableModel):
    """Rows change in place as long as they are the same consumers, so that selection stays."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[OverviewRow] = []

    def show_rows(self, rows: list[OverviewRow]) -> None:
        """Take these rows instead."""
        same = [(row.job, row.consumer) for row in rows] == [
            (row.job, row.consumer) for row in self._rows
        ]
        if same and rows:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(Column) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @property
    def rows(self) -> list[OverviewRow]:
        """All rows, from the top."""
        return self._rows

    def row(self, index: Index) -> OverviewRow:
        """The row behind an index."""
        return self._rows[index.row()]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return heading(Column(section))
            case Qt.ItemDataRole.TextAlignmentRole:
                return ALIGN_RIGHT if section in NUMBERS else ALIGN_LEFT
            case _:
                return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case _ if role == CELL_ROLE:
                return CELLS[Column(index.column())](row)
            case _ if role == ROW_ROLE:
                return row
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                cell = CELLS[Column(index.column())](row)
                return cell.lamp.word if cell.lamp else cell.text
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(row, Column(index.column()))
            case _:
                return None


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
