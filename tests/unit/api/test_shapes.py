from __future__ import annotations

import json

import pytest

from engine.api import shapes, wire
from engine.core.attempt import RequestEvidence


def record() -> wire.RecordShape:
    return wire.RecordShape(id=1, job="orders", key="A", version=1, pulled_at="x")


def test_a_payload_stands_in_the_answer_digit_by_digit() -> None:
    payload = b'{"amount": 1.10, "id": 9007199254740993}'

    body = shapes.record_json(record(), payload)

    assert payload in body
    assert json.loads(body)["id"] == 1


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"not json",
        b'{"a": NaN}',
        b'{"a": 1} trailing',
        b'"\xff"',
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * 150 + b"]" * 150,
        b'{"a":' * 500 + b"1" + b"}" * 500,
    ],
    ids=["empty", "text", "nan", "trailing", "not-utf8", "100k-levels", "150-levels", "500-levels"],
)
def test_what_readers_would_stumble_over_is_not_put_into_the_answer(payload: bytes) -> None:
    answer = json.loads(shapes.record_json(record(), payload))

    assert answer["payload"] is None


def test_nothing_is_lost_when_a_body_is_not_text() -> None:
    assert shapes.text_or_base64("价".encode()) == ("价", None)
    assert shapes.text_or_base64(b"\xff\x00") == (None, "/wA=")


@pytest.mark.parametrize(
    ("instant", "text"),
    [(0, "1970-01-01T00:00:00.000Z"), (1_769_846_400_007, "2026-01-31T08:00:00.007Z")],
)
def test_instants_have_milliseconds_and_a_zone(instant: int, text: str) -> None:
    assert shapes.rfc3339(instant) == text


def test_a_request_body_over_the_cap_is_left_out_with_its_length() -> None:
    evidence = RequestEvidence("POST", "http://127.0.0.1:9/", (), b"x" * 30)

    assert shapes.request_shape(evidence, cap=30).body == "x" * 30
    over = shapes.request_shape(evidence, own_bytes=True, cap=29)
    assert (over.body, over.length, over.left_out, over.body_is_payload) == (None, 30, True, False)
