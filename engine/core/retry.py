"""When a delivery is tried again, or given up: a pure function of policy, outcome, clock, chance.

Source of the policies: design.md section 8; of the waits: traps.md, "Defaults worth having".
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import assert_never

from engine.core.attempt import Outcome
from engine.core.job import ExponentialRetry, FixedRetry, ListRetry, RetryPolicy
from engine.core.record import PushVerdict

LONGEST_ASKED_S = 24 * 3600.0
"""A target may ask for no longer wait than this."""


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try again at ``due_at`` (UTC ms)."""

    due_at: int


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No further automatic try; ``reason`` is a sentence."""

    reason: str


def decide(
    policy: RetryPolicy,
    verdict: PushVerdict,
    *,
    number: int,
    cycle_started_at: int,
    now: int,
    rng: random.Random,
    split: bool = False,
) -> RetryAt | GiveUp:
    """What follows a failed attempt; instants in UTC ms.

    number: tries of this cycle that count, from 1: those that ended in a split do not.
    cycle_started_at: or when the line last came out of a pause or an open breaker, if that was
        later: deferring eats neither attempts nor the time for them (design.md rule 9).
    split: the batch is to be tried again in halves. Nobody is given up for a neighbour; where
        waiting does not help (it was rejected, or no request could be made) at once.
    """
    refused = verdict.final or (verdict.outcome is Outcome.REJECTED and not verdict.line_refusal)
    if not split:
        if verdict.final:
            return GiveUp(f"The request could not be made from this record: {verdict.error}")
        if refused:
            return GiveUp("The target rejected this record.")
        if number >= attempts_of(policy):
            return GiveUp(_spent(number))
        if (
            isinstance(policy, ExponentialRetry)
            and now - cycle_started_at >= policy.budget_s * 1000
        ):
            return GiveUp("The time for retries is spent.")
    plain_s = 0.0 if split and refused else _delay_s(policy, number, rng)
    asked_s = min(verdict.retry_after_s or 0.0, LONGEST_ASKED_S)
    return RetryAt(now + round(max(plain_s, verdict.min_wait_s, asked_s) * 1000))


def attempts_of(policy: RetryPolicy) -> int:
    """How many attempts a cycle has under this policy."""
    match policy:
        case ExponentialRetry() | FixedRetry():
            return policy.attempts
        case ListRetry():
            return len(policy.delays) + 1
        case _ as never:
            assert_never(never)


def _delay_s(policy: RetryPolicy, number: int, rng: random.Random) -> float:
    match policy:
        case ExponentialRetry():
            plain = min(policy.first_s * policy.factor ** min(number - 1, 64), policy.cap_s)
            spread = plain * (1 + rng.uniform(-policy.jitter, policy.jitter))
            # Folded back at the cap: it is the longest wait, and waits still do not bunch there.
            return spread if spread <= policy.cap_s else 2 * policy.cap_s - spread
        case FixedRetry():
            return policy.every_s
        case ListRetry():
            return policy.delays_s[min(number, len(policy.delays)) - 1]
        case _ as never:
            assert_never(never)


def _spent(number: int) -> str:
    return "The only attempt is spent." if number == 1 else f"All {number} attempts are spent."
