from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from engine.core.attempt import Outcome
from engine.core.job import RetryPolicy
from engine.core.record import PushVerdict
from engine.core.retry import GiveUp, RetryAt, attempts_of, decide

POLICY: TypeAdapter[RetryPolicy] = TypeAdapter(RetryPolicy)
STARTED = 1_700_000_000_000
DAY_MS = 24 * 3600 * 1000

FAILED = PushVerdict(Outcome.RETRY, "status", "The target answered 500.")
REJECTED = PushVerdict(Outcome.REJECTED, "status", "The target answered 400.")
UNMADE = PushVerdict(Outcome.NOT_SENT, "mapping", "request.url: no field id.", final=True)
STEADY = POLICY.validate_python({"policy": "exponential", "jitter": 0})


def policy(**fields: Any) -> RetryPolicy:
    return POLICY.validate_python(fields)


def decided(
    rule: RetryPolicy,
    verdict: PushVerdict = FAILED,
    *,
    number: int = 1,
    age_ms: int = 0,
    seed: int = 1,
    split: bool = False,
) -> RetryAt | GiveUp:
    return decide(
        rule,
        verdict,
        number=number,
        cycle_started_at=STARTED,
        now=STARTED + age_ms,
        rng=random.Random(seed),
        split=split,
    )


def wait_s(decision: RetryAt | GiveUp, age_ms: int = 0) -> float:
    assert isinstance(decision, RetryAt)
    return (decision.due_at - STARTED - age_ms) / 1000


def test_exponential_waits_double_from_five_seconds_up_to_an_hour() -> None:
    rule = policy(policy="exponential", jitter=0, attempts=14)
    waits = [wait_s(decided(rule, number=number)) for number in range(1, 13)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


def test_first_wait_factor_and_cap_are_the_policys() -> None:
    rule = policy(policy="exponential", first="1s", factor=3, cap="20s", jitter=0)
    assert [wait_s(decided(rule, number=number)) for number in (1, 2, 3, 4)] == [1, 3, 9, 20]


def test_a_thousand_attempts_do_not_overflow() -> None:
    rule = policy(policy="exponential", factor=100, jitter=0, attempts=1000)
    assert wait_s(decided(rule, number=999)) == 3600


@given(
    number=st.integers(min_value=1, max_value=9),
    jitter=st.floats(min_value=0, max_value=1),
    seed=st.integers(min_value=0, max_value=10_000),
)
def test_jitter_stays_within_its_share_and_below_the_cap(
    number: int, jitter: float, seed: int
) -> None:
    rule = policy(policy="exponential", jitter=jitter)
    plain = min(5 * 2 ** (number - 1), 3600)
    got = wait_s(decided(rule, number=number, seed=seed))
    assert plain * (1 - jitter) - 0.001 <= got <= min(plain * (1 + jitter), 3600) + 0.001


def test_jitter_spreads_the_waits_at_the_cap_too() -> None:
    rule = policy(policy="exponential", first="1h", jitter=0.2)
    waits = [wait_s(decided(rule, seed=seed)) for seed in range(200)]
    assert 0.8 * 3600 <= min(waits) < 0.82 * 3600
    assert 0.98 * 3600 < max(waits) <= 3600
    assert len(set(waits)) > 190


def test_ten_attempts_and_the_last_is_the_end() -> None:
    assert isinstance(decided(STEADY, number=9), RetryAt)
    assert decided(STEADY, number=10) == GiveUp("All 10 attempts are spent.")
    once = policy(policy="fixed", attempts=1)
    assert decided(once) == GiveUp("The only attempt is spent.")


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.NOT_SENT, Outcome.UNKNOWN])
def test_failures_of_dns_refused_connections_and_lost_answers_count_like_any_other(
    outcome: Outcome,
) -> None:
    assert isinstance(decided(STEADY, PushVerdict(outcome), number=10), GiveUp)


def test_the_budget_ends_the_retries_after_a_day() -> None:
    assert isinstance(decided(STEADY, number=2, age_ms=DAY_MS - 1), RetryAt)
    ended = decided(STEADY, number=2, age_ms=DAY_MS)
    assert ended == GiveUp("The time for retries is spent.")
    shorter = policy(policy="exponential", budget="10m")
    assert isinstance(decided(shorter, number=2, age_ms=600_000), GiveUp)


@pytest.mark.parametrize("number", [1, 2, 9])
def test_fixed_waits_are_a_minute_unless_told_otherwise(number: int) -> None:
    assert wait_s(decided(policy(policy="fixed"), number=number)) == 60
    assert wait_s(decided(policy(policy="fixed", every="7s"), number=number)) == 7


def test_a_fixed_policy_has_no_budget() -> None:
    assert isinstance(decided(policy(policy="fixed"), number=2, age_ms=30 * DAY_MS), RetryAt)


def test_a_list_gives_its_waits_in_order_and_one_attempt_more_than_waits() -> None:
    rule = policy(policy="list", delays=["5s", "5m", "1h"])
    assert [wait_s(decided(rule, number=number)) for number in (1, 2, 3)] == [5, 300, 3600]
    assert decided(rule, number=4) == GiveUp("All 4 attempts are spent.")
    assert attempts_of(rule) == 4


def test_a_list_that_was_cut_short_meanwhile_gives_up() -> None:
    assert isinstance(decided(policy(policy="list", delays=["5s"]), number=7), GiveUp)


def test_retry_after_lengthens_a_wait_and_never_shortens_it() -> None:
    longer = PushVerdict(Outcome.RETRY, retry_after_s=120.0)
    shorter = PushVerdict(Outcome.RETRY, retry_after_s=1.0)
    assert wait_s(decided(STEADY, longer)) == 120
    assert wait_s(decided(STEADY, shorter)) == 5
    assert wait_s(decided(policy(policy="list", delays=["1s"]), longer)) == 120


@pytest.mark.parametrize("absurd", [1e9, 1e300, float("inf")])
def test_an_absurd_retry_after_is_a_day_at_most(absurd: float) -> None:
    assert wait_s(decided(STEADY, PushVerdict(Outcome.RETRY, retry_after_s=absurd))) == 86_400


def test_a_retry_after_in_the_past_changes_nothing() -> None:
    assert wait_s(decided(STEADY, PushVerdict(Outcome.RETRY, retry_after_s=-1e9))) == 5


@pytest.mark.parametrize(
    "rule", [STEADY, policy(policy="fixed", every="1s"), policy(policy="list", delays=["0s"])]
)
def test_the_least_wait_of_a_failure_holds_under_every_policy(rule: RetryPolicy) -> None:
    assert wait_s(decided(rule, PushVerdict(Outcome.RETRY, min_wait_s=60.0))) == 60


def test_a_rejected_record_is_given_up_at_once() -> None:
    assert decided(STEADY, REJECTED) == GiveUp("The target rejected this record.")


def test_a_refusal_of_the_whole_line_is_retried_like_a_failure() -> None:
    refusal = PushVerdict(Outcome.REJECTED, "status", "401", line_refusal=True)
    assert wait_s(decided(STEADY, refusal)) == 5
    assert isinstance(decided(STEADY, refusal, number=10), GiveUp)


def test_a_request_that_cannot_be_made_is_given_up_at_once_and_says_why() -> None:
    assert decided(STEADY, UNMADE) == GiveUp(
        "The request could not be made from this record: request.url: no field id."
    )


@pytest.mark.parametrize("verdict", [REJECTED, UNMADE])
def test_nobody_is_given_up_for_a_neighbour_in_the_batch(verdict: PushVerdict) -> None:
    for number in (1, 10, 1000):
        assert wait_s(decided(STEADY, verdict, number=number, split=True)) == 0


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.UNKNOWN])
@pytest.mark.parametrize(
    ("rule", "expected_s"),
    [(STEADY, 2560), (policy(policy="list", delays=["5s", "7s"]), 7)],
)
def test_a_batch_that_failed_for_no_known_reason_waits_before_its_halves(
    outcome: Outcome, rule: RetryPolicy, expected_s: float
) -> None:
    late = 2 * DAY_MS
    decision = decided(rule, PushVerdict(outcome), number=10, age_ms=late, split=True)
    assert wait_s(decision, late) == expected_s


def test_the_same_chance_gives_the_same_decision() -> None:
    rule = policy(policy="exponential")
    assert decided(rule, seed=7) == decided(rule, seed=7)
    assert decided(rule, seed=7) != decided(rule, seed=8)
