"""Joins the records page and the session: reads pages, keeps rows fresh, follows, shows details."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QTimer

from app.connection import Phase
from app.flows.flow import Flow
from app.flows.record import RecordFlow
from app.flows.resend import Resending
from app.flows.totals import (
    count_states,
    fingerprint,
    from_counters,
    has_several_consumers,
    totals_words,
)
from app.models.record_filter import RecordFilter
from app.models.record_rows import RecordRow, record_row
from app.navigator import Navigator, Target
from app.pages.records import RecordsPage
from app.session import Session
from app.theme.theme import Theme
from app.widgets.palette import Choice
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import RecordPageShape, RecordQuery, StatusShape

PAGE_ROWS = 200
KEPT_AT_MOST = 20
TICK_MS = 1000


class RecordsFlow(Flow):
    """One for the page's life."""

    def __init__(
        self, theme: Theme, page: RecordsPage, session: Session, navigator: Navigator
    ) -> None:
        super().__init__(page)
        self._navigator = navigator
        self._page = page
        self._session = session
        self.record = RecordFlow(page, session)
        self.resending = Resending(theme, page, session, self.refresh)
        self._shown = False
        self._loaded: RecordFilter | None = None
        self._query = RecordQuery()
        self._next: str | None = None
        self._listing: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._counting: asyncio.Task[None] | None = None
        self._follow = False
        self._status = StatusShape()
        self._moved: object = None
        self._counted: dict[str, int] | None = None
        self._newest = 0
        self._kept: set[int] = set()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._count_down)
        self._wire()

    def _wire(self) -> None:
        page, session = self._page, self._session
        page.filter_changed.connect(lambda _: self.reload())
        page.reload_wanted.connect(self.reload)
        page.newer_wanted.connect(self.reload)
        page.more_wanted.connect(self._read_more)
        page.follow_changed.connect(self._follow_changed)
        page.resend_wanted.connect(self._resend)
        page.resend_all_wanted.connect(lambda: self.resending.all_matching(page.filter))
        session.status_arrived.connect(self._status_arrived)
        session.connection_changed.connect(self._connection_changed)

    # ------------------------------------------------------------ life
    def show(self) -> None:
        """The page is looked at: read what it asks for, keep it fresh."""
        self._shown = True
        self._tick.start()
        if self._loaded != self._page.filter:
            self.reload()
        else:
            self.refresh()

    def hide(self) -> None:
        """Nobody looks: nothing is asked."""
        self._shown = False
        self._tick.stop()

    def _count_down(self) -> None:
        self._page.model.tick(self._session.now())

    def go(self, target: Target) -> None:
        """A filter; the page reads it when it is shown."""
        if isinstance(target, RecordFilter):
            self._page.filter_bar.set_filter(target)

    def choices(self) -> list[Choice]:
        """The failed records."""
        return [
            Choice(
                translate("Records", "Show failed records"),
                translate("Palette", "Action"),
                "warning",
                partial(self._navigator.records, RecordFilter(states=("dead",))),
            )
        ]

    def _connection_changed(self, connection: object) -> None:
        if self._session.connection.phase is Phase.CONNECTED and self._shown:
            if self._page.model.rows:
                self.refresh()
            else:
                self.reload()

    # ------------------------------------------------------------ listing
    def reload(self) -> None:
        """Read the first page anew."""
        if not self._shown:
            self._loaded = None
            return
        for task in (self._listing, self._refreshing, self._counting):
            if task is not None:
                task.cancel()
        self._loaded = self._page.filter
        self._query = self._page.filter.query(self._session.now())
        self._counted = None
        self._kept.clear()
        self._page.model.tick(self._session.now())
        self._page.show_reading()
        self._show_totals()
        self._listing = self._session.start(self._read_first())

    async def _read_page(self, after: str | None) -> RecordPageShape:
        query = self._query
        return await self._session.ask(lambda node: node.records(query, after, PAGE_ROWS))

    async def _read_row(self, record_id: int) -> RecordRow:
        return record_row(await self._session.ask(lambda node: node.record(record_id)))

    async def _read_first(self) -> None:
        try:
            answer = await self._read_page(None)
        except (ApiError, ConnectionLost) as error:
            self._loaded = None
            self._page.show_problem(error.sentence, error.hint)
            return
        self._next = answer.next
        rows = [record_row(shape) for shape in answer.records]
        self._newest = rows[0].id if rows else 0
        self._page.show_first(rows, more=answer.next is not None)
        self._show_totals()
        if self._page.filter.narrow and answer.next is not None:
            self._counting = self._session.start(self._count())

    def _read_more(self) -> None:
        if self._listing is None or self._listing.done():
            self._listing = self._session.start(self._read_next())

    async def _read_next(self) -> None:
        try:
            answer = await self._read_page(self._next)
        except (ApiError, ConnectionLost) as error:
            self._page.show_problem(error.sentence, error.hint)
            return
        self._next = answer.next
        rows = [record_row(shape) for shape in answer.records]
        self._page.show_more(rows, more=answer.next is not None)

    # ------------------------------------------------------------ freshness
    def _status_arrived(self, status: StatusShape) -> None:
        self._status = status
        self._page.filter_bar.show_jobs(
            {job.job: tuple(c.consumer for c in job.consumers) for job in status.jobs}
        )
        if self._shown:
            self._show_totals()
            moved = fingerprint(status, self._page.filter)
            if moved != self._moved:
                self._moved = moved
                self.refresh()

    def refresh(self) -> None:
        """Take newer states of the rows that are shown, and look for new rows."""
        busy = any(
            task is not None and not task.done() for task in (self._listing, self._refreshing)
        )
        if self._shown and not busy and self._loaded is not None:
            self._refreshing = self._session.start(self._take_newer())

    async def _take_newer(self) -> None:
        try:
            answer = await self._read_page(None)
            rows = [record_row(shape) for shape in answer.records]
            gone, held = self._gone(rows)
            again = [await self._read_row(each) for each in held]
        except (ApiError, ConnectionLost):
            return  # the banner says so; it is tried again with the next status
        self._page.show_fresh([*rows, *again], gone)
        newer = [row for row in rows if row.id > self._newest]
        if self._follow or not self._page.model.rows:
            if newer and len(newer) == len(rows) and answer.next is not None:
                self._newest = newer[0].id
                self._next = answer.next
                self._page.show_first(rows, more=True)
            elif newer:
                self._newest = newer[0].id
                self._page.show_newer(newer)
        else:
            all_new = len(newer) == len(rows) and answer.next is not None
            self._page.show_waiting_newer(len(newer), at_least=all_new)
        await self.record.refresh()

    def _gone(self, rows: list[RecordRow]) -> tuple[set[int], list[int]]:
        """Rows of this stretch that match no more: those to take away, those to read anew.

        What is selected or was sent again stays in sight.
        """
        model = self._page.model
        oldest = rows[-1].id if len(rows) == PAGE_ROWS else 0
        still = {row.id for row in rows}
        gone = {row.id for row in model.rows if row.id >= oldest and row.id not in still}
        held = gone & ({row.id for row in self._page.chosen_rows()} | self._kept)
        return gone - held, sorted(held, reverse=True)[:KEPT_AT_MOST]

    def _follow_changed(self, on: bool) -> None:
        self._follow = on
        if on:
            self.reload()

    # ------------------------------------------------------------ totals
    def _show_totals(self) -> None:
        """How many match: from counters, from the rows where all are here, else as counted."""
        chosen, model = self._page.filter, self._page.model
        counts: Mapping[str, int] | None = self._counted
        if not chosen.narrow:
            counts = from_counters(self._status, chosen)
        elif model.complete:
            counts = model.states()
        twice = counts is None or has_several_consumers(self._status, chosen)
        self._page.show_total(
            None if twice or counts is None else sum(counts.values()),
            totals_words(counts or {}),
        )

    async def _count(self) -> None:
        """Where counters cannot tell; asked only after the rows are shown, and never open-ended."""
        try:
            self._counted = await count_states(self._session, self._query)
        except (ApiError, ConnectionLost):
            return
        self._show_totals()

    # ------------------------------------------------------------ resend
    def _resend(self, rows: list[RecordRow], consumer: str | None) -> None:
        self._kept |= {row.id for row in rows}
        self.resending.selected(rows, consumer)
