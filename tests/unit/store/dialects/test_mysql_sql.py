"""Our statements as MySQL and MariaDB read them; the contract suite runs them all on a server."""

from __future__ import annotations

from typing import Any

import pytest

from engine.store.dialects.mysql_access import literal
from engine.store.dialects.mysql_sql import rewritten


def said(sql: str, *values: Any) -> str:
    """The whole statement."""
    return rewritten(sql).bound(values, literal).decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        (-7, "-7"),
        (True, "1"),
        (0.5, "0.5"),
        ("it's 100% \\ ?1 订单", "'it\\'s 100% \\\\ ?1 订单'"),
        (b"a'b\\c\x00\xff", "_binary'a\\'b\\\\c\x00\udcff'"),
        (bytearray(b""), "_binary''"),
    ],
)
def test_a_value_stands_in_the_statement_as_it_is(value: Any, text: str) -> None:
    assert said("SELECT ?", value) == f"SELECT {text}"


def test_what_is_no_value_of_a_database_is_a_bug() -> None:
    with pytest.raises(TypeError, match="object"):
        said("SELECT ?", object())


def test_marks_inside_texts_are_none() -> None:
    assert said("SELECT '?', ?, 'key ?2'", 5) == "SELECT '?', 5, 'key ?2'"


def test_numbered_values_go_wherever_they_are_named() -> None:
    assert said("SELECT ?2, ?1, ?2", 1, 2) == "SELECT 2, 1, 2"


@pytest.mark.parametrize(("ids", "listed"), [("[3, -4]", "3, -4"), ("[]", "NULL")])
def test_a_list_of_ids_is_written_out_where_it_is_compared_with(ids: str, listed: str) -> None:
    sql = "DELETE FROM pull WHERE id IN (SELECT value FROM json_each(?))"
    assert said(sql, ids) == f"DELETE FROM pull WHERE id IN ({listed})"


@pytest.mark.parametrize("text", ['["1"]', "[1); DROP TABLE job; --]", "[1e5]"])
def test_only_whole_numbers_are_ever_written_out(text: str) -> None:
    with pytest.raises(ValueError, match="not a list of ids"):
        said("DELETE FROM pull WHERE id IN (SELECT value FROM json_each(?))", text)


def test_each_part_of_a_union_of_what_is_due_is_bounded_by_itself() -> None:
    part = (
        "SELECT id, due_at FROM delivery INDEXED BY delivery_queue"
        " WHERE consumer_id = ?1 AND shard = {} AND state IN (1, 3) AND due_at <= ?2"
    )
    sql = f"{part.format('?4')} UNION ALL {part.format('?5')} ORDER BY 2, 1 LIMIT ?3"
    assert said(sql, 8, 99, 10, 0, 1).count("ORDER BY due_at, id LIMIT 10)") == 2
    assert "queue_shard = 1 AND due_at <= 99" in said(sql, 8, 99, 10, 0, 1)


def test_a_place_behind_two_columns_is_a_range_of_the_first() -> None:
    sql = "SELECT id FROM record WHERE (key, version) > (?, ?)"
    assert said(sql, "a", 2) == (
        "SELECT id FROM record WHERE `key` >= 'a'"
        " AND (`key` > 'a' OR (`key` = 'a' AND version > 2))"
    )


def test_deliveries_of_a_record_are_found_by_its_id() -> None:
    sql = "SELECT 1 FROM delivery AS d WHERE d.id > r.id * 1048576 AND d.id < (r.id + 1) * 1048576"
    assert said(sql) == "SELECT 1 FROM delivery AS d WHERE d.record_id = r.id"


def test_a_row_that_is_there_is_changed_or_kept() -> None:
    insert = "INSERT INTO secret (use, n) VALUES (?, ?) ON CONFLICT (use) DO "
    assert said(f"{insert}UPDATE SET n = secret.n + excluded.n", "a", 1) == (
        "INSERT INTO secret (`use`, n) VALUES ('a', 1)"
        " ON DUPLICATE KEY UPDATE n = secret.n + VALUES(n)"
    )
    assert rewritten(f"{insert}NOTHING").keeps_first
    assert said(f"{insert}NOTHING", "a", 1) == "INSERT INTO secret (`use`, n) VALUES ('a', 1)"
