from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import OperatorError
from engine.core.expression import ExpressionFailed, ExpressionRefused, Names
from engine.core.json_value import decode_json, encode_json
from engine.core.template import Template

RECORD = decode_json(
    b'{"id": 9007199254740993, "amount": 1840.00, "tiny": 0.00000001, "e": 1e2, "big": 1E+400,'
    b' "name": "Anna/\\u00e9", "paid": true, "none": null, "lines": [{"sku": "x"}], "o": {}}'
)
DATA = {"record": RECORD, "key": "A}1", "vars": {"region": "east"}}


def rendered(value: Any, names: Names = Names.PUSH_REQUEST, **data: Any) -> Any:
    return Template.compile(value, names, "request.body").render({**DATA, **data})


def test_a_mapping_keeps_types_and_digits() -> None:
    mapping = {
        "no": "${record.id}",
        "amount": "${record.amount}",
        "lines": "${record.lines}",
        "paid": "${record.paid}",
        "nothing": "${record.none}",
        "text": "order ${record.id}: ${record.amount}",
        "source": "shop",
        "fixed": [1, 2.5, None, {"deep": ["${key}"]}],
    }
    assert encode_json(rendered(mapping)) == (
        b'{"no":9007199254740993,"amount":1840.00,"lines":[{"sku":"x"}],"paid":true,'
        b'"nothing":null,"text":"order 9007199254740993: 1840.00","source":"shop",'
        b'"fixed":[1,2.5,null,{"deep":["A}1"]}]}'
    )


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("<${record.paid}>", "<true>"),
        ("<${record.tiny}>", "<0.00000001>"),
        ("<${record.e}>", "<100>"),
        ("<${record.big}>", "<1E+400>"),
        ("<${2.5 * 2.0}>", "<5.0>"),
        ("<${duration('90s')}>", "<90s>"),
        ("<${duration('-1500ms')}>", "<-1.5s>"),
        ("<${timestamp('2026-01-01T01:00:00.500+01:00')}>", "<2026-01-01T00:00:00.5Z>"),
        ("<${b'abc'}>", "<YWJj>"),
        ('<${{"a": 1}.a}>', "<1>"),
        ('<${key + "}"}>', "<A}1}>"),
        ("<${key}${key}>", "<A}1A}1>"),
        ("$${key} costs 5$ or $5", "${key} costs 5$ or $5"),
        ('${"$"}${key}', "$A}1"),
        ("$$${key}", "$${key}"),
        ("${r'\\d}'}", "\\d}"),
        ("", ""),
    ],
)
def test_values_are_put_into_texts(template: str, text: str) -> None:
    assert rendered(template) == text


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("${timestamp('2026-01-01T00:00:00Z')}", "2026-01-01T00:00:00Z"),
        ("${[duration('5s'), b'abc']}", ["5s", "YWJj"]),
        ("${{'at': timestamp(0)}}", {"at": "1970-01-01T00:00:00Z"}),
        ("${record.tiny}", Decimal("0.00000001")),
    ],
)
def test_a_lone_expression_keeps_its_type_in_a_form_json_has(template: str, value: Any) -> None:
    assert rendered(template) == value


def test_now_is_written_as_a_time() -> None:
    now = dt.datetime(2026, 1, 2, 3, 4, 5, 60, tzinfo=dt.UTC)
    both = rendered(["${now}", "at ${now}"], Names.PULL_REQUEST, now=now)
    assert both == ["2026-01-02T03:04:05.00006Z", "at 2026-01-02T03:04:05.00006Z"]


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("<${record.none}>", "record.none: it gives null, which cannot be put into a text."),
        ("<${record.lines}>", "record.lines: it gives a list"),
        ("<${record.o}>", "record.o: it gives an object"),
        ("<${record.nope}>", "record.nope: there is no field nope."),
        ("${record.nope}", "record.nope: there is no field nope."),
    ],
)
def test_what_has_no_text_is_never_an_empty_one(template: str, reason: str) -> None:
    with pytest.raises(ExpressionFailed, match=reason):
        rendered(template)


def test_only_the_values_in_a_text_are_quoted() -> None:
    template = Template.compile("https://erp/a/${record.name}?n=${record.id}", Names.PUSH_REQUEST)
    text = template.render_text(DATA, lambda value: quote(value, safe=""))
    assert text == "https://erp/a/Anna%2F%C3%A9?n=9007199254740993"
    with pytest.raises(TypeError):
        Template.compile({}, Names.PUSH_REQUEST).render_text(DATA)


def test_the_names_in_each_part_of_a_text_are_known() -> None:
    template = Template.compile("https://${vars.host}/${record.id + key}/x", Names.PUSH_REQUEST)
    assert template.segments == (
        "https://",
        frozenset({"vars"}),
        "/",
        frozenset({"record", "key"}),
        "/x",
    )
    assert template.names_used == {"vars", "record", "key"}


def test_a_template_without_expressions_is_constant() -> None:
    value = {"a": [1, "b", {"c": None}], "d": "$${x}"}
    template = Template.compile(value, Names.PUSH_REQUEST)
    assert template.is_constant
    assert template.render({}) == {"a": [1, "b", {"c": None}], "d": "${x}"}
    assert template.render({}) is template.render({})
    assert not Template.compile({"a": ["${key}"]}, Names.PUSH_REQUEST).is_constant


@pytest.mark.parametrize(
    ("value", "path", "line", "column"),
    [
        ({"a": [{"b": "x ${recor.id}"}]}, "request.body.a[0].b", 1, 5),
        ("${record.id} ${record.id ==}", "request.body", 1, 28),
        ("a\nb ${key} ${", "request.body", 2, 10),
        ('${record.a + "}', "request.body", 1, 1),
        ("x ${}", "request.body", 1, 5),
    ],
)
def test_a_mistake_is_told_with_its_path_and_place(
    value: Any, path: str, line: int, column: int
) -> None:
    with pytest.raises(ExpressionRefused) as caught:
        rendered(value)
    assert caught.value.path == path
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "value",
    [
        {1: "a"},
        {"${key}": 1},
        {"day": dt.date(2026, 1, 1)},
        [float("nan")],
        {"a": {1, 2}},
    ],
)
def test_what_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises(OperatorError):
        rendered(value)


def test_a_value_nested_too_deep_is_refused() -> None:
    value: Any = "x"
    for _ in range(5000):
        value = [value]
    with pytest.raises(OperatorError, match="levels deep"):
        rendered(value)


@given(st.text("ab$${}\"'\\ .").filter(lambda text: "${" not in text))
def test_a_text_without_expressions_stays_as_it_is(text: str) -> None:
    assert rendered(text) == text
    assert rendered(text.replace("${", "$${")) == text


@given(st.text())
def test_any_text_can_be_escaped(text: str) -> None:
    template = "${key}" + text.replace("${", "$${").replace("$$${", "$${")
    assert rendered(template, key="") in (text, text.replace("$${", "${"))


@given(st.text("${}\"' keyrcod.+[]()"))
def test_any_text_is_compiled_or_refused(text: str) -> None:
    with suppress(OperatorError):
        rendered({"a": [text]})
