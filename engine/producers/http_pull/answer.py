"""Judges an answer and takes it apart: status, success rule, rows, and what asks for the next page.

An answer is judged before anything of it is used, and one that is not surely a page is refused;
so it can neither move a cursor nor end a run. Not for sending (``exchange``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, assert_never

from engine.core.expression import Expression, ExpressionFailed, Names
from engine.http.message import HttpAnswer, header
from engine.producers.http_pull.fields import (
    HttpPull,
    LinkPaging,
    NoPaging,
    OffsetPaging,
    PagePaging,
    TokenPaging,
)
from engine.producers.http_pull.following import next_link, next_token
from engine.producers.http_pull.refusal import PageRefused, excerpt, status_refused
from engine.producers.http_pull.rows import Body, Rows, body_of, body_reads, finds_itself
from engine.producers.http_pull.time_text import PS

AHEAD_S = 86_400
"""How far a time may lie ahead of the answer's Date before the cursor does not follow, in s."""


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """A good answer: its rows, and the next token or absolute URL (None at the end)."""

    rows: Rows
    following: Any


class AnswerReader:
    """Reads answers as one document says. needs: fields that key and cursor read of a record."""

    def __init__(self, fields: HttpPull, needs: Collection[str] = ()) -> None:
        self._needs = needs
        self._response = fields.response
        self._paging = fields.paging
        self._ok = _compiled(fields.response.ok)
        self._records = _compiled(fields.response.records)
        self._next = _compiled(getattr(fields.paging, "next", None))
        records = self._records
        if finds_itself(fields.response.format, records):
            records = None
        self._reads = body_reads(self._ok, self._next, records).get("body", {})

    def read(self, answer: HttpAnswer, asked: str) -> ReadAnswer:
        """Take an answer to the URL ``asked`` apart. Raises PageRefused."""
        if self._ok is None and not 200 <= answer.status < 300:
            raise status_refused(answer.status, answer.headers, answer.body)
        if answer.status == 204 and not answer.body:
            return self._read_nothing(answer)
        try:
            body = body_of(self._response, answer, self._needs)
            data = self._data(answer, body)
        except PageRefused:
            if not 200 <= answer.status < 300:
                raise status_refused(answer.status, answer.headers, answer.body) from None
            raise
        if self._ok is not None:
            self._check(self._ok, data, answer)
        rows = body.rows(self._records, data)
        return ReadAnswer(rows, self._following(data, answer, asked))

    def _read_nothing(self, answer: HttpAnswer) -> ReadAnswer:
        """204 No Content says in so many words that there are no records."""
        if self._ok is not None:
            self._check(self._ok, {"status": 204, "headers": dict(answer.headers)}, answer)
        return ReadAnswer(Rows(raw=[]), None)

    def _data(self, answer: HttpAnswer, body: Body) -> dict[str, Any]:
        data: dict[str, Any] = {"status": answer.status, "headers": dict(answer.headers)}
        if self._reads != {}:
            data["body"] = body.value(self._reads)
        return data

    def _check(self, ok: Expression, data: dict[str, Any], answer: HttpAnswer) -> None:
        try:
            if ok.truth(data):
                return
            why = f"{ok.text} is not true of it"
        except ExpressionFailed as error:
            why = error.sentence.rstrip(".")
        if not 200 <= answer.status < 300:
            raise status_refused(answer.status, answer.headers, answer.body)
        raise PageRefused(
            "not_ok",
            f"The source answered {answer.status}, but the success rule does not hold: {why}. "
            f"The answer begins with {excerpt(answer.body)}",
        )

    def _following(self, data: dict[str, Any], answer: HttpAnswer, asked: str) -> Any:
        match self._paging:
            case NoPaging() | PagePaging() | OffsetPaging():
                return None
            case TokenPaging():
                if self._next is None:
                    raise AssertionError("token paging has an expression")
                return next_token(self._next, data)
            case LinkPaging():
                return next_link(self._next, data, answer.headers, asked)
            case _ as never:
                assert_never(never)


def held_above(answer: HttpAnswer) -> int | None:
    """The latest credible time, in ps since 1970, by the source's own clock; None without one."""
    date = header(answer.headers, "date")
    if date is None:
        return None
    try:
        return round((parsedate_to_datetime(date).timestamp() + AHEAD_S) * PS)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _compiled(text: str | None) -> Expression | None:
    return None if text is None else Expression.compile(text, Names.PULL_ANSWER)
