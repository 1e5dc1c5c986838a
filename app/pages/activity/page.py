"""The activity page: a tab for each part."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.pages.activity.alerts import AlertsPart
from app.pages.activity.audit import AuditPart
from app.pages.activity.operations import OperationsPart
from app.pages.page import Page
from app.theme.theme import Theme
from app.widgets.basics import framed
from app.widgets.toast import Toast
from app.words import translate


class Part(IntEnum):
    """The tabs in their order."""

    OPERATIONS = 0
    ALERTS = 1
    AUDIT = 2


class ActivityPage(Page):
    """part_changed: another tab is looked at."""

    part_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("panel")
        self.operations = OperationsPart(theme)
        self.alerts = AlertsPart(theme)
        self.audit = AuditPart(theme)
        self.toast = Toast(theme, self)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self._open_alerts = 0
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(20, 4, 20, 0)
        bar.addWidget(self.tabs)
        bar.addStretch(1)
        column.addLayout(bar)
        column.addWidget(framed("line"))
        column.addWidget(self._stack, 1)
        for part in (self.operations, self.alerts, self.audit):
            self._stack.addWidget(part)
            self.tabs.addTab("")
        self.tabs.currentChanged.connect(self._tab_changed)
        self.wording()

    def wording(self) -> None:
        self.tabs.setAccessibleName(translate("Activity", "Parts of the activity"))
        self.tabs.setTabText(Part.OPERATIONS, translate("Activity", "Operations"))
        self.tabs.setTabText(Part.AUDIT, translate("Activity", "Audit"))
        self._name_alerts()

    @property
    def part(self) -> Part:
        """The tab that is looked at."""
        return Part(self.tabs.currentIndex())

    def show_part(self, part: Part) -> None:
        """Bring a tab to the front."""
        self.tabs.setCurrentIndex(part)

    def show_open_alerts(self, n: int) -> None:
        """How many alerts are open, beside the tab's name."""
        if n != self._open_alerts:
            self._open_alerts = n
            self._name_alerts()

    def shows_work(self) -> bool:
        return self.part is Part.OPERATIONS

    def first_focus(self) -> QWidget:
        match self.part:
            case Part.OPERATIONS:
                return self.operations.first_focus()
            case Part.ALERTS:
                return self.alerts.first_focus()
            case Part.AUDIT:
                return self.audit.first_focus()

    def state(self) -> object:
        return int(self.part)

    def restore(self, state: object) -> None:
        if isinstance(state, int):
            self.show_part(Part(state))

    def _name_alerts(self) -> None:
        words = (
            translate("Activity", "Alerts {n}").format(n=self._open_alerts)
            if self._open_alerts
            else translate("Activity", "Alerts")
        )
        self.tabs.setTabText(Part.ALERTS, words)

    def _tab_changed(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self.bar_changed.emit()
        self.part_changed.emit()
