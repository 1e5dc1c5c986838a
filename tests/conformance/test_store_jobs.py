"""Jobs as they are saved, changed and deleted, and what follows for their deliveries."""

from __future__ import annotations

import pytest

from engine.core.attempt import Outcome
from engine.core.delivery import State
from engine.core.errors import Conflict, NotFound
from engine.store.rows import RecordFilter
from engine.store.store import Store
from tests.conformance.store_world import TTL_MS, HandClock, World, incoming


async def test_a_job_is_found_by_name_with_its_document_and_consumers(world: World) -> None:
    assert await world.store.job("orders") == world.job
    assert await world.store.jobs() == (world.job,)
    assert (world.job.revision, world.job.paused) == (1, False)
    with pytest.raises(NotFound):
        await world.store.job("other")


async def test_each_changed_document_is_a_revision_and_an_equal_one_is_none(world: World) -> None:
    await world.save()
    assert world.job.revision == 1
    world.clock.forward(5)
    await world.save(push_shards=8)

    newest, oldest = await world.store.revisions(world.job.id)
    assert (newest.number, newest.document, newest.saved_by) == (2, world.job.document, "tester")
    assert (oldest.number, newest.saved_at - oldest.saved_at) == (1, 5)
    assert (await world.store.job("orders")).push_shards == 8


async def test_a_save_on_top_of_another_revision_than_expected_is_refused(store: Store) -> None:
    async def save(document: str, expected: int) -> None:
        await store.save_job(
            "orders",
            document,
            push_shards=1,
            pull_shards=["all"],
            consumers=[],
            by="tester",
            expected_revision=expected,
        )

    await save("one", 0)
    with pytest.raises(Conflict):
        await save("two", 0)
    await save("two", 1)
    assert (await store.job("orders")).document == "two"


async def test_pauses_are_kept_for_the_job_and_for_a_consumer(world: World) -> None:
    await world.store.set_paused(world.job.id, True, by="tester")
    await world.store.set_paused(world.job.id, True, consumer_id=world.consumer, by="tester")

    row = await world.store.job("orders")
    assert (row.paused, row.consumers[0].paused) == (True, True)
    await world.store.set_paused(world.job.id, False, by="tester")
    assert not (await world.store.job("orders")).paused
    with pytest.raises(NotFound):
        await world.store.set_paused(world.job.id, True, consumer_id=77, by="tester")
    whats = [row.what for row in (await world.store.audit_list(limit=10))[0]]
    assert whats == ["resume job", "pause consumer", "pause job", "save job"]


# ---- consumers that come and go


async def test_a_consumer_from_the_beginning_gets_every_older_record_in_order(
    world: World,
) -> None:
    for content in "abc":
        await world.ingest(incoming("A", content), incoming(f"K{content}"))
    await world.save([("erp", "beginning"), ("crm", "beginning")])
    crm = world.job.consumers[1]
    assert (crm.backfill_from, crm.backfill_to) == (0, 6)
    await world.ingest(incoming("A", "d"))

    assert await world.claim(consumer=crm.id) == []  # version 4 waits for those to come
    sent: list[tuple[str, int]] = []
    done = False
    while not done:
        rows = await world.store.backfill_read(crm.id, 2)
        ids = [record_id for record_id, _, _ in rows]
        skipped = {record_id for record_id, key, _ in rows if key == "Kb"}
        done = await world.store.backfill_write(crm.id, ids, skipped)
        claimed = await world.claim(consumer=crm.id)
        sent += [(one.key, one.version) for one in claimed]
        await world.accept(*claimed)
    world.clock.forward(60_000)
    while claimed := await world.claim(consumer=crm.id):
        sent += [(one.key, one.version) for one in claimed]
        await world.accept(*claimed)

    assert [version for key, version in sent if key == "A"] == [1, 2, 3, 4]
    assert (await world.states(crm.id))["Kb", 1] is State.SKIPPED
    assert {key for key, _ in sent} == {"A", "Ka", "Kc"}
    assert (await world.store.job("orders")).consumers[1].backfill_to == 0
    assert await world.store.backfill_read(crm.id, 10) == []
    await world.sound()


async def test_a_consumer_from_now_gets_only_newer_records(world: World) -> None:
    await world.ingest(incoming("A"))
    await world.save([("erp", "beginning"), ("crm", "now")])
    await world.ingest(incoming("B"))

    assert await world.states(world.consumers[1]) == {("B", 1): State.PENDING}
    await world.sound()


async def test_a_backfill_block_that_is_out_of_date_makes_nothing(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(6)))
    await world.save([("erp", "beginning"), ("crm", "beginning")])
    crm = world.consumers[1]
    rows = await world.store.backfill_read(crm, 3)
    ids = [row[0] for row in rows]

    assert not await world.store.backfill_write(crm, ids, set())
    assert not await world.store.backfill_write(crm, ids, set())  # the same block again
    assert not await world.store.backfill_write(crm, [], set())  # an empty look at a full range
    last = next(iter(await world.everything())).record_id
    assert not await world.store.backfill_write(crm, [last], set())  # one that leaves some out

    assert len(await world.states(crm)) == 3
    await world.sound()


async def test_what_waits_for_a_removed_consumer_is_skipped(world: World, clock: HandClock) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(5)))
    sent, tried, lost = await world.claim(1) + await world.claim(1) + await world.claim(1)
    await world.accept(sent)
    await world.postpone(tried)
    erp = world.consumer
    await world.save([("crm", "now")])
    await world.store.settle_down()

    states = await world.states(erp)
    assert states[sent.key, 1] is State.DELIVERED
    assert states[lost.key, 1] is State.SENDING  # its lease lives: it may still be answered
    assert states[tried.key, 1] is State.SKIPPED
    clock.forward(TTL_MS)
    await world.store.retain(world.job.id, bodies_before=0, attempts_before=0, limit=1)
    await world.store.settle_down()
    assert (await world.states(erp))[lost.key, 1] is State.SKIPPED
    detail = await world.store.record(lost.record_id)
    (attempt,) = detail.attempts[lost.delivery_id]
    assert (attempt.outcome, attempt.error_kind) == (Outcome.UNKNOWN, "crash")
    await world.sound()


async def test_a_consumer_named_again_gets_what_it_missed(world: World) -> None:
    erp = world.consumer
    await world.ingest(incoming("A"))
    await world.save([("crm", "now")])
    await world.store.settle_down()
    await world.ingest(incoming("B"))

    await world.save([("crm", "now"), ("erp", "beginning")])
    done = False
    while not done:
        rows = await world.store.backfill_read(erp, 10)
        done = await world.store.backfill_write(erp, [row[0] for row in rows], set())

    assert await world.states(erp) == {("A", 1): State.SKIPPED, ("B", 1): State.PENDING}
    await world.sound()


# ---- push shards


@pytest.mark.parametrize("shards", [1, 2, 7])
async def test_unsynced_deliveries_follow_a_new_number_of_shards_and_keep_their_order(
    world: World, shards: int
) -> None:
    for content in "abc":
        await world.ingest(*(incoming(f"K{n}", content) for n in range(20)))
    in_flight = await world.claim(5)
    late = await world.claim(5)
    await world.postpone(*late, wait_ms=1000)
    await world.save(push_shards=shards)
    await world.store.settle_down()
    await world.postpone(*in_flight, wait_ms=0)
    await world.take()

    order: dict[str, list[int]] = {}
    while True:
        claimed = await world.claim()
        if not claimed:
            if world.clock() > world.job.created_at + 200_000:
                break
            world.clock.forward(40_000)
            await world.take()
            continue
        for one in claimed:
            order.setdefault(one.key, []).append(one.version)
            assert one.shard < shards
        await world.accept(*claimed)

    assert order == {f"K{n}": [1, 2, 3] for n in range(20)}
    await world.sound()


async def test_all_versions_of_a_key_are_in_one_shard(world: World) -> None:
    for content in "abc":
        await world.ingest(*(incoming(f"K{n}", content) for n in range(7)))

    shards: dict[str, set[int]] = {}
    for one in await world.claim(per_key=False):
        shards.setdefault(one.key, set()).add(one.shard)
    assert {len(each) for each in shards.values()} == {1}
    assert len(set.union(*shards.values())) == 4


async def test_a_page_read_for_the_old_number_of_shards_is_spread_over_the_new(
    world: World,
) -> None:
    before = world.job
    await world.save(push_shards=2)
    world.job = before
    await world.ingest(*(incoming(f"K{n}") for n in range(20)))

    assert {one.shard for one in await world.claim()} == {0, 1}


# ---- deleting


async def test_a_deleted_job_is_gone_at_once_and_leaves_nothing(
    store: Store, world: World, clock: HandClock
) -> None:
    other = await World(store, clock).begin(name="other")
    await other.ingest(incoming("X"))
    await world.ingest(*(incoming(f"K{n}") for n in range(2500)))
    await world.accept(*await world.claim(10))
    await store.delete_job(world.job.id, by="tester")

    assert [row.name for row in await store.jobs()] == ["other"]
    assert [record.key for record in await world.everything()] == ["X"]
    await store.settle_down()
    assert [row.job for row in await store.status()] == ["other"]
    assert await store.series(0, clock() // 60_000, job_id=world.job.id) == []
    _, looked_at = await store.check()
    assert looked_at == 2
    await other.sound()
    with pytest.raises(NotFound):
        await store.delete_job(world.job.id, by="tester")


async def test_a_name_can_be_used_again_and_ids_never_are(
    store: Store, world: World, clock: HandClock
) -> None:
    await world.ingest(incoming("A"))
    (first,) = await world.claim()
    await store.delete_job(world.job.id, by="tester")
    again = await World(store, clock).begin()
    await store.settle_down()
    await again.ingest(incoming("A"))

    (second,) = await again.claim()
    assert again.job.id > world.job.id
    assert again.consumer > world.consumer
    assert second.record_id > first.record_id
    assert second.idempotency_key != first.idempotency_key


async def test_a_deleted_job_refuses_its_pages_and_verdicts(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    await world.store.delete_job(world.job.id, by="tester")

    with pytest.raises(Exception, match="shard"):
        await world.ingest(incoming("B"))
    assert await world.accept(one) == [False]


async def test_the_rest_of_a_deleted_job_goes_when_the_store_is_opened_again(
    database_url: str, world: World, clock: HandClock
) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(3000)))
    await world.store.delete_job(world.job.id, by="tester")
    await world.store.close()

    again = await Store.open(database_url, clock=clock, node="one")
    try:
        await again.settle_down()
        assert await again.check() == ([], 0)
        assert (await again.records(RecordFilter(), limit=1)).records == ()
    finally:
        await again.close()
