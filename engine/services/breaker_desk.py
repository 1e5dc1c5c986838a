"""Tells the other nodes how this one's targets do, and hears what they tell, for all consumers.

A look a second, or sooner when something is to be told or was told elsewhere; it writes only when
there is something to tell. While the database cannot be asked, what was known stays.
Not for what follows from it for a consumer: ``shared_breaker``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, assert_never

from engine.core.breaker import BreakerState
from engine.core.circuit import Circuit, Telling
from engine.core.errors import OperatorError
from engine.core.far_clock import FarClock
from engine.services.lease_times import passed_s
from engine.services.limits import LetAlone, Served
from engine.services.loop import Bell, Loop
from engine.services.shared_breaker import SharedBreaker

log = logging.getLogger(__name__)

LOOK_S = 1.0
GATHER_S = 0.25
"""Between two looks at least: what is told meanwhile goes in one write."""


class CircuitStore(Protocol):
    """What it needs of the store. Both give the database's time (UTC ms) and what is not at rest,
    by consumer id.
    """

    async def circuits(self) -> tuple[int, Mapping[int, Circuit]]: ...

    async def tell_circuits(
        self, tellings: Sequence[Telling], *, by: str
    ) -> tuple[int, Mapping[int, Circuit]]: ...


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
