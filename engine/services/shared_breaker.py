"""The breaker of a consumer's target, held by all nodes of a database together.

Each node counts what it sees itself, and opens at once where that is enough; while something
fails it tells the others what it saw. A look a second, or sooner when something was told, brings
in what they told. Half open, a node asks for the trial and sends its one request only when it has
it. The rules are in ``core.circuit``; while the database cannot be asked, what was known stays.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, assert_never

from engine.core.breaker import NO_LIMIT, TRICKLE, Breaker, BreakerState
from engine.core.circuit import TRIAL_MS, Circuit, Results, Telling
from engine.core.errors import OperatorError
from engine.core.far_clock import FarClock
from engine.services.lease_times import passed_s
from engine.services.limits import LetAlone, Served
from engine.services.loop import Bell, Loop

log = logging.getLogger(__name__)

LOOK_S = 1.0
GATHER_S = 0.25
"""Between two looks at least: what is told meanwhile goes in one write."""
TRUST = 0.7
"""The share of a trial's time in which a node may still begin its request."""
UNUSED_S = 3.0
"""A trial for which nothing was found to send in this time is left to another node."""
KEPT_GOOD_S = 60.0


class CircuitStore(Protocol):
    """What it needs of the store. Both give the database's time (UTC ms) and what is not at rest,
    by consumer id.
    """

    async def circuits(self) -> tuple[int, Mapping[int, Circuit]]: ...

    async def tell_circuits(
        self, tellings: Sequence[Telling], *, by: str
    ) -> tuple[int, Mapping[int, Circuit]]: ...


class SharedBreaker:
    """One consumer's breaker as this node knows it; see ``services.limits.Gate``."""

    def __init__(self, desk: BreakerDesk, served: Served) -> None:
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


class BreakerDesk:
    """Tells and hears for every consumer of the node.

    node: a name no other process has. ending: nothing is sent any more. ``look`` before anything
    is built, so that what is open holds back from the first request on.
    """

    def __init__(
        self,
        store: CircuitStore,
        *,
        node: str,
        monotonic: Callable[[], float] = passed_s,
    ) -> None:
        self.node = node
        self.ending = False
        self._store = store
        self._monotonic = monotonic
        self._clock = FarClock()
        self._circuits: Mapping[int, Circuit] = {}
        self._breakers: dict[int, SharedBreaker] = {}
        self._bell = Bell()
        self._lock = asyncio.Lock()
        self._loop = Loop("breaker desk", self._run)

    def breaker(self, served: Served) -> SharedBreaker:
        """The breaker of a consumer; one that is built anew takes its older self's place."""
        breaker = SharedBreaker(self, served)
        self._breakers[served.consumer_id] = breaker
        return breaker

    async def look(self) -> None:
        """Tell what is to be told and hear what is known; OperatorError where that fails."""
        async with self._lock:
            await self._look()

    def start(self) -> None:
        """Start telling and hearing."""
        self._loop.start()

    async def stop(self) -> None:
        """End; what is not told yet is told first, where it can be."""
        await self._loop.stop()
        self.ending = True
        try:
            await self.look()
        except OperatorError as error:
            log.warning("how targets do was not told to other nodes: %s", error.sentence)

    def ring(self) -> None:
        """Look now: there is something to tell, or to hear."""
        self._bell.ring()

    def circuit(self, consumer_id: int) -> Circuit | None:
        """What all nodes have in common of a consumer, None while nothing is wrong."""
        return self._circuits.get(consumer_id)

    def let_alone(self, consumer_id: int, revision: int) -> LetAlone | None:
        """How all nodes hold with a consumer's target."""
        circuit, now = self._circuits.get(consumer_id), self.now_ms()
        if circuit is None or circuit.revision < revision:
            return None
        match circuit.state(now):
            case BreakerState.CLOSED:
                return None
            case BreakerState.OPEN as state:
                return LetAlone(state, circuit.reason, circuit.next_at)
            case BreakerState.HALF_OPEN as state:
                return LetAlone(state, circuit.why(now), None)
            case _ as never:
                assert_never(never)

    def now_s(self) -> float:
        """The monotonic clock."""
        return self._monotonic()

    def now_ms(self) -> int:
        """The time at the database, UTC ms."""
        return self._clock.at_ms(self._monotonic())

    def second_of(self, at_ms: int) -> float:
        """That instant on the monotonic clock."""
        now_s = self._monotonic()
        return now_s + (at_ms - self._clock.at_ms(now_s)) / 1000

    async def _run(self) -> None:
        problem = ""
        while True:
            try:
                await self.look()
                problem = ""
            except OperatorError as error:
                if error.sentence != problem:  # once, not every second of an outage
                    log.warning("how targets do at other nodes is not known: %s", error.sentence)
                problem = error.sentence
            await asyncio.sleep(GATHER_S)
            await self._bell.wait(LOOK_S - GATHER_S)

    async def _look(self) -> None:
        now_s = self._monotonic()
        asked = dict(self._breakers)
        found = {id_: one.telling(now_s) for id_, one in sorted(asked.items())}
        tellings = {id_: told for id_, told in found.items() if told is not None}
        try:
            if tellings:
                at, circuits = await self._store.tell_circuits(
                    list(tellings.values()), by=self.node
                )
            else:
                at, circuits = await self._store.circuits()
        except BaseException:
            for id_ in tellings:
                asked[id_].untold(tellings[id_])
            raise
        self._clock.hear(at, now_s, self._monotonic())
        self._circuits = circuits
        for id_, breaker in self._breakers.items():
            mine = tellings.get(id_) if asked.get(id_) is breaker else None
            breaker.heard(circuits.get(id_), mine, now_s)
