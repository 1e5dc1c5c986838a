"""Cursors by an operator's hand: what they are, what moving one would mean, and moving it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.core.errors import OperatorError
from engine.operations.caller import Caller
from engine.operations.document import job_from_text
from engine.producers.kinds import cursor_order
from engine.producers.port import CursorOrder
from engine.store.operation_rows import is_repulled
from engine.store.rows import CursorRow, JobRow, PullRow
from engine.store.store import Store

PAGE = 500
MOST_PULLS = 20_000
"""So far back the pulls of a shard are added up for a preview."""

Direction = Literal["back", "ahead", "same", "unknown"]
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True, slots=True)
class CursorFacts:
    """A cursor with what its job's document says of it. type: "" for a job without one."""

    row: CursorRow
    type: str
    start: str | None
    in_document: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What moving a cursor would mean; see ``api.wire.CursorPreviewShape``."""

    shard: str
    before: str | None
    after: str | None
    direction: Direction
    distance: float | None
    pulls: int
    records: int
    new: int
    exact: bool
    sentence: str


async def cursors(store: Store, job: str) -> list[CursorFacts]:
    """Every cursor the job has or had, by shard."""
    row = await store.job(job)
    fields = job_from_text(row.document).producer
    order = cursor_order(fields)
    shards = {shard.name for shard in fields.pull_shards()}
    return [
        CursorFacts(
            cursor,
            "" if order is None else order.type,
            None if order is None else order.start,
            cursor.shard in shards,
        )
        for cursor in await store.cursors(row.id)
    ]


async def preview(store: Store, job: str, shard: str, value: str | None) -> Preview:
    """What it would mean; OperatorError for a value that cannot be this cursor."""
    row, order = await _checked(store, job, value)
    cursor = await store.cursor(row.id, shard)
    after, before = value or order.start, cursor.value
    distance = None if after is None or before is None else order.distance(before, after)
    direction = _direction(before, after, distance)
    pulls = records = new = 0
    exact = True
    if direction in ("back", "unknown"):
        pulls, records, new, exact = await _behind(store, row.id, shard, order, after)
    return Preview(
        shard,
        before,
        value,
        direction,
        distance if order.type != "text" else None,
        pulls,
        records,
        new,
        exact,
        _told(order, direction, distance, records, exact),
    )


async def move(store: Store, job: str, shard: str, value: str | None, by: Caller) -> None:
    """Move a cursor; None is the document's start. OperatorError for an unfit value."""
    row, order = await _checked(store, job, value)
    cursor = await store.cursor(row.id, shard)
    _same_kind(order, cursor, value)
    await store.set_cursor(row.id, shard, value, by=by.text)


async def _checked(store: Store, job: str, value: str | None) -> tuple[JobRow, CursorOrder]:
    row = await store.job(job)
    order = cursor_order(job_from_text(row.document).producer)
    if order is None:
        raise OperatorError(
            f'The job "{row.name}" has no cursor: each of its runs reads everything.', path="job"
        )
    order.check(value, "value")
    return row, order


def _same_kind(order: CursorOrder, cursor: CursorRow, value: str | None) -> None:
    """Refuse what cannot be compared with the values the source gives now."""
    if value is None or cursor.value is None or order.distance(cursor.value, value) is not None:
        return
    raise OperatorError(
        f'"{value}" cannot be compared with the cursor\'s present value "{cursor.value}".',
        hint="Write it the way the source does: with or without a time zone, or as a number. "
        "If the source changed how it writes them, clear the cursor.",
        path="value",
    )


def _direction(before: str | None, after: str | None, distance: float | None) -> Direction:
    if before == after:
        return "same"
    if before is None:
        return "ahead"
    if after is None:
        return "back"
    if distance is None:
        return "unknown"
    return "same" if distance == 0 else "back" if distance < 0 else "ahead"


async def _behind(
    store: Store, job_id: int, shard: str, order: CursorOrder, after: str | None
) -> tuple[int, int, int, bool]:
    """Pulls since the cursor stood there, their records and new versions; whether that is all."""
    pulls = records = new = 0
    place: str | None = None
    for _ in range(MOST_PULLS // PAGE):
        rows, place = await store.pulls(job_id, limit=PAGE, after=place)
        for row in rows:
            if row.shard != shard or row.error_kind or is_repulled(row):
                continue
            if _is_before(order, row, after):
                return pulls, records, new, True
            pulls, records, new = pulls + 1, records + row.raw_count, new + row.new
        if place is None:
            return pulls, records, new, after is None
    return pulls, records, new, False


def _is_before(order: CursorOrder, row: PullRow, after: str | None) -> bool:
    """Whether the cursor had not gone past that value yet when this page was read."""
    if after is None:
        return False
    if row.cursor_after is None:
        return True
    distance = order.distance(after, row.cursor_after)
    return distance is not None and distance <= 0


def _told(
    order: CursorOrder, direction: Direction, distance: float | None, records: int, exact: bool
) -> str:
    many = f"{'' if exact else 'more than '}{records:,} records"
    match direction:
        case "same":
            return "The cursor stands there already."
        case "unknown":
            return "The value cannot be compared with where the cursor stands."
        case "ahead":
            return (
                f"The cursor moves {_span(order, distance)}ahead; what the source has in between "
                "is not asked for."
            )
        case "back":
            return (
                f"The cursor moves {_span(order, distance)}back; about {many} that came in since "
                "are asked for again, and only those that changed become new versions."
            )


def _span(order: CursorOrder, distance: float | None) -> str:
    if distance is None or order.type == "text":
        return ""
    if order.type == "number":
        return f"by {abs(distance):,.10g} "
    seconds = abs(distance)
    for size, unit in _UNITS:
        if seconds >= 2 * size or size == 1:
            number = round(seconds / size)
            return f"{number:,} {unit}{'' if number == 1 else 's'} "
    return ""
