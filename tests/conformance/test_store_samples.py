"""Samples for graphs: minutes and their sums tell the same, and old ones go."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.core.delivery import State
from engine.store.series import DAY_MINUTES
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, incoming

MINUTE_MS = 60_000


async def busy(world: World, minutes: int) -> tuple[int, int]:
    """Some traffic in each of these minutes; the first and the last of them."""
    first = world.clock() // MINUTE_MS
    for n in range(minutes):
        await world.ingest(*(incoming(f"K{n}-{i}") for i in range(4)))
        claimed = await world.claim(3)
        world.clock.forward(700)
        await world.accept(*claimed[:1])
        await world.postpone(*claimed[1:2], wait_ms=10**9)
        await world.give_up(*claimed[2:])
        world.clock.forward(MINUTE_MS - 700)
    return first, world.clock() // MINUTE_MS


async def summed(store: Store, since: int, until: int, step: int) -> Counter[tuple[bool, str]]:
    found = await store.samples(since, until, step)
    total: Counter[tuple[bool, str]] = Counter()
    for at, whole, what, n in found.rows:
        assert at % step == 0
        assert since <= at <= until
        total[whole, what] += n
    return total


@pytest.mark.parametrize("step", [5, 20, 40])
async def test_coarse_samples_tell_what_the_minutes_tell(world: World, step: int) -> None:
    first, last = await busy(world, 47)
    since = first - first % step
    exact = await summed(world.store, since, last, 1)

    before = await summed(world.store, since, last, step)
    while await world.store.tidy_samples():
        pass
    after = await summed(world.store, since, last, step)

    assert exact[True, "pulled"] == 47 * 4
    assert exact[False, "delivered"] == 47
    assert sum(n for (_, what), n in exact.items() if what.startswith("latency_")) == 47
    assert before == exact, "nothing is summed up yet"
    assert after == exact


async def test_what_comes_after_a_sum_is_read_from_the_minutes(world: World) -> None:
    first, _ = await busy(world, 12)
    while await world.store.tidy_samples():
        pass
    _, last = await busy(world, 3)
    since = first - first % 5

    assert await summed(world.store, since, last, 5) == await summed(world.store, since, last, 1)


async def test_the_backlog_is_what_is_unsynced(world: World) -> None:
    _, last = await busy(world, 3)
    (status,) = await world.store.status()

    found = await world.store.samples(last, last, 1)

    assert found.backlog == status.consumers[0].counts.unsynced > 0
    grown = await summed(world.store, 0, last, 1)
    settled = sum(grown[False, what] for what in ("delivered", "dead", "skipped"))
    assert grown[False, "pulled"] - settled == found.backlog


async def test_a_consumer_and_a_job_have_samples_of_their_own(
    store: Store, clock: HandClock
) -> None:
    world = await World(store, clock).begin([("erp", "beginning"), ("crm", "beginning")])
    await world.ingest(incoming("A"), incoming("B"))
    erp, crm = world.consumers
    await world.accept(*await world.claim(1, consumer=erp))
    minute = clock() // MINUTE_MS

    mine = await store.samples(minute, minute, 1, consumer_id=erp)
    other = await store.samples(minute, minute, 1, consumer_id=crm)
    job = await store.samples(minute, minute, 1, job_id=world.job.id)

    assert (mine.backlog, other.backlog, job.backlog) == (1, 2, 3)
    assert ("delivered", 1) in {(what, n) for _, _, what, n in mine.rows}
    assert "delivered" not in {what for _, _, what, _ in other.rows}
    assert (minute, True, "pulled", 2) in job.rows
    assert (minute, False, "pulled", 4) in job.rows
    assert (await store.samples(minute, minute, 1, job_id=99)).rows == ()


async def test_old_samples_go_and_totals_stay(world: World) -> None:
    await busy(world, 25)
    while await world.store.tidy_samples():
        pass
    world.clock.forward(9 * DAY_MINUTES * MINUTE_MS)
    while await world.store.tidy_samples():
        pass

    now = world.clock() // MINUTE_MS
    assert await world.store.series(1, now) == []
    week = await summed(world.store, 0, now, 20)
    assert week[True, "pulled"] == 100, "the coarse ones are kept for longer"
    world.clock.forward(200 * DAY_MINUTES * MINUTE_MS)
    while await world.store.tidy_samples():
        pass
    assert await summed(world.store, 0, world.clock() // MINUTE_MS, 20) == {}
    (status,) = await world.store.status()
    assert status.pulled == 100
    await world.sound()


async def test_a_resend_and_a_skip_show_in_the_backlogs_course(world: World) -> None:
    await world.ingest(incoming("A"), incoming("B"))
    (one, other) = await world.claim(2)
    await world.give_up(one)
    await world.store.resend([one.delivery_id], by="tester", due_at=0)
    await world.store.skip([one.delivery_id], by="tester")
    await world.accept(other)
    minute = world.clock() // MINUTE_MS

    total = await summed(world.store, minute, minute, 1)

    came = total[False, "pulled"] + total[False, "resent"]
    went = sum(total[False, state.word] for state in (State.DELIVERED, State.DEAD, State.SKIPPED))
    assert came - went == (await world.store.samples(minute, minute, 1)).backlog == 0


async def test_happened_counts_whole_jobs_and_their_consumers(world: World) -> None:
    first, last = await busy(world, 2)

    assert await world.store.happened(first, last) == {"delivered": 2, "pulls": 2}
    assert await world.store.happened(first, first + 1) == {"delivered": 1, "pulls": 1}
