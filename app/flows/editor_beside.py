"""Puts the panes beside the job editor's forms: which of them, and whose document they change.

The panes are built when the first document is opened, so that the window does not wait for them.
Their questions to the node are ``flows.editor_tests``; forms and saving are ``flows.job_editor``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject

from app.models.answer_facts import AnswerFact
from app.models.job_path import Path
from app.pages.editor.editor import Editor, consumer_place
from app.pages.editor.plan import SOURCE
from app.shell import Shell
from app.theme import fonts
from app.words import translate

if TYPE_CHECKING:
    from app.flows.editor_tests import EditorTests


TOGETHER_PX = 880
"""Form and panes need this much, at letters of 100 %; with less, one of them stands there."""


class EditorBeside(QObject):
    """learn: read anew which secrets there are. tests: the panes' flow, once there is one."""

    def __init__(self, editor: Editor, shell: Shell, learn: Callable[[], Awaitable[None]]) -> None:
        super().__init__(editor)
        self._editor = editor
        self._shell = shell
        self._learn = learn
        self.tests: EditorTests | None = None
        self._wanted = False
        self._in_front = True

    def open(self) -> None:
        """Another draft is edited."""
        tests = self._built()
        tests.open()
        self._part_shown(self._editor.part)

    def _built(self) -> EditorTests:
        if self.tests is None:
            from app.flows.editor_tests import EditorTests
            from app.pages.editor.beside import Beside

            editor = self._editor
            panes = Beside(self._shell.theme)
            self.tests = EditorTests(panes, self, self._shell.session)
            editor.beside.addWidget(panes)
            editor.part_shown.connect(self._part_shown)
            editor.edited.connect(self.tests.show_document)
            editor.tools.paste.clicked.connect(self._paste)
            editor.takes_keyboard = self._take_keyboard
            panes.form_wanted.connect(self._show_form)
            editor.split.installEventFilter(self)
        return self.tests

    # ------------------------------------------------------------ room
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        """Both beside each other; where there is no room for both, the one in front."""
        editor, tests = self._editor, self.tests
        if tests is None:
            return
        narrow = editor.split.width() < fonts.room(TOGETHER_PX)
        alone = narrow and self._wanted and self._in_front
        editor.beside.setVisible(self._wanted and (self._in_front or not narrow))
        middle = editor.split.widget(0)
        if middle is not None:
            middle.setVisible(not alone)
        tests.beside.form.setVisible(alone)
        words = translate("Beside", "Paste, test…") if narrow else ""
        editor.tools.paste.setText(words or translate("Editor", "Paste cURL or sample…"))

    def _show_form(self) -> None:
        self._in_front = False
        self._arrange()

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

    def show_facts(self, facts: Mapping[Path, AnswerFact]) -> None:
        self._editor.context.show_facts(facts)

    def secrets_changed(self) -> None:
        self._shell.session.start(self._learned())

    async def _learned(self) -> None:
        await self._learn()

    # ------------------------------------------------------------ which panes
    def _part_shown(self, part: str) -> None:
        place = consumer_place(part)
        self._wanted = place is not None or part == SOURCE
        tests = self._built()
        if place is not None:
            tests.show_consumer(place)
        elif part == SOURCE:
            tests.show_source()
        self._in_front = tests.is_empty()
        self._arrange()

    def _take_keyboard(self) -> bool:
        """An empty paste pane is where a new part begins."""
        shown = self._editor.beside.isVisibleTo(self._editor)
        return shown and self._built().take_keyboard()

    def _paste(self) -> None:
        """The paste pane comes to the front, of the part that is edited or else of the source."""
        if not self._wanted:
            self._editor.show_part(SOURCE)
        self._in_front = True
        self._arrange()
        self._built().show_paste()
