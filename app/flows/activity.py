"""Joins the activity page and the session: operations, alerts and the audit list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from app.connection import Phase
from app.flows.alerts import Alerts, show_alert
from app.flows.flow import Flow
from app.flows.operations import Operations
from app.models.record_filter import RecordFilter
from app.models.work import Work
from app.navigator import AlertList, AuditList, Navigator, OneOperation, Target
from app.pages.activity.page import ActivityPage, Part
from app.shell import Shell
from app.widgets.palette import Choice
from app.widgets.report import Report
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import AlertShape, OperationPageShape, OperationShape

PAGE_ROWS = 100


class ActivityFlow(Flow):
    """One for the page's life."""

    def __init__(self, page: ActivityPage, shell: Shell) -> None:
        super().__init__(page)
        self._page = page
        self._shell = shell
        self._session = shell.session
        self._shown = False
        self._operations = Operations.of(shell.session)
        self._alerts = Alerts.of(shell.session)
        self._wanted: int | None = None
        self._next_operation: int | None = None
        self._next_audit: int | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._wire(shell.navigator)
        self._alerts_changed()

    def _wire(self, navigator: Navigator) -> None:
        page = self._page
        self._session.connection_changed.connect(self._connection_changed)
        self._operations.changed.connect(self._operations_changed)
        self._operations.ended.connect(self._operation_ended)
        self._operations.refused.connect(self._say)
        self._alerts.changed.connect(self._alerts_changed)
        self._alerts.failed.connect(page.alerts.show_problem)
        page.part_changed.connect(self.reload)
        page.operations.pause_wanted.connect(self._pause)
        page.operations.resume_wanted.connect(self._resume)
        page.operations.cancel_wanted.connect(self._operations.cancel)
        page.operations.report_wanted.connect(self._report)
        page.operations.records_wanted.connect(self._show_records)
        page.operations.reload_wanted.connect(self.reload)
        page.operations.model.more_wanted.connect(self._more_operations)
        page.alerts.place_wanted.connect(self._show_place)
        page.alerts.rules_wanted.connect(self._show_rules)
        page.alerts.channels_wanted.connect(self._show_channels)
        page.alerts.reload_wanted.connect(self._alerts.look)
        page.audit.filter_changed.connect(self.reload)
        page.audit.reload_wanted.connect(self.reload)
        page.audit.model.more_wanted.connect(self._more_audit)

    # ------------------------------------------------------------ life
    def show(self) -> None:
        """The page is looked at."""
        self._shown = True
        self._operations_changed()
        self.reload()

    def hide(self) -> None:
        """Nobody looks: lists are not read."""
        self._shown = False

    def reload(self) -> None:
        """Read again what the tab shows."""
        if not self._shown:
            return
        match self._page.part:
            case Part.OPERATIONS:
                self._page.operations.list.say_reading()
                self._run("operations", self._read_operations)
            case Part.ALERTS:
                self._alerts.look()
                self._alerts_changed()
            case Part.AUDIT:
                self._page.audit.list.say_reading()
                self._run("audit", partial(self._audit_page, None))

    def go(self, target: Target) -> None:
        match target:
            case OneOperation(operation_id):
                self._wanted = operation_id
                self._page.show_part(Part.OPERATIONS)
            case AlertList():
                self._page.show_part(Part.ALERTS)
            case AuditList():
                self._page.show_part(Part.AUDIT)
            case _:
                return

    def choices(self) -> list[Choice]:
        action, go = translate("Palette", "Action"), self._shell.navigator
        return [
            Choice(words, action, "activity", run)
            for words, run in (
                (translate("Activity", "Show operations"), partial(go.activity, None)),
                (translate("Activity", "Show alerts"), go.alerts),
                (translate("Activity", "Show who changed what"), go.audit),
            )
        ]

    def _connection_changed(self) -> None:
        if self._session.connection.phase is Phase.CONNECTED:
            self.reload()

    # ------------------------------------------------------------ operations
    def _operations_changed(self) -> None:
        if self._shown:
            open_ones = [work for work in self._operations.rows() if work.open]
            self._page.operations.show_open(open_ones)

    def _operation_ended(self, work: object) -> None:
        if self._page.part is Part.OPERATIONS:
            self.reload()

    async def _read_operations(self) -> None:
        answer = await self._session.ask(lambda node: node.operations(limit=PAGE_ROWS))
        self._next_operation = answer.next
        part = self._page.operations
        part.show_first(_ended(answer), self._session.now(), more=answer.next is not None)
        if self._wanted is not None:
            part.choose(self._wanted)
            self._wanted = None

    def _more_operations(self) -> None:
        if self._next_operation is not None and self._idle("operations"):
            self._run("operations", partial(self._read_more_operations, self._next_operation))

    async def _read_more_operations(self, after: int) -> None:
        answer = await self._session.ask(lambda node: node.operations(after=after, limit=PAGE_ROWS))
        self._next_operation = answer.next
        self._page.operations.show_more(_ended(answer), more=answer.next is not None)

    def _pause(self, work: Work) -> None:
        if work.operation_id is not None:
            self._operations.pause(work.operation_id)

    def _resume(self, work: Work) -> None:
        if work.operation_id is not None:
            self._operations.resume(work.operation_id)

    def _report(self, work: Work) -> None:
        Report(self._shell.theme, self._page.window(), work).open()

    def _show_records(self, shape: OperationShape) -> None:
        query = shape.request.query
        if query is not None:
            self._shell.navigator.records(
                RecordFilter(
                    query.job or "",
                    query.consumer or shape.request.consumer or "",
                    key=query.key_prefix or query.key or "",
                    since=query.since,
                    until=query.until,
                )
            )

    # ------------------------------------------------------------ alerts
    def _alerts_changed(self) -> None:
        opened = len(self._alerts.open)
        self.badge_changed.emit(opened)
        self._page.show_open_alerts(opened)
        self._page.alerts.show_alerts(self._alerts.alerts, self._session.now())

    def _show_place(self, alert: AlertShape) -> None:
        show_alert(self._shell.navigator, alert)

    def _show_rules(self, alert: AlertShape) -> None:
        self._shell.navigator.job(alert.job, "alerts")

    def _show_channels(self) -> None:
        self._shell.navigator.settings("channels")

    # ------------------------------------------------------------ audit
    def _more_audit(self) -> None:
        if self._next_audit is not None and self._idle("audit"):
            self._run("audit", partial(self._audit_page, self._next_audit))

    async def _audit_page(self, after: int | None) -> None:
        part, chosen = self._page.audit, self._page.audit.filter
        since = None
        if chosen.last_s is not None:
            since = self._session.now() - chosen.last_s * 1000
        answer = await self._session.ask(
            lambda node: node.audit(
                PAGE_ROWS,
                after,
                who=chosen.who or None,
                what=chosen.what or None,
                target=chosen.target or None,
                since=since,
            )
        )
        self._next_audit = answer.next
        more = answer.next is not None
        if after is None:
            part.show_first(answer.entries, self._session.now(), more=more)
        else:
            part.show_more(answer.entries, more=more)

    # ------------------------------------------------------------ one reading at a time
    def _idle(self, name: str) -> bool:
        task = self._tasks.get(name)
        return task is None or task.done()

    def _run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """A newer reading takes the place of an older one of that name."""
        if not self._idle(name):
            self._tasks[name].cancel()
        show = self._page.audit if name == "audit" else self._page.operations
        self._tasks[name] = self._session.start(_told(work, show.show_problem))

    def _say(self, sentence: str, hint: str) -> None:
        self._page.toast.say(f"{sentence} {hint}".strip(), "dead", "diamond")


async def _told(work: Callable[[], Awaitable[None]], problem: Callable[[str, str], None]) -> None:
    try:
        await work()
    except (ApiError, ConnectionLost) as error:
        problem(error.sentence, error.hint)


def _ended(answer: OperationPageShape) -> list[OperationShape]:
    return [each for each in answer.operations if each.state not in ("running", "paused")]
