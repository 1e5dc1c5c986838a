"""Pages into the ledger: versions, duplicates, cursors, and nothing by halves."""

from __future__ import annotations

import asyncio

import pytest

from engine.core.delivery import State
from engine.core.errors import NotFound
from engine.core.record import FailedPull, IncomingRecord, PulledPage
from engine.store.errors import CursorMoved, LeaseLost
from engine.store.rows import LeaseKey, RecordFilter, WorkKind
from tests.conformance.store_world import World, exchange, incoming


async def test_a_page_makes_records_deliveries_counters_and_moves_the_cursor(world: World) -> None:
    result = await world.ingest(incoming("A"), incoming("B"))

    assert (result.new, result.duplicates) == (2, 0)
    assert await world.states() == {("A", 1): State.PENDING, ("B", 1): State.PENDING}
    (status,) = await world.store.status()
    assert (status.pulled, status.consumers[0].counts.pending) == (2, 2)
    row = await world.store.cursor(world.job.id, "all")
    assert (row.value, row.failures, row.last_good_at) == ("cursor 1", 0, world.clock())
    await world.sound()


async def test_a_changed_record_that_changes_back_makes_three_versions(world: World) -> None:
    for content in ("a", "b", "a"):
        await world.ingest(incoming("A", content))

    assert [record.version for record in await world.store.versions(world.job.id, "A")] == [3, 2, 1]


async def test_a_changed_record_that_changes_back_inside_one_page_makes_three_versions(
    world: World,
) -> None:
    result = await world.ingest(
        incoming("A", "a"), incoming("B"), incoming("A", "b"), incoming("A", "a")
    )

    assert result.new == 4
    assert [record.version for record in await world.store.versions(world.job.id, "A")] == [3, 2, 1]
    await world.sound()


async def test_an_equal_record_is_a_duplicate_of_the_latest_version_only(world: World) -> None:
    await world.ingest(incoming("A", "a"), incoming("A", "a"))
    await world.ingest(incoming("A", "b"))

    again = await world.ingest(incoming("A", "b"), incoming("A", "b"))

    assert (again.new, again.duplicates) == (0, 2)
    assert len(await world.everything()) == 2
    await world.sound()


@pytest.mark.parametrize("key", ["", "a\tb ", "Ключ", "订单-1", "😀", "e\u0301", "é", "x" * 512])
async def test_any_text_is_a_key_of_its_own_and_payloads_stay_exact(world: World, key: str) -> None:
    payload = bytes(range(256)) * 3
    await world.ingest(IncomingRecord(key, b"s" * 32, payload), incoming("!" + key[:511]))

    (record,) = await world.everything(RecordFilter(key=key))
    assert record.key == key
    assert await world.store.payload(record.record_id) == payload
    (claimed,) = [one for one in await world.claim() if one.key == key]
    assert claimed.payload == payload
    again = await world.ingest(IncomingRecord(key, b"s" * 32, payload))
    assert again.new == 0


async def test_a_filtered_record_is_skipped_for_that_consumer_alone(world: World) -> None:
    await world.save([("erp", "beginning"), ("crm", "beginning")])
    erp, crm = world.consumers

    await world.ingest(incoming("A", skipped_by=[crm]), incoming("B"))

    assert await world.states(erp) == {("A", 1): State.PENDING, ("B", 1): State.PENDING}
    assert await world.states(crm) == {("A", 1): State.SKIPPED, ("B", 1): State.PENDING}
    await world.sound()


async def test_a_page_of_a_lost_lease_leaves_nothing(world: World) -> None:
    world.clock.forward(30_000)
    await world.store.acquire([world.pull.key], owner="two", ttl_ms=20_000)

    with pytest.raises(LeaseLost):
        await world.ingest(incoming("A"))
    with pytest.raises(LeaseLost):
        await world.fail()

    assert await world.everything() == []
    assert (await world.store.pulls(world.job.id, limit=10))[0] == ()


async def test_a_page_read_before_an_operator_moved_the_cursor_leaves_nothing(
    world: World,
) -> None:
    await world.ingest(incoming("A"))
    await world.store.set_cursor(world.job.id, "all", None, by="tester")

    with pytest.raises(CursorMoved):
        await world.ingest(incoming("B"))

    assert (await world.store.cursor(world.job.id, "all")).value is None
    assert len(await world.everything()) == 1


async def test_a_page_that_does_not_move_the_cursor_leaves_it_alone(world: World) -> None:
    page = PulledPage(exchange(), (incoming("A"),), 1, None, None, 1, True)

    await world.store.ingest(
        world.pull, page, consumers=world.consumers, push_shards=4, cursor_state="{}", due_at=7
    )

    row = await world.store.cursor(world.job.id, "all")
    assert (row.value, row.state, row.due_at) == (None, "{}", 7)


async def test_a_cancelled_caller_does_not_stop_or_split_a_page(world: World) -> None:
    task = asyncio.create_task(world.ingest(*(incoming(f"K{n}") for n in range(300))))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await world.store.status()  # behind it in no queue, so ask the writer:
    await world.store.audit("tester", "look", "", "")
    assert len(await world.everything()) == 300
    assert (await world.store.cursor(world.job.id, "all")).value == "cursor 1"
    await world.sound()


async def test_a_failed_pull_is_kept_with_its_reason_and_leaves_the_cursor(world: World) -> None:
    await world.ingest(incoming("A"))
    failure = FailedPull("status", "It answered 503.", "cursor 1", 2, exchange(status=503))
    await world.store.pull_failed(world.pull, failure, due_at=99)

    row = await world.store.cursor(world.job.id, "all")
    assert (row.value, row.failures, row.problem, row.due_at) == (
        "cursor 1",
        1,
        "It answered 503.",
        99,
    )
    (newest, older), more = await world.store.pulls(world.job.id, limit=10)
    assert (newest.error_kind, newest.status, newest.new) == ("status", 503, 0)
    assert (older.new, older.cursor_before, older.cursor_after) == (1, None, "cursor 1")
    assert more is None

    await world.ingest(incoming("B"))
    row = await world.store.cursor(world.job.id, "all")
    assert (row.failures, row.problem) == (0, "")
    await world.sound()


async def test_pulls_are_paged_from_the_newest(world: World) -> None:
    for n in range(5):
        await world.ingest(incoming(f"K{n}"))

    first, after = await world.store.pulls(world.job.id, limit=3)
    rest, end = await world.store.pulls(world.job.id, limit=3, after=after)

    assert [row.cursor_after for row in (*first, *rest)] == [f"cursor {n}" for n in (5, 4, 3, 2, 1)]
    assert end is None


async def test_a_page_read_before_a_consumer_was_added_reaches_it_by_backfill(
    world: World,
) -> None:
    known = world.consumers
    await world.ingest(incoming("A", "1"))
    await world.save([("erp", "beginning"), ("crm", "now")])
    crm = world.consumers[1]

    await world.ingest(incoming("A", "2"), consumers=known)
    await world.ingest(incoming("A", "3"))

    assert await world.states(crm) == {("A", 3): State.PENDING}
    assert await world.claim(consumer=crm) == []  # version 2 must go first
    rows = await world.store.backfill_read(crm, 100)
    assert [key for _, key, _ in rows] == ["A"]
    assert await world.store.backfill_write(crm, [row[0] for row in rows], set())
    assert [one.version for one in await world.claim(consumer=crm)] == [2]
    await world.sound()


async def test_the_cursor_of_an_unknown_shard_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        await world.store.cursor(world.job.id, "west")
    with pytest.raises(NotFound):
        await world.store.set_cursor(world.job.id, "west", "1", by="tester")


async def test_a_lease_of_the_push_side_does_not_open_the_pull_side(world: World) -> None:
    push = LeaseKey(world.job.id, WorkKind.PUSH, "0")
    (lease,) = await world.store.acquire([push], owner="one", ttl_ms=1000)
    page = PulledPage(exchange(), (), 0, None, None, 1, False)

    with pytest.raises(LeaseLost):
        await world.store.ingest(lease, page, consumers=[], push_shards=4, due_at=None)
