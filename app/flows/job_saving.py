"""Saving a job from its editor: problems first, then the difference, then the node; and conflicts.

Undoing a save is restoring a version: the same way, with an older document.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from app import format, shown
from app.models.job_changes import Change, changes, repeated
from app.models.job_draft import JobDraft
from app.models.job_words import ChangeWords, changes_in_words
from app.pages.editor.difference import DifferenceDialog
from app.pages.editor.editor import Editor
from app.shell import Shell
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import JobShape, RevisionShape

CONFLICT = "conflict"


class Saving(QObject):
    """saved: whether the job was new. discarded: the changes are thrown away."""

    saved = Signal(bool)
    discarded = Signal()

    def __init__(self, editor: Editor, shell: Shell) -> None:
        super().__init__(editor)
        self._editor = editor
        self._theme = shell.theme
        self._session = shell.session
        self.dialog: DifferenceDialog | None = None

    # ------------------------------------------------------------ the question
    def save(self) -> None:
        """Ctrl+S: ask the node what is wrong, show the difference, save."""
        if self.dialog is None:
            self._editor.yaml.leave()
            self._start(self._save())

    def show_difference(self) -> None:
        """What is not saved yet, to look at."""
        if self.dialog is None and not self._draft.is_new and self._draft.dirty:
            self._ask_to_save()

    async def _save(self) -> None:
        if not await self._is_right():
            return
        if self._draft.is_new:
            await self._apply(None)
        elif self._draft.dirty:
            self._ask_to_save()

    async def _is_right(self) -> bool:
        """Whether the node has nothing against the draft; else the first problem is shown."""
        draft = self._draft
        name = "" if draft.is_new else str(draft.base.get("job", ""))
        found = await self._session.ask(lambda node: node.check_job(draft.document, name=name))
        context = self._editor.context
        context.tell_all()
        context.show_problems(found.problems)
        if not found.problems:
            return True
        self._editor.foot.open_list()
        self._editor.go_to(context.problems[0].path)
        words = translate(
            "Editor", "%Ln thing(s) to fill in or correct first.", "", len(found.problems)
        )
        self._editor.toast.say(words, "retrying", "triangle")
        return False

    def _ask_to_save(self) -> None:
        draft = self._draft
        count = len(draft.changes())
        dialog = self._dialog()
        dialog.ask(
            translate("Editor", "Save %Ln change(s)?", "", count),
            translate(
                "Editor",
                "Job {job} runs with them at once. The version before stays, and can be restored.",
            ).format(job=shown.line(draft.name, 60)),
            translate("Editor", "Save and run"),
        )
        dialog.add_changes("", *self._titles(), self._words(draft.changes()))
        dialog.agreed.connect(lambda: self._agreed(dialog, draft.revision))
        dialog.present()

    def ask_to_leave(self) -> None:
        """Save, throw away, or stay."""
        if self.dialog is not None:
            return
        draft = self._draft
        dialog = self._dialog()
        if draft.is_new:
            title = translate("Editor", "This job is not saved yet")
        else:
            title = translate("Editor", "%Ln change(s) are not saved yet", "", len(draft.changes()))
        dialog.ask(
            title,
            translate("Editor", "What was typed is kept on this machine only if you stay."),
            translate("Editor", "Save and run"),
            translate("Editor", "Throw away"),
        )
        dialog.add_changes("", *self._titles(), self._words(draft.changes()))
        dialog.no.setText(translate("Editor", "Stay"))
        dialog.second.connect(dialog.reject)
        dialog.second.connect(self.discarded)
        dialog.agreed.connect(dialog.accept)
        dialog.agreed.connect(lambda: self._start(self._save_and_leave()))
        dialog.present()

    async def _save_and_leave(self) -> None:
        if await self._is_right() and await self._apply(
            None if self._draft.is_new else self._draft.revision
        ):
            self._editor.back_wanted.emit()

    def _agreed(self, dialog: DifferenceDialog, revision: int) -> None:
        dialog.accept()
        self._start(self._applied(revision))

    async def _applied(self, revision: int) -> None:
        await self._apply(revision)

    # ------------------------------------------------------------ saving
    async def _apply(self, revision: int | None) -> bool:
        """Save against a revision, None for a new job; False if it was not saved."""
        draft = self._draft
        document = draft.document
        try:
            done = await self._session.ask(
                lambda node: node.apply(document, expected_revision=revision or 0)
            )
        except ApiError as error:
            if error.code == CONFLICT:
                await self._show_conflict()
                return False
            self._editor.context.show_problems(error.problems)
            raise
        was_new = draft.is_new
        draft.rebase(document, done.revision)
        words = (
            translate("Editor", "Job {job} is there and runs.")
            if was_new
            else translate("Editor", "Saved as version {number}; it runs now.")
        )
        told = words.format(job=shown.line(draft.name, 60), number=done.revision)
        missing = [name for name in self._secrets_of(document) if not self._is_set(name)]
        if missing:
            words = translate("Editor", "{told} Set the secret {name} to let it work.")
            told = words.format(told=told, name=shown.line(missing[0], 60))
        self._editor.toast.say(told, "retrying" if missing else "delivered")
        self.saved.emit(was_new)
        return True

    def _is_set(self, name: str) -> bool:
        known = self._editor.context.secrets
        return known is None or name in known

    def _secrets_of(self, value: Any) -> list[str]:
        match value:
            case {"secret": str(name)} if len(value) == 1:
                return [name]
            case dict():
                return [name for each in value.values() for name in self._secrets_of(each)]
            case list():
                return [name for each in value for name in self._secrets_of(each)]
            case _:
                return []

    # ------------------------------------------------------------ conflicts
    async def _show_conflict(self) -> None:
        """Somebody saved meanwhile: both differences, and two ways on."""
        draft = self._draft
        name = draft.name
        theirs = await self._session.ask(lambda node: node.job(name))
        revisions = await self._session.ask(lambda node: node.revisions(name))
        dialog = self._dialog()
        dialog.ask(
            translate("Editor", "Job {job} was changed meanwhile").format(job=shown.line(name, 60)),
            self._who(theirs, revisions),
            translate("Editor", "Keep theirs, add mine"),
            translate("Editor", "Replace with mine"),
        )
        titles = self._titles()
        dialog.add_changes(
            translate("Editor", "Changed by them"),
            *titles,
            self._words(changes(draft.base, theirs.document), draft.base, theirs.document),
        )
        dialog.add_changes(
            translate("Editor", "Changed by you"), *titles, self._words(draft.changes())
        )
        dialog.agreed.connect(dialog.accept)
        dialog.agreed.connect(lambda: self._keep_theirs(theirs))
        dialog.second.connect(dialog.accept)
        dialog.second.connect(lambda: self._start(self._applied(theirs.revision)))
        dialog.present()

    def _who(self, theirs: JobShape, revisions: tuple[RevisionShape, ...]) -> str:
        one = next((each for each in revisions if each.number == theirs.revision), None)
        words = translate(
            "Editor",
            "{who} saved version {number} at {time}, after you began. Nothing of yours was saved.",
        )
        return words.format(
            who=shown.line(one.saved_by if one else "–", 60),
            number=theirs.revision,
            time=format.clock(one.saved_at if one else theirs.updated_at, self._session.now()),
        )

    def _keep_theirs(self, theirs: JobShape) -> None:
        """Their document with this draft's changes on top, to be looked at and saved."""
        draft = self._draft
        mine = draft.changes()
        merged = repeated(mine, draft.base, draft.document, theirs.document)
        draft.replace(merged)
        draft.rebase(theirs.document, theirs.revision)
        self._editor.toast.say(
            translate("Editor", "Your changes stand on top of theirs. Look at them, then save."),
            "pending",
        )

    # ------------------------------------------------------------ restoring
    def restore(self, number: int) -> None:
        """An older version shall run again."""
        self._start(self._restore(number))

    async def _restore(self, number: int) -> None:
        draft = self._draft
        name = str(draft.base.get("job", ""))
        revisions = await self._session.ask(lambda node: node.revisions(name))
        older = next((each for each in revisions if each.number == number), None)
        if older is None:
            return
        draft.replace(older.document)
        if not draft.dirty:
            words = translate("Editor", "Version {number} is what runs already.")
            self._editor.toast.say(words.format(number=number), "pending")
            return
        if await self._is_right():
            self._ask_to_save()

    # ------------------------------------------------------------ words
    @property
    def _draft(self) -> JobDraft:
        return self._editor.context.draft

    def _titles(self) -> tuple[str, str]:
        return translate("Editor", "Runs now"), translate("Editor", "Will run")

    def _words(
        self, found: tuple[Change, ...], old: Any = None, new: Any = None
    ) -> list[ChangeWords]:
        draft = self._draft
        return changes_in_words(
            found,
            self._editor.context.root,
            draft.base if old is None else old,
            draft.document if new is None else new,
        )

    def _dialog(self) -> DifferenceDialog:
        dialog = DifferenceDialog(self._theme, self._editor.window())
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        return dialog

    def _closed(self) -> None:
        self.dialog = None

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._session.start(self._told(work))

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (ApiError, ConnectionLost) as error:
            self._editor.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")
