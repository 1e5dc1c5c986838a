"""What nodes keep in common of how fast and whether they send."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from engine.core.breaker import BreakerState
from engine.core.circuit import COUNTING_MS, TRIAL_MS, WINDOW_MS, Circuit, Results, Telling
from engine.core.slots import Ask, late_us
from engine.store.circuits import MENDED_MS
from engine.store.feed import Topic
from engine.store.store import Store
from tests.conformance.store_world import START, HandClock, World, incoming

S = 1_000_000


@pytest.fixture
async def other(database_url: str, clock: HandClock, store: Store) -> AsyncIterator[Store]:
    """The store of another node on the same database."""
    opened = await Store.open(database_url, clock=clock, node="two", keeps_time=False)
    yield opened
    await opened.close()


def ask(world: World, wanted: int, rate: float = 10.0, revision: int = 1) -> Ask:
    return Ask(world.consumer, revision, rate, wanted)


def telling(world: World, **fields: object) -> Telling:
    return replace(Telling(world.consumer, 1), **fields)  # type: ignore[arg-type]  # named by tests


async def circuit_of(store: Store, world: World) -> Circuit:
    _, circuits = await store.circuits()
    return circuits[world.consumer]


# ---- rates


async def test_slots_given_to_one_node_are_not_given_to_another(world: World, other: Store) -> None:
    at, (one,) = await world.store.take_slots([ask(world, 3)])
    _, (two,) = await other.take_slots([ask(world, 2)])
    assert at == START
    assert one.first_at == START * 1000 - late_us(10.0) // 2
    assert (one.count, two.count) == (3, 2)
    assert two.first_at == one.first_at + 3 * S // 10


async def test_nobody_gets_slots_far_ahead(world: World, other: Store) -> None:
    await world.store.take_slots([ask(world, 1000)])
    _, (refused,) = await other.take_slots([ask(world, 1)])
    assert refused.count == 0
    world.clock.forward(1000)
    _, (again,) = await other.take_slots([ask(world, 1)])
    assert (again.count, again.first_at) == (1, refused.first_at)


async def test_a_new_rate_counts_from_its_revision_on_for_every_node(
    world: World, other: Store
) -> None:
    await world.store.take_slots([ask(world, 1, 1 / 3600, revision=1)])
    _, (faster,) = await world.store.take_slots([ask(world, 5, 100.0, revision=2)])
    _, (old,) = await other.take_slots([ask(world, 5, 1 / 3600, revision=1)])
    assert (faster.count, faster.rate_per_s) == (5, 100.0)
    assert (old.count, old.rate_per_s) == (5, 100.0)
    assert old.first_at == faster.first_at + 50_000


async def test_slots_for_a_consumer_that_is_gone_are_none_and_the_others_get_theirs(
    world: World,
) -> None:
    gone = Ask(999, 1, 10.0, 5)
    _, (nothing, some) = await world.store.take_slots([gone, ask(world, 2)])
    assert (nothing.count, some.count) == (0, 2)


@pytest.mark.parametrize("rate", [1 / 86_400, 1 / 3, 12.5, 50_000.0])
async def test_a_rate_is_kept_as_it_was_written(world: World, rate: float) -> None:
    await world.store.take_slots([ask(world, 1, rate, revision=2)])
    world.clock.forward(100 * 86_400_000)
    _, (grant,) = await world.store.take_slots([ask(world, 1, 1.0, revision=1)])
    assert grant.rate_per_s == pytest.approx(rate, rel=1e-4)


# ---- breakers


async def test_nothing_is_kept_of_a_target_that_does_well(world: World) -> None:
    assert await world.store.circuits() == (START, {})
    await world.store.tell_circuits([telling(world, results=Results(5, 0, 0))], by="one#1")
    assert await world.store.circuits() == (START, {})


async def test_what_one_node_opens_is_open_for_all(world: World, other: Store) -> None:
    told = await other.told()
    opened = telling(world, opened="10 requests failed in a row.")
    now, answered = await world.store.tell_circuits([opened], by="one#1")
    assert now == START
    known = await circuit_of(other, world)
    assert answered == {world.consumer: known}
    assert known.state(START) is BreakerState.OPEN
    assert known.reason == "10 requests failed in a row."
    assert (await other.told())[Topic.BREAKERS] > told.get(Topic.BREAKERS, 0)


async def test_failures_of_several_nodes_add_up(world: World, other: Store) -> None:
    await world.store.tell_circuits([telling(world, results=Results(6, 6, 6))], by="one#1")
    known = await circuit_of(other, world)
    assert known.is_counting(START)
    assert known.opened_at is None
    await other.tell_circuits([telling(world, results=Results(4, 4, 4))], by="two#1")
    assert (await circuit_of(world.store, world)).opened_at == START


async def test_one_node_at_a_time_tries_and_only_with_something_due(
    world: World, other: Store
) -> None:
    await world.store.tell_circuits([telling(world, opened="failed")], by="one#1")
    world.clock.forward(60_000)
    shards = tuple(range(4))
    wanted = telling(world, wants_trial=True, shards=shards)
    await world.store.tell_circuits([wanted], by="one#1")
    assert (await circuit_of(other, world)).trial_by == ""
    await world.ingest(incoming("K1"))
    await other.tell_circuits([wanted], by="two#1")
    await world.store.tell_circuits([wanted], by="one#1")
    assert (await circuit_of(world.store, world)).trial_by == "two#1"
    world.clock.forward(TRIAL_MS)
    await world.store.tell_circuits([wanted], by="one#1")
    assert (await circuit_of(world.store, world)).trial_by == "one#1"
    await world.store.tell_circuits([telling(world, tried=True)], by="one#1")
    assert (await other.circuits())[1] == {}


async def test_a_breaker_that_is_closed_is_forgotten_after_its_window(world: World) -> None:
    await world.store.tell_circuits([telling(world, results=Results(3, 3, 3))], by="one#1")
    world.clock.forward(max(WINDOW_MS, COUNTING_MS) + 1)
    assert (await world.store.circuits())[1] == {}


async def test_whoever_resumes_or_sets_a_secret_wants_targets_tried_soon(
    world: World, other: Store
) -> None:
    async def wait_ms() -> int:
        return (await circuit_of(other, world)).next_at - world.clock()

    await world.store.tell_circuits([telling(world, opened="failed")], by="one#1")
    await world.store.set_paused(world.job.id, True, by="tester")
    assert await wait_ms() > MENDED_MS
    await world.store.set_paused(world.job.id, False, by="tester")
    assert await wait_ms() == MENDED_MS
    world.clock.forward(MENDED_MS)
    await world.ingest(incoming("K1"))
    trial = telling(world, wants_trial=True, shards=(0, 1, 2, 3))
    await world.store.tell_circuits([trial], by="one#1")
    await world.store.tell_circuits([telling(world, tried=False)], by="one#1")
    assert await wait_ms() > MENDED_MS
    await world.store.secret_put("token", b"n" * 12, b"sealed", by="tester", use="secret")
    assert await wait_ms() == MENDED_MS


async def test_what_is_told_of_a_consumer_that_is_gone_is_dropped(world: World) -> None:
    gone = Telling(999, 1, opened="failed")
    _, known = await world.store.tell_circuits([gone, telling(world, opened="failed")], by="one#1")
    assert list(known) == [world.consumer]


async def test_a_deleted_job_takes_its_rates_and_breakers_along(world: World) -> None:
    await world.store.take_slots([ask(world, 1)])
    await world.store.tell_circuits([telling(world, opened="failed")], by="one#1")
    await world.store.delete_job(world.job.id, by="tester")
    await world.store.settle_down()
    assert (await world.store.circuits())[1] == {}
