"""The job document's parts that every kind shares, as design.md section 8 lists them.

Producer and consumer kinds declare their own fields in ``producers`` and ``consumers``;
``operations.document`` puts the whole together. Defaults: traps.md, "Defaults worth having".
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from apscheduler.triggers.cron import CronTrigger
from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from engine.core.expression import Names
from engine.core.fields import (
    Duration,
    Name,
    Part,
    PositiveDuration,
    Rate,
    condition,
    duration_s,
    expression,
)


class Every(Part):
    """Run again this long after the last run began."""

    every: PositiveDuration = Field("5s", title="Every")

    @property
    def every_s(self) -> float:
        """The interval in seconds."""
        return duration_s(self.every)


class Cron(Part):
    """Run at the times of a cron line."""

    cron: str = Field(title="Cron line", examples=["*/5 * * * *"])
    timezone: str = Field("UTC", title="Time zone", examples=["Asia/Shanghai"])

    @model_validator(mode="after")
    def _compiles(self) -> Cron:
        try:
            CronTrigger.from_crontab(self.cron, timezone=self.timezone)
        except Exception as error:  # the parser and the zone database raise many types
            raise ValueError(
                f'"{self.cron}" in time zone "{self.timezone}" is not a schedule: {error}'
            ) from None
        return self


def _schedule_kind(value: Any) -> str:
    if isinstance(value, dict):
        return "cron" if "cron" in value else "every"
    return "cron" if isinstance(value, Cron) else "every"


Schedule = Annotated[
    Annotated[Every, Tag("every")] | Annotated[Cron, Tag("cron")], Discriminator(_schedule_kind)
]


class Shard(Part):
    """A slice of the source: variables handed to the request, with a cursor of its own."""

    name: Name
    vars: dict[str, str | int | float | bool] = Field(default_factory=dict, title="Variables")


class ProducerBase(Part):
    """What every producer kind has."""

    kind: str
    schedule: Schedule = Field(default_factory=Every, title="Schedule")
    shards: tuple[Shard, ...] = Field((), title="Pull shards")

    @field_validator("shards")
    @classmethod
    def _unique(cls, shards: tuple[Shard, ...]) -> tuple[Shard, ...]:
        refuse_twice([shard.name for shard in shards], "shard")
        return shards

    def pull_shards(self) -> tuple[Shard, ...]:
        """The shards to pull; one without variables when the document names none."""
        return self.shards or (Shard(name="all"),)


class Ledger(Part):
    """How records are told apart and spread."""

    key: expression(Names.PULL_RECORD) = Field(title="Key", examples=["record.id"])  # type: ignore[valid-type]  # the type is built from the names
    changed_by: tuple[str, ...] | None = Field(
        None,
        title="What makes a new version",
        description="Fields of the record; left out: the whole record.",
    )
    push_shards: int = Field(4, ge=1, le=256, title="Push shards")

    @field_validator("changed_by")
    @classmethod
    def _some(cls, fields: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if fields is not None and not fields:
            raise ValueError("name at least one field, or leave it out to compare whole records")
        if fields is not None:
            refuse_twice(list(fields), "field")
        return fields


class ExponentialRetry(Part):
    """Waits that grow by a factor up to a cap, spread by jitter."""

    policy: Literal["exponential"] = "exponential"
    first: PositiveDuration = Field("5s", title="First wait")
    factor: float = Field(2.0, ge=1, le=100, title="Factor")
    cap: PositiveDuration = Field("1h", title="Longest wait")
    jitter: float = Field(0.2, ge=0, le=1, title="Jitter")
    attempts: int = Field(10, ge=1, le=1000, title="Attempts")
    budget: PositiveDuration = Field("24h", title="Give up after")

    @property
    def first_s(self) -> float:
        """First wait in seconds."""
        return duration_s(self.first)

    @property
    def cap_s(self) -> float:
        """Longest wait in seconds."""
        return duration_s(self.cap)

    @property
    def budget_s(self) -> float:
        """Seconds after a cycle's start at which no further try is made."""
        return duration_s(self.budget)


class FixedRetry(Part):
    """The same wait before every try."""

    policy: Literal["fixed"]
    every: PositiveDuration = Field("60s", title="Wait")
    attempts: int = Field(10, ge=1, le=1000, title="Attempts")

    @property
    def every_s(self) -> float:
        """The wait in seconds."""
        return duration_s(self.every)


class ListRetry(Part):
    """A list of waits; when it is spent the delivery is given up."""

    policy: Literal["list"]
    delays: tuple[Duration, ...] = Field(min_length=1, max_length=1000, title="Waits")

    @property
    def delays_s(self) -> tuple[float, ...]:
        """The waits in seconds."""
        return tuple(duration_s(delay) for delay in self.delays)


RetryPolicy = Annotated[ExponentialRetry | FixedRetry | ListRetry, Field(discriminator="policy")]


class Batch(Part):
    """How many records go into one request."""

    size: int = Field(1, ge=1, le=10_000, title="Records a request")
    wait: Duration = Field("0s", title="Wait for more")

    @property
    def wait_s(self) -> float:
        """How long a batch that is not full waits for more, in seconds."""
        return duration_s(self.wait)


class ConsumerBase(Part):
    """What every consumer kind has."""

    kind: str
    name: Name
    filter: condition(Names.PUSH_FILTER) | None = Field(  # type: ignore[valid-type]  # built from the names
        None, title="Filter", examples=['record.status == "paid"']
    )
    batch: Batch = Field(default_factory=Batch, title="Batch")
    concurrency: int = Field(8, ge=1, le=1024, title="In flight at once")
    rate: Rate | None = Field(None, title="At most")
    order: Literal["per_key", "none"] = Field("per_key", title="Order")
    retry: RetryPolicy = Field(default_factory=ExponentialRetry, title="Retry")
    on_unknown: Literal["send_again", "hold"] = Field("send_again", title="When the answer is lost")
    start: Literal["beginning", "now"] = Field("beginning", title="A consumer added later starts")


class Retention(Part):
    """How long the ledger keeps delivered and skipped records; failed and unsynced ones stay."""

    bodies: PositiveDuration = Field("30d", title="Bodies")
    attempts: PositiveDuration = Field("90d", title="Attempts")

    @property
    def bodies_s(self) -> float:
        """Age in seconds at which payloads and stored bodies go."""
        return duration_s(self.bodies)

    @property
    def attempts_s(self) -> float:
        """Age in seconds at which attempts and superseded versions go."""
        return duration_s(self.attempts)

    @model_validator(mode="after")
    def _in_order(self) -> Retention:
        if self.attempts_s < self.bodies_s:
            raise ValueError("attempts must be kept at least as long as bodies")
        return self


class Alert(Part):
    """When someone is told, and on which channels."""

    when: condition(Names.ALERT) = Field(title="When", examples=["failed > 0"])  # type: ignore[valid-type]  # built from the names
    to: tuple[Name, ...] = Field(min_length=1, title="Channels")
    repeat: PositiveDuration = Field("60m", title="Repeat every")


def refuse_twice(names: list[str], what: str) -> None:
    """Raise ValueError if a name stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f'there are two {what}s named "{name}"; each needs its own name')
        seen.add(name)
