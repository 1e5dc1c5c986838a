from __future__ import annotations

import pytest

from engine.consumers.http_push.judge import Judge, Judgement
from engine.core.attempt import Headers, Outcome
from engine.core.expression import Expression, Names
from engine.core.record import PushVerdict
from engine.http.message import FailureKind, HttpAnswer, HttpFailure
from tests.unit.consumers.making import NOW, claimed

A, R, X, N, U = (
    Outcome.ACCEPTED,
    Outcome.RETRY,
    Outcome.REJECTED,
    Outcome.NOT_SENT,
    Outcome.UNKNOWN,
)
RESULTS = 'body.results.map(r, r.code == "0")'


def answer(body: bytes = b"", status: int = 200, headers: Headers = ()) -> HttpAnswer:
    return HttpAnswer(status, headers, body, len(body))


def judged(
    result: HttpAnswer | HttpFailure,
    *,
    success: str | None = None,
    items: str | None = None,
    records: int = 1,
    number: int = 1,
) -> Judgement:
    def rule(text: str | None) -> Expression | None:
        return None if text is None else Expression.compile(text, Names.PUSH_ANSWER)

    deliveries = [claimed(number=1) for _ in range(records - 1)] + [claimed(number=number)]
    return Judge(rule(success), rule(items)).judge(deliveries, result, now_s=NOW / 1000)


def verdict(result: HttpAnswer | HttpFailure, success: str | None = None) -> PushVerdict:
    (only,) = judged(result, success=success).verdicts
    return only


def outcomes(judgement: Judgement) -> list[Outcome]:
    return [verdict.outcome for verdict in judgement.verdicts]


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_without_a_rule_any_2xx_is_success(status: int) -> None:
    assert verdict(answer(b"not json", status)) == PushVerdict(A)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [(b'{"code":"0"}', A), (b'{"code":"E17"}', R), (b'\xef\xbb\xbf{"code":"0"}', A)],
)
def test_success_may_stand_in_the_body_only(body: bytes, outcome: Outcome) -> None:
    assert verdict(answer(body), 'body.code == "0"').outcome is outcome


def test_a_rule_sees_status_headers_and_body() -> None:
    rule = 'status == 202 && headers["x-result"] == "ok, done" && body.n > 1.5'
    headers = (("X-Result", "ok"), ("x-result", "done"))
    assert verdict(answer(b'{"n": 1.75}', 202, headers), rule).outcome is A
    assert verdict(answer(b'{"n": 1.75}', 200, headers), rule).outcome is R


@pytest.mark.parametrize(
    ("body", "headers", "rule"),
    [
        (b"OK", (), 'body == "OK"'),
        (b"", (), "body == null"),
        (b"\xff", (), "body == '\N{REPLACEMENT CHARACTER}'"),
        ("成功".encode("gbk"), (("content-type", "text/plain; charset=GBK"),), 'body == "成功"'),
        ("成功".encode(), (("content-type", "text/plain; charset=nonsense"),), 'body == "成功"'),
        (
            '{"code":"成功"}'.encode("gb18030"),
            (("content-type", 'application/json;charset="gb18030"'),),
            'body.code == "成功"',
        ),
    ],
)
def test_a_body_that_is_no_json_is_a_text_and_no_body_is_null(
    body: bytes, headers: Headers, rule: str
) -> None:
    assert verdict(answer(body, headers=headers), rule).outcome is A


def test_digits_are_compared_exactly() -> None:
    assert verdict(answer(b'{"id": 9007199254740993}'), "body.id == 9007199254740993").outcome is A
    assert verdict(answer(b'{"id": 9007199254740992}'), "body.id == 9007199254740993").outcome is R


def test_a_rule_that_fails_is_no_success_and_says_why() -> None:
    told = verdict(answer(b"<html>login</html>"), 'body.code == "0"')
    assert told.outcome is R
    assert told.error_kind == "success_rule"
    assert told.error.startswith("The target answered 200, but the success rule gave no answer: ")
    assert "there is no field code" in told.error


def test_a_rule_that_gives_no_truth_is_no_success() -> None:
    assert verdict(answer(b'{"ok": "yes"}'), "body.ok").outcome is R


@pytest.mark.parametrize(("status", "outcome"), [(400, X), (500, R), (401, X)])
def test_a_failed_rule_leaves_the_status_its_meaning(status: int, outcome: Outcome) -> None:
    told = verdict(answer(b"<html>", status), 'body.code == "0"')
    assert told.outcome is outcome
    assert told.line_refusal is (status == 401)


def test_a_rule_may_call_another_status_success() -> None:
    assert verdict(answer(b"", 409), "status == 409 || status == 200").outcome is A


def test_a_failure_needs_no_rule() -> None:
    reset = HttpFailure(FailureKind.RESET, "reset", False, status=200, body=b'{"code":"0"}')
    assert verdict(reset, 'body.code == "0"').outcome is U
    refused = HttpFailure(FailureKind.REFUSED, "refused", True)
    assert verdict(refused, 'body.code == "0"').outcome is N


# -- batches


def test_results_per_record_are_told_apart() -> None:
    body = b'{"results":[{"code":"0"},{"code":"E1"},{"code":"0"}]}'
    told = judged(answer(body), items=RESULTS, records=3)
    assert outcomes(told) == [A, R, A]
    assert told.verdicts[1].error_kind == "items"
    assert told.verdicts[1].error == (
        "The target did not accept this record, number 2 of 3 in the request."
    )
    assert not told.split


def test_results_beside_a_refusal_carry_its_outcome() -> None:
    body = b'{"results":[{"code":"0"},{"code":"E1"}]}'
    told = judged(answer(body, 422), items=RESULTS, records=2)
    assert outcomes(told) == [A, X]
    assert told.verdicts[1].error.endswith("The target answered 422.")


def test_a_success_rule_that_does_not_hold_is_told_apart_by_results_too() -> None:
    body = b'{"code":"1","results":[{"code":"0"},{"code":"E1"}]}'
    told = judged(answer(body), success='body.code == "0"', items=RESULTS, records=2)
    assert outcomes(told) == [A, R]


def test_results_that_are_all_good_do_not_overrule_a_refusal() -> None:
    body = b'{"results":[{"code":"0"},{"code":"0"}]}'
    told = judged(answer(body, 422), items=RESULTS, records=2)
    assert outcomes(told) == [X, X]
    assert told.split


def test_results_count_for_nothing_where_the_line_is_refused() -> None:
    body = b'{"results":[{"code":"0"},{"code":"E1"}]}'
    told = judged(answer(body, 401), items=RESULTS, records=2)
    assert outcomes(told) == [X, X]
    assert all(verdict.line_refusal for verdict in told.verdicts)
    assert not told.split


@pytest.mark.parametrize(
    ("body", "items", "why"),
    [
        (b'{"results":[{"code":"0"}]}', RESULTS, "it gives 1 results for 2 records"),
        (b'{"results":"ok"}', "body.results", "it does not give a list"),
        (b'{"results":[true, "ok"]}', "body.results", "neither true nor false"),
        (b'{"results":[true, 1]}', "body.results", "neither true nor false"),
        (b"{}", RESULTS, "there is no field results"),
    ],
)
def test_results_that_cannot_be_read_accept_nobody(body: bytes, items: str, why: str) -> None:
    told = judged(answer(body), items=items, records=2)
    assert outcomes(told) == [R, R]
    assert told.verdicts[0].error.startswith("The answer's results per record could not be read: ")
    assert why in told.verdicts[0].error
    assert told.split


def test_a_lone_record_of_a_batch_has_results_too() -> None:
    assert outcomes(judged(answer(b"[false]"), items="body")) == [R]
    assert outcomes(judged(answer(b"[true]"), items="body")) == [A]


@pytest.mark.parametrize(
    ("result", "number", "split"),
    [
        (answer(status=200), 1, False),
        (answer(status=400), 1, True),
        (answer(status=413), 1, True),
        (answer(status=401), 5, False),
        (answer(status=302), 5, False),
        (answer(status=500), 1, False),
        (answer(status=500), 2, True),
        (answer(status=429), 5, False),
        (answer(status=503), 5, False),
        (HttpFailure(FailureKind.REFUSED, "", True), 5, False),
        (HttpFailure(FailureKind.TIMEOUT, "", False), 1, False),
        (HttpFailure(FailureKind.TIMEOUT, "", False), 2, True),
    ],
)
def test_a_batch_is_halved_where_one_record_may_have_spoilt_it(
    result: HttpAnswer | HttpFailure, number: int, split: bool
) -> None:
    told = judged(result, records=3, number=number)
    assert told.split is split
    assert len(set(told.verdicts)) == 1
    assert not judged(result, records=1, number=number).split


def test_a_batch_refused_in_the_body_is_halved_at_once() -> None:
    told = judged(answer(b'{"code":"1"}'), success='body.code == "0"', records=2)
    assert outcomes(told) == [R, R]
    assert told.split
