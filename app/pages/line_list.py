"""Short lists in the detail pane: the versions of a key, the other consumers of a record."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app import format, shown
from app.models.record_rows import status_word
from app.theme import tokens
from app.theme.states import state_look
from app.theme.theme import Theme
from app.widgets import layouts
from app.widgets.basics import ElidedLabel, PlainLabel
from app.widgets.pill import Pill
from app.words import translate
from engine.api.wire import DeliveryShape, VersionShape

LINE_PX = 40


class LineList(QScrollArea):
    """Lines that can be chosen. chosen: the line's key."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: object = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        inside = QWidget()
        inside.setObjectName("panel")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(2)
        self.setWidget(inside)

    def show_versions(self, versions: tuple[VersionShape, ...], now_shown: int) -> None:
        """One line a version, newest first; the one that is shown is marked."""
        layouts.clear(self._column)
        for version in versions:
            at = format.from_rfc3339(version.pulled_at) or 0
            title = translate("Versions", "Version {n}").format(n=version.version)
            line = self._line(title, format.instant(at), format.size(version.size))
            line.setToolTip(shown.tip(format.utc(at)))
            self._finish(line, version.record_id, version.record_id == now_shown)
        self._column.addStretch(1)

    def show_consumers(self, deliveries: tuple[DeliveryShape, ...], now_shown: str) -> None:
        """One line a consumer, with its state; the one that is shown is marked."""
        if (deliveries, now_shown) == self._shown:
            return
        self._shown = (deliveries, now_shown)
        layouts.clear(self._column)
        for delivery in deliveries:
            answer = (
                status_word(delivery.last_status)
                if delivery.last_status is not None
                else shown.line(delivery.last_error, 120)
            )
            tries = translate("Versions", "%Ln attempt(s)", "", delivery.number)
            line = self._line(shown.line(delivery.consumer, 80), answer, tries, delivery.state)
            self._finish(line, delivery.consumer, delivery.consumer == now_shown)
        self._column.addStretch(1)

    def lines(self) -> list[QPushButton]:
        """The lines shown, from the top."""
        items = (self._column.itemAt(place) for place in range(self._column.count()))
        found = (item.widget() for item in items if item is not None)
        return [line for line in found if isinstance(line, QPushButton)]

    def say(self, words: str) -> None:
        """Instead of lines."""
        layouts.clear(self._column)
        label = PlainLabel(words, tone="muted")
        label.setWordWrap(True)
        label.setContentsMargins(8, 8, 8, 8)
        self._column.addWidget(label)
        self._column.addStretch(1)

    def _line(self, title: str, middle: str, right: str, state: str = "") -> QPushButton:
        line = QPushButton()
        line.setProperty("kind", "nav")
        line.setCheckable(True)
        line.setFixedHeight(LINE_PX)
        line.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(line)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(10)
        row.addWidget(ElidedLabel(title, weight=QFont.Weight.Medium))
        if state:
            row.addWidget(Pill(self._theme, state_look(state)))
        row.addWidget(ElidedLabel(middle, tone="muted"))
        row.addStretch(1)
        row.addWidget(PlainLabel(right, tone="faint", px=tokens.SMALL_PX))
        line.setAccessibleName(f"{title} {state_look(state).word if state else ''} {middle}")
        for label in line.findChildren(QWidget):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return line

    def _finish(self, line: QPushButton, key: object, marked: bool) -> None:
        line.setChecked(marked)
        line.clicked.connect(lambda: self._choose(line, key, marked))
        self._column.addWidget(line)

    def _choose(self, line: QPushButton, key: object, marked: bool) -> None:
        line.setChecked(marked)
        if not marked:
            self.chosen.emit(key)
