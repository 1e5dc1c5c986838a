"""What can be done with a row of the overview: its menu, and the same by single keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app import shown
from app.models.overview import OverviewRow
from app.theme.theme import Theme
from app.widgets.menu import Menu
from app.words import translate

RECORDS_KEY, FAILURES_KEY, RESEND_KEY = "Return", "F", "R"
PULL_KEY, PAUSE_KEY, JOB_KEY = "N", "P", "E"


@dataclass(frozen=True, slots=True)
class RowWishes:
    """What the entries do; consumer "" means the whole job."""

    records: Callable[[str, str], None]
    failures: Callable[[str, str], None]
    resend: Callable[[str, str], None]
    pull: Callable[[str], None]
    pause: Callable[[str, str], None]
    resume: Callable[[str, str], None]
    job: Callable[[str], None]


class RowMenu(Menu):
    """The menu of one row."""

    def __init__(self, theme: Theme, parent: QWidget, row: OverviewRow, wishes: RowWishes) -> None:
        super().__init__(theme, parent)
        self._row = row
        self._wishes = wishes
        job, consumer = row.job, row.consumer
        self._add(
            translate("Overview", "Show records"),
            lambda: wishes.records(job, consumer),
            RECORDS_KEY,
        )
        if row.failed:
            self._add(
                translate("Overview", "Show %Ln failure(s) by cause", "", row.failed),
                lambda: wishes.failures(job, consumer),
                FAILURES_KEY,
            )
            self._add(
                translate("Overview", "Resend %Ln failed record(s)…", "", row.failed),
                lambda: wishes.resend(job, consumer),
                RESEND_KEY,
            )
        self.addSeparator()
        self._add_running()
        self.addSeparator()
        self._add(
            translate("Overview", "Edit job {job}").format(job=shown.label(job)),
            lambda: wishes.job(job),
            JOB_KEY,
        )

    def _add_running(self) -> None:
        row, wishes = self._row, self._wishes
        job, consumer = shown.label(row.job), shown.label(row.consumer)
        self._add(
            translate("Overview", "Pull {job} now").format(job=job),
            lambda: wishes.pull(row.job),
            PULL_KEY,
        )
        if row.job_paused:
            self._add(
                translate("Overview", "Resume job {name}").format(name=job),
                lambda: wishes.resume(row.job, ""),
                PAUSE_KEY,
            )
        elif row.consumer and row.paused:
            self._add(
                translate("Overview", "Resume consumer {name}").format(name=consumer),
                lambda: wishes.resume(row.job, row.consumer),
                PAUSE_KEY,
            )
        elif row.consumer:
            self._add(
                translate("Overview", "Pause consumer {name}…").format(name=consumer),
                lambda: wishes.pause(row.job, row.consumer),
                PAUSE_KEY,
            )
        if not row.job_paused:
            self._add(
                translate("Overview", "Pause job {name}…").format(name=job),
                lambda: wishes.pause(row.job, ""),
                "" if row.consumer else PAUSE_KEY,
            )

    def _add(self, words: str, run: Callable[[], None], keys: str = "") -> QAction:
        action = self.addAction(words)
        action.triggered.connect(lambda: run())
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutVisibleInContextMenu(True)
        return action

    def by_key(self, keys: str) -> None:
        """Do what the entry with these keys does; nothing where there is none."""
        wanted = QKeySequence(keys)
        for action in self.actions():
            if action.shortcut() == wanted:
                action.trigger()
                return
