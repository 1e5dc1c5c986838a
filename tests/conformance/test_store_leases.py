"""Leases, who shares the work, and the history that proves who owned what when."""

from __future__ import annotations

from engine.store.nodes import STOPPED
from engine.store.rows import LeaseKey, NodeLoadRow, WorkKind
from engine.store.store import Store
from tests.conformance.store_world import TTL_MS, HandClock, World

LIVE_MS = 10_000


async def test_a_renewal_lasts_longer_and_tells_what_is_ours_still(
    world: World, clock: HandClock
) -> None:
    store, key = world.store, world.push[0].key
    clock.forward(TTL_MS - 1)
    ours = await store.renew(owner="one", ttl_ms=TTL_MS)
    assert {lease.key for lease in ours} == {world.pull.key, *(one.key for one in world.push)}
    assert {lease.token for lease in ours} == {
        world.pull.token,
        *(one.token for one in world.push),
    }
    clock.forward(TTL_MS - 1)
    assert await store.acquire([key], owner="two", ttl_ms=TTL_MS) == ()
    clock.forward(1)
    await store.acquire([key], owner="two", ttl_ms=TTL_MS)
    assert key not in {lease.key for lease in await store.renew(owner="one", ttl_ms=TTL_MS)}


async def test_the_history_tells_who_owned_a_shard_when(world: World, clock: HandClock) -> None:
    store, key, began_at = world.store, world.push[0].key, clock()
    clock.forward(100)
    await store.release([world.push[0]])
    clock.forward(100)
    (second,) = await store.acquire([key], owner="two#1", ttl_ms=TTL_MS)
    clock.forward(5000)
    await store.renew(owner="two#1", ttl_ms=TTL_MS)
    clock.forward(TTL_MS + 3000)
    (third,) = await store.acquire([key], owner="three#1", ttl_ms=TTL_MS)
    await store.release([second])  # a zombie's; it changes nothing

    told = [one for one in await store.lease_history(world.job.id) if one.key == key]
    assert [(one.token, one.taken_at - began_at, one.ended_at) for one in told] == [
        (world.push[0].token, 0, began_at + 100),
        (second.token, 200, began_at + 5200 + TTL_MS),
        (third.token, 8200 + TTL_MS, None),
    ]
    assert [one.node for one in told[1:]] == ["two", "three"]


async def test_history_goes_by_age_and_what_is_owned_now_stays(
    world: World, clock: HandClock
) -> None:
    await world.store.release([world.pull])
    clock.forward(1000)
    assert await world.store.forget_lease_history(world.job.id, clock() - 1000) == 0
    assert await world.store.forget_lease_history(world.job.id, clock()) == 1
    assert len(await world.store.lease_history()) == len(world.push)


async def test_a_deleted_jobs_leases_end(world: World) -> None:
    await world.store.delete_job(world.job.id, by="anna")
    await world.store.settle_down()
    assert await world.store.lease_history(world.job.id) == ()


async def seen(store: Store, name: str, state: str = "working", *jobs: int) -> None:
    await store.node_seen(name, "1", "http://x", load=NodeLoadRow(state, 1, 1, 1, jobs))


async def test_who_lives_and_works_shares(store: Store, clock: HandClock) -> None:
    await seen(store, "late")
    clock.forward(LIVE_MS)
    await seen(store, "works")
    await seen(store, "unable", "working", 3, 4)
    await seen(store, "draining", "draining")
    await seen(store, "drained")
    await store.drain("drained", by="anna")
    await seen(store, "stops")
    await store.node_stops("stops")

    facts = await store.sharing_facts(LIVE_MS)
    assert dict(facts.nodes) == {"works": frozenset(), "unable": frozenset({3, 4})}
    rows = {row.name: row for row in await store.nodes()}
    stopped = rows["stops"].load
    assert stopped is not None
    assert stopped.state == STOPPED


async def test_who_holds_what_is_told_until_the_lease_ends(world: World, clock: HandClock) -> None:
    clock.forward(TTL_MS - 1)
    await world.store.acquire([LeaseKey(world.job.id, WorkKind.PUSH, "9")], owner="b#1", ttl_ms=100)
    holders = (await world.store.sharing_facts(LIVE_MS)).holders
    assert {holder.owner for holder in holders.values()} == {"one", "b#1"}
    assert holders[LeaseKey(world.job.id, WorkKind.PUSH, "9")].node == "b"
    clock.forward(1)
    holders = (await world.store.sharing_facts(LIVE_MS)).holders
    assert {holder.node for holder in holders.values()} == {"b"}


async def test_a_pull_tells_under_which_lease_it_was_stored(world: World) -> None:
    await world.ingest()
    rows = await world.store._gateway.read(lambda access: access.rows("SELECT token FROM pull"))
    assert [token for (token,) in rows] == [world.pull.token]
