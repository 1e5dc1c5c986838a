"""What closing the window means: quit, or keep running in the tray; asked once and remembered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.settings import OnClose, Settings
from app.theme.theme import Theme
from app.widgets.basics import Button
from app.widgets.question import Question
from app.words import translate


class Closing(QObject):
    """tray_wanted: keep running unseen. quit_wanted: end.

    possible: whether there is a tray to run in, and something that would run on.
    """

    tray_wanted = Signal()
    quit_wanted = Signal()

    def __init__(
        self, theme: Theme, settings: Settings, possible: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self._possible = possible
        self.question: Question | None = None

    def may_close(self, window: QWidget) -> bool:
        """Whether that window may close now; else it is asked, or it went to the tray."""
        if not self._possible():
            return True
        match self._settings.on_close:
            case OnClose.QUIT:
                return True
            case OnClose.TRAY:
                self.tray_wanted.emit()
                return False
            case OnClose.ASK:
                self._ask(window)
                return False

    def _ask(self, window: QWidget) -> None:
        if self.question is not None:
            self.question.raise_()
            return
        question = Question(self._theme, window)
        self.question = question
        question.finished.connect(self._forget)
        question.open()
        question.ask(
            translate("Closing", "Keep the node running?"),
            translate(
                "Closing",
                "Without a window it goes on pulling and pushing, with its sign in the tray. "
                "Quitting stops it in order. Your choice is remembered; Settings, Appearance "
                "changes it.",
            ),
            translate("Closing", "Keep it running"),
        )
        stop = Button(self._theme, translate("Closing", "Stop it and quit"))
        question.add_button(stop)
        question.agreed.connect(lambda: self._chosen(question, OnClose.TRAY))
        stop.clicked.connect(lambda: self._chosen(question, OnClose.QUIT))

    def _chosen(self, question: Question, choice: OnClose) -> None:
        self._settings.on_close = choice
        question.accept()
        (self.tray_wanted if choice is OnClose.TRAY else self.quit_wanted).emit()

    def _forget(self) -> None:
        self.question = None
