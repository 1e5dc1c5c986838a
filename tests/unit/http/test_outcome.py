"""From an answer to an outcome; failures are judged in test_client_failures."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from engine.core.attempt import Outcome
from engine.http.message import FailureKind, HttpAnswer, HttpFailure
from engine.http.outcome import classify, retry_after_s

NOW_S = 1_800_000_000.0


def answer(status: int, **headers: str) -> HttpAnswer:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return HttpAnswer(status, pairs, b"", 0)


@pytest.mark.parametrize(
    ("status", "rule", "outcome"),
    [
        (200, None, Outcome.ACCEPTED),
        (204, None, Outcome.ACCEPTED),
        (299, True, Outcome.ACCEPTED),
        (200, False, Outcome.RETRY),
        (409, True, Outcome.ACCEPTED),
        (500, True, Outcome.ACCEPTED),
        (302, True, Outcome.ACCEPTED),
        (409, False, Outcome.REJECTED),
        (400, None, Outcome.REJECTED),
        (404, None, Outcome.REJECTED),
        (422, None, Outcome.REJECTED),
        (408, None, Outcome.RETRY),
        (425, None, Outcome.RETRY),
        (429, None, Outcome.RETRY),
        (429, False, Outcome.RETRY),
        (500, None, Outcome.RETRY),
        (503, False, Outcome.RETRY),
        (599, None, Outcome.RETRY),
        (999, None, Outcome.RETRY),
    ],
)
def test_an_answer_has_one_outcome(status: int, rule: bool | None, outcome: Outcome) -> None:
    verdict = classify(answer(status), rule, now_s=NOW_S)
    assert verdict.outcome is outcome
    assert not verdict.line_refusal
    assert bool(verdict.error) is (outcome is not Outcome.ACCEPTED)


@pytest.mark.parametrize("status", [101, 300, 301, 302, 303, 307, 308, 401, 403, 407])
@pytest.mark.parametrize("rule", [None, False])
def test_a_refusal_of_the_whole_line_is_told_apart(status: int, rule: bool | None) -> None:
    verdict = classify(answer(status), rule, now_s=NOW_S)
    assert verdict.outcome is Outcome.REJECTED
    assert verdict.line_refusal


def test_a_429_without_a_time_and_a_timeout_wait_at_least_a_minute() -> None:
    assert classify(answer(429), None, now_s=NOW_S).min_wait_s == 60
    assert classify(answer(429, retry_after="5"), None, now_s=NOW_S).min_wait_s == 0
    assert classify(answer(503, retry_after="5"), None, now_s=NOW_S).min_wait_s == 0
    for kind in FailureKind:
        wait_s = classify(HttpFailure(kind, "It failed.", False), None, now_s=NOW_S).min_wait_s
        slow = kind in (FailureKind.TIMEOUT, FailureKind.CONNECT_TIMEOUT)
        assert wait_s == (60 if slow else 0), kind


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("1.5", 1.5),
        ("0", 1),
        ("-5", 1),
        ("1000000000", 24 * 3600),
        ("1" * 400, 24 * 3600),
        (formatdate(NOW_S + 90, usegmt=True), 90),
        (formatdate(NOW_S - 90, usegmt=True), 1),
        (formatdate(NOW_S + 10**8, usegmt=True), 24 * 3600),
        ("soon", None),
        ("", None),
        ("12 minutes", None),
        ("١٢", None),
        ("Mon, 99 Foo 2026 25:61:61 GMT", None),
        ("Sun, 06 Nov 99999 08:49:37 GMT", None),
        ("\N{REPLACEMENT CHARACTER}", None),
    ],
)
def test_retry_after_is_clamped_and_junk_is_nothing(value: str, wait_s: float | None) -> None:
    assert retry_after_s(answer(503, retry_after=value), now_s=NOW_S) == wait_s
    assert classify(answer(503, retry_after=value), None, now_s=NOW_S).retry_after_s == wait_s


def test_a_retry_after_date_is_counted_from_the_answers_own_clock() -> None:
    theirs_s = NOW_S - 7 * 86400
    headers = {"retry_after": formatdate(theirs_s + 30, usegmt=True)}
    headers["date"] = formatdate(theirs_s, usegmt=True)
    assert retry_after_s(answer(503, **headers), now_s=NOW_S) == 30
    headers["date"] = "junk"
    assert retry_after_s(answer(503, **headers), now_s=NOW_S) == 1


def test_no_retry_after_is_nothing() -> None:
    assert retry_after_s(answer(503), now_s=NOW_S) is None
