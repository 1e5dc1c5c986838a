from __future__ import annotations

from dataclasses import replace

import pytest

from engine.core.breaker import BreakerState
from engine.services.happening import Facts, Health, Target, happening

FINE = Facts(
    producing=True,
    paused=False,
    job_problem="",
    pull_problem="",
    problem="",
    target=Target(leased=True),
    unsynced=5,
    failed=0,
    out_per_s=10.0,
    failed_per_s=0.0,
    lag_s=1.0,
    rate_limit=None,
)
SICK = Target(BreakerState.OPEN, 12.4, "The target answered 401.", leased=True)


@pytest.mark.parametrize(
    ("facts", "health", "sentence"),
    [
        (FINE, Health.GOOD, "Delivering"),
        (replace(FINE, rate_limit="210/s"), Health.GOOD, "Delivering · limited to 210/s"),
        (replace(FINE, lag_s=90.0), Health.WARN, "Delivering; the oldest waits for 90 s"),
        (replace(FINE, failed=2), Health.WARN, "Delivering; failed: 2"),
        (replace(FINE, unsynced=0), Health.GOOD, "Everything is delivered"),
        (replace(FINE, unsynced=0, failed=2), Health.WARN, "All is delivered but what failed: 2"),
        (replace(FINE, paused=True, target=SICK), Health.OFF, "Paused"),
        (replace(FINE, paused=True, pause_reason="upgrade"), Health.OFF, "Paused: upgrade"),
        (replace(FINE, producing=False), Health.OFF, "This node does not send"),
        (replace(FINE, job_problem="No secret."), Health.BAD, "No secret."),
        (replace(FINE, problem="The disk is full."), Health.BAD, "The disk is full."),
        (replace(FINE, pull_problem="No answer."), Health.WARN, "Source fails: No answer"),
        (replace(FINE, target=Target()), Health.WARN, "Waits for its shards"),
        (
            replace(FINE, target=SICK),
            Health.BAD,
            "Target let alone: The target answered 401; next try in 12 s",
        ),
        (
            replace(FINE, target=replace(SICK, breaker=BreakerState.HALF_OPEN)),
            Health.WARN,
            "Trying the target again: The target answered 401",
        ),
        (
            replace(FINE, failed_per_s=2.0, target=Target(last_error="It said 500.", leased=True)),
            Health.WARN,
            "Delivering, with retries: It said 500",
        ),
        (
            replace(
                FINE,
                failed_per_s=2.0,
                out_per_s=0.0,
                target=Target(last_error="It said 500.", leased=True),
            ),
            Health.BAD,
            "Target refuses: It said 500",
        ),
    ],
)
def test_the_light_and_its_sentence(facts: Facts, health: Health, sentence: str) -> None:
    assert happening(facts) == (health, sentence)
