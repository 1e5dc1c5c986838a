"""What every field of the editor is: bound to a place of the document, reports who has focus."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from app.field_words import words_of
from app.models.answer_facts import AnswerFact
from app.models.job_path import Path, path_text
from app.models.job_schema import NOTHING, FieldSpec
from app.pages.editor.context import EditorContext, FieldProblem
from app.widgets.basics import set_property


class Field(QWidget):
    """Base of all fields. Subclasses show a value and put what is typed."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path) -> None:
        super().__init__()
        self.setObjectName("clear")
        self.context = context
        self.spec = spec
        self.path = path
        self._watched: list[QWidget] = []

    # ------------------------------------------------------------ what subclasses do
    def show_value(self, value: Any) -> None:
        """Show what stands in the document; None where nothing does."""
        raise NotImplementedError

    def show_problem(self, problem: FieldProblem | None) -> None:
        """Mark the field as wrong, or as right again."""
        for widget in self._watched:
            mark(widget, problem is not None)

    def show_fact(self, fact: AnswerFact | None) -> None:
        """Show what the last answer says of it; after its problem."""

    def leaves(self) -> list[Field]:
        """The fields in this one that hold a value of their own."""
        return [self]

    def tells_inside(self) -> bool:
        """Whether problems of what is below its place are shown by fields in it."""
        return False

    # ------------------------------------------------------------ for subclasses
    @property
    def title(self) -> str:
        return words_of(self.spec.title)

    def watch(self, widget: QWidget) -> None:
        """This inner widget takes the keyboard for the field."""
        widget.setAccessibleName(self.title)
        widget.setAccessibleDescription(words_of(self.spec.help))
        widget.setObjectName(path_text(self.path))
        widget.installEventFilter(self)
        self._watched.append(widget)
        if self.focusProxy() is None:
            self.setFocusProxy(widget)

    def put(self, value: Any) -> None:
        """What was typed; None for an empty field."""
        self.context.put(self.path, value)

    def refresh(self) -> None:
        """Show what stands in the document now."""
        self.show_value(self.context.draft.get(self.path))

    def placeholder(self) -> str:
        """What an empty field shows: its default, or an example."""
        if self.spec.default not in (NOTHING, None, "") and not isinstance(
            self.spec.default, list | dict
        ):
            return str(self.spec.default)
        example = self.spec.examples[0] if self.spec.examples else ""
        return ", ".join(map(str, example)) if isinstance(example, list) else str(example)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.FocusIn:
                self.context.focused.emit(self.path, self.spec)
            case QEvent.Type.FocusOut:
                self.context.draft.end_step()
                self.context.touch(self.path)
            case QEvent.Type.ShortcutOverride if _undoes(event):
                event.ignore()  # the document's undo, not the one of this line alone
                return True
            case _:
                pass
        return super().eventFilter(watched, event)


def mark(widget: QWidget, wrong: bool) -> None:
    """Give a widget the look of something wrong, or take it away; asking the style is dear."""
    if bool(widget.property("wrong")) != wrong:
        set_property(widget, "wrong", wrong)


def _undoes(event: QEvent) -> bool:
    undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
    return isinstance(event, QKeyEvent) and (event.matches(undo) or event.matches(redo))
