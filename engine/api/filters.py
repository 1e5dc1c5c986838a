"""From the filters of a request to what the store looks up."""

from __future__ import annotations

from engine.api import wire
from engine.api.port import EnginePort
from engine.core.delivery import State
from engine.operations.find import Wanted, as_filter
from engine.store.rows import RecordFilter


async def filter_of(engine: EnginePort, query: wire.RecordQuery) -> RecordFilter:
    """The filter of a query; NotFound for unknown names."""
    return await as_filter(
        engine.store,
        Wanted(
            job=query.job,
            consumer=query.consumer,
            states=frozenset(State.from_word(word) for word in query.states),
            key=query.key,
            key_prefix=query.key_prefix,
            since=query.since,
            until=query.until,
            cause=query.cause,
            expression=query.expression,
        ),
    )
