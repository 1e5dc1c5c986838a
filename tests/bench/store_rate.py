"""How long the store takes for each record, step by step, in pages of 500.

Run as a script: ``python -m tests.bench.store_rate [RECORDS]``. The budget for all of it, ingest,
claim and settle with full evidence, is 45 µs of the writer for each record.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence

from engine.core.attempt import Exchange, Outcome, RequestEvidence, ResponseEvidence
from engine.core.delivery import Event
from engine.core.record import Claimed, IncomingRecord, PulledPage
from engine.store.rows import JobRow, Lease, LeaseKey, Settlement, WorkKind
from engine.store.store import Store

PAGE = 500
GROUP = 256
SHARDS = 4
BODY = b'{"code":"0","message":"ok","id":"8a7f5c"}'
SENT = (
    ("content-type", "application/json"),
    ("authorization", "••••••••"),
    ("x-source", "shop"),
    ("user-agent", "DataJellyFish/0.1"),
)
CAME = (
    ("content-type", "application/json"),
    ("date", "Tue, 03 Nov 2026 10:00:00 GMT"),
    ("content-length", str(len(BODY))),
    ("server", "nginx"),
)
SHA256 = hashlib.sha256(BODY).digest()


def clock() -> int:
    """UTC ms."""
    return int(time.time() * 1000)


def records(first: int, count: int) -> tuple[IncomingRecord, ...]:
    """New records of some 300 bytes."""
    made = []
    for n in range(first, first + count):
        payload = json.dumps({"id": f"A-{n:09}", "amount": n, "note": "x" * 250}).encode()
        made.append(IncomingRecord(f"A-{n:09}", hashlib.sha256(payload).digest(), payload))
    return tuple(made)


def page(made: tuple[IncomingRecord, ...], cursor: str | None, after: str | None) -> PulledPage:
    """A page of these records."""
    exchange = Exchange(
        RequestEvidence("GET", "http://127.0.0.1/orders?page=1", SENT, None),
        ResponseEvidence(200, CAME, BODY, len(BODY), SHA256),
        clock(),
        3,
    )
    return PulledPage(exchange, made, len(made), cursor, after, 1, True)


def settlement(one: Claimed) -> Settlement:
    """An accepted send of one record, with its evidence."""
    sent = (*SENT, ("webhook-id", one.idempotency_key), ("jellyfish-attempt", "1.1"))
    exchange = Exchange(
        RequestEvidence("POST", "http://127.0.0.1:9000/api/orders", sent, None),
        ResponseEvidence(200, CAME, BODY, len(BODY), SHA256),
        clock(),
        4,
    )
    return Settlement(
        one.delivery_id,
        one.record_id,
        one.consumer_id,
        one.shard,
        one.token,
        one.cycle,
        one.number,
        one.pulled_at,
        Event.ACCEPT,
        clock(),
        outcome=Outcome.ACCEPTED,
        exchange=exchange,
    )


async def prepared(store: Store) -> tuple[JobRow, Lease, Sequence[Lease]]:
    """A job with one consumer, and its leases."""
    job = await store.save_job(
        "bench",
        "{}",
        push_shards=SHARDS,
        pull_shards=["all"],
        consumers=[("target", "beginning")],
        by="bench",
    )
    keys = [LeaseKey(job.id, WorkKind.PUSH, str(n)) for n in range(SHARDS)]
    pull = LeaseKey(job.id, WorkKind.PULL, "all")
    lease, *leases = await store.acquire([pull, *keys], owner="bench", ttl_ms=3_600_000)
    return job, lease, leases


async def measure(total: int) -> dict[str, float]:
    """µs for each record of each step, and CPU of the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(f"sqlite:///{folder}/bench.db", clock=clock, node="bench")
        try:
            job, lease, leases = await prepared(store)
            consumer = job.consumers[0].id
            spent = {"ingest": 0.0, "claim": 0.0, "settle": 0.0}
            cpu = 0.0
            cursor: str | None = None
            for first in range(0, total, PAGE):
                after = f"c{first}"
                pulled = page(records(first, PAGE), cursor, after)
                used = _cpu()
                began = time.perf_counter()
                await store.ingest(
                    lease, pulled, consumers=[consumer], push_shards=SHARDS, due_at=None
                )
                spent["ingest"] += time.perf_counter() - began
                cursor = after
                began = time.perf_counter()
                claimed = await store.claim(
                    consumer, leases, limit=PAGE, now=clock() + 1, per_key=True
                )
                spent["claim"] += time.perf_counter() - began
                cpu += _cpu() - used
                settlements = [settlement(one) for one in claimed]
                used = _cpu()
                began = time.perf_counter()
                for start in range(0, len(settlements), GROUP):
                    moved = await store.settle(settlements[start : start + GROUP])
                    if not all(moved):
                        raise AssertionError("a settlement was lost")
                spent["settle"] += time.perf_counter() - began
                cpu += _cpu() - used
            return {
                **{name: seconds / total * 1e6 for name, seconds in spent.items()},
                "all": sum(spent.values()) / total * 1e6,
                "cpu": cpu / total * 1e6,
            }
        finally:
            await store.close()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure and print."""
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    for name, microseconds in asyncio.run(measure(total)).items():
        print(f"{name:8} {microseconds:7.1f} µs a record")


if __name__ == "__main__":
    main()
