"""What goes by age, what never does, and that the space comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.delivery import State
from engine.store.rows import RecordFilter
from tests.conformance.store_world import World, exchange, incoming, settlement

DAY_MS = 24 * 60 * 60 * 1000


async def retain(world: World, *, bodies_days: int = 30, attempts_days: int = 90) -> int:
    """A whole round of retention; rows touched."""
    total = 0
    while touched := await world.store.retain(
        world.job.id,
        bodies_before=world.clock() - bodies_days * DAY_MS,
        attempts_before=world.clock() - attempts_days * DAY_MS,
        limit=7,
    ):
        total += touched
    return total


async def test_bodies_go_when_they_are_old_and_the_rest_stays(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(20)))
    await world.accept(*await world.claim())
    world.clock.forward(20 * DAY_MS)
    await world.ingest(incoming("young"))
    await world.take()
    await world.accept(*await world.claim())
    assert await retain(world) == 0
    world.clock.forward(11 * DAY_MS)

    assert await retain(world) == 20

    for record in await world.everything():
        detail = await world.store.record(record.record_id)
        (attempt,) = detail.attempts[record.deliveries[0].delivery_id]
        assert attempt.exchange is not None
        assert attempt.exchange.response is not None
        young = record.key == "young"
        assert (detail.payload is not None) == young
        assert attempt.exchange.response.body == (b"{}" if young else b"")
        assert attempt.exchange.response.length == 2
    assert await retain(world) == 0
    await world.sound()


@pytest.mark.parametrize("state", ["pending", "sending", "retrying", "dead"])
async def test_what_is_not_done_is_never_touched(world: World, state: str) -> None:
    await world.save([("erp", "beginning"), ("crm", "beginning")])
    erp, crm = world.consumers
    await world.ingest(incoming("A", "1"))
    await world.ingest(incoming("A", "2"))
    await world.accept(*await world.claim(consumer=crm))
    await world.accept(*await world.claim(consumer=crm))
    if state != "pending":
        (one,) = await world.claim(consumer=erp)
        if state == "retrying":
            await world.postpone(one, wait_ms=1000 * DAY_MS)
        if state == "dead":
            await world.give_up(one)
    before = [await world.store.record(each.record_id) for each in await world.everything()]
    world.clock.forward(500 * DAY_MS)

    await retain(world)

    after = [await world.store.record(each.record_id) for each in await world.everything()]
    assert after == before if state != "dead" else after[1] == before[1]
    await world.sound()


async def test_a_record_that_waits_for_backfill_is_not_touched(world: World) -> None:
    await world.ingest(incoming("A"))
    await world.accept(*await world.claim())
    await world.save([("erp", "beginning"), ("crm", "beginning")])
    world.clock.forward(500 * DAY_MS)

    assert await retain(world) == 0


async def test_old_attempts_go_and_superseded_versions_go_whole(world: World) -> None:
    for content in "abc":
        await world.ingest(incoming("A", content), incoming("B"))
        await world.accept(*await world.claim())
    world.clock.forward(100 * DAY_MS)

    await retain(world)

    (b, a) = sorted(await world.everything(), key=lambda record: record.key, reverse=True)
    assert (a.key, a.version, b.key) == ("A", 3, "B")
    assert (await world.store.record(a.record_id)).attempts == {}
    (status,) = await world.store.status()
    counts = status.consumers[0].counts
    assert (status.pulled, counts.pulled, counts.delivered) == (4, 4, 4)
    await world.sound()
    await world.take()
    again = await world.ingest(incoming("A", "c"), incoming("B"))
    assert (again.new, again.duplicates) == (0, 2)
    changed = await world.ingest(incoming("A", "d"))
    assert changed.new == 1
    await world.sound()


async def test_versions_go_from_the_oldest_on_without_gaps(world: World) -> None:
    await world.ingest(incoming("A", "1"))
    (one,) = await world.claim()
    await world.give_up(one)
    for content in "23":
        await world.ingest(incoming("A", content))
        await world.accept(*await world.claim())
    world.clock.forward(100 * DAY_MS)

    await retain(world)

    versions = await world.store.versions(world.job.id, "A")
    assert [record.version for record in versions] == [3, 2, 1]
    await world.sound()


async def test_a_resent_record_keeps_its_evidence_for_another_term(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    await world.accept(one)
    world.clock.forward(29 * DAY_MS)
    await world.store.resend([one.delivery_id], by="tester", due_at=0)
    await world.take()
    await world.accept(*await world.claim())
    world.clock.forward(2 * DAY_MS)

    assert await retain(world) == 0
    world.clock.forward(29 * DAY_MS)
    assert await retain(world) == 1


async def test_a_record_without_its_bytes_is_not_sent_again(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    await world.accept(one)
    world.clock.forward(40 * DAY_MS)
    await retain(world)

    ((_, ok, reason),) = await world.store.resend([one.delivery_id], by="tester", due_at=0)

    assert (ok, reason) == (False, "Its bytes are gone: retention removed them.")


async def test_a_shared_request_stays_while_one_of_its_batch_is_failed(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(3)))
    first, second, third = await world.claim()
    shared = exchange(b"two of three", sent=b"[1, 2, 3]")
    await world.store.settle(
        [
            settlement(first, shared=shared),
            settlement(second, exchange_of=0),
        ]
    )
    await world.give_up(third)
    await world.store.resend([third.delivery_id, second.delivery_id], by="tester", due_at=0)
    again = {one.key: one for one in await world.claim()}
    await world.store.settle([settlement(again[second.key], shared=shared)])
    await world.give_up(again[third.key])
    await world.store.resend([second.delivery_id], by="tester", due_at=0)
    await world.give_up(*await world.claim())
    world.clock.forward(500 * DAY_MS)

    await retain(world)

    detail = await world.store.record(second.record_id)
    assert detail.attempts[second.delivery_id][0].exchange == shared
    assert len(await world.everything(RecordFilter(states=frozenset({State.DEAD})))) == 2
    await world.sound()


async def test_old_pulls_go_with_what_they_brought(world: World) -> None:
    await world.ingest(incoming("A", "1"))
    await world.fail()
    await world.accept(*await world.claim())
    await world.ingest(incoming("A", "2"))
    await world.accept(*await world.claim())
    world.clock.forward(200 * DAY_MS)

    await retain(world)

    rows, _ = await world.store.pulls(world.job.id, limit=10)
    assert [row.cursor_after for row in rows] == ["cursor 2"]
    (status,) = await world.store.status()
    assert status.pulled == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_removed_bodies_give_their_space_back_to_the_disk(
    world: World, database_url: str
) -> None:
    for page in range(10):
        await world.ingest(*(incoming(f"{page}-{n}", "x" * 20_000) for n in range(50)))
        await world.accept(*await world.claim())
    path = Path(database_url.removeprefix("sqlite:///"))
    world.clock.forward(40 * DAY_MS)
    await retain(world)
    await world.store.give_back_space(100_000)
    await world.store.close()

    assert path.stat().st_size < 4_000_000  # ten million bytes of payload were there
