"""The store's own check finds each thing that can be wrong, and nothing when nothing is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from engine.core.errors import Unavailable
from engine.store.dialects.sqlite import driver
from engine.store.operation_rows import Kind, NewOperation
from engine.store.store import Store
from tests.conformance.force import by_force
from tests.conformance.store_world import HandClock, World, exchange, incoming, settlement

DAMAGE = {
    "a delivery that a counter does not know": (
        "counters",
        "UPDATE counter SET n = n + 1 WHERE minute = 0 AND what = 'delivered'",
    ),
    "a total that is not the sum of its states": (
        "counters",
        "UPDATE counter SET n = n - 1 WHERE minute = 0 AND what = 'pulled' AND consumer_id > 0",
    ),
    "a record that the job's counter does not know": (
        "counters",
        "UPDATE counter SET n = n - 1 WHERE minute = 0 AND what = 'pulled' AND consumer_id = 0",
    ),
    "a state that does not exist": (
        "states",
        "UPDATE delivery SET state = 9 WHERE id IN (SELECT min(id) FROM delivery)",
    ),
    "a settled delivery without a time": (
        "settled",
        "UPDATE delivery SET settled_at = NULL WHERE state = 4",
    ),
    "a waiting delivery with a time of settling": (
        "settled",
        "UPDATE delivery SET settled_at = 1 WHERE state = 1",
    ),
    "a delivery in flight without a claim": (
        "claims",
        "UPDATE delivery SET claim_token = NULL WHERE state = 2",
    ),
    "a dead delivery without a cause": (
        "causes",
        "DELETE FROM failure",
    ),
    "a cause of what is not dead": (
        "causes",
        "INSERT INTO failure (delivery_id, cause_id) SELECT min(d.id), min(c.id) FROM delivery AS d"
        ", cause AS c WHERE d.state = 4",
    ),
    "a cause that counts wrongly": (
        "causes",
        "UPDATE cause SET n = n + 1",
    ),
    "an attempt that is missing": (
        "attempts",
        "DELETE FROM attempt WHERE outcome = 2",
    ),
    "an attempt too many": (
        "attempts",
        "UPDATE delivery SET number = number - 1 WHERE state = 5",
    ),
    "a delivered record that nobody accepted": (
        "accepted",
        "UPDATE attempt SET outcome = 5 WHERE outcome = 1",
    ),
    "a batch whose request is gone": (
        "shared requests",
        "UPDATE attempt SET batch_of = 999 WHERE batch_of IS NOT NULL",
    ),
    "a record that a consumer never got": (
        "deliveries",
        "DELETE FROM delivery WHERE state = 1",
    ),
    "a delivery without its record": (
        "orphans",
        "DELETE FROM record WHERE id = (SELECT min(record_id) FROM delivery WHERE state = 1)",
    ),
    "a delivery of another version than it says": (
        "orphans",
        "UPDATE delivery SET version = version + 1 WHERE state = 1",
    ),
    "a version that is missing": (
        "versions",
        "DELETE FROM record WHERE key = 'V' AND version = 2",
    ),
    "a first version that is missing": (
        "versions",
        "DELETE FROM record WHERE key = 'V' AND version = 1",
    ),
    "a version that belongs to another item": (
        "items",
        "UPDATE record SET item_id = 5 WHERE key = 'V' AND version = 3",
    ),
    "a payload that was cut": (
        "sizes",
        "UPDATE record SET payload = substr(payload, 1, 3) WHERE key = 'V'",
    ),
    "an operation that does not add up": (
        "operations",
        "UPDATE operation SET done = done + 1",
    ),
    "a job that is missing": (
        "references",
        "UPDATE consumer SET job_id = 77",
    ),
}


async def filled(world: World) -> None:
    """A little of everything."""
    for content in "abc":
        await world.ingest(incoming("V", content))
    names = ["delivered", "dead", "retrying", "sending", "one", "other"]
    await world.ingest(*(incoming(name) for name in names))
    claimed = {one.key: one for one in await world.claim(per_key=True)}
    await world.accept(claimed["delivered"])
    await world.give_up(claimed["dead"])
    await world.postpone(claimed["retrying"])
    await world.store.settle(
        [
            settlement(claimed["one"], shared=exchange()),
            settlement(claimed["other"], exchange_of=0),
        ]
    )
    await world.store.begin_operation(NewOperation(Kind.SKIP, "{}", "ana"))


async def test_a_ledger_that_is_whole_has_nothing_broken(world: World) -> None:
    await filled(world)

    assert await world.store.check() == ([], 18)


@pytest.mark.parametrize("what", sorted(DAMAGE))
async def test_each_damage_is_found(world: World, database_url: str, what: str) -> None:
    await filled(world)
    rule, sql = DAMAGE[what]
    with by_force(database_url) as access:
        assert access.run(sql) > 0

    broken, _ = await world.store.check()

    assert rule in {one.rule for one in broken}
    for one in broken:
        assert one.place
        assert one.sentence.endswith(".")


async def refuse_broken(store: Store) -> None:
    """Damage may be met before the check is through, or be one of its findings."""
    broken, _ = await store.check()
    if "file" in {one.rule for one in broken}:
        raise Unavailable("The check says that the file is damaged.")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_file_that_is_damaged_is_told(
    database_url: str, world: World, clock: HandClock
) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(2000)))
    await world.store.close()
    path = Path(database_url.removeprefix("sqlite:///"))
    with closing(driver.connect(path)) as raw:
        root = raw.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'record_job_id_key_version'"
        ).fetchone()[0]
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096 + 12 : (root - 1) * 4096 + 40] = b"\xff" * 28
    path.write_bytes(content)
    again = await Store.open(database_url, clock=clock, node="one")
    try:
        with pytest.raises(Unavailable, match="damaged"):
            await refuse_broken(again)
    finally:
        await again.close()


async def test_many_broken_places_are_named_up_to_a_limit(world: World, database_url: str) -> None:
    await world.ingest(*(incoming(f"K{n}") for n in range(50)))
    with by_force(database_url) as access:
        access.run("UPDATE delivery SET settled_at = 1")

    broken, _ = await world.store.check()

    assert len([one for one in broken if one.rule == "settled"]) == 21
