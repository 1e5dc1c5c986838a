"""What operators do: resend, skip, and what is kept about them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.core.delivery import State
from engine.store.faces import operating
from engine.store.rows import RecordFilter
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, incoming


async def spread(world: World) -> dict[str, int]:
    """One delivery in each state, by the state's word."""
    words = ["delivered", "dead", "skipped", "retrying", "sending", "pending"]
    await world.ingest(*(incoming(word) for word in words))
    claimed = {one.key: one for one in await world.claim()}
    await world.accept(claimed["delivered"])
    await world.give_up(claimed["dead"])
    await world.postpone(claimed["skipped"], claimed["retrying"], wait_ms=0)
    await world.store.skip([claimed["skipped"].delivery_id], by="tester")
    await world.postpone(claimed["pending"], wait_ms=0)
    await world.store.skip([claimed["pending"].delivery_id], by="tester")
    await world.store.resend([claimed["pending"].delivery_id], by="tester", due_at=0)
    return {word: one.delivery_id for word, one in claimed.items()}


async def test_settled_deliveries_start_a_new_cycle_and_keep_their_history(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    await world.give_up(one)

    assert await world.store.resend([one.delivery_id], by="tester", due_at=0) == [
        (one.delivery_id, True, "")
    ]

    (again,) = await world.claim()
    assert (again.cycle, again.number) == (2, 1)
    await world.accept(again)
    detail = await world.store.record(one.record_id)
    assert [(row.cycle, row.number) for row in detail.attempts[one.delivery_id]] == [(1, 1), (2, 1)]
    await world.sound()


@pytest.mark.parametrize("due_in", [0, 5000])
async def test_a_resent_delivery_is_not_due_before_it_is_said_to_be(
    world: World, due_in: int
) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    await world.accept(one)
    await world.store.resend([one.delivery_id], by="tester", due_at=world.clock() + due_in)

    assert await world.store.next_due(world.consumer, range(4)) == world.clock() + due_in


async def test_only_what_the_table_of_moves_allows_is_resent_or_skipped(world: World) -> None:
    of = await spread(world)
    before = await world.states()

    resent = await world.store.resend(
        [of["retrying"], of["sending"], of["pending"], 77], by="tester", due_at=0
    )
    skipped = await world.store.skip([of["delivered"], of["skipped"], 77], by="tester")

    assert [ok for _, ok, _ in (*resent, *skipped)] == [False] * 7
    assert all(reason.endswith(".") for _, _, reason in (*resent, *skipped))
    assert await world.states() == before
    await world.sound()

    resent = await world.store.resend(
        [of["delivered"], of["dead"], of["skipped"]], by="tester", due_at=0
    )
    skipped = await world.store.skip([of["retrying"], of["pending"]], by="tester")
    assert [ok for _, ok, _ in (*resent, *skipped)] == [True] * 5
    await world.sound()


async def test_an_id_named_twice_is_moved_once(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    await world.accept(one)

    moved = await world.store.resend([one.delivery_id] * 2, by="tester", due_at=0)

    assert moved == [(one.delivery_id, True, "")]
    await world.sound()


async def test_what_an_operator_does_leaves_an_audit_row(world: World) -> None:
    of = await spread(world)
    await world.store.audit("robot", "look", "orders", "why", "10.0.0.1")
    await world.store.resend([of["delivered"], of["dead"]], by="tester", due_at=0)

    (newest, look, *_), _ = await world.store.audit_list(limit=100)
    assert (newest.what, newest.target, newest.by) == ("resend", "2 deliveries", "tester")
    assert (look.what, look.detail, look.place) == ("look", "why", "10.0.0.1")
    (next_page,), _ = await world.store.audit_list(limit=1, after=newest.id)
    assert next_page == look


# ---- picking


async def test_bulk_ids_come_in_order_block_by_block_until_there_are_no_more(
    world: World,
) -> None:
    await world.save([("erp", "beginning"), ("crm", "beginning")])
    for n in range(5):
        await world.ingest(*(incoming(f"K{i}", str(n)) for i in range(10)))
    wanted = RecordFilter(job_id=world.job.id, states=frozenset({State.PENDING}))

    blocks: list[list[int]] = []
    after = 0
    while block := await world.store.delivery_ids(wanted, limit=30, after_id=after):
        blocks.append(block)
        after = block[-1]

    ids = [id_ for block in blocks for id_ in block]
    assert [len(block) for block in blocks] == [30, 30, 30, 10]
    assert all(one < other for one, other in pairwise(ids))


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (RecordFilter(), 60),
        (RecordFilter(states=frozenset({State.DELIVERED})), 5),
        (RecordFilter(key="K1"), 6),
        (RecordFilter(key_prefix="K1"), 6),
        (RecordFilter(key_prefix="K"), 60),
        (RecordFilter(key_prefix="K", states=frozenset({State.DELIVERED})), 5),
        (RecordFilter(key_prefix="none"), 0),
        (RecordFilter(consumer_id=77), 0),
        (RecordFilter(since=1, until=2), 0),
    ],
)
async def test_what_matches_is_counted_and_picked_alike(
    world: World, wanted: RecordFilter, number: int
) -> None:
    await world.save([("erp", "beginning"), ("crm", "beginning")])
    for n in range(3):
        await world.ingest(*(incoming(f"K{i}", str(n)) for i in range(10)))
    await world.accept(*await world.claim(5))

    assert await world.store.count(wanted, cap=1000) == (number, True)
    assert len(await world.store.delivery_ids(wanted, limit=1000)) == number


async def test_a_count_stops_at_its_cap(world: World) -> None:
    await world.ingest(*(incoming(f"K{i}") for i in range(20)))

    assert await world.store.count(RecordFilter(key_prefix="K"), cap=7) == (7, False)
    assert await world.store.count(RecordFilter(key_prefix="K"), cap=20) == (20, True)


async def test_a_count_goes_slice_by_slice_and_stops_when_its_time_is_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operating, "COUNT_SLICE", 3)
    await world.ingest(*(incoming(f"K{i}") for i in range(20)))
    wanted = RecordFilter(key_prefix="K")

    assert await world.store.count(wanted, cap=100) == (20, True)
    assert await world.store.count(wanted, cap=10) == (10, False)
    assert await world.store.count(wanted, cap=100, within_s=0) == (3, False)
    assert await world.store.count(RecordFilter(key_prefix="K1"), cap=100) == (11, True)


# ---- secrets, tokens, nodes


async def test_secrets_and_channels_of_one_name_are_two_things(store: Store) -> None:
    await store.secret_put("x", b"n1", b"sealed", by="tester")
    await store.secret_put("x", b"n2", b"other", by="tester", use="channel")
    await store.secret_put("x", b"n3", b"again", by="robot")

    assert await store.secret_get("x") == (b"n3", b"again")
    assert await store.secret_get("x", use="channel") == (b"n2", b"other")
    assert [(row.name, row.updated_by) for row in await store.secret_names()] == [("x", "robot")]
    await store.secret_delete("x", by="tester")
    assert await store.secret_get("x") is None
    assert len(await store.secret_names(use="channel")) == 1
    rows, _ = await store.audit_list(limit=2)
    assert [row.what for row in rows] == ["delete secret", "set secret"]


async def test_tokens_are_found_by_hash_and_revoked(store: Store, clock: HandClock) -> None:
    id_ = await store.token_add("ci", b"hash", "read", clock() + 1000, by="tester")

    row = await store.token_by_hash(b"hash")
    assert row is not None
    assert (row.id, row.name, row.scope, row.expires_at) == (id_, "ci", "read", clock() + 1000)
    assert await store.token_by_hash(b"none") is None
    await store.token_revoke(id_, by="tester")
    clock.forward(5)
    await store.token_revoke(id_, by="tester")
    (row,) = await store.tokens()
    assert row.revoked_at == clock() - 5


async def test_nodes_are_known_by_when_they_were_last_seen(store: Store, clock: HandClock) -> None:
    await store.node_seen("one", "0.1", "http://127.0.0.1:1", clock())
    clock.forward(5)
    await store.node_seen("one", "0.2", "https://127.0.0.1:2", clock(), fingerprint="ab" * 32)

    (row,) = await store.nodes()
    assert (row.name, row.version, row.url, row.seen_at) == (
        "one",
        "0.2",
        "https://127.0.0.1:2",
        clock(),
    )
    assert row.fingerprint == "ab" * 32
    assert row.started_at == clock() - 5
