"""Joins the records page and the session: reads pages, keeps rows fresh, follows, shows details."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from app import format, shown
from app.connection import Phase
from app.flows.resend import Resending
from app.models.record_filter import RecordFilter
from app.models.record_rows import RecordRow, record_row
from app.pages import exchange
from app.pages.record_detail import why_words
from app.pages.records import RecordsPage
from app.session import Session
from app.theme.states import STATES, state_look
from app.theme.theme import Theme
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import ConsumerStatusShape, RecordQuery, StateWord, StatusShape

PAGE_ROWS = 200
KEPT_AT_MOST = 20
TICK_MS = 1000


class RecordsFlow(QObject):
    """One for the page's life. ``show`` when the page comes to the front, ``hide`` when it goes."""

    def __init__(self, theme: Theme, page: RecordsPage, session: Session) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self.resending = Resending(theme, page, session, self.refresh)
        self._shown = False
        self._loaded: RecordFilter | None = None
        self._query = RecordQuery()
        self._next: str | None = None
        self._listing: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._follow = False
        self._status = StatusShape()
        self._counted: object = None
        self._matching: dict[str | None, int] | None = None
        self._newest = 0
        self._kept: set[int] = set()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(lambda: page.model.tick(session.now()))
        self._wire()

    def _wire(self) -> None:
        page, session = self._page, self._session
        page.filter_changed.connect(lambda _: self.reload())
        page.reload_wanted.connect(self.reload)
        page.newer_wanted.connect(self.reload)
        page.more_wanted.connect(self._read_more)
        page.follow_changed.connect(self._follow_changed)
        page.record_wanted.connect(self._read_record)
        page.versions_wanted.connect(self._read_versions)
        page.resend_wanted.connect(self._resend)
        page.resend_all_wanted.connect(lambda: self.resending.all_matching(page.filter))
        page.curl_wanted.connect(self._copy_curl)
        page.why_wanted.connect(self._explain)
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
        for task in (self._listing, self._refreshing):
            if task is not None:
                task.cancel()
        self._loaded = self._page.filter
        self._query = self._page.filter.query(self._session.now())
        self._matching = None
        self._kept.clear()
        self._page.model.tick(self._session.now())
        self._page.show_reading()
        self._show_totals()
        self._listing = self._session.start(self._read_first())

    async def _read_first(self) -> None:
        try:
            answer = await self._session.records(self._query, None, PAGE_ROWS)
        except (ApiError, ConnectionLost) as error:
            self._loaded = None
            self._page.show_problem(error.sentence, error.hint)
            return
        self._next = answer.next
        rows = [record_row(shape) for shape in answer.records]
        self._newest = rows[0].id if rows else 0
        self._page.show_first(rows, more=answer.next is not None)
        self._show_totals()
        if self._loaded is not None and self._loaded.narrow and answer.next is not None:
            await self._count()

    async def _count(self) -> None:
        """How many match, where counters cannot tell; asked only after the rows are shown."""
        states: tuple[StateWord | None, ...] = self._query.states or (None,)
        counts: dict[str | None, int] = {}
        for state in states:
            asked = () if state is None else (state,)
            try:
                count = await self._session.count(self._query.model_copy(update={"states": asked}))
            except (ApiError, ConnectionLost):
                return
            if not count.exact:
                return
            counts[state] = count.count
        self._matching = counts
        self._show_totals()

    def _read_more(self) -> None:
        if self._listing is None or self._listing.done():
            self._listing = self._session.start(self._read_next())

    async def _read_next(self) -> None:
        try:
            answer = await self._session.records(self._query, self._next, PAGE_ROWS)
        except (ApiError, ConnectionLost) as error:
            self._page.model.give_up_asking()
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
            counted = self._numbers()
            if counted != self._counted:
                self._counted = counted
                self.refresh()

    def _numbers(self) -> object:
        """Changes when something of the filter's jobs moved."""
        return tuple(
            (c.pulled, c.synced, c.failed, c.skipped, c.pending, c.sending, c.retrying)
            for c in self._consumers()
        )

    def refresh(self) -> None:
        """Take newer states of the rows that are shown, and look for new rows."""
        busy = any(
            task is not None and not task.done() for task in (self._listing, self._refreshing)
        )
        if self._shown and not busy and self._loaded is not None:
            self._refreshing = self._session.start(self._take_newer())

    async def _take_newer(self) -> None:
        try:
            answer = await self._session.records(self._query, None, PAGE_ROWS)
            rows = [record_row(shape) for shape in answer.records]
            gone, held = self._gone(rows)
            again = [record_row(await self._session.record(each)) for each in held]
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
        shown_id = self._page.detail.record_id
        if shown_id is not None:
            await self._show_record(shown_id)

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
    def _consumers(self) -> list[ConsumerStatusShape]:
        chosen = self._page.filter
        return [
            consumer
            for job in self._status.jobs
            if chosen.job in ("", job.job)
            for consumer in job.consumers
            if chosen.consumer in ("", consumer.consumer)
        ]

    def _show_totals(self) -> None:
        """From the counters, never by counting: how many match, where counters can tell."""
        chosen = self._page.filter
        wanted = [state for state in STATES if state in (chosen.states or STATES)]
        total: int | None = None
        if not chosen.narrow:
            counts: dict[str | None, int] = dict(_counts(self._consumers()))
            total = sum(counts[state] for state in wanted)
        elif self._page.model.complete:
            counts = dict(self._page.model.states())
        elif self._matching is not None:
            counts = self._matching
            total = sum(counts.values())
        else:
            counts = {}
        words = " · ".join(
            translate("Records", "{n} {state}").format(
                n=format.number(counts[state]), state=state_look(state).word
            )
            for state in wanted
            if counts.get(state)
        )
        self._page.show_total(None if self._shared() else total, words)

    def _shared(self) -> bool:
        """Whether a record of the filter may have several deliveries: then sums count it twice."""
        chosen = self._page.filter
        return not chosen.consumer and any(
            len(job.consumers) != 1 for job in self._status.jobs if chosen.job in ("", job.job)
        )

    # ------------------------------------------------------------ one record
    def _read_record(self, record_id: object) -> None:
        assert isinstance(record_id, int)
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._session.start(self._show_record(record_id))

    async def _show_record(self, record_id: int) -> None:
        try:
            record = await self._session.record(record_id)
        except ConnectionLost:
            return  # the banner says so
        except ApiError as error:
            self._page.detail.say(error.sentence, error.hint, "warning")
            return
        self._page.show_record(record)

    def _read_versions(self, record_id: int) -> None:
        self._run(self._show_versions(record_id))

    async def _show_versions(self, record_id: int) -> None:
        self._page.detail.show_versions(record_id, await self._session.versions(record_id))

    def _copy_curl(self, record_id: int, consumer: str) -> None:
        self._run(self._put_curl(record_id, consumer))

    async def _put_curl(self, record_id: int, consumer: str) -> None:
        command = exchange.as_curl(await self._session.record(record_id), consumer)
        if command is None:
            self._page.toast.say(
                translate("Records", "Nothing was sent yet."), "retrying", "triangle"
            )
            return
        QGuiApplication.clipboard().setText(command)
        self._page.toast.say(translate("Records", "Copied as cURL. Secrets are masked in it."))

    def _explain(self, record_id: int, consumer: str) -> None:
        self._run(self._say_why(record_id, consumer))

    async def _say_why(self, record_id: int, consumer: str) -> None:
        record = await self._session.record(record_id)
        for delivery in record.deliveries:
            if delivery.consumer == consumer:
                look = state_look(delivery.state)
                self._page.toast.say(shown.line(why_words(delivery), 600), look.ink)

    # ------------------------------------------------------------ resend
    def _resend(self, rows: list[RecordRow], consumer: str | None) -> None:
        self._kept |= {row.id for row in rows}
        self.resending.selected(rows, consumer)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._session.start(self._told(work))

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (ApiError, ConnectionLost) as error:
            self._page.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")


def _counts(consumers: list[ConsumerStatusShape]) -> dict[str, int]:
    return {
        "dead": sum(c.failed for c in consumers),
        "retrying": sum(c.retrying for c in consumers),
        "sending": sum(c.sending for c in consumers),
        "pending": sum(c.pending for c in consumers),
        "delivered": sum(c.synced for c in consumers),
        "skipped": sum(c.skipped for c in consumers),
    }
