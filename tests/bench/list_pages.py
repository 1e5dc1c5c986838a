"""How long the first page of each list takes on a large ledger, and whether claims stay quick.

Run as a script: ``python -m tests.bench.list_pages [RECORDS]``. The goal is 100 ms for the first
page of any list at a million records. Ten thousand versions of one key wait behind a stuck one.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from pathlib import Path

from engine.core.attempt import Outcome
from engine.core.delivery import Event, State
from engine.core.record import IncomingRecord
from engine.store.rows import JobRow, Lease, RecordFilter, Settlement
from engine.store.store import Store
from tests.bench.store_rate import clock, page, prepared, settlement
from tests.conformance.store_world import changed

PAGE = 2000
VERSIONS = 10_000
LIST = 200


def incoming(rng: random.Random, count: int) -> tuple[IncomingRecord, ...]:
    """Records with keys in no order."""
    return tuple(
        IncomingRecord(f"order-{rng.randrange(1 << 48):012x}", rng.randbytes(32), b"x" * 200)
        for _ in range(count)
    )


async def fill(store: Store, total: int) -> tuple[JobRow, Lease, list[Lease]]:
    """A ledger: two fifths delivered, one in a thousand dead, a few retrying, the rest pending."""
    rng = random.Random(1)
    job, lease, leases = await prepared(store)
    consumer = job.consumers[0].id
    cursor: str | None = None
    stuck = tuple(
        IncomingRecord("stuck", hashlib.sha256(str(n).encode()).digest(), b"x" * 200)
        for n in range(VERSIONS)
    )
    pages = [stuck] + [incoming(rng, PAGE) for _ in range((total - VERSIONS) // PAGE)]
    for n, made in enumerate(pages):
        pulled = page(made, cursor, f"c{n}")
        await store.ingest(lease, pulled, consumers=[consumer], push_shards=4, due_at=None)
        cursor = f"c{n}"
        if n % 5 < 2:
            claimed = await store.claim(consumer, leases, limit=PAGE, now=clock() + 1, per_key=True)
            settlements = [settlement(one) for one in claimed]
            for at, one in enumerate(settlements):
                if n == 0:
                    settlements[at] = _postponed(one)
                elif at % 400 == 0:
                    settlements[at] = changed(
                        one, event=Event.GIVE_UP, outcome=Outcome.REJECTED, error="no"
                    )
                elif at % 100 == 1:
                    settlements[at] = _postponed(one)
            await store.settle(settlements)
    return job, lease, list(leases)


def _postponed(one: Settlement) -> Settlement:
    return changed(one, event=Event.POSTPONE, outcome=Outcome.RETRY, due_at=clock() + 3_600_000)


def filters(job: JobRow, key: str) -> Iterator[RecordFilter]:
    """Every combination of what a list can be narrowed by."""
    now = clock()
    for job_id, consumer, states, (exact, prefix), since in itertools.product(
        [None, job.id],
        [None, job.consumers[0].id],
        [
            frozenset(),
            frozenset({State.DEAD}),
            frozenset({State.DELIVERED}),
            frozenset({State.PENDING, State.RETRYING, State.SENDING}),
            frozenset({State.SKIPPED}),
        ],
        [(None, None), (key, None), ("stuck", None), (None, "order-"), (None, "order-7"),
         (None, key[:9]), (None, "none")],
        [None, now - 5_000],
    ):  # fmt: skip
        yield RecordFilter(job_id, consumer, states, exact, prefix, since, None)


async def timed(work: Awaitable[object]) -> float:
    """ms."""
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000


async def measure(total: int) -> None:
    """Fill, look, and print the slowest."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        store = await Store.open(f"sqlite:///{path}", clock=clock, node="bench")
        try:
            began = time.perf_counter()
            job, _, leases = await fill(store, total)
            took = time.perf_counter() - began
            print(f"{total} records in {took:.0f} s, {path.stat().st_size / total:.0f} bytes each")
            some = await store.records(RecordFilter(key_prefix="order-8"), limit=1)
            await _lists(store, job, some.records[0].key)
            await _claims(store, job, leases)
            print(f"{await timed(store.status()):8.1f} ms status")
            print(f"{await timed(store.check()):8.1f} ms check")
        finally:
            await store.close()


async def _lists(store: Store, job: JobRow, key: str) -> None:
    times = []
    for wanted in filters(job, key):
        times.append((await timed(store.records(wanted, limit=LIST)), wanted))
    times.sort(key=lambda each: -each[0])
    print(f"{len(times)} lists, first pages; the slowest:")
    for took, wanted in times[:5]:
        print(f"{took:8.1f} ms {wanted}")
    print(f"{times[len(times) // 2][0]:8.1f} ms is the middle one")


async def _claims(store: Store, job: JobRow, leases: list[Lease]) -> None:
    consumer = job.consumers[0].id
    times = []
    for _ in range(20):
        began = time.perf_counter()
        claimed = await store.claim(consumer, leases, limit=500, now=clock() + 40_000, per_key=True)
        times.append(((time.perf_counter() - began) * 1e6 / max(len(claimed), 1), len(claimed)))
    print("claims of 500, µs each:", " ".join(f"{took:.1f}({n})" for took, n in times))


def main() -> None:
    """Measure and print."""
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))


if __name__ == "__main__":
    main()
