"""What the filter bar is set to, and the query it means. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, cast

from app.theme.states import STATES
from engine.api.wire import RecordQuery, StateWord


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """job, consumer: "" for any. last_s: the last seconds, or instead since and until, UTC ms.

    key: what keys begin with, or (exact) the whole key. expression: over ``record`` and ``key``.
    cause: of a failure group, with its sentence, which is only shown.
    """

    job: str = ""
    consumer: str = ""
    states: tuple[str, ...] = ()
    key: str = ""
    last_s: int | None = None
    since: int | None = None
    until: int | None = None
    exact: bool = False
    expression: str = ""
    cause: str = ""
    cause_sentence: str = ""

    @property
    def narrow(self) -> bool:
        """Counters cannot tell how many match."""
        timed = self.last_s or self.since or self.until
        return bool(self.key or timed or self.expression or self.cause)

    @property
    def can_be_counted(self) -> bool:
        """The node can, within a bound; an expression would mean to look at everything."""
        return self.narrow and not self.expression

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
            key=self.key if self.key and self.exact else None,
            key_prefix=self.key if self.key and not self.exact else None,
            since=since,
            until=self.until if self.last_s is None else None,
            expression=self.expression or None,
            cause=self.cause or None,
        )


def to_text(chosen: RecordFilter) -> str:
    """For the settings."""
    return json.dumps(asdict(chosen), ensure_ascii=False)


def from_text(text: str) -> RecordFilter | None:
    """What ``to_text`` wrote; None for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    made = RecordFilter()
    fields: dict[str, Any] = {}
    for name, default in asdict(made).items():
        value = found.get(name, default)
        if name == "states":
            value = tuple(state for state in STATES if state in (value or ()))
        elif name in ("last_s", "since", "until"):
            value = value if isinstance(value, int) else None
        elif not isinstance(value, type(default)):
            value = default
        fields[name] = value
    return RecordFilter(**fields)
