"""Shapes of failures by cause, and of why a delivery stands where it stands."""

from __future__ import annotations

from typing import Literal

from engine.api.wire.base import OutcomeWord, Shape, StateWord, Told

ReasonWord = Literal[
    "delivered",
    "dead",
    "skipped",
    "sending",
    "interrupted",
    "consumer_removed",
    "job_paused",
    "consumer_paused",
    "job_problem",
    "no_node",
    "no_lease",
    "store_problem",
    "breaker",
    "earlier_version",
    "not_due",
    "retry",
    "rate",
    "batch",
    "concurrency",
    "turn",
]
"""Why a delivery is not delivered, or that it is."""


class FailureGroupShape(Shape):
    """Failed deliveries of one consumer with one cause.

    sentence: what they have in common, placeholders in it; sample: one error as it was told.
    record_id: an example. To list, count or move the group: a RecordQuery with its ``cause`` and
    its ``state``. Those that are retrying are counted up to a bound; then ``exact`` is false.
    """

    cause: str
    job: str
    consumer: str
    state: Literal["dead", "retrying"] = "dead"
    sentence: Told
    sample: Told = ""
    outcome: OutcomeWord = "unknown"
    status: int | None = None
    count: int
    exact: bool = True
    first_at: int | None = None
    last_at: int | None = None
    record_id: int | None = None


class FailuresShape(Shape):
    """GET /failures: dead ones first, the most frequent first."""

    groups: tuple[FailureGroupShape, ...] = ()


class ReasonShape(Shape):
    """Why one delivery is not delivered yet.

    due_at: when it will be tried, where that is known. until: when what holds it back ends by
    itself. blocking_record_id: the earlier version that goes first. node: who works on it.
    attempts_left: None where the policy counts none.
    """

    delivery_id: int
    consumer: str
    state: StateWord
    kind: ReasonWord
    sentence: Told
    due_at: int | None = None
    until: int | None = None
    blocking_record_id: int | None = None
    node: str = ""
    number: int = 0
    attempts_left: int | None = None


class ExplainShape(Shape):
    """GET /records/{id}/explain: one reason a delivery."""

    record_id: int
    reasons: tuple[ReasonShape, ...] = ()
