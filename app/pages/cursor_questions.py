"""Two questions about how far a pull has got: pull a range again, and move the cursor itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app import shown
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import PlainLabel
from app.widgets.choice import ChoiceButton
from app.widgets.question import Question
from app.words import translate
from engine.api.wire import CursorPreviewShape, CursorShape

TYPING_MS = 300


class _CursorQuestion(Question):
    """Which shard, and how its values are written."""

    def __init__(self, theme: Theme, parent: QWidget, cursors: Sequence[CursorShape]) -> None:
        super().__init__(theme, parent)
        self.cursors = {each.shard: each for each in cursors}
        self.shard = ChoiceButton(theme)
        self.shard.setAccessibleName(translate("Jobs", "Pull shard"))
        self.problem = PlainLabel(tone="dead", px=tokens.SMALL_PX)
        self.problem.setWordWrap(True)
        self.problem.hide()

    def field(self, words: str, example: str) -> QLineEdit:
        """A line for a cursor value."""
        edit = QLineEdit()
        edit.setFont(fonts.code_font())
        edit.setPlaceholderText(example)
        edit.setAccessibleName(words)
        self.add_field(_captioned(words, edit))
        return edit

    def refuse(self, sentence: str) -> None:
        """The node said no."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.yes.setEnabled(True)
        self.fit()

    @property
    def example(self) -> str:
        """A value as the source writes it."""
        values = [each.value or each.start for each in self.cursors.values()]
        return next((value for value in values if value), "2026-01-31T09:30:00Z")


class RepullQuestion(_CursorQuestion):
    """Pulls what lies between two cursor values again; the live cursor stays where it is.

    shard_name: None for all. since, until: None for the document's start and the source's end.
    """

    def __init__(self, theme: Theme, parent: QWidget, cursors: Sequence[CursorShape]) -> None:
        super().__init__(theme, parent, cursors)
        self.shard.set_choices(
            [(None, translate("Jobs", "All pull shards")), *((name, name) for name in self.cursors)]
        )
        self.shard.show_value(None)
        self.shard.chosen.connect(self.shard.show_value)
        if len(self.cursors) > 1:
            self.add_field(_captioned(translate("Jobs", "Pull shard"), self.shard))
        self.since_edit = self.field(
            translate("Jobs", "From, as the source writes it"), self.example
        )
        self.until_edit = self.field(
            translate("Jobs", "To, left empty: up to the end"), self.example
        )
        self.add_field(self.problem)
        self.since_edit.textChanged.connect(lambda _: self.refuse(""))
        self.until_edit.textChanged.connect(lambda _: self.refuse(""))

    def ask_range(self, job: str) -> None:
        """Ask for the range."""
        self.ask(
            translate("Jobs", "Pull a range of {job} again").format(job=shown.line(job, 60)),
            translate(
                "Jobs",
                "Records that changed since become new versions and are sent; those that did not "
                "are recognised. The live cursor stays where it is, and goes on beside it.",
            ),
            translate("Jobs", "Pull again"),
        )
        self.since_edit.setFocus()

    @property
    def shard_name(self) -> str | None:
        value = self.shard.value
        return value if isinstance(value, str) else None

    @property
    def since(self) -> str | None:
        return self.since_edit.text().strip() or None

    @property
    def until(self) -> str | None:
        return self.until_edit.text().strip() or None


class CursorQuestion(_CursorQuestion):
    """Moves a shard's cursor. preview_wanted: shard and value, to tell what it would mean."""

    preview_wanted = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget, cursors: Sequence[CursorShape]) -> None:
        super().__init__(theme, parent, cursors)
        names = list(self.cursors)
        self.shard.set_choices([(name, name) for name in names])
        self.shard.show_value(names[0])
        self.shard.chosen.connect(self._choose)
        if len(names) > 1:
            self.add_field(_captioned(translate("Jobs", "Pull shard"), self.shard))
        self.now = PlainLabel(tone="muted")
        self.now.setWordWrap(True)
        self.add_field(self.now)
        self.value_edit = self.field(
            translate("Jobs", "New value; left empty: from the start"), self.example
        )
        self.meaning = PlainLabel()
        self.meaning.setWordWrap(True)
        self.add_field(self.meaning)
        self.add_field(self.problem)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(TYPING_MS)
        self._later.timeout.connect(self.preview)
        self.value_edit.textChanged.connect(lambda _: self._typed())

    def ask_value(self, job: str) -> None:
        """Ask for the value."""
        self.ask(
            translate("Jobs", "Set the cursor of {job}").format(job=shown.line(job, 60)),
            translate(
                "Jobs",
                "The next pull begins there. Nothing that is in the ledger goes; what comes again "
                "unchanged is recognised.",
            ),
            translate("Jobs", "Set the cursor"),
        )
        self.value_edit.setFocus()
        self._show_now()
        self.preview()

    @property
    def shard_name(self) -> str:
        return str(self.shard.value)

    @property
    def value(self) -> str | None:
        return self.value_edit.text().strip() or None

    def preview(self) -> None:
        """Ask what the value that stands there would mean."""
        self._later.stop()
        self.preview_wanted.emit(self.shard_name, self.value)

    def show_preview(self, preview: CursorPreviewShape) -> None:
        """What it would mean, in numbers."""
        if (preview.shard, preview.after) != (self.shard_name, self.value) and preview.after:
            return
        self.meaning.setText(shown.line(preview.sentence, 600))
        ink = {"back": "", "ahead": "retrying", "same": "muted"}.get(preview.direction, "muted")
        self.meaning.set_tone(ink)
        self.yes.setEnabled(preview.direction != "same")
        self.problem.hide()
        self.fit()

    def _choose(self, shard: object) -> None:
        self.shard.show_value(shard)
        self._show_now()
        self.preview()

    def _typed(self) -> None:
        self.yes.setEnabled(False)
        self._later.start()

    def _show_now(self) -> None:
        cursor = self.cursors[self.shard_name]
        if cursor.value is None:
            self.now.setText(translate("Jobs", "It stands at the start: nothing was pulled yet."))
            return
        words = translate("Jobs", "It stands at {value}.")
        self.now.setText(words.format(value=shown.line(cursor.value, 120)))


def _captioned(words: str, field: QWidget) -> QWidget:
    holder = QWidget()
    holder.setObjectName("clear")
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(PlainLabel(words, tone="muted", px=tokens.SMALL_PX))
    row = QHBoxLayout()
    row.addWidget(field, 0 if isinstance(field, ChoiceButton) else 1)
    if isinstance(field, ChoiceButton):
        row.addStretch(1)
    column.addLayout(row)
    return holder
