"""From a consumer's verdict to what the ledger is told: accepted, later, or given up.

Pure: the clock's reading and the source of chance are passed in.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, assert_never

from engine.core.attempt import Outcome
from engine.core.delivery import Event
from engine.core.job import RetryPolicy
from engine.core.record import Claimed, PushResult, PushVerdict
from engine.core.retry import GiveUp, RetryAt, decide
from engine.store.rows import Settlement

NO_SPLITS: Mapping[int, int] = MappingProxyType({})
HELD = "The answer is lost, and this consumer holds such records for an operator."


@dataclass(frozen=True, slots=True)
class Policy:
    """What a consumer's document says of failed tries."""

    retry: RetryPolicy
    on_unknown: Literal["send_again", "hold"]


def settlements_of(
    batch: Sequence[Claimed],
    result: PushResult,
    policy: Policy,
    *,
    now: int,
    rng: random.Random,
    steady_at: int = 0,
    split_tries: Mapping[int, int] = NO_SPLITS,
) -> list[Settlement]:
    """One settlement for each delivery of a request; the first carries the shared exchange.

    steady_at: when the line last came out of a pause or an open breaker (UTC ms): the time for
        retries counts from there.
    split_tries: by delivery id, tries of this cycle that only ended in a split and do not count.
    """
    settlements = []
    exchange = result.exchange
    exchange_of = None
    for claimed, verdict in zip(batch, result.verdicts, strict=True):
        event, due_at, error = Event.ACCEPT, 0, ""
        if verdict.outcome is not Outcome.ACCEPTED:
            number = claimed.number - split_tries.get(claimed.delivery_id, 0)
            started_at = max(claimed.cycle_started_at, steady_at)
            event, due_at, error = _event(
                verdict, policy, result.split, number, started_at, now, rng
            )
        settlements.append(
            Settlement(
                claimed.delivery_id,
                claimed.record_id,
                claimed.consumer_id,
                claimed.shard,
                claimed.token,
                claimed.cycle,
                claimed.number,
                claimed.pulled_at,
                event,
                now,
                due_at,
                verdict.outcome,
                verdict.error_kind,
                error,
                exchange,
                exchange_of,
            )
        )
        if exchange is not None:
            exchange, exchange_of = None, 0
    return settlements


def release(claimed: Claimed, now: int) -> Settlement:
    """The settlement of a delivery that was claimed and not sent; it is due again at once."""
    return Settlement(
        delivery_id=claimed.delivery_id,
        record_id=claimed.record_id,
        consumer_id=claimed.consumer_id,
        shard=claimed.shard,
        token=claimed.token,
        cycle=claimed.cycle,
        number=claimed.number,
        pulled_at=claimed.pulled_at,
        event=Event.RELEASE,
        at=now,
        due_at=now,
    )


def _event(
    verdict: PushVerdict,
    policy: Policy,
    split: bool,
    number: int,
    cycle_started_at: int,
    now: int,
    rng: random.Random,
) -> tuple[Event, int, str]:
    """What follows a failure: the event, when it is due again (UTC ms), what the operator reads."""
    if verdict.outcome is Outcome.UNKNOWN and policy.on_unknown == "hold":
        return Event.GIVE_UP, 0, f"{verdict.error} {HELD}".strip()
    decision = decide(
        policy.retry,
        verdict,
        number=max(1, number),
        cycle_started_at=cycle_started_at,
        now=now,
        rng=rng,
        split=split,
    )
    match decision:
        case RetryAt():
            return Event.POSTPONE, decision.due_at, verdict.error
        case GiveUp():
            return Event.GIVE_UP, 0, _told(verdict.error, decision.reason)
        case _ as never:
            assert_never(never)


def _told(error: str, reason: str) -> str:
    """The last failure and why it was the last, as one text."""
    return reason if error in reason else f"{error} {reason}"
