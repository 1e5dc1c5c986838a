"""What is done with a job from the list: pull now, pause, copy, export, import, re-pull, delete.

Each asks first where something cannot be taken back, with the number in the question.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from app import shown
from app.models.job_text import as_json, as_yaml
from app.models.jobs import JobRow
from app.models.record_filter import RecordFilter
from app.pages.cursor_questions import CursorQuestion, RepullQuestion
from app.pages.jobs import JobsPage
from app.pages.pause_question import PauseQuestion
from app.shell import Shell
from app.widgets.question import Question
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import JobCheckShape, OperationRequest

FILE_CAP = 1024 * 1024


class JobDeeds(QObject):
    """document_read: a document for a new job's editor. change_read: a job's name and its new one.

    changed: something was done to a job's document or state.
    """

    document_read = Signal(object)
    change_read = Signal(str, object)
    changed = Signal()

    def __init__(self, page: JobsPage, shell: Shell) -> None:
        super().__init__(page)
        self._page = page
        self._theme = shell.theme
        self._session = shell.session
        self._navigator = shell.navigator
        self.question: Question | None = None
        self.files: QFileDialog | None = None

    def do(self, key: str, row: JobRow) -> None:
        """The deed of that key, with this job."""
        match key:
            case "run":
                self._start(self._run(row.job))
            case "pause":
                self._resume(row) if row.paused else self._pause(row)
            case "records":
                self._navigator.records(RecordFilter(job=row.job))
            case "duplicate":
                self._start(self._duplicate(row.job))
            case "copy_yaml":
                self._start(self._copy(row.job))
            case "export_yaml" | "export_json":
                self._choose_place(row.job, "yaml" if key == "export_yaml" else "json")
            case "repull":
                self._start(self._ask_repull(row.job))
            case "cursor":
                self._start(self._ask_cursor(row.job))
            case "delete":
                self._ask_delete(row)
            case _:
                raise ValueError(f"no deed is called {key!r}")

    # ------------------------------------------------------------ running
    async def _run(self, job: str) -> None:
        await self._session.ask(lambda node: node.run(job))
        self._say(translate("Jobs", "{job} is pulled now.").format(job=shown.line(job, 60)))

    def _pause(self, row: JobRow) -> None:
        question = PauseQuestion(self._theme, self._page.window(), self._session.now())
        self._take(question)
        question.agreed.connect(lambda: self._start(self._paused(question, row.job)))
        question.ask_pause(row.job, "")
        question.open()

    async def _paused(self, question: PauseQuestion, job: str) -> None:
        until, reason = question.until, question.reason
        question.accept()
        await self._session.ask(lambda node: node.pause(job, None, until, reason))
        self.changed.emit()
        self._say(translate("Jobs", "{job} is paused.").format(job=shown.line(job, 60)))

    def _resume(self, row: JobRow) -> None:
        self._start(self._resumed(row.job))

    async def _resumed(self, job: str) -> None:
        await self._session.ask(lambda node: node.resume(job))
        self.changed.emit()
        self._say(translate("Jobs", "{job} runs again.").format(job=shown.line(job, 60)))

    # ------------------------------------------------------------ documents out
    async def _duplicate(self, job: str) -> None:
        found = await self._session.ask(lambda node: node.job(job))
        names = {each.job for each in await self._session.ask(lambda node: node.jobs())}
        number = 2
        while f"{job}-{number}" in names:
            number += 1
        self.document_read.emit({**found.document, "job": f"{job}-{number}"})

    async def _copy(self, job: str) -> None:
        found = await self._session.ask(lambda node: node.job(job))
        QGuiApplication.clipboard().setText(as_yaml([found.document]))
        self._say(translate("Jobs", "Copied as YAML."))

    def _choose_place(self, job: str, kind: str) -> None:
        files = QFileDialog(self._page.window(), translate("Jobs", "Export {job}").format(job=job))
        files.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        files.setDefaultSuffix(kind)
        files.selectFile(f"{job}.{kind}")
        files.fileSelected.connect(lambda place: self._start(self._export(job, kind, place)))
        self._open_files(files)

    async def _export(self, job: str, kind: str, place: str) -> None:
        found = await self._session.ask(lambda node: node.job(job))
        text = as_yaml([found.document]) if kind == "yaml" else as_json([found.document])
        self._write(Path(place), text)

    def _write(self, place: Path, text: str) -> None:
        try:
            place.write_text(text, encoding="utf-8")
        except OSError as error:
            words = translate("Jobs", "The file was not written: {reason}")
            self._say(words.format(reason=error.strerror or str(error)), "dead")
            return
        words = translate("Jobs", "Exported to {place}. Secrets stand in it by name only.")
        self._say(words.format(place=shown.line(str(place), 120)))

    # ------------------------------------------------------------ documents in
    def choose_file(self) -> None:
        """Read a job file, YAML or JSON."""
        files = QFileDialog(self._page.window(), translate("Jobs", "Import a job file"))
        files.setFileMode(QFileDialog.FileMode.ExistingFile)
        files.setNameFilter(translate("Jobs", "Job documents (*.yaml *.yml *.json);;All files (*)"))
        files.fileSelected.connect(self.import_file)
        self._open_files(files)

    def import_file(self, place: str) -> None:
        """Read this file: one document opens in the editor, several are asked for."""
        try:
            if Path(place).stat().st_size > FILE_CAP:
                self._say(translate("Jobs", "The file is larger than 1 MiB: no job file."), "dead")
                return
            text = Path(place).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            words = translate("Jobs", "The file cannot be read: {reason}")
            self._say(words.format(reason=shown.line(str(error), 200)), "dead")
            return
        self._start(self._import(text))

    async def _import(self, text: str) -> None:
        read = await self._session.ask(lambda node: node.check_job(text=text))
        if not read.documents:
            problem = read.problems[0]
            self._say(f"{problem.path}: {problem.sentence} {problem.hint}".strip(": "), "dead")
            return
        there = {each.job for each in await self._session.ask(lambda node: node.jobs())}
        if len(read.documents) > 1:
            self._ask_import(read, there)
            return
        document = dict(read.documents[0])
        name = document.get("job")
        if isinstance(name, str) and name in there:
            self.change_read.emit(name, document)
        else:
            self.document_read.emit(document)

    def _ask_import(self, read: JobCheckShape, there: set[str]) -> None:
        names = [str(each.get("job", "")) for each in read.documents]
        question = Question(self._theme, self._page.window())
        self._take(question)
        if read.problems:
            one = read.problems[0]
            question.tell(
                translate("Jobs", "Nothing was imported"),
                shown.line(f"{one.path}: {one.sentence} {one.hint}", 600),
            )
        else:
            old = sum(1 for name in names if name in there)
            question.ask(
                translate("Jobs", "Import %Ln job(s)?", "", len(names)),
                translate("Jobs", "{new} new, {old} changed: {names}").format(
                    new=len(names) - old, old=old, names=shown.line(", ".join(names), 300)
                ),
                translate("Jobs", "Import"),
            )
            question.agreed.connect(
                lambda: self._start(self._apply_all(question, list(read.documents)))
            )
        question.open()

    async def _apply_all(self, question: Question, documents: list[dict[str, Any]]) -> None:
        question.accept()
        for document in documents:
            await self._apply(document)
        self.changed.emit()
        self._say(translate("Jobs", "%Ln job(s) imported.", "", len(documents)))

    async def _apply(self, document: Mapping[str, Any]) -> None:
        await self._session.ask(lambda node: node.apply(document))

    # ------------------------------------------------------------ cursors
    async def _ask_repull(self, job: str) -> None:
        cursors = await self._session.ask(lambda node: node.cursors(job))
        held = [each for each in cursors if each.in_document]
        if not held or not held[0].type:
            self._tell_no_cursor(job)
            return
        question = RepullQuestion(self._theme, self._page.window(), held)
        self._take(question)
        question.agreed.connect(lambda: self._start(self._repull(question, job)))
        question.ask_range(job)
        question.open()

    async def _repull(self, question: RepullQuestion, job: str) -> None:
        request = OperationRequest(
            kind="repull",
            job=job,
            shard=question.shard_name,
            since=question.since,
            until=question.until,
        )
        try:
            done = await self._session.ask(lambda node: node.start_operation(request))
        except ApiError as error:
            question.refuse(f"{error.sentence} {error.hint}".strip())
            return
        question.accept()
        self._navigator.activity(done.id)
        self._say(translate("Jobs", "The range is pulled again; Activity shows how far it is."))

    def _tell_no_cursor(self, job: str) -> None:
        question = Question(self._theme, self._page.window())
        self._take(question)
        question.tell(
            translate("Jobs", "{job} has no cursor").format(job=shown.line(job, 60)),
            translate("Jobs", "Every run reads everything; “Pull now” reads it again at once."),
        )
        question.open()

    async def _ask_cursor(self, job: str) -> None:
        cursors = await self._session.ask(lambda node: node.cursors(job))
        held = [each for each in cursors if each.in_document]
        if not held or not held[0].type:
            self._tell_no_cursor(job)
            return
        question = CursorQuestion(self._theme, self._page.window(), held)
        self._take(question)
        question.preview_wanted.connect(
            lambda shard, value: self._start(self._preview(question, job, shard, value))
        )
        question.agreed.connect(lambda: self._start(self._set_cursor(question, job)))
        question.ask_value(job)
        question.open()

    async def _preview(
        self, question: CursorQuestion, job: str, shard: str, value: str | None
    ) -> None:
        try:
            preview = await self._session.ask(lambda node: node.preview_cursor(job, shard, value))
        except ApiError as error:
            if self.question is question:
                question.refuse(f"{error.sentence} {error.hint}".strip())
                question.yes.setEnabled(False)
            return
        if self.question is question:
            question.show_preview(preview)

    async def _set_cursor(self, question: CursorQuestion, job: str) -> None:
        shard, value = question.shard_name, question.value
        try:
            await self._session.ask(lambda node: node.set_cursor(job, shard, value))
        except ApiError as error:
            question.refuse(f"{error.sentence} {error.hint}".strip())
            return
        question.accept()
        words = translate("Jobs", "The cursor of {job} is set; the next pull begins there.")
        self._say(words.format(job=shown.line(job, 60)))

    # ------------------------------------------------------------ deleting
    def _ask_delete(self, row: JobRow) -> None:
        question = Question(self._theme, self._page.window())
        self._take(question)
        lost = translate(
            "Jobs", "%Ln of its deliveries are not sent yet and never will be.", "", row.unsynced
        )
        rest = translate(
            "Jobs",
            "Records, deliveries, attempts, cursors and versions go with it. This cannot be taken "
            "back.",
        )
        words = translate("Jobs", "{lost} {rest}").format(lost=lost, rest=rest)
        question.ask(
            translate("Jobs", "Delete job {job} with %Ln pulled record(s)?", "", row.pulled).format(
                job=shown.line(row.job, 60)
            ),
            words if row.unsynced else rest,
            translate("Jobs", "Delete"),
        )
        question.yes.setProperty("kind", "danger")
        question.no.setFocus()
        question.agreed.connect(lambda: self._start(self._delete(question, row)))
        question.open()

    async def _delete(self, question: Question, row: JobRow) -> None:
        question.accept()
        await self._session.ask(lambda node: node.delete_job(row.job))
        self.changed.emit()
        words = translate("Jobs", "Job {job} is deleted, %Ln record(s) with it.", "", row.pulled)
        self._say(words.format(job=shown.line(row.job, 60)))

    # ------------------------------------------------------------ work
    def _take(self, question: Question) -> None:
        self.question = question
        question.finished.connect(self._closed)

    def _closed(self) -> None:
        self.question = None

    def _open_files(self, files: QFileDialog) -> None:
        self.files = files
        files.finished.connect(files.deleteLater)
        files.open()

    def _say(self, words: str, ink: str = "delivered") -> None:
        self._page.toast.say(words, ink, "diamond" if ink == "dead" else "disc")

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._session.start(self._told(work))

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (ApiError, ConnectionLost) as error:
            self._say(f"{error.sentence} {error.hint}".strip(), "dead")
