"""The menu of the selected records. Which consumer is meant is never guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app import format, shown
from app.models.record_rows import RESENDABLE, SKIPPABLE, RecordRow
from app.theme.theme import Theme
from app.widgets.menu import Menu
from app.words import translate


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the entries do. resend, resend_how, skip: to one consumer, None for all of the records;
    resend_how asks how, and how fast.
    """

    resend: Callable[[str | None], None]
    resend_how: Callable[[str | None], None]
    resend_all: Callable[[], None]
    skip: Callable[[str | None], None]
    skip_all: Callable[[], None]
    compare: Callable[[RecordRow], None]
    export: Callable[[], None]
    export_all: Callable[[], None]
    why: Callable[[RecordRow, str], None]
    curl: Callable[[RecordRow, str], None]
    copy_keys: Callable[[], None]


class RecordsMenu(Menu):
    """rows: the selected ones. consumer: of the filter, or "". total: how many match, or None."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        rows: Sequence[RecordRow],
        consumer: str,
        total: int | None,
        wishes: Wishes,
    ) -> None:
        super().__init__(theme, parent)
        self._rows = rows
        self._wishes = wishes
        self._consumers = consumers_of(rows, consumer)
        self._to: Menu | None = None
        self.resend: QAction | None = None
        self._add_resend()
        self.resend_how = self._add_resend_how()
        self.resend_all = self._add_resend_all(total)
        self.addSeparator()
        self._add_explain()
        self.curl = self._add_curl()
        self.copy_key = self._add_copy()
        self.compare = self._add_compare()
        self.addSeparator()
        self.skip = self._add_skip()
        self.skip_all = self._add(translate("Records", "Skip all that match…"), wishes.skip_all)
        self.addSeparator()
        self.export = self._add(
            translate("Records", "Export %Ln record(s)…", "", len(rows)), wishes.export
        )
        self.export_all = self._add(
            translate("Records", "Export all that match…"), wishes.export_all
        )

    def _add(self, words: str, run: Callable[[], None]) -> QAction:
        action = self.addAction(words)
        action.triggered.connect(run)
        return action

    @property
    def _only_consumer(self) -> str | None:
        return self._consumers[0] if len(self._consumers) == 1 else None

    def _add_resend_how(self) -> QAction:
        to = self._only_consumer
        action = self._add(
            translate("Records", "Resend: how and how fast…"), lambda: self._wishes.resend_how(to)
        )
        action.setEnabled(any_in(self._rows, to, RESENDABLE))
        return action

    def _add_skip(self) -> QAction:
        to = self._only_consumer
        words = translate("Records", "Skip %Ln record(s)…", "", len(self._rows))
        action = self._add(words, lambda: self._wishes.skip(to))
        action.setEnabled(any_in(self._rows, to, SKIPPABLE))
        return action

    def _add_compare(self) -> QAction:
        row = self._rows[0] if len(self._rows) == 1 else None
        action = self.addAction(translate("Records", "Compare versions"))
        action.setEnabled(row is not None)
        if row is not None:
            action.triggered.connect(lambda: self._wishes.compare(row))
        return action

    def resend_by_key(self, place: QPoint) -> None:
        """The R key: resend where one consumer is meant, else ask which."""
        if self._to is not None:
            self._to.aboutToHide.connect(self.deleteLater)
            self._to.popup(place)
            return
        if self.resend is not None and self.resend.isEnabled():
            self.resend.trigger()
        self.deleteLater()

    def _add_resend(self) -> None:
        count = len(self._rows)
        if len(self._consumers) <= 1:
            action = self.addAction(translate("Records", "Resend %Ln record(s)", "", count))
            action.setShortcut(QKeySequence("R"))
            action.setShortcutVisibleInContextMenu(True)
            one = self._consumers[0] if self._consumers else None
            action.triggered.connect(lambda: self._wishes.resend(one))
            action.setEnabled(any_in(self._rows, one, RESENDABLE))
            self.resend = action
            return
        self._to = self.submenu(translate("Records", "Resend %Ln record(s) to", "", count))
        for consumer in self._consumers:
            action = self._to.addAction(shown.label(consumer))
            action.triggered.connect(lambda _=False, to=consumer: self._wishes.resend(to))
            action.setEnabled(any_in(self._rows, consumer, RESENDABLE))
        self._to.addSeparator()
        every = self._to.addAction(
            translate("Records", "All %Ln consumer(s)", "", len(self._consumers))
        )
        every.triggered.connect(lambda: self._wishes.resend(None))

    def _add_resend_all(self, total: int | None) -> QAction:
        words = (
            translate("Records", "Resend all that match…")
            if total is None
            else translate("Records", "Resend all {n} that match…").format(n=format.number(total))
        )
        action = self.addAction(words)
        action.triggered.connect(self._wishes.resend_all)
        return action

    def _add_explain(self) -> None:
        row = self._rows[0] if len(self._rows) == 1 else None
        lead = None if row is None else row.lead
        words = (
            translate("Records", "How was it delivered?")
            if lead is not None and lead.state == "delivered"
            else translate("Records", "Why not delivered?")
        )
        action = self.addAction(words)
        action.setEnabled(lead is not None)
        if row is not None and lead is not None:
            consumer = self._consumers[0] if len(self._consumers) == 1 else lead.consumer
            action.triggered.connect(lambda: self._wishes.why(row, consumer))

    def _add_curl(self) -> QAction:
        row = self._rows[0] if len(self._rows) == 1 else None
        lead = None if row is None else row.lead
        action = self.addAction(translate("Records", "Copy as cURL"))
        action.setShortcut(QKeySequence("Ctrl+Shift+C"))
        action.setShortcutVisibleInContextMenu(True)
        action.setEnabled(lead is not None and lead.last_outcome is not None)
        if row is not None and lead is not None:
            consumer = self._consumers[0] if len(self._consumers) == 1 else lead.consumer
            action.triggered.connect(lambda: self._wishes.curl(row, consumer))
        return action

    def _add_copy(self) -> QAction:
        action = self.addAction(translate("Records", "Copy %Ln key(s)", "", len(self._rows)))
        action.setShortcut(QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_C))
        action.setShortcutVisibleInContextMenu(True)
        action.triggered.connect(self._wishes.copy_keys)
        return action


def consumers_of(rows: Sequence[RecordRow], consumer: str) -> list[str]:
    """The consumers a resend of these could mean, in their order."""
    if consumer:
        return [consumer]
    return list(dict.fromkeys(name for row in rows for name in row.consumers))


def any_in(rows: Sequence[RecordRow], consumer: str | None, states: frozenset[str]) -> bool:
    """Whether one of these has a delivery there in one of the states."""
    return any(
        each.state in states and consumer in (None, each.consumer)
        for row in rows
        for each in row.deliveries
    )
