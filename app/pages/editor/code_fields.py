"""Fields that hold expressions, texts with ``${…}``, and JSON values."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from app.models.answer_facts import AnswerFact
from app.models.completion import Completion, complete
from app.models.job_path import Path
from app.models.job_schema import NOTHING, FieldSpec, Input
from app.pages.editor.context import EditorContext, FieldProblem
from app.pages.editor.field import Field, mark
from app.widgets.basics import PlainLabel
from app.widgets.choice import ChoiceButton
from app.widgets.code_edit import CodeEdit, CodeFrame
from app.words import translate

JSON_LINES = 3
PICK_CODE_PX = 200


class CodeField(Field):
    """An expression, or a text with expressions in it."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path) -> None:
        super().__init__(context, spec, path)
        self._template = spec.input is Input.TEMPLATE
        self.edit = CodeEdit(context.theme, template=self._template)
        self.edit.setPlaceholderText(self.placeholder())
        self.edit.completer = self._complete
        self.frame = CodeFrame(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.frame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.watch(self.edit)
        self.edit.typed.connect(lambda text: self.put(text.strip() or None))

    def show_value(self, value: Any) -> None:
        text = "" if value is None else value if isinstance(value, str) else json.dumps(value)
        if text != self.edit.toPlainText().strip():
            self.edit.show_text(text)

    def show_problem(self, problem: FieldProblem | None) -> None:
        mark(self.frame, problem is not None)
        if problem is None or problem.path != self.path:
            self.edit.underline(0, 0)
        else:
            self.edit.underline(problem.line, problem.column)

    def show_fact(self, fact: AnswerFact | None) -> None:
        self.frame.say("" if fact is None else fact.words)
        if fact is not None and not fact.fits:
            mark(self.frame, True)

    def _complete(self, text: str, at: int) -> Completion:
        return complete(text, at, self.spec.names, self.context.sample, template=self._template)


class PickField(Field):
    """One of a few texts, or a text with ``${…}`` that gives one of them."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path) -> None:
        super().__init__(context, spec, path)
        self.button = ChoiceButton(context.theme)
        words = translate("Editor", "Expression…")
        self.button.set_choices([*((each, str(each)) for each in spec.examples), ("${}", words)])
        self.code = CodeField(context, spec, path)
        self.code.setFixedWidth(PICK_CODE_PX)
        self.code.hide()
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addWidget(self.code)
        self.watch(self.button)
        self.button.chosen.connect(self._choose)

    def show_value(self, value: Any) -> None:
        default = None if self.spec.default is NOTHING else self.spec.default
        value = default if value is None and not self.code.edit.hasFocus() else value
        picked = value in self.spec.examples
        self.button.setVisible(picked)
        self.code.setVisible(not picked)
        self.setFocusProxy(self.button if picked else self.code)
        if picked:
            self.button.show_value(value)
        else:
            self.code.show_value(value)

    def show_problem(self, problem: FieldProblem | None) -> None:
        self.code.show_problem(problem)

    def _choose(self, value: object) -> None:
        self.put(value)
        (self.button if value in self.spec.examples else self.code).setFocus()


class JsonField(Field):
    """Any JSON value, written as JSON; it counts once it is JSON."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path) -> None:
        super().__init__(context, spec, path)
        self.edit = CodeEdit(context.theme, template=True, lines=JSON_LINES)
        if spec.examples:
            self.edit.setPlaceholderText(_written(spec.examples[0]))
        self.edit.completer = self._complete
        self.frame = CodeFrame(self.edit)
        self._mistake = PlainLabel(tone="dead")
        self._mistake.setWordWrap(True)
        self._mistake.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.frame)
        column.addWidget(self._mistake)
        self.watch(self.edit)
        self.edit.typed.connect(self._typed)

    def show_value(self, value: Any) -> None:
        if self._mistake.isVisibleTo(self) and self.edit.hasFocus():
            return
        if value != _read(self.edit.toPlainText())[0]:
            self.edit.show_text("" if value is None else _written(value))
            self._say(None)

    def show_problem(self, problem: FieldProblem | None) -> None:
        mark(self.frame, problem is not None)

    def _typed(self, text: str) -> None:
        value, mistake = _read(text)
        self._say(mistake)
        if mistake is None:
            self.put(value)

    def _say(self, mistake: json.JSONDecodeError | None) -> None:
        self._mistake.setVisible(mistake is not None)
        self.edit.underline(0, 0)
        if mistake is not None:
            self.edit.underline(mistake.lineno, mistake.colno)
            self._mistake.setText(
                translate("Editor", "This is not JSON yet: line {line}, column {column}.").format(
                    line=mistake.lineno, column=mistake.colno
                )
            )

    def _complete(self, text: str, at: int) -> Completion:
        return complete(text, at, self.spec.names, self.context.sample, template=True)


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _read(text: str) -> tuple[Any, json.JSONDecodeError | None]:
    """The value of a JSON text and None, or None and the mistake; an empty text is no value."""
    if not text.strip():
        return None, None
    try:
        return json.loads(text), None
    except json.JSONDecodeError as error:
        return None, error
