"""What the console remembers from one start to the next. Nothing secret: no token is written."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from app.theme.theme import Mode
from app.widgets.windows import WINDOWS_S
from app.words import Language

SCALES = (90, 100, 115, 130, 150)
"""Sizes of the letters to choose from, in percent."""


class OnClose(StrEnum):
    """What closing the window means."""

    ASK = "ask"
    TRAY = "tray"
    QUIT = "quit"


class Settings:
    """Typed access to Qt's settings; junk in them counts as not set."""

    def __init__(self, store: QSettings) -> None:
        self._store = store

    @property
    def folder(self) -> Path:
        """Where the console keeps what it remembers."""
        return Path(self._store.fileName()).parent

    @property
    def mode(self) -> Mode:
        """Light, dark or as the system."""
        try:
            return Mode(str(self._store.value("theme", Mode.SYSTEM)))
        except ValueError:
            return Mode.SYSTEM

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._store.setValue("theme", mode.value)

    @property
    def language(self) -> Language:
        """English, Chinese or as the system."""
        try:
            return Language(str(self._store.value("language", Language.SYSTEM)))
        except ValueError:
            return Language.SYSTEM

    @language.setter
    def language(self, language: Language) -> None:
        self._store.setValue("language", language.value)

    @property
    def window_s(self) -> int:
        """The graphs' window in seconds."""
        found = str(self._store.value("window_s", WINDOWS_S[0]))
        return int(found) if found in {str(each) for each in WINDOWS_S} else WINDOWS_S[0]

    @window_s.setter
    def window_s(self, window_s: int) -> None:
        self._store.setValue("window_s", window_s)

    @property
    def geometry(self) -> QByteArray:
        """Where the window stood."""
        found = self._store.value("geometry")
        return found if isinstance(found, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("geometry", geometry)

    @property
    def scale_percent(self) -> int:
        """The size of all letters."""
        found = str(self._store.value("scale_percent", 100))
        return int(found) if found in {str(each) for each in SCALES} else 100

    @scale_percent.setter
    def scale_percent(self, percent: int) -> None:
        self._store.setValue("scale_percent", percent)

    @property
    def environments(self) -> str:
        """The saved nodes as JSON; see ``environments``."""
        return str(self._store.value("environments", "[]"))

    @environments.setter
    def environments(self, text: str) -> None:
        self._store.setValue("environments", text)

    @property
    def environment(self) -> str:
        """The name of the node shown last, "" for this machine's."""
        return str(self._store.value("environment", ""))

    @environment.setter
    def environment(self, name: str) -> None:
        self._store.setValue("environment", name)

    @property
    def saved_filters(self) -> dict[str, str]:
        """Filters of the records page as text, by the names people gave them."""
        try:
            found = json.loads(str(self._store.value("filters", "{}")))
        except ValueError:
            return {}
        if not isinstance(found, dict):
            return {}
        return {name: text for name, text in found.items() if isinstance(text, str)}

    @saved_filters.setter
    def saved_filters(self, filters: dict[str, str]) -> None:
        self._store.setValue("filters", json.dumps(filters, ensure_ascii=False))

    @property
    def place(self) -> str:
        """The file they are kept in."""
        return self._store.fileName()

    @property
    def on_close(self) -> OnClose:
        """What closing the window means."""
        found = str(self._store.value("on_close", OnClose.ASK))
        return OnClose(found) if found in {each.value for each in OnClose} else OnClose.ASK

    @on_close.setter
    def on_close(self, choice: OnClose) -> None:
        self._store.setValue("on_close", choice.value)
