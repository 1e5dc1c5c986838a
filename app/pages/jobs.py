"""The jobs page: the list of all jobs, or the editor of one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from app.models.job_draft import JobDraft
from app.pages.editor.editor import Editor
from app.pages.jobs_list import JobsList
from app.pages.page import Page
from app.theme.theme import Theme
from app.widgets.basics import Button
from app.widgets.toast import Toast
from app.words import translate


@dataclass(frozen=True, slots=True)
class EditorState:
    """What is edited, with its undo steps, and where."""

    draft: JobDraft
    part: str


class JobsPage(Page):
    """new_wanted: an empty editor. import_wanted: read a job file."""

    new_wanted = Signal()
    import_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.to_resume: EditorState | None = None
        self.list = JobsList(theme)
        self.editor = Editor(theme)
        self._list_tools = QWidget(self)
        self._list_tools.hide()
        self._list_tools.setObjectName("clear")
        row = QHBoxLayout(self._list_tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.import_file = Button(theme, translate("Jobs", "Import…"), sign="import", px=14)
        self.new = Button(theme, translate("Jobs", "New job"), kind="primary", sign="plus", px=14)
        row.addWidget(self.import_file)
        row.addWidget(self.new)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.editor)
        self.toast = Toast(theme, self.list)
        self.import_file.clicked.connect(self.import_wanted)
        self.new.clicked.connect(self.new_wanted)
        self.list.import_wanted.connect(self.import_wanted)
        self.list.new_wanted.connect(self.new_wanted)
        self.list.paste_wanted.connect(self.new_wanted)  # an empty editor begins with pasting
        QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self.new_wanted)

    @property
    def editing(self) -> bool:
        """Whether the editor is shown."""
        return self._stack.currentWidget() is self.editor

    def show_editor(self) -> None:
        """The editor to the front."""
        self._stack.setCurrentWidget(self.editor)
        self.bar_changed.emit()

    def show_list(self) -> None:
        """The list to the front."""
        self._stack.setCurrentWidget(self.list)
        self.bar_changed.emit()
        self.list.first_focus().setFocus()

    # ------------------------------------------------------------ a window built anew
    def state(self) -> object:
        """The draft in hand and the part that is shown; None for the list."""
        return EditorState(self.editor.context.draft, self.editor.part) if self.editing else None

    def restore(self, state: object) -> None:
        """The flow goes on with it when the page is shown."""
        if isinstance(state, EditorState):
            state.draft.leave_watchers()
            self.to_resume = state

    # ------------------------------------------------------------ the page's part of the window
    def tools(self) -> QWidget | None:
        return self.editor.tools if self.editing else self._list_tools

    def heading(self) -> QWidget | None:
        return self.editor.heading if self.editing else None

    def first_focus(self) -> QWidget:
        return self.editor if self.editing else self.list.first_focus()
