"""What an expression may go on with."""

from __future__ import annotations

from app.models.completion import complete

NAMES = ("record", "key")
SAMPLE = {
    "record": {
        "id": "SO-1",
        "customer": {"name": "李", "city": "上海"},
        "lines": [{"sku": "a"}],
        "odd name": 1,
    }
}


def texts(text: str, *, template: bool = False) -> list[str]:
    at = text.index("|")
    clean = text.replace("|", "")
    return [one.text for one in complete(clean, at, NAMES, SAMPLE, template=template).suggestions]


def test_names_come_first() -> None:
    assert texts("|") == ["record", "key"]
    assert texts("1 == re|") == ["record"]


def test_fields_of_the_sample_follow_a_dot() -> None:
    assert texts("record.|") == ["id", "customer", "lines"]
    assert texts("record.customer.n|") == ["name"]
    assert texts("record.lines[0].|") == ["sku"]


def test_functions_fit_the_value() -> None:
    assert "size()" in texts("record.lines.|")
    assert "map(x, )" not in texts("record.id.|")
    assert texts("record.id.starts|") == ["startsWith()"]


def test_nothing_inside_of_texts_and_behind_unknown_paths() -> None:
    assert texts('record.id == "re|') == []
    assert texts("record.nothing.|") == []


def test_a_template_is_completed_inside_of_its_braces_only() -> None:
    assert texts("https://x/record.|", template=True) == []
    assert texts("https://x/${record.|", template=True) == ["id", "customer", "lines"]
    assert texts("https://x/${record.id}/re|", template=True) == []


def test_the_part_that_was_typed_is_replaced() -> None:
    found = complete("a == record.cus", 15, NAMES, SAMPLE, template=False)
    assert (found.start, found.suggestions[0].text) == (12, "customer")
    assert found.suggestions[0].detail == "{ }"
