"""The activity page's alerts: what is open, what was lately, and where each leads to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import shown
from app.models.alerts import Place, alert_words, alerts_model, place_of, where_words
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed
from app.widgets.paged_table import PagedTable
from app.words import translate
from engine.api.wire import AlertShape

FOOT_PX = 52


class AlertsPart(QWidget):
    """place_wanted, rules_wanted: an AlertShape. channels_wanted: the settings of channels."""

    place_wanted = Signal(object)
    rules_wanted = Signal(object)
    channels_wanted = Signal()
    reload_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.model = alerts_model()
        self.model.setParent(self)
        self.list = PagedTable(theme, self.model, translate("Alerts", "Alerts"))
        self._where = PlainLabel(weight=QFont.Weight.DemiBold)
        self._words = ElidedLabel(tone="muted")
        self.place = Button(theme, kind="primary")
        self.rules = Button(theme)
        self.channels = Button(theme)
        self.channels.setText(translate("Alerts", "Channels…"))
        self.list.empty.buttons.addWidget(self.channels)
        self._foot = QWidget()
        self._foot.setFixedHeight(FOOT_PX)
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(10)
        row.addWidget(self._where)
        row.addWidget(self._words)
        row.addStretch(1)
        row.addWidget(self.rules)
        row.addWidget(self.place)
        self.rules.setText(translate("Alerts", "Rules of the job"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.list, 1)
        column.addWidget(framed("line"))
        column.addWidget(self._foot)
        self._wire()
        self._show_chosen()

    def _wire(self) -> None:
        self.list.table.selectionModel().selectionChanged.connect(self._show_chosen)
        self.model.modelReset.connect(self._show_chosen)
        self.model.dataChanged.connect(self._show_chosen)
        self.list.table.activated.connect(self._activated)
        self.place.clicked.connect(lambda: self._emit_chosen(self.place_wanted.emit))
        self.rules.clicked.connect(lambda: self._emit_chosen(self.rules_wanted.emit))
        self.channels.clicked.connect(self.channels_wanted)
        self.list.again.clicked.connect(self.reload_wanted)

    def show_alerts(self, alerts: Sequence[AlertShape], now: int) -> None:
        """Take these. now: the node's clock, UTC ms."""
        self.model.start(alerts, now)
        self.channels.setVisible(not alerts)
        if not alerts:
            self.list.say(
                translate("Alerts", "No alert is open, and none was lately"),
                translate("Alerts", "Rules stand in each job; channels say who is told."),
                "all-good",
            )
            return
        self.list.show_rows()

    def show_problem(self, sentence: str, hint: str) -> None:
        """They could not be read."""
        if not self.model.rows:
            self.channels.hide()
            self.list.say(sentence, hint, "warning", again=True)

    def first_focus(self) -> QWidget:
        return self.list.table if self.model.rows else self.channels

    def _show_chosen(self) -> None:
        alert = self.list.chosen
        self._foot.setEnabled(alert is not None)
        self._foot.setVisible(bool(self.model.rows))
        if alert is None:
            self._where.setText("")
            self._words.setText(translate("Alerts", "Choose an alert to look into it."))
            self.place.setText(translate("Alerts", "Look into it"))
            return
        self._where.setText(where_words(alert))
        self._words.setText(_detail(alert))
        self._words.setToolTip(shown.tip(_detail(alert)))
        self.place.setText(place_words(alert))

    def _emit_chosen(self, out: Callable[[AlertShape], None]) -> None:
        alert = self.list.chosen
        if alert is not None:
            out(alert)

    def _activated(self, index: QModelIndex) -> None:
        self.place_wanted.emit(self.model.rows[index.row()])


def place_words(alert: AlertShape) -> str:
    """The button that leads to the alert's place."""
    match place_of(alert):
        case Place.FAILURES:
            return translate("Alerts", "Show the failures")
        case Place.UNSYNCED:
            return translate("Alerts", "Show what waits")
        case Place.SOURCE:
            return translate("Alerts", "Show the source")


def _detail(alert: AlertShape) -> str:
    """What it says, and the condition where that says something else."""
    words, when = shown.line(alert_words(alert)), shown.line(alert.when)
    if when in words:
        return words
    return translate("Alerts", "{sentence} The rule: {when}").format(sentence=words, when=when)
