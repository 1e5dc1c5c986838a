"""What the overview shows while there is no job: three ways to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel
from app.widgets.empty import EmptyState
from app.words import translate

CARD_PX, CARD_AT_MOST_PX = 264, 330
SHARE = 1000
"""Of the room, against 1 for each side: a card is as wide as it may be, or has its share."""


class Welcome(EmptyState):
    """samples_wanted: the sample systems and their job. job_wanted: a new job's form.

    node_wanted: the form of a connection to another node.
    """

    samples_wanted = Signal()
    job_wanted = Signal()
    node_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "jellyfish", px=56, accent=True)
        self.samples = Button(theme, kind="primary", sign="play", px=14)
        self.job = Button(theme, sign="briefcase", px=14)
        self.node = Button(theme, sign="plug", px=14)
        self.samples.clicked.connect(self.samples_wanted)
        self.job.clicked.connect(self.job_wanted)
        self.node.clicked.connect(self.node_wanted)
        self._cards = [_Card(button) for button in (self.samples, self.job, self.node)]
        row = QHBoxLayout()
        row.setSpacing(tokens.GAP_PX)
        row.addStretch(1)
        for card in self._cards:
            row.addWidget(card, SHARE)
        row.addStretch(1)
        self.below.addSpacing(8)
        self.below.addLayout(row)
        self.wording()

    def wording(self) -> None:
        """Set every fixed word."""
        self.say(
            translate("Welcome", "No job yet"),
            translate(
                "Welcome",
                "A job pulls records from one system and pushes them to others. As soon as there "
                "is one, its numbers stand here and move.",
            ),
        )
        samples, job, node = self._cards
        samples.set_words(
            translate("Welcome", "See it work"),
            translate(
                "Welcome",
                "A sample shop, a receiver with faults, and a job between them, on this node. "
                "They run while this console is open.",
            ),
        )
        job.set_words(
            translate("Welcome", "Your own systems"),
            translate(
                "Welcome",
                "Paste a cURL command or an answer, and the form fills itself; try it before "
                "anything is stored.",
            ),
        )
        node.set_words(
            translate("Welcome", "A node that runs already"),
            translate(
                "Welcome", "Connect to a node on another machine with its address and a token."
            ),
        )
        self.samples.setText(translate("Welcome", "Start the sample systems"))
        self.job.setText(translate("Welcome", "New job"))
        self.node.setText(translate("Welcome", "Connect…"))

    def show_starting(self, starting: bool) -> None:
        """Whether the sample systems are being started."""
        self.samples.setEnabled(not starting)

    def offer_samples(self, offered: bool) -> None:
        """Only a node on this machine can reach the sample systems."""
        self._cards[0].setVisible(offered)


class _Card(QFrame):
    """A title, a sentence, a button."""

    def __init__(self, button: Button) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setMaximumWidth(min(fonts.room(CARD_PX), CARD_AT_MOST_PX))
        self._title = PlainLabel(weight=QFont.Weight.DemiBold)
        self._sentence = PlainLabel(tone="muted")
        self._sentence.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._sentence)
        column.addStretch(1)
        column.addSpacing(4)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def set_words(self, title: str, sentence: str) -> None:
        self._title.setText(title)
        self._sentence.setText(sentence)
