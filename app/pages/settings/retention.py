"""Settings, Retention: how long each job keeps bodies and attempts, and what holds by default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal

from app import shown
from app.models.cell import Cell
from app.models.columns import ColumnGrid, ColumnOf
from app.pages.settings.section import Section
from app.theme.theme import Theme
from app.widgets.basics import PlainLabel
from app.widgets.short_table import ShortTable
from app.words import translate
from engine.api.wire import JobShape


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long one job keeps what is delivered or skipped; as its document says it."""

    job: str
    bodies: str
    attempts: str
    own: bool


def keeping(job: JobShape) -> Keeping:
    """Of a job with its document complete, as the node answers it."""
    found = job.document.get("retention")
    retention = found if isinstance(found, dict) else {}
    return Keeping(
        job.job,
        str(retention.get("bodies", "")),
        str(retention.get("attempts", "")),
        bool(retention),
    )


class RetentionSection(Section):
    """job_wanted: its name, to change it in its editor."""

    job_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            translate("Retention", "Retention"),
            translate(
                "Retention",
                "What is delivered or skipped is removed by age, job by job. Failed and unsynced "
                "records are never removed by age.",
            ),
        )
        words = translate(
            "Retention",
            "A job that says nothing keeps bodies for 30 days and attempts for 90 days. "
            "Counts stay for ever.",
        )
        label = PlainLabel(words, tone="muted")
        label.setWordWrap(True)
        self.card(translate("Retention", "By default")).addWidget(label)
        model = ColumnGrid(_columns(), lambda one: one.job, self)
        self.list = ShortTable(theme, model, translate("Retention", "Jobs"), "clock")
        self.body.addWidget(self.list)
        self.list.table.activated.connect(self._activated)
        self.list.say(translate("Retention", "Reading…"), "")

    def show_jobs(self, jobs: Sequence[JobShape]) -> None:
        """A line a job."""
        self.list.show_rows([keeping(job) for job in jobs])
        self.list.say(
            translate("Retention", "No job yet"),
            translate("Retention", "Each job says in its own form how long it keeps things."),
            "clock",
        )

    def _activated(self) -> None:
        if self.list.row is not None:
            self.job_wanted.emit(self.list.row.job)


def _columns() -> list[ColumnOf[Keeping]]:
    return [
        ColumnOf(
            translate("Retention", "Job"), lambda one, _: Cell(shown.line(one.job, 80), bold=True)
        ),
        ColumnOf(translate("Retention", "Bodies"), lambda one, _: _age(one.bodies, "30d"), px=180),
        ColumnOf(
            translate("Retention", "Attempts"), lambda one, _: _age(one.attempts, "90d"), px=180
        ),
    ]


def _age(written: str, default: str) -> Cell:
    if written:
        return Cell(shown.line(written, 40))
    return Cell(translate("Retention", "{age}, by default").format(age=default), tone="muted")
