"""Looking records up: one with the reason why it is not delivered yet, and many as JSON Lines.

Lists go by keyset pages, so that no transaction stays open while somebody reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

from engine.core.delivery import UNSYNCED
from engine.core.retry import attempts_of
from engine.operations.document import job_from_text
from engine.operations.explain import Circumstances, Holding, Reason, reason
from engine.store.rows import JobRow, RecordBrief, RecordDetail, RecordFilter, RecordPage
from engine.store.standing import Standing
from engine.store.store import Store

EXPORT_PAGE = 200
SEARCH_S = 0.5
"""Seconds a page of a search may take, a little more with its last slice."""
BREATH_S = 0.003
"""Between two slices: the interpreter's lock is needed elsewhere too."""

HoldingOf = Callable[[str, str, JobRow | None], Holding]
"""What the node knows that holds a job's consumer back; pauses are looked up here. It is given the
names of both, and the job as it is stored where that was read.
"""
HoldingAt = Callable[[str, JobRow, str, Holding], Awaitable[Holding]]
"""The same at the node of that name, which has the delivery's share of the work."""


async def reasons(
    store: Store, detail: RecordDetail, holding_of: HoldingOf, holding_at: HoldingAt, *, now: int
) -> dict[int, Reason]:
    """Why each delivery of a record stands where it stands, by delivery id."""
    brief = detail.brief
    waits = any(each.state in UNSYNCED for each in brief.deliveries)
    row = await store.job(brief.job) if waits else None
    standings = await store.standings(brief.record_id) if waits else {}
    job = None if row is None else job_from_text(row.document)
    found = {}
    for delivery in brief.deliveries:
        standing = standings.get(delivery.delivery_id)
        known = holding_of(brief.job, delivery.consumer, row)
        if row is not None and (node := _holder(standing, now)):
            known = await holding_at(node, row, delivery.consumer, known)
        fields = (
            next((one for one in job.consumers if one.name == delivery.consumer), None)
            if job
            else None
        )
        around = Circumstances(
            _holding(known, row, delivery.consumer_id),
            standing,
            keeps_order=fields is None or fields.order == "per_key",
            attempts=None if fields is None else attempts_of(fields.retry),
        )
        found[delivery.delivery_id] = reason(delivery, around, now=now)
    return found


async def page_of(
    store: Store, wanted: RecordFilter, *, limit: int, after: str | None
) -> RecordPage:
    """A page of records. A search goes on, slice by slice, until it is full or ``SEARCH_S`` are up.

    It may then be short or empty and have a cursor to go on from all the same.
    """
    page = await store.records(wanted, limit=limit, after=after)
    if page.scanned is None:
        return page
    loop = asyncio.get_running_loop()
    end = loop.time() + SEARCH_S
    while page.next_cursor is not None and len(page.records) < limit and loop.time() < end:
        await asyncio.sleep(BREATH_S)
        more = await store.records(wanted, limit=limit - len(page.records), after=page.next_cursor)
        page = replace(
            more,
            records=page.records + more.records,
            scanned=(page.scanned or 0) + (more.scanned or 0),
            unjudged=page.unjudged + more.unjudged,
            unjudged_why=page.unjudged_why or more.unjudged_why,
        )
    return page


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


def _holder(standing: Standing | None, now: int) -> str:
    """The node that has the delivery's share of the work now, "" if none has."""
    if standing is None or standing.expires_at <= now:
        return ""
    return standing.owner.rpartition("#")[0]


def _holding(known: Holding, row: JobRow | None, consumer_id: int) -> Holding:
    if row is None:
        return known
    consumer = next((each for each in row.consumers if each.id == consumer_id), None)
    paused = row if row.paused or consumer is None else consumer
    return replace(
        known,
        paused_until=paused.paused_until,
        pause_reason=paused.pause_reason,
        job_paused=row.paused,
        consumer_paused=consumer is not None and consumer.paused,
        consumer_removed=consumer is None or consumer.removed_at is not None,
    )
