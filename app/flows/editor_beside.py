"""Puts the panes beside the job editor's forms: which of them, and whose document they change.

The panes and their questions to the node are ``flows.editor_tests``; forms and saving are
``flows.job_editor``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from app.flows.editor_tests import EditorTests
from app.pages.editor.beside import PASTE, Beside
from app.pages.editor.editor import Editor, consumer_place
from app.pages.editor.plan import SOURCE
from app.shell import Shell


class EditorBeside(QObject):
    """learn: read anew which secrets there are."""

    def __init__(self, editor: Editor, shell: Shell, learn: Callable[[], Awaitable[None]]) -> None:
        super().__init__(editor)
        self._editor = editor
        self._session = shell.session
        self._learn = learn
        self.panes = Beside(shell.theme)
        self.tests = EditorTests(self.panes, self, shell.session)
        editor.beside.addWidget(self.panes)
        editor.part_shown.connect(self._part_shown)
        editor.edited.connect(self.tests.show_document)
        editor.tools.paste.clicked.connect(self._paste)
        editor.takes_keyboard = self._take_keyboard

    def open(self) -> None:
        """Another draft is edited."""
        self.tests.open()
        self._part_shown(self._editor.part)

    # ------------------------------------------------------------ the host of the panes
    def document(self) -> dict[str, Any]:
        return self._editor.context.draft.document

    def take(self, document: Mapping[str, Any]) -> None:
        self._editor.context.draft.replace(document)

    def job(self) -> str:
        draft = self._editor.context.draft
        return "" if draft.is_new else str(draft.base.get("job", ""))

    def know(self, sample: Mapping[str, Any]) -> None:
        self._editor.context.know(sample=sample)

    def secrets_changed(self) -> None:
        self._session.start(self._learned())

    async def _learned(self) -> None:
        await self._learn()

    # ------------------------------------------------------------ which panes
    def _part_shown(self, part: str) -> None:
        place = consumer_place(part)
        beside = place is not None or part == SOURCE
        self._editor.beside.setVisible(beside)
        if place is not None:
            self.tests.show_consumer(place)
        elif part == SOURCE:
            self.tests.show_source()

    def _take_keyboard(self) -> bool:
        """An empty paste pane is where a new part begins."""
        paste = self.panes.paste
        waits = (
            self.panes.tab == PASTE
            and not paste.text
            and self._editor.beside.isVisibleTo(self._editor)
        )
        if waits:
            paste.edit.setFocus()
        return waits

    def _paste(self) -> None:
        """The paste pane comes to the front, of the part that is edited or else of the source."""
        if not self._editor.beside.isVisible():
            self._editor.show_part(SOURCE)
        self.panes.show_tab(PASTE)
        self.panes.paste.edit.setFocus()
