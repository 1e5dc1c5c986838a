from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.json_value import BadJson, decode_json, encode_json

NUMBER = r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,4})?"
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=20,
)


@given(st.from_regex(NUMBER, fullmatch=True))
def test_a_number_keeps_every_digit(text: str) -> None:
    written = encode_json(decode_json(text.encode())).decode()
    if text.lstrip("-").isdigit():
        assert written == ("0" if text == "-0" else text)
    else:
        assert Decimal(written).as_tuple() == Decimal(text).as_tuple()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1840.00", "1840.00"),
        ("-0.0", "-0.0"),
        ("1e2", "1E+2"),
        ("1E+400", "1E+400"),
        ("9007199254740993", "9007199254740993"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ],
)
def test_money_and_ids_are_written_as_they_were_read(text: str, written: str) -> None:
    assert encode_json(decode_json(text.encode())) == written.encode()


def test_a_whole_number_of_five_thousand_digits_keeps_them_all() -> None:
    raw = b"[" + b"7" * 5000 + b"]"
    assert encode_json(decode_json(raw)) == raw


@given(VALUES)
def test_a_written_value_reads_back_the_same(value: Any) -> None:
    assert decode_json(encode_json(value)) == value


@given(st.text(st.characters(categories=["Cs", "L", "N", "P"])))
def test_half_surrogate_pairs_survive(text: str) -> None:
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    assert decode_json(encode_json({text: [text]})) == {joined: [joined]}


def test_half_a_surrogate_pair_goes_out_as_it_came() -> None:
    raw = rb'{"name":"Anna \ud83d","amount":1840.00}'
    assert encode_json(decode_json(raw)) == raw


def test_the_last_of_two_equal_keys_wins() -> None:
    assert decode_json(b'{"a": 1, "a": 2}') == {"a": 2}


def test_a_byte_order_mark_is_passed_over() -> None:
    assert decode_json(b'\xef\xbb\xbf{"a": "\\u0000"}') == {"a": "\x00"}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b'{"a":', "cut off"),
        (b'{"a": "b', "cut off"),
        (b"NaN", "NaN"),
        (b'{"a": -Infinity}', "not JSON"),
        (b"[1,]", "byte 3"),
        (b"<html>", "byte 0"),
        (b'"\xff"', "not UTF-8"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
        (b"\xff\xfe[\x00]\x00", "not UTF-8"),
        (b"1 2", "byte"),
        (b"1e9999999999999999999", "exponent"),
        (b"[" * 100_000 + b"]" * 100_000, "too deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too deep"),
        (b"[" * 1_000_000, "too deep"),
    ],
)
def test_what_is_no_json_is_refused_with_the_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(BadJson, match=reason):
        decode_json(raw)


@given(st.binary() | st.text('[]{},:"\\/ud8dc0123456789.-+eEtrufalsn \n').map(str.encode))
def test_any_bytes_give_a_value_or_a_sentence(raw: bytes) -> None:
    try:
        value = decode_json(raw)
    except BadJson:
        return
    assert decode_json(encode_json(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("Infinity"),
        b"bytes",
        {1: "a"},
        {"a": [{"b": float("-inf")}]},
        object(),
    ],
)
def test_what_json_has_no_form_for_is_refused_and_not_written_as_null(value: Any) -> None:
    with pytest.raises(BadJson):
        encode_json(value)


def test_a_value_nested_too_deep_is_refused_when_written() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(BadJson, match="too deep"):
        encode_json(value)


def test_raw_pieces_go_out_byte_for_byte() -> None:
    raw = b'{ "b":1840.00 , "a" : "\\u00e9" }'
    assert encode_json({"items": [msgspec.Raw(raw)]}) == b'{"items":[' + raw + b"]}"
    assert encode_json([msgspec.Raw(raw), "\ud800"]) == b"[" + raw + b',"\\ud800"]'
