from __future__ import annotations

import json
from typing import Any

import pytest

from engine.core.job import Ledger
from engine.producers.http_pull.records import ReadRecords, RecordReader
from engine.producers.http_pull.rows import Rows


def read(*payloads: bytes, **ledger: Any) -> ReadRecords:
    reader = RecordReader(
        Ledger.model_validate({"key": "record.id", **ledger}), None, None, decode=True
    )
    into = ReadRecords()
    for _ in reader.blocks(Rows(raw=list(payloads)), into, None):
        pass
    return into


def same(one: str, other: str, **ledger: Any) -> bool:
    """Whether two records are equal to the ledger."""
    first, second = read(one.encode(), other.encode(), **ledger).records
    return first.sha256 == second.sha256


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ('{"id":1,"a":2}', '{ "a": 2, "id": 1 }', True),
        ('{"id":1,"a":{"x":1,"y":2}}', '{"id":1,"a":{"y":2,"x":1}}', True),
        ('{"id":1,"a":[1,2]}', '{"id":1,"a":[2,1]}', False),
        ('{"id":1,"a":1.50}', '{"id":1,"a":1.5}', False),
        ('{"id":1,"a":1}', '{"id":1,"a":"1"}', False),
        ('{"id":1,"a":null}', '{"id":1}', False),
        ('{"id":1,"a":9007199254740993}', '{"id":1,"a":9007199254740992}', False),
        ('{"id":1,"a":0.1000000000000000055511151231257827}', '{"id":1,"a":0.1}', False),
        ('{"id":1,"a":"\\u00e9"}', '{"id":1,"a":"é"}', True),
        ('{"id":1,"a":"\\ud83d"}', '{"id":1,"a":"\\ud83e"}', False),
        ('{"id":1,"a":"\\ud83d"}', '{"id":1,"a":"\\ud83d"}', True),
    ],
)
def test_content_makes_a_new_version_and_form_does_not(one: str, other: str, equal: bool) -> None:
    assert same(one, other) is equal


@pytest.mark.parametrize(
    ("changed_by", "one", "other", "equal"),
    [
        (["status"], {"status": "a", "read_at": 1}, {"status": "a", "read_at": 2}, True),
        (["status"], {"status": "a"}, {"status": "b"}, False),
        (["status", "n"], {"status": "a", "n": None}, {"status": "a"}, False),
        (["n", "status"], {"status": "a", "n": 1}, {"n": 1, "status": "a"}, True),
        (["who.name"], {"who": {"name": "x", "seen": 1}}, {"who": {"name": "x"}}, True),
        (["who.name"], {"who": {"name": "x"}}, {"who": {"name": "y"}}, False),
        (["who.name"], {"who.name": "x"}, {"who.name": "y"}, False),
        (["who.name"], {"who": "x"}, {"who": "y"}, True),
    ],
)
def test_only_the_chosen_fields_make_a_new_version(
    changed_by: list[str], one: dict[str, Any], other: dict[str, Any], equal: bool
) -> None:
    texts = [json.dumps({"id": 1, **row}) for row in (one, other)]
    assert same(*texts, changed_by=changed_by) is equal


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ('"A-17"', "A-17"),
        ("17", "17"),
        ("1.50", "1.50"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("true", "true"),
        ('"订单 7"', "订单 7"),
        ('"' + "x" * 512 + '"', "x" * 512),
    ],
)
def test_a_key_is_a_text_a_number_or_true_or_false(written: str, key: str) -> None:
    assert read(f'{{"id": {written}}}'.encode()).records[0].key == key


def test_a_key_may_be_calculated() -> None:
    made = read(b'{"a": "x", "b": 7}', key='record.a + "-" + string(record.b)')
    assert made.records[0].key == "x-7"


def test_records_need_not_be_objects() -> None:
    made = read(b'"a"', b"17", key="record")
    assert [record.key for record in made.records] == ["a", "17"]


def test_a_key_may_stand_twice_on_a_page() -> None:
    made = read(b'{"id": 1, "v": 1}', b'{"id": 1, "v": 2}')
    assert [record.key for record in made.records] == ["1", "1"]
