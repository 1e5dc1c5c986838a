"""Settings, About: versions, places, licences; and diagnostics to send, without anything secret."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from app.pages.settings.section import Section
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel
from app.widgets.facts import Fact, Facts
from app.words import translate

LICENCES = (
    ("Data JellyFish", "Apache-2.0"),
    ("PySide6, Qt", "LGPL-3.0"),
    ("qasync", "BSD-2-Clause"),
    ("pyqtgraph", "MIT"),
    ("NumPy", "BSD-3-Clause"),
    ("httpx", "BSD-3-Clause"),
    ("pydantic, FastAPI, peewee, APScheduler", "MIT"),
    ("uvicorn, msgspec", "BSD-3-Clause"),
    ("pyreqwest, cryptography, CEL", "Apache-2.0"),
    ("apprise", "BSD-2-Clause"),
)


class AboutSection(Section):
    """copy_wanted: the diagnostics to the clipboard."""

    copy_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            translate("About", "About"),
            translate(
                "About", "Moves records from one system to another over HTTP and can prove it."
            ),
        )
        self.copy = Button(theme, translate("About", "Copy diagnostics"), sign="copy")
        self.copy.setToolTip(
            translate("About", "Versions, places and counts; no record, address or secret.")
        )
        self.copy.clicked.connect(self.copy_wanted)
        self.tools.addWidget(self.copy)
        self.facts = Facts()
        self.card(translate("About", "Versions and places")).addWidget(self.facts)
        licences = self.card(translate("About", "Licences"))
        words = PlainLabel(
            translate(
                "About",
                "Data JellyFish is free software under the Apache License 2.0. It stands on these:",
            ),
            tone="muted",
        )
        words.setWordWrap(True)
        licences.addWidget(words)
        parts = Facts()
        parts.show_facts([Fact(name, licence) for name, licence in LICENCES])
        licences.addWidget(parts)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Versions and places."""
        self.facts.show_facts(list(facts))
