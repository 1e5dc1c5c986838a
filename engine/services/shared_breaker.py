"""The breaker of a consumer's target, held by all nodes of a database together.

Each node counts what it sees itself, and opens at once where that is enough; while something
fails it tells the others what it saw. Half open, a node asks for the trial and sends its one
request only when it has it. The rules are in ``core.circuit``. Not for telling and hearing:
``breaker_desk``.
"""

from __future__ import annotations

from typing import Protocol, assert_never

from engine.core.breaker import NO_LIMIT, TRICKLE, Breaker, BreakerState
from engine.core.circuit import TRIAL_MS, Circuit, Results, Telling
from engine.services.limits import Served

TRUST = 0.7
"""The share of a trial's time in which a node may still begin its request."""
UNUSED_S = 3.0
"""A trial for which nothing was found to send in this time is left to another node."""
KEPT_GOOD_S = 60.0


class Desk(Protocol):
    """What it needs of the desk that tells and hears for all consumers of a node.

    node: a name no other process has. ending: nothing is sent any more.
    """

    @property
    def node(self) -> str: ...

    @property
    def ending(self) -> bool: ...

    def ring(self) -> None: ...

    def circuit(self, consumer_id: int) -> Circuit | None: ...

    def now_s(self) -> float: ...

    def now_ms(self) -> int: ...

    def second_of(self, at_ms: int) -> float: ...


class SharedBreaker:
    """One consumer's breaker as this node knows it; see ``services.limits.Gate``."""

    def __init__(self, desk: Desk, served: Served) -> None:
        self._desk = desk
        self._served = served
        self._own = Breaker()
        self._circuit = desk.circuit(served.consumer_id)
        self._told_state = self.state
        self._results = Results()
        self._good_since_s = desk.now_s()
        self._tried: bool | None = None
        self._wants_trial = False
        self._trial_until_s = 0.0
        self._trial_from_s = 0.0
        self._hold_off_s = 0.0

    @property
    def state(self) -> BreakerState:
        """Where it stands now, for all nodes."""
        if self._own.state is not BreakerState.CLOSED:
            return BreakerState.OPEN  # the others are about to be told
        circuit = self._known
        return BreakerState.CLOSED if circuit is None else circuit.state(self._desk.now_ms())

    @property
    def reason(self) -> str:
        """A sentence while it is not closed, else ""."""
        if self._own.state is not BreakerState.CLOSED:
            return self._own.reason
        circuit = self._known
        return "" if circuit is None else circuit.why(self._desk.now_ms())

    def allow(self, now_s: float, in_flight: int) -> int:
        """How many more requests may go from here, beside the ``in_flight`` ones."""
        match self.state:
            case BreakerState.CLOSED:
                return NO_LIMIT
            case BreakerState.OPEN:
                return 0
            case BreakerState.HALF_OPEN:
                if now_s < self._trial_until_s:
                    return max(0, TRICKLE - in_flight)
                if not in_flight and not self._wants_trial and now_s >= self._hold_off_s:
                    self._wants_trial = True
                    self._desk.ring()
                return 0
            case _ as never:
                assert_never(never)

    def next_at(self) -> float | None:
        """When an open breaker lets a request try; None if it is not open."""
        if self.state is not BreakerState.OPEN:
            return None
        if self._own.state is not BreakerState.CLOSED:
            return self._own.next_at()
        circuit = self._known
        return None if circuit is None else self._desk.second_of(circuit.next_at)

    def record(self, ok: bool, now_s: float) -> None:
        """Take in one result of this node."""
        match self.state:
            case BreakerState.CLOSED:
                self._own.record(ok, now_s)
                self._results = self._results.plus(ok)
                if not ok:
                    self._desk.ring()
            case BreakerState.OPEN:
                pass
            case BreakerState.HALF_OPEN:
                if self._trial_from_s:
                    self._tried, self._trial_until_s, self._trial_from_s = ok, 0.0, 0.0
                    self._desk.ring()
            case _ as never:
                assert_never(never)

    # ---- with the desk

    def telling(self, now_s: float) -> Telling | None:
        """What the others must be told, and is not told yet; None: nothing."""
        opened = self._own.reason if self._own.state is not BreakerState.CLOSED else ""
        counting = self._results.bad or (
            self._results.total
            and self._circuit is not None
            and self._circuit.is_counting(self._desk.now_ms())
        )
        told = Telling(
            self._served.consumer_id,
            self._served.revision,
            results=self._results if counting else Results(),
            opened=opened,
            tried=self._tried,
            wants_trial=self._wants_trial,
            keeps_trial=bool(self._trial_from_s) and self._served.in_flight() > 0,
            leaves_trial=self._is_unused(now_s),
            shards=self._served.shards() if self._wants_trial else (),
        )
        if told == Telling(told.consumer_id, told.revision):
            if now_s - self._good_since_s > KEPT_GOOD_S:  # old successes hide new failures
                self._results, self._good_since_s = Results(), now_s
            return None
        if counting:
            self._results, self._good_since_s = Results(), now_s
        self._tried, self._wants_trial = None, False
        return told

    def untold(self, told: Telling) -> None:
        """That could not be told: it is told with what comes next."""
        self._results = told.results.then(self._results)
        self._tried = told.tried if self._tried is None else self._tried

    def heard(self, circuit: Circuit | None, told: Telling | None, asked_s: float) -> None:
        """What all nodes have in common now; ``told``: what this node told in that look."""
        self._circuit = circuit
        known = self._known
        if known is not None and known.opened_at is not None:
            self._own, self._results = Breaker(), Results()
        elif told is not None and told.opened:
            self._own = Breaker()  # an older document's failures
        ours = circuit is not None and circuit.trial_by == self._desk.node
        if told is not None:
            self._take_trial(told, ours, asked_s)
        if not ours:
            self._trial_until_s = self._trial_from_s = 0.0
        state = self.state
        if state is not self._told_state or (told is not None and told.wants_trial):
            self._told_state = state
            self._served.breaker_changed()

    @property
    def consumer_id(self) -> int:
        """Whose breaker it is."""
        return self._served.consumer_id

    @property
    def _known(self) -> Circuit | None:
        """What is in common, unless it is of an older document, whose target it tells of."""
        circuit = self._circuit
        return None if circuit is None or circuit.revision < self._served.revision else circuit

    def _take_trial(self, told: Telling, ours: bool, asked_s: float) -> None:
        if told.leaves_trial:
            self._trial_until_s = self._trial_from_s = 0.0
            self._hold_off_s = asked_s + UNUSED_S
        elif ours and (told.wants_trial or told.keeps_trial):
            self._trial_until_s = asked_s + TRUST * TRIAL_MS / 1000
            self._trial_from_s = self._trial_from_s or asked_s

    def _is_unused(self, now_s: float) -> bool:
        if not self._trial_from_s or self._served.in_flight() > 0:
            return False
        return self._desk.ending or now_s - self._trial_from_s >= UNUSED_S
