"""Shapes of operations: long work an operator starts, followed by its progress."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.api.wire.base import Id, ProblemShape, Shape, Told
from engine.api.wire.records import RecordQuery

OperationWord = Literal["resend", "skip", "repull"]
OperationStateWord = Literal["running", "paused", "done", "cancelled", "failed"]
ResendMode = Literal["mapped", "sent"]


class OperationRequest(Shape):
    """POST /operations.

    resend, skip: either ``record_ids`` or ``query``; ``consumer`` narrows both to one consumer.
    resend: ``mode`` "mapped" makes the request anew as today's document says, "sent" repeats the
        request of the last attempt with today's proof.
    repull: ``job``, one ``shard`` or (None) all, and the cursor values ``since`` and ``until``,
        both included and written as the source writes them; None is the document's start, and
        the source's end.
    per_s: deliveries (repull: records) a second at most; None is the kind's own default.
    """

    kind: OperationWord
    query: RecordQuery | None = None
    record_ids: tuple[Id, ...] = Field(default=(), max_length=10_000)
    consumer: str | None = None
    mode: ResendMode = "mapped"
    per_s: float | None = Field(default=None, gt=0, le=100_000)
    reason: str = Field(default="", max_length=200)
    job: str | None = None
    shard: str | None = None
    since: str | None = Field(default=None, max_length=512)
    until: str | None = Field(default=None, max_length=512)


class OperationShape(Shape):
    """One operation as it stands now.

    job, consumer: what it is about, "" where it is about several; ``request`` is what was asked,
        with the first hundred of the records that were named.
    total: deliveries it will meet, at least that many if not ``total_exact``; None: not known.
    done: met so far; moved: of these, sent again, skipped, or stored as new versions; refused:
        left as they were. repull counts records.
    warned: deliveries of a version that is not its key's newest.
    share: 0 to 1, how far it has got, None where that is not known.
    rate_per_s, left_s: of the time it worked, pauses left out; None before there is a number.
    sentence: what it waits for, or how it ended; "" while all is well.
    """

    id: int
    kind: OperationWord
    state: OperationStateWord
    request: OperationRequest
    job: str = ""
    consumer: str = ""
    total: int | None = None
    total_exact: bool = True
    done: int = 0
    moved: int = 0
    refused: int = 0
    warned: int = 0
    share: float | None = None
    reached: str | None = Field(default=None, description="repull: the cursor value reached.")
    per_s: float | None = None
    rate_per_s: float | None = None
    left_s: float | None = None
    created_at: int
    updated_at: int
    ended_at: int | None = None
    by: str
    where: str = ""
    sentence: Told = ""
    refusals: tuple[ProblemShape, ...] = Field(
        default=(), description="The first of them; path is the record's id."
    )
    warnings: tuple[Told, ...] = Field(default=(), description="The first of them.")


class OperationPageShape(Shape):
    """GET /operations: newest first; pass ``next`` as ``after`` for the next page."""

    operations: tuple[OperationShape, ...]
    next: int | None = None
