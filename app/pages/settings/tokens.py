"""Settings, Tokens: who may call the API, how far and until when; a new one is shown once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from app import format, shown
from app.models.cell import Cell
from app.models.columns import ColumnGrid, ColumnOf
from app.pages.settings.section import Section
from app.theme.states import Look
from app.theme.theme import Theme
from app.widgets.basics import Button
from app.widgets.short_table import ShortTable
from app.words import translate
from engine.api.wire import TokenShape


class TokensSection(Section):
    """add_wanted. revoke_wanted: the chosen token."""

    add_wanted = Signal()
    revoke_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            translate("Tokens", "Tokens"),
            translate(
                "Tokens",
                "Other programs and other people's consoles open this node's API with a token. "
                "Only its hash is kept; a revoked one opens nothing at once.",
            ),
        )
        self._now = 0
        self.list = ShortTable(
            theme,
            ColumnGrid(_columns(), lambda token: token.id, self),
            translate("Tokens", "Tokens"),
            "key",
        )
        self.add = Button(theme, translate("Tokens", "New token…"), kind="primary")
        self.revoke = Button(theme, translate("Tokens", "Revoke…"))
        for button in (self.revoke, self.add):
            self.tools.addWidget(button)
        self.body.addWidget(self.list)
        self.add.clicked.connect(self.add_wanted)
        self.revoke.clicked.connect(self._revoke)
        self.list.table.selectionModel().currentRowChanged.connect(self._show_buttons)
        self.list.say(translate("Tokens", "Reading…"), "")
        self._show_buttons()

    def show_tokens(self, tokens: Sequence[TokenShape], now: int) -> None:
        """Those in use first, newest first. now: UTC ms."""
        self._now = now
        order = sorted(tokens, key=lambda one: (not _holds(one, now), -one.id))
        self.list.show_rows(order, now)
        self.list.say(
            translate("Tokens", "No token yet"),
            translate("Tokens", "This console needs none: it opens its own node's API by itself."),
            "key",
        )
        self._show_buttons()

    def _revoke(self) -> None:
        if self.list.row is not None:
            self.revoke_wanted.emit(self.list.row)

    def _show_buttons(self) -> None:
        row = self.list.row
        self.revoke.setVisible(row is not None)
        self.revoke.setEnabled(row is not None and _holds(row, self._now))


def scope_word(scope: str) -> str:
    """What a token may do."""
    match scope:
        case "read":
            return translate("Tokens", "read")
        case "operate":
            return translate("Tokens", "read, operate")
        case "admin":
            return translate("Tokens", "everything")
        case _:  # a newer node
            return scope


def _columns() -> list[ColumnOf[TokenShape]]:
    return [
        ColumnOf(
            translate("Tokens", "Name"), lambda one, _: Cell(shown.line(one.name, 80), bold=True)
        ),
        ColumnOf(translate("Tokens", "May"), lambda one, _: Cell(scope_word(one.scope)), px=112),
        ColumnOf(translate("Tokens", "State"), _state, px=104),
        ColumnOf(
            translate("Tokens", "Made"),
            lambda one, _: Cell(format.instant(one.created_at)[:16], tone="muted"),
            px=150,
            tip=lambda one: format.utc(one.created_at),
            gives_way=1,
        ),
        ColumnOf(translate("Tokens", "Ends"), _end, px=150),
    ]


def _state(token: TokenShape, now: int) -> Cell:
    if token.revoked_at is not None:
        return Cell(pills=(Look(translate("Tokens", "revoked"), "state-skipped", "skipped"),))
    if not _holds(token, now):
        return Cell(pills=(Look(translate("Tokens", "expired"), "state-skipped", "skipped"),))
    return Cell(pills=(Look(translate("Tokens", "in use"), "state-delivered", "delivered"),))


def _holds(token: TokenShape, now: int) -> bool:
    return token.revoked_at is None and (token.expires_at is None or now < token.expires_at)


def _end(token: TokenShape, _: int) -> Cell:
    if token.expires_at is None:
        return Cell(translate("Tokens", "never"), tone="faint")
    return Cell(format.instant(token.expires_at)[:16], tone="muted")
