"""Values of an answer: their paths, what a job uses of them, and what a click changes."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.chosen_values import changes_of
from app.models.json_text import Number
from app.models.mapping_rows import MappingRow, body_of, rows_of, sample_fields, text_of, value_of
from app.models.paths_in_answers import Steps, chains, in_record, marks_of, read_path, written
from app.models.proposed import is_held, waiting, with_changes
from engine.api.wire import PlacedValue, ProposalShape
from engine.core.expression import Expression, Names

PATHS: tuple[Steps, ...] = (
    (),
    ("data", "items"),
    ("data", "列表", 0, "订单编号"),
    ("a-b", 'quo"te', "in", "x.y"),
    ("_id",),
)


@pytest.mark.parametrize("steps", PATHS)
def test_a_path_comes_back_and_the_engine_reads_it_alike(steps: Steps) -> None:
    text = written("body", steps)
    assert read_path(text, "body") == steps
    value: Any = "found"
    for step in reversed(steps):
        value = {step: value} if isinstance(step, str) else [value]
    assert Expression.compile(text, Names.PULL_ANSWER).value({"body": value}) == "found"


@pytest.mark.parametrize("text", ["body.a + 1", "record.a", "body[", "size(body)", ""])
def test_what_is_no_bare_path_is_told_apart(text: str) -> None:
    assert read_path(text, "body") is None


def test_the_paths_inside_an_expression_are_found() -> None:
    text = 'status == 200 && body.code == "0" && body["结果"].ok'
    assert chains(text, "body") == [("code",), ("结果", "ok")]


def test_the_tags_follow_the_document() -> None:
    document = {
        "producer": {
            "response": {"records": "body.data.rows", "ok": 'body.code == "0"'},
            "paging": {"kind": "token", "next": "body.next"},
            "cursor": {"value": "record.at"},
        },
        "ledger": {"key": 'string(record.no) + "/" + string(record.line)'},
    }
    assert marks_of(document) == {
        ("data", "rows"): ["records"],
        ("code",): ["success"],
        ("next",): ["next"],
        ("data", "rows", 0, "no"): ["key"],
        ("data", "rows", 0, "line"): ["key"],
        ("data", "rows", 0, "at"): ["cursor"],
    }


def test_a_path_inside_a_record_is_told_apart() -> None:
    assert in_record(("data", 3, "id"), ("data",)) == ("id",)
    assert in_record(("data",), ("data",)) is None
    assert in_record(("code",), ("data",)) is None
    assert in_record((0, "id"), ()) == ("id",)


@pytest.mark.parametrize(
    ("use", "steps", "value", "place", "set_to"),
    [
        ("records", ("data",), None, ("producer", "response", "records"), "body.data"),
        ("records", (), None, ("producer", "response", "records"), None),
        ("key", ("data", 0, "id"), "x", ("ledger", "key"), "record.id"),
        (
            "success",
            ("code",),
            "0",
            ("producer", "response", "ok"),
            'status == 200 && body.code == "0"',
        ),
        (
            "success",
            ("code",),
            Number("0"),
            ("producer", "response", "ok"),
            "status == 200 && body.code == 0",
        ),
        ("next", ("next",), "abc", ("producer", "paging"), {"kind": "token", "next": "body.next"}),
        (
            "next",
            ("next",),
            "https://a",
            ("producer", "paging"),
            {"kind": "link", "next": "body.next"},
        ),
    ],
)
def test_a_click_changes_one_place(
    use: str, steps: Steps, value: object, place: tuple[str, ...], set_to: object
) -> None:
    changes = changes_of(use, steps, value, {}, ("data",))
    assert [(one.place, one.value) for one in changes] == [(place, set_to)]


@pytest.mark.parametrize(
    ("value", "kind"),
    [("2026-01-01", "time"), (Number("1767225600"), "time"), (Number("42"), "number")],
)
def test_a_cursor_gets_the_type_of_its_value(value: object, kind: str) -> None:
    mode, cursor = changes_of("cursor", ("data", 0, "v"), value, {}, ("data",))
    assert mode.value == "incremental"
    assert cursor.value["type"] == kind


def test_another_cursor_of_the_same_type_keeps_start_and_lag() -> None:
    document = {"producer": {"cursor": {"value": "record.a", "start": "2026", "lag": "1m"}}}
    _, cursor = changes_of("cursor", ("data", 0, "b"), "2026-01-01", document, ("data",))
    assert cursor.value == {"value": "record.b", "type": "time", "start": "2026", "lag": "1m"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"a": "${record.id}", "b": {"c": {"d": 1}, "e": []}},
        {"n": 12.5, "t": "12.5", "null": None, "yes": True, "list": [1, {"x": "y"}], "empty": {}},
        {"quoted": '"x"', "brace": "{", "text": "plain"},
    ],
)
def test_a_body_becomes_rows_and_comes_back(body: dict[str, Any]) -> None:
    rows = rows_of(body)
    assert rows is not None
    assert body_of(rows) == body


def test_a_body_that_is_no_object_has_no_rows() -> None:
    assert rows_of(["${record}"]) is None
    assert rows_of("${record}") is None


@pytest.mark.parametrize("value", ["x", "12", "true", "${record.id}", '"', 12, True, None, [1]])
def test_a_value_is_written_so_that_it_comes_back(value: object) -> None:
    assert value_of(text_of(value)) == value


def test_rows_without_a_target_are_left_out() -> None:
    rows = [MappingRow("", "x"), MappingRow("a.b", "1"), MappingRow(" ", "y")]
    assert body_of(rows) == {"a": {"b": 1}}


def test_the_fields_of_a_record_stand_in_their_order() -> None:
    fields = sample_fields({"id": 1, "客户": {"名称": "x"}, "lines": [1, 2]})
    assert [(one.name, one.depth, one.expression) for one in fields] == [
        ("id", 0, "record.id"),
        ("客户", 0, 'record["客户"]'),
        ("名称", 1, 'record["客户"]["名称"]'),
        ("lines", 0, "record.lines"),
    ]


def test_accepted_changes_make_what_is_missing_and_take_away() -> None:
    document = {"producer": {"cursor": {}, "request": {"query": {"a.b": "1"}}}}
    changes = (
        PlacedValue(place=("consumers", 0, "name"), value="erp"),
        PlacedValue(place=("producer", "cursor"), value=None),
        PlacedValue(place=("producer", "request", "query", "a.b"), value="2"),
        PlacedValue(place=("ledger", "changed_by"), value=None),
    )
    changed = with_changes(document, changes)
    assert changed == {
        "producer": {"request": {"query": {"a.b": "2"}}},
        "consumers": [{"name": "erp"}],
    }
    assert document["producer"]["cursor"] == {}, "the one handed in stays as it is"
    assert is_held(changed, changes)
    assert not is_held(document, changes)


def test_what_is_held_does_not_wait() -> None:
    held = ProposalShape(
        part="key", shown="a", changes=(PlacedValue(place=("a",), value=1),), reason="So."
    )
    left = ProposalShape(
        part="ok", shown="b", changes=(PlacedValue(place=("b",), value=1),), reason="So."
    )
    assert waiting({"a": 1}, (held, left)) == (left,)
