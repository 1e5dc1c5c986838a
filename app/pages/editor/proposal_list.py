"""Proposals as a list: what is proposed, why, how sure it is, and what else it may be.

Used by the panes that get proposals: a pasted text, a test pull, a test push.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app import shown
from app.models.proposed import is_held
from app.theme import tokens
from app.theme.states import Look
from app.theme.theme import Theme
from app.widgets import layouts
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed
from app.widgets.menu import Menu
from app.widgets.pill import Pill
from app.words import translate
from engine.api.wire import PlacedValue, ProposalShape


class ProposalRow(QWidget):
    """One proposal. accepted: the changes that were chosen."""

    accepted = Signal(object)

    def __init__(self, theme: Theme, proposal: ProposalShape) -> None:
        super().__init__()
        self.setObjectName("clear")
        self.proposal = proposal
        self._theme = theme
        self._part = PlainLabel(part_words(proposal.part), weight=QFont.Weight.DemiBold)
        self._value = ElidedLabel(
            shown.line(value_words(proposal), 200), code=True, px=tokens.CODE_PX
        )
        self._value.setToolTip(shown.tip(value_words(proposal)))
        self.sure = Pill(theme, sure_look(proposal.sure))
        self._reason = PlainLabel(
            shown.line(proposal.reason, 600), tone="muted", px=tokens.SMALL_PX
        )
        self._reason.setWordWrap(True)
        self._value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.accept = Button(theme, translate("Proposals", "Accept"), kind="link")
        self.other = Button(theme, kind="ghost", sign="chevron-down", px=12)
        self.other.setFixedSize(24, 24)
        self.other.setToolTip(translate("Proposals", "What else it may be"))
        self.other.setAccessibleName(
            translate("Proposals", "What else {part} may be").format(part=self._part.text())
        )
        self.taken = Pill(
            theme, Look(translate("Proposals", "taken"), "state-delivered", "delivered")
        )
        self._build()

    def _build(self) -> None:
        self.accept.setAccessibleName(
            translate("Proposals", "Accept {part}").format(part=self._part.text())
        )
        self.accept.clicked.connect(lambda: self.accepted.emit(self.proposal.changes))
        self.other.clicked.connect(self._choose)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._part)
        head.addWidget(self._value, 1)
        head.addWidget(self.sure)
        head.addWidget(self.taken)
        head.addWidget(self.accept)
        head.addWidget(self.other)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 7, 12, 9)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(self._reason)
        self.other.setVisible(bool(self.proposal.choices))
        self.show_held(self.proposal.held)

    def show_held(self, held: bool) -> None:
        """Whether the document is so already."""
        self.taken.setVisible(held)
        self.sure.setVisible(not held)
        self.accept.setVisible(not held)

    def menu(self) -> Menu:
        """What else it may be."""
        menu = Menu(self._theme, self)
        for choice in self.proposal.choices:
            words = shown.label(choice_words(self.proposal, choice.shown), 60)
            action = menu.addAction(words)
            action.setToolTip(shown.tip(choice.reason))
            action.triggered.connect(self._taking(choice.changes))
        return menu

    def _choose(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.other.mapToGlobal(self.other.rect().bottomLeft()))

    def _taking(self, changes: tuple[PlacedValue, ...]) -> Callable[[], None]:
        return lambda: self.accepted.emit(changes)


class ProposalList(QWidget):
    """Rows with faint lines between. accepted: the changes that were chosen."""

    accepted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("clear")
        self._theme = theme
        self.rows: list[ProposalRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_proposals(self, proposals: Sequence[ProposalShape]) -> None:
        """These, instead of any before."""
        layouts.clear(self._column)
        self.rows = []
        for one in proposals:
            if self.rows:
                self._column.addWidget(framed("faint-line"))
            row = ProposalRow(self._theme, one)
            row.accepted.connect(self.accepted)
            self.rows.append(row)
            self._column.addWidget(row)

    @property
    def proposals(self) -> tuple[ProposalShape, ...]:
        return tuple(row.proposal for row in self.rows)

    def show_document(self, document: Mapping[str, Any]) -> int:
        """Mark those the document holds; how many are left."""
        left = 0
        for row in self.rows:
            held = is_held(document, row.proposal.changes)
            row.show_held(held)
            left += not held
        return left


def part_words(part: str) -> str:
    """A part of the document, in the words of its form."""
    words = {
        "request": translate("Proposals", "Request"),
        "auth": translate("Proposals", "Authentication"),
        "job": translate("Proposals", "Name"),
        "format": translate("Proposals", "Format"),
        "ok": translate("Proposals", "Success when"),
        "records": translate("Proposals", "Records"),
        "key": translate("Proposals", "Key"),
        "cursor": translate("Proposals", "Cursor"),
        "paging": translate("Proposals", "Paging"),
        "changed_by": translate("Proposals", "New version by"),
        "consumer": translate("Proposals", "Consumer"),
        "mapping": translate("Proposals", "Mapping"),
        "success": translate("Proposals", "Success when"),
    }
    return words.get(part, part)


def value_words(proposal: ProposalShape) -> str:
    """What is proposed, in one line."""
    return choice_words(proposal, proposal.shown)


def choice_words(proposal: ProposalShape, value: str) -> str:
    """A value of a proposal: a word of the node's, or an expression as it is."""
    words = {
        ("auth", "none"): translate("Proposals", "none"),
        ("auth", "bearer"): translate("Proposals", "bearer token"),
        ("auth", "basic"): translate("Proposals", "user and password"),
        ("auth", "api_key"): translate("Proposals", "API key"),
        ("cursor", "full"): translate("Proposals", "none, read everything"),
        ("paging", "none"): translate("Proposals", "none, one request"),
        ("ok", "2xx"): translate("Proposals", "any 2xx"),
        ("success", "2xx"): translate("Proposals", "any 2xx"),
        ("changed_by", "whole"): translate("Proposals", "the whole record"),
        ("mapping", "own"): translate("Proposals", "the record's own bytes"),
        ("mapping", "sample"): translate("Proposals", "as in the command"),
    }
    return words.get((proposal.part, value), value)


def sure_look(sure: str) -> Look:
    """How much speaks for it, as a pill."""
    match sure:
        case "sure":
            return Look(translate("Proposals", "sure"), "", "delivered")
        case "likely":
            return Look(translate("Proposals", "likely"), "", "pending")
        case _:
            return Look(translate("Proposals", "a guess"), "", "retrying")
