"""Joins the jobs page and the session: the list stays fresh, the editor opens, deeds are done."""

from __future__ import annotations

from functools import partial

from app.connection import Phase
from app.flows.flow import Flow
from app.flows.job_deeds import JobDeeds
from app.flows.job_editor import JobEditorFlow
from app.models.jobs import JobRow, job_rows
from app.navigator import NewJob, OneJob, Target
from app.pages.editor.editor import VERSIONS
from app.pages.jobs import JobsPage
from app.shell import Shell
from app.widgets.palette import Choice
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import JobShape, StatusShape


class JobsFlow(Flow):
    """One for the page's life."""

    def __init__(self, page: JobsPage, shell: Shell) -> None:
        super().__init__(page)
        self._page = page
        self._session = shell.session
        self._navigator = shell.navigator
        self.editing = JobEditorFlow(page.editor, shell)
        self.deeds = JobDeeds(page, shell)
        self._jobs: dict[str, JobShape] = {}
        self._known: tuple[tuple[str, int, str], ...] = ()
        self._shown = False
        self._wire()

    def _wire(self) -> None:
        page = self._page
        self._session.status_arrived.connect(self._status_arrived)
        self._session.connection_changed.connect(self._connection_changed)
        page.new_wanted.connect(self.new_job)
        page.import_wanted.connect(self.deeds.choose_file)
        page.list.deed_wanted.connect(self._do)
        self.editing.opened.connect(page.show_editor)
        self.editing.left.connect(self._left)
        self.deeds.document_read.connect(self.editing.open_new)
        self.deeds.change_read.connect(self.editing.open_changed)
        self.deeds.changed.connect(self._read_again)

    # ------------------------------------------------------------ freshness
    def show(self) -> None:
        self._shown = True
        if (state := self._page.to_resume) is not None:
            self._page.to_resume = None
            self.editing.resume(state.draft, state.part)
        elif self._page.editing:
            self.editing.names_again()
        if self._session.status is not None:
            self._status_arrived(self._session.status)

    def hide(self) -> None:
        self._shown = False

    def reload(self) -> None:
        """F5: read the documents again."""
        self._read_again()

    def _status_arrived(self, status: StatusShape) -> None:
        if not self._shown:
            return
        known = tuple((each.job, each.revision, each.state) for each in status.jobs)
        if known != self._known:
            self._known = known
            self._read_again()
        self._show_rows()

    def _connection_changed(self, connection: object) -> None:
        held = self._session.connection
        if held.phase is Phase.LOST and self._session.status is None:
            self._page.list.say_waiting(held.sentence, held.hint)

    def _read_again(self) -> None:
        self._session.start(self._read())

    async def _read(self) -> None:
        try:
            jobs = await self._session.ask(lambda node: node.jobs())
        except (ApiError, ConnectionLost):
            return  # the banner says so; the next status asks again
        self._jobs = {job.job: job for job in jobs}
        self._show_rows()

    def _show_rows(self) -> None:
        if self._session.status is not None:
            self._page.list.show_rows(job_rows(self._session.status, self._jobs))

    # ------------------------------------------------------------ going about
    def go(self, target: Target) -> None:
        match target:
            case OneJob(job, part):
                self.editing.open_job(job, part)
            case NewJob():
                self.new_job()
            case _:
                return

    def new_job(self) -> None:
        """An empty editor; what is in hand and not saved is asked for first."""
        if self._page.editing and self.editing.draft.dirty:
            self.editing.leave()
        else:
            self.editing.open_new()

    def _left(self, job: str) -> None:
        self._page.show_list()
        self._page.list.select(job)

    def _do(self, key: str, row: JobRow) -> None:
        match key:
            case "edit":
                self.editing.open_job(row.job)
            case "versions":
                self.editing.open_job(row.job, VERSIONS)
            case _:
                self.deeds.do(key, row)

    def choices(self) -> list[Choice]:
        """A new job, an import, and each job's editor."""
        kind = translate("Palette", "Action")
        status = self._session.status
        names = [] if status is None else [each.job for each in status.jobs]
        made = [
            Choice(translate("Jobs", "New job"), kind, "plus", self._navigator.new_job),
            Choice(translate("Jobs", "Import a job file…"), kind, "import", self.deeds.choose_file),
        ]
        made += [
            Choice(
                translate("Jobs", "Edit {job}").format(job=name),
                kind,
                "edit",
                partial(self._navigator.job, name),
            )
            for name in names
        ]
        return made
