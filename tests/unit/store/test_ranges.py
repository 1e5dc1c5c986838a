"""Prefixes as ranges, and ids."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.store.ids import delivery_id, idempotency_key, record_of
from engine.store.ranges import after_prefix

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(TEXT, TEXT)
def test_a_text_lies_in_the_range_of_a_prefix_just_when_it_begins_with_it(
    prefix: str, text: str
) -> None:
    above = after_prefix(prefix)
    encoded = text.encode()
    inside = encoded >= prefix.encode() and (above is None or encoded < above.encode())

    assert inside == text.startswith(prefix)


@given(TEXT, TEXT)
def test_whatever_begins_with_a_prefix_lies_in_its_range(prefix: str, rest: str) -> None:
    above = after_prefix(prefix)
    text = (prefix + rest).encode()

    assert text >= prefix.encode()
    assert above is None or text < above.encode()


@given(st.integers(1, 2**43 - 1), st.integers(1, 2**20 - 1))
def test_a_delivery_id_holds_both_of_its_ids(record: int, consumer: int) -> None:
    made = delivery_id(record, consumer)

    assert record_of(made) == record
    assert made - delivery_id(record, 0) == consumer
    assert made < 2**63


def test_idempotency_keys_differ_between_ledgers_and_deliveries() -> None:
    keys = {idempotency_key(ledger, id_) for ledger in ("a" * 8, "b" * 8) for id_ in (1, 16, 17)}

    assert len(keys) == 6
