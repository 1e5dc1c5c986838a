"""When two readings of a list show that the first one missed nothing."""

from __future__ import annotations

import pytest

from engine.producers.http_pull.asking import SeenPage
from engine.producers.http_pull.cursor import CursorRule
from engine.producers.http_pull.fields import Cursor
from engine.producers.http_pull.ranks import Ranks
from engine.producers.http_pull.reading import Reading

RULE = CursorRule(Cursor(value="record.n", type="number"))
Rows = list[tuple[str, int]]


def read(rows: Rows, before: Reading | None = None) -> Reading:
    """A reading in pages of two."""
    reading = Reading(before)
    for start in range(0, len(rows), 2):
        page = rows[start : start + 2]
        cursors = [RULE.read(value) for _, value in page]
        seen = SeenPage([hash(row) for row in page], [hash(key) for key, _ in page], cursors)
        reading.add(seen, Ranks.of(cursors, None))
    return reading


DOWN: Rows = [("d", 4), ("c", 3), ("b", 2), ("a", 1)]
BY_KEY: Rows = [("a", 3), ("b", 1), ("c", 4), ("d", 2)]
UP: Rows = [("a", 1), ("b", 2), ("c", 3), ("d", 4)]
ONE_VALUE: Rows = [("a", 1), ("b", 1), ("c", 1), ("d", 1)]


@pytest.mark.parametrize(
    ("what", "first", "second", "settled"),
    [
        ("the same again", DOWN, DOWN, True),
        ("new rows above", DOWN, [("e", 5), *DOWN], True),
        ("a row not seen before", DOWN, [*DOWN, ("x", 1)], False),
        ("sorted down, a row updated", DOWN, [("b", 9), ("d", 4), ("c", 3), ("a", 1)], True),
        ("sorted down, a row gone", DOWN, [("d", 4), ("c", 3), ("a", 1)], False),
        ("sorted down, one updated and one gone", DOWN, [("b", 9), ("d", 4), ("a", 1)], False),
        ("rows in their places, one updated", BY_KEY, [("a", 3), ("b", 9), *BY_KEY[2:]], True),
        ("rows in their places, new at the end", BY_KEY, [*BY_KEY, ("e", 9)], True),
        ("in no order, one updated and moved", BY_KEY, [("b", 9), BY_KEY[0], *BY_KEY[2:]], False),
        ("in no order, one gone", BY_KEY, BY_KEY[1:], False),
        ("sorted up, a row updated", UP, [*UP[1:], ("a", 9)], False),
        ("one value, a row updated", ONE_VALUE, [*ONE_VALUE[1:], ("a", 9)], False),
    ],
)
def test_two_readings(what: str, first: Rows, second: Rows, settled: bool) -> None:
    assert read(second, read(first)).is_settled() is settled, what


def test_one_reading_settles_nothing() -> None:
    assert not read(DOWN).is_settled()


def test_what_came_in_above_the_first_reading_does_not_count_in_later_ones() -> None:
    second = read([("e", 5), *DOWN], read(DOWN))
    assert read([("f", 6), ("e", 5), *DOWN], second).is_settled()
