from __future__ import annotations

import random
from typing import Literal

import pytest

from engine.core.attempt import Exchange, Outcome, RequestEvidence
from engine.core.delivery import Event
from engine.core.job import FixedRetry
from engine.core.record import PushResult, PushVerdict
from engine.services.verdicts import HELD, Policy, settlements_of
from engine.store.rows import Settlement
from tests.unit.services.factories import claimed

SENT = Exchange(RequestEvidence("POST", "http://127.0.0.1/", (), None), None, 0, 1)
OK = PushVerdict(Outcome.ACCEPTED)
BUSY = PushVerdict(Outcome.RETRY, "status", "The target answered 500.")
LOST = PushVerdict(Outcome.UNKNOWN, "reset", "The connection broke off.")
BAD = PushVerdict(Outcome.REJECTED, "status", "The target answered 422.")


def policy(attempts: int = 3, on_unknown: Literal["send_again", "hold"] = "send_again") -> Policy:
    return Policy(FixedRetry(policy="fixed", every="5s", attempts=attempts), on_unknown)


def only(verdict: PushVerdict, number: int = 1, **more: object) -> Settlement:
    result = PushResult(SENT, (verdict,))
    (found,) = settlements_of(
        [claimed(number)],
        result,
        policy(),
        now=1000,
        rng=random.Random(1),
        **more,  # type: ignore[arg-type]  # passed on as they are
    )
    return found


def test_an_accepted_delivery_is_done() -> None:
    found = only(OK)
    assert (found.event, found.outcome, found.exchange) == (Event.ACCEPT, Outcome.ACCEPTED, SENT)


def test_a_busy_target_is_asked_again_when_the_policy_says() -> None:
    found = only(BUSY)
    assert (found.event, found.due_at, found.error) == (Event.POSTPONE, 6000, BUSY.error)


def test_the_last_attempt_is_the_last() -> None:
    assert only(BUSY, number=2).event is Event.POSTPONE
    last = only(BUSY, number=3)
    assert last.event is Event.GIVE_UP
    assert last.error == "The target answered 500. All 3 attempts are spent."


def test_a_rejected_record_is_given_up_at_once() -> None:
    assert only(BAD).event is Event.GIVE_UP


def test_tries_that_only_split_a_batch_do_not_count() -> None:
    assert only(BUSY, number=4, split_tries={1: 2}).event is Event.POSTPONE
    assert only(BUSY, number=5, split_tries={1: 2}).event is Event.GIVE_UP


@pytest.mark.parametrize(
    ("on_unknown", "event"), [("send_again", Event.POSTPONE), ("hold", Event.GIVE_UP)]
)
def test_a_lost_answer_follows_the_consumers_choice(
    on_unknown: Literal["send_again", "hold"], event: Event
) -> None:
    (found,) = settlements_of(
        [claimed()],
        PushResult(SENT, (LOST,)),
        policy(on_unknown=on_unknown),
        now=0,
        rng=random.Random(1),
    )
    assert found.event is event
    assert found.outcome is Outcome.UNKNOWN
    assert (HELD in found.error) == (on_unknown == "hold")


def test_a_batch_stores_its_exchange_once() -> None:
    batch = [claimed(delivery_id=n) for n in (1, 2, 3)]
    found = settlements_of(
        batch, PushResult(SENT, (OK, BAD, OK)), policy(), now=0, rng=random.Random(1)
    )
    assert [one.exchange for one in found] == [SENT, None, None]
    assert [one.exchange_of for one in found] == [None, 0, 0]
    assert [one.event for one in found] == [Event.ACCEPT, Event.GIVE_UP, Event.ACCEPT]


def test_a_split_batch_gives_nobody_up() -> None:
    batch = [claimed(number=9, delivery_id=n) for n in (1, 2)]
    found = settlements_of(
        batch, PushResult(SENT, (BAD, BAD), split=True), policy(), now=7, rng=random.Random(1)
    )
    assert [(one.event, one.due_at) for one in found] == [(Event.POSTPONE, 7)] * 2
