"""Claimed deliveries and settlements for tests of the services."""

from __future__ import annotations

from engine.core.attempt import Outcome
from engine.core.delivery import Event
from engine.core.record import Claimed
from engine.store.rows import Settlement


def claimed(number: int = 1, *, delivery_id: int = 1, cycle_started_at: int = 0) -> Claimed:
    """A claimed delivery at attempt ``number``."""
    return Claimed(
        delivery_id=delivery_id,
        record_id=delivery_id,
        consumer_id=1,
        shard=0,
        token=1,
        key=f"K{delivery_id}",
        version=1,
        payload=b"{}",
        cycle=1,
        number=number,
        pulled_at=0,
        cycle_started_at=cycle_started_at,
        idempotency_key=f"dlv_{delivery_id}",
    )


def settlement(delivery_id: int, *, exchange_of: int | None = None) -> Settlement:
    """An accepted delivery."""
    return Settlement(
        delivery_id=delivery_id,
        record_id=delivery_id,
        consumer_id=1,
        shard=0,
        token=1,
        cycle=1,
        number=1,
        pulled_at=0,
        event=Event.ACCEPT,
        at=0,
        outcome=Outcome.ACCEPTED,
        exchange_of=exchange_of,
    )
