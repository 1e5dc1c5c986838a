"""What the filter bar is set to, and the query it means. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from engine.api.wire import RecordQuery, StateWord


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """job, consumer: "" for any. last_s: the last seconds, or instead since and until, UTC ms.

    cause: of a failure group, with its sentence, which is only shown.
    """

    job: str = ""
    consumer: str = ""
    states: tuple[str, ...] = ()
    key: str = ""
    last_s: int | None = None
    since: int | None = None
    until: int | None = None
    cause: str = ""
    cause_sentence: str = ""

    @property
    def narrow(self) -> bool:
        """Key, time or cause is asked for: counters cannot tell how many match."""
        return bool(self.key or self.last_s or self.since or self.until or self.cause)

    @property
    def empty(self) -> bool:
        return self == RecordFilter()

    def query(self, now: int) -> RecordQuery:
        """The API's query at that time of the node, UTC ms."""
        since = self.since if self.last_s is None else now - self.last_s * 1000
        return RecordQuery(
            job=self.job or None,
            consumer=self.consumer or None,
            states=cast("tuple[StateWord, ...]", self.states),
            key_prefix=self.key or None,
            since=since,
            until=self.until if self.last_s is None else None,
            cause=self.cause or None,
        )
