"""The one way of the console's words: Qt's translations. No sentence is built from pieces.

Write ``translate("Overview", "oldest {age}").format(age=…)``; counts write ``%Ln`` and hand over
``n``, and the translation file holds the plural forms, the English ones too.
"""

from __future__ import annotations

from importlib.resources import files

from PySide6.QtCore import QCoreApplication, QEvent, QTranslator
from PySide6.QtWidgets import QWidget

LANGUAGES = ("en",)


def translate(context: str, text: str, comment: str = "", n: int = -1) -> str:
    """``text`` in the console's language. n: the number that chooses the plural form."""
    return QCoreApplication.translate(context, text, comment, n)


def load_language(name: str, into: QCoreApplication) -> QTranslator:
    """Install the translation of that name; keep the answer alive as long as it is in use."""
    translator = QTranslator()
    translator.load(str(files("resources") / "translations" / f"jellyfish_{name}.qm"))
    into.installTranslator(translator)
    return translator


class Worded(QWidget):
    """A widget whose fixed words are set in ``wording``, again whenever the language changes."""

    def wording(self) -> None:
        """Set every fixed word of this widget."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.wording()
        super().changeEvent(event)
