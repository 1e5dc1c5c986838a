"""What a producer is to the puller: a run of pages, each to be committed before the next is asked.

The puller drives the run; a producer keeps nothing between runs but the ``state`` it hands back
with each page. Not for filters, deliveries or schedules: those are the puller's.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from engine.core.attempt import RequestEvidence, ResponseEvidence
from engine.core.record import FailedPull, PulledPage


@dataclass(frozen=True, slots=True)
class PullStretch:
    """Cursor values, both included, as the source writes them; None is no end."""

    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class PullStart:
    """Where a run begins.

    cursor: as it was stored, None for the document's own start.
    state: what this producer handed back with the last committed page, or "".
    now: UTC ms, for ``${now}``; it never becomes a cursor.
    stretch: of a re-pull: only its records are handed over, and the run ends behind it.
    """

    shard: str
    vars: Mapping[str, Any] = field(default_factory=dict)
    cursor: str | None = None
    state: str = ""
    now: int = 0
    stretch: PullStretch | None = None


@dataclass(frozen=True, slots=True)
class PageOut:
    """A page to commit together with ``state``, in one transaction.

    values: the decoded ``record`` of each of the page's records, in their order, for filters;
        empty when the producer was built without ``decode``.
    share: of a stretch, how much is read, 0 to 1; None where that cannot be told.
    """

    page: PulledPage
    state: str
    values: tuple[Any, ...] = ()
    share: float | None = None


class CursorOrder(Protocol):
    """The values of a job's cursor as an operator gives them. ``type``: time, number or text."""

    type: Literal["time", "number", "text"]

    @property
    def start(self) -> str | None:
        """The document's start, if there is one."""

    def check(self, value: str | None, path: str) -> None:
        """OperatorError, with the place, for a value that cannot be this cursor."""

    def distance(self, one: str, other: str) -> float | None:
        """From one value to another: seconds of a time, a number's difference, -1, 0 or 1 of a
        text; None where the two cannot be compared.
        """


class Producer(Protocol):
    """One job's pull side."""

    def pages(self, start: PullStart) -> AsyncGenerator[PageOut | FailedPull, None]:
        """A run: pages in order, ended by the first with ``more`` False or by a FailedPull.

        The caller commits a page before it asks for the next one, and may stop anywhere by
        closing the generator. Only cancellation and bugs are raised.
        """

    async def trial(self, start: PullStart) -> Trial:
        """One real page, read as a run would, for an operator to look at; nothing is kept."""


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """One of the first records of a trial. cursor: None in a job without one."""

    key: str
    cursor: str | None
    payload: bytes
    value: Any


@dataclass(frozen=True, slots=True)
class Trial:
    """What one page request came to.

    ok: the page was read; else kind and sentence tell what is wrong, in an operator's words.
    response: with its body, cut to RESPONSE_CAP, whether the page was good or not.
    raw_count: rows as the source gave them; records: the first of them.
    cursor_after: where the cursor would stand after this page.
    """

    ok: bool
    kind: str
    sentence: str
    request: RequestEvidence | None
    response: ResponseEvidence | None
    raw_count: int = 0
    records: tuple[TrialRecord, ...] = ()
    cursor_after: str | None = None
    more: bool = False
    note: str = ""
