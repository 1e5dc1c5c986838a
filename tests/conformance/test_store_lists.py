"""Lists: every combination of filters, page by page, against a plain look at everything."""

from __future__ import annotations

import itertools
import random

import pytest

from engine.core.delivery import State
from engine.core.errors import NotFound, OperatorError
from engine.store import lists, picks
from engine.store.rows import RecordBrief, RecordFilter
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, incoming

KEYS = ["a", "ab", "abc", "b", "b\tc", "Ж", "Жук", "\U0010ffff", "\U0010ffffx", "\ud7ff"]


@pytest.fixture
async def busy(store: Store, clock: HandClock) -> list[World]:
    """Two jobs with many versions of few keys, deliveries in every state, times that move on."""
    rng = random.Random(7)
    worlds = []
    for name in ("one", "two"):
        world = World(store, clock)
        await world.begin([("erp", "beginning"), ("crm", "beginning")], name=name)
        worlds.append(world)
    for n in range(30):
        clock.forward(1000)
        world = rng.choice(worlds)
        erp, crm = world.consumers
        await world.ingest(
            *(
                incoming(key, f"{n}", skipped_by=rng.choice([[], [crm]]))
                for key in rng.sample(KEYS, 4)
            )
        )
        claimed = await world.claim(4, consumer=rng.choice([erp, crm]), per_key=False)
        for one in claimed:
            match rng.randrange(4):
                case 0:
                    await world.accept(one)
                case 1:
                    await world.give_up(one)
                case 2:
                    await world.postpone(one)
    return worlds


def matches(record: RecordBrief, wanted: RecordFilter) -> bool:
    """What a filter means, told once more."""
    if wanted.job_id not in (None, record.job_id) or wanted.key not in (None, record.key):
        return False
    if not record.key.startswith(wanted.key_prefix or ""):
        return False
    if wanted.since is not None and record.pulled_at < wanted.since:
        return False
    if wanted.until is not None and record.pulled_at >= wanted.until:
        return False
    return any(
        wanted.consumer_id in (None, each.consumer_id)
        and (not wanted.states or each.state in wanted.states)
        for each in record.deliveries
    )


async def paged(store: Store, wanted: RecordFilter, limit: int) -> list[RecordBrief]:
    """All pages of a list, in order."""
    found: list[RecordBrief] = []
    after: str | None = None
    for _ in range(1000):
        page = await store.records(wanted, limit=limit, after=after)
        assert len(page.records) <= limit
        found += page.records
        after = page.next_cursor
        if after is None:
            return found
    raise AssertionError("a list without end")


LIMITS = (1, 3, 200)


@pytest.mark.timeout(240)  # a thousand questions to a server
@pytest.mark.parametrize(("first", "few"), [(0, 5000), (1, 12), (2, 3)])
async def test_every_filter_shows_what_matches_and_nothing_twice(
    store: Store,
    busy: list[World],
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    first: int,
    few: int,
) -> None:
    """first: the limit of the first filter; each filter meets every limit in one of the ways."""
    everything = await paged(store, RecordFilter(), 200)
    assert len(everything) > 80
    monkeypatch.setattr(lists, "FEW", few)  # few: the ways for very many keys
    monkeypatch.setattr(lists, "LOOKS", 20_000 if few > 12 else 5)
    monkeypatch.setattr(picks, "LOOKS", 20_000 if few > 12 else 5)
    world = busy[0]
    filters = itertools.product(
        [None, world.job.id],
        [None, world.consumers[1]],
        [frozenset(), frozenset({State.DEAD}), frozenset({State.DELIVERED, State.PENDING})],
        [
            (None, None),
            ("ab", None),
            (None, "a"),
            (None, "b\t"),
            (None, "\U0010ffff"),
            (None, "\ud7ff"),
        ],
        [None, clock() - 15_000],
        [None, clock() - 5_000],
    )
    limits = itertools.cycle((*LIMITS[first:], *LIMITS[:first]))
    for (job_id, consumer_id, states, (key, prefix), since, until), limit in zip(
        filters, limits, strict=False
    ):
        wanted = RecordFilter(job_id, consumer_id, states, key, prefix, since, until)
        expected = {record.record_id for record in everything if matches(record, wanted)}

        found = await paged(store, wanted, limit)

        ids = [record.record_id for record in found]
        assert len(ids) == len(set(ids)), wanted
        assert set(ids) == expected, wanted
        if prefix is None:
            assert ids == sorted(ids, reverse=True), wanted
        for record in found:
            for delivery in record.deliveries:
                assert consumer_id in (None, delivery.consumer_id)
                assert not states or delivery.state in states
        picked = await store.delivery_ids(wanted, limit=10_000)
        shown = sorted(each.delivery_id for record in found for each in record.deliveries)
        assert picked == shown, wanted


@pytest.mark.parametrize("states", [{State.DEAD}, {State.DEAD, State.RETRYING}])
async def test_few_of_a_prefix_that_many_keys_share_are_shown_newest_first(
    world: World, monkeypatch: pytest.MonkeyPatch, states: set[State]
) -> None:
    monkeypatch.setattr(lists, "FEW", 10)
    await world.ingest(incoming("other"), *(incoming(f"K{n:02}") for n in range(40)))
    await world.give_up(*await world.claim(6))

    wanted = RecordFilter(key_prefix="K", states=frozenset(states))
    found = await paged(world.store, wanted, 2)

    assert [record.key for record in found] == ["K04", "K03", "K02", "K01", "K00"]


async def test_a_record_without_any_delivery_is_listed_until_deliveries_are_asked_for(
    store: Store, clock: HandClock
) -> None:
    world = await World(store, clock).begin([])
    await world.ingest(incoming("A"))

    assert [record.key for record in await world.everything()] == ["A"]
    assert await world.everything(RecordFilter(states=frozenset({State.PENDING}))) == []


async def test_a_list_does_not_change_for_its_reader_when_records_are_added(world: World) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(6)))
    first = await world.store.records(RecordFilter(), limit=3)
    await world.ingest(*(incoming(f"N{n}") for n in range(6)))

    rest = await world.store.records(RecordFilter(), limit=3, after=first.next_cursor)

    keys = [record.key for record in (*first.records, *rest.records)]
    assert keys == [f"K{n}" for n in (5, 4, 3, 2, 1, 0)]
    assert rest.next_cursor is None


@pytest.mark.parametrize("cursor", ["", "x", "[]", '["a"]', "{}", "null"])
async def test_a_page_cursor_of_somebody_else_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(OperatorError):
        await world.store.records(RecordFilter(), limit=3, after=cursor)
    with pytest.raises(OperatorError):
        await world.store.pulls(world.job.id, limit=3, after=cursor)


async def test_one_record_shows_its_pull_versions_and_deliveries(world: World) -> None:
    await world.ingest(incoming("A", "1"), incoming("A", "2"))
    newest, _ = await world.everything()

    detail = await world.store.record(newest.record_id)

    assert (detail.brief, detail.versions) == (newest, 2)
    assert detail.payload == b'{"content":"2"}'
    assert detail.pull is not None
    assert (detail.pull.new, detail.pull.cursor_after) == (2, "cursor 1")
    with pytest.raises(NotFound):
        await world.store.record(77)
    with pytest.raises(NotFound):
        await world.store.payload(77)


async def test_the_oldest_unsynced_record_is_known_by_its_time(world: World) -> None:
    pulled_at = []
    for n in range(3):
        pulled_at.append(world.clock())
        await world.ingest(incoming(f"K{n}"))
        world.clock.forward(1000)
    first, second = await world.claim(2)
    await world.accept(first)
    await world.postpone(second)

    (status,) = await world.store.status(world.job.id)
    (consumer,) = status.consumers
    assert consumer.oldest_unsynced_at == pulled_at[1]
    assert (consumer.counts.unsynced, consumer.counts.delivered) == (2, 1)


async def test_minutes_are_counted_where_things_happened(world: World) -> None:
    minute = world.clock() // 60_000
    await world.ingest(incoming("A"), incoming("A"))
    world.clock.forward(60_000)
    (one,) = await world.claim()
    await world.postpone(one, wait_ms=0)

    rows = await world.store.series(minute, minute + 1, job_id=world.job.id)
    assert {(at - minute, who and 1, what, n) for at, _, who, what, n in rows} == {
        (0, 0, "pulls", 1),
        (0, 0, "pulled", 1),
        (0, 0, "duplicates", 1),
        (0, 1, "pulled", 1),
        (1, 1, "attempts", 1),
        (1, 1, "postponed", 1),
    }
    assert await world.store.series(minute, minute, consumer_id=world.consumer) == [
        (minute, world.job.id, world.consumer, "pulled", 1)
    ]


async def test_a_clock_set_back_a_little_leaves_the_order_of_time_whole(world: World) -> None:
    await world.ingest(incoming("A"))
    first = world.clock()
    world.clock.forward(-5_000)
    await world.ingest(incoming("B"))
    world.clock.forward(-3_600_000)
    await world.ingest(incoming("C"))

    times = {record.key: record.pulled_at for record in await world.everything()}
    assert times["B"] == first
    assert times["C"] == world.clock()
