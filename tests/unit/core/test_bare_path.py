"""What a bare path gives must be what CEL gives for the same text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.core.bare_path import ExpressionFailed, written
from engine.core.cel_runtime import Program
from engine.core.expression import Expression, Names

FIELDS = ["a", "b", "a-b", "null", "x y", "é", "0", "id"]
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.decimals(-(10**9), 10**9, places=3)
    | st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS), inner, min_size=1, max_size=4)
    ),
    max_leaves=15,
)
STEPS = st.lists(st.sampled_from(FIELDS) | st.integers(0, 3), max_size=4).map(tuple)


def outcome(evaluate: Any, data: dict[str, Any]) -> tuple[str, Any]:
    try:
        return "value", evaluate(data)
    except ExpressionFailed as error:
        return "failed", error.sentence


def as_cel_can(path: str) -> str:
    return path.replace(".null", '["null"]')


@given(VALUES, STEPS)
@example({"a": "text"}, ("a", 0))
@example({"a": {"0": 1}}, ("a", 0))
@example([1], ("0",))
def test_a_bare_path_gives_what_cel_gives(value: Any, steps: tuple[str | int, ...]) -> None:
    text = as_cel_can(written("record", steps))
    data = {"record": value}
    expression = Expression.compile(text, Names.PULL_RECORD)
    assert expression.is_bare
    assert expression.steps == steps
    bare = outcome(expression.value, data)
    through_cel = outcome(Program(text, Names.PULL_RECORD.value).run, data)
    if bare[0] == "failed":
        assert through_cel[0] == "failed"
    else:
        assert bare == through_cel
        assert type(bare[1]) is type(through_cel[1])


@pytest.mark.parametrize(
    "text",
    [
        "record",
        "record.id",
        "  record . id ",
        'record["a-b"]',
        "record['id']",
        "record.lines[0].sku",
        "record.`a-b`",
        "record.id // the id",
        "record\n  .customer\n  .name",
        "record.a.b.c.d",
    ],
)
def test_a_path_is_looked_up_without_cel(text: str) -> None:
    assert Expression.compile(text, Names.PUSH_REQUEST).is_bare


@pytest.mark.parametrize(
    "text",
    [
        "(record.id)",
        "record.id + 1",
        "-record.id",
        "record.size()",
        "record.id.size()",
        "record[key]",
        "record[-1]",
        "record[0u]",
        "record.?id.orValue(1)",
        'record[?"id"].orValue(1)',
        'record["\\x61"]',
        "size(record)",
        ".record.id",
        "record.id == key",
        "[record.id]",
        "true",
    ],
)
def test_anything_else_goes_through_cel(text: str) -> None:
    assert not Expression.compile(text, Names.PUSH_REQUEST).is_bare


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("record.nope", "record.nope: there is no field nope."),
        ("record.o.nope", "record.o.nope: there is no field nope in record.o."),
        ("record.o.x.y", "record.o.x.y: there is no field y, because record.o.x is null."),
        (
            "record.l[1]",
            "record.l[1]: there is no item 1 in record.l, which has 1 item (the first is 0).",
        ),
        ("record.id[0]", "record.id[0]: there is no item 0, because record.id is a text."),
        ("key", "key: key is not known here."),
    ],
)
def test_a_path_that_leads_nowhere_says_why(path: str, sentence: str) -> None:
    data = {"record": {"id": "A-1", "o": {"x": None}, "l": [1]}}
    for evaluate in (
        Expression.compile(path, Names.PUSH_REQUEST).value,
        Program(path, Names.PUSH_REQUEST.value).run,
    ):
        assert outcome(evaluate, data) == ("failed", sentence)


def test_a_header_is_found_however_it_is_spelled() -> None:
    data = {"status": 200, "headers": {"next-page": "2"}, "body": None}
    for text in (
        'headers["Next-Page"]',
        'headers["next-page"]',
        'headers["NEXT-PAGE"] + ""',
        'headers[?"Next-Page"].orValue("")',
    ):
        assert Expression.compile(text, Names.PUSH_ANSWER).value(data) == "2"
    with pytest.raises(ExpressionFailed, match="there is no header etag"):
        Expression.compile("headers.ETag", Names.PUSH_ANSWER).value(data)
