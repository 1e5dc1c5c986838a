"""Settings, Database: where it is and how it is, and the check that recounts everything."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from app import format, shown
from app.pages.settings.section import Section
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel, framed, set_property
from app.widgets.facts import Fact, Facts
from app.words import translate
from engine.api.wire import CheckShape, DatabaseShape

BROKEN_SHOWN = 20
LITTLE_BYTES = 2_000_000_000


class DatabaseSection(Section):
    """check_wanted: recount now."""

    check_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            translate("Database", "Database"),
            translate("Database", "Where this node keeps its ledger, and whether it adds up."),
        )
        self.facts = Facts()
        self.card().addWidget(self.facts)
        card = self.card(translate("Database", "Check"))
        words = PlainLabel(
            translate(
                "Database",
                "Recounts every record, delivery and attempt and compares them with what the "
                "screens tell. It reads beside the traffic; with millions of records it takes "
                "minutes. It goes on when you leave this page.",
            ),
            tone="muted",
        )
        words.setWordWrap(True)
        card.addWidget(words)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.check = Button(theme, translate("Database", "Check now"))
        self.check.clicked.connect(self.check_wanted)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 0)
        self.progress.setAccessibleName(translate("Database", "The check runs"))
        self._passed = PlainLabel(tone="muted")
        row.addWidget(self.check)
        row.addWidget(self.progress, 1)
        row.addWidget(self._passed)
        row.addStretch(1)
        card.addLayout(row)
        self._note = framed("note")
        self._result = PlainLabel()
        self._result.setWordWrap(True)
        note = QHBoxLayout(self._note)
        note.setContentsMargins(12, 8, 12, 8)
        note.addWidget(self._result)
        card.addWidget(self._note)
        self._note.hide()
        self.show_running(None)
        self.say(translate("Database", "Reading…"))

    @property
    def result(self) -> str:
        """What the last check told, "" before one ended."""
        return self._result.text() if self._note.isVisibleTo(self) else ""

    def say(self, words: str) -> None:
        """Instead of facts."""
        self.facts.show_facts([Fact(translate("Database", "Database"), words)])

    def show_database(self, database: DatabaseShape) -> None:
        """What the node tells of it."""
        facts = [
            Fact(translate("Database", "Kind"), database.program),
            Fact(translate("Database", "Place"), database.place, code=True),
            Fact(translate("Database", "Size"), format.size(database.size)),
        ]
        if database.free is not None:
            facts.append(
                Fact(
                    translate("Database", "Free on its disk"),
                    format.size(database.free),
                    tone="dead" if database.free < LITTLE_BYTES else "",
                )
            )
        facts.append(Fact(translate("Database", "Schema"), format.number(database.schema_version)))
        self.facts.show_facts(facts)

    def show_running(self, seconds: float | None) -> None:
        """For how long the check runs; None when it does not."""
        running = seconds is not None
        self.check.setEnabled(not running)
        self.progress.setVisible(running)
        self._passed.setVisible(running)
        if seconds is not None:
            self._note.hide()
            self._passed.setText(format.span(seconds))

    def show_result(self, check: CheckShape, seconds: float) -> None:
        """What came out."""
        if check.ok:
            words = translate("Database", "%Ln fact(s) compared, all right.", "", check.checked)
            took = translate("Database", "It took {time}.").format(time=format.span(seconds))
            self._tell(f"{words} {took}", "delivered")
            return
        lines = [translate("Database", "%Ln broken fact(s):", "", len(check.broken))]
        lines += [
            f"{shown.line(one.place, 80)}: {shown.line(one.sentence, 300)}"
            for one in check.broken[:BROKEN_SHOWN]
        ]
        lines.append(translate("Database", "Keep a copy of the database before anything else."))
        self._tell("\n".join(lines), "dead")

    def show_failed(self, sentence: str, hint: str) -> None:
        """The check came to no end."""
        self._tell(f"{sentence} {hint}".strip(), "dead")

    def _tell(self, words: str, state: str) -> None:
        self.show_running(None)
        self._result.setText(words)
        set_property(self._note, "state", state)
        set_property(self._result, "tone", state)
        self._note.show()
