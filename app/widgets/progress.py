"""Rows of long work: what it is, how far, how fast, how long still; pause, cancel, its result.

``ProgressRow`` is one, for lists; ``ProgressStrip`` stands at the window's foot on every page.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.models.work import Work, WorkState, figures, title
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, framed
from app.widgets.lamp import Lamp
from app.words import translate

ROW_PX = 40
BAR_PX = 160
TITLE_PX = 232
"""So wide is what the work is, so that the bars stand below each other."""
SHOWN_AT_MOST = 3
"""Rows in the strip; the others are on the activity page."""
WHOLE = 1000


class ProgressRow(QWidget):
    """Signals carry the Work. shown_wanted: look at it in full."""

    pause_wanted = Signal(object)
    resume_wanted = Signal(object)
    cancel_wanted = Signal(object)
    report_wanted = Signal(object)
    put_away_wanted = Signal(object)

    def __init__(self, theme: Theme, work: Work) -> None:
        super().__init__()
        self._work = work
        self.setFixedHeight(ROW_PX)
        self._lamp = Lamp(theme, "pending")
        self._title = ElidedLabel(weight=QFont.Weight.Medium)
        self._title.setFixedWidth(TITLE_PX)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(BAR_PX)
        self.figures = ElidedLabel(tone="muted")
        self.pause = Button(theme, kind="ghost", sign="pause")
        self.resume = Button(theme, kind="ghost", sign="play")
        self.cancel = Button(theme, kind="ghost")
        self.report = Button(theme, kind="ghost")
        self.put_away = Button(theme, kind="ghost", sign="close")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(12)
        for part in (self._lamp, self._title, self.bar, self.figures):
            row.addWidget(part)
        row.addStretch(1)
        row.setSpacing(8)
        for button, wanted in (
            (self.pause, self.pause_wanted),
            (self.resume, self.resume_wanted),
            (self.report, self.report_wanted),
            (self.cancel, self.cancel_wanted),
            (self.put_away, self.put_away_wanted),
        ):
            button.setFixedHeight(28)
            button.setProperty("small", button in (self.pause, self.resume, self.put_away))
            button.clicked.connect(lambda _=False, out=wanted: out.emit(self._work))
            row.addWidget(button)
        self._name()
        self.show_work(work)

    @property
    def work(self) -> Work:
        return self._work

    def _name(self) -> None:
        for button, words in (
            (self.pause, translate("Work", "Pause")),
            (self.resume, translate("Work", "Go on")),
            (self.put_away, translate("Work", "Put away")),
        ):
            button.setFixedWidth(28)
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.cancel.setText(translate("Work", "Cancel"))
        self.report.setText(translate("Work", "Details"))

    def show_work(self, work: Work) -> None:
        """The same work, as it stands now."""
        self._work = work
        self._title.setText(title(work))
        self.figures.setText(figures(work))
        self.setAccessibleName(f"{title(work)}: {figures(work)}")
        self._lamp.show_light(*_light(work))
        self.bar.setVisible(work.open)
        if work.share is None and work.state is WorkState.RUNNING:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, WHOLE)
            self.bar.setValue(round((work.share or 0.0) * WHOLE))
        self.pause.setVisible(work.can_pause)
        self.resume.setVisible(work.can_resume)
        self.cancel.setVisible(work.open)
        self.report.setVisible(bool(work.refusals or work.warnings))
        self.put_away.setVisible(not work.open)


class ProgressStrip(QFrame):
    """The newest rows, at the window's foot; not there while there is nothing to show.

    all_wanted: the activity page.
    """

    pause_wanted = Signal(object)
    resume_wanted = Signal(object)
    cancel_wanted = Signal(object)
    report_wanted = Signal(object)
    put_away_wanted = Signal(object)
    all_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._rows: dict[str, ProgressRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(framed("line"))
        self.more = Button(theme, kind="link")
        self.more.setFixedHeight(28)
        self.more.clicked.connect(self.all_wanted)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setAccessibleName(translate("Work", "Work in progress"))
        self.hide()

    @property
    def rows(self) -> list[ProgressRow]:
        """From the top."""
        return list(self._rows.values())

    def show_rows(self, works: Sequence[Work]) -> None:
        """Show the first of these; rows that stay keep their focus."""
        seen = works[:SHOWN_AT_MOST]
        keys = [work.key for work in seen]
        for key in [key for key in self._rows if key not in keys]:
            gone = self._rows.pop(key)
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, work in enumerate(seen):
            row = self._rows.get(work.key)
            if row is None:
                row = self._rows[work.key] = self._made(work)
            elif row.work != work:
                row.show_work(work)
            if self._column.indexOf(row) != place + 1:
                self._column.removeWidget(row)
                self._column.insertWidget(place + 1, row)
        rest = len(works) - len(seen)
        self.more.setVisible(rest > 0)
        self.more.setText(translate("Work", "%Ln more", "", rest))
        self.setVisible(bool(works))

    def _made(self, work: Work) -> ProgressRow:
        row = ProgressRow(self._theme, work)
        row.pause_wanted.connect(self.pause_wanted)
        row.resume_wanted.connect(self.resume_wanted)
        row.cancel_wanted.connect(self.cancel_wanted)
        row.report_wanted.connect(self.report_wanted)
        row.put_away_wanted.connect(self.put_away_wanted)
        return row


def _light(work: Work) -> tuple[str, str]:
    match work.state:
        case WorkState.RUNNING:
            return "pending", "disc"
        case WorkState.PAUSED:
            return "skipped", "ring"
        case WorkState.DONE:
            return ("retrying", "triangle") if work.refused else ("delivered", "disc")
        case WorkState.CANCELLED:
            return "skipped", "disc"
        case WorkState.FAILED:
            return "dead", "diamond"
