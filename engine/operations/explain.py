"""Why a delivery stands where it stands: one sentence, from facts that are handed in.

Pure. Not for what a whole consumer is doing: the node's status says that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from engine.core.delivery import State
from engine.store.rows import DeliveryBrief


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds a whole consumer back at this moment.

    running: a node that sends works on it.
    breaker: a sentence while the circuit breaker is open, else "".
    """

    job_paused: bool = False
    consumer_paused: bool = False
    consumer_removed: bool = False
    running: bool = True
    breaker: str = ""


FREE = Holding()


def why(delivery: DeliveryBrief, *, now: int, holding: Holding, earlier_version: bool) -> str:
    """One sentence; ``now`` in UTC ms.

    earlier_version: an earlier version of the same key is not settled for this consumer, and the
    consumer keeps the order of a key.
    """
    match delivery.state:
        case State.DELIVERED:
            return "It is delivered."
        case State.DEAD:
            return f"It was given up after {_tries(delivery.number)}{_last(delivery)}."
        case State.SKIPPED:
            return _skipped(delivery)
        case State.SENDING:
            if not holding.running:
                return (
                    "It was being sent when its node stopped; the next node to start takes it up."
                )
            return f"Attempt {delivery.number} is under way."
        case State.PENDING | State.RETRYING:
            return _waiting(delivery, now, holding, earlier_version)
        case _ as never:
            assert_never(never)


def _waiting(delivery: DeliveryBrief, now: int, holding: Holding, earlier_version: bool) -> str:
    if holding.consumer_removed:
        return "Its consumer is no longer part of the job."
    if holding.job_paused:
        return "The job is paused."
    if holding.consumer_paused:
        return "The consumer is paused."
    if not holding.running:
        return "No node that sends is running."
    if holding.breaker:
        return f"The target is left alone for a while: {_inside(holding.breaker)}."
    if earlier_version:
        return "An earlier version of the same key must be delivered first."
    if delivery.due_at > now:
        wait = _span((delivery.due_at - now) / 1000)
        if delivery.state is State.PENDING:
            return f"It is to be sent in {wait}."
        return f"{_tries(delivery.number).capitalize()} failed{_last(delivery)}; next in {wait}."
    return "It is due and waits for its turn."


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


def _span(seconds: float) -> str:
    """``4 s``, ``3 min``, ``2 h``, ``5 d``: rounded up, as it is a wait."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{-(-seconds // size):.0f} {unit}"
    return f"{max(1, -(-seconds // 1)):.0f} s"
