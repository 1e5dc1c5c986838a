"""Fields with what is wrong with them below, in words, or what the last answer says of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import shown
from app.pages.editor.context import EditorContext, FieldProblem
from app.pages.editor.field import Field
from app.pages.editor.pane import Note
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
        self._note: Note | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(inside)
        column.addWidget(self._words)
        self._column = column

    @property
    def words(self) -> str:
        """What it tells to be wrong now, "" for nothing."""
        return self._words.text() if self._words.isVisibleTo(self) else ""

    @property
    def note(self) -> str:
        """What is worth knowing of fields that fit, "" for nothing."""
        return "" if self._note is None else self._note.words

    def tell(self) -> None:
        """Mark the fields that are wrong and say why."""
        sentences: list[str] = []
        notes: list[str] = []
        for field in self.fields:
            problem = self._context.problem_at(field.path, below=not field.tells_inside())
            field.show_problem(problem)
            if problem is not None:
                step = problem.path[len(field.path) :][:1]
                deep = f"{step[0]}: " if step and isinstance(step[0], str) else ""
                words = self._without_text(problem)
                sentences.append(f"{deep if deep != 'secret: ' else ''}{words}")
            fact = self._context.fact_at(field.path)
            field.show_fact(fact)
            if fact is not None and fact.note and problem is None:
                (notes if fact.fits else sentences).append(fact.note)
        unique = list(dict.fromkeys(sentences))
        self._words.setText(shown.block("\n".join(unique), SENTENCE_CAP))
        self._words.setVisible(bool(unique))
        self._say("" if unique else " ".join(notes))

    def _say(self, note: str) -> None:
        if note == self.note:
            return
        if self._note is None:
            self._note = Note(side_px=0, top_px=2)
            self._column.addWidget(self._note)
        self._note.say(note)

    def _without_text(self, problem: FieldProblem) -> str:
        """The sentence without the expression it begins with: that stands in the field above."""
        text = self._context.draft.get(problem.path)
        words = problem.words
        if isinstance(text, str) and text and words.startswith(f"{text}: "):
            words = words[len(text) + 2 :]
            return words[:1].upper() + words[1:]
        return words
