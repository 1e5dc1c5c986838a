"""Looking records up: one with the reason why it is not delivered yet, and many as JSON Lines.

Lists go by keyset pages, so that no transaction stays open while somebody reads.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from engine.core.delivery import UNSYNCED
from engine.operations.document import job_from_text
from engine.operations.explain import Holding, why
from engine.store.rows import JobRow, RecordBrief, RecordDetail, RecordFilter
from engine.store.store import Store

EXPORT_PAGE = 200

HoldingOf = Callable[[str, str], Holding]
"""What the node knows that holds a job's consumer back; pauses are looked up here."""


async def whys(
    store: Store, detail: RecordDetail, holding_of: HoldingOf, *, now: int
) -> dict[int, str]:
    """Why each delivery of a record stands where it stands, by delivery id."""
    brief = detail.brief
    waits = any(each.state in UNSYNCED for each in brief.deliveries)
    row = await store.job(brief.job) if waits else None
    blocked = await _behind_earlier_version(store, brief, row)
    return {
        delivery.delivery_id: why(
            delivery,
            now=now,
            holding=_holding(holding_of(brief.job, delivery.consumer), row, delivery.consumer_id),
            earlier_version=delivery.consumer_id in blocked,
        )
        for delivery in brief.deliveries
    }


async def all_matching(store: Store, wanted: RecordFilter) -> AsyncIterator[RecordBrief]:
    """Every record that matches, newest first, page by page."""
    after: str | None = None
    while True:
        page = await store.records(wanted, limit=EXPORT_PAGE, after=after)
        for brief in page.records:
            yield brief
        after = page.next_cursor
        if after is None:
            return


def _holding(known: Holding, row: JobRow | None, consumer_id: int) -> Holding:
    if row is None:
        return known
    consumer = next((each for each in row.consumers if each.id == consumer_id), None)
    return replace(
        known,
        job_paused=row.paused,
        consumer_paused=consumer is not None and consumer.paused,
        consumer_removed=consumer is None or consumer.removed_at is not None,
    )


async def _behind_earlier_version(
    store: Store, brief: RecordBrief, row: JobRow | None
) -> frozenset[int]:
    """Consumers that keep a key's order and have an earlier version of this key unsettled."""
    if row is None or brief.version == 1:
        return frozenset()
    job = job_from_text(row.document)
    ordered = {consumer.name for consumer in job.consumers if consumer.order == "per_key"}
    return frozenset(
        delivery.consumer_id
        for version in await store.versions(brief.job_id, brief.key)
        if version.version < brief.version
        for delivery in version.deliveries
        if delivery.state in UNSYNCED and delivery.consumer in ordered
    )
