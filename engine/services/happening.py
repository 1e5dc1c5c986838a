"""What a consumer is doing now, as a light and a sentence. Pure: facts are handed in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.core.breaker import BreakerState
from engine.operations.explain import span

SLOW_LAG_S = 60.0


class Health(StrEnum):
    """The light beside a consumer."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Target:
    """How a consumer's target does; ``last_error`` is of the last minute or ""."""

    breaker: BreakerState = BreakerState.CLOSED
    retry_in_s: float | None = None
    last_error: str = ""
    leased: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a consumer at this moment."""

    producing: bool
    paused: bool
    job_problem: str
    pull_problem: str
    problem: str
    target: Target
    unsynced: int
    failed: int
    out_per_s: float
    failed_per_s: float
    lag_s: float | None
    rate_limit: str | None
    pause_reason: str = ""


def happening(facts: Facts) -> tuple[Health, str]:
    """The light, and one sentence an operator understands."""
    if facts.paused:
        reason = facts.pause_reason
        return Health.OFF, f"Paused: {reason}" if reason else "Paused"
    if facts.job_problem:
        return Health.BAD, facts.job_problem
    if not facts.producing:
        return Health.OFF, "This node does not send"
    if facts.problem:
        return Health.BAD, facts.problem
    target = facts.target
    if not target.leased:
        return Health.WARN, "Waits for its shards"
    match target.breaker:
        case BreakerState.OPEN:
            wait = f"; next try in {target.retry_in_s:.0f} s" if target.retry_in_s else ""
            return Health.BAD, _joined("Target let alone", facts.target.last_error) + wait
        case BreakerState.HALF_OPEN:
            return Health.WARN, _joined("Trying the target again", facts.target.last_error)
        case BreakerState.CLOSED:
            return _flowing(facts)


def _flowing(facts: Facts) -> tuple[Health, str]:
    if facts.failed_per_s > 0 and facts.out_per_s == 0 and facts.unsynced:
        return Health.BAD, _joined("Target refuses", facts.target.last_error)
    if facts.pull_problem:
        return Health.WARN, _joined("Source fails", facts.pull_problem)
    if facts.failed_per_s > 0 and facts.unsynced:
        return Health.WARN, _joined("Delivering, with retries", facts.target.last_error)
    if facts.unsynced == 0:
        if facts.failed:
            return Health.WARN, f"All is delivered but what failed: {facts.failed}"
        return Health.GOOD, "Everything is delivered"
    limit = f" · limited to {facts.rate_limit}" if facts.rate_limit else ""
    if (facts.lag_s or 0) > SLOW_LAG_S:
        return Health.WARN, f"Delivering; the oldest waits for {span(facts.lag_s or 0)}{limit}"
    if facts.failed:
        return Health.WARN, f"Delivering; failed: {facts.failed}{limit}"
    return Health.GOOD, f"Delivering{limit}"


def _joined(what: str, why: str) -> str:
    return f"{what}: {why.rstrip('.')}" if why else what
