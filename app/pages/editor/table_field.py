"""A table of names and values: query, headers, variables. Its last line is always an empty one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout

from app.models.completion import Completion, complete
from app.models.job_path import Path
from app.models.job_schema import FieldSpec
from app.pages.editor.context import EditorContext, FieldProblem
from app.pages.editor.field import Field, mark
from app.pages.editor.plain_fields import as_number, as_text
from app.theme import fonts
from app.widgets.basics import Button, framed
from app.widgets.code_edit import CodeEdit
from app.words import translate

NAME_SHARE = 2
VALUE_SHARE = 4


class _NameEdit(QLineEdit):
    """The name of a line."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bare")
        self.setFont(fonts.code_font())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()


@dataclass(slots=True)
class _Line:
    name: _NameEdit
    value: CodeEdit
    remove: Button


class TableField(Field):
    """Names and values, a line each."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path) -> None:
        super().__init__(context, spec, path)
        self.lines: list[_Line] = []
        self._frame = framed("field")
        self._grid = QGridLayout(self._frame)
        self._grid.setContentsMargins(8, 0, 4, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, NAME_SHARE)
        self._grid.setColumnStretch(1, VALUE_SHARE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._frame)
        self._add_line()

    # ------------------------------------------------------------ showing
    def show_value(self, value: Any) -> None:
        pairs = list(value.items()) if isinstance(value, dict) else []
        if dict(pairs) == self._value():
            return
        while len(self.lines) < len(pairs) + 1:
            self._add_line()
        while len(self.lines) > len(pairs) + 1:
            self._drop(self.lines[-1])
        for line, (name, each) in zip(self.lines, [*pairs, ("", "")], strict=True):
            if line.name.text() != name:
                line.name.setText(name)
                line.name.setCursorPosition(0)
            line.value.show_text(as_text(each))
        self._name_lines()

    def show_problem(self, problem: FieldProblem | None) -> None:
        """The mistake is underlined in its line."""
        for line in self.lines:
            line.value.underline(0, 0)
        inside = self.context.problem_at(self.path, below=True)
        mark(self._frame, inside is not None)
        if inside is None:
            return
        name = str(inside.path[len(self.path)]) if len(inside.path) > len(self.path) else ""
        for line in self.lines:
            if line.name.text() == name:
                line.value.underline(inside.line or 1, inside.column or 1)

    # ------------------------------------------------------------ lines
    def _add_line(self) -> _Line:
        place = len(self.lines)
        name, value = _NameEdit(), CodeEdit(self.context.theme, template=True)
        name.setPlaceholderText(translate("Editor", "Name"))
        value.setPlaceholderText(translate("Editor", "Value"))
        value.completer = self._complete
        remove = Button(self.context.theme, kind="ghost", sign="close", px=12)
        remove.setFixedWidth(26)
        line = _Line(name, value, remove)
        top = Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(name, place, 0, top)
        self._grid.addWidget(value, place, 1)
        self._grid.addWidget(remove, place, 2, top)
        self.lines.append(line)
        for widget in (name, value):
            self.watch(widget)
        name.textEdited.connect(lambda _: self._typed())
        value.typed.connect(lambda _: self._typed())
        remove.clicked.connect(lambda: self._remove(line))
        self._name_lines()
        return line

    def _drop(self, line: _Line) -> None:
        self.lines.remove(line)
        for widget in (line.name, line.value, line.remove):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._watched = [each for each in self._watched if each not in (line.name, line.value)]

    def _remove(self, line: _Line) -> None:
        if line is not self.lines[-1]:
            place = self.lines.index(line)
            self._drop(line)
            self._again()
            self.lines[min(place, len(self.lines) - 1)].name.setFocus()
            self._put()

    def _again(self) -> None:
        """Lines stand where their places say."""
        for place, line in enumerate(self.lines):
            self._grid.addWidget(line.name, place, 0)
            self._grid.addWidget(line.value, place, 1)
            self._grid.addWidget(line.remove, place, 2)
        self._name_lines()

    def _name_lines(self) -> None:
        for place, line in enumerate(self.lines):
            last = line is self.lines[-1]
            line.remove.setVisible(not last)
            named = {"title": self.title, "number": place + 1}
            line.name.setAccessibleName(
                translate("Editor", "{title}, line {number}, name").format(**named)
            )
            line.value.setAccessibleName(
                translate("Editor", "{title}, line {number}, value").format(**named)
            )
            line.remove.setAccessibleName(
                translate("Editor", "{title}, remove line {number}").format(**named)
            )

    # ------------------------------------------------------------ typing
    def _typed(self) -> None:
        last = self.lines[-1]
        if last.name.text() or last.value.toPlainText():
            self._add_line()
        self._put()

    def _put(self) -> None:
        self.put(self._value() or None)

    def _value(self) -> dict[str, Any]:
        old = self.context.draft.get(self.path)
        pairs = [(line.name.text().strip(), line.value.toPlainText()) for line in self.lines]
        return {
            name: _typed_like(old.get(name) if isinstance(old, dict) else None, text)
            for name, text in pairs
            if name
        }

    def _complete(self, text: str, at: int) -> Completion:
        return complete(text, at, self.spec.names, self.context.sample, template=True)


def _typed_like(old: Any, text: str) -> Any:
    """A value that was a number or true stays one where the text still is; else it is a text."""
    if isinstance(old, bool) and text in ("true", "false"):
        return text == "true"
    if isinstance(old, int | float) and not isinstance(old, bool):
        number = as_number(text)
        return text if number is None else number
    return text
