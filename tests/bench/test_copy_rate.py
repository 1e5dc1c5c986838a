"""How fast a ledger comes over into PostgreSQL, and what it costs that it is proved.

The figure is a ratio in one run: reading and inserting the same rows in the same blocks, without
positions, hashes and the second reading, against the whole copy with its verification.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.operations.copy import CopyRequest, Surroundings, copy
from engine.operations.master_key import MasterKeyPlace
from engine.store.access import Access
from engine.store.copying.tables import copied_tables
from engine.store.copying.walk import next_block
from engine.store.dialects.choose import dialect_of
from engine.store.migrate import migrate
from engine.store.store import Store
from tests.bench.store_rate import clock, page, prepared, records, settlement

FLOOR = 0.25
"""Of the bare rate: every row is read twice, hashed twice, and the rules are counted."""
PAGE = 500


async def fill(url: str, n: int) -> None:
    """A ledger of n delivered records with full evidence."""
    store = await Store.open(url, clock=clock, node="bench")
    try:
        job, lease, leases = await prepared(store)
        consumer = job.consumers[0].id
        cursor: str | None = None
        for first in range(0, n, PAGE):
            pulled = page(records(first, PAGE), cursor, f"c{first}")
            await store.ingest(lease, pulled, consumers=[consumer], push_shards=4, due_at=None)
            cursor = f"c{first}"
            claimed = await store.claim(consumer, leases, limit=PAGE, now=clock() + 1, per_key=True)
            await store.settle([settlement(one) for one in claimed])
        await store.release([lease, *leases])
    finally:
        await store.close()


@contextmanager
def connected(url: str, *, writer: bool) -> Iterator[Access]:
    """A connection; a writer's database gets its tables."""
    dialect = dialect_of(url, clock, "bench")
    access = dialect.connect(writer=writer)
    try:
        if writer:
            migrate(access, dialect)
            access.run("DELETE FROM serial")
        yield access
    finally:
        dialect.disconnect(access)


def bare_rate(origin: str, destination: str) -> float:
    """Rows a second of reading and inserting alone."""
    rows = 0
    with connected(origin, writer=False) as old, connected(destination, writer=True) as new:
        began_s = time.perf_counter()
        for table in copied_tables():
            after = None
            while (block := next_block(old, table, after)).rows:
                new.insert_rows(table.name, table.columns, block.rows)
                rows, after = rows + len(block.rows), block.after
        return rows / (time.perf_counter() - began_s)


def copy_rate(origin: str, destination: str, folder: Path) -> float:
    """Rows a second of a whole copy, verified."""
    key = MasterKeyPlace(folder / "master-key", keyring=lambda: None)
    around = Surroundings(key, clock, lambda step: None, lambda sentence: None)
    began_s = time.perf_counter()
    found = copy(CopyRequest(origin, destination, False, "bench"), around)
    took_s = time.perf_counter() - began_s
    assert found.verified
    return sum(table.counted for table in found.tables) / took_s


@pytest.mark.bench
@pytest.mark.timeout(900)
async def test_a_copy_is_proved_at_a_fair_price(
    tmp_path: Path, full_length: bool, fresh_database: Callable[[str], str]
) -> None:
    n = 200_000 if full_length else 5_000
    origin = f"sqlite:///{tmp_path / 'old.db'}"
    await fill(origin, n)
    bare = bare_rate(origin, fresh_database("postgresql"))
    whole = copy_rate(origin, fresh_database("postgresql"), tmp_path)
    print(
        f"\n{n:,} records into PostgreSQL: {whole:,.0f} rows/s copied and verified,"
        f" {bare:,.0f} rows/s bare, ratio {whole / bare:.2f}"
    )
    if full_length:
        assert whole / bare >= FLOOR
