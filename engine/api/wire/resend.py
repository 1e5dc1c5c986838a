"""Shapes of sending again and of skipping, a block at a time."""

from __future__ import annotations

from pydantic import Field

from engine.api.wire.base import Id, ProblemShape, Shape, Told
from engine.api.wire.operations import ResendMode
from engine.api.wire.records import RecordQuery


class ResendRequest(Shape):
    """POST /resend and POST /skip: deliveries by record ids (and consumer), or all that match.

    Of a query one call does a block; ``after`` is the last answer's ``next``, so that each
    delivery is met once even when it is settled again meanwhile.
    """

    record_ids: tuple[Id, ...] = Field(default=(), max_length=500)
    consumer: str | None = None
    query: RecordQuery | None = None
    after: Id = 0
    mode: ResendMode = "mapped"
    reason: str = Field(default="", max_length=200)


class ResendResult(Shape):
    """What a resend did. ``refused`` says per record why not; ``warnings`` e.g. an old version."""

    resent: int
    refused: tuple[ProblemShape, ...] = ()
    warnings: tuple[Told, ...] = ()
    remaining: int = Field(
        default=0, description="Of a query: how many are still to do, at least; call again."
    )
    next: int | None = Field(
        default=None, description="Of a query: pass as ``after``; null at the end."
    )


class SkipResult(Shape):
    """What a skip did; ``refused`` says per record why not."""

    skipped: int
    refused: tuple[ProblemShape, ...] = ()
    remaining: int = 0
    next: int | None = None
