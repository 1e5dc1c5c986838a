"""Searches by expression: what matches is found whole, in slices that end, beside any filter."""

from __future__ import annotations

import itertools

import pytest

from engine.core.attempt import Outcome
from engine.core.delivery import Event, State
from engine.core.expression import ExpressionRefused
from engine.core.search import Search
from engine.store import lists, sieve
from engine.store.rows import RecordFilter
from tests.conformance.store_world import World, incoming, settlement

WANTED = 'record.content.endsWith("7")'


async def filled(world: World, count: int = 60) -> set[str]:
    """Records K000 … with their number as content; the keys that WANTED finds."""
    await world.ingest(*(incoming(f"K{n:03}", str(n)) for n in range(count)))
    return {f"K{n:03}" for n in range(count) if n % 10 == 7}


async def keys(world: World, wanted: RecordFilter) -> list[str]:
    return [one.key for one in await world.everything(wanted)]


def out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every slice looks at one record only."""
    monkeypatch.setattr(sieve, "SLICE_S", 0.0)


@pytest.mark.parametrize("hurried", [False, True])
async def test_what_matches_is_found_whole_and_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch, hurried: bool
) -> None:
    if hurried:
        out_of_time(monkeypatch)
    matching = await filled(world)

    assert await keys(world, RecordFilter(search=WANTED)) == sorted(matching, reverse=True)
    ids = await world.store.delivery_ids(RecordFilter(search=WANTED), limit=100)
    assert len(ids) == len(set(ids)) == len(matching)
    assert await world.store.count(RecordFilter(search=WANTED), cap=100) == (6, True)
    assert await world.store.count(RecordFilter(search=WANTED), cap=4) == (4, False)


@pytest.mark.timeout(240)  # a thousand questions to a server
@pytest.mark.parametrize(("hurried", "few"), [(False, 5000), (False, 3), (True, 3)])
async def test_a_search_works_with_every_other_filter(
    world: World, monkeypatch: pytest.MonkeyPatch, hurried: bool, few: int
) -> None:
    if hurried:
        out_of_time(monkeypatch)
    monkeypatch.setattr(lists, "FEW", few)
    matching = await filled(world, 20)
    world.clock.forward(1000)
    await filled(world, 40)
    claimed = await world.claim(20)
    await world.give_up(*claimed[:10])
    await world.accept(*claimed[10:])
    everything = await world.everything()
    start = everything[-1].pulled_at
    for states, prefix, job, consumer, until in itertools.product(
        [frozenset(), frozenset({State.DEAD}), frozenset({State.PENDING, State.DELIVERED})],
        [None, "K", "K01"],
        [None, world.job.id],
        [None, world.consumer],
        [None, start + 1],
    ):
        wanted = RecordFilter(job, consumer, states, key_prefix=prefix, until=until, search=WANTED)
        expected = {
            one.key
            for one in everything
            if one.key.startswith(prefix or "")
            and one.key in matching | {"K027", "K037"}
            and (not states or one.deliveries[0].state in states)
            and (until is None or one.pulled_at < until)
        }
        assert set(await keys(world, wanted)) == expected, wanted
        picked = await world.store.delivery_ids(wanted, limit=1000)
        assert len(picked) == len(expected), wanted


async def test_a_slice_ends_when_its_time_is_up_and_says_how_far_it_got(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(world)
    out_of_time(monkeypatch)

    page = await world.store.records(RecordFilter(search="false"), limit=50)

    assert (page.records, page.scanned) == ((), 1)
    assert page.next_cursor is not None


async def test_what_cannot_be_judged_does_not_match_and_is_counted(world: World) -> None:
    await filled(world, 5)

    misspelt = RecordFilter(search='record.contents == "1"')
    page = await world.store.records(misspelt, limit=50)

    assert (page.records, page.unjudged, page.next_cursor) == ((), 5, None)
    assert "contents" in page.unjudged_why


async def test_the_key_alone_can_be_searched_where_bodies_are_gone(world: World) -> None:
    await filled(world, 20)
    await world.accept(*await world.claim(20))
    world.clock.forward(40 * 86_400_000)
    while await world.store.retain(
        world.job.id,
        bodies_before=world.clock() - 30 * 86_400_000,
        attempts_before=0,
        limit=100,
    ):
        pass

    by_key = RecordFilter(search='key.endsWith("7")')
    by_body = await world.store.records(RecordFilter(search=WANTED), limit=50)

    assert await keys(world, by_key) == ["K017", "K007"]
    assert (by_body.records, by_body.unjudged) == ((), 20)
    assert "retention" in by_body.unjudged_why


async def test_retrying_deliveries_are_found_by_their_cause(world: World) -> None:
    await filled(world, 30)
    claimed = await world.claim(30)
    for number, one in enumerate(claimed):
        error = f"Order {number} is locked." if number % 3 else "The target answered 503."
        later = world.clock() + 60_000
        await world.store.settle(
            [settlement(one, Event.POSTPONE, due_at=later, outcome=Outcome.RETRY, error=error)]
        )
    locked = next(
        one for one in await world.store.failures() if one.cause.sentence == "Order # is locked."
    )
    wanted = RecordFilter(cause=locked.cause_id, states=frozenset({State.RETRYING}))

    assert locked.count == len(await keys(world, wanted)) == 20
    assert await world.store.count(wanted, cap=100) == (20, True)
    both = RecordFilter(cause=wanted.cause, states=wanted.states, search=WANTED)
    assert len(await keys(world, both)) == 2
    assert await keys(world, RecordFilter(cause=locked.cause_id)) == [], "none of them is dead"


def test_a_search_that_does_not_compile_is_refused_with_its_place() -> None:
    with pytest.raises(ExpressionRefused) as refused:
        Search("record.status = 3")

    assert refused.value.column == 15
