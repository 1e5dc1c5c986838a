"""What a consumer's document says of how fast and in which order it is served."""

from __future__ import annotations

from dataclasses import dataclass

from engine.services.verdicts import Policy


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What a consumer's document says of how fast and in which order it is served.

    by_pull_shard: its requests differ by the pull shard a record came in by. revision: of the job.
    """

    consumer_id: int
    name: str
    concurrency: int
    rate_per_s: float | None
    per_key: bool
    batch_wait_s: float
    policy: Policy
    by_pull_shard: bool = False
    revision: int = 0
