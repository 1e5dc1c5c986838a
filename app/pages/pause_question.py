"""The question before a pause: until when, and why. A pause with an end is a maintenance window."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app import format, shown
from app.models import pause_end
from app.pages.bulk_question import ReasonField
from app.theme import tokens
from app.theme.theme import Theme
from app.widgets.basics import PlainLabel
from app.widgets.field_button import FieldButton
from app.widgets.menu import Menu
from app.widgets.question import Question
from app.words import translate


class PauseQuestion(Question):
    """until: UTC ms, or None for until somebody resumes. reason: as the operator wrote it."""

    def __init__(self, theme: Theme, parent: QWidget, now: int) -> None:
        """now: the node's clock, UTC ms."""
        super().__init__(theme, parent)
        self._theme = theme
        self._now = datetime.fromtimestamp(now / 1000, UTC).astimezone()
        self._end: datetime | None = None
        self.end = FieldButton(theme, self._ends)
        self.time = QLineEdit()
        self.problem = PlainLabel(tone="dead", px=tokens.SMALL_PX)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.why = ReasonField()
        words = translate("Pause", "Another time: 22:30, or 11-24 06:00")
        self.time.setPlaceholderText(translate("Pause", "such as 22:30"))
        self.time.setAccessibleName(words)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.end)
        row.addWidget(self.time, 1)
        holder = QWidget()
        holder.setObjectName("clear")
        holder.setLayout(row)
        self.add_field(holder)
        self.add_field(self.problem)
        self.add_field(self.why)
        self.time.textChanged.connect(self._time_changed)
        self._choose(None)

    def ask_pause(self, job: str, consumer: str) -> None:
        """Ask; consumer "" means the whole job."""
        if consumer:
            title = translate("Pause", "Pause consumer {name}?").format(
                name=shown.line(consumer, 80)
            )
            sentence = translate(
                "Pause", "Records are still pulled and wait. What is being sent is finished first."
            )
        else:
            title = translate("Pause", "Pause job {name}?").format(name=shown.line(job, 80))
            sentence = translate(
                "Pause", "Nothing is pulled or sent. What is under way is finished first."
            )
        self.ask(title, sentence, translate("Pause", "Pause"))

    @property
    def until(self) -> int | None:
        return None if self._end is None else round(self._end.timestamp() * 1000)

    @property
    def reason(self) -> str:
        return self.why.reason

    def _ends(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        now = self._now
        ends: list[datetime | None] = [None]
        ends += [pause_end.after(now, minutes) for minutes in pause_end.LASTS_MIN]
        ends.append(pause_end.next_morning(now))
        for end in ends:
            action = menu.addAction(self._word(end))
            action.setCheckable(True)
            action.setChecked(end == self._end)
            action.triggered.connect(lambda _=False, at=end: self._choose(at))
        return menu

    def _choose(self, end: datetime | None) -> None:
        self.time.blockSignals(True)
        self.time.clear()
        self.time.blockSignals(False)
        self._take(end, "")

    def _time_changed(self, text: str) -> None:
        if not text.strip():
            self._take(None, "")
            return
        end = pause_end.read(text, self._now)
        problem = translate("Pause", "Write a time to come, such as 22:30 or 2026-11-24 06:00.")
        self._take(end, "" if end is not None else problem)

    def _take(self, end: datetime | None, problem: str) -> None:
        self._end = end
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.yes.setEnabled(not problem)
        self.fit()
        self.end.show_value(translate("Pause", "Until"), self._word(end))

    def _word(self, end: datetime | None) -> str:
        if end is None:
            return translate("Pause", "somebody resumes")
        at, now = round(end.timestamp() * 1000), round(self._now.timestamp() * 1000)
        return translate("Pause", "{time}, in {span}").format(
            time=format.minute(at, now), span=format.span(round((at - now) / 60_000) * 60)
        )
