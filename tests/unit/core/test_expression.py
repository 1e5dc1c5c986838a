from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.expression import Expression, ExpressionFailed, ExpressionRefused, Names
from engine.core.json_value import decode_json, encode_json

RECORD = decode_json(
    b'{"id": "A-1", "n": 5, "paid": true, "amount": 1840.00, "long": 12345678901234567.89,'
    b' "small": 0.1, "lines": [{"sku": "x", "price": 1.10}, {"sku": "y", "price": 2}],'
    b' "customer": {"name": "Anna"}, "none": null}'
)
STRANGE = {
    "status": "paid",
    "id30": 10**30,
    "huge": Decimal("1E+400"),
    "half": "\ud83d",
    "nul": "a\x00b",
    "keys": {"a\x00b": 1},
    "deep": decode_json(b"[" * 900 + b"]" * 900),
}


def value_of(text: str, names: Names = Names.PUSH_REQUEST, **data: Any) -> Any:
    return Expression.compile(text, names).value({"record": RECORD, "key": "A-1", **data})


def failure_of(text: str, **data: Any) -> ExpressionFailed:
    with pytest.raises(ExpressionFailed) as caught:
        value_of(text, **data)
    return caught.value


def refusal_of(text: str, names: Names = Names.PUSH_REQUEST) -> ExpressionRefused:
    with pytest.raises(ExpressionRefused) as caught:
        Expression.compile(text, names)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('record.id == "A-1" && record.n > 4', True),
        ("record.n + 1", 6),
        ('record.?nope.orValue("none")', "none"),
        ("has(record.nope)", False),
        ("record.lines.map(line, line.sku)", ["x", "y"]),
        ("record.lines.exists(record, record.sku == 'y')", True),
        ('"%s/%d".format([record.id, record.n])', "A-1/5"),
        ("record.id.lowerAscii()", "a-1"),
        ('timestamp("2026-01-01T00:00:00Z")', datetime(2026, 1, 1, tzinfo=UTC)),
        ('duration("90s")', timedelta(seconds=90)),
        ("math.greatest(record.n, 7)", 7),
        ("b'x'", b"x"),
        ("null", None),
    ],
)
def test_cel_gives_values(text: str, value: Any) -> None:
    assert value_of(text) == value


def test_now_is_a_time() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = value_of('string(now - duration("1h"))', Names.PULL_REQUEST, now=now)
    assert found == "2025-12-31T23:00:00Z"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("record.amount", b"1840.00"),
        ("record.paid ? record.amount : 0.0", b"1840.00"),
        ("record.?amount.orValue(0)", b"1840.00"),
        ("(record.long)", b"12345678901234567.89"),
        ("record.lines.filter(l, l.price < 2)", b'[{"sku":"x","price":1.10}]'),
        ("record.small + 0.0", b"0.1"),
    ],
)
def test_decimals_pass_through_cel_with_their_digits(text: str, written: bytes) -> None:
    assert encode_json(value_of(text)) == written


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("record.lines.filter(l, l.a > 0)[0]", ["z", "a", "m", "b"]),
        ('{"y": 1, "b": {"x": 1}, "a": 2}', ["y", "b", "a"]),
        ("record", ["lines", "q"]),
    ],
)
def test_keys_come_in_an_order_that_is_always_the_same(text: str, keys: list[str]) -> None:
    record = {"lines": [{"z": 1, "a": 2, "m": 3, "b": 4}], "q": 1}
    assert list(value_of(f"[{text}][0]", record=record)) == keys


def test_decimals_too_close_for_cel_are_an_error_and_not_mixed_up() -> None:
    record = decode_json(b'{"a": 12345678901234567.89, "b": 12345678901234567.88}')
    assert "too little" in failure_of("[record.a, record.b]", record=record).reason


def test_only_the_fields_that_are_read_can_fail() -> None:
    assert value_of('record.status == "paid"', record=STRANGE) is True


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("record.id30 > 1", "64 bits"),
        ("record.huge > 1.0", "too large"),
        ('record.half == "x"', "surrogate"),
        ("size(record.deep) > 1", "levels deep"),
        ("record.nul == 'a'", "NUL"),
        ("record.keys.size() > 0", "NUL"),
        ("size(record) > 1", ""),
    ],
)
def test_values_cel_cannot_take_are_named(text: str, reason: str) -> None:
    assert reason in failure_of(text, record=STRANGE).reason


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('record.nope == "x"', 'record.nope == "x": record.nope: there is no field nope.'),
        ("record.n + 1.5", "record.n + 1.5: + cannot be used with a whole number and a decimal"),
        ("record.n ? 1 : 2", "record.n ? 1 : 2: the part before ? is not true or false."),
        ("record.lines.map(l, l.nope)", "there is no field nope."),
        ("vars.x + 1", "vars.x + 1: vars is not known here."),
        ("1 / (record.n - 5)", "divide by zero."),
        ("record.lines[?0]", "may be absent."),
        ("{1: 2}", "a key that is not a text."),
        ("1.0 / 0.0", "not a number that can be sent."),
        ("type(1)", "it gives a type, not a value."),
        ("record.lines[record.n].sku", "index=5"),
        ("records.all(r, true)", "10,000 items"),
    ],
)
def test_a_failure_names_the_expression_and_the_reason(text: str, sentence: str) -> None:
    error = failure_of(text, **({"records": [1] * 10_001} if "records" in text else {}))
    assert sentence in error.sentence
    assert error.sentence.startswith(text)


@pytest.mark.parametrize("text", ["record.paid", 'record.id == "A-1"', "record.n in [5]"])
def test_a_condition_that_holds_is_true(text: str) -> None:
    assert Expression.compile(text, Names.PUSH_FILTER).truth({"record": RECORD}) is True


@pytest.mark.parametrize(
    "text",
    [
        *("record.id", "record.n", "record.none", "record.nope", "record.nope == 1"),
        *("record.n + 1", "record.?paid", "record.lines[?0]", "1/0 == 1", "record.lines"),
    ],
)
def test_anything_but_true_and_false_fails_a_condition(text: str) -> None:
    with pytest.raises((ExpressionFailed, ExpressionRefused)):
        Expression.compile(text, Names.PUSH_FILTER).truth({"record": RECORD})


@pytest.mark.parametrize(
    ("text", "line", "column", "reason", "hint"),
    [
        ("recor.id", 1, 1, "no name recor", '"record"'),
        ("record.id ==", 1, 13, "too early", ""),
        ("record.", 1, 8, "field name", ""),
        ("record.in", 1, 8, "field name", 'record["in"]'),
        ('record.status = "x"', 1, 15, "=", "Write == instead of =."),
        ("record.a and record.b", 1, 10, "and", "Write && instead of and."),
        ("not record.a", 1, 5, "record", "Write ! instead of not."),
        ("record.a <> 1", 1, 11, ">", "Write != instead of <>."),
        ("record.a.length() > 1", 1, 10, "no function length", "size()"),
        ("sise(record) > 1", 1, 1, "no function sise", "size()"),
        ('record.n == 5 &&\n  "é" + recrod.x', 2, 9, "no name recrod", '"record"'),
        ('1 + "a"', 1, 3, "a whole number and a text", ""),
        ('"abc', 1, 1, "not closed", ""),
        ("record.?id", 1, 1, "absent", "orValue"),
        ("status == 200", 1, 1, "no name status", "key, record, records, vars"),
        ("", 1, 1, "empty", ""),
        (" \n ", 1, 1, "empty", ""),
        ("\ud800", 1, 1, "surrogate", ""),
        ("true\x00", 1, 5, "NUL", ""),
        ("(" * 60 + "1" + ")" * 60, 1, 1, "32 levels", ""),
        ("+".join("1" * 60), 1, 1, "32 levels", ""),
        ("record.a" + " " * 5000, 1, 4097, "longer than 4,096", ""),
    ],
)
def test_a_mistake_is_told_with_its_place(
    text: str, line: int, column: int, reason: str, hint: str
) -> None:
    error = refusal_of(text)
    assert (error.line, error.column) == (line, column)
    assert reason in error.sentence
    assert hint in error.hint


@pytest.mark.parametrize(
    "text",
    ['status == "200"', 'status in ["200"]', 'headers["a"] == 1', "nope"],
)
def test_a_success_rule_that_could_never_hold_is_refused(text: str) -> None:
    refusal_of(text, Names.PUSH_ANSWER)


@pytest.mark.parametrize("text", ['"x"', "1 + 1", "[true]", "status"])
def test_a_condition_that_cannot_be_true_or_false_is_refused(text: str) -> None:
    Expression.compile(text, Names.PUSH_ANSWER)
    with pytest.raises(ExpressionRefused, match="true or false"):
        Expression.compile(text, Names.PUSH_ANSWER, condition=True)


def test_what_an_expression_reads_is_known() -> None:
    text = 'status == 200 && body.code == "0" && body.data.items.size() > 0'
    expression = Expression.compile(text, Names.PULL_ANSWER)
    assert expression.reads == {"status": None, "body": {"code": None, "data": {"items": None}}}
    assert expression.variables == {"status", "body"}


def test_loops_in_loops_are_stopped() -> None:
    ten = "[1,2,3,4,5,6,7,8,9,10]"
    text = f"{ten}.map(a, {ten}.map(b, {ten}.map(c, {ten}.map(d, {ten}.map(e, 1)))))"
    assert "10,000" in failure_of(text).reason


WORDS = """
    record vars key . .? [ ] ( ) { } , : ? ! && || == < + - / % in has size map all 1 0 2u 1.5
    "a" "a-b" 'b' r"\\" true null id lines x // `a`
"""


@given(st.text() | st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join))
def test_any_text_is_compiled_or_refused_and_gives_a_value_or_a_failure(text: str) -> None:
    try:
        expression = Expression.compile(text, Names.PUSH_REQUEST)
    except ExpressionRefused:
        return
    for record in (RECORD, STRANGE, None, [1], "text"):
        for evaluate in (expression.value, expression.truth):
            with suppress(ExpressionFailed):
                evaluate({"record": record, "key": "k"})
