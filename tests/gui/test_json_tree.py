"""The payload's tree: what the source wrote, digit by digit, however odd."""

from __future__ import annotations

import time

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from app.models import json_text
from app.models.json_tree import CHILDREN_CAP, JsonTree, read


def lines(text: str) -> list[str]:
    model = JsonTree(read(text.encode()))
    return [str(model.data(model.index(row, 0))) for row in range(model.rowCount())]


def test_digits_stay_as_the_source_wrote_them() -> None:
    assert lines('{"total": 18400.00, "id": 9007199254740993, "e": 1E+400}') == [
        "total  18400.00",
        "id  9007199254740993",
        "e  1E+400",
    ]


def test_doubled_names_are_all_shown_in_their_order() -> None:
    assert lines('{"b": 1, "a": 2, "b": 3}') == ["b  1", "a  2", "b  3"]


def test_a_value_that_is_no_object_is_one_line() -> None:
    assert lines("42") == ["42"]
    assert lines("null") == ["null"]
    assert lines('"x"') == ['"x"']


def test_the_model_keeps_qts_rules() -> None:
    model = JsonTree(read(b'{"a": {"b": [1, {"c": null}]}, "d": []}'))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    a = model.index(0, 0)
    b = model.index(0, 0, a)
    assert model.parent(b) == a
    assert model.rowCount(b) == 2


def test_a_long_list_ends_with_how_many_are_not_shown() -> None:
    found = lines("[" + ",".join("1" for _ in range(CHILDREN_CAP + 5)) + "]")
    assert len(found) == CHILDREN_CAP + 1
    assert "5 more" in found[-1]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "not json", '{"a": 1,}', "[1] 2"])
def test_what_is_no_tree_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(text.encode())


def test_what_is_too_large_for_a_tree_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "TREE_CAP", 10)
    with pytest.raises(ValueError, match="too large"):
        read(b'["a", "b", "c"]')


def test_what_only_a_lenient_reader_takes_is_shown_too() -> None:
    assert lines('{"rate": NaN, "name": "\\ud800"}') == ["rate  NaN", 'name  "\\ud800"']


def test_a_payload_of_five_megabytes_opens_in_far_less_than_a_blink() -> None:
    rows = ",".join(f'{{"id": {n}, "name": "row {n}", "price": {n}.50}}' for n in range(110_000))
    raw = f'{{"head": 1, "rows": [{rows}]}}'.encode()
    assert len(raw) > 5_000_000
    began = time.process_time()
    model = JsonTree(read(raw))
    below = model.index(1, 0)
    assert model.rowCount(below) == CHILDREN_CAP + 1
    assert str(model.data(model.index(3, 0, below))) == "3  { id, name, price }"
    assert time.process_time() - began < 0.15
