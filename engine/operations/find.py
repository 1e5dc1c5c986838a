"""What an operator asks for by names, turned into what the store looks up by ids."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.core.delivery import State
from engine.core.errors import NotFound, OperatorError
from engine.core.expression import ExpressionRefused
from engine.core.search import Search
from engine.operations.jobs import consumer_of
from engine.store.rows import RecordFilter
from engine.store.store import Store


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries are meant, by name. Everything left out matches all; times in UTC ms."""

    job: str | None = None
    consumer: str | None = None
    states: frozenset[State] = frozenset()
    key: str | None = None
    key_prefix: str | None = None
    since: int | None = None
    until: int | None = None
    cause: str | None = None
    expression: str | None = None


async def as_filter(store: Store, wanted: Wanted) -> RecordFilter:
    """The filter; NotFound for unknown names."""
    if wanted.consumer is not None and wanted.job is None:
        wanted = await _with_only_job_of(store, wanted, wanted.consumer)
    row = None if wanted.job is None else await store.job(wanted.job)
    consumer_id = None
    if row is not None and wanted.consumer is not None:
        consumer_id = consumer_of(row, wanted.consumer).id
    return RecordFilter(
        job_id=None if row is None else row.id,
        consumer_id=consumer_id,
        states=wanted.states,
        key=wanted.key,
        key_prefix=wanted.key_prefix,
        since=wanted.since,
        until=wanted.until,
        cause=None if wanted.cause is None else _cause(wanted.cause),
        search=_search(wanted.expression),
    )


def _search(text: str | None) -> str | None:
    """The search as it was written, once it is known to compile."""
    if text is None or not text.strip():
        return None
    try:
        Search(text)
    except ExpressionRefused as refused:
        refused.path = "expression"
        raise
    return text


def _cause(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 19:
        raise OperatorError(
            f'"{text}" is not the id of a cause.', hint="GET /failures tells them.", path="cause"
        )
    return int(text)


async def _with_only_job_of(store: Store, wanted: Wanted, consumer: str) -> Wanted:
    """A consumer's name alone will do where only one job has it."""
    jobs = [
        row.name
        for row in await store.jobs()
        if any(each.name == consumer for each in row.consumers)
    ]
    if not jobs:
        raise NotFound(f'There is no consumer "{consumer}".', hint="`jellyfish status` names them.")
    if len(jobs) > 1:
        raise OperatorError(
            f'Several jobs have a consumer "{consumer}": {", ".join(jobs)}.',
            hint="Name the job as well.",
            path="job",
        )
    return replace(wanted, job=jobs[0])
