"""A ledger of a million records: how soon any list's first page is there, and the node's memory.

Issue's bounds: 100 ms at the API, 250 MB with that backlog. The best of a few tries counts, as
other programs use the machine too.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from engine.api.client import NodeClient
from engine.api.wire import RecordQuery
from engine.core.attempt import Exchange, Outcome, RequestEvidence, ResponseEvidence
from engine.core.delivery import Event
from engine.core.record import Claimed, IncomingRecord, PulledPage
from engine.store.rows import LeaseKey, Settlement, WorkKind
from engine.store.store import Store
from tests.node_process import running_node

PAGE_MS, MEMORY_MB = 100.0, 250.0
SETTLED_SHARE = 20
"""One record in so many is sent before the node starts; the others are the backlog."""
PUSH_SHARDS = 4

DOCUMENT = {
    "job": "orders",
    "producer": {
        "kind": "http_pull",
        "mode": "full",
        "request": {"url": "http://127.0.0.1:9/orders"},
    },
    "ledger": {"key": "record.id", "push_shards": PUSH_SHARDS},
    "consumers": [{"name": "erp", "request": {"url": "http://127.0.0.1:9/orders"}}],
}
ANSWER = ResponseEvidence(200, (("content-type", "application/json"),), b"{}", 2, bytes(32))
SENT = RequestEvidence("POST", "http://127.0.0.1:9/orders", (("content-type", "x"),), None)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def page_of(first: int, size: int, more: bool) -> PulledPage:
    """A page of records of about 300 bytes."""
    records = []
    for number in range(first, first + size):
        payload = json.dumps({"id": f"SO-{number:08d}", "text": "x" * 260}).encode()
        digest = hashlib.sha256(payload).digest()
        records.append(IncomingRecord(f"SO-{number:08d}", digest, payload))
    exchange = Exchange(SENT, ANSWER, now_ms(), 3)
    return PulledPage(exchange, tuple(records), size, None, None, 1, more)


def settled(batch: list[Claimed]) -> Iterator[Settlement]:
    """Eight in ten were accepted, one was rejected, each for a reason of its own, one waits."""
    for at, one in enumerate(batch):
        good = at % 10 > 1
        event = Event.ACCEPT if good else Event.GIVE_UP if at % 10 else Event.POSTPONE
        error = f"Order {one.key} is unknown." if at % 20 == 1 else "The target answered 422."
        yield Settlement(
            delivery_id=one.delivery_id,
            record_id=one.record_id,
            consumer_id=one.consumer_id,
            shard=one.shard,
            token=one.token,
            cycle=one.cycle,
            number=one.number,
            pulled_at=one.pulled_at,
            event=event,
            at=now_ms(),
            due_at=now_ms() + 3_600_000,
            outcome=Outcome.ACCEPTED if good else Outcome.REJECTED,
            error="" if good else error,
            exchange=Exchange(SENT, ANSWER, now_ms(), 3),
        )


async def fill(url: str, n: int) -> None:
    """A ledger of n records, of which a share was sent."""
    store = await Store.open(url, clock=now_ms, node="bench")
    try:
        job = await store.save_job(
            "orders",
            json.dumps(DOCUMENT),
            push_shards=PUSH_SHARDS,
            pull_shards=["all"],
            consumers=[("erp", "beginning")],
            by="bench",
        )
        await store.set_paused(job.id, True, by="bench")
        pushes = [LeaseKey(job.id, WorkKind.PUSH, str(shard)) for shard in range(PUSH_SHARDS)]
        pull, *held = await store.acquire(
            [LeaseKey(job.id, WorkKind.PULL, "all"), *pushes], owner="bench", ttl_ms=3_600_000
        )
        consumer = job.consumers[0].id
        for first in range(0, n, 1000):
            page = page_of(first, 1000, more=True)
            await store.ingest(
                pull, page, consumers=[consumer], push_shards=PUSH_SHARDS, due_at=None
            )
        for _ in range(n // SETTLED_SHARE // 500):
            batch = await store.claim(consumer, held, limit=500, now=now_ms(), per_key=True)
            await store.settle(list(settled(batch)))
        await store.release([pull, *held])
    finally:
        await store.close()


LISTS = {
    "all": RecordQuery(),
    "job": RecordQuery(job="orders"),
    "consumer": RecordQuery(job="orders", consumer="erp"),
    "pending": RecordQuery(job="orders", consumer="erp", states=("pending",)),
    "dead": RecordQuery(job="orders", consumer="erp", states=("dead",)),
    "dead of all jobs": RecordQuery(states=("dead",)),
    "delivered": RecordQuery(job="orders", consumer="erp", states=("delivered",)),
    "unsynced": RecordQuery(job="orders", states=("pending", "sending", "retrying")),
    "key": RecordQuery(job="orders", key="SO-00000500"),
    "key prefix": RecordQuery(job="orders", key_prefix="SO-000005"),
    "key prefix of all jobs": RecordQuery(key_prefix="SO-0000"),
    "dead with prefix": RecordQuery(job="orders", key_prefix="SO-0000", states=("dead",)),
}


SEARCHES = {
    "search, all match": RecordQuery(job="orders", expression='record.text.startsWith("x")'),
    "search by key": RecordQuery(key_prefix="SO-000001", expression='key.endsWith("7")'),
    "search of the dead": RecordQuery(states=("dead",), expression="size(record.text) > 3"),
}
SEARCH_MS = 700.0
"""A page of a search that finds nothing gives up for now after half a second."""


async def best_ms(ask: Callable[[], Awaitable[object]]) -> float:
    """The best of five tries."""
    tries = []
    for _ in range(5):
        started_s = time.perf_counter()
        await ask()
        tries.append((time.perf_counter() - started_s) * 1000)
    return min(tries)


async def trouble_ms(client: NodeClient) -> dict[str, float]:
    """Failures, what holds a record, alerts, graphs."""
    groups = await client.failures("orders")
    dead = next(one for one in groups if one.state == "dead")
    retrying = next(one for one in groups if one.state == "retrying")
    assert len(groups) == 3
    of_cause = RecordQuery(cause=dead.cause)
    waiting = RecordQuery(cause=retrying.cause, states=("retrying",))
    assert dead.record_id is not None
    record_id = dead.record_id
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "failures": client.failures,
        "a cause": lambda: client.records(of_cause),
        "a cause, counted": lambda: client.count(of_cause),
        "a cause of retries": lambda: client.records(waiting),
        "why not delivered": lambda: client.explain(record_id),
        "alerts": client.alerts,
    }
    for window_s in (300, 3600, 86_400, 604_800):
        asked[f"graphs of {window_s} s"] = partial(client.series, window_s, "orders")
    return {name: await best_ms(ask) for name, ask in asked.items()}


async def first_page_ms(client: NodeClient, query: RecordQuery) -> float:
    """The best of five tries."""
    tries = []
    for _ in range(5):
        started_s = time.perf_counter()
        page = await client.records(query, limit=200)
        tries.append((time.perf_counter() - started_s) * 1000)
        assert page.records
    return min(tries)


def resident_mb(pid: int) -> float:
    """A process's memory, as the system counts it."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


@pytest.mark.bench
@pytest.mark.timeout(900)
async def test_lists_of_a_large_ledger_are_there_at_once(tmp_path: Path, full_length: bool) -> None:
    n = 1_000_000 if full_length else 20_000
    await fill(f"sqlite:///{tmp_path / 'jellyfish.db'}", n)
    middle = now_ms()
    async with running_node(tmp_path) as node, node.client() as client:
        queries = LISTS | {
            "until": RecordQuery(job="orders", until=middle),
            "since": RecordQuery(since=middle - 3_600_000, states=("dead",)),
        }
        times = {name: await first_page_ms(client, query) for name, query in queries.items()}
        await client.status()
        times |= await trouble_ms(client)
        for name, query in SEARCHES.items():
            times[name] = await first_page_ms(client, query)
        nothing = RecordQuery(job="orders", expression='record.text == "y"')
        rare_ms = await best_ms(lambda: client.records(nothing))
        scanned = (await client.records(nothing)).scanned or 0
        memory = resident_mb(node.process.pid)
    slowest = max(times, key=lambda name: times[name])
    print(f"\n{n:,} records; memory of the node {memory:.0f} MB; first pages in ms:")
    for name, ms in times.items():
        print(f"  {name:<24}{ms:7.1f}")
    print(f"a search that finds nothing looks at {scanned:,} records in {rare_ms:.0f} ms a call")
    assert rare_ms < SEARCH_MS
    if full_length:
        assert times[slowest] < PAGE_MS, slowest
        assert memory < MEMORY_MB
