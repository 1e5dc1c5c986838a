"""The one way of the console's words: Qt's translations. No sentence is built from pieces.

Write ``translate("Overview", "oldest {age}").format(age=…)``; counts write ``%Ln`` and hand over
``n``, and the translation file holds the plural forms, the English ones too.
"""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QLibraryInfo,
    QLocale,
    QTranslator,
)
from PySide6.QtWidgets import QWidget


class Language(StrEnum):
    """What the operator chooses; the values are the catalogues' names, but for the system's."""

    SYSTEM = "system"
    ENGLISH = "en"
    CHINESE = "zh_CN"


LANGUAGES = (Language.ENGLISH, Language.CHINESE)


def translate(context: str, text: str, comment: str = "", n: int = -1) -> str:
    """``text`` in the console's language. n: the number that chooses the plural form."""
    return QCoreApplication.translate(context, text, comment, n)


def load_language(name: str, into: QCoreApplication) -> QTranslator:
    """Install the translation of that name; keep the answer alive as long as it is in use."""
    translator = QTranslator()
    translator.load(str(files("resources") / "translations" / f"jellyfish_{name}.qm"))
    into.installTranslator(translator)
    return translator


class Speaker:
    """The language the console speaks: its own words, Qt's, and how numbers are written.

    Widgets read their words when they are built: build them anew after ``choose``.
    """

    def __init__(self, app: QCoreApplication, language: Language) -> None:
        self._app = app
        self._loaded: list[QTranslator] = []
        self.language = Language.ENGLISH
        self.choose(language)

    def choose(self, language: Language) -> None:
        """Speak this language from now on."""
        self.end()
        self.language = of_system() if language is Language.SYSTEM else language
        QLocale.setDefault(_locale(self.language))
        self._loaded = [load_language(self.language, self._app)]
        qt = QTranslator()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if qt.load(f"qtbase_{self.language}", folder):
            self._app.installTranslator(qt)
            self._loaded.append(qt)

    def end(self) -> None:
        """Speak no more: the words stand as the source has them."""
        for each in self._loaded:
            self._app.removeTranslator(each)
        self._loaded = []

    @property
    def wire(self) -> str:
        """The language as the API's client takes it."""
        return self.language.replace("_", "-")


def in_use() -> Language:
    """The language the console speaks now."""
    chinese = QLocale().language() is QLocale.Language.Chinese
    return Language.CHINESE if chinese else Language.ENGLISH


def of_system() -> Language:
    """The first of the system's languages that the console speaks."""
    for name in QLocale.system().uiLanguages():
        if name.startswith("zh"):
            return Language.CHINESE
        if name.startswith("en"):
            return Language.ENGLISH
    return Language.ENGLISH


def _locale(language: Language) -> QLocale:
    """The system's own way to write numbers where it is of that language."""
    system = QLocale.system()
    plain = {
        Language.CHINESE: QLocale(QLocale.Language.Chinese, QLocale.Country.China),
    }.get(language, QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    return system if system.language() is plain.language() else plain


class Worded(QWidget):
    """A widget whose fixed words are set in ``wording``, again whenever the language changes."""

    def wording(self) -> None:
        """Set every fixed word of this widget."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.wording()
        super().changeEvent(event)
