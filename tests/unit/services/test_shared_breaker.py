from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from engine.core.breaker import FAILURES_IN_A_ROW, NO_LIMIT, BreakerState
from engine.core.circuit import TRIAL_MS, Circuit, Telling, hear
from engine.core.errors import Unavailable
from engine.services.breaker_desk import BreakerDesk
from engine.services.limits import Served
from engine.services.shared_breaker import TRUST, UNUSED_S, SharedBreaker

START_MS = 1_790_000_000_000


class Rows:
    """What nodes have in common, and a clock. gone: the database does not answer."""

    def __init__(self) -> None:
        self.circuit: Circuit | None = None
        self.now_s = 1000.0
        self.gone = False
        self.told: list[Telling] = []

    def now(self) -> int:
        return START_MS + round((self.now_s - 1000.0) * 1000)

    async def circuits(self) -> tuple[int, Mapping[int, Circuit]]:
        if self.gone:
            raise Unavailable("The database does not answer.")
        return self.now(), {} if self.circuit is None else {7: self.circuit}

    async def tell_circuits(
        self, tellings: Sequence[Telling], *, by: str
    ) -> tuple[int, Mapping[int, Circuit]]:
        await self.circuits()
        for told in tellings:
            self.told.append(told)
            self.circuit = hear(self.circuit, told, by, now=self.now(), due=True)
        return await self.circuits()


class Node:
    """A node's desk and the breaker of one consumer."""

    def __init__(self, rows: Rows, name: str) -> None:
        self.rows = rows
        self.in_flight = 0
        self.changes = 0
        self.desk = BreakerDesk(rows, node=name, monotonic=lambda: rows.now_s)

    async def begin(self, revision: int = 1) -> Node:
        await self.desk.look()
        served = Served(
            7,
            revision,
            shards=lambda: [0],
            in_flight=lambda: self.in_flight,
            rate_changed=lambda: None,
            breaker_changed=self.changed,
        )
        self.breaker = self.desk.breaker(served)
        return self

    def changed(self) -> None:
        self.changes += 1

    @property
    def allowed(self) -> int:
        return self.breaker.allow(self.rows.now_s, self.in_flight)

    def result(self, ok: bool, times: int = 1) -> None:
        for _ in range(times):
            self.breaker.record(ok, self.rows.now_s)


@pytest.fixture
def rows() -> Rows:
    return Rows()


async def half_open(rows: Rows) -> tuple[Node, Node]:
    """Two nodes whose breaker may be tried now."""
    one, two = await Node(rows, "one").begin(), await Node(rows, "two").begin()
    one.result(False, FAILURES_IN_A_ROW)
    await one.desk.look()
    await two.desk.look()
    assert rows.circuit is not None
    rows.now_s += 31.0
    return one, two


def state_of(breaker: SharedBreaker) -> BreakerState:
    return breaker.state


async def test_enough_failures_of_its_own_stop_a_node_before_anybody_was_told(rows: Rows) -> None:
    one = await Node(rows, "one").begin()
    one.result(False, FAILURES_IN_A_ROW)
    assert (one.allowed, rows.told) == (0, [])
    assert one.breaker.reason == "10 requests failed in a row."
    next_at = one.breaker.next_at()
    assert next_at is not None
    assert next_at > rows.now_s


async def test_the_others_obey_when_they_hear(rows: Rows) -> None:
    one, two = await Node(rows, "one").begin(), await Node(rows, "two").begin()
    one.result(False, FAILURES_IN_A_ROW)
    await one.desk.look()
    assert two.allowed == NO_LIMIT
    await two.desk.look()
    assert (two.allowed, two.changes) == (0, 1)
    assert two.breaker.next_at() == pytest.approx(rows.now_s + 30.0, abs=0.002)


async def test_a_node_that_does_well_tells_nothing_until_another_one_fails(rows: Rows) -> None:
    one, two = await Node(rows, "one").begin(), await Node(rows, "two").begin()
    two.result(True, 50)
    await two.desk.look()
    assert rows.told == []
    one.result(False, 3)
    await one.desk.look()
    await two.desk.look()  # hears of it
    two.result(True)
    await two.desk.look()
    assert rows.circuit is not None
    assert rows.circuit.in_a_row == 0


async def test_what_could_not_be_told_is_told_later(rows: Rows) -> None:
    one = await Node(rows, "one").begin()
    one.result(False, 4)
    rows.gone = True
    with pytest.raises(Unavailable):
        await one.desk.look()
    one.result(False, 3)
    rows.gone = False
    await one.desk.look()
    assert rows.circuit is not None
    assert rows.circuit.in_a_row == 7


async def test_a_node_sends_its_trial_only_when_it_has_it(rows: Rows) -> None:
    one, two = await half_open(rows)
    assert (one.allowed, two.allowed) == (0, 0)  # both would like to
    await one.desk.look()
    await two.desk.look()
    assert (one.allowed, two.allowed) == (1, 0)
    one.in_flight = 1
    assert one.allowed == 0


async def test_a_success_on_trial_lets_both_go_on(rows: Rows) -> None:
    one, two = await half_open(rows)
    assert one.allowed == 0
    await one.desk.look()
    one.result(True)
    await one.desk.look()
    await two.desk.look()
    assert (one.allowed, two.allowed) == (NO_LIMIT, NO_LIMIT)
    assert state_of(two.breaker) is BreakerState.CLOSED
    one.result(False, FAILURES_IN_A_ROW - 1)
    assert one.allowed == NO_LIMIT  # what failed before counts no more


async def test_an_answer_to_an_earlier_request_is_no_trial(rows: Rows) -> None:
    one, two = await half_open(rows)
    two.result(True)
    await two.desk.look()
    assert state_of(one.breaker) is BreakerState.HALF_OPEN
    assert rows.circuit is not None
    assert rows.circuit.opened_at is not None


async def test_a_trial_that_is_not_begun_in_its_time_is_not_begun(rows: Rows) -> None:
    """A node that stood still wakes up: another one may be trying by now."""
    one, _ = await half_open(rows)
    assert one.allowed == 0
    await one.desk.look()
    rows.now_s += TRUST * TRIAL_MS / 1000
    assert one.allowed == 0


async def test_a_long_request_on_trial_keeps_it(rows: Rows) -> None:
    one, two = await half_open(rows)
    assert (one.allowed, two.allowed) == (0, 0)
    await one.desk.look()
    one.in_flight = 1
    for _ in range(30):
        rows.now_s += 1.0
        await one.desk.look()
        await two.desk.look()
        assert (one.allowed, two.allowed) == (0, 0)
    one.in_flight = 0
    one.result(False)
    await one.desk.look()
    assert state_of(one.breaker) is BreakerState.OPEN


async def test_a_trial_with_nothing_to_send_is_left_to_another_node(rows: Rows) -> None:
    one, two = await half_open(rows)
    assert one.allowed == 0
    await one.desk.look()
    rows.now_s += UNUSED_S
    await one.desk.look()
    assert (one.allowed, two.allowed) == (0, 0)
    await two.desk.look()
    assert two.allowed == 1


async def test_a_node_that_stops_leaves_its_trial(rows: Rows) -> None:
    one, _ = await half_open(rows)
    assert one.allowed == 0
    await one.desk.look()
    await one.desk.stop()
    assert rows.circuit is not None
    assert rows.circuit.trial_by == ""


async def test_what_is_known_of_an_older_document_does_not_hold_back(rows: Rows) -> None:
    one = await Node(rows, "one").begin()
    one.result(False, FAILURES_IN_A_ROW)
    await one.desk.look()
    newer = await Node(rows, "two").begin(revision=2)
    assert newer.allowed == NO_LIMIT
    assert newer.desk.let_alone(7, 2) is None
    alone = newer.desk.let_alone(7, 1)
    assert alone is not None
    assert alone.state is BreakerState.OPEN
