"""The payload's tree: what the source wrote, digit by digit, however odd."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from app.models.json_tree import CHILDREN_CAP, TREE_CAP, JsonTree, read


def lines(text: str) -> list[str]:
    model = JsonTree(read(text))
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
    model = JsonTree(read('{"a": {"b": [1, {"c": null}]}, "d": []}'))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    a = model.index(0, 0)
    b = model.index(0, 0, a)
    assert model.parent(b) == a
    assert model.rowCount(b) == 2


def test_a_long_list_ends_with_how_many_are_not_shown() -> None:
    found = lines("[" + ",".join("1" for _ in range(CHILDREN_CAP + 5)) + "]")
    assert len(found) == CHILDREN_CAP + 1
    assert "5 more" in found[-1]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "x" * (TREE_CAP + 1), "not json"])
def test_what_is_no_tree_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(text)
