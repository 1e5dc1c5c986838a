"""How each database answers a question: by an index, never by a look at all rows of a big table.

A plan may scan a list that was handed in, and small tables; it may sort nothing that grows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.core.circuit import Telling
from engine.core.delivery import State
from engine.core.slots import Ask
from engine.store import (
    allowances,
    backfill,
    causes,
    circuits,
    claim,
    details,
    ids,
    jobs,
    lists,
    operation_blocks,
    operations,
    picks,
    repeating,
    retention,
    settle,
    standing,
    status,
    vault,
    waiting,
)
from engine.store.audit_filter import EVERYTHING
from engine.store.dialects.choose import dialect_of
from engine.store.dialects.postgres_access import PostgresAccess
from engine.store.operation_rows import Block, Held, Kind, NewOperation
from engine.store.rows import RecordFilter
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, incoming
from tests.unit.store.plans import Watched, faults, watching

pytestmark = pytest.mark.timeout(240)  # thousands of questions, each with its plan
KEYS = [(None, None), ("K1", None), (None, "K"), (None, "K1")]


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
async def watched(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_database: Callable[[str], str]
) -> Any:
    """A ledger with a few hundred rows, and a connection that notes plans."""
    clock = HandClock()
    kind: str = request.param
    url = f"sqlite:///{tmp_path / 'x.db'}" if kind == "sqlite" else fresh_database(kind)
    store = await Store.open(url, clock=clock, node="one", keeps_time=False)
    world = await World(store, clock).begin([("erp", "beginning"), ("crm", "beginning")])
    for n in range(4):
        await world.ingest(*(incoming(f"K{i}", str(n)) for i in range(100)))
        claimed = await world.claim(60)
        await world.accept(*claimed[:40])
        await world.give_up(*claimed[40:50])
        await world.postpone(*claimed[50:])
    held = await world.claim(10)
    await store.close()
    dialect = dialect_of(url, clock, "one", keeps_time=False)
    noted = watching(dialect.connect(writer=True))
    dialect.begin(noted, writer=True)
    yield noted, world, held
    dialect.disconnect(noted)


@pytest.mark.parametrize("few", [5000, 3])
def test_no_list_scans_or_sorts(
    watched: tuple[Watched, World, Any], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    access, world, _ = watched
    monkeypatch.setattr(lists, "FEW", few)
    filters = itertools.product(
        [None, world.job.id],
        [None, world.consumer],
        [frozenset(), frozenset({State.DEAD}), frozenset(State)],
        KEYS,
        [None, world.clock() - 5],
        [None, world.clock() + 5],
    )
    for job_id, consumer_id, states, (key, prefix), since, until in filters:
        wanted = RecordFilter(job_id, consumer_id, states, key, prefix, since, until)
        after: str | None = None
        for _ in range(2):
            page = lists.records(access, wanted, limit=5, after=after)
            after = page.next_cursor
            if after is None:
                break
        picks.delivery_ids(access, wanted, limit=5, after_id=ids.SPAN)
        picks.exact_count(access, wanted)

    assert faults(access) == []
    assert len(access.plans) > 1000


@pytest.mark.parametrize("few", [5000, 3])
def test_no_list_of_failures_scans_or_sorts(
    watched: tuple[Watched, World, Any], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    access, world, held = watched
    monkeypatch.setattr(lists, "FEW", few)
    cause = access.value("SELECT id FROM cause")
    for key, prefix in KEYS:
        wanted = RecordFilter(cause=cause, key=key, key_prefix=prefix)
        page = lists.records(access, wanted, limit=2, after=None)
        lists.records(access, wanted, limit=2, after=page.next_cursor)
        picks.delivery_ids(access, wanted, limit=5, after_id=ids.SPAN)
        picks.exact_count(access, wanted)
    causes.groups(access, None, None, 100)
    causes.groups(access, world.job.id, world.consumer, 100)
    causes.cleared(access, [one.delivery_id for one in held])

    assert faults(access) == []


def test_no_step_of_the_way_of_a_record_scans_or_sorts(
    watched: tuple[Watched, World, Any],
) -> None:
    access, world, held = watched
    consumer, now = world.consumer, world.clock() + 100_000
    settle.wake(access, [one.delivery_id for one in held])
    claim.claim(access, consumer, world.push, limit=20, now=now, per_key=True, pull_shards=True)
    waiting.next_due(access, consumer, [0, 1, 2, 3])
    waiting.recoverable(access, consumer, world.push, limit=10)
    status.status(access, None)
    details.record(access, held[0].record_id)
    standing.standings(access, held[0].record_id)
    details.versions(access, world.job.id, "K1")
    details.pulls(access, world.job.id, 5, "3")
    access.run("UPDATE consumer SET backfill_to = 400, complete_above = 0")
    claim.claim(access, consumer, world.push, limit=20, now=now, per_key=True, pull_shards=True)
    rows = backfill.read(access, consumer, 10)
    backfill.write(access, consumer, [row[0] for row in rows], set())
    retention.remove_bodies(access, [1, 2, 3], now)
    retention.remove_rows(access, [1, 2, 3], now)
    retention.find_pulls(access, world.job.id, now, 0, 10)
    retention.remove_pulls(access, [1, 2, 3], now)

    assert faults(access) == []


def test_no_block_of_an_operation_scans_or_sorts(watched: tuple[Watched, World, Any]) -> None:
    access, _, held = watched
    records = [one.record_id for one in held]
    found = operation_blocks.deliveries_of(access, records, "erp")
    assert len(found.delivery_ids) == len(records)
    operation_blocks.old_versions(access, found.delivery_ids)
    repeating.unrepeatable(access, found.delivery_ids)
    repeating.last_request(access, found.delivery_ids[0])
    new = NewOperation(Kind.RESEND, "{}", "ana", wanted=RecordFilter(), target="all")
    row = operations.begin(access, new)
    operations.operations(access, open_only=True, after=None, limit=5)
    operations.operations(access, open_only=False, after=9, limit=5)
    operations.free(access, 5)
    taken = operations.take(access, row.id, "one", 1000)
    assert taken is not None
    ids = picks.delivery_ids(
        access,
        RecordFilter(states=frozenset({State.DEAD})),
        limit=20,
        after_id=0,
        last_record=row.last_id,
    ).ids
    assert len(ids) == 20
    block = Block(0, ids[-1], ids, last=True)
    operation_blocks.move_block(access, Held(row.id, "one", taken.token), block, 1000)
    vault.audit_list(access, 5, None, EVERYTHING)
    jobs.end_pauses(access)

    assert faults(access) == []


@pytest.mark.parametrize("watched", ["sqlite"], indirect=True)
def test_what_nodes_share_of_rates_and_breakers_is_found_by_its_consumer(
    watched: tuple[Watched, World, Any],
) -> None:
    access, world, _ = watched
    ask = Ask(world.consumer, 1, 10.0, 5)
    told = Telling(world.consumer, 1, opened="failed")
    for _ in range(2):
        allowances.take(access, [ask])
        circuits.tell(access, [told, replace(told, wants_trial=True, shards=(0, 1, 2, 3))], "one")
    circuits.try_soon(access, [world.consumer])

    assert faults(access) == []
    scans = [
        sql for sql, lines in access.plans if any(re.match(r"SCAN (allow|break)", x) for x in lines)
    ]
    assert {sql.partition(" FROM ")[2].partition(" WHERE ")[0] for sql in scans} == {"breaker"}
    assert all("failed_at >" in sql for sql in scans), "only the look at all that is not at rest"


def test_a_plan_that_scans_would_be_seen(watched: tuple[Watched, World, Any]) -> None:
    access, *_ = watched
    look: Callable[[str], Any] = access.rows
    look("SELECT id FROM delivery WHERE last_status = 200")
    look("SELECT id FROM record WHERE job_id = 1 ORDER BY pulled_at")

    sorts_are_seen = not isinstance(access, PostgresAccess)
    assert len(faults(access)) == 1 + sorts_are_seen
