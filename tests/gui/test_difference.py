"""Two versions of a key side by side: only what differs, digit by digit, however large they are."""

from __future__ import annotations

import time

import pytest

from app.models.difference import CHANGES_CAP, Change, Kind, compare


def changes(before: str, after: str) -> list[tuple[str, str, str, str]]:
    found = compare(before.encode(), after.encode()).changes
    return [(each.path, each.kind.value, each.before, each.after) for each in found]


def test_a_changed_field_is_found_in_its_place() -> None:
    assert changes(
        '{"id": 1, "buyer": {"city": "杭州", "level": 3}}',
        '{"id": 1, "buyer": {"city": "上海", "level": 3}}',
    ) == [("buyer.city", "changed", '"杭州"', '"上海"')]


def test_digits_count_and_spaces_do_not() -> None:
    assert changes('{"a": 1.0, "b": [1,2]}', '{"a":1.00,"b":[1, 2]}') == [
        ("a", "changed", "1.0", "1.00")
    ]


def test_what_came_and_what_went_is_told() -> None:
    assert changes('{"old": 1, "x y": null}', '{"x y": null, "new": [1]}') == [
        ("old", "removed", "1", ""),
        ("new", "added", "", "[1]"),
    ]


def test_an_item_put_in_front_of_a_list_is_one_change() -> None:
    assert changes('{"l": [{"s": 1}, {"s": 2}]}', '{"l": [{"s": 0}, {"s": 1}, {"s": 2}]}') == [
        ("l[0]", "added", "", '{"s": 0}')
    ]


def test_an_item_changed_inside_is_told_by_its_field() -> None:
    assert changes('{"l": [{"s": 1, "q": 1}]}', '{"l": [{"s": 1, "q": 2}]}') == [
        ("l[0].q", "changed", "1", "2")
    ]


def test_another_kind_of_value_is_a_change() -> None:
    assert changes('{"a": 1}', '{"a": "1"}') == [("a", "changed", "1", '"1"')]
    assert changes('{"a": true}', '{"a": 1}') == [("a", "changed", "true", "1")]
    assert changes('{"a": {}}', '{"a": []}') == [("a", "changed", "{ … }", "[ 0 ]")]


def test_doubled_names_and_odd_names_are_compared_too() -> None:
    assert changes('{"a": 1, "a": 2, "b.c": 1}', '{"a": 1, "a": 3, "b.c": 2}') == [
        ('["a (2)"]', "changed", "2", "3"),
        ('["b.c"]', "changed", "1", "2"),
    ]


def test_what_is_equal_follows_the_changes() -> None:
    found = compare(b'{"a": 1, "b": "x", "c": [1]}', b'{"a": 2, "b": "x", "c": [1]}')
    assert found.same == (
        Change("b", Kind.SAME, '"x"', '"x"'),
        Change("c", Kind.SAME, "[1]", "[1]"),
    )


def test_too_many_changes_are_cut_and_said_to_be() -> None:
    many = [f'"k{n}": {n}' for n in range(CHANGES_CAP + 50)]
    found = compare(f"{{{', '.join(many)}}}".encode(), b"{}")
    assert (len(found.changes), found.complete) == (CHANGES_CAP, False)


@pytest.mark.parametrize("bad", [b"", b"no json", b"\xff"])
def test_what_is_no_json_cannot_be_compared(bad: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        compare(bad, b"{}")


def test_payloads_of_five_megabytes_are_compared_in_a_moment() -> None:
    rows = ",".join(f'{{"id": {n}, "name": "row {n}", "price": {n}.50}}' for n in range(110_000))
    before = f'{{"head": 1, "rows": [{rows}]}}'.encode()
    after = before.replace(b'"row 70000"', b'"row seventy"')
    began = time.process_time()
    assert [each.path for each in compare(before, after).changes] == ["rows[70000].name"]
    assert time.process_time() - began < 0.5
