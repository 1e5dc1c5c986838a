from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from engine.producers.http_pull.cursor import CursorRule, NotACursor, for_request
from engine.producers.http_pull.fields import Cursor


def rule(kind: str, **fields: Any) -> CursorRule:
    return CursorRule(Cursor.model_validate({"value": "record.at", "type": kind, **fields}))


@pytest.mark.parametrize(
    ("kind", "lower", "higher"),
    [
        ("time", "2026-01-31T09:30:00+08:00", "2026-01-31T02:00:00Z"),
        ("time", "9999999999", "10000000000"),
        ("number", "9", "10"),
        ("number", 9, 10),
        ("number", Decimal("9007199254740992.1"), Decimal("9007199254740992.2")),
        ("number", 2**64, 2**64 + 1),
        ("number", "-3", "2e1"),
        ("text", "10", "9"),
    ],
)
def test_values_are_compared_by_their_type(kind: str, lower: Any, higher: Any) -> None:
    assert rule(kind).read(lower).rank < rule(kind).read(higher).rank


@pytest.mark.parametrize(
    ("kind", "value", "text", "sent"),
    [
        ("time", "2026-01-31 09:30:00.10", "2026-01-31 09:30:00.10", "2026-01-31 09:30:00.10"),
        ("time", 1767225600123, "1767225600123", 1767225600123),
        ("time", "1767225600123", "1767225600123", "1767225600123"),
        ("number", "007", "007", "007"),
        ("number", Decimal("1.50"), "1.50", Decimal("1.50")),
        ("number", 2**70, str(2**70), 2**70),
        ("text", "Zürich", "Zürich", "Zürich"),
    ],
)
def test_a_value_is_kept_and_asked_for_as_the_source_wrote_it(
    kind: str, value: Any, text: str, sent: Any
) -> None:
    read = rule(kind).read(value)
    again = rule(kind).stored(read.text, read.quoted)

    assert read.text == text
    assert for_request(again) == sent
    assert type(for_request(again)) is type(sent)


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("time", None, "is missing"),
        ("time", "yesterday", 'is "yesterday", which is not a time'),
        ("time", True, "is true or false"),
        ("number", "12 kg", 'is "12 kg", which is not a number'),
        ("number", "1e999999999", "not a number"),
        ("number", Decimal("1E+999999999"), "not a number"),
        ("text", 5, "but the cursor's type is text"),
        ("text", "", "is empty"),
        ("text", "a\0b", "cannot be kept"),
        ("text", "\ud83d", "cannot be kept"),
        ("text", "x" * 513, "longer than 512"),
        ("text", {}, "is an object"),
    ],
)
def test_what_cannot_be_a_cursor_says_why(kind: str, value: Any, why: str) -> None:
    with pytest.raises(NotACursor, match=why):
        rule(kind).read(value)


@pytest.mark.parametrize(
    ("kind", "lag", "value", "behind"),
    [
        ("time", "90s", "2026-01-31T09:30:00Z", "2026-01-31T09:28:30Z"),
        ("time", "1500ms", 1767225600, "1767225598"),
        ("number", 10, "1000", "990"),
        ("number", 0.5, Decimal("10.25"), "9.75"),
        ("number", 0.5, 10, "9"),
        ("number", 10, 2**64, str(2**64 - 10)),
        ("number", None, "1000", "1000"),
    ],
)
def test_a_lag_reads_from_behind_the_cursor(kind: str, lag: Any, value: Any, behind: str) -> None:
    by = rule(kind, lag=lag)
    assert by.behind(by.read(value)).text == behind


@pytest.mark.parametrize(
    ("kind", "value", "below"),
    [
        ("time", "2026-01-31T09:30:00.100Z", "2026-01-31T09:30:00.099Z"),
        ("time", 1767225600000, "1767225599999"),
        ("number", 17, "16"),
        ("number", Decimal("1.50"), "1.49"),
        ("text", "m", "m"),
    ],
)
def test_one_step_below_is_one_step_of_the_last_digit(kind: str, value: Any, below: str) -> None:
    by = rule(kind)
    assert by.just_below(by.read(value)).text == below


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"type": "time", "start": "soon"}, "is not a time"),
        ({"type": "time", "lag": 10}, "is a duration"),
        ({"type": "number", "start": "x"}, "is not a number"),
        ({"type": "number", "lag": "10s"}, "is a number"),
        ({"type": "number", "lag": -1}, "from 0 to"),
        ({"type": "text", "lag": 1}, "has no lag"),
    ],
)
def test_a_document_with_an_unfit_cursor_is_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Cursor.model_validate({"value": "record.at", **fields})
