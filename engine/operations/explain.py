"""Why a delivery stands where it stands: one sentence, and the facts behind it. Pure.

The reasons are looked for in the order in which an operator can do something about them: what
holds the whole consumer, then what holds this delivery, then whose turn it is. Not for what a
whole consumer is doing: the node's status says that.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from engine.core.delivery import State
from engine.store.rows import DeliveryBrief
from engine.store.standing import Standing


class Kind(StrEnum):
    """What sort of reason it is, for programs; the sentence is for people."""

    DELIVERED = "delivered"
    DEAD = "dead"
    SKIPPED = "skipped"
    SENDING = "sending"
    INTERRUPTED = "interrupted"
    CONSUMER_REMOVED = "consumer_removed"
    JOB_PAUSED = "job_paused"
    CONSUMER_PAUSED = "consumer_paused"
    JOB_PROBLEM = "job_problem"
    NO_NODE = "no_node"
    NO_LEASE = "no_lease"
    STORE_PROBLEM = "store_problem"
    BREAKER = "breaker"
    EARLIER_VERSION = "earlier_version"
    NOT_DUE = "not_due"
    RETRY = "retry"
    RATE = "rate"
    BATCH = "batch"
    CONCURRENCY = "concurrency"
    TURN = "turn"


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds a whole consumer back at this moment.

    paused_until, pause_reason: of the pause that counts; None: until somebody ends it.
    running: a node that sends works on it. problem: why the job cannot run, "" if it can.
    store_problem: why nothing can be taken from the ledger or stored, "" if it can be.
    breaker: a sentence while the circuit breaker is open, else "". breaker_retry_at: UTC ms.
    rate: the limit as the document writes it, where it holds something back now; else "".
    batch_wait_s: how long what waits may still wait for more to fill a batch; 0.0: it does not.
    in_flight: requests under way, where there may be no more of them now; else 0.
    claimed: ids of deliveries that were taken for sending and have not left yet.
    elsewhere: another node than the one that is asked has this share of the work.
    silent_s: for how long that one was not seen, where that is longer than a node that lives
    would be; else 0.0.
    """

    job_paused: bool = False
    consumer_paused: bool = False
    consumer_removed: bool = False
    paused_until: int | None = None
    pause_reason: str = ""
    running: bool = True
    problem: str = ""
    store_problem: str = ""
    breaker: str = ""
    breaker_retry_at: int | None = None
    rate: str = ""
    batch_wait_s: float = 0.0
    in_flight: int = 0
    claimed: frozenset[int] = frozenset()
    elsewhere: bool = False
    silent_s: float = 0.0


FREE = Holding()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of one delivery beside its own row.

    standing: where the tables have it; None where that was not looked up.
    keeps_order: whether its consumer keeps the order of a key.
    attempts: how many tries a cycle has, None where it is not known.
    """

    holding: Holding = FREE
    standing: Standing | None = None
    keeps_order: bool = True
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a delivery stands where it stands; instants in UTC ms.

    due_at: when it is tried next, as far as that is known. until: when what holds it back ends by
    itself. blocking_record_id: the version that must go first. node: who works on it.
    attempts_left: of this cycle.
    """

    kind: Kind
    sentence: str
    due_at: int | None = None
    until: int | None = None
    blocking_record_id: int | None = None
    node: str = ""
    attempts_left: int | None = None


def reason(delivery: DeliveryBrief, around: Circumstances, *, now: int) -> Reason:
    """The one reason that counts; ``now`` in UTC ms."""
    match delivery.state:
        case State.DELIVERED:
            return Reason(Kind.DELIVERED, "It is delivered.")
        case State.DEAD:
            sentence = f"It was given up after {_tries(delivery.number)}{_last(delivery)}."
            return Reason(Kind.DEAD, sentence)
        case State.SKIPPED:
            return Reason(Kind.SKIPPED, _skipped(delivery))
        case State.SENDING:
            return _sending(delivery, around, now)
        case State.PENDING | State.RETRYING:
            return _waiting(delivery, around, now)
        case _ as never:
            assert_never(never)


def _sending(delivery: DeliveryBrief, around: Circumstances, now: int) -> Reason:
    standing = around.standing
    if delivery.delivery_id in around.holding.claimed:
        return _its_turn(delivery, around)
    if not around.holding.running and not _is_held(standing, now):
        return Reason(
            Kind.INTERRUPTED,
            "It was being sent when its node stopped; the next node to start takes it up.",
        )
    node = _node(standing)
    if standing is not None and around.holding.silent_s > 0 and _is_held(standing, now):
        sentence = (
            f"It was being sent by the node {node}, which was not seen for "
            f"{span(around.holding.silent_s)}; another one takes it up in "
            f"{span((standing.expires_at - now) / 1000)} at the latest."
        )
        return Reason(Kind.INTERRUPTED, sentence, until=standing.expires_at, node=node)
    where = f" at the node {node}" if around.holding.elsewhere and node else ""
    if standing is None or standing.claimed_at is None:
        return Reason(Kind.SENDING, f"Attempt {delivery.number} is under way{where}.", node=node)
    since = span(max(0, now - standing.claimed_at) / 1000)
    sentence = f"Attempt {delivery.number} is under way{where} for {since}."
    return Reason(Kind.SENDING, sentence, node=node)


def _waiting(delivery: DeliveryBrief, around: Circumstances, now: int) -> Reason:
    return (
        _whole_consumer(around, now)
        or _nobody(around, now)
        or _outage(around.holding, now)
        or _itself(delivery, around, now)
        or _its_turn(delivery, around)
    )


def _whole_consumer(around: Circumstances, now: int) -> Reason | None:
    """What an operator decided, or must mend."""
    holding = around.holding
    if holding.consumer_removed:
        return Reason(Kind.CONSUMER_REMOVED, "Its consumer is no longer part of the job.")
    if holding.job_paused:
        return Reason(Kind.JOB_PAUSED, _paused("The job", holding, now), until=holding.paused_until)
    if holding.consumer_paused:
        sentence = _paused("The consumer", holding, now)
        return Reason(Kind.CONSUMER_PAUSED, sentence, until=holding.paused_until)
    elsewhere = not holding.running and _is_held(around.standing, now)
    if holding.problem and not elsewhere:
        return Reason(Kind.JOB_PROBLEM, f"The job cannot run: {_inside(holding.problem)}.")
    return None


def _paused(who: str, holding: Holding, now: int) -> str:
    why = f": {_inside(holding.pause_reason)}" if holding.pause_reason else ""
    if holding.paused_until is None:
        return f"{who} is paused{why}."
    wait = span((holding.paused_until - now) / 1000)
    return f"{who} is paused for another {wait}{why}."


def _nobody(around: Circumstances, now: int) -> Reason | None:
    """Nobody works on it."""
    standing = around.standing
    if not around.holding.running:
        if standing is not None and _is_held(standing, now):
            return None  # another node sends it, and its own circumstances are not known here
        return Reason(Kind.NO_NODE, "No node that sends is running.")
    if standing is not None and around.holding.silent_s > 0 and _is_held(standing, now):
        node = _node(standing)
        return Reason(
            Kind.NO_LEASE,
            f"The node {node}, which has its share of the work, was not seen for "
            f"{span(around.holding.silent_s)}; another one takes over in "
            f"{span((standing.expires_at - now) / 1000)} at the latest.",
            until=standing.expires_at,
            node=node,
        )
    if standing is None or _is_held(standing, now):
        return None
    if not standing.owner:
        return Reason(
            Kind.NO_LEASE,
            "No node has taken over its share of the work yet; one does within seconds.",
        )
    return Reason(
        Kind.NO_LEASE,
        f"The node {_node(standing)}, which had its share of the work, does not answer any more;"
        " another one takes over within seconds.",
        node=_node(standing),
    )


def _is_held(standing: Standing | None, now: int) -> bool:
    return standing is not None and bool(standing.owner) and standing.expires_at > now


def _node(standing: Standing | None) -> str:
    return "" if standing is None else standing.owner.rpartition("#")[0]


def _outage(holding: Holding, now: int) -> Reason | None:
    if holding.store_problem:
        return Reason(
            Kind.STORE_PROBLEM, f"The ledger cannot be used now: {_inside(holding.store_problem)}."
        )
    if not holding.breaker:
        return None
    if holding.breaker_retry_at is None or holding.breaker_retry_at <= now:
        sentence = f"The target is left alone for a while: {_inside(holding.breaker)}."
        return Reason(Kind.BREAKER, sentence)
    wait = span((holding.breaker_retry_at - now) / 1000)
    return Reason(
        Kind.BREAKER,
        f"The target is left alone for a while: {_inside(holding.breaker)}; a trial in {wait}.",
        until=holding.breaker_retry_at,
    )


def _itself(delivery: DeliveryBrief, around: Circumstances, now: int) -> Reason | None:
    """What holds this delivery and perhaps no other."""
    standing = around.standing
    if around.keeps_order and standing is not None and standing.earlier_record_id is not None:
        return Reason(
            Kind.EARLIER_VERSION,
            "An earlier version of the same key must be delivered first: "
            f"record {standing.earlier_record_id}.",
            blocking_record_id=standing.earlier_record_id,
        )
    if delivery.due_at <= now:
        return None
    wait = span((delivery.due_at - now) / 1000)
    node = _node(standing)
    if delivery.state is State.PENDING:
        sentence = f"It is to be sent in {wait}."
        return Reason(Kind.NOT_DUE, sentence, due_at=delivery.due_at, node=node)
    left = _left(delivery, around)
    tries = _tries(delivery.number).capitalize()
    if left is None:
        sentence = f"{tries} failed{_last(delivery)}; next in {wait}."
    elif left <= 1:
        sentence = f"{tries} failed{_last(delivery)}; the last one in {wait}."
    else:
        sentence = f"{tries} failed{_last(delivery)}; next in {wait}, {left} are left."
    return Reason(Kind.RETRY, sentence, due_at=delivery.due_at, node=node, attempts_left=left)


def _left(delivery: DeliveryBrief, around: Circumstances) -> int | None:
    return None if around.attempts is None else max(0, around.attempts - delivery.number)


def _its_turn(delivery: DeliveryBrief, around: Circumstances) -> Reason:
    """It may go, and others go before it."""
    holding, node, left = around.holding, _node(around.standing), _left(delivery, around)
    where = f" at the node {node}" if holding.elsewhere and node else ""
    kind, sentence = Kind.TURN, f"It is due and waits for its turn{where}."
    if holding.batch_wait_s > 0:
        wait = span(holding.batch_wait_s)
        kind, sentence = Kind.BATCH, f"It waits for more records to fill a batch, {wait} at most."
    elif holding.rate:
        kind, sentence = Kind.RATE, f"It is due; the consumer sends no more than {holding.rate}."
    elif holding.in_flight == 1:
        kind = Kind.CONCURRENCY
        sentence = "It is due; the one request the consumer may have at a time is under way."
    elif holding.in_flight:
        kind = Kind.CONCURRENCY
        sentence = (
            f"It is due; all {holding.in_flight} requests the consumer may have are under way."
        )
    return Reason(kind, sentence, due_at=delivery.due_at, node=node, attempts_left=left)


def _skipped(delivery: DeliveryBrief) -> str:
    if delivery.last_error:
        return f"It was skipped: {_inside(delivery.last_error)}."
    return "It was skipped."


def _tries(number: int) -> str:
    return "1 attempt" if number == 1 else f"{number} attempts"


def _last(delivery: DeliveryBrief) -> str:
    if delivery.last_error:
        return f" (the last: {_inside(delivery.last_error)})"
    if delivery.last_status is not None:
        return f" (the last answer: {delivery.last_status})"
    return ""


def _inside(sentence: str) -> str:
    return sentence.strip().rstrip(".")


def span(seconds: float) -> str:
    """``4 s``, ``3 min``, ``2 h``, ``5 d``: rounded up, as it is a wait."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{-(-seconds // size):.0f} {unit}"
    return f"{max(1, -(-seconds // 1)):.0f} s"
