"""What nodes that share a database can rely on, with connections that break and servers that go.

Each test runs on every kind of server there is.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import pytest

from engine.core.errors import Unavailable
from engine.store.access import Access
from engine.store.dialects import postgres
from engine.store.gateway import Gateway
from engine.store.store import Store
from tests.database_servers.server import Server
from tests.relay import Relay

KINDS = ("postgresql", "mariadb")
OF_A_READ = {"postgresql": (b"BEGIN", b"meta", b"ROLLBACK"), "mariadb": (b"meta", b"ROLLBACK")}
"""What a read says to a server, one after the other."""
FAR_MS = 10 * 60 * 1000


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def stores(url: str, count: int = 1) -> AsyncIterator[list[Store]]:
    """Open stores on one database."""
    async with AsyncExitStack() as opened:
        found = []
        for number in range(count):
            store = await Store.open(url, clock=now_ms, node=f"n{number}")
            opened.push_async_callback(store.close)
            await store.settle_down()
            found.append(store)
        yield found


@asynccontextmanager
async def through_a_relay(server: Server) -> AsyncIterator[tuple[Relay, Store]]:
    """A store whose connections lead through a relay."""
    place = server.standing
    async with (
        Relay(place.place.port) as relay,
        stores(place.url(place.make_database(), port=relay.port)) as (store,),
    ):
        yield relay, store


def gateway(store: Store) -> Gateway:
    return store._gateway


def put(access: Access, name: str, value: str = "x") -> int:
    return access.run("INSERT INTO meta (name, value) VALUES (?, ?)", (name, value))


def have(access: Access, name: str) -> bool:
    return access.row("SELECT 1 FROM meta WHERE name = ?", (name,)) is not None


async def there(store: Store, name: str) -> bool:
    return await gateway(store).read(partial(have, name=name))


class Blocked:
    """An operation that stays in its transaction until it is let go."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, access: Access) -> None:
        if self.name:
            put(access, self.name)
        self.begun.set()
        assert self.go.wait(20)


async def begun(blocked: Blocked) -> None:
    assert await asyncio.to_thread(blocked.begun.wait, 20)


async def eventually(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not done():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_server_that_restarts_at_once_is_found_again(
    kind: str, own_server: Callable[[str], Server]
) -> None:
    server = own_server(kind)
    async with stores(server.standing.url(server.standing.make_database())) as (store,):
        await gateway(store).write(partial(put, name="before"))

        await asyncio.to_thread(server.restart, "immediate")

        await gateway(store).write(partial(put, name="after"))
        assert await there(store, "before")
        assert await there(store, "after")


@pytest.mark.parametrize("kind", KINDS)
async def test_without_a_server_each_call_is_told_why_and_work_goes_on_when_it_is_back(
    kind: str, own_server: Callable[[str], Server]
) -> None:
    server = own_server(kind)
    async with stores(server.standing.url(server.standing.make_database())) as (store,):
        await asyncio.to_thread(server.stop, "fast")

        with pytest.raises(Unavailable, match="does not answer"):
            await gateway(store).write(partial(put, name="lost"))
        with pytest.raises(Unavailable, match="does not answer") as refused:
            await there(store, "lost")
        assert "password" not in str(refused.value).lower()

        await asyncio.to_thread(server.start)
        await gateway(store).write(partial(put, name="found"))
        assert not await there(store, "lost")
        assert await there(store, "found")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_commit_whose_answer_is_lost_is_looked_up_and_done_once(
    kind: str, own_server: Callable[[str], Server]
) -> None:
    async with through_a_relay(own_server(kind)) as (relay, store):
        relay.lose_answer_to(b"COMMIT")

        assert await gateway(store).write(partial(put, name="once")) == 1

        assert relay.cuts == 1
        assert await there(store, "once")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_commit_that_never_arrived_is_told_as_not_kept(
    kind: str, own_server: Callable[[str], Server]
) -> None:
    async with through_a_relay(own_server(kind)) as (relay, store):
        relay.lose(b"COMMIT")

        with pytest.raises(Unavailable):
            await gateway(store).write(partial(put, name="never"))

        assert relay.cuts == 1
        assert not await there(store, "never")
        await gateway(store).write(partial(put, name="never"))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_connection_that_is_cut_in_the_middle_of_a_transaction_keeps_nothing_of_it(
    kind: str, own_server: Callable[[str], Server]
) -> None:
    async with through_a_relay(own_server(kind)) as (relay, store):
        blocked = Blocked("half")
        writing = gateway(store).submit(blocked)
        waiting = gateway(store).submit(partial(put, name="behind it"))
        await begun(blocked)
        relay.cut()
        blocked.go.set()

        with pytest.raises(Unavailable):
            await writing
        await asyncio.wait([waiting])
        assert not await there(store, "half")
        await gateway(store).write(partial(put, name="half"))


@pytest.mark.parametrize("kind", KINDS)
async def test_reads_whose_lines_are_cut_at_any_moment_are_answered_all_the_same(
    kind: str, own_server: Callable[[str], Server]
) -> None:
    async with through_a_relay(own_server(kind)) as (relay, store):
        await gateway(store).write(partial(put, name="there"))
        for request in OF_A_READ[kind]:
            relay.lose(request)
            assert await there(store, "there")
            relay.lose_answer_to(request)
            assert await there(store, "there")
        assert relay.cuts == 2 * len(OF_A_READ[kind])


@pytest.mark.parametrize("kind", KINDS)
async def test_hot_work_of_two_nodes_goes_on_side_by_side_and_other_work_has_it_alone(
    kind: str, fresh_database: Callable[[str], str]
) -> None:
    async with stores(fresh_database(kind), 2) as (one, two):
        slow = Blocked()
        first = gateway(one).submit(slow, hot=True)
        await begun(slow)

        await gateway(two).write(partial(put, name="hot"), hot=True)
        alone = gateway(two).submit(partial(put, name="alone"))
        done, _ = await asyncio.wait([alone], timeout=0.2)
        assert not done

        slow.go.set()
        await first
        await alone


@pytest.mark.parametrize("kind", KINDS)
async def test_nodes_that_wait_for_each_other_both_come_through(
    kind: str, fresh_database: Callable[[str], str]
) -> None:
    """The server ends one of the two transactions; that one is run again."""
    meet = threading.Barrier(2)
    met = threading.Event()

    def both(access: Access, first: str, second: str) -> None:
        access.run("UPDATE meta SET value = value || 'x' WHERE name = ?", (first,))
        if not met.is_set():
            meet.wait(20)
            met.set()
        access.run("UPDATE meta SET value = value || 'y' WHERE name = ?", (second,))

    def values(access: Access) -> list[str]:
        return [text for (text,) in access.rows("SELECT value FROM meta WHERE name IN ('a', 'b')")]

    async with stores(fresh_database(kind), 2) as (one, two):
        await gateway(one).write(partial(put, name="a", value=""))
        await gateway(one).write(partial(put, name="b", value=""))
        await asyncio.gather(
            gateway(one).write(partial(both, first="a", second="b"), hot=True),
            gateway(two).write(partial(both, first="b", second="a"), hot=True),
        )
        found = await gateway(one).read(values)
        assert ["".join(sorted(text)) for text in found] == ["xy", "xy"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_node_that_stands_still_in_a_transaction_does_not_hold_up_the_others(
    kind: str, fresh_database: Callable[[str], str]
) -> None:
    async with stores(fresh_database(kind), 2) as (one, two):
        still = Blocked("by a sleeper")
        sleeping = gateway(one).submit(still)
        await begun(still)

        started_s = time.monotonic()
        await gateway(two).write(partial(put, name="awake"))
        assert time.monotonic() - started_s < postgres.IDLE_S + 10

        still.go.set()
        with pytest.raises(Unavailable):
            await sleeping
        assert not await there(two, "by a sleeper")
        await gateway(one).write(partial(put, name="awake again"))


@pytest.mark.parametrize("kind", KINDS)
async def test_the_time_is_the_databases_for_every_node(
    kind: str, fresh_database: Callable[[str], str]
) -> None:
    url = fresh_database(kind)
    ahead = await Store.open(url, clock=lambda: now_ms() + FAR_MS, node="ahead")
    behind = await Store.open(url, clock=lambda: now_ms() - FAR_MS, node="behind")
    try:
        for store in (ahead, behind):
            assert abs(store.clock() - now_ms()) < 2_000
            assert abs(await gateway(store).write(lambda access: access.now) - now_ms()) < 2_000
    finally:
        await ahead.close()
        await behind.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_stores_that_are_opened_at_once_make_one_schema(
    kind: str, fresh_database: Callable[[str], str]
) -> None:
    url = fresh_database(kind)
    opened = await asyncio.gather(
        *(Store.open(url, clock=now_ms, node=f"n{number}") for number in range(4))
    )
    try:
        assert len({store.ledger_id for store in opened}) == 1
    finally:
        await asyncio.gather(*(store.close() for store in opened))


@pytest.mark.parametrize("kind", KINDS)
async def test_attempt_ids_are_given_out_once_to_nodes_that_take_them_side_by_side(
    kind: str, fresh_database: Callable[[str], str]
) -> None:
    def take(access: Access) -> list[int]:
        return [id_ for n in (1, 700, 4000) for id_ in _range(access.next_ids("attempt", n), n)]

    async with stores(fresh_database(kind), 2) as (one, two):
        taken = await asyncio.gather(
            *(gateway(store).write(take, hot=True) for _ in range(5) for store in (one, two))
        )
        ids = [id_ for some in taken for id_ in some]
        assert len(set(ids)) == len(ids)


def _range(first: int, n: int) -> range:
    return range(first, first + n)
