"""Joins the job editor and the session: reads, checks while typing, saves, restores, sets secrets.

One draft at a time. Everything the editor knows of the node comes from here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app import shown
from app.drafts import DraftStore, KeptDraft
from app.flows.editor_beside import EditorBeside
from app.flows.job_saving import Saving
from app.models.job_changes import changes, repeated, same
from app.models.job_draft import EMPTY, JobDraft
from app.models.job_path import Path
from app.models.job_schema import read_schema
from app.pages.editor.editor import VERSIONS, Editor
from app.pages.editor.secret_dialog import SecretDialog
from app.session import Session
from app.shell import Shell
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import JobShape

CHECK_MS = 250
KEEP_MS = 1000


class JobEditorFlow(QObject):
    """shown_job: the editor came to the front. left: it may go back to the list; the job's name."""

    opened = Signal()
    left = Signal(str)

    def __init__(self, editor: Editor, shell: Shell) -> None:
        super().__init__(editor)
        self.editor = editor
        self._shell = shell
        self._session: Session = shell.session
        self._drafts = DraftStore(shell.settings.folder)
        self._checking: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._schema: dict[str, Any] = {}
        self.secret: SecretDialog | None = None
        self.saving = Saving(editor, shell)
        self.beside = EditorBeside(editor, shell, self._learn_names)
        self._check_later = _timer(self, CHECK_MS, self.check)
        self._keep_later = _timer(self, KEEP_MS, self.keep)
        self._wire()

    def _wire(self) -> None:
        editor = self.editor
        editor.edited.connect(self._edited)
        editor.text_typed.connect(lambda text: self._start(self._take_text(text)))
        editor.part_shown.connect(self._part_shown)
        editor.save_wanted.connect(self.saving.save)
        editor.difference_wanted.connect(self.saving.show_difference)
        editor.restore_wanted.connect(self.saving.restore)
        editor.back_wanted.connect(self.leave)
        editor.context.secret_wanted.connect(self._ask_secret)
        editor.context.channels_wanted.connect(self._show_channels)
        self.saving.saved.connect(self._saved)
        self.saving.discarded.connect(self._discarded)

    # ------------------------------------------------------------ opening
    @property
    def draft(self) -> JobDraft:
        return self.editor.context.draft

    def open_new(self, document: Mapping[str, Any] | None = None) -> None:
        """An empty job, or one that begins with this document."""
        self._start(self._open_new(dict(document) if document is not None else None))

    def open_job(self, name: str, part: str = "") -> None:
        """A job that runs; nothing changes if it is the one in hand."""
        if self.draft.name == name and not self.draft.is_new and self.draft.dirty:
            self.editor.show_part(part or self.editor.part)
            self.opened.emit()
            return
        self._start(self._open_job(name, part))

    def open_changed(self, name: str, document: Mapping[str, Any]) -> None:
        """A job that runs, with this document instead of its own, not saved yet."""
        self._start(self._open_job(name, "", dict(document)))

    def resume(self, draft: JobDraft, part: str) -> None:
        """Go on with a draft that was in hand in another window."""
        self._start(self._resume(draft, part))

    async def _resume(self, draft: JobDraft, part: str) -> None:
        await self._learn()
        self.editor.open(draft, part)
        self._begun()
        await self.read_versions()

    async def _open_new(self, document: dict[str, Any] | None) -> None:
        await self._learn()
        draft = JobDraft.new()
        self.editor.open(draft)
        kept = self._drafts.kept(self._node, "")
        was_kept = document is None and kept is not None and not same(kept.document, EMPTY)
        if document is not None:
            draft.replace(document)
        elif was_kept and kept is not None:
            draft.replace(kept.document)
        self._begun()
        if was_kept:
            self._say_kept()

    async def _open_job(self, name: str, part: str, document: dict[str, Any] | None = None) -> None:
        await self._learn()
        job = await self._session.ask(lambda node: node.job(name))
        draft = JobDraft.of(job.document, job.revision)
        self.editor.open(draft, part)
        kept = None if document is not None else await self._kept(job)
        if document is not None:
            draft.replace(document)
        elif kept is not None:
            draft.replace(kept)
        self._begun()
        if kept is not None and draft.dirty:
            self._say_kept()
        await self.read_versions()

    async def _kept(self, job: JobShape) -> dict[str, Any] | None:
        """What was not saved last time, on top of what runs now."""
        kept = self._drafts.kept(self._node, job.job)
        if kept is None:
            return None
        if kept.revision == job.revision:
            return kept.document
        revisions = await self._session.ask(lambda node: node.revisions(job.job))
        base = next((one.document for one in revisions if one.number == kept.revision), None)
        if base is None:
            return None
        merged = repeated(changes(base, kept.document), base, kept.document, job.document)
        return merged if isinstance(merged, dict) else None

    def _begun(self) -> None:
        self.opened.emit()
        self.beside.open()
        self.editor.focus_first()
        self.check()

    def _say_kept(self) -> None:
        self.editor.toast.say(
            translate("Editor", "These changes were not saved last time. Ctrl+Z takes them back."),
            "pending",
        )

    async def _learn(self) -> None:
        """The fields of a document, and the names of secrets and channels."""
        context = self.editor.context
        schema = await self._session.ask(lambda node: node.schema())
        if schema != self._schema:
            self._schema = schema
            context.root = read_schema(schema)
        await self._learn_names()

    async def _learn_names(self) -> None:
        secrets = await self._session.ask(lambda node: node.secrets())
        channels = await self._session.ask(lambda node: node.channels())
        self.editor.context.know(
            secrets=[each.name for each in secrets], channels=[each.name for each in channels]
        )

    # ------------------------------------------------------------ leaving
    def leave(self) -> None:
        """Back to the list, after a question if something is not saved."""
        if not self.draft.dirty:
            self._forget()
            self.left.emit(self.draft.name)
            return
        self.saving.ask_to_leave()

    def _discarded(self) -> None:
        name = "" if self.draft.is_new else self.draft.name
        self._drafts.forget(self._node, name)
        self._keep_later.stop()
        self.editor.open(JobDraft.new())
        self._keep_later.stop()
        self.left.emit(name)

    # ------------------------------------------------------------ while typing
    def _edited(self) -> None:
        self._check_later.start()
        if not self._keep_later.isActive():  # a crash takes no more than the last second
            self._keep_later.start()

    def check(self) -> None:
        """Ask what is wrong with the draft; an older question is given up."""
        self._check_later.stop()
        if self._checking is not None:
            self._checking.cancel()
        self._checking = self._session.start(self._check())

    async def _check(self) -> None:
        draft = self.draft
        name = "" if draft.is_new else str(draft.base.get("job", ""))
        document = draft.document
        try:
            found = await self._session.ask(lambda node: node.check_job(document, name=name))
        except (ApiError, ConnectionLost):
            return  # the banner says so; the next key asks again
        if draft is self.draft:
            self.editor.context.show_problems(found.problems)

    async def _take_text(self, text: str) -> None:
        """The YAML view was edited."""
        draft = self.draft
        found = await self._session.ask(lambda node: node.check_job(text=text))
        if draft is not self.draft:
            return
        if len(found.documents) == 1:
            draft.replace(found.documents[0])
            self.editor.yaml.taken()
        elif found.documents:
            words = translate("Editor", "There are several documents; import them instead.")
            self.editor.yaml.refuse(words, "")
        else:
            problem = found.problems[0]
            self.editor.yaml.refuse(f"{problem.sentence} {problem.hint}".strip(), problem.path)

    def keep(self) -> None:
        """Keep the draft on this machine; forget it when nothing is unsaved."""
        self._keep_later.stop()
        draft = self.draft
        name = "" if draft.is_new else draft.name
        if draft.dirty:
            self._drafts.keep(self._node, KeptDraft(name, draft.revision, draft.document))
        else:
            self._drafts.forget(self._node, name)

    def _forget(self) -> None:
        self._keep_later.stop()
        self._drafts.forget(self._node, "" if self.draft.is_new else self.draft.name)

    @property
    def _node(self) -> str:
        """Which ledger a draft is for."""
        node = self._session.node
        return "" if node is None else node.ledger_id

    # ------------------------------------------------------------ saved, versions
    def _saved(self, was_new: bool) -> None:
        if was_new:
            self._drafts.forget(self._node, "")
        self._forget()
        self.check()
        self._start(self.read_versions())

    def _part_shown(self, key: str) -> None:
        if key == VERSIONS:
            self._start(self.read_versions())

    async def read_versions(self) -> None:
        """Every saved version of the job in hand."""
        draft = self.draft
        if draft.is_new:
            return
        name = str(draft.base.get("job", ""))
        revisions = await self._session.ask(lambda node: node.revisions(name))
        if draft is self.draft:
            self.editor.show_versions_count(len(revisions))
            self.editor.versions.show_revisions(revisions, self._session.now())

    # ------------------------------------------------------------ secrets
    def _ask_secret(self, path: Path, name: str) -> None:
        dialog = SecretDialog(self._shell.theme, self.editor.window(), name)
        self.secret = dialog
        dialog.given.connect(lambda *given: self._start(self._set_secret(dialog, path, *given)))
        dialog.finished.connect(self._secret_closed)
        dialog.open()

    def _show_channels(self) -> None:
        self._shell.navigator.settings("channels")

    def names_again(self) -> None:
        """Read the names of secrets and channels anew: they may have been set elsewhere."""
        if self.editor.context.root is not None:
            self._start(self._learn_names())

    def _secret_closed(self) -> None:
        self.secret = None

    async def _set_secret(self, dialog: SecretDialog, path: Path, name: str, value: str) -> None:
        try:
            await self._session.ask(lambda node: node.set_secret(name, value))
        except (ApiError, ConnectionLost) as error:
            dialog.refuse(f"{error.sentence} {error.hint}".strip())
            return
        dialog.accept()
        self.editor.context.put(path, {"secret": name})
        await self._learn_names()
        words = translate("Editor", "The secret {name} is set.")
        self.editor.toast.say(words.format(name=shown.line(name, 60)))

    # ------------------------------------------------------------ work
    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._session.start(self._told(work))

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (ApiError, ConnectionLost) as error:
            self.editor.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")


def _timer(parent: QObject, ms: int, run: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(run)
    return timer
