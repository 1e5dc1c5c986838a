"""How many records match a filter, by state: from the node's counters, else counted by the node."""

from __future__ import annotations

from collections.abc import Mapping

from app import format
from app.models.record_filter import RecordFilter
from app.session import Session
from app.theme.states import STATES, state_look
from app.words import translate
from engine.api.wire import ConsumerStatusShape, CountShape, RecordQuery, StateWord, StatusShape

ALL: tuple[StateWord, ...] = ("dead", "retrying", "sending", "pending", "delivered", "skipped")


def from_counters(status: StatusShape, chosen: RecordFilter) -> dict[str, int]:
    """Deliveries by state, of the filter's job, consumer and states; its key and time aside."""
    consumers = _consumers(status, chosen)
    counts = {
        "dead": sum(each.failed for each in consumers),
        "retrying": sum(each.retrying for each in consumers),
        "sending": sum(each.sending for each in consumers),
        "pending": sum(each.pending for each in consumers),
        "delivered": sum(each.synced for each in consumers),
        "skipped": sum(each.skipped for each in consumers),
    }
    return {state: n for state, n in counts.items() if state in (chosen.states or STATES)}


async def count_of(session: Session, query: RecordQuery) -> CountShape:
    """How many deliveries match, counted by the node up to its cap."""
    return await session.ask(lambda node: node.count(query))


async def count_states(session: Session, query: RecordQuery) -> dict[str, int] | None:
    """The same for any query, counted by the node; None where it stopped at its cap."""
    counts: dict[str, int] = {}
    for state in query.states or ALL:
        count = await _quick_count(session, query.model_copy(update={"states": (state,)}))
        if not count.exact:
            return None
        counts[state] = count.count
    return counts


async def _quick_count(session: Session, query: RecordQuery) -> CountShape:
    return await session.ask(lambda node: node.count(query, quick=True))


def has_several_consumers(status: StatusShape, chosen: RecordFilter) -> bool:
    """Whether one record may have several deliveries that match: sums would count it twice."""
    return not chosen.consumer and any(
        len(job.consumers) != 1 for job in status.jobs if chosen.job in ("", job.job)
    )


def fingerprint(status: StatusShape, chosen: RecordFilter) -> object:
    """Another value whenever something of the filter's jobs moved."""
    return tuple(
        (each.pulled, each.synced, each.failed, each.skipped, each.pending, each.sending)
        for each in _consumers(status, chosen)
    )


def totals_words(counts: Mapping[str, int]) -> str:
    """``16 dead · 268 retrying``."""
    return " · ".join(
        translate("Records", "{n} {state}").format(
            n=format.number(counts[state]), state=state_look(state).word
        )
        for state in STATES
        if counts.get(state)
    )


def _consumers(status: StatusShape, chosen: RecordFilter) -> list[ConsumerStatusShape]:
    return [
        consumer
        for job in status.jobs
        if chosen.job in ("", job.job)
        for consumer in job.consumers
        if chosen.consumer in ("", consumer.consumer)
    ]
