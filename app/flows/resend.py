"""Sends again on an operator's wish: asks with the number, tells what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from app import format, shown
from app.models.record_filter import RecordFilter
from app.models.record_rows import RESENDABLE, RecordRow
from app.pages.records import RecordsPage
from app.session import Session
from app.theme.states import STATES
from app.theme.theme import Theme
from app.widgets.question import Question
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import CountShape, RecordQuery, ResendRequest, ResendResult

WITHOUT_ASKING = 20
"""So many records, none of them delivered already, are sent again without a question."""


class Resending:
    """done: called when something was sent again."""

    def __init__(
        self, theme: Theme, page: RecordsPage, session: Session, done: Callable[[], None]
    ) -> None:
        self._theme = theme
        self._page = page
        self._session = session
        self._done = done
        self.question: Question | None = None

    # ------------------------------------------------------------ the selected ones
    def selected(self, rows: Sequence[RecordRow], consumer: str | None) -> None:
        """Send these again, to one consumer or (None) to all of theirs."""
        request = ResendRequest(record_ids=tuple(row.id for row in rows), consumer=consumer)
        delivered = _delivered(rows, consumer)
        if not delivered and len(rows) <= WITHOUT_ASKING:
            self._session.start(self._send(request))
            return
        question = self._ask()
        question.ask(
            translate("Resend", "Resend %Ln record(s)?", "", len(rows)),
            translate(
                "Resend",
                "%Ln of them the target has accepted already; it will receive them again.",
                "",
                delivered,
            )
            if delivered
            else translate("Resend", "They are sent in the order of their keys' versions."),
            translate("Resend", "Resend %Ln record(s)", "", len(rows)),
        )
        question.agreed.connect(lambda: self._agreed(question, request))

    def _agreed(self, question: Question, request: ResendRequest) -> None:
        question.accept()
        self._session.start(self._send(request))

    async def _send(self, request: ResendRequest) -> None:
        try:
            result = await self._session.resend(request)
        except (ApiError, ConnectionLost) as error:
            self._page.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")
            return
        self._tell(result.resent, result)
        self._done()

    # ------------------------------------------------------------ all that match
    def all_matching(self, chosen: RecordFilter) -> None:
        """Count what matches, ask with the number, then send block by block."""
        question = self._ask()
        question.wait(translate("Resend", "Counting what matches…"))
        now = self._session.now()
        states = tuple(
            state for state in STATES if state in (chosen.states or STATES) and state in RESENDABLE
        )
        query = replace(chosen, states=states).query(now)
        if query.until is None:
            query = query.model_copy(update={"until": now})  # what comes in later was not asked for
        task = self._session.start(self._count(question, query))
        question.finished.connect(lambda _: task.cancel())

    async def _count(self, question: Question, query: RecordQuery) -> None:
        if not query.states:
            question.tell(
                translate("Resend", "Nothing to resend"),
                translate(
                    "Resend",
                    "What matches is still under way: it is sent without an operator. Resend is "
                    "for delivered, dead and skipped records.",
                ),
            )
            return
        try:
            total = await self._session.count(query)
            delivered = await self._session.count(_only(query, ("delivered",)))
            waiting = await self._session.count(_only(chosen, ("pending", "sending", "retrying")))
        except (ApiError, ConnectionLost) as error:
            question.tell(error.sentence, error.hint)
            return
        if "delivered" not in query.states:
            delivered = CountShape(count=0)
        self._ask_all(question, query, total, delivered)

    def _ask_all(
        self, question: Question, query: RecordQuery, total: CountShape, delivered: CountShape
    ) -> None:
        if total.count == 0:
            question.tell(
                translate("Resend", "Nothing to resend"),
                translate("Resend", "No delivered, dead or skipped record matches the filter."),
            )
            return
        number = format.number(total.count)
        title = (
            translate("Resend", "Resend %Ln record(s)?", "", total.count)
            if total.exact
            else translate("Resend", "Resend more than {n} records?").format(n=number)
        )
        sentence = translate("Resend", "Everything that matches the filter, on screen or not.")
        if delivered.count:
            sentence = translate(
                "Resend",
                "Everything that matches the filter, on screen or not. The target has accepted %Ln "
                "of them already and will receive them again.",
                "",
                delivered.count,
            )
        yes = (
            translate("Resend", "Resend %Ln record(s)", "", total.count)
            if total.exact
            else translate("Resend", "Resend all")
        )
        question.ask(title, sentence, yes)
        question.agreed.connect(lambda: self._start_all(question, query, total.count))

    def _start_all(self, question: Question, query: RecordQuery, total: int) -> None:
        task = self._session.start(self._send_all(question, query, total))
        question.finished.connect(lambda _: task.cancel())

    async def _send_all(self, question: Question, query: RecordQuery, total: int) -> None:
        sent = 0
        result = ResendResult(resent=0, remaining=total)
        try:
            while result.remaining:
                title = translate("Resend", "{n} of {all} queued again").format(
                    n=format.number(sent), all=format.number(max(total, sent))
                )
                question.show_progress(title, sent, total)
                result = await self._session.resend(
                    ResendRequest(query=query, consumer=query.consumer)
                )
                sent += result.resent
                if not result.resent:
                    break
        except asyncio.CancelledError:
            self._tell(sent, ResendResult(resent=sent))
            self._done()
            raise
        except (ApiError, ConnectionLost) as error:
            question.tell(error.sentence, error.hint)
            self._done()
            return
        question.accept()
        self._tell(sent, result)
        self._done()

    # ------------------------------------------------------------ words
    def _ask(self) -> Question:
        question = Question(self._theme, self._page.window())
        self.question = question
        question.finished.connect(self._forget)
        question.open()
        return question

    def _forget(self) -> None:
        self.question = None

    def _tell(self, sent: int, result: ResendResult) -> None:
        words = translate("Resend", "%Ln record(s) will be sent again.", "", sent)
        if result.refused:
            first = result.refused[0]
            why = shown.line(first.sentence, 200)
            words = translate("Resend", "Sent again: {sent}. Refused: {refused}. {why}").format(
                sent=format.number(sent), refused=format.number(len(result.refused)), why=why
            )
            self._page.toast.say(words, "retrying" if sent else "dead", "triangle")
            return
        if result.warnings:
            words = f"{words} {shown.line(result.warnings[0], 200)}"
            self._page.toast.say(words, "retrying", "triangle")
            return
        self._page.toast.say(words)


def _delivered(rows: Sequence[RecordRow], consumer: str | None) -> int:
    """How many of these the target has accepted already."""
    return sum(
        any(
            each.state == "delivered" and consumer in (None, each.consumer)
            for each in row.deliveries
        )
        for row in rows
    )
