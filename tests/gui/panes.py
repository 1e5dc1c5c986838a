"""The editor's panes on a draft of their own, without the editor around them: for their tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.flows.editor_tests import EditorTests
from app.models.answer_facts import AnswerFact
from app.models.job_draft import JobDraft
from app.models.job_path import Path
from app.pages.editor.beside import Beside
from app.session import Session
from app.theme.theme import Theme


class DraftHost:
    """An editor that is nothing but a draft."""

    def __init__(self) -> None:
        self.draft = JobDraft.new()
        self.name = ""
        self.sample: dict[str, Any] = {}
        self.secrets = 0
        self.facts: Mapping[Path, AnswerFact] = {}

    def document(self) -> dict[str, Any]:
        return self.draft.document

    def take(self, document: Mapping[str, Any]) -> None:
        self.draft.replace(document)

    def job(self) -> str:
        return self.name

    def know(self, sample: Mapping[str, Any]) -> None:
        self.sample.update(sample)

    def show_facts(self, facts: Mapping[Path, AnswerFact]) -> None:
        self.facts = facts

    def secrets_changed(self) -> None:
        self.secrets += 1


class Bench(QWidget):
    """A window with the panes in it."""

    def __init__(self, theme: Theme, session: Session) -> None:
        super().__init__()
        self.setObjectName("surface")
        self.beside = Beside(theme)
        self.host = DraftHost()
        self.flow = EditorTests(self.beside, self.host, session)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.beside)
        self.resize(560, 860)
