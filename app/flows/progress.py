"""Joins the strip at the window's foot and the work that is followed."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.flows.operations import Operations
from app.models.work import Work
from app.navigator import Navigator
from app.session import Session
from app.theme.theme import Theme
from app.widgets.progress import ProgressStrip
from app.widgets.report import Report


class ProgressFlow(QObject):
    """One for the window's life."""

    def __init__(
        self, theme: Theme, strip: ProgressStrip, session: Session, navigator: Navigator
    ) -> None:
        super().__init__(strip)
        self._theme = theme
        self._strip = strip
        self._navigator = navigator
        self._operations = Operations.of(session)
        self._operations.changed.connect(self._show)
        strip.pause_wanted.connect(self._pause)
        strip.resume_wanted.connect(self._resume)
        strip.cancel_wanted.connect(self._operations.cancel)
        strip.put_away_wanted.connect(self._put_away)
        strip.report_wanted.connect(self.report)
        strip.all_wanted.connect(self._show_all)
        self._show()

    def _show(self) -> None:
        self._strip.show_rows(self._operations.rows())

    def _pause(self, work: Work) -> None:
        if work.operation_id is not None:
            self._operations.pause(work.operation_id)

    def _resume(self, work: Work) -> None:
        if work.operation_id is not None:
            self._operations.resume(work.operation_id)

    def _put_away(self, work: Work) -> None:
        self._operations.put_away(work.key)

    def _show_all(self) -> None:
        self._navigator.activity()

    def report(self, work: Work) -> None:
        """Its result in full."""
        Report(self._theme, self._strip.window(), work).open()
