"""Settings, Secrets: the names of what is kept sealed, who uses it, and setting it anew."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from app import format, shown
from app.models.cell import Cell
from app.models.columns import ColumnGrid, ColumnOf
from app.pages.settings.section import Section
from app.theme.theme import Theme
from app.widgets.basics import Button
from app.widgets.short_table import ShortTable
from app.words import translate
from engine.api.wire import SecretShape


class SecretsSection(Section):
    """add_wanted. replace_wanted and delete_wanted: the chosen secret."""

    add_wanted = Signal()
    replace_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            translate("Secrets", "Secrets"),
            translate(
                "Secrets",
                "Passwords, tokens and keys that jobs name. They are kept sealed in the database "
                "and are never shown again, not even here.",
            ),
        )
        self.list = ShortTable(
            theme, ColumnGrid(_columns(), _key, self), translate("Secrets", "Secrets"), "key"
        )
        self.add = Button(theme, translate("Secrets", "New secret…"), kind="primary")
        self.replace = Button(theme, translate("Secrets", "Replace…"))
        self.delete = Button(theme, translate("Secrets", "Delete…"))
        for button in (self.replace, self.delete, self.add):
            self.tools.addWidget(button)
        self.body.addWidget(self.list)
        self.add.clicked.connect(self.add_wanted)
        self.replace.clicked.connect(self._replace)
        self.delete.clicked.connect(self._delete)
        self.list.table.activated.connect(self._replace)
        self.list.say(translate("Secrets", "Reading…"), "")
        self._show_buttons()

    def show_secrets(self, secrets: Sequence[SecretShape]) -> None:
        """All of them, by name."""
        self.list.show_rows(secrets)
        self.list.say(
            translate("Secrets", "No secret yet"),
            translate(
                "Secrets",
                "A job names a secret where a password or token goes; set its value here.",
            ),
            "key",
        )
        self._show_buttons()

    def _replace(self) -> None:
        if self.list.row is not None:
            self.replace_wanted.emit(self.list.row)

    def _delete(self) -> None:
        if self.list.row is not None:
            self.delete_wanted.emit(self.list.row)

    def _show_buttons(self) -> None:
        for button in (self.replace, self.delete):
            button.setVisible(bool(self.list.model.rows))


def _key(secret: SecretShape) -> object:
    return secret.name


def _columns() -> list[ColumnOf[SecretShape]]:
    return [
        ColumnOf(
            translate("Secrets", "Name"),
            lambda secret, _: Cell(shown.line(secret.name, 80), code=True),
            px=240,
        ),
        ColumnOf(translate("Secrets", "Used by"), _used_by),
        ColumnOf(
            translate("Secrets", "Set"),
            lambda secret, _: Cell(format.instant(secret.updated_at)[:16], tone="muted"),
            px=160,
            tip=lambda secret: format.utc(secret.updated_at),
            gives_way=1,
        ),
    ]


def _used_by(secret: SecretShape, _: int) -> Cell:
    if not secret.used_by:
        return Cell(translate("Secrets", "no job"), tone="faint")
    return Cell(", ".join(shown.line(job, 60) for job in secret.used_by))
