"""The line above the overview's graphs: whose numbers they are, and how it stands in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout

from app import shown
from app.models.overview import OverviewRow
from app.theme import fonts
from app.theme.states import health_look
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel
from app.widgets.lamp import Lamp
from app.words import Worded, translate

LINE_PX = 24
WORST_FIRST = ("bad", "warn", "good", "off")


class ScopeLine(Worded):
    """all_wanted: the numbers of all jobs again."""

    all_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._lamp = Lamp(theme, "skipped", "ring")
        self._title = PlainLabel(weight=QFont.Weight.DemiBold)
        self._sentence = ElidedLabel(tone="muted")
        self.all = Button(theme, kind="link", sign="close", px=12)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._lamp)
        row.addWidget(self._title)
        row.addWidget(self._sentence)
        row.addSpacing(4)
        row.addWidget(self.all)
        row.addStretch(1)
        self.setFixedHeight(fonts.room(LINE_PX))
        self.all.clicked.connect(self.all_wanted)
        self.all.hide()
        self.wording()

    def wording(self) -> None:
        self.all.setText(translate("Overview", "All jobs"))
        self.all.setAccessibleName(translate("Overview", "Show the graphs of all jobs"))

    @property
    def words(self) -> str:
        """What it says."""
        return f"{self._title.text()} {self._sentence.text()}"

    def show_all(self, rows: Sequence[OverviewRow]) -> None:
        """How all of them stand: the worst light, and how many of each."""
        counts = {health: sum(row.health == health for row in rows) for health in WORST_FIRST}
        worst = next((health for health in WORST_FIRST if counts[health]), "off")
        parts = [
            (counts["bad"], translate("Overview", "%Ln in trouble", "", counts["bad"])),
            (counts["warn"], translate("Overview", "%Ln to look at", "", counts["warn"])),
            (counts["good"], translate("Overview", "%Ln in order", "", counts["good"])),
            (counts["off"], translate("Overview", "%Ln paused", "", counts["off"])),
        ]
        words = " · ".join(part for count, part in parts if count)
        self._show(worst, translate("Overview", "All jobs"), words)
        self.all.hide()

    def show_row(self, row: OverviewRow) -> None:
        """How one of them stands, with its whole reason."""
        title = shown.line(row.job, 60)
        if row.consumer:
            title = translate("Overview", "{job} → {consumer}").format(
                job=title, consumer=shown.line(row.consumer, 60)
            )
        self._show(row.health, title, shown.line(row.happening))
        self.all.show()

    def _show(self, health: str, title: str, sentence: str) -> None:
        look = health_look(health)
        self._lamp.show_light(look.ink, look.icon)
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._sentence.setToolTip(shown.tip(sentence))
        self.setAccessibleName(f"{look.word}: {self.words}")
