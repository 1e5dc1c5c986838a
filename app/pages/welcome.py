"""What the overview shows while there is no job: the sample, and how to apply a job file."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel, framed
from app.widgets.empty import EmptyState
from app.words import translate

APPLY_COMMAND = "jellyfish job apply orders.yaml"
DEMO_COMMAND = "jellyfish demo"


class Welcome(EmptyState):
    """copied: a command was put on the clipboard. demo_wanted: start the demo."""

    copied = Signal(str)
    demo_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "jellyfish", px=56, accent=True)
        self.start_demo = Button(theme, kind="primary", sign="play")
        self.start_demo.clicked.connect(self.demo_wanted)
        self._cards = [
            _Command(theme, DEMO_COMMAND, self.start_demo),
            _Command(theme, APPLY_COMMAND),
        ]
        row = QHBoxLayout()
        row.setSpacing(tokens.GAP_PX)
        row.addStretch(1)
        for card in self._cards:
            row.addWidget(card)
            card.copied.connect(self.copied)
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
        self.start_demo.setText(translate("Welcome", "Start the demo"))
        demo, apply = self._cards
        demo.set_words(
            translate("Welcome", "See it work"),
            translate(
                "Welcome",
                "A sample source and target with faults, and a job between them, in a window of "
                "their own. Nothing of it stays.",
            ),
        )
        apply.set_words(
            translate("Welcome", "Apply a job file"),
            translate(
                "Welcome",
                "Hand a job document, YAML or JSON, to this node in a terminal. It runs at once, "
                "and again after every change you apply.",
            ),
        )


class _Command(QFrame):
    """A card: what a command does, the command, and a button that copies it."""

    copied = Signal(str)

    def __init__(self, theme: Theme, command: str, action: QWidget | None = None) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setFixedWidth(min(fonts.room(340), 440))
        self._command = command
        self._title = PlainLabel(weight=QFont.Weight.DemiBold)
        self._sentence = PlainLabel(tone="muted")
        self._sentence.setWordWrap(True)
        self._copy = Button(theme, kind="ghost", sign="copy")
        self._copy.clicked.connect(self._copy_command)
        words = PlainLabel(command, code=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box = framed("code-head")
        line = QHBoxLayout(box)
        line.setContentsMargins(12, 4, 4, 4)
        line.addWidget(words, 1)
        line.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._sentence)
        column.addStretch(1)
        column.addSpacing(4)
        column.addWidget(box)
        if action is not None:
            column.addWidget(action, 0, Qt.AlignmentFlag.AlignLeft)

    def set_words(self, title: str, sentence: str) -> None:
        self._title.setText(title)
        self._sentence.setText(sentence)
        name = translate("Welcome", "Copy the command")
        self._copy.setAccessibleName(name)
        self._copy.setToolTip(name)

    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(self._command)
        self.copied.emit(self._command)
