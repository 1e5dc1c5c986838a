"""Two fields that choose a job and one of its consumers, or any."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app import shown
from app.theme.theme import Theme
from app.widgets.field_button import FieldButton
from app.widgets.menu import Menu
from app.words import Worded, translate


class ConsumerChoice(Worded):
    """changed: job and consumer, "" for any."""

    changed = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._jobs: dict[str, tuple[str, ...]] = {}
        self.job = ""
        self.consumer = ""
        self.job_field = FieldButton(theme, self._job_menu)
        self.consumer_field = FieldButton(theme, self._consumer_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.job_field)
        row.addWidget(self.consumer_field)
        self.wording()

    def wording(self) -> None:
        anything = translate("Filter", "any")
        self.job_field.show_value(translate("Filter", "Job"), self.job or anything)
        self.consumer_field.show_value(translate("Filter", "Consumer"), self.consumer or anything)

    def show_jobs(self, jobs: dict[str, tuple[str, ...]]) -> None:
        """The jobs and their consumers that can be chosen."""
        self._jobs = jobs

    def choose(self, job: str, consumer: str) -> None:
        """Set both; tells ``changed`` when they are others."""
        if (job, consumer) != (self.job, self.consumer):
            self.job, self.consumer = job, consumer
            self.wording()
            self.changed.emit(job, consumer)

    def _job_menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        self._entry(menu, translate("Filter", "Any job"), "", "", not self.job)
        menu.addSeparator()
        for job in self._jobs:
            self._entry(menu, shown.label(job), job, "", job == self.job)
        return menu

    def _consumer_menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        anyone = translate("Filter", "Any consumer")
        self._entry(menu, anyone, self.job, "", not self.consumer)
        menu.addSeparator()
        for job, consumers in self._jobs.items():
            if self.job not in ("", job):
                continue
            for name in consumers:
                words = shown.label(name)
                if not self.job:
                    words = translate("Filter", "{job} → {consumer}").format(
                        job=shown.label(job), consumer=words
                    )
                chosen = (job, name) == (self.job, self.consumer)
                self._entry(menu, words, job, name, chosen)
        return menu

    def _entry(self, menu: Menu, words: str, job: str, consumer: str, chosen: bool) -> None:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda: self.choose(job, consumer))
