"""What an answer means for each delivery of a push: success rule, results per record, splitting.

The outcome table itself is ``engine.http.outcome``; when to try again is ``core.retry``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from msgspec import Struct

from engine.core.attempt import Outcome
from engine.core.expression import Expression, ExpressionFailed
from engine.core.json_raw import Reads, decode_parts, merged
from engine.core.json_value import BadJson
from engine.core.record import Claimed, PushVerdict
from engine.http.message import HttpAnswer, HttpFailure, header
from engine.http.outcome import classify

_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_SLOW_DOWN = frozenset((429, 503))
"""Answers that speak of the target's load, never of a record."""


class Judgement(Struct, frozen=True):
    """A verdict for each delivery, in their order; ``split`` as in PushResult."""

    verdicts: tuple[PushVerdict, ...]
    split: bool = False


class Judge:
    """Judges answers by a consumer's ``success`` and ``items``; both may be None."""

    __slots__ = ("_items", "_reads", "_success")

    def __init__(self, success: Expression | None, items: Expression | None) -> None:
        self._success = success
        self._items = items
        self._reads: dict[str, Reads] = {}
        for rule in (success, items):
            if rule is not None:
                self._reads = merged(self._reads, rule.reads)

    def judge(
        self, deliveries: Sequence[Claimed], result: HttpAnswer | HttpFailure, *, now_s: float
    ) -> Judgement:
        """The verdicts; ``now_s`` in seconds since 1970."""
        if not self._reads or isinstance(result, HttpFailure):
            return _alike(deliveries, classify(result, None, now_s=now_s), result)
        data = self._answer(result)
        verdict = self._whole(result, data, now_s)
        if self._items is not None and not verdict.line_refusal:
            each = self._each(deliveries, verdict, data)
            if each is not None:
                return each
        return _alike(deliveries, verdict, result)

    def _whole(self, answer: HttpAnswer, data: dict[str, Any], now_s: float) -> PushVerdict:
        """The verdict on the request. A rule that fails is not success, and the error says why."""
        if self._success is None:
            return classify(answer, None, now_s=now_s)
        try:
            return classify(answer, self._success.truth(data), now_s=now_s)
        except ExpressionFailed as failed:
            verdict = classify(answer, False, now_s=now_s)
            told = f"The target answered {answer.status}, but the success rule gave no answer: "
            return replace(verdict, error_kind="success_rule", error=told + failed.sentence)

    def _each(
        self, deliveries: Sequence[Claimed], verdict: PushVerdict, data: dict[str, Any]
    ) -> Judgement | None:
        """Verdicts by the results per record; None if the answer as a whole is to be judged.

        After a failure as a whole only results that name the bad ones count.
        """
        assert self._items is not None
        is_good = verdict.outcome is Outcome.ACCEPTED
        try:
            results = self._items.value(data)
            problem = _unfit(results, len(deliveries))
        except ExpressionFailed as failed:
            problem = failed.sentence
        if problem:
            return _unreadable(deliveries, problem) if is_good else None
        if not is_good and all(results):
            return None
        return Judgement(
            tuple(
                PushVerdict(Outcome.ACCEPTED)
                if good
                else _refused(verdict, number, len(deliveries))
                for number, good in enumerate(results, 1)
            )
        )

    def _answer(self, answer: HttpAnswer) -> dict[str, Any]:
        """What rules may ask about, as far as these do; repeated headers are joined."""
        data: dict[str, Any] = {"status": answer.status}
        if "headers" in self._reads:
            headers: dict[str, str] = {}
            for name, value in answer.headers:
                name = name.lower()
                headers[name] = f"{headers[name]}, {value}" if name in headers else value
            data["headers"] = headers
        if "body" in self._reads:
            data["body"] = _body(answer, self._reads["body"])
        return data


def _body(answer: HttpAnswer, reads: Reads) -> Any:
    """JSON decoded as far as it is read, else the text; None without a body."""
    raw = answer.body
    if not raw:
        return None
    named = _CHARSET.search(header(answer.headers, "content-type") or "")
    if named is not None:
        raw = _as_utf8(raw, named[1])
    try:
        return decode_parts(raw, reads)
    except BadJson:
        return raw.decode("utf-8", "replace")


def _as_utf8(raw: bytes, charset: str) -> bytes:
    try:
        codec = codecs.lookup(charset).name
        return raw if codec in ("utf-8", "ascii") else raw.decode(codec, "replace").encode()
    except (LookupError, UnicodeError):
        return raw


def _alike(
    deliveries: Sequence[Claimed], verdict: PushVerdict, result: HttpAnswer | HttpFailure
) -> Judgement:
    if len(deliveries) == 1:
        return Judgement((verdict,))
    split = _may_be_one_record(verdict, result, max(each.number for each in deliveries))
    return Judgement((verdict,) * len(deliveries), split)


def _may_be_one_record(verdict: PushVerdict, result: HttpAnswer | HttpFailure, number: int) -> bool:
    """Whether one record may have spoilt a batch.

    An answer that refuses the batch says so at once. An error of the target or a lost answer is
    more often an outage: the batch is first tried again as it is, and halved from its second
    failure on, because one record may crash a target for ever.
    """
    status = result.status
    match verdict.outcome:
        case Outcome.REJECTED:
            return not verdict.line_refusal
        case Outcome.RETRY:
            return status not in _SLOW_DOWN and (number > 1 or _is_2xx(status))
        case Outcome.UNKNOWN:
            return number > 1
        case _:
            return False


def _is_2xx(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def _unfit(results: Any, wanted: int) -> str:
    """Why this is no list of results, "" if it is one."""
    if not isinstance(results, list):
        return "it does not give a list"
    if len(results) != wanted:
        return f"it gives {len(results)} results for {wanted} records"
    if any(result is not True and result is not False for result in results):
        return "one of its results is neither true nor false"
    return ""


def _unreadable(deliveries: Sequence[Claimed], problem: str) -> Judgement:
    """The target took the batch, but which of its records is not known."""
    error = f"The answer's results per record could not be read: {problem.rstrip('.')}."
    verdict = PushVerdict(Outcome.RETRY, error_kind="items", error=error)
    return Judgement((verdict,) * len(deliveries), split=len(deliveries) > 1)


def _refused(whole: PushVerdict, number: int, of: int) -> PushVerdict:
    error = f"The target did not accept this record, number {number} of {of} in the request."
    if whole.outcome is Outcome.ACCEPTED:
        return PushVerdict(Outcome.RETRY, error_kind="items", error=error)
    return replace(whole, error_kind="items", error=f"{error} {whole.error}")
