"""Sends again and skips on an operator's wish: asks with the number, then begins the operation.

A handful that nobody has accepted yet goes without a question. Everything else is an operation of
the node, which the strip at the window's foot follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from app import format, shown
from app.flows.operations import Operations
from app.flows.totals import count_of
from app.models.record_filter import RecordFilter
from app.models.record_rows import RESENDABLE, SKIPPABLE, UNSETTLED, RecordRow
from app.pages.bulk_question import ResendQuestion, SkipQuestion
from app.pages.records import RecordsPage
from app.session import Session
from app.theme.states import STATES
from app.theme.theme import Theme
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import (
    CountShape,
    OperationRequest,
    RecordQuery,
    ResendMode,
    ResendRequest,
    ResendResult,
)

Q = TypeVar("Q", ResendQuestion, SkipQuestion)

WITHOUT_ASKING = 20
"""So many records, none of them delivered already, are sent again without a question."""
MODES: dict[str, ResendMode] = {"mapped": "mapped", "sent": "sent"}


class Resending:
    """done: called when something was begun. question: the one that is open."""

    def __init__(
        self, theme: Theme, page: RecordsPage, session: Session, done: Callable[[], None]
    ) -> None:
        self._theme = theme
        self._page = page
        self._session = session
        self._operations = Operations.of(session)
        self._done = done
        self.question: ResendQuestion | SkipQuestion | None = None

    # ------------------------------------------------------------ the selected ones
    def selected(
        self, rows: Sequence[RecordRow], consumer: str | None, *, ask: bool = False
    ) -> None:
        """Send these again, to one consumer or (None) to all of theirs; ask: how, in any case."""
        ids = tuple(row.id for row in rows)
        delivered = _in_state(rows, consumer, frozenset({"delivered"}))
        if not ask and not delivered and len(rows) <= WITHOUT_ASKING:
            self._session.start(self._send(ResendRequest(record_ids=ids, consumer=consumer)))
            return
        question = self._ask(ResendQuestion(self._theme, self._page.window()))
        question.ask(
            translate("Resend", "Resend %Ln record(s)?", "", len(rows)),
            " ".join(_remarks(delivered, 0, self._old_versions(rows)))
            or translate("Resend", "They go out in the order of their keys' versions."),
            translate("Resend", "Resend %Ln record(s)", "", len(rows)),
        )
        request = OperationRequest(kind="resend", record_ids=ids, consumer=consumer)
        question.agreed.connect(lambda: self._agreed(question, request))

    def skip_selected(self, rows: Sequence[RecordRow], consumer: str | None) -> None:
        """These shall not be sent."""
        question = self._ask(SkipQuestion(self._theme, self._page.window()))
        count = _in_state(rows, consumer, SKIPPABLE)
        question.ask(
            translate("Resend", "Skip %Ln record(s)?", "", count),
            translate("Resend", "They will not be sent, until somebody resends them."),
            translate("Resend", "Skip %Ln record(s)", "", count),
        )
        ids = tuple(row.id for row in rows)
        request = OperationRequest(kind="skip", record_ids=ids, consumer=consumer)
        question.agreed.connect(lambda: self._agreed(question, request))

    async def _send(self, request: ResendRequest) -> None:
        try:
            result = await self._session.ask(lambda node: node.resend(request))
        except (ApiError, ConnectionLost) as error:
            self._page.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")
            return
        self._tell(result)
        self._done()

    def _old_versions(self, rows: Sequence[RecordRow]) -> int:
        """How many of these are known not to be their key's newest version."""
        newest: dict[tuple[str, str], int] = {}
        for row in self._page.model.rows:
            place = (row.job, row.key)
            newest[place] = max(row.version, newest.get(place, 0))
        return sum(row.version < newest.get((row.job, row.key), 0) for row in rows)

    # ------------------------------------------------------------ all that match
    def all_matching(self, chosen: RecordFilter) -> None:
        """Count what matches, ask with the number, then begin."""
        question = self._ask(ResendQuestion(self._theme, self._page.window()))
        self._count(question, self._asked(chosen), chosen.states or STATES)

    def skip_matching(self, chosen: RecordFilter) -> None:
        """The same for what shall not be sent; for failures only where the filter names them."""
        question = self._ask(SkipQuestion(self._theme, self._page.window()))
        states = chosen.states or tuple(state for state in STATES if state != "dead")
        self._count(question, self._asked(chosen), states)

    def _asked(self, chosen: RecordFilter) -> RecordQuery:
        now = self._session.now()
        query = chosen.query(now)
        if query.until is None:
            query = query.model_copy(update={"until": now})  # what comes in later was not asked for
        return query

    def _count(
        self,
        question: ResendQuestion | SkipQuestion,
        query: RecordQuery,
        states: tuple[str, ...],
    ) -> None:
        question.wait(translate("Resend", "Counting what matches…"))
        task = self._session.start(self._counted(question, query, states))
        question.finished.connect(lambda _: task.cancel())

    async def _counted(
        self,
        question: ResendQuestion | SkipQuestion,
        query: RecordQuery,
        states: tuple[str, ...],
    ) -> None:
        async def count(wanted: frozenset[str]) -> CountShape:
            of = tuple(state for state in states if state in wanted)
            asked = query.model_copy(update={"states": of})
            return await count_of(self._session, asked) if of else CountShape(count=0)

        moving = RESENDABLE if isinstance(question, ResendQuestion) else SKIPPABLE
        try:
            total = await count(moving)
            delivered = await count(moving & {"delivered"})
            under_way = await count(UNSETTLED - moving)
        except (ApiError, ConnectionLost) as error:
            question.tell(error.sentence, error.hint)
            return
        of = tuple(state for state in states if state in moving)
        self._ask_all(
            question,
            query.model_copy(update={"states": of}),
            total,
            _remarks(delivered.count, under_way.count, 0),
        )

    def _ask_all(
        self,
        question: ResendQuestion | SkipQuestion,
        query: RecordQuery,
        total: CountShape,
        remarks: list[str],
    ) -> None:
        is_resend = isinstance(question, ResendQuestion)
        if not total.count:
            self._tell_nothing(question, remarks)
            return
        everything = translate("Resend", "Everything that matches the filter, on screen or not.")
        title, yes = _resend_words(total) if is_resend else _skip_words(total)
        question.ask(title, " ".join([everything, *remarks]), yes)
        kind = OperationRequest(
            kind="resend" if is_resend else "skip", query=query, consumer=query.consumer
        )
        question.agreed.connect(lambda: self._agreed(question, kind))

    def _tell_nothing(self, question: ResendQuestion | SkipQuestion, remarks: list[str]) -> None:
        if isinstance(question, ResendQuestion):
            none = translate("Resend", "No delivered, dead or skipped record matches the filter.")
            question.tell(translate("Resend", "Nothing to resend"), " ".join(remarks or [none]))
        else:
            none = translate(
                "Resend",
                "No record that waits to be sent matches the filter. Failed ones are skipped where "
                "it names the state dead.",
            )
            question.tell(translate("Resend", "Nothing to skip"), none)

    # ------------------------------------------------------------ beginning
    def _ask(self, question: Q) -> Q:
        self.question = question
        question.finished.connect(self._forget)
        question.open()
        return question

    def _forget(self) -> None:
        self.question = None

    def _agreed(self, question: ResendQuestion | SkipQuestion, request: OperationRequest) -> None:
        changes: dict[str, object] = (
            {"mode": MODES[question.mode], "per_s": question.per_s}
            if isinstance(question, ResendQuestion)
            else {"reason": question.reason}
        )
        question.yes.setEnabled(False)
        self._session.start(self._begin(question, request.model_copy(update=changes)))

    async def _begin(
        self, question: ResendQuestion | SkipQuestion, request: OperationRequest
    ) -> None:
        try:
            await self._operations.begin(request)
        except (ApiError, ConnectionLost) as error:
            question.yes.setEnabled(True)
            question.tell(error.sentence, error.hint)
            return
        question.accept()
        self._done()

    def _tell(self, result: ResendResult) -> None:
        words = translate("Resend", "%Ln record(s) will be sent again.", "", result.resent)
        if result.refused:
            why = shown.line(result.refused[0].sentence, 200)
            words = translate("Resend", "Sent again: {sent}. Refused: {refused}. {why}").format(
                sent=format.number(result.resent),
                refused=format.number(len(result.refused)),
                why=why,
            )
            self._page.toast.say(words, "retrying" if result.resent else "dead", "triangle")
            return
        if result.warnings:
            words = f"{words} {shown.line(result.warnings[0], 200)}"
            self._page.toast.say(words, "retrying", "triangle")
            return
        self._page.toast.say(words)


def _in_state(rows: Sequence[RecordRow], consumer: str | None, states: frozenset[str]) -> int:
    """How many of these have a delivery there that stands in one of the states."""
    return sum(
        any(each.state in states and consumer in (None, each.consumer) for each in row.deliveries)
        for row in rows
    )


def _resend_words(total: CountShape) -> tuple[str, str]:
    if total.exact:
        title = translate("Resend", "Resend %Ln record(s)?", "", total.count)
        return title, translate("Resend", "Resend %Ln record(s)", "", total.count)
    number = format.number(total.count)
    title = translate("Resend", "Resend more than {n} records?").format(n=number)
    return title, translate("Resend", "Resend all")


def _skip_words(total: CountShape) -> tuple[str, str]:
    if total.exact:
        title = translate("Resend", "Skip %Ln record(s)?", "", total.count)
        return title, translate("Resend", "Skip %Ln record(s)", "", total.count)
    number = format.number(total.count)
    title = translate("Resend", "Skip more than {n} records?").format(n=number)
    return title, translate("Resend", "Skip all")


def _remarks(delivered: int, under_way: int, old: int) -> list[str]:
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
    if old:
        remarks.append(
            translate(
                "Resend",
                "%Ln of them: not the newest version of its key; the target gets older data.",
                "",
                old,
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
