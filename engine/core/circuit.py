"""The circuit breaker of one consumer, as all nodes of a database have it in common.

What ``breaker`` is for one node, over a row that every node reads and changes: what one node saw
is told to all, an open breaker is open for all, and when it is half open one node at a time may
try one request. Counting is shared too while there are failures: what the nodes saw since they
last told adds up, so that many nodes that see a few failures each open soon.

Pure: instants are UTC ms of the database's clock, passed in. Not for keeping the row:
``store.circuits``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.core import breaker
from engine.core.breaker import BUCKET_S, BUCKETS, ON_TRIAL, TRIAL_FAILED, BreakerState

TRIAL_MS = 10_000
"""For how long a node may try before another one may; it asks for more time while it waits."""
COUNTING_MS = 10_000
"""For how long after a failure every node tells what it sees, successes too."""
WINDOW_MS = round(breaker.WINDOW_S * 1000)

Counts = tuple[int, int, int]
"""A step of the window: its number, results, failures among them."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a node saw since it last told. in_a_row: failures since the last success in it."""

    total: int = 0
    bad: int = 0
    in_a_row: int = 0

    def plus(self, ok: bool) -> Results:
        """With one more."""
        return Results(self.total + 1, self.bad + (not ok), 0 if ok else self.in_a_row + 1)

    def then(self, later: Results) -> Results:
        """With what came after."""
        carried = self.in_a_row if later.bad == later.total else 0
        return Results(self.total + later.total, self.bad + later.bad, later.in_a_row + carried)


@dataclass(frozen=True, slots=True)
class Circuit:
    """What the nodes have in common; see ``core.breaker`` for what the numbers mean.

    revision: of the job document; what was known of an older one's target counts no more.
    opened_at: None while closed. next_at: when the next request may be tried, while it is not.
    trial_by: the node that tries it, "" if none does; until trial_until.
    in_a_row, window: failures as all nodes together saw them. failed_at: when one was told last.
    """

    revision: int
    opened_at: int | None = None
    reason: str = ""
    next_at: int = 0
    wait_ms: int = 0
    trial_by: str = ""
    trial_until: int = 0
    in_a_row: int = 0
    window: Sequence[Counts] = ()
    failed_at: int = 0

    def state(self, now: int) -> BreakerState:
        """Where it stands at that moment."""
        if self.opened_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self.next_at else BreakerState.HALF_OPEN

    def why(self, now: int) -> str:
        """A sentence while it is not closed, else ""."""
        return ON_TRIAL if self.state(now) is BreakerState.HALF_OPEN else self.reason

    def is_counting(self, now: int) -> bool:
        """Whether every node is to tell what it sees."""
        return self.opened_at is None and now - self.failed_at < COUNTING_MS


@dataclass(frozen=True, slots=True)
class Telling:
    """What one node has to say of a consumer's target.

    opened: why its own results are enough to open, or "". tried: how its request on trial ended.
    wants_trial: it would try one, with what is due in ``shards``. keeps_trial: its request on trial
    is under way. leaves_trial: it has none to try.
    """

    consumer_id: int
    revision: int
    results: Results = Results()
    opened: str = ""
    tried: bool | None = None
    wants_trial: bool = False
    keeps_trial: bool = False
    leaves_trial: bool = False
    shards: Sequence[int] = ()


def hear(found: Circuit | None, told: Telling, by: str, *, now: int, due: bool) -> Circuit:
    """What is kept after node ``by`` told that. due: whether it has something to try with."""
    if found is not None and told.revision < found.revision:
        return found
    circuit = found
    if circuit is None or told.revision > circuit.revision:
        circuit = Circuit(told.revision)
    if told.tried is not None:
        circuit = _tried(circuit, told.tried, by, now)
    if circuit.opened_at is None:
        circuit = _counted(circuit, told.results, now)
        return _opened(circuit, told.opened, now) if told.opened else circuit
    return _trial(circuit, told, by, now, due)


def _counted(circuit: Circuit, results: Results, now: int) -> Circuit:
    if not results.total:
        return circuit
    number = int(now // (BUCKET_S * 1000))
    kept = [one for one in circuit.window if number - BUCKETS < one[0] < number]
    this = next((one for one in circuit.window if one[0] == number), (number, 0, 0))
    window = (*kept, (number, this[1] + results.total, this[2] + results.bad))
    before = circuit.in_a_row if results.bad == results.total else 0
    counted = replace(
        circuit,
        window=window,
        in_a_row=before + results.in_a_row,
        failed_at=now if results.bad else circuit.failed_at,
    )
    total, bad = (sum(one[at] for one in window) for at in (1, 2))
    if not bad:
        return counted
    reason = breaker.why_failing(counted.in_a_row, total, bad)
    return _opened(counted, reason, now) if reason else counted


def _opened(circuit: Circuit, reason: str, now: int, wait_ms: int | None = None) -> Circuit:
    if circuit.opened_at is not None and wait_ms is None:
        return circuit  # another node was quicker
    wait = round(breaker.FIRST_WAIT_S * 1000) if wait_ms is None else wait_ms
    return Circuit(
        circuit.revision,
        opened_at=now if circuit.opened_at is None else circuit.opened_at,
        reason=reason,
        next_at=now + wait,
        wait_ms=wait,
        failed_at=now,
    )


def _tried(circuit: Circuit, ok: bool, by: str, now: int) -> Circuit:
    """How a trial ended; that of a node whose time for it is over says nothing any more."""
    if circuit.opened_at is None or circuit.trial_by != by:
        return circuit
    if ok:
        return Circuit(circuit.revision)
    wait = min(circuit.wait_ms * 2, round(breaker.LONGEST_WAIT_S * 1000))
    return _opened(circuit, TRIAL_FAILED, now, wait)


def _trial(circuit: Circuit, told: Telling, by: str, now: int, due: bool) -> Circuit:
    ours = circuit.trial_by == by
    if ours and told.leaves_trial:
        return replace(circuit, trial_by="", trial_until=0)
    if ours and told.keeps_trial:
        return replace(circuit, trial_until=now + TRIAL_MS)
    free = not circuit.trial_by or circuit.trial_until <= now
    if told.wants_trial and due and free and circuit.state(now) is BreakerState.HALF_OPEN:
        return replace(circuit, trial_by=by, trial_until=now + TRIAL_MS)
    return circuit
