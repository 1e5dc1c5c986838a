"""Claims and what becomes of them: guards, order, zombies, recovery, evidence."""

from __future__ import annotations

import asyncio

import pytest

from engine.core.attempt import Outcome
from engine.core.delivery import Event, State
from engine.store.errors import LeaseLost
from engine.store.rows import LeaseKey, Settlement, WorkKind
from engine.store.store import Store
from tests.conformance.store_world import (
    TTL_MS,
    HandClock,
    World,
    changed,
    exchange,
    incoming,
    settlement,
)


async def test_a_claim_gives_what_is_due_once_with_its_bytes_and_key(world: World) -> None:
    await world.ingest(incoming("A"), incoming("B"))

    claimed = await world.claim()

    assert {(one.key, one.version, one.number, one.cycle) for one in claimed} == {
        ("A", 1, 1, 1),
        ("B", 1, 1, 1),
    }
    assert all(one.payload == b'{"content":"a"}' for one in claimed)
    assert all(one.token == world.push[one.shard].token for one in claimed)
    assert await world.claim() == []
    assert set((await world.states()).values()) == {State.SENDING}
    await world.sound()


async def test_a_claim_takes_no_more_than_asked_and_the_earliest_due_first(world: World) -> None:
    for n in range(6):
        await world.ingest(incoming(f"K{n}"))
        world.clock.forward(10)

    first, rest = await world.claim(4), await world.claim(4)

    assert [one.key for one in first] == ["K0", "K1", "K2", "K3"]
    assert [one.key for one in rest] == ["K4", "K5"]


async def test_a_claim_is_bounded_by_bytes_and_gives_large_payloads_whole(world: World) -> None:
    large = changed(incoming("A"), payload=b"x" * 20_000_000)
    await world.ingest(large, changed(incoming("B"), payload=b"y" * 20_000_000), incoming("C"))

    first = await world.claim()
    second = await world.claim()

    assert [(one.key, len(one.payload)) for one in first] == [("A", 20_000_000)]
    assert [one.key for one in second] == ["B", "C"]


async def test_the_idempotency_key_is_one_for_all_attempts_and_cycles(world: World) -> None:
    await world.ingest(incoming("A"))
    keys = []
    for _ in range(2):
        (one,) = await world.claim()
        keys.append(one.idempotency_key)
        await world.postpone(one, wait_ms=0)
    (one,) = await world.claim()
    keys.append(one.idempotency_key)
    await world.accept(one)
    await world.store.resend([one.delivery_id], by="tester", due_at=0)
    (again,) = await world.claim()

    assert {*keys, again.idempotency_key} == {f"dlv_{world.store.ledger_id}{one.delivery_id:x}"}
    assert (again.cycle, again.number) == (2, 1)


async def test_an_accepted_delivery_has_its_evidence(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    world.clock.forward(1500)

    assert await world.accept(one) == [True]

    detail = await world.store.record(one.record_id)
    (delivery,) = detail.brief.deliveries
    assert (delivery.state, delivery.settled_at) == (State.DELIVERED, world.clock())
    assert (delivery.last_outcome, delivery.last_status) == (Outcome.ACCEPTED, 200)
    (attempt,) = detail.attempts[delivery.delivery_id]
    assert attempt.exchange == exchange()
    assert (attempt.cycle, attempt.number, attempt.outcome) == (1, 1, Outcome.ACCEPTED)
    minute = world.clock() // 60_000
    series = {
        (what, n)
        for _, _, consumer, what, n in await world.store.series(minute, minute)
        if consumer
    }
    assert ("latency_1280", 1) in series  # 1500 ms lie between 1280 and 1536
    await world.sound()


async def test_each_attempt_of_a_retried_delivery_leaves_a_row(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    await world.postpone(one, wait_ms=5000)
    assert await world.claim() == []
    assert await world.store.next_due(world.consumer, range(4)) == world.clock() + 5000
    world.clock.forward(5000)

    (two,) = await world.claim()
    await world.give_up(two)

    assert (two.number, two.cycle_started_at) == (2, one.cycle_started_at)
    detail = await world.store.record(one.record_id)
    assert [(row.number, row.outcome, row.error) for row in detail.attempts[one.delivery_id]] == [
        (1, Outcome.RETRY, "busy"),
        (2, Outcome.REJECTED, "bad"),
    ]
    assert detail.brief.deliveries[0].state is State.DEAD
    await world.sound()


async def test_a_released_claim_leaves_no_attempt_and_spends_none(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()

    assert await world.store.settle([settlement(one, Event.RELEASE, due_at=world.clock())]) == [
        True
    ]

    (again,) = await world.claim()
    assert (again.number, again.cycle) == (1, 1)
    assert (await world.store.record(one.record_id)).attempts == {}
    await world.sound()


async def test_a_batch_keeps_its_shared_request_once_and_shows_it_for_all(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(3)))
    first, *others = await world.claim()
    shared = exchange(b"all good", sent=b"[1, 2, 3]")

    moved = await world.store.settle(
        [
            settlement(first, shared=shared),
            *(settlement(one, exchange_of=0) for one in others),
        ]
    )

    assert moved == [True, True, True]
    for one in (first, *others):
        detail = await world.store.record(one.record_id)
        (attempt,) = detail.attempts[one.delivery_id]
        assert attempt.exchange == shared
        assert detail.brief.deliveries[0].last_status == 200
    await world.sound()


async def test_a_batch_keeps_its_request_when_the_delivery_that_carried_it_was_lost(
    world: World,
) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(3)))
    first, *others = await world.claim()
    await world.accept(first)
    shared = exchange(b"all good", sent=b"[1, 2, 3]")

    moved = await world.store.settle(
        [settlement(first, shared=shared), *(settlement(one, exchange_of=0) for one in others)]
    )

    assert moved == [False, True, True]
    for one in others:
        detail = await world.store.record(one.record_id)
        assert [row.exchange for row in detail.attempts[one.delivery_id]] == [shared]
    await world.sound()


async def test_a_response_is_cut_and_its_whole_length_is_kept(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    large = exchange(b"x" * 100_000)
    assert large.response is not None
    uncut = changed(large, response=changed(large.response, body=b"x" * 100_000))

    await world.store.settle([settlement(one, shared=uncut)])

    detail = await world.store.record(one.record_id)
    assert detail.attempts[one.delivery_id][0].exchange == large


async def test_evidence_that_is_no_unicode_text_is_kept_with_escapes(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    odd = exchange()
    odd = changed(odd, request=changed(odd.request, headers=(("x", "\udc80"),)))

    await world.store.settle([changed(settlement(one, shared=odd), error="\ud800 bro\0ke")])

    (row,) = (await world.store.record(one.record_id)).attempts[one.delivery_id]
    assert row.error == "\\ud800 bro\\x00ke"
    assert row.exchange is not None
    assert row.exchange.request.headers == (("x", "\\udc80"),)


WRONG = {
    "token": lambda one: changed(one, token=one.token + 100),
    "cycle": lambda one: changed(one, cycle=one.cycle + 1),
    "number": lambda one: changed(one, number=one.number + 1),
    "delivery": lambda one: changed(one, delivery_id=one.delivery_id + (1 << 40)),
    "shard": lambda one: changed(one, shard=77),
    "consumer": lambda one: changed(one, consumer_id=77),
}


@pytest.mark.parametrize("what", sorted(WRONG))
async def test_a_verdict_that_names_the_claim_wrongly_changes_nothing(
    world: World, what: str
) -> None:
    await world.ingest(incoming("A"), incoming("B"))
    one, other = await world.claim()
    wrong: Settlement = WRONG[what](settlement(one))

    assert await world.store.settle([wrong, settlement(other)]) == [False, True]

    detail = await world.store.record(one.record_id)
    assert (detail.brief.deliveries[0].state, detail.attempts) == (State.SENDING, {})
    await world.sound()


@pytest.mark.parametrize("event", [Event.ACCEPT, Event.GIVE_UP, Event.POSTPONE, Event.RELEASE])
@pytest.mark.parametrize("state", ["pending", "delivered", "dead", "skipped", "retrying"])
async def test_a_verdict_moves_only_what_is_being_sent(
    world: World, event: Event, state: str
) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    match state:
        case "pending":
            await world.store.settle([settlement(one, Event.RELEASE, due_at=0)])
        case "delivered":
            await world.accept(one)
        case "dead":
            await world.give_up(one)
        case "skipped":
            await world.postpone(one)
            await world.store.skip([one.delivery_id], by="tester")
        case "retrying":
            await world.postpone(one)
    before = await world.store.record(one.record_id)

    assert await world.store.settle([settlement(one, event)]) == [False]

    assert await world.store.record(one.record_id) == before
    await world.sound()


async def test_one_verdict_given_twice_in_one_call_counts_once(world: World) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()

    assert await world.store.settle([settlement(one), settlement(one)]) == [True, False]
    await world.sound()


# ---- order of a key


async def test_versions_of_a_key_go_out_one_after_the_other(world: World) -> None:
    for content in "abc":
        await world.ingest(incoming("A", content), incoming(f"other {content}"))

    order = []
    while claimed := await world.claim():
        mine = [one for one in claimed if one.key == "A"]
        assert len(mine) <= 1
        order += [one.version for one in mine]
        await world.accept(*claimed)

    assert order == [1, 2, 3]
    await world.sound()


@pytest.mark.parametrize("end", ["accept", "give_up", "skip"])
async def test_a_stuck_version_holds_back_its_key_alone_until_it_is_settled(
    world: World, end: str
) -> None:
    await world.ingest(incoming("A", "1"), incoming("A", "2"), incoming("A", "3"))
    (one,) = await world.claim()
    await world.postpone(one, wait_ms=3_600_000)
    await world.ingest(incoming("B"))

    assert [other.key for other in await world.claim()] == ["B"]
    assert await world.claim() == []
    match end:
        case "skip":
            await world.store.skip([one.delivery_id], by="tester")
        case _:
            world.clock.forward(3_600_000)
            (again,) = await world.claim()
            assert again.version == 1
            await (world.accept(again) if end == "accept" else world.give_up(again))

    assert [(other.key, other.version) for other in await world.claim()] == [("A", 2)]
    await world.sound()


async def test_a_version_that_was_put_off_needs_no_wake_up_to_go_in_the_end(world: World) -> None:
    await world.ingest(incoming("A", "1"), incoming("A", "2"))
    (one,) = await world.claim()
    assert await world.claim() == []  # puts version 2 off
    await world.give_up(one)
    world.clock.forward(60_000)

    assert [other.version for other in await world.claim()] == [2]


async def test_without_order_all_versions_go_at_once(world: World) -> None:
    await world.ingest(*(incoming("A", content) for content in "abc"))

    assert len(await world.claim(per_key=False)) == 3


async def test_a_resent_old_version_goes_before_newer_ones_that_wait(world: World) -> None:
    await world.ingest(incoming("A", "1"))
    (one,) = await world.claim()
    await world.accept(one)
    await world.store.resend([one.delivery_id], by="tester", due_at=world.clock() + 1000)
    await world.ingest(incoming("A", "2"))

    assert await world.claim() == []
    world.clock.forward(1000)
    (again,) = await world.claim()
    assert (again.version, again.cycle) == (1, 2)
    await world.accept(again)
    assert [other.version for other in await world.claim()] == [2]


async def test_order_holds_for_each_consumer_by_itself(world: World) -> None:
    await world.save([("erp", "beginning"), ("crm", "beginning")])
    erp, crm = world.consumers
    await world.ingest(incoming("A", "1"), incoming("A", "2"))
    (one,) = await world.claim(consumer=erp)
    await world.accept(one)

    assert [other.version for other in await world.claim(consumer=erp)] == [2]
    assert [other.version for other in await world.claim(consumer=crm)] == [1]


# ---- leases and owners


async def test_a_claim_without_any_lease_is_refused(world: World) -> None:
    await world.ingest(incoming("A"))
    world.clock.forward(TTL_MS)
    await world.store.acquire([lease.key for lease in world.push], owner="two", ttl_ms=TTL_MS)

    with pytest.raises(LeaseLost):
        await world.claim()


async def test_a_claim_takes_nothing_from_shards_of_others(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(40)))
    world.clock.forward(TTL_MS)
    lost = world.push[2].key
    await world.store.acquire([lost], owner="two", ttl_ms=TTL_MS)

    claimed = await world.claim()

    assert {one.shard for one in claimed} == {0, 1, 3}
    assert len(claimed) == 30


async def test_a_zombie_settles_nothing_after_its_shards_were_taken_over(
    database_url: str, world: World, clock: HandClock
) -> None:
    await world.ingest(incoming("A"))
    (one,) = await world.claim()
    clock.forward(TTL_MS)
    other = await Store.open(database_url, clock=clock, node="two")
    try:
        second = World(other, clock, owner="two")
        second.job = world.job
        await second.take()

        assert await world.accept(one) == [False]

        (left,) = await other.recoverable(world.consumer, second.push, limit=10)
        assert (left.delivery_id, left.token, left.number) == (one.delivery_id, one.token, 1)
        unknown = changed(
            settlement(left, Event.POSTPONE, outcome=Outcome.UNKNOWN, due_at=clock()),
            exchange=None,
            error_kind="crash",
        )
        assert await other.settle([unknown]) == [True]
        assert await world.accept(one) == [False]
        (again,) = await second.claim()
        assert (again.number, again.payload) == (2, one.payload)
        assert await other.settle([settlement(again)]) == [True]
        assert await world.accept(one) == [False]
        detail = await other.record(one.record_id)
        assert [row.outcome for row in detail.attempts[one.delivery_id]] == [
            Outcome.UNKNOWN,
            Outcome.ACCEPTED,
        ]
        assert [row.node for row in detail.attempts[one.delivery_id]] == ["two", "two"]
    finally:
        await other.close()
    await world.sound()


async def test_what_is_in_flight_under_a_living_lease_is_not_recoverable(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(8)))
    claimed = await world.claim()

    assert await world.store.recoverable(world.consumer, world.push, limit=10) == []

    await world.save(push_shards=2)  # deliveries in flight move to other shards
    await world.store.settle_down()
    assert await world.store.recoverable(world.consumer, world.push, limit=10) == []
    assert await world.accept(*claimed) == [True] * 8
    await world.sound()


async def test_a_restarted_node_recovers_its_own_claims_at_once(
    database_url: str, world: World, clock: HandClock
) -> None:
    await world.ingest(incoming("A"))
    await world.claim()
    await world.store.close()

    again = await Store.open(database_url, clock=clock, node="one")
    try:
        await again.expire_leases()
        second = World(again, clock, owner="one, second start")
        second.job = world.job
        await second.take()
        assert len(await again.recoverable(world.consumer, second.push, limit=10)) == 1
    finally:
        await again.close()


async def test_what_was_claimed_for_a_cancelled_caller_is_released(world: World) -> None:
    await world.ingest(incoming("A"))
    task = asyncio.create_task(world.claim())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async def until_free() -> int:
        while not (claimed := await world.claim()):
            await asyncio.sleep(0)
        return claimed[0].number

    assert await asyncio.wait_for(until_free(), 5) == 1
    await world.sound()


async def test_nothing_is_claimed_for_a_removed_consumer(world: World) -> None:
    await world.ingest(incoming("A"))
    gone = world.consumer
    await world.save([("crm", "now")])

    assert await world.claim(consumer=gone) == []


# ---- leases


async def test_a_lease_has_one_owner_and_each_new_owner_a_higher_token(
    store: Store, world: World, clock: HandClock
) -> None:
    key = LeaseKey(world.job.id, WorkKind.PUSH, "0")
    first = world.push[0]

    assert await store.acquire([key], owner="two", ttl_ms=TTL_MS) == ()
    (renewed,) = await store.acquire([key], owner="one", ttl_ms=TTL_MS)
    assert renewed.token == first.token
    clock.forward(TTL_MS)
    (taken,) = await store.acquire([key], owner="two", ttl_ms=TTL_MS)
    assert taken.token > first.token
    assert await store.acquire([key], owner="one", ttl_ms=TTL_MS) == ()
    await store.release([first])  # not theirs any more: changes nothing
    assert await store.acquire([key], owner="three", ttl_ms=TTL_MS) == ()
    await store.release([taken])
    (again,) = await store.acquire([key], owner="two", ttl_ms=TTL_MS)
    assert again.token > taken.token


async def test_no_lease_is_given_on_a_job_that_does_not_exist(store: Store) -> None:
    key = LeaseKey(77, WorkKind.PULL, "all")

    assert await store.acquire([key], owner="one", ttl_ms=TTL_MS) == ()
