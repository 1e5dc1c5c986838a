"""Joins the failures page and the session: groups stay fresh, their actions become operations."""

from __future__ import annotations

import asyncio

from app.connection import Phase
from app.flows.bulk import Bulk
from app.flows.export import Exporting
from app.flows.flow import Flow
from app.models.record_filter import RecordFilter
from app.navigator import FailuresOf, Navigator, Target
from app.pages.failures import FailuresPage
from app.session import Session
from app.theme.theme import Theme
from app.widgets.palette import Choice
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import FailureGroupShape, RecordQuery, StatusShape

REST_S = 0.4
"""Between two readings: numbers move within a second, and the node has other work too."""


class FailuresFlow(Flow):
    """One for the page's life."""

    def __init__(
        self, theme: Theme, page: FailuresPage, session: Session, navigator: Navigator
    ) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._navigator = navigator
        self.bulk = Bulk(theme, page, session)
        self.exporting = Exporting(theme, page, session)
        self._shown = False
        self._moved: object = None
        self._stale = False
        self._reading: asyncio.Task[None] | None = None
        self._example: asyncio.Task[None] | None = None
        session.status_arrived.connect(self._status_arrived)
        session.connection_changed.connect(self._connection_changed)
        page.filter_changed.connect(self._filter_changed)
        page.reload_wanted.connect(self.reload)
        page.group_wanted.connect(self._read_example)
        page.resend_wanted.connect(self._resend)
        page.skip_wanted.connect(self._skip)
        page.records_wanted.connect(self._show_records)
        page.export_wanted.connect(self._export)
        page.record_wanted.connect(navigator.record)

    # ------------------------------------------------------------ life
    def show(self) -> None:
        """The page is looked at: read the groups and keep them fresh."""
        self._shown = True
        self.reload()

    def hide(self) -> None:
        """Nobody looks: nothing is asked."""
        self._shown = False

    def reload(self) -> None:
        """Read the groups again, now or after the reading that is under way."""
        if not self._shown:
            return
        self._stale = True
        if self._reading is None or self._reading.done():
            self._page.show_reading()
            self._reading = self._session.start(self._read())

    def go(self, target: Target) -> None:
        if isinstance(target, FailuresOf):
            self._page.choice.choose(target.job, target.consumer)

    def choices(self) -> list[Choice]:
        action = translate("Palette", "Action")
        return [
            Choice(
                translate("Failures", "Show failures by cause"),
                action,
                "warning",
                lambda: self._navigator.failures(),
            )
        ]

    def _connection_changed(self) -> None:
        if self._session.connection.phase is Phase.CONNECTED:
            self.reload()

    # ------------------------------------------------------------ reading
    def _status_arrived(self, status: StatusShape) -> None:
        consumers = [(job.job, each) for job in status.jobs for each in job.consumers]
        self.badge_changed.emit(sum(each.failed for _, each in consumers))
        self._page.choice.show_jobs(
            {job.job: tuple(each.consumer for each in job.consumers) for job in status.jobs}
        )
        moved = [
            (job, each.consumer, each.failed, each.retrying, each.synced)
            for job, each in consumers
            if each.failed or each.retrying
        ]
        if moved != self._moved:
            self._moved = moved
            self.reload()

    def _filter_changed(self) -> None:
        self._page.model.show_rows((), self._session.now())
        self._page.detail.clear()
        self.reload()

    async def _read(self) -> None:
        while self._stale and self._shown:
            self._stale = False
            wanted = (self._page.choice.job, self._page.choice.consumer)
            job, consumer = wanted
            try:
                groups = await self._groups(job, consumer)
            except (ApiError, ConnectionLost) as error:
                self._page.show_problem(error.sentence, error.hint)
                return
            if wanted != (self._page.choice.job, self._page.choice.consumer):
                self._stale = True
                continue
            self._page.show_groups(groups, self._session.now())
            await asyncio.sleep(REST_S)

    async def _groups(self, job: str, consumer: str) -> tuple[FailureGroupShape, ...]:
        return await self._session.ask(lambda node: node.failures(job or None, consumer or None))

    def _read_example(self, group: FailureGroupShape) -> None:
        if self._example is not None:
            self._example.cancel()
        self._example = self._session.start(self._show_example(group))

    async def _show_example(self, group: FailureGroupShape) -> None:
        record_id = group.record_id
        if record_id is None:
            self._page.detail.say_example(translate("Failures", "No example is kept any more."))
            return
        try:
            record = await self._session.ask(lambda node: node.record(record_id))
        except (ApiError, ConnectionLost) as error:
            self._page.detail.say_example(f"{error.sentence} {error.hint}".strip())
            return
        self._page.show_example(record)

    # ------------------------------------------------------------ doing
    def _resend(self, group: FailureGroupShape) -> None:
        self.bulk.resend(_query(group), _about(group))

    def _skip(self, group: FailureGroupShape) -> None:
        self.bulk.skip(_query(group), _about(group))

    def _export(self, group: FailureGroupShape) -> None:
        self.exporting.matching(_query(group), group.count if group.exact else None)

    def _show_records(self, group: FailureGroupShape) -> None:
        self._navigator.records(
            RecordFilter(
                group.job,
                group.consumer,
                (group.state,),
                cause=group.cause,
                cause_sentence=group.sentence,
            )
        )


def _query(group: FailureGroupShape) -> RecordQuery:
    return RecordQuery(
        job=group.job, consumer=group.consumer, states=(group.state,), cause=group.cause
    )


def _about(group: FailureGroupShape) -> str:
    return translate("Failures", "{job} → {consumer}: {sentence}").format(
        job=group.job, consumer=group.consumer, sentence=group.sentence
    )
