"""Shapes of the overview: status and graphs."""

from __future__ import annotations

from pydantic import Field

from engine.api.wire.base import HealthWord, Shape, Told


class ConsumerStatusShape(Shape):
    """One row of the overview."""

    consumer: str
    synced: int
    unsynced: int
    failed: int
    skipped: int
    pulled: int = 0
    pending: int = 0
    sending: int = 0
    retrying: int = 0
    paused: bool = False
    paused_until: int | None = Field(
        default=None, description="When its pause, or the job's, ends by itself."
    )
    pause_reason: str = ""
    in_per_s: float = 0.0
    out_per_s: float = 0.0
    failed_per_s: float = 0.0
    lag_s: float | None = None
    health: HealthWord = "good"
    happening: Told = Field(
        default="", description="One sentence: what this consumer is doing now."
    )
    spark: tuple[float, ...] = Field(
        default=(), description="Delivered per second, last 60 samples."
    )


class JobStatusShape(Shape):
    """One job of ``status --json``; ``state`` is running, paused, failing or idle."""

    job: str
    state: str
    pulled: int
    lag_s: float | None = None
    consumers: tuple[ConsumerStatusShape, ...] = ()
    pull_problem: Told = ""
    paused_until: int | None = None
    pause_reason: str = ""
    last_pull_at: int | None = None
    next_pull_at: int | None = None
    revision: int = 0
    description: str = ""


class NodeTroubleShape(Shape):
    """What keeps the whole node from its work: a sentence and what to do.

    deliberate: an operator wanted it so, such as a drained node; else something is wrong.
    """

    sentence: Told
    hint: Told = ""
    deliberate: bool = False


class StatusShape(Shape):
    """GET /status: everything the overview's table and cards show."""

    now: int = 0
    jobs: tuple[JobStatusShape, ...] = ()
    synced_today: int = 0
    pulls_today: int = 0
    trouble: NodeTroubleShape | None = None


class SeriesShape(Shape):
    """GET /series: equal steps; per-second rates; latency in ms. Lists are of one length.

    ``start`` is the instant of the first sample, ``step_s`` the seconds between two. Latencies of
    long windows come from histograms and are at most an eighth off.
    """

    start: int
    step_s: float
    pulled: tuple[float, ...]
    delivered: tuple[float, ...]
    failed: tuple[float, ...]
    backlog: tuple[float | None, ...] = ()
    p50_ms: tuple[float | None, ...] = ()
    p99_ms: tuple[float | None, ...] = ()
