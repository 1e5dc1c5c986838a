"""What stands below a form: the help of the field that has the keyboard, and what is wrong yet."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app import shown
from app.field_words import words_of
from app.models.job_path import Path
from app.models.job_schema import FieldSpec, Input
from app.models.job_words import place_in_words
from app.pages.editor.context import EditorContext, FieldProblem
from app.theme import fonts, tokens
from app.widgets.basics import Button, PlainLabel
from app.words import translate

LIST_PX = 118
LINE_PX = 70
"""The title and two lines of help."""
EXAMPLE_CAP = 90
HELP_CAP = 120
"""A longer help leaves its example to the empty field, which shows it too."""


class Foot(QFrame):
    """problem_chosen: the place of a problem that shall be shown."""

    problem_chosen = Signal(object)

    def __init__(self, context: EditorContext) -> None:
        super().__init__()
        self.setProperty("kind", "foot")
        self._context = context
        self._title = PlainLabel(weight=QFont.Weight.DemiBold)
        self._help = PlainLabel(tone="muted", px=tokens.SMALL_PX)
        self._help.setWordWrap(True)
        self.toggle = Button(context.theme, kind="link")
        self.toggle.clicked.connect(self._toggle)
        self.list = QListWidget()
        self.list.setFixedHeight(fonts.room(LIST_PX))
        self.list.setAccessibleName(translate("Editor", "Problems"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._choose)
        self.list.itemClicked.connect(self._choose)
        self.list.hide()
        line = QWidget()
        line.setObjectName("clear")
        line.setFixedHeight(fonts.room(LINE_PX))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self.toggle)
        both = QVBoxLayout(line)
        both.setContentsMargins(24, 6, 16, 6)
        both.setSpacing(2)
        both.addLayout(row)
        both.addWidget(self._help, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.list)
        column.addWidget(line)
        context.focused.connect(self._show_help)
        context.problems_changed.connect(self.show_problems)
        self.show_problems()

    # ------------------------------------------------------------ help
    def _show_help(self, path: Path, spec: FieldSpec) -> None:
        self._title.setText(words_of(spec.title))
        help_words, example = words_of(spec.help), _example(spec)
        if example and len(help_words) + len(example) <= HELP_CAP:
            words = translate("Editor", "{help} Such as {example}")
            help_words = words.format(help=help_words, example=example).strip()
        self._help.setText(help_words)
        self._help.setToolTip(shown.tip(help_words))

    def clear_help(self) -> None:
        """No field of what is shown has the keyboard yet."""
        self._title.setText("")
        self._help.setText("")
        self._help.setToolTip("")

    @property
    def help_words(self) -> str:
        return self._help.text()

    # ------------------------------------------------------------ problems
    def show_problems(self) -> None:
        """What is wrong yet, each a way to its field."""
        problems = self._context.problems
        self.list.clear()
        document = self._context.draft.document
        for each in problems:
            place = place_in_words(each.path, self._context.root, document)
            item = QListWidgetItem(shown.line(f"{place}: {each.words}", 400))
            item.setData(Qt.ItemDataRole.UserRole, each)
            item.setToolTip(shown.tip(each.words))
            self.list.addItem(item)
        self.toggle.setVisible(bool(problems))
        self.toggle.setText(
            translate("Editor", "%Ln thing(s) to fill in or correct", "", len(problems))
        )
        if not problems:
            self.list.hide()

    def open_list(self) -> None:
        """Show the list, if there is anything in it."""
        self.list.setVisible(self.list.count() > 0)

    def _toggle(self) -> None:
        self.list.setVisible(self.list.isHidden())
        if self.list.isVisible():
            self.list.setCurrentRow(0)
            self.list.setFocus()

    def _choose(self, item: QListWidgetItem) -> None:
        problem = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(problem, FieldProblem):
            self.problem_chosen.emit(problem.path)


def _example(spec: FieldSpec) -> str:
    if not spec.examples:
        return ""
    one = spec.examples[0]
    if isinstance(one, str):
        return shown.line(one, EXAMPLE_CAP)
    if spec.input is Input.LIST and isinstance(one, list):
        return shown.line(", ".join(map(str, one)), EXAMPLE_CAP)
    return shown.line(json.dumps(one, ensure_ascii=False), EXAMPLE_CAP)
