"""Whether a target is let alone for a while: the circuit breaker of one consumer.

A pure state machine: the caller passes the time in and holds back what may not go. Holding back
is deferring, which spends no attempt (design.md rule 9). Source of the numbers: traps.md,
"Defaults worth having". Not for one bad record: `health_of` tells a sick target from those.

    closed ──enough failing──► open ──wait over──► half open ──a success──► closed
                                 ▲                     │
                                 └──a failure, the wait doubles
"""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import assert_never

from engine.core.attempt import Outcome
from engine.core.record import PushResult, PushVerdict

WINDOW_S = 300.0
"""Results older than this are forgotten."""
LEAST_REQUESTS = 10
"""A share of failures is looked at from this many results in the window."""
FAILING_SHARE = 0.7
FAILURES_IN_A_ROW = 10
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 300.0
TRICKLE = 1
"""Requests in flight at once while half open."""
NO_LIMIT = sys.maxsize
"""What `allow` answers while closed."""
ON_TRIAL = "The target failed before; requests are tried one at a time."
TRIAL_FAILED = "A request on trial failed; the target is let alone again."

BUCKETS = 30
BUCKET_S = WINDOW_S / BUCKETS
"""The window moves on in steps of so many seconds."""


class BreakerState(StrEnum):
    """Where a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


class Breaker:
    """Counts results and says how many requests may go. Memory does not grow.

    Every ``now_s`` is in seconds of one clock that never runs backwards; should it do so, the
    time simply stands still here.
    opened_at: when it left ``closed``, on that clock; None while closed. It stays through
        half open and opening again.
    steady_since: when it last closed, None if it never opened: a retry budget counts from here,
        so that an outage does not eat the retries.
    reason: a sentence while not closed, else "".
    """

    __slots__ = (
        "_bad",
        "_bad_sum",
        "_bucket",
        "_in_a_row",
        "_next_at",
        "_now_s",
        "_total",
        "_total_sum",
        "_wait_s",
        "opened_at",
        "reason",
        "state",
        "steady_since",
    )

    def __init__(self) -> None:
        self.state = BreakerState.CLOSED
        self.opened_at: float | None = None
        self.steady_since: float | None = None
        self.reason = ""
        self._wait_s = FIRST_WAIT_S
        self._next_at = 0.0
        self._now_s = float("-inf")
        self._forget()

    def allow(self, now_s: float, in_flight: int) -> int:
        """How many more requests may go now, beside the ``in_flight`` ones."""
        self._pass_time(now_s)
        match self.state:
            case BreakerState.CLOSED:
                return NO_LIMIT
            case BreakerState.OPEN:
                return 0
            case BreakerState.HALF_OPEN:
                return max(0, TRICKLE - in_flight)
            case _ as never:
                assert_never(never)

    def next_at(self) -> float | None:
        """When an open breaker lets the next request try; None if it is not open."""
        return self._next_at if self.state is BreakerState.OPEN else None

    def record(self, ok: bool, now_s: float) -> None:
        """Take in one result. While open, late answers to earlier requests change nothing."""
        self._pass_time(now_s)
        match self.state:
            case BreakerState.CLOSED:
                self._count(ok)
                if self._bad_sum:
                    self._open_if_failing()
            case BreakerState.OPEN:
                pass
            case BreakerState.HALF_OPEN:
                if ok:
                    self._close()
                else:
                    self._wait_s = min(self._wait_s * 2, LONGEST_WAIT_S)
                    self._open(TRIAL_FAILED)
            case _ as never:
                assert_never(never)

    def _pass_time(self, now_s: float) -> None:
        self._now_s = max(self._now_s, now_s)
        if self.state is BreakerState.OPEN and self._now_s >= self._next_at:
            self.state = BreakerState.HALF_OPEN
            self.reason = ON_TRIAL

    def _open_if_failing(self) -> None:
        reason = why_failing(self._in_a_row, self._total_sum, self._bad_sum)
        if reason:
            self._open(reason)

    def _open(self, reason: str) -> None:
        self.state = BreakerState.OPEN
        self.reason = reason
        self._next_at = self._now_s + self._wait_s
        if self.opened_at is None:
            self.opened_at = self._now_s

    def _close(self) -> None:
        self.state = BreakerState.CLOSED
        self.reason = ""
        self.opened_at = None
        self.steady_since = self._now_s
        self._wait_s = FIRST_WAIT_S
        self._forget()

    def _forget(self) -> None:
        self._total = [0] * BUCKETS
        self._bad = [0] * BUCKETS
        self._total_sum = 0
        self._bad_sum = 0
        self._in_a_row = 0
        self._bucket: int | None = None

    def _count(self, ok: bool) -> None:
        bucket = int(self._now_s // BUCKET_S)
        if bucket != self._bucket:
            self._turn_to(bucket)
        place = bucket % BUCKETS
        self._total[place] += 1
        self._total_sum += 1
        if ok:
            self._in_a_row = 0
        else:
            self._bad[place] += 1
            self._bad_sum += 1
            self._in_a_row += 1

    def _turn_to(self, bucket: int) -> None:
        """Empty the buckets that fell out of the window since the last result."""
        if self._bucket is not None:
            for passed in range(self._bucket + 1, min(bucket, self._bucket + BUCKETS) + 1):
                place = passed % BUCKETS
                self._total_sum -= self._total[place]
                self._bad_sum -= self._bad[place]
                self._total[place] = self._bad[place] = 0
        self._bucket = bucket


def why_failing(in_a_row: int, total_sum: int, bad_sum: int) -> str:
    """A sentence when so many failures are enough to let a target alone, else ""."""
    if in_a_row >= FAILURES_IN_A_ROW:
        return f"{in_a_row} requests failed in a row."
    if total_sum >= LEAST_REQUESTS and bad_sum >= FAILING_SHARE * total_sum:
        return (
            f"{bad_sum} of the last {total_sum} requests failed within {WINDOW_S / 60:.0f} minutes."
        )
    return ""


def health_of(result: PushResult) -> bool | None:
    """What one push says of its target: True well, False sick, None nothing.

    Told by the best of a batch's verdicts. A rejected record is the record's fault: the target
    answered. A request that could not be made (``final``) never reached it.
    """
    best = None
    for verdict in result.verdicts:
        if verdict.outcome is Outcome.ACCEPTED:
            return True
        health = _health(verdict)
        if health:
            return True
        best = health if best is None else best
    return best


def _health(verdict: PushVerdict) -> bool | None:
    match verdict.outcome:
        case Outcome.ACCEPTED:
            return True
        case Outcome.REJECTED:
            return not verdict.line_refusal
        case Outcome.NOT_SENT:
            return None if verdict.final else False
        case Outcome.RETRY | Outcome.UNKNOWN:
            return False
        case _ as never:
            assert_never(never)
