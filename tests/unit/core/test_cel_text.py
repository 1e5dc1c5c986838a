from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.cel_text import chains_of, end_of_expression, line_and_column, tokens_of


@pytest.mark.parametrize(
    "expression",
    [
        "record.id",
        '{"a": 1}.a',
        'record.name + "}"',
        "record.name + '}' + \"{\"",
        "'it\\'s }' + record.a",
        r'r"\" + "}"',
        '"""a " } b""" + record.a',
        "record.map(x, {x: {}})",
        "[{}][0]",
        '"\\"}"',
        "b\"}\" + bR'}'",
    ],
)
def test_an_expression_in_a_template_ends_at_its_own_brace(expression: str) -> None:
    text = "x${" + expression + "} and } more"
    assert end_of_expression(text, 3) == 3 + len(expression)


@pytest.mark.parametrize("text", ["record.id", 'record.a + "}', "{record.id}", "", '"""}'])
def test_an_expression_without_its_brace_has_no_end(text: str) -> None:
    assert end_of_expression("${" + text, 2) is None


def test_a_bracket_left_open_does_not_swallow_the_rest() -> None:
    assert end_of_expression("${(record.id} ${key}", 2) == 12


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("record.a.b == 1", [("record", ("a", "b"))]),
        ("record.a.size() > 0", [("record", ("a",))]),
        ("record.?a[?0].?b.orValue(1)", [("record", ("a", 0, "b"))]),
        ("vars.record + key", [("vars", ("record",)), ("key", ())]),
        ("true ? .record.a : record", [("record", ("a",)), ("record", ())]),
        ('"record.a" + r"record.b" // record.c', []),
        ("records.all(r, r.record.x)", [("records", ())]),
        ("[1][0].record", []),
        ("record[key].a", [("record", ()), ("key", ())]),
        ("record(1)", [("record", ())]),
    ],
)
def test_every_use_of_a_name_is_found_with_its_fields(
    expression: str, found: list[tuple[str, tuple[str | int, ...]]]
) -> None:
    names = ("record", "records", "key", "vars")
    assert [(chain.variable, chain.steps) for chain in chains_of(expression, names)] == found


@given(st.text())
def test_tokens_cover_the_text_in_order(text: str) -> None:
    position = 0
    for token in tokens_of(text):
        assert token.start >= position
        assert text[token.start : token.end] == token.text
        position = token.end


@given(st.text("ab\n"), st.integers(0, 20))
def test_line_and_column_count_from_one(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    line, column = line_and_column(text, offset)
    lines = text.split("\n")
    assert sum(len(part) + 1 for part in lines[: line - 1]) + column - 1 == offset
