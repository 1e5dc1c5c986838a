from __future__ import annotations

from typing import Any

import pytest

from engine.core.delivery import State
from engine.operations.explain import Circumstances, Holding, Kind, Reason, reason
from engine.store.rows import DeliveryBrief
from engine.store.standing import Standing

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


HELD = Standing(0, None, "east#1.0a", NOW + 20_000, None)
MINUTE_MS = 60_000


def explained(
    one: DeliveryBrief,
    holding: Holding | None = None,
    *,
    standing: Standing | None = HELD,
    keeps_order: bool = True,
    attempts: int | None = 10,
) -> Reason:
    around = Circumstances(holding or Holding(), standing, keeps_order, attempts)
    return reason(one, around, now=NOW)


RETRYING = delivery(State.RETRYING, number=3, due_in_s=599, last_error="The target answered 503.")
DUE = delivery(due_in_s=-5)

REASONS: list[tuple[str, DeliveryBrief, dict[str, Any], Reason]] = [
    (
        "a retry says what failed, when the next is and how many are left",
        RETRYING,
        {},
        Reason(
            Kind.RETRY,
            "3 attempts failed (the last: The target answered 503); next in 10 min, 7 are left.",
            due_at=NOW + 599_000,
            node="east",
            attempts_left=7,
        ),
    ),
    (
        "the last retry says so",
        delivery(State.RETRYING, number=9, due_in_s=4.2, last_status=503),
        {},
        Reason(
            Kind.RETRY,
            "9 attempts failed (the last answer: 503); the last one in 5 s.",
            due_at=NOW + 4200,
            node="east",
            attempts_left=1,
        ),
    ),
    (
        "a retry of an unknown policy counts nothing",
        delivery(State.RETRYING, number=1, due_in_s=4.2, last_status=503),
        {"attempts": None},
        Reason(
            Kind.RETRY,
            "1 attempt failed (the last answer: 503); next in 5 s.",
            due_at=NOW + 4200,
            node="east",
        ),
    ),
    (
        "a pause without an end",
        RETRYING,
        {"holding": Holding(job_paused=True)},
        Reason(Kind.JOB_PAUSED, "The job is paused."),
    ),
    (
        "a pause with its window and its reason",
        RETRYING,
        {
            "holding": Holding(
                consumer_paused=True, paused_until=NOW + 30 * MINUTE_MS, pause_reason="ERP update."
            )
        },
        Reason(
            Kind.CONSUMER_PAUSED,
            "The consumer is paused for another 30 min: ERP update.",
            until=NOW + 30 * MINUTE_MS,
        ),
    ),
    (
        "a consumer that is gone",
        RETRYING,
        {"holding": Holding(consumer_removed=True)},
        Reason(Kind.CONSUMER_REMOVED, "Its consumer is no longer part of the job."),
    ),
    (
        "a job that cannot be built",
        RETRYING,
        {
            "holding": Holding(running=False, problem='The secret "key" is not set.'),
            "standing": None,
        },
        Reason(Kind.JOB_PROBLEM, 'The job cannot run: The secret "key" is not set.'),
    ),
    (
        "a target that another node lets alone, asked of a node that does not work",
        RETRYING,
        {
            "holding": Holding(
                running=False,
                problem="This node is drained: it takes no work.",
                breaker="10 requests failed in a row.",
            )
        },
        Reason(
            Kind.BREAKER,
            "The target is left alone for a while: 10 requests failed in a row.",
        ),
    ),
    (
        "nobody sends",
        RETRYING,
        {"holding": Holding(running=False), "standing": None},
        Reason(Kind.NO_NODE, "No node that sends is running."),
    ),
    (
        "a lease that ran out without a node here",
        RETRYING,
        {"holding": Holding(running=False), "standing": Standing(0, None, "east#1.0a", NOW, None)},
        Reason(Kind.NO_NODE, "No node that sends is running."),
    ),
    (
        "another node sends",
        RETRYING,
        {"holding": Holding(running=False)},
        Reason(
            Kind.RETRY,
            "3 attempts failed (the last: The target answered 503); next in 10 min, 7 are left.",
            due_at=NOW + 599_000,
            node="east",
            attempts_left=7,
        ),
    ),
    (
        "another node has its share of the work and says so",
        DUE,
        {"holding": Holding(elsewhere=True)},
        Reason(
            Kind.TURN,
            "It is due and waits for its turn at the node east.",
            due_at=NOW - 5000,
            node="east",
            attempts_left=10,
        ),
    ),
    (
        "another node sends it just now",
        delivery(State.SENDING, number=2),
        {
            "holding": Holding(elsewhere=True),
            "standing": Standing(0, NOW - 3000, "east#1.0a", NOW + 9000, None),
        },
        Reason(Kind.SENDING, "Attempt 2 is under way at the node east for 3 s.", node="east"),
    ),
    (
        "the node that has its share of the work is silent",
        DUE,
        {
            "holding": Holding(elsewhere=True, silent_s=11.2),
            "standing": Standing(0, None, "east#1.0a", NOW + 7500, None),
        },
        Reason(
            Kind.NO_LEASE,
            "The node east, which has its share of the work, was not seen for 12 s; "
            "another one takes over in 8 s at the latest.",
            until=NOW + 7500,
            node="east",
        ),
    ),
    (
        "the node that was sending it is silent",
        delivery(State.SENDING, number=2),
        {
            "holding": Holding(elsewhere=True, silent_s=11.2),
            "standing": Standing(0, NOW - 30_000, "east#1.0a", NOW + 7500, None),
        },
        Reason(
            Kind.INTERRUPTED,
            "It was being sent by the node east, which was not seen for 12 s; "
            "another one takes it up in 8 s at the latest.",
            until=NOW + 7500,
            node="east",
        ),
    ),
    (
        "a shard nobody holds",
        DUE,
        {"standing": Standing(0, None, "", 0, None)},
        Reason(
            Kind.NO_LEASE,
            "No node has taken over its share of the work yet; one does within seconds.",
        ),
    ),
    (
        "a shard whose node died",
        DUE,
        {"standing": Standing(0, None, "my#east#1.0a", NOW - 1, None)},
        Reason(
            Kind.NO_LEASE,
            "The node my#east, which had its share of the work, does not answer any more;"
            " another one takes over within seconds.",
            node="my#east",
        ),
    ),
    (
        "a ledger that cannot be used",
        DUE,
        {"holding": Holding(store_problem="The disk is full.")},
        Reason(Kind.STORE_PROBLEM, "The ledger cannot be used now: The disk is full."),
    ),
    (
        "an outage with the time of the next trial",
        RETRYING,
        {"holding": Holding(breaker="10 failed in a row.", breaker_retry_at=NOW + 12_000)},
        Reason(
            Kind.BREAKER,
            "The target is left alone for a while: 10 failed in a row; a trial in 12 s.",
            until=NOW + 12_000,
        ),
    ),
    (
        "an outage on trial",
        RETRYING,
        {"holding": Holding(breaker="10 failed in a row.")},
        Reason(Kind.BREAKER, "The target is left alone for a while: 10 failed in a row."),
    ),
    (
        "an earlier version",
        delivery(due_in_s=20),
        {"standing": Standing(0, None, "east#1.0a", NOW + 1, 41)},
        Reason(
            Kind.EARLIER_VERSION,
            "An earlier version of the same key must be delivered first: record 41.",
            blocking_record_id=41,
        ),
    ),
    (
        "an earlier version where order does not matter",
        DUE,
        {"standing": Standing(0, None, "east#1.0a", NOW + 1, 41), "keeps_order": False},
        Reason(
            Kind.TURN,
            "It is due and waits for its turn.",
            due_at=NOW - 5000,
            node="east",
            attempts_left=10,
        ),
    ),
    (
        "put off",
        delivery(due_in_s=20),
        {},
        Reason(Kind.NOT_DUE, "It is to be sent in 20 s.", due_at=NOW + 20_000, node="east"),
    ),
    (
        "a batch that fills up",
        DUE,
        {"holding": Holding(batch_wait_s=2.5, rate="1/s")},
        Reason(
            Kind.BATCH,
            "It waits for more records to fill a batch, 3 s at most.",
            due_at=NOW - 5000,
            node="east",
            attempts_left=10,
        ),
    ),
    (
        "a rate limit",
        DUE,
        {"holding": Holding(rate="100/s", in_flight=8)},
        Reason(
            Kind.RATE,
            "It is due; the consumer sends no more than 100/s.",
            due_at=NOW - 5000,
            node="east",
            attempts_left=10,
        ),
    ),
    (
        "all requests under way",
        DUE,
        {"holding": Holding(in_flight=8)},
        Reason(
            Kind.CONCURRENCY,
            "It is due; all 8 requests the consumer may have are under way.",
            due_at=NOW - 5000,
            node="east",
            attempts_left=10,
        ),
    ),
    (
        "taken for sending and held by the rate",
        delivery(State.SENDING, number=1),
        {"holding": Holding(rate="100/s", claimed=frozenset({1}))},
        Reason(
            Kind.RATE,
            "It is due; the consumer sends no more than 100/s.",
            due_at=NOW,
            node="east",
            attempts_left=9,
        ),
    ),
    (
        "under way",
        delivery(State.SENDING, number=2),
        {"standing": Standing(0, NOW - 3000, "east#1.0a", NOW + 1, None)},
        Reason(Kind.SENDING, "Attempt 2 is under way for 3 s.", node="east"),
    ),
    (
        "under way on another node",
        delivery(State.SENDING, number=2),
        {"standing": HELD, "holding": Holding(running=False)},
        Reason(Kind.SENDING, "Attempt 2 is under way.", node="east"),
    ),
    (
        "cut off by the end of its node",
        delivery(State.SENDING, number=2),
        {"standing": None, "holding": Holding(running=False)},
        Reason(
            Kind.INTERRUPTED,
            "It was being sent when its node stopped; the next node to start takes it up.",
        ),
    ),
    (
        "given up",
        delivery(State.DEAD, number=10, last_error="The target rejected this record."),
        {},
        Reason(
            Kind.DEAD,
            "It was given up after 10 attempts (the last: The target rejected this record).",
        ),
    ),
    (
        "skipped",
        delivery(State.SKIPPED, last_error="Cancelled by an operator."),
        {},
        Reason(Kind.SKIPPED, "It was skipped: Cancelled by an operator."),
    ),
    ("delivered", delivery(State.DELIVERED), {}, Reason(Kind.DELIVERED, "It is delivered.")),
]


@pytest.mark.parametrize(
    ("one", "around", "expected"),
    [case[1:] for case in REASONS],
    ids=[case[0] for case in REASONS],
)
def test_each_reason_has_its_sentence_and_its_facts(
    one: DeliveryBrief, around: dict[str, Any], expected: Reason
) -> None:
    assert explained(one, **around) == expected


def test_there_is_a_case_for_every_kind_of_reason() -> None:
    assert {case[3].kind for case in REASONS} == set(Kind)


HINDRANCES = [
    Holding(consumer_removed=True),
    Holding(job_paused=True),
    Holding(consumer_paused=True),
    Holding(problem="x"),
    Holding(store_problem="x"),
    Holding(breaker="x"),
    Holding(rate="1/s"),
]


def test_what_an_operator_can_mend_goes_before_what_only_waits() -> None:
    together: dict[str, Any] = {}
    told = []
    for one in reversed(HINDRANCES):
        together |= {name: getattr(one, name) for name in one.__slots__ if getattr(one, name)}
        told.append(explained(DUE, Holding(**together)).kind)

    assert told == [
        Kind.RATE,
        Kind.BREAKER,
        Kind.STORE_PROBLEM,
        Kind.JOB_PROBLEM,
        Kind.CONSUMER_PAUSED,
        Kind.JOB_PAUSED,
        Kind.CONSUMER_REMOVED,
    ]


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_one_sentence(state: State) -> None:
    sentence = explained(delivery(state, number=1)).sentence

    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
