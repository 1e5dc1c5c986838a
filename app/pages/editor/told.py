"""Fields with the problems of them in words below: the one place where a problem is told."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import shown
from app.pages.editor.context import EditorContext, FieldProblem
from app.pages.editor.field import Field
from app.widgets.basics import PlainLabel

SENTENCE_CAP = 400


class Told(QWidget):
    """inside: the widget that holds the fields."""

    def __init__(self, context: EditorContext, fields: Sequence[Field], inside: QWidget) -> None:
        super().__init__()
        self.setObjectName("clear")
        self.fields = tuple(fields)
        self._context = context
        self._words = PlainLabel(tone="dead")
        self._words.setWordWrap(True)
        self._words.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(inside)
        column.addWidget(self._words)

    @property
    def words(self) -> str:
        """What it tells now, "" for nothing."""
        return self._words.text() if self._words.isVisibleTo(self) else ""

    def tell(self) -> None:
        """Mark the fields that are wrong and say why."""
        sentences: list[str] = []
        for field in self.fields:
            problem = self._context.problem_at(field.path, below=not field.tells_inside())
            field.show_problem(problem)
            if problem is not None:
                step = problem.path[len(field.path) :][:1]
                deep = f"{step[0]}: " if step and isinstance(step[0], str) else ""
                words = self._without_text(problem)
                sentences.append(f"{deep if deep != 'secret: ' else ''}{words}")
        unique = list(dict.fromkeys(sentences))
        self._words.setText(shown.block("\n".join(unique), SENTENCE_CAP))
        self._words.setVisible(bool(unique))

    def _without_text(self, problem: FieldProblem) -> str:
        """The sentence without the expression it begins with: that stands in the field above."""
        text = self._context.draft.get(problem.path)
        words = problem.words
        if isinstance(text, str) and text and words.startswith(f"{text}: "):
            words = words[len(text) + 2 :]
            return words[:1].upper() + words[1:]
        return words
