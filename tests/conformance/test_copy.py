"""A ledger comes over whole into another database, whatever happens on the way."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.core.errors import Conflict, NotFound, OperatorError, Unavailable
from engine.core.places import database_label
from engine.core.record import IncomingRecord
from engine.operations.caller import Caller
from engine.operations.copy import Copied, CopyRequest, Surroundings, copy
from engine.operations.master_key import MasterKeyPlace
from engine.operations.secrets import Use, Vault
from engine.store.access import Access
from engine.store.copying import copying
from engine.store.copying.copying import Phase, Step
from engine.store.copying.passage import passed
from engine.store.copying.tables import CopiedTable, copied_tables
from engine.store.copying.walk import Block
from engine.store.dialects.choose import dialect_of
from engine.store.operation_rows import Kind, NewOperation
from engine.store.sole_use import SoleUse
from engine.store.store import Store
from tests.conformance.store_world import START, HandClock, World, exchange, incoming, settlement
from tests.database_servers.server import Server

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


KINDS = ("sqlite", "postgresql", "mariadb")
PAIRS = [(old, new) for old in KINDS for new in KINDS]
"""Which database is copied into which, in the test of everything; the others go up only."""
UP = [("sqlite", new) for new in KINDS]


@pytest.fixture(params=UP, ids="-".join)
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The kinds of the old and the new database."""
    found: tuple[str, str] = request.param
    return found


@pytest.fixture
def new_url(fresh_database: Callable[[str], str], tmp_path: Path) -> Callable[[str], str]:
    """The address of a new database of a kind."""
    count = itertools.count()

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / 'ledgers' / f'{next(count)}.db'}"
        return fresh_database(kind)

    return make


@pytest.fixture
def database_url(pair: tuple[str, str], new_url: Callable[[str], str]) -> str:
    """The old database, which the world is made in."""
    return new_url(pair[0])


@pytest.fixture
def move(
    pair: tuple[str, str], database_url: str, new_url: Callable[[str], str], tmp_path: Path
) -> Move:
    key = MasterKeyPlace(tmp_path / "home" / "master-key", keyring=lambda: None)
    return Move(database_url, new_url(pair[1]), key)


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
def opened(url: str) -> Iterator[Access]:
    """A transaction of the test's own."""
    dialect = dialect_of(url, lambda: START, "test", keeps_time=False)
    access = dialect.connect(writer=True)
    try:
        dialect.begin(access, writer=True)
        yield access
        dialect.commit(access)
    finally:
        dialect.disconnect(access)


def content(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that come over, without blocks and hashes."""
    with opened(url) as access:
        return {
            table.name: access.ask(
                table.model.select(*table.fields(table.columns)).order_by(*table.fields(table.key))
            )
            for table in copied_tables()
        }


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
async def test_everything_comes_over_and_the_ledger_goes_on_there(
    world: World, move: Move, clock: HandClock
) -> None:
    await fill(world, move)
    with opened(move.origin) as access:
        access.run("INSERT INTO meta (name, value) VALUES ('rolled_5', '29833335')")
    before = content(move.origin)

    found = move.run()

    assert found.verified
    assert before == content(move.origin)
    with opened(move.destination) as access:
        assert access.value("SELECT value FROM meta WHERE name = 'rolled_5'") == "29833335"
        names = {name for (name,) in access.rows("SELECT name FROM meta")}
    assert not [name for name in names if name.startswith("copy")]
    rows = {table.table: table.counted for table in found.tables}
    assert rows["record"] == 10
    assert rows["secret"] == 2
    assert min(rows[name] for name in ("attempt", "failure", "counter", "audit")) > 0
    ours, theirs = content(move.destination), content(move.origin)
    last = ours["audit"].pop()
    label, other = database_label(move.destination), database_label(move.origin)
    assert last[3:6] == ("copy database", label, f"from {other}")
    ours["serial"] = [(name, n - 1 if name == "audit" else n) for name, n in ours["serial"]]
    for lease in theirs["lease"]:
        assert lease[3] == "one"
    theirs["lease"] = [(*lease[:3], "", lease[4], 0) for lease in theirs["lease"]]
    assert ours == theirs

    store = await Store.open(move.destination, clock=clock, node="two", keeps_time=False)
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
    store = await Store.open(move.destination, clock=clock, node="two", keeps_time=False)
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
        await Store.open(move.destination, clock=clock, node="two", keeps_time=False)
    looked = await Store.open(move.origin, clock=clock, node="one", keeps_time=False)
    await looked.status()
    await looked.close()
    move.steps.clear()
    found = move.run()

    assert found.verified
    assert move.notes == ["The copy goes on where it stopped."]
    assert move.steps[0].done >= 3000
    assert {table.table: table.counted for table in found.tables}["record"] == 5010
    await (await Store.open(move.destination, clock=clock, node="two", keeps_time=False)).close()


async def test_a_source_that_changed_in_between_is_copied_anew(
    world: World, move: Move, clock: HandClock
) -> None:
    await fill(world, move, more=3000)
    with pytest.raises(Stop):
        move.run(seen=stop_at("delivery", 5000))
    store = await Store.open(move.origin, clock=clock, node="one", keeps_time=False)
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
            with opened(move.origin) as access:
                access.run("UPDATE delivery SET due_at = due_at + 1")
                access.run("UPDATE meta SET value = 'x' WHERE name = 'commit'")

    with pytest.raises(Conflict, match="was changed while it was copied"):
        move.run(seen=meddle)
    assert move.run().verified


async def test_a_clearing_that_was_broken_off_is_no_copy_to_go_on_with(
    world: World, move: Move
) -> None:
    await fill(world, move, more=3000)
    with pytest.raises(Stop):
        move.run(seen=stop_at("counter", 1))
    with opened(move.destination) as access:
        access.run("DELETE FROM meta WHERE name = 'copy:alert'")
        access.run("DELETE FROM failure")

    assert move.run().verified


ALTERED: dict[str, tuple[str, str, tuple[object, ...]]] = {
    "a letter of a payload": (
        "record 5",
        "UPDATE record SET payload = ? WHERE id = 5",
        (b'{"content":"b"}',),
    ),
    "an instant": ("delivery", "UPDATE delivery SET due_at = due_at + 1 WHERE record_id = 7", ()),
    "a byte of an answer": (
        "attempt",
        "UPDATE attempt SET response_body = ? WHERE outcome = 3",
        (b"{} ",),
    ),
    "a row that is gone": ("failure", "DELETE FROM failure", ()),
    "a row too many": ("audit 99", "INSERT INTO audit VALUES (99, 1, 'x', 'y', 'z', '', '')", ()),
    "a fact": ("", "INSERT INTO meta (name, value) VALUES ('rolled_5', '1')", ()),
    "a counter": ("", "UPDATE counter SET n = n + 1 WHERE minute > 0", ()),
}


@pytest.mark.parametrize("what", sorted(ALTERED))
async def test_an_altered_row_is_found_and_keeps_nodes_away(
    world: World, move: Move, clock: HandClock, what: str
) -> None:
    await fill(world, move)
    place, sql, parameters = ALTERED[what]

    def meddle(step: Step) -> None:
        if step.phase is Phase.VERIFY and step.table == "serial":
            with opened(move.destination) as access:
                assert access.run(sql, parameters) > 0

    found = move.run(seen=meddle)

    assert not found.verified
    (table,) = [each for each in found.tables if not each.equal]
    assert [each for each in found.differing if each.startswith(place)] or place == ""
    assert place.partition(" ")[0] in ("", table.table)
    with pytest.raises(Conflict):
        await Store.open(move.destination, clock=clock, node="two", keeps_time=False)
    assert not move.run().verified
    assert move.run(restart=True).verified


async def test_a_ledger_that_does_not_hold_its_rules_is_told(world: World, move: Move) -> None:
    await fill(world, move)
    with opened(move.origin) as access:
        access.run("UPDATE counter SET n = n + 1 WHERE minute = 0 AND what = 'delivered'")

    found = move.run()

    assert all(table.equal for table in found.tables)
    assert {one.rule for one in found.broken} == {"counters"}
    assert not found.verified


async def test_a_target_in_use_is_refused_and_left_alone(
    world: World, move: Move, clock: HandClock
) -> None:
    await fill(world, move)
    other = await Store.open(move.destination, clock=clock, node="two", keeps_time=False)
    await World(other, clock).begin(name="theirs")
    await other.close()
    before = content(move.destination)

    for restart in (False, True):
        with pytest.raises(Conflict, match="is in use: its table job has rows"):
            move.run(restart=restart)

    assert content(move.destination) == before


async def test_a_database_of_another_version_is_not_brought_up_to_date(
    world: World, move: Move, clock: HandClock
) -> None:
    await fill(world, move)
    other = await Store.open(move.destination, clock=clock, node="two", keeps_time=False)
    await other.close()
    with opened(move.destination) as access:
        access.run("UPDATE meta SET value = '7' WHERE name = 'schema'")

    with pytest.raises(Conflict, match="is in use: another version"):
        move.run()

    with opened(move.destination) as access:
        assert access.value("SELECT value FROM meta WHERE name = 'schema'") == "7"


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
    store = await Store.open(other, clock=clock, node="one", keeps_time=False)
    await World(store, clock).begin(name="theirs")
    await store.close()
    another = Move(other, move.destination, move.key)

    with pytest.raises(Conflict, match="another ledger"):
        another.run()
    assert another.run(restart=True).verified
    assert [row[1] for row in content(move.destination)["job"]] == ["theirs"]


@pytest.mark.parametrize("side", ["origin", "destination"])
@pytest.mark.parametrize("pair", [("sqlite", "sqlite")], ids="-".join)
async def test_a_file_on_which_a_node_works_is_refused(world: World, move: Move, side: str) -> None:
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


@pytest.mark.parametrize(("side", "stopped"), [("origin", "in order"), ("destination", "killed")])
@pytest.mark.parametrize("pair", [("postgresql", "postgresql")], ids="-".join)
async def test_a_shared_database_on_which_a_node_works_is_refused(
    world: World, move: Move, side: str, stopped: str
) -> None:
    await fill(world, move)
    url = getattr(move, side)
    now = time.time_ns() // 1_000_000
    await (await Store.open(url, clock=lambda: now, node="one")).close()
    with opened(url) as access:
        access.run("INSERT INTO node VALUES ('berlin', '1', '', 1, ?)", (now,))
    with pytest.raises(Conflict, match=r"Nodes work on postgresql://.*: berlin\."):
        move.run()
    with opened(url) as access:
        if stopped == "in order":
            access.run("INSERT INTO node_load VALUES ('berlin', 'stopped', 0, 0, 0)")
        else:
            access.run("UPDATE node SET seen_at = ?", (now - 60_000,))
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
    with opened(f"sqlite:///{nowhere}") as access:
        access.run("CREATE TABLE theirs (a)")
    with pytest.raises(NotFound, match="holds no ledger"):
        Move(f"sqlite:///{nowhere}", move.destination, move.key).run()
    for schema, word in (("1", "older"), ("99", "newer")):
        with opened(move.origin) as access:
            access.run("UPDATE meta SET value = ? WHERE name = 'schema'", (schema,))
        with pytest.raises(OperatorError, match=f"{word} version"):
            move.run()


async def test_an_unfinished_copy_is_no_origin(world: World, move: Move, tmp_path: Path) -> None:
    await fill(world, move)
    with pytest.raises(Stop):
        move.run(seen=stop_at("record", 1))

    with pytest.raises(Conflict, match="itself an unfinished copy"):
        Move(move.destination, f"sqlite:///{tmp_path / 'third.db'}", move.key).run()


async def test_nul_in_evidence_comes_over_as_it_is_or_as_its_escape(
    world: World, move: Move, pair: tuple[str, str]
) -> None:
    await fill(world, move)
    with opened(move.origin) as access:
        access.run("UPDATE attempt SET error = ? WHERE outcome = 3", ("said \0 to us",))

    assert move.run().verified

    (error,) = (row[6] for row in content(move.destination)["attempt"] if row[4] == 3)
    assert error == ("said \\x00 to us" if pair[1] == "postgresql" else "said \0 to us")


async def test_nul_in_a_key_is_refused_with_its_place_where_it_cannot_be_kept(
    world: World, move: Move, pair: tuple[str, str]
) -> None:
    await fill(world, move)
    with opened(move.origin) as access:
        access.run("UPDATE record SET key = ? WHERE id = 7", ("K\0 3",))

    if pair[1] != "postgresql":
        assert move.run().verified
        return
    with pytest.raises(Conflict, match=r"^record 7: the text of key holds a NUL character"):
        move.run()


async def test_rows_of_many_megabytes_come_one_at_a_time(
    world: World, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    payloads = {f"L{n}": bytes([65 + n]) * (3 << 20) for n in range(4)}
    for key, payload in payloads.items():
        await world.ingest(IncomingRecord(key, hashlib.sha256(payload).digest(), payload))
    await world.store.close()
    largest: list[int] = []

    def weigh(table: CopiedTable, block: Block, *, holds_nul: bool) -> Block:
        largest.append(
            sum(
                len(cell)
                for row in block.rows
                for cell in row
                if table.name == "record" and isinstance(cell, bytes)
            )
        )
        return passed(table, block, holds_nul=holds_nul)

    monkeypatch.setattr(copying, "passed", weigh)

    assert move.run().verified

    assert 3 << 20 <= max(largest) <= (4 << 20) + 1000
    rows = content(move.destination)["record"]
    assert {row[2]: row[-1] for row in rows if row[2] in payloads} == payloads


async def test_a_server_that_stops_in_the_middle_is_told_and_the_copy_goes_on_after(
    tmp_path: Path, clock: HandClock, own_server: Callable[[str], Server]
) -> None:
    server = own_server("postgresql")
    database = server.standing.make_database()
    key = MasterKeyPlace(tmp_path / "master-key", keyring=lambda: None)
    move = Move(f"sqlite:///{tmp_path / 'old.db'}", server.standing.url(database), key)
    store = await Store.open(move.origin, clock=clock, node="one")
    await fill(await World(store, clock).begin(), move, more=5000)

    def stop(step: Step) -> None:
        if step.phase is Phase.COPY and step.table == "delivery" and step.done > 6000:
            server.stop("immediate")

    with pytest.raises(Unavailable, match=r"does not answer|was lost"):
        move.run(seen=stop)
    server.start()
    found = move.run()

    assert found.verified
    assert move.notes == ["The copy goes on where it stopped."]
