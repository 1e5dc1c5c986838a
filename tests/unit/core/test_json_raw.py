from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.bare_path import ExpressionFailed
from engine.core.json_raw import decode_parts, merged, raw_at, split_array
from engine.core.json_value import BadJson, decode_json

DEEP = b"[" * 100_000 + b"]" * 100_000
HALF_PAIR = rb'{"name": "Anna \ud83d"}'
SPACE = st.text(" \t\r\n", max_size=3)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('ab"\\[]{},:é\x00', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text('ab"\\[]{},:', max_size=3), inner, max_size=4)
    ),
    max_leaves=10,
)
ELEMENTS = st.lists(
    st.tuples(SPACE, st.builds(json.dumps, VALUES, indent=st.sampled_from([None, 1])), SPACE)
)


def page_of(elements: list[tuple[str, str, str]], more: bytes = b"") -> bytes:
    inside = ",".join(before + element + after for before, element, after in elements).encode()
    return b" [" + inside + (b"," if inside and more else b"") + more + b"] "


@given(ELEMENTS)
def test_an_array_is_cut_into_the_very_bytes_of_its_elements(
    elements: list[tuple[str, str, str]],
) -> None:
    assert split_array(page_of(elements)) == [element.encode() for _, element, _ in elements]


@given(ELEMENTS, st.sampled_from([b"[" * 5000 + b"]" * 5000, HALF_PAIR]))
def test_one_strange_element_does_not_cost_the_others(
    elements: list[tuple[str, str, str]], strange: bytes
) -> None:
    expected = [element.encode() for _, element, _ in elements]
    assert split_array(page_of(elements, strange)) == [*expected, strange]


def test_a_hundred_thousand_levels_are_cut_out_and_refused_when_decoded() -> None:
    good, deep = split_array(b'[{"id": 1.10}, ' + DEEP + b"]")
    assert good == b'{"id": 1.10}'
    with pytest.raises(BadJson, match="too deep"):
        decode_json(deep)


def test_elements_do_not_keep_the_page_in_memory() -> None:
    assert all(type(element) is bytes for element in split_array(b"[1, 2]"))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"null",
        b'"[1]"',
        b"[1 2]",
        b"[1,]",
        b"[1, 2",
        b"[tru]",
        b"[NaN]",
        b"[1]x",
        b'[{"a": 1}, {"b"',
        b"<html>[1]</html>",
        b"[" + DEEP,
        b"[" + DEEP + b"}",
        b"[" + DEEP + b"]]",
        b"[" + DEEP + b', "x',
        rb'["\ud800", 1 2]',
    ],
)
def test_what_is_no_whole_array_is_refused(raw: bytes) -> None:
    with pytest.raises(BadJson):
        split_array(raw)


@given(st.binary() | st.text('[]{},:"\\ud8012 tre').map(str.encode))
def test_any_bytes_are_split_or_refused_with_a_sentence(raw: bytes) -> None:
    try:
        elements = split_array(raw)
    except BadJson:
        return
    position = 0
    for element in elements:
        position = raw.index(element, position) + len(element)


BODY = b'\xef\xbb\xbf {"data": {"items" : [ {"id": 1840.00} , 2 ], "a-b": null}, "n": 1, "n": 2}'


@pytest.mark.parametrize(
    ("steps", "piece"),
    [
        (("data", "items"), b'[ {"id": 1840.00} , 2 ]'),
        (("data", "items", 0), b'{"id": 1840.00}'),
        (("data", "items", 0, "id"), b"1840.00"),
        (("data", "a-b"), b"null"),
        (("n",), b"2"),
    ],
)
def test_a_path_gives_the_bytes_it_leads_to(steps: tuple[str | int, ...], piece: bytes) -> None:
    assert raw_at(BODY, steps) == piece


def test_a_path_leads_past_what_cannot_be_checked() -> None:
    raw = b'{"deep": ' + DEEP + b', "data": {"items": [ 1 ], "name": ' + HALF_PAIR + b"}}"
    assert raw_at(raw, ("data", "items")) == b"[ 1 ]"


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        (("nope",), "body.nope: there is no field nope."),
        (("data", "nope"), "there is no field nope in body.data."),
        (("data", "items", "x"), "because body.data.items is a list"),
        (("data", "items", 2), "which has 2 items"),
        (("data", "items", 1, "x"), r"because body.data.items\[1\] is a whole number"),
        (("n", "x"), "because body.n is a whole number"),
        (("data", 0), "there is no field 0 in body.data"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ends(
    steps: tuple[str | int, ...], reason: str
) -> None:
    with pytest.raises(ExpressionFailed, match=reason):
        raw_at(BODY, steps)


@pytest.mark.parametrize("raw", [b"", b"<html>", b'{"data": {"items": [1', b'{"data": nul}'])
def test_a_path_through_broken_json_is_refused(raw: bytes) -> None:
    with pytest.raises((BadJson, ExpressionFailed)):
        raw_at(raw, ("data", "items"))


def test_only_what_is_read_is_decoded() -> None:
    raw = b'{"code": "0", "data": {"next": 1.50, "items": [' + DEEP + b"]}}"
    reads = merged({"code": None}, {"data": {"next": None, "missing": None}})
    assert str(decode_parts(raw, reads)) == "{'code': '0', 'data': {'next': Decimal('1.50')}}"


def test_a_body_that_is_no_object_is_decoded_whole() -> None:
    assert decode_parts(b"[1, 2]", {"code": None}) == [1, 2]
    assert decode_parts(b'{"a": {"b": 1}}', None) == {"a": {"b": 1}}


def test_reading_a_whole_value_outweighs_reading_a_part_of_it() -> None:
    assert merged({"a": {"b": None}}, {"a": None, "c": None}) == {"a": None, "c": None}
    assert merged({"a": None}, {"a": {"b": None}}) == {"a": None}
