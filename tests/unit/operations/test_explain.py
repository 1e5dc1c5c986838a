from __future__ import annotations

import pytest

from engine.core.delivery import State
from engine.operations.explain import Holding, why
from engine.store.rows import DeliveryBrief

NOW = 1_800_000_000_000


def delivery(
    state: State = State.PENDING,
    *,
    number: int = 0,
    due_in_s: float = 0,
    last_error: str = "",
    last_status: int | None = None,
) -> DeliveryBrief:
    return DeliveryBrief(
        delivery_id=1,
        consumer_id=1,
        consumer="erp",
        state=state,
        cycle=1,
        number=number,
        due_at=NOW + round(due_in_s * 1000),
        settled_at=None,
        last_outcome=None,
        last_status=last_status,
        last_error=last_error,
    )


def told(
    one: DeliveryBrief, holding: Holding | None = None, *, earlier_version: bool = False
) -> str:
    return why(one, now=NOW, holding=holding or Holding(), earlier_version=earlier_version)


def test_a_delivery_that_waits_for_a_retry_says_what_failed_and_when_it_is_next() -> None:
    waiting = delivery(
        State.RETRYING, number=3, due_in_s=599, last_error="The target answered 503."
    )

    assert told(waiting) == (
        "3 attempts failed (the last: The target answered 503); next in 10 min."
    )


def test_a_status_is_told_where_there_is_no_sentence() -> None:
    waiting = delivery(State.RETRYING, number=1, due_in_s=4.2, last_status=503)

    assert told(waiting) == "1 attempt failed (the last answer: 503); next in 5 s."


@pytest.mark.parametrize(
    ("holding", "part"),
    [
        (Holding(job_paused=True), "job is paused"),
        (Holding(consumer_paused=True), "consumer is paused"),
        (Holding(consumer_removed=True), "no longer part"),
        (Holding(running=False), "No node"),
        (Holding(breaker="10 failures in a row."), "left alone for a while: 10 failures in a row."),
    ],
)
def test_what_holds_the_whole_consumer_goes_before_the_due_time(
    holding: Holding, part: str
) -> None:
    assert part in told(delivery(State.RETRYING, number=1, due_in_s=60), holding)


def test_an_earlier_version_goes_first() -> None:
    assert "earlier version" in told(delivery(), earlier_version=True)


def test_a_due_delivery_waits_for_its_turn() -> None:
    assert told(delivery(due_in_s=-5)) == "It is due and waits for its turn."


def test_a_dead_delivery_tells_its_last_failure() -> None:
    dead = delivery(State.DEAD, number=10, last_error="The target rejected this record.")

    assert told(dead) == (
        "It was given up after 10 attempts (the last: The target rejected this record)."
    )


def test_what_was_sent_when_its_node_stopped_is_not_said_to_be_under_way() -> None:
    sending = delivery(State.SENDING, number=2)

    assert told(sending) == "Attempt 2 is under way."
    assert "stopped" in told(sending, Holding(running=False))


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_one_sentence(state: State) -> None:
    sentence = told(delivery(state, number=1))

    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
