"""Operations as rows: owned by one, steered by operators, worked block by block, audited once."""

from __future__ import annotations

import itertools

import pytest

from engine.core.delivery import State
from engine.core.errors import Conflict, NotFound
from engine.core.record import FailedPull, PulledPage
from engine.store.audit_filter import AuditFilter
from engine.store.errors import LeaseLost
from engine.store.operation_rows import (
    Block,
    Held,
    Kind,
    NewOperation,
    OperationRow,
    RepulledPage,
    ResendMode,
    Stage,
)
from engine.store.rows import RecordFilter
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, exchange, incoming

TTL_MS = 20_000
_requests = itertools.count(1)


async def dead(world: World, *keys: str) -> list[int]:
    """Deliveries that were given up, by id, rising."""
    await world.ingest(*(incoming(key) for key in keys))
    claimed = await world.claim()
    await world.give_up(*claimed)
    return sorted(one.delivery_id for one in claimed)


async def begun(world: World, **columns: object) -> OperationRow:
    new = {
        "kind": Kind.RESEND,
        "request": f"{next(_requests)}",
        "by": "ana from 10.0.0.1",
        "target": "orders",
    }
    wanted = RecordFilter(states=frozenset({State.DEAD}))
    return await world.store.begin_operation(
        NewOperation(**{"wanted": wanted, "total": 3, "detail": "3 deliveries", **new, **columns})  # type: ignore[arg-type]  # columns of any type
    )


async def taken(world: World, row: OperationRow, owner: str = "one") -> Held:
    found = await world.store.take_operation(row.id, owner=owner, ttl_ms=TTL_MS)
    assert found is not None
    return Held(found.id, found.owner, found.token)


async def test_an_operation_keeps_what_it_is_about(world: World) -> None:
    ids = await dead(world, "A", "B", "C")
    wanted = RecordFilter(world.job.id, world.consumer, frozenset({State.DEAD}), None, "A")
    row = await begun(world, wanted=wanted, mode=ResendMode.SENT, reason="wrong price", per_s=2.5)

    assert (row.state, row.position, row.last_id) == (Stage.RUNNING, 0, ids[-1] >> 20)
    assert (row.mode, row.reason, row.per_s) == (ResendMode.SENT, "wrong price", 2.5)
    assert (await world.store.operation_scope(row.id)).wanted == wanted
    named = await begun(world, wanted=None, record_ids=(3, 9), consumer="erp")
    scope = await world.store.operation_scope(named.id)
    assert (scope.wanted, scope.record_ids, scope.consumer) == (None, (3, 9), "erp")
    with pytest.raises(NotFound):
        await world.store.operation(77)
    with pytest.raises(NotFound):
        await world.store.operation_scope(77)


async def test_the_same_operation_does_not_run_twice_at_once(world: World) -> None:
    first = await begun(world, request='{"kind":"resend"}')

    with pytest.raises(Conflict, match=f"Operation {first.id} does the same"):
        await begun(world, request='{"kind":"resend"}')

    await begun(world, request='{"kind":"resend"}', record_ids=(3,), wanted=None)
    await world.store.steer_operation(first.id, "cancel", by="ana")
    await begun(world, request='{"kind":"resend"}')


async def test_operations_are_listed_newest_first_page_by_page(world: World) -> None:
    ids = [(await begun(world)).id for _ in range(3)]
    await world.store.steer_operation(ids[1], "cancel", by="ana")

    assert [row.id for row in await world.store.operations(limit=2)] == [ids[2], ids[1]]
    assert [row.id for row in await world.store.operations(limit=2, after=ids[1])] == [ids[0]]
    found = await world.store.operations(limit=9, open_only=True)
    assert [row.id for row in found] == [ids[2], ids[0]]


async def test_one_node_works_on_an_operation_until_its_time_runs_out(
    world: World, clock: HandClock
) -> None:
    row = await begun(world)
    first = await taken(world, row)

    assert await world.store.take_operation(row.id, owner="two", ttl_ms=TTL_MS) is None
    assert await world.store.free_operations(limit=9) == ()
    clock.forward(TTL_MS)
    assert [one.id for one in await world.store.free_operations(limit=9)] == [row.id]
    second = await taken(world, row, "two")

    assert second.token > first.token
    with pytest.raises(LeaseLost):
        await world.store.keep_operation(first, ttl_ms=TTL_MS)
    with pytest.raises(LeaseLost):
        await world.store.move_block(first, Block(0, 9, []), ttl_ms=TTL_MS)
    await world.store.let_go_operation(first)  # not theirs any more: changes nothing
    assert await world.store.free_operations(limit=9) == ()
    await world.store.keep_operation(second, ttl_ms=TTL_MS, sentence="It waits.")
    assert (await world.store.operation(row.id)).sentence == "It waits."
    await world.store.let_go_operation(second)
    assert len(await world.store.free_operations(limit=9)) == 1


async def test_the_first_node_on_its_own_database_need_not_wait(world: World) -> None:
    row = await begun(world)
    await taken(world, row)
    await world.store.expire_leases()

    assert [one.id for one in await world.store.free_operations(limit=9)] == [row.id]


async def test_a_block_moves_its_deliveries_and_its_position_together(world: World) -> None:
    ids = await dead(world, "A", "B", "C")
    row = await begun(world)
    held = await taken(world, row)

    assert await world.store.move_block(held, Block(0, ids[1], ids[:2]), ttl_ms=TTL_MS) == 2
    found = await world.store.operation(row.id)
    assert (found.position, found.done, found.moved, found.state) == (ids[1], 2, 2, Stage.RUNNING)

    with pytest.raises(LeaseLost):  # a second one from the same place moves nothing
        await world.store.move_block(held, Block(0, ids[1], ids[:2]), ttl_ms=TTL_MS)
    last = Block(ids[1], ids[2], ids[2:], last=True, worked_ms=40)
    assert await world.store.move_block(held, last, ttl_ms=TTL_MS) == 1

    found = await world.store.operation(row.id)
    assert (found.done, found.moved, found.state, found.worked_ms) == (3, 3, Stage.DONE, 40)
    assert found.ended_at is not None
    assert set((await world.states()).values()) == {State.PENDING}
    assert [one.cycle for one in await world.claim()] == [2, 2, 2]
    await world.sound()


async def test_what_cannot_be_moved_is_counted_and_told(world: World) -> None:
    ids = await dead(world, "A", "B")
    await world.ingest(incoming("C"))
    waiting = (await world.store.deliveries_of([3], "")).delivery_ids
    row = await begun(world)
    held = await taken(world, row)
    missing = [(99, "There is no record 99.")]
    block = Block(0, waiting[0], [*ids, *waiting], missing, last=True)

    assert await world.store.move_block(held, block, ttl_ms=TTL_MS) == 2

    found = await world.store.operation(row.id)
    assert (found.done, found.moved, found.refused) == (4, 2, 2)
    assert [record_id for record_id, _ in found.refusals] == [3, 99]
    assert all(sentence.endswith(".") for _, sentence in found.refusals)


async def test_old_versions_are_warned_of(world: World) -> None:
    (first,) = await dead(world, "A")
    await world.ingest(incoming("A", "b"))
    row = await begun(world)
    held = await taken(world, row)
    await world.store.move_block(held, Block(0, first, [first], last=True), ttl_ms=TTL_MS)

    found = await world.store.operation(row.id)
    assert found.warned == 1
    assert found.warnings == (
        "Record 1 is version 1 of 2: the target gets an older version than the newest.",
    )


async def test_skipping_in_bulk_gives_the_reason_on_each_delivery(world: World) -> None:
    await world.ingest(incoming("A"), incoming("B"))
    ids = (await world.store.deliveries_of([1, 2], "erp")).delivery_ids
    row = await begun(world, kind=Kind.SKIP, reason="a test order")
    held = await taken(world, row)
    await world.store.move_block(held, Block(0, ids[-1], ids, last=True), ttl_ms=TTL_MS)

    (found,) = (await world.store.record(1)).brief.deliveries
    assert (found.state, found.last_error) == (
        State.SKIPPED,
        "Cancelled by an operator: a test order",
    )
    await world.sound()


async def test_deliveries_of_named_records_are_found_and_the_rest_is_told(world: World) -> None:
    await world.ingest(incoming("A"), incoming("B"))

    found = await world.store.deliveries_of([1, 2, 9], "crm")
    assert found.delivery_ids == []
    assert [record_id for record_id, _ in found.missing] == [1, 2, 9]
    found = await world.store.deliveries_of([2, 1, 9], "")
    assert [id_ >> 20 for id_ in found.delivery_ids] == [1, 2]
    assert found.missing == [(9, "There is no record 9.")]


async def test_what_is_pulled_later_is_not_met(world: World) -> None:
    await dead(world, "A")
    row = await begun(world)
    await dead(world, "B")
    wanted = (await world.store.operation_scope(row.id)).wanted
    assert wanted is not None

    assert len(await world.store.delivery_ids(wanted, limit=9)) == 2
    met = await world.store.delivery_ids(wanted, limit=9, last_record=row.last_id)
    assert [id_ >> 20 for id_ in met] == [1]


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        (["pause"], Stage.PAUSED),
        (["pause", "resume"], Stage.RUNNING),
        (["cancel"], Stage.CANCELLED),
        (["pause", "cancel"], Stage.CANCELLED),
    ],
)
async def test_an_operator_steers_an_operation_and_its_owner_stops(
    world: World, steps: list[str], state: Stage
) -> None:
    ids = await dead(world, "A")
    row = await begun(world)
    held = await taken(world, row)
    for step in steps:
        assert (await world.store.steer_operation(row.id, step, by="ana")).id == row.id

    assert (await world.store.operation(row.id)).state is state
    with pytest.raises(LeaseLost):
        await world.store.move_block(held, Block(0, ids[0], ids), ttl_ms=TTL_MS)
    assert set((await world.states()).values()) == {State.DEAD}
    assert len(await world.store.free_operations(limit=9)) == (state is Stage.RUNNING)


@pytest.mark.parametrize(
    ("before", "step"), [("cancel", "resume"), ("cancel", "pause"), ("cancel", "cancel")]
)
async def test_a_step_that_does_not_fit_is_refused_with_a_sentence(
    world: World, before: str, step: str
) -> None:
    row = await begun(world)
    await world.store.steer_operation(row.id, before, by="ana")

    with pytest.raises(Conflict, match="is cancelled, so it cannot be"):
        await world.store.steer_operation(row.id, step, by="ana")
    with pytest.raises(NotFound):
        await world.store.steer_operation(77, step, by="ana")


async def test_a_failed_operation_can_be_resumed(world: World) -> None:
    row = await begun(world)
    held = await taken(world, row)
    await world.store.fail_operation(held, "The source is gone.")

    found = await world.store.operation(row.id)
    assert (found.state, found.sentence) == (Stage.FAILED, "The source is gone.")
    resumed = await world.store.steer_operation(row.id, "resume", by="ana")
    assert (resumed.state, resumed.ended_at, resumed.sentence) == (Stage.RUNNING, None, "")


async def test_an_operation_is_one_audit_row_with_its_numbers(world: World) -> None:
    ids = await dead(world, "A", "B")
    row = await begun(world, total=2, detail="2 deliveries")
    wanted = AuditFilter(what="resend")
    (entry,), _ = await world.store.audit_list(limit=9, wanted=wanted)
    assert (entry.by, entry.target, entry.detail) == (
        "ana from 10.0.0.1",
        "orders",
        f"operation {row.id}: 2 deliveries",
    )

    held = await taken(world, row)
    await world.store.move_block(held, Block(0, ids[0], ids[:1]), ttl_ms=TTL_MS)
    await world.store.move_block(held, Block(ids[0], ids[1], ids[1:], last=True), ttl_ms=TTL_MS)

    (entry,), _ = await world.store.audit_list(limit=9, wanted=wanted)
    assert entry.detail == f"operation {row.id}, done: 2 sent again"


async def test_a_repulled_page_leaves_the_live_cursor_alone(world: World) -> None:
    await world.ingest(incoming("A", "old"))
    live = await world.store.cursor(world.job.id, "all")
    row = await begun(
        world, kind=Kind.REPULL, wanted=None, shards=("all",), since="c 1", job_id=world.job.id
    )
    held = await taken(world, row)
    records = (incoming("A", "old"), incoming("B", "new"))
    page = PulledPage(exchange(), records, 2, "c 1", "c 2", 1, True, "Re-pull.")
    out = RepulledPage(page, "notes", world.consumers, 0.5)

    result = await world.store.commit_repulled(held, world.pull, out, ttl_ms=TTL_MS)

    assert (result.new, result.duplicates) == (1, 1)
    assert await world.store.cursor(world.job.id, "all") == live
    found = await world.store.operation(row.id)
    assert (found.cursor_at, found.cursor_state, found.done, found.moved) == ("c 2", "notes", 2, 1)
    assert found.share == 0.5
    pulls, _ = await world.store.pulls(world.job.id, limit=1)
    assert (pulls[0].cursor_before, pulls[0].cursor_after, pulls[0].note) == (
        "c 1",
        "c 2",
        "Re-pull.",
    )
    with pytest.raises(LeaseLost):  # the same page once more
        await world.store.commit_repulled(held, world.pull, out, ttl_ms=TTL_MS)
    last = RepulledPage(PulledPage(exchange(), (), 0, "c 2", "c 3", 2, False), "", world.consumers)
    await world.store.commit_repulled(held, world.pull, last, ttl_ms=TTL_MS)
    assert (await world.store.operation(row.id)).state is Stage.DONE
    await world.sound()


async def test_the_last_page_of_a_shard_leads_to_the_next_one(world: World) -> None:
    row = await begun(world, kind=Kind.REPULL, wanted=None, shards=("all", "west"), since="c 1")
    held = await taken(world, row)
    page = PulledPage(exchange(), (), 0, "c 1", "c 9", 1, False)
    out = RepulledPage(page, "notes", world.consumers, 1.0, "west")
    await world.store.commit_repulled(held, world.pull, out, ttl_ms=TTL_MS)

    found = await world.store.operation(row.id)
    assert (found.shard, found.cursor_at, found.cursor_state) == ("west", "c 1", "")
    assert (found.share, found.state) == (0.0, Stage.RUNNING)


async def test_a_repull_needs_its_shards_lease(store: Store, world: World) -> None:
    row = await begun(world, kind=Kind.REPULL, wanted=None, shards=("all",))
    held = await taken(world, row)
    world.clock.forward(30_000)
    await store.acquire([world.pull.key], owner="two", ttl_ms=TTL_MS)
    page = PulledPage(exchange(), (incoming("A"),), 1, None, "c", 1, False)

    with pytest.raises(LeaseLost):
        await store.commit_repulled(
            held, world.pull, RepulledPage(page, "", world.consumers), ttl_ms=TTL_MS
        )
    with pytest.raises(LeaseLost):
        await store.repull_failed(world.pull, FailedPull("status", "500.", None, 1))
    assert await world.everything() == []


async def test_a_failed_page_of_a_repull_is_kept_and_touches_no_cursor(world: World) -> None:
    live = await world.store.cursor(world.job.id, "all")
    failure = FailedPull("status", "The source answered 500.", "c 1", 1, note="Re-pull.")

    await world.store.repull_failed(world.pull, failure)

    assert await world.store.cursor(world.job.id, "all") == live
    (row,), _ = await world.store.pulls(world.job.id, limit=9)
    assert (row.error, row.note) == ("The source answered 500.", "Re-pull.")
