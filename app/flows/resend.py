"""Sends again on an operator's wish: asks with the number, tells what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from app import format, shown
from app.flows.totals import count_of
from app.models.record_filter import RecordFilter
from app.models.record_rows import RESENDABLE, UNSETTLED, RecordRow
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
            " ".join(_remarks(delivered, 0))
            or translate("Resend", "They go out in the order of their keys' versions."),
            translate("Resend", "Resend %Ln record(s)", "", len(rows)),
        )
        question.agreed.connect(lambda: self._agreed(question, request))

    def _agreed(self, question: Question, request: ResendRequest) -> None:
        question.accept()
        self._session.start(self._send(request))

    async def _send(self, request: ResendRequest) -> None:
        try:
            result = await self._session.ask(lambda node: node.resend(request))
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
        query = chosen.query(now)
        if query.until is None:
            query = query.model_copy(update={"until": now})  # what comes in later was not asked for
        task = self._session.start(self._count(question, query, chosen.states or STATES))
        question.finished.connect(lambda _: task.cancel())

    async def _count(self, question: Question, query: RecordQuery, states: tuple[str, ...]) -> None:
        async def count(wanted: frozenset[str]) -> CountShape:
            of = tuple(state for state in states if state in wanted)
            return await count_of(self._session, _of(query, of)) if of else CountShape(count=0)

        try:
            total = await count(RESENDABLE)
            delivered = await count(frozenset({"delivered"}))
            under_way = await count(UNSETTLED)
        except (ApiError, ConnectionLost) as error:
            question.tell(error.sentence, error.hint)
            return
        ready = _of(query, tuple(state for state in states if state in RESENDABLE))
        if total.count:
            self._ask_all(question, ready, total, _remarks(delivered.count, under_way.count))
        else:
            remarks = _remarks(0, under_way.count) or [
                translate("Resend", "No delivered, dead or skipped record matches the filter.")
            ]
            question.tell(translate("Resend", "Nothing to resend"), " ".join(remarks))

    def _ask_all(
        self, question: Question, query: RecordQuery, total: CountShape, remarks: list[str]
    ) -> None:
        number = format.number(total.count)
        title = (
            translate("Resend", "Resend %Ln record(s)?", "", total.count)
            if total.exact
            else translate("Resend", "Resend more than {n} records?").format(n=number)
        )
        yes = (
            translate("Resend", "Resend %Ln record(s)", "", total.count)
            if total.exact
            else translate("Resend", "Resend all")
        )
        everything = translate("Resend", "Everything that matches the filter, on screen or not.")
        question.ask(title, " ".join([everything, *remarks]), yes)
        question.agreed.connect(lambda: self._start_all(question, query, total.count))

    def _start_all(self, question: Question, query: RecordQuery, total: int) -> None:
        task = self._session.start(self._send_all(question, query, total))
        question.finished.connect(lambda _: task.cancel())

    async def _send_all(self, question: Question, query: RecordQuery, total: int) -> None:
        sent = 0
        block = ResendRequest(query=query, consumer=query.consumer)
        result = ResendResult(resent=0, remaining=total)
        try:
            while result.remaining:
                title = translate("Resend", "{n} of {all} queued again").format(
                    n=format.number(sent), all=format.number(max(total, sent))
                )
                question.show_progress(title, sent, total)
                result = await self._session.ask(lambda node: node.resend(block))
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


def _of(query: RecordQuery, states: tuple[str, ...]) -> RecordQuery:
    return query.model_copy(update={"states": states})


def _remarks(delivered: int, under_way: int) -> list[str]:
    """What else there is to know before agreeing: a sentence each."""
    remarks = []
    if delivered:
        remarks.append(
            translate(
                "Resend",
                "%Ln of them the target has accepted already; it will receive them again.",
                "",
                delivered,
            )
        )
    if under_way:
        remarks.append(
            translate(
                "Resend",
                "%Ln more are still under way and go out by themselves.",
                "",
                under_way,
            )
        )
    return remarks
