"""A ledger comes over whole into another database, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.core.errors import Conflict, NotFound, OperatorError
from engine.operations.caller import Caller
from engine.operations.copy import Copied, CopyRequest, Surroundings, copy
from engine.operations.master_key import MasterKeyPlace
from engine.operations.secrets import Use, Vault
from engine.store.copying.copying import Phase, Step
from engine.store.copying.tables import copied_tables
from engine.store.dialects.sqlite import driver
from engine.store.operation_rows import Kind, NewOperation
from engine.store.sole_use import SoleUse
from engine.store.store import Store
from tests.conformance.store_world import START, HandClock, World, exchange, incoming, settlement

ANA = Caller("ana", "127.0.0.1")


@dataclass
class Move:
    """Where from, where to, and how it went."""

    origin: str
    destination: str
    key: MasterKeyPlace
    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def run(
        self, *, restart: bool = False, seen: Callable[[Step], None] = lambda step: None
    ) -> Copied:
        def tell(step: Step) -> None:
            self.steps.append(step)
            seen(step)

        around = Surroundings(self.key, lambda: START, tell, self.notes.append)
        return copy(CopyRequest(self.origin, self.destination, restart, "tester"), around)


@pytest.fixture
def move(database_url: str, tmp_path: Path) -> Move:
    key = MasterKeyPlace(tmp_path / "home" / "master-key", keyring=lambda: None)
    return Move(database_url, f"sqlite:///{tmp_path / 'moved.db'}", key)


async def fill(world: World, move: Move, *, more: int = 0) -> None:
    """A little of everything, and then so many records, and close the origin."""
    store = world.store
    vault = Vault(store, move.key.read_or_make())
    await vault.put("erp-password", "h\u00fcm", ANA)
    await vault.put("ops", '{"kind": "webhook"}', ANA, Use.CHANNEL)
    await store.token_add("li", b"h" * 32, "read", None, by="ana")
    for content in "abc":
        await world.ingest(incoming("订单 \U0001f40b", content))
    await world.ingest(*(incoming(f"K{n}") for n in range(7)))
    claimed = {one.key: one for one in await world.claim(limit=6)}
    await world.accept(claimed["K0"])
    await world.give_up(claimed["K1"])
    await world.postpone(claimed["K2"])
    await store.settle(
        [
            settlement(claimed["K3"], shared=exchange(bytes(range(256)), sent=b"\0\xff")),
            settlement(claimed["K4"], exchange_of=0),
        ]
    )
    await world.fail()
    await store.begin_operation(NewOperation(Kind.SKIP, "{}", "ana"))
    for first in range(0, more, 500):
        await world.ingest(*(incoming(f"M{n}") for n in range(first, min(first + 500, more))))
    await store.close()


@contextmanager
def opened(url: str) -> Iterator[Any]:
    with closing(driver.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as raw:
        yield raw


def content(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that come over, by another way than the copy's own."""
    with opened(url) as raw:
        return {
            table.name: raw.execute(
                f"SELECT {', '.join(table.columns)} FROM {table.name}"
                f" ORDER BY {', '.join(table.key)}"
            ).fetchall()
            for table in copied_tables()
        }


async def test_everything_comes_over_and_the_ledger_goes_on_there(
    world: World, move: Move, clock: HandClock
) -> None:
    await fill(world, move)
    before = Path(move.origin.removeprefix("sqlite:///")).read_bytes()

    found = move.run()

    assert found.verified
    assert before == Path(move.origin.removeprefix("sqlite:///")).read_bytes()
    rows = {table.table: table.counted for table in found.tables}
    assert rows["record"] == 10
    assert rows["secret"] == 2
    assert min(rows[name] for name in ("attempt", "failure", "counter", "audit")) > 0
    ours, theirs = content(move.destination), content(move.origin)
    last = ours["audit"].pop()
    assert last[3:6] == ("copy database", move.destination, f"from {move.origin}")
    ours["serial"] = [(name, n - 1 if name == "audit" else n) for name, n in ours["serial"]]
    for lease in theirs["lease"]:
        assert lease[3] == "one"
    theirs["lease"] = [(*lease[:3], "", lease[4], 0) for lease in theirs["lease"]]
    assert ours == theirs

    store = await Store.open(move.destination, clock=clock, node="two")
    try:
        assert store.ledger_id == world.store.ledger_id
        again = World(store, clock, owner="two")
        again.job = await store.job("orders")
        old = world.pull.token
        await again.take()
        assert again.pull.token > max(old, *(lease.token for lease in world.push))
        again.cursor = world.cursor
        assert (await again.ingest(incoming("K5"), incoming("new"))).new == 1
        assert await store.check() == ([], 22)
    finally:
        await store.close()


async def test_secrets_open_in_the_target_with_the_same_key_and_with_no_other(
    world: World, move: Move, clock: HandClock, tmp_path: Path
) -> None:
    await fill(world, move)

    found = move.run()

    assert (found.secrets, found.closed) == (2, ())
    store = await Store.open(move.destination, clock=clock, node="two")
    try:
        vault = Vault(store, move.key.read_or_make())
        assert await vault.get("erp-password") == "hüm"
        assert await vault.get("ops", Use.CHANNEL) == '{"kind": "webhook"}'
        elsewhere = MasterKeyPlace(tmp_path / "elsewhere", keyring=lambda: None).read_or_make()
        with pytest.raises(OperatorError, match="cannot be opened"):
            await Vault(store, elsewhere).get("erp-password")
    finally:
        await store.close()


async def test_secrets_this_machine_cannot_open_are_named(world: World, move: Move) -> None:
    await fill(world, move)
    move.key.file.unlink()

    found = move.run()

    assert found.verified
    assert sorted(found.closed) == ["erp-password", "ops"]
    assert not move.key.file.exists()


class Stop(Exception):
    """The copy is broken off here."""


def stop_at(table: str, rows: int) -> Callable[[Step], None]:
    def seen(step: Step) -> None:
        if step.phase is Phase.COPY and step.table == table and step.done >= rows:
            raise Stop

    return seen


async def test_what_was_broken_off_is_closed_to_nodes_and_goes_on_where_it_stopped(
    world: World, move: Move, clock: HandClock
) -> None:
    await fill(world, move, more=5000)
    with pytest.raises(Stop):
        move.run(seen=stop_at("record", 3000))

    with pytest.raises(Conflict, match="unfinished copy of sqlite"):
        await Store.open(move.destination, clock=clock, node="two")
    move.steps.clear()
    found = move.run()

    assert found.verified
    assert move.notes == ["The copy goes on where it stopped."]
    assert move.steps[0].done >= 3000
    assert {table.table: table.counted for table in found.tables}["record"] == 5010
    await (await Store.open(move.destination, clock=clock, node="two")).close()


async def test_a_source_that_changed_in_between_is_copied_anew(
    world: World, move: Move, clock: HandClock
) -> None:
    await fill(world, move, more=3000)
    with pytest.raises(Stop):
        move.run(seen=stop_at("delivery", 5000))
    store = await Store.open(move.origin, clock=clock, node="one")
    world.store = store
    await world.take()
    (one,) = await world.claim(limit=1)
    await world.accept(one)
    await store.close()

    found = move.run()

    assert found.verified
    assert move.notes == ["The copy begins anew: the old database has changed since."]


async def test_a_source_that_changes_meanwhile_ends_the_copy(
    world: World, move: Move, clock: HandClock
) -> None:
    await fill(world, move, more=3000)

    def meddle(step: Step) -> None:
        if step.table == "delivery" and step.phase is Phase.COPY:
            with opened(move.origin) as raw:
                raw.execute("UPDATE delivery SET due_at = due_at + 1")
                raw.execute("UPDATE meta SET value = 'x' WHERE name = 'commit'")

    with pytest.raises(Conflict, match="was changed while it was copied"):
        move.run(seen=meddle)
    assert move.run().verified


async def test_a_clearing_that_was_broken_off_is_no_copy_to_go_on_with(
    world: World, move: Move
) -> None:
    await fill(world, move, more=3000)
    with pytest.raises(Stop):
        move.run(seen=stop_at("attempt", 1))
    with opened(move.destination) as raw:
        raw.execute("PRAGMA foreign_keys = 0")
        raw.execute("DELETE FROM meta WHERE name = 'copy:alert'")
        raw.execute("DELETE FROM delivery")

    assert move.run().verified


ALTERED = {
    "a digit of a payload": (
        "record 5",
        'UPDATE record SET payload = CAST(\'{"content":"b"}\' AS BLOB) WHERE id = 5',
    ),
    "a state": ("delivery", "UPDATE delivery SET due_at = due_at + 1 WHERE record_id = 7"),
    "a text for the same bytes": (
        "attempt 1",
        "UPDATE attempt SET response_body = x'7b7d20' WHERE id = 1",
    ),
    "a row that is gone": ("failure", "DELETE FROM failure"),
    "a row too many": ("audit 99", "INSERT INTO audit VALUES (99, 1, 'x', 'y', 'z', '', '')"),
    "a counter": ("", "UPDATE counter SET n = n + 1 WHERE minute > 0"),
}


@pytest.mark.parametrize("what", sorted(ALTERED))
async def test_an_altered_row_is_found_and_keeps_nodes_away(
    world: World, move: Move, clock: HandClock, what: str
) -> None:
    await fill(world, move)
    place, sql = ALTERED[what]

    def meddle(step: Step) -> None:
        if step.phase is Phase.VERIFY and step.table == "serial":
            with opened(move.destination) as raw:
                assert raw.execute(sql).rowcount > 0

    found = move.run(seen=meddle)

    assert not found.verified
    (table,) = [each for each in found.tables if not each.equal]
    assert [each for each in found.differing if each.startswith(place)] or place == ""
    assert place.partition(" ")[0] in ("", table.table)
    with pytest.raises(Conflict):
        await Store.open(move.destination, clock=clock, node="two")
    assert not move.run().verified
    assert move.run(restart=True).verified


async def test_a_ledger_that_does_not_hold_its_rules_is_told(world: World, move: Move) -> None:
    await fill(world, move)
    with opened(move.origin) as raw:
        raw.execute("UPDATE counter SET n = n + 1 WHERE minute = 0 AND what = 'delivered'")

    found = move.run()

    assert all(table.equal for table in found.tables)
    assert {one.rule for one in found.broken} == {"counters"}
    assert not found.verified


async def test_a_target_in_use_is_refused_and_left_alone(
    world: World, move: Move, clock: HandClock
) -> None:
    await fill(world, move)
    other = await Store.open(move.destination, clock=clock, node="two")
    await World(other, clock).begin(name="theirs")
    await other.close()
    before = content(move.destination)

    for restart in (False, True):
        with pytest.raises(Conflict, match="is in use: its table job has rows"):
            move.run(restart=restart)

    assert content(move.destination) == before


async def test_a_finished_copy_is_in_use(world: World, move: Move) -> None:
    await fill(world, move)
    move.run()

    with pytest.raises(Conflict, match="is in use"):
        move.run()


async def test_an_unfinished_copy_of_another_ledger_is_refused(
    world: World, move: Move, clock: HandClock, tmp_path: Path
) -> None:
    await fill(world, move)
    with pytest.raises(Stop):
        move.run(seen=stop_at("record", 1))
    other = f"sqlite:///{tmp_path / 'other.db'}"
    store = await Store.open(other, clock=clock, node="one")
    await World(store, clock).begin(name="theirs")
    await store.close()
    another = Move(other, move.destination, move.key)

    with pytest.raises(Conflict, match="another ledger"):
        another.run()
    assert another.run(restart=True).verified
    assert [row[1] for row in content(move.destination)["job"]] == ["theirs"]


@pytest.mark.parametrize("side", ["origin", "destination"])
async def test_a_side_on_which_a_node_works_is_refused(world: World, move: Move, side: str) -> None:
    await fill(world, move)
    lock = SoleUse.of(getattr(move, side))
    assert lock is not None
    lock.take()
    try:
        with pytest.raises(Conflict, match=r"A node works on sqlite://.*\.db\."):
            move.run()
    finally:
        lock.release()
    assert move.run().verified


async def test_what_is_no_ledger_of_now_is_refused(
    world: World, move: Move, tmp_path: Path
) -> None:
    await fill(world, move)
    nowhere = tmp_path / "nowhere.db"
    with pytest.raises(NotFound, match="no database at"):
        Move(f"sqlite:///{nowhere}", move.destination, move.key).run()
    assert not nowhere.exists()
    with pytest.raises(Conflict, match="into itself"):
        Move(move.origin, move.origin, move.key).run()
    with closing(driver.connect(nowhere)) as raw:
        raw.execute("CREATE TABLE theirs (a)")
    with pytest.raises(NotFound, match="holds no ledger"):
        Move(f"sqlite:///{nowhere}", move.destination, move.key).run()
    for schema, word in (("1", "older"), ("99", "newer")):
        with opened(move.origin) as raw:
            raw.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (schema,))
        with pytest.raises(OperatorError, match=f"{word} version"):
            move.run()


async def test_an_unfinished_copy_is_no_origin(world: World, move: Move, tmp_path: Path) -> None:
    await fill(world, move)
    with pytest.raises(Stop):
        move.run(seen=stop_at("record", 1))

    with pytest.raises(Conflict, match="itself an unfinished copy"):
        Move(move.destination, f"sqlite:///{tmp_path / 'third.db'}", move.key).run()
