"""Sends again or skips all deliveries that match: counts first, asks with the number, then starts.

The work itself is an operation of the node; here it is begun. How far it is stands at the window's
foot and on the activity page.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app import format, shown
from app.flows.operations import Operations
from app.flows.totals import count_of
from app.pages.bulk_question import ResendQuestion, SkipQuestion
from app.session import Session
from app.theme.theme import Theme
from app.widgets.question import Question
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import CountShape, OperationRequest, RecordQuery, ResendMode

MODES: dict[str, ResendMode] = {"mapped": "mapped", "sent": "sent"}


class Bulk:
    """over: the page the questions stand over. question: the one that is open."""

    def __init__(self, theme: Theme, over: QWidget, session: Session) -> None:
        self._theme = theme
        self._over = over
        self._session = session
        self.question: Question | None = None

    def resend(self, query: RecordQuery, about: str) -> None:
        """Ask to send again what matches. about: what it is, in words; may be anybody's text."""
        question = ResendQuestion(self._theme, self._over.window())
        self._open(question)
        self._count(question, query, about)

    def skip(self, query: RecordQuery, about: str) -> None:
        """Ask to skip what matches: it will not be sent."""
        question = SkipQuestion(self._theme, self._over.window())
        self._open(question)
        if query.states == ("dead",):
            words = translate(
                "Bulk",
                "{about} They are no failures any more; attempts stay, and they can be resent.",
            )
            about = words.format(about=about if about.endswith(("。", ".")) else f"{about}.")
        self._count(question, query, about)

    # ------------------------------------------------------------ asking
    def _open(self, question: Question) -> None:
        self.question = question
        question.finished.connect(self._forget)
        question.wait(translate("Bulk", "Counting what matches…"))
        question.open()

    def _forget(self) -> None:
        self.question = None

    def _count(
        self, question: ResendQuestion | SkipQuestion, query: RecordQuery, about: str
    ) -> None:
        task = self._session.start(self._ask(question, query, about))
        question.finished.connect(lambda _: task.cancel())

    async def _ask(
        self, question: ResendQuestion | SkipQuestion, query: RecordQuery, about: str
    ) -> None:
        try:
            count = await count_of(self._session, query)
        except (ApiError, ConnectionLost) as error:
            question.tell(error.sentence, error.hint)
            return
        if not count.count:
            question.tell(
                translate("Bulk", "Nothing matches any more"),
                translate("Bulk", "It was sent again or skipped meanwhile."),
            )
            return
        sentence = shown.line(about, 400)
        if isinstance(question, ResendQuestion):
            question.ask(_resend_title(count), sentence, _resend_yes(count))
        else:
            question.ask(_skip_title(count), sentence, translate("Bulk", "Skip"))
        question.agreed.connect(lambda: self._agreed(question, query))

    def _agreed(self, question: ResendQuestion | SkipQuestion, query: RecordQuery) -> None:
        if isinstance(question, ResendQuestion):
            request = OperationRequest(
                kind="resend",
                query=query,
                consumer=query.consumer,
                mode=MODES[question.mode],
                per_s=question.per_s,
            )
        else:
            request = OperationRequest(
                kind="skip", query=query, consumer=query.consumer, reason=question.reason
            )
        question.yes.setEnabled(False)
        self._session.start(self._start(question, request))

    async def _start(self, question: Question, request: OperationRequest) -> None:
        try:
            await Operations.of(self._session).begin(request)
        except (ApiError, ConnectionLost) as error:
            question.tell(error.sentence, error.hint)
            return
        question.accept()


def _resend_title(count: CountShape) -> str:
    if count.exact:
        return translate("Bulk", "Resend %Ln record(s)?", "", count.count)
    return translate("Bulk", "Resend more than {n} records?").format(n=format.number(count.count))


def _resend_yes(count: CountShape) -> str:
    if count.exact:
        return translate("Bulk", "Resend %Ln record(s)", "", count.count)
    return translate("Bulk", "Resend all")


def _skip_title(count: CountShape) -> str:
    if count.exact:
        return translate("Bulk", "Skip %Ln record(s)?", "", count.count)
    return translate("Bulk", "Skip more than {n} records?").format(n=format.number(count.count))
