"""Failures are counted by their cause in the very transaction that fails, resends or deletes."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import Any

import pytest

from engine.core.attempt import Exchange, Outcome, RequestEvidence, ResponseEvidence
from engine.core.causes import ELSEWHERE, UNGROUPED
from engine.core.delivery import Event, State
from engine.core.record import Claimed
from engine.store import causes
from engine.store.causes import FailureGroup
from engine.store.dialects.sqlite import driver
from engine.store.migrations import m0002_causes
from engine.store.rows import RecordFilter
from engine.store.store import Store
from tests.conformance.store_world import START, HandClock, World, incoming, settlement


def answered(status: int, body: bytes) -> Exchange:
    return Exchange(
        RequestEvidence("POST", "http://t/", (), None),
        ResponseEvidence(status, (), body, len(body), hashlib.sha256(body).digest()),
        START,
        1,
    )


async def give_up(
    world: World, claimed: list[Claimed], error: str, *, status: int = 422, body: bytes = b""
) -> None:
    moved = await world.store.settle(
        [
            settlement(
                one,
                Event.GIVE_UP,
                at=world.clock(),
                outcome=Outcome.REJECTED,
                error=error.format(n=number),
                shared=answered(status, body),
            )
            for number, one in enumerate(claimed, 1000)
        ]
    )
    assert all(moved)


async def groups(store: Store, **wanted: Any) -> dict[str, FailureGroup]:
    return {one.cause.sentence: one for one in await store.failures(**wanted)}


async def test_failures_that_differ_in_ids_only_are_one_group(
    world: World, clock: HandClock
) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(10)))
    claimed = await world.claim(10)
    await give_up(world, claimed[:4], "Order {n} is unknown.")
    clock.forward(1000)
    await give_up(world, claimed[4:6], "Order {n} is unknown.")
    await give_up(world, claimed[6:8], "The target answered 500.", status=500)
    await world.accept(*claimed[8:])

    found = await groups(world.store)

    assert {sentence: one.count for sentence, one in found.items()} == {
        "Order # is unknown.": 6,
        "The target answered 500.": 2,
    }
    largest = found["Order # is unknown."]
    assert (largest.job, largest.consumer, largest.state) == ("orders", "erp", State.DEAD)
    assert (largest.first_at, largest.last_at) == (START, START + 1000)
    assert largest.record_id == claimed[5].record_id
    assert largest.sample == "Order 1001 is unknown."
    await world.sound()


async def test_what_the_answer_says_tells_failures_of_one_status_apart(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(3)))
    claimed = await world.claim(3)
    await give_up(world, claimed[:2], "Refused.", body=b'{"msg": "the stock is empty"}')
    await give_up(world, claimed[2:], "Refused.", body=b'{"msg": "the amount is missing"}')

    assert set(await groups(world.store)) == {
        "Refused. the stock is empty",
        "Refused. the amount is missing",
    }


async def test_a_cause_filters_lists_counts_and_bulk_operations(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(10)))
    claimed = await world.claim(10)
    await give_up(world, claimed[:3], "One.")
    await give_up(world, claimed[3:], "Another.")
    cause = (await groups(world.store))["One."].cause_id
    wanted = RecordFilter(cause=cause)

    listed = await world.everything(wanted)

    assert [one.record_id for one in listed] == [one.record_id for one in reversed(claimed[:3])]
    assert all(one.deliveries[0].state is State.DEAD for one in listed)
    assert await world.store.count(wanted, cap=100) == (3, True)
    ids = await world.store.delivery_ids(wanted, limit=100)
    assert ids == [one.delivery_id for one in claimed[:3]]
    keyed = RecordFilter(cause=cause, key=claimed[1].key)
    assert [one.key for one in await world.everything(keyed)] == [claimed[1].key]
    assert await world.store.count(keyed, cap=100) == (1, True)
    prefixed = RecordFilter(cause=cause, key_prefix="K")
    assert len(await world.everything(prefixed)) == 3
    assert await world.everything(RecordFilter(cause=cause, consumer_id=99)) == []
    assert await world.everything(RecordFilter(cause=1)) == []


async def test_pages_of_a_cause_follow_one_another_without_gap(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(120)))
    await give_up(world, await world.claim(120), "One.")
    cause = (await groups(world.store))["One."].cause_id

    listed = await world.everything(RecordFilter(cause=cause))  # in pages of 50

    assert len(listed) == len({one.record_id for one in listed}) == 120


async def test_what_is_sent_again_leaves_its_group_and_an_empty_group_goes(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(4)))
    claimed = await world.claim(4)
    await give_up(world, claimed, "One.")
    first, *rest = [one.delivery_id for one in claimed]
    await world.store.resend([first], by="tester", due_at=0)

    assert (await groups(world.store))["One."].count == 3
    await world.sound()

    await world.store.resend(rest, by="tester", due_at=0)
    assert await groups(world.store) == {}
    await world.sound()

    await give_up(world, await world.claim(4), "Two.")
    assert (await groups(world.store))["Two."].count == 4
    await world.sound()


async def test_failures_that_are_put_away_leave_their_group_and_stay_evidence(
    world: World,
) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(3)))
    claimed = await world.claim(3)
    await give_up(world, claimed, "One.")
    first, *rest = [one.delivery_id for one in claimed]

    assert await world.store.skip([first], by="tester", reason="called the shop") == [
        (first, True, "")
    ]

    assert (await groups(world.store))["One."].count == 2
    detail = await world.store.record(claimed[0].record_id)
    (delivery,) = detail.brief.deliveries
    assert delivery.state is State.SKIPPED
    assert delivery.number == 1
    assert delivery.last_error == "Put away by an operator: called the shop"
    await world.sound()

    await world.store.skip(rest, by="tester")
    assert await groups(world.store) == {}
    await world.sound()

    await world.store.resend([first], by="tester", due_at=0)  # it can be taken back
    assert [one.delivery_id for one in await world.claim(3)] == [first]
    await world.sound()


async def test_retrying_deliveries_are_grouped_by_their_last_error(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(4)))
    claimed = await world.claim(4)
    await world.postpone(*claimed[:3])
    await world.accept(*claimed[3:])

    (group,) = await world.store.failures()

    assert (group.state, group.count, group.exact) == (State.RETRYING, 3, True)
    assert group.cause.sentence == group.sample == "busy"
    assert group.record_id == claimed[2].record_id


async def test_a_flood_of_different_errors_makes_a_bounded_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "MOST", 3)
    await world.ingest(*(incoming(f"K{n}") for n in range(8)))
    for letter, one in zip("abcdefgh", await world.claim(8), strict=True):
        await give_up(world, [one], f"It is {letter * 3}.")

    found = await groups(world.store)

    assert len(found) == 4
    assert found[ELSEWHERE].count == 5
    await world.sound()


async def test_groups_are_of_one_consumer_and_can_be_asked_for_by_it(
    store: Store, clock: HandClock
) -> None:
    world = await World(store, clock).begin([("erp", "beginning"), ("crm", "beginning")])
    await world.ingest(incoming("K1"), incoming("K2"))
    erp, crm = world.consumers
    await give_up(world, await world.claim(2, consumer=erp), "Same.")
    await give_up(world, await world.claim(1, consumer=crm), "Same.")

    assert [(one.consumer, one.count) for one in await store.failures()] == [("erp", 2), ("crm", 1)]
    assert [one.count for one in await store.failures(consumer_id=crm)] == [1]
    assert await store.failures(job_id=99) == ()


async def test_a_deleted_job_takes_its_causes_along(world: World) -> None:
    await world.ingest(incoming("K1"))
    await give_up(world, await world.claim(1), "One.")
    await world.store.delete_job(world.job.id, by="tester")
    await world.store.settle_down()

    assert await groups(world.store) == {}
    await world.sound()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_dead_before_causes_were_kept_is_grouped_by_its_status(
    world: World, database_url: str
) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(6)))
    claimed = await world.claim(6)
    await give_up(world, claimed[:2], "One.", status=422)
    await give_up(world, claimed[2:5], "Another.", status=500)
    await world.store.close()
    with closing(driver.connect(database_url.removeprefix("sqlite:///"))) as raw, raw:
        raw.execute("DELETE FROM failure")
        raw.execute("DELETE FROM cause")
        for statement in m0002_causes.STATEMENTS:
            if statement.startswith("INSERT"):
                raw.execute(statement)

    store = await Store.open(database_url, clock=world.clock, node="two")
    try:
        assert {(one.cause.status, one.count) for one in await store.failures()} == {
            (422, 2),
            (500, 3),
        }
        assert {one.cause.sentence for one in await store.failures()} == {UNGROUPED}
        ids = [one.delivery_id for one in claimed[:5]]
        await store.resend(ids, by="tester", due_at=0)
        assert await store.failures() == ()
        assert await store.check() == ([], 12)
    finally:
        await store.close()
