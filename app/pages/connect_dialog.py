"""The dialog of one connection: name, address, token, colour; test, and trust a certificate."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from app.environments import Environment, Tag
from app.pages.connections import tag_look
from app.shown import grouped
from app.theme.theme import Theme
from app.widgets.basics import Button
from app.widgets.form_dialog import FormDialog
from app.words import translate


class ConnectDialog(FormDialog):
    """test_wanted: try it. trust_wanted: the fingerprint that was shown is the right one."""

    test_wanted = Signal()
    trust_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, one: Environment | None) -> None:
        super().__init__(
            theme,
            parent,
            translate("Connections", "Connect to another node")
            if one is None
            else translate("Connections", "Edit the connection"),
            translate("Connections", "Save and connect"),
        )
        self.instead_of = "" if one is None else one.name
        self.fingerprint = "" if one is None else one.fingerprint
        self._offered = ""
        self.name = self.add_line(translate("Connections", "Name"), self.instead_of)
        self.name.setPlaceholderText(translate("Connections", "Production"))
        self.url = self.add_line(
            translate("Connections", "Address"), "" if one is None else one.url
        )
        self.url.setPlaceholderText("https://node.example:7443")
        self.token = self.add_line(
            translate("Connections", "Token"),
            secret=True,
            hint=translate(
                "Connections",
                "Made by `jellyfish token create`. It is kept in this system's keyring, or in a "
                "file only you can read.",
            )
            if one is None
            else translate("Connections", "Left empty, the one that is kept stays."),
        )
        self._tags = QButtonGroup(self)
        self.add_row(
            translate("Connections", "Kind of place"),
            self._tag_buttons(theme, Tag.NONE if one is None else one.tag),
        )
        self.test = Button(theme, translate("Connections", "Test"))
        self.trust = Button(theme, translate("Connections", "Trust this certificate"))
        self.trust.hide()
        self.buttons.insertWidget(0, self.test)
        self.buttons.insertWidget(1, self.trust)
        self.test.clicked.connect(self.test_wanted)
        self.trust.clicked.connect(self._trust)
        self.url.textEdited.connect(self._address_changed)
        self.name.setFocus()

    @property
    def tag(self) -> Tag:
        """The kind of place that is chosen."""
        return list(Tag)[self._tags.checkedId()]

    def offer(self, sentence: str, fingerprint: str) -> None:
        """Nobody vouches for the certificate: show its fingerprint and ask once."""
        self._offered = fingerprint
        words = translate(
            "Connections",
            "Compare its SHA-256 fingerprint with what the node's administrator reads there:",
        )
        self.say(sentence, words, state="retrying", code=grouped(fingerprint))
        self.trust.show()

    def _trust(self) -> None:
        self.fingerprint = self._offered
        self.trust.hide()
        self.trust_wanted.emit(self.fingerprint)

    def _address_changed(self) -> None:
        """What was trusted is of another address."""
        self.fingerprint = ""
        self.trust.hide()
        self.clear()

    def _tag_buttons(self, theme: Theme, chosen: Tag) -> QWidget:
        holder = QWidget()
        holder.setObjectName("clear")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for number, tag in enumerate(Tag):
            words = tag_look(tag).word or translate("Connections", "none")
            button = Button(theme, words)
            button.setCheckable(True)
            button.setChecked(tag is chosen)
            self._tags.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        return holder
