"""Reads the records grid's rows: pages, searches that can be stopped, newer rows, follow mode.

What counters cannot tell is counted after the rows are shown. Not for one record's detail, which is
``flows.record``'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from PySide6.QtCore import QObject

from app.flows.totals import (
    count_states,
    fingerprint,
    from_counters,
    has_several_consumers,
    totals_words,
)
from app.models.record_filter import RecordFilter
from app.models.record_rows import RecordRow, record_row
from app.pages.records import RecordsPage
from app.session import Session
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import RecordPageShape, RecordQuery, StatusShape

PAGE_ROWS = 200
ROWS_AT_MOST = 20_000
"""Rows of the grid; who scrolls further is better served by a filter, and memory stays flat."""
FOLLOWED_AT_MOST = 2_000
"""Rows while new ones come in by themselves."""
KEPT_AT_MOST = 20


class RecordList(QObject):
    """refreshed: what else is to be read whenever newer rows were looked for."""

    def __init__(
        self, page: RecordsPage, session: Session, refreshed: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._refreshed = refreshed
        self.shown = False
        self._loaded: RecordFilter | None = None
        self._query = RecordQuery()
        self._next: str | None = None
        self._scanned = 0
        self._listing: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._counting: asyncio.Task[None] | None = None
        self._again = False
        self._follow = False
        self._status = StatusShape()
        self._moved: object = None
        self._counted: dict[str, int] | None = None
        self._newest = 0
        self._kept: set[int] = set()
        bar = page.filter_bar
        page.more_wanted.connect(self._read_more)
        page.newer_wanted.connect(self._show_newest)
        page.top_reached.connect(self._top_reached)
        bar.stop_wanted.connect(self._stop)
        bar.go_on_wanted.connect(self._go_on)

    @property
    def is_current(self) -> bool:
        """What the filter bar asks for was read."""
        return self._loaded == self._page.filter

    def keep(self, ids: set[int]) -> None:
        """These stay in sight even when they match no more."""
        self._kept |= ids

    # ------------------------------------------------------------ listing
    def reload(self) -> None:
        """Read the first page anew."""
        if not self.shown:
            self._loaded = None
            return
        for task in (self._listing, self._refreshing, self._counting):
            if task is not None:
                task.cancel()
        page, now = self._page, self._session.now()
        self._loaded = page.filter
        self._query = page.filter.query(now)
        self._counted = None
        self._kept.clear()
        self._scanned = 0
        page.model.tick(now)
        page.filter_bar.tick(now)
        page.show_reading()
        self._show_totals()
        self._listing = self._started(self._read_first())

    async def _read_page(self, after: str | None) -> RecordPageShape:
        query = self._query
        answer = await self._session.ask(lambda node: node.records(query, after, PAGE_ROWS))
        self._scanned += answer.scanned or 0
        return answer

    async def _read_first(self) -> None:
        try:
            answer = await self._read_page(None)
        except (ApiError, ConnectionLost) as error:
            self._loaded = None
            self._tell_problem(error)
            return
        self._next = answer.next
        rows = [record_row(shape) for shape in answer.records]
        self._newest = rows[0].id if rows else 0
        self._page.show_first(rows, more=answer.next is not None)
        self._show_totals()
        await self._search(len(rows))
        if self._page.filter.can_be_counted and self._next is not None:
            self._counting = self._session.start(self._count())

    def _read_more(self) -> None:
        if self._listing is None or self._listing.done():
            if len(self._page.model.rows) >= ROWS_AT_MOST:
                self._page.show_full(ROWS_AT_MOST)
                return
            self._listing = self._started(self._search(0))

    async def _search(self, found: int) -> None:
        """Read on until a page's worth of rows is there: a page may come back short or empty."""
        bar = self._page.filter_bar
        while self._next is not None and found < PAGE_ROWS:
            if self._scanned:
                bar.show_scan(self._scanned, running=True, more=True)
            try:
                answer = await self._read_page(self._next)
            except (ApiError, ConnectionLost) as error:
                self._tell_problem(error)
                return
            self._next = answer.next
            rows = [record_row(shape) for shape in answer.records]
            found += len(rows)
            self._newest = self._newest or (rows[0].id if rows else 0)
            self._page.show_more(rows, more=answer.next is not None)
        if self._scanned:
            bar.show_scan(self._scanned, running=False, more=self._next is not None)
        self._page.show_searched()
        self._show_totals()

    def _stop(self) -> None:
        if self._listing is not None:
            self._listing.cancel()
            self._listing = None
            if self._again:
                self.refresh()
        self._page.filter_bar.show_scan(self._scanned, running=False, more=self._next is not None)
        self._page.show_searched()

    def _go_on(self) -> None:
        if self._listing is None or self._listing.done():
            self._listing = self._started(self._search(0))

    def _tell_problem(self, error: ApiError | ConnectionLost) -> None:
        if isinstance(error, ApiError) and error.path.startswith("expression"):
            self._page.filter_bar.show_problem(error.sentence)
            self._page.show_problem(error.sentence, error.hint, is_wish=True)
            return
        self._page.show_problem(error.sentence, error.hint)

    # ------------------------------------------------------------ freshness
    def take_status(self, status: StatusShape) -> None:
        """The node told new numbers: something of what is shown may have moved."""
        self._status = status
        if not self.shown:
            return
        self._show_totals()
        moved = fingerprint(status, self._page.filter)
        if moved != self._moved:
            self._moved = moved
            if self._follow or not self._page.filter.expression:
                self.refresh()

    def refresh(self) -> None:
        """Take newer states of the rows that are shown, and look for new rows."""
        tasks = (self._listing, self._refreshing)
        self._again = any(task is not None and not task.done() for task in tasks)
        if self.shown and not self._again and self._loaded is not None:
            self._refreshing = self._started(self._take_newer())

    def _started(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Reading of the list. What moves meanwhile may be missing in it, and is read after it."""
        task = self._session.start(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._again and not task.cancelled():
            self.refresh()

    async def _take_newer(self) -> None:
        query = self._query
        try:
            answer = await self._session.ask(lambda node: node.records(query, None, PAGE_ROWS))
            rows = [record_row(shape) for shape in answer.records]
            gone, held = self._gone(rows, whole=answer.next is None)
            again = [await self._read_row(each) for each in held]
        except (ApiError, ConnectionLost):
            return  # the banner says so; it is tried again with the next status
        self._page.show_fresh([*rows, *again], gone)
        self._show_new(rows, answer.next)
        await self._refreshed()

    def _show_new(self, rows: list[RecordRow], following: str | None) -> None:
        """What matches and is not in the list: newer records, and older ones that match since."""
        page = self._page
        new = self._not_here(rows)
        newer = [row for row in new if row.id > self._newest]
        all_new = len(newer) == len(rows) and following is not None
        paused = self._follow and not page.at_top
        page.filter_bar.show_following(self._follow, paused=paused)
        if page.model.rows and (paused or not self._follow):
            page.show_waiting_newer(len(new), at_least=all_new)
            return
        page.show_waiting_newer(0, at_least=False)
        if not new:
            return
        self._newest = max(self._newest, *(row.id for row in new))
        too_many = len(page.model.rows) + len(newer) > FOLLOWED_AT_MOST
        if all_new or too_many or len(newer) < len(new):
            self._next = following
            page.show_first(rows, more=following is not None, keep=True)
        else:
            page.show_newer(newer)

    def _not_here(self, rows: list[RecordRow]) -> list[RecordRow]:
        """Those of a first page that the list ought to hold, and does not."""
        model = self._page.model
        here = {row.id for row in model.rows}
        shared = [place for place, row in enumerate(rows) if row.id in here]
        stretch = len(rows) if model.complete or not shared else shared[-1]
        return [
            row
            for place, row in enumerate(rows)
            if row.id not in here and (place < stretch or row.id > self._newest)
        ]

    async def _read_row(self, record_id: int) -> RecordRow:
        shape = await self._session.ask(lambda node: node.record(record_id, cap=0))
        return record_row(shape)

    def _gone(self, rows: list[RecordRow], *, whole: bool) -> tuple[set[int], list[int]]:
        """Rows of this stretch that match no more: those to take away, those to read anew.

        What is selected or was sent again stays in sight.
        """
        model = self._page.model
        if not rows and not whole:
            return set(), []
        oldest = 0 if whole else rows[-1].id
        still = {row.id for row in rows}
        gone = {row.id for row in model.rows if row.id >= oldest and row.id not in still}
        held = gone & ({row.id for row in self._page.chosen_rows()} | self._kept)
        return gone - held, sorted(held, reverse=True)[:KEPT_AT_MOST]

    # ------------------------------------------------------------ follow mode
    def follow(self, on: bool) -> None:
        """Whether new rows come in by themselves."""
        self._follow = on
        if on:
            self._page.table.scrollToTop()
            self.reload()

    def _show_newest(self) -> None:
        self._page.table.scrollToTop()
        self.reload()

    def _top_reached(self) -> None:
        if self._follow:
            self.refresh()

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
        """Asked only after the rows are shown, and never open-ended."""
        try:
            self._counted = await count_states(self._session, self._query)
        except (ApiError, ConnectionLost):
            return
        self._show_totals()
