"""Joins the records page and the session: what the page wishes goes to whoever can do it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer

from app.connection import Phase
from app.flows.export import Exporting
from app.flows.flow import Flow
from app.flows.record import RecordFlow
from app.flows.record_list import RecordList
from app.flows.resend import Resending
from app.models.record_filter import RecordFilter, from_text, to_text
from app.models.record_rows import RecordRow
from app.navigator import Navigator, OneRecord, Target
from app.pages.records import RecordsPage
from app.session import Session
from app.settings import Settings
from app.theme.theme import Theme
from app.widgets.palette import Choice
from app.words import translate
from engine.api.wire import StatusShape

TICK_MS = 1000


class RecordsFlow(Flow):
    """One for the page's life."""

    def __init__(
        self,
        theme: Theme,
        page: RecordsPage,
        session: Session,
        navigator: Navigator,
        settings: Settings,
    ) -> None:
        super().__init__(page)
        self._navigator = navigator
        self._page = page
        self._session = session
        self._settings = settings
        self.record = RecordFlow(page, session, navigator)
        self.list = RecordList(page, session, self.record.refresh)
        self.resending = Resending(theme, page, session, self.list.refresh)
        self.exporting = Exporting(theme, page, session)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._count_down)
        self._wire()
        page.filter_bar.show_saved(tuple(settings.saved_filters))

    def _wire(self) -> None:
        page, session, bar = self._page, self._session, self._page.filter_bar
        page.filter_changed.connect(self.reload)
        page.reload_wanted.connect(self.reload)
        page.follow_changed.connect(self.list.follow)
        page.resend_wanted.connect(self._resend)
        page.resend_how_wanted.connect(self._resend_how)
        page.resend_all_wanted.connect(self._resend_all)
        page.skip_wanted.connect(self._skip)
        page.skip_all_wanted.connect(self._skip_all)
        page.export_wanted.connect(self._export)
        page.export_all_wanted.connect(self._export_all)
        bar.save_wanted.connect(self._save_filter)
        bar.saved_wanted.connect(self._use_saved)
        bar.forget_wanted.connect(self._forget_saved)
        session.status_arrived.connect(self._status_arrived)
        session.connection_changed.connect(self._connection_changed)

    # ------------------------------------------------------------ life
    def show(self) -> None:
        """The page is looked at: read what it asks for, keep it fresh."""
        self.list.shown = True
        self._tick.start()
        self._catch_up()

    def hide(self) -> None:
        """Nobody looks: nothing is asked."""
        self.list.shown = False
        self._tick.stop()

    def _catch_up(self) -> None:
        """Take what is newer; all of it where what is asked for now was not read."""
        if self.list.is_current:
            self.list.refresh()
        else:
            self.list.reload()

    def reload(self) -> None:
        """Read the first page anew."""
        self.list.reload()

    def go(self, target: Target) -> None:
        """A filter, which the page reads when it is shown; or one record among its versions."""
        if isinstance(target, RecordFilter):
            self._page.filter_bar.set_filter(target)
        elif isinstance(target, OneRecord):
            self.record.find(target.record_id)

    def choices(self) -> list[Choice]:
        """The failed records, and the saved filters."""
        action = translate("Palette", "Action")
        failed = partial(self._navigator.records, RecordFilter(states=("dead",)))
        choices = [Choice(translate("Records", "Show failed records"), action, "warning", failed)]
        kind = translate("Palette", "Filter")
        for name, text in self._settings.saved_filters.items():
            chosen = from_text(text)
            if chosen is not None:
                run = partial(self._navigator.records, chosen)
                choices.append(Choice(name, kind, "bookmark", run))
        return choices

    def _count_down(self) -> None:
        now = self._session.now()
        self._page.model.tick(now)
        self._page.filter_bar.tick(now)

    def _status_arrived(self, status: StatusShape) -> None:
        self._page.filter_bar.show_jobs(
            {job.job: tuple(c.consumer for c in job.consumers) for job in status.jobs}
        )
        self.list.take_status(status)

    def _connection_changed(self, connection: object) -> None:
        if self._session.connection.phase is Phase.CONNECTED and self.list.shown:
            self._catch_up()

    # ------------------------------------------------------------ saved filters
    def _save_filter(self, name: str) -> None:
        self._settings.saved_filters = {
            **self._settings.saved_filters,
            name: to_text(self._page.filter),
        }
        self._page.filter_bar.show_saved(tuple(self._settings.saved_filters))

    def _use_saved(self, name: str) -> None:
        chosen = from_text(self._settings.saved_filters.get(name, ""))
        if chosen is not None:
            self._page.filter_bar.set_filter(chosen)

    def _forget_saved(self, name: str) -> None:
        kept = {each: text for each, text in self._settings.saved_filters.items() if each != name}
        self._settings.saved_filters = kept
        self._page.filter_bar.show_saved(tuple(kept))

    # ------------------------------------------------------------ resend
    def _resend(self, rows: list[RecordRow], consumer: str | None) -> None:
        self.list.keep({row.id for row in rows})
        self.resending.selected(rows, consumer)

    def _resend_all(self) -> None:
        self.resending.all_matching(self._page.filter)

    def _resend_how(self, rows: list[RecordRow], consumer: str | None) -> None:
        self.list.keep({row.id for row in rows})
        self.resending.selected(rows, consumer, ask=True)

    def _skip(self, rows: list[RecordRow], consumer: str | None) -> None:
        self.list.keep({row.id for row in rows})
        self.resending.skip_selected(rows, consumer)

    def _skip_all(self) -> None:
        self.resending.skip_matching(self._page.filter)

    # ------------------------------------------------------------ export
    def _export(self, rows: list[RecordRow]) -> None:
        self.exporting.selected(rows)

    def _export_all(self) -> None:
        query = self._page.filter.query(self._session.now())
        self.exporting.matching(query, self._page.total)
