"""The job document's parts that every kind shares, as design.md section 8 lists them.

Producer and consumer kinds declare their own fields in ``producers`` and ``consumers``;
``operations.document`` puts the whole together. Defaults: traps.md, "Defaults worth having".
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from apscheduler.triggers.cron import CronTrigger
from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from engine.core.errors import OperatorError
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
    hints,
    refusal,
)


class Every(Part, title="Interval"):
    """Run again this long after the last run began."""

    every: PositiveDuration = Field(
        "5s",
        title="Every",
        description="How long after the last run began. Full pages are followed at once.",
        examples=["5s", "1m", "1h"],
    )

    @property
    def every_s(self) -> float:
        """The interval in seconds."""
        return duration_s(self.every)


class Cron(Part, title="Times of day (cron)"):
    """Run at the times of a cron line."""

    cron: str = Field(
        title="Cron line",
        description="Minute, hour, day, month, weekday.",
        examples=["*/5 * * * *", "0 2 * * *", "30 8 * * mon-fri"],
    )
    timezone: str = Field(
        "UTC",
        title="Time zone",
        description="The zone in which the cron line is read.",
        examples=["Asia/Shanghai", "Europe/Berlin"],
    )

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


class Shard(Part, title="Pull shard"):
    """A slice of the source: variables handed to the request, with a cursor of its own."""

    name: Name = Field(
        title="Name", description="Its cursor is kept under this name.", examples=["east"]
    )
    vars: dict[str, str | int | float | bool] = Field(
        default_factory=dict,
        title="Variables",
        description="Handed to the request as ${vars.region}.",
        examples=[{"region": "east"}],
    )


class ProducerBase(Part):
    """What every producer kind has."""

    kind: str
    schedule: Schedule = Field(
        default_factory=Every, title="Schedule", description="When the source is asked."
    )
    shards: tuple[Shard, ...] = Field(
        (),
        title="Pull shards",
        description="Slices of the source, each asked with its own variables from its own cursor. "
        "None: the source is asked as a whole.",
    )

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

    key: expression(Names.PULL_RECORD) = Field(  # type: ignore[valid-type]  # built from the names
        title="Key",
        description="What tells one item from another. The same key again is a new version.",
        examples=["record.id"],
    )
    changed_by: tuple[str, ...] | None = Field(
        None,
        title="What makes a new version",
        description="Fields of the record that count as a change; left out: the whole record.",
        examples=[["status", "amount"]],
    )
    push_shards: int = Field(
        4,
        ge=1,
        le=256,
        title="Push shards",
        description="How many slices several nodes can share the sending in.",
        json_schema_extra=hints(more=True),
    )

    @field_validator("changed_by")
    @classmethod
    def _some(cls, fields: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if fields is not None and not fields:
            raise ValueError("name at least one field, or leave it out to compare whole records")
        if fields is not None:
            refuse_twice(list(fields), "field")
        return fields


class ExponentialRetry(Part, title="Growing waits"):
    """Waits that grow by a factor up to a cap, spread by jitter."""

    policy: Literal["exponential"] = "exponential"
    first: PositiveDuration = Field(
        "5s", title="First wait", description="Before the second attempt."
    )
    factor: float = Field(
        2.0, ge=1, le=100, title="Factor", description="Each wait is so many times the one before."
    )
    cap: PositiveDuration = Field("1h", title="Longest wait", description="No wait grows beyond.")
    jitter: float = Field(
        0.2,
        ge=0,
        le=1,
        title="Jitter",
        description="How far waits are spread, 0.2 is 20 %, so that not all come back at once.",
        json_schema_extra=hints(more=True),
    )
    attempts: int = Field(
        10, ge=1, le=1000, title="Attempts", description="After so many it is given up: dead."
    )
    budget: PositiveDuration = Field(
        "24h",
        title="Give up after",
        description="No attempt is made later than this after the first.",
        json_schema_extra=hints(more=True),
    )

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


class FixedRetry(Part, title="Equal waits"):
    """The same wait before every try."""

    policy: Literal["fixed"]
    every: PositiveDuration = Field("60s", title="Wait", description="Before every attempt.")
    attempts: int = Field(
        10, ge=1, le=1000, title="Attempts", description="After so many it is given up: dead."
    )

    @property
    def every_s(self) -> float:
        """The wait in seconds."""
        return duration_s(self.every)


class ListRetry(Part, title="A list of waits"):
    """A list of waits; when it is spent the delivery is given up."""

    policy: Literal["list"]
    delays: tuple[Duration, ...] = Field(
        min_length=1,
        max_length=1000,
        title="Waits",
        description="One before each attempt; after the last it is given up: dead.",
        examples=[["5s", "5m", "1h"]],
    )

    @property
    def delays_s(self) -> tuple[float, ...]:
        """The waits in seconds."""
        return tuple(duration_s(delay) for delay in self.delays)


RetryPolicy = Annotated[ExponentialRetry | FixedRetry | ListRetry, Field(discriminator="policy")]


class Batch(Part):
    """How many records go into one request."""

    size: int = Field(
        1,
        ge=1,
        le=10_000,
        title="Records a request",
        description="More than one: they go as a JSON array, or where the body says ${records}.",
    )
    wait: Duration = Field(
        "0s",
        title="Wait for more",
        description="How long a request that is not full waits for more records.",
    )

    @property
    def wait_s(self) -> float:
        """How long a batch that is not full waits for more, in seconds."""
        return duration_s(self.wait)


class ConsumerBase(Part):
    """What every consumer kind has."""

    kind: str
    name: Name = Field(
        title="Name", description="Its states are kept under this name.", examples=["erp"]
    )
    filter: condition(Names.PUSH_FILTER) | None = Field(  # type: ignore[valid-type]  # built from the names
        None,
        title="Filter",
        description="Only records for which it is true are sent; the others are skipped.",
        examples=['record.status == "paid"'],
    )
    batch: Batch = Field(default_factory=Batch, title="Batch")
    concurrency: int = Field(
        8,
        ge=1,
        le=1024,
        title="In flight at once",
        description="How many requests may be under way at the same time, on each node.",
    )
    rate: Rate | None = Field(
        None,
        title="At most",
        description="Requests per second, minute or hour, of all nodes together; left out: as "
        "fast as the target takes them.",
        examples=["100/s", "30/m"],
    )
    order: Literal["per_key", "none"] = Field(
        "per_key",
        title="Order",
        description="Whether versions of one key go one after the other.",
        json_schema_extra=hints(
            choices={"per_key": "Versions of a key in order", "none": "Any order"}
        ),
    )
    retry: RetryPolicy = Field(
        default_factory=ExponentialRetry,
        title="Retry",
        description="How long to wait after a failed attempt, and when to give up.",
    )
    on_unknown: Literal["send_again", "hold"] = Field(
        "send_again",
        title="When the answer is lost",
        description="The target may have taken the record already. Sent again, it carries the "
        "same webhook-id.",
        json_schema_extra=hints(
            choices={"send_again": "Send again", "hold": "Hold it for an operator"}
        ),
    )
    start: Literal["beginning", "now"] = Field(
        "beginning",
        title="A consumer added later starts",
        description="Counts once, when the consumer is added to a job that has records already.",
        json_schema_extra=hints(
            choices={"beginning": "With the oldest record kept", "now": "With records to come"}
        ),
    )


class Retention(Part):
    """How long the ledger keeps delivered and skipped records; failed and unsynced ones stay."""

    bodies: PositiveDuration = Field(
        "30d",
        title="Bodies kept for",
        description="Payloads and stored requests and answers of delivered and skipped records.",
        examples=["30d"],
    )
    attempts: PositiveDuration = Field(
        "90d",
        title="Attempts kept for",
        description="Attempts and older versions. Failed and unsynced records are never removed "
        "by age.",
        examples=["90d"],
    )

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
            sentence = "Attempts must be kept at least as long as bodies."
            raise refusal(OperatorError(sentence, path="attempts"))
        return self


class Alert(Part, title="Alert"):
    """When someone is told, and on which channels."""

    when: condition(Names.ALERT) = Field(  # type: ignore[valid-type]  # built from the names
        title="When",
        description="True opens the alert, false resolves it.",
        examples=["failed > 0", "lag_s > 60", "source_silent_s > 600", "breaker_open"],
    )
    to: tuple[Name, ...] = Field(
        min_length=1,
        title="Channels",
        description="Where the message goes; channels are set up in the settings.",
        examples=[["ops-dingtalk"]],
        json_schema_extra={"x-input": "channels"},
    )
    repeat: PositiveDuration = Field(
        "60m",
        title="Repeat every",
        description="While it stays open.",
        examples=["60m"],
    )


def refuse_twice(names: list[str], what: str) -> None:
    """Raise ValueError if a name stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f'there are two {what}s named "{name}"; each needs its own name')
        seen.add(name)
