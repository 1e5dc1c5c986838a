"""What every part of the editor shares: the draft, its problems, what is known of the node.

Fields put values here and are told here of changes; none knows another. Not for asking the node:
``flows.job_editor`` does that and fills in what it learns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.models.answer_facts import AnswerFact
from app.models.job_draft import JobDraft
from app.models.job_path import Path, resolve
from app.models.job_schema import FieldSpec
from app.theme.theme import Theme
from engine.api.wire import ProblemShape

MODE = ("producer", "mode")
CURSOR = ("producer", "cursor")


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A problem and its place in the document."""

    path: Path
    sentence: str
    hint: str = ""
    line: int = 0
    column: int = 0

    @property
    def words(self) -> str:
        return f"{self.sentence} {self.hint}".strip()


class EditorContext(QObject):
    """Signals tell what changed; everything is read here again then.

    focused: the path and FieldSpec of the field that has the keyboard.
    secret_wanted: the path of a field that names a secret, and the name, "" for a new one: it
    shall be set. channels_wanted: alert channels shall be added or changed.
    """

    document_changed = Signal()
    problems_changed = Signal()
    facts_changed = Signal()
    known_changed = Signal()
    focused = Signal(object, object)
    secret_wanted = Signal(object, str)
    channels_wanted = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.root: FieldSpec | None = None
        self.draft = JobDraft.new()
        self.problems: tuple[FieldProblem, ...] = ()
        self.secrets: frozenset[str] | None = None
        self.channels: frozenset[str] | None = None
        self.sample: dict[str, Any] = {}
        self.facts: Mapping[Path, AnswerFact] = {}
        self.tells_all = False
        self._touched: set[Path] = set()
        self.draft.watch(self._changed)

    # ------------------------------------------------------------ the document
    def open(self, draft: JobDraft) -> None:
        """Edit this draft from now on."""
        self.draft = draft
        self.problems = ()
        self.tells_all = not draft.is_new
        self._touched.clear()
        self.sample = {}
        self.facts = {}
        draft.watch(self._changed)
        self.document_changed.emit()
        self.problems_changed.emit()

    def put(self, path: Path, value: Any) -> None:
        """Take a field's new value; None takes the field away."""
        self._touched.add(path)
        if (together := self._coupled(path, value)) is not None:
            self.draft.merge(together)
        elif value is None:
            self.draft.remove(path)
        else:
            self.draft.set(path, value)

    def _coupled(self, path: Path, value: Any) -> Mapping[str, Any] | None:
        """Fields that only change together: the mode of a pull and its cursor."""
        if path == MODE and value == "full" and self.draft.has(CURSOR):
            return {"producer": {"mode": "full", "cursor": None}}
        if path == (*CURSOR, "value"):
            if value is None:
                return {"producer": {"mode": "full", "cursor": None}}
            if self.draft.get(MODE) == "full":
                return {"producer": {"mode": "incremental", "cursor": {"value": value}}}
        return None

    def _changed(self) -> None:
        self.document_changed.emit()

    # ------------------------------------------------------------ problems
    def show_problems(self, problems: Sequence[ProblemShape]) -> None:
        """What the node found wrong."""
        document = self.draft.document
        self.problems = tuple(
            FieldProblem(resolve(one.path, document), one.sentence, one.hint, one.line, one.column)
            for one in problems
        )
        self.problems_changed.emit()

    def tell_all(self) -> None:
        """From now on fields nobody has been in tell their problems too: a save was tried."""
        if not self.tells_all:
            self.tells_all = True
            self.problems_changed.emit()

    def touch(self, path: Path) -> None:
        """Somebody was in this field."""
        if path not in self._touched:
            self._touched.add(path)
            self.problems_changed.emit()

    def tells(self, problem: FieldProblem) -> bool:
        """Whether the problem is shown at its field already."""
        filled = self.draft.get(problem.path) not in (None, "")
        return self.tells_all or filled or problem.path in self._touched

    def problem_at(self, path: Path, *, below: bool = False) -> FieldProblem | None:
        """The first problem of a field, or with ``below`` of anything in it."""
        for one in self.problems:
            at = one.path == path or (below and one.path[: len(path)] == path)
            if at and self.tells(one):
                return one
        return None

    # ------------------------------------------------------------ what the last answer says
    def show_facts(self, facts: Mapping[Path, AnswerFact]) -> None:
        """By the place of the field; none where no answer came, or none that can be read."""
        if facts != self.facts:
            self.facts = facts
            self.facts_changed.emit()

    def fact_at(self, path: Path) -> AnswerFact | None:
        """What it says of a field in which something stands."""
        return self.facts.get(path) if self.draft.get(path) not in (None, "") else None

    @property
    def fits(self) -> bool:
        """Whether an answer came and every field that reads it fits."""
        return bool(self.facts) and all(fact.fits for fact in self.facts.values())

    # ------------------------------------------------------------ what is known of the node
    def know(
        self,
        *,
        secrets: Iterable[str] | None = None,
        channels: Iterable[str] | None = None,
        sample: Mapping[str, Any] | None = None,
    ) -> None:
        """Names of secrets and channels that are set; what the last answer held, by name."""
        if secrets is not None:
            self.secrets = frozenset(secrets)
        if channels is not None:
            self.channels = frozenset(channels)
        if sample is not None:
            self.sample = {**self.sample, **sample}
        self.known_changed.emit()
