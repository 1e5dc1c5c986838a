"""How a delivery's id is made, and the idempotency key that goes out with it.

A delivery is one record's way to one consumer, so its id is made of both ids. That makes the pair
unique without an index of its own, and finds all deliveries of a record by a range of ids.
Record and consumer ids are never given twice (``serial``), so neither are delivery ids.
"""

from __future__ import annotations

CONSUMER_BITS = 20
"""A database may know 1,048,575 consumers in its life, and 2^43 records."""

SPAN = 1 << CONSUMER_BITS
MAX_ID = (1 << 63) - 1


def delivery_id(record_id: int, consumer_id: int) -> int:
    """The id of that record's delivery to that consumer."""
    return record_id << CONSUMER_BITS | consumer_id


def record_of(delivery: int) -> int:
    """The record a delivery id belongs to."""
    return delivery >> CONSUMER_BITS


def idempotency_key(ledger_id: str, delivery: int) -> str:
    """What the target may recognise a repeated send by: one for all attempts and cycles."""
    return f"dlv_{ledger_id}{delivery:x}"
