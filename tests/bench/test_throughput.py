"""How fast a whole node is, as a share of what its HTTP client can do without any storage.

One node on SQLite, one POST a record, full evidence, against a target that answers at once.
Both are measured in one run; the figure is their ratio, as machines are noisy.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest

from tests.node_process import running_node

IN_FLIGHT = 64
PAGE = 500
FLOOR = 0.4
"""Of the long run; the short one only shows that everything arrives, as nobody times a test."""


@asynccontextmanager
async def serving(program: str, *options: str) -> AsyncIterator[int]:
    """Source and target of that module in a process of their own; their port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.bench.{program}",
        *options,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


def instant_servers(n: int) -> AbstractAsyncContextManager[int]:
    """The systems that answer at once, with n records; their port."""
    return serving("instant_servers", str(n), str(PAGE))


async def bare_rate(port: int, client: str = "node") -> float:
    """Records a second of the loop without storage, with the client of a node or the library."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.bare_loop",
        str(port),
        str(IN_FLIGHT),
        client,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    result = json.loads(out)
    return float(result["records"] / result["seconds"])


def document(port: int) -> dict[str, Any]:
    """The job that does what the bare loop does."""
    return {
        "job": "bench",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "1h"},
            "mode": "full",
            "request": {"url": f"http://127.0.0.1:{port}/", "query": {"page": "${token}"}},
            "response": {"records": "body.items"},
            "paging": {"kind": "token", "next": "body.next"},
        },
        "ledger": {"key": "record.id"},
        "consumers": [
            {
                "name": "target",
                "request": {"url": f"http://127.0.0.1:{port}/orders"},
                "concurrency": IN_FLIGHT,
            }
        ],
    }


async def node_rate(port: int, n: int, home: Path, *, options: Sequence[str] = ()) -> float:
    """Records a second of a node, from applying the job to the last post.

    options: of the node, such as its database; all that was sent is checked afterwards.
    """
    async with (
        running_node(home, options=options) as node,
        node.client() as client,
        httpx.AsyncClient() as http,
    ):
        before = int((await http.get(f"http://127.0.0.1:{port}/taken")).text)
        started_s = time.perf_counter()
        await client.apply(document(port))
        taken = before
        while taken < before + n:
            await asyncio.sleep(0.02)
            taken = int((await http.get(f"http://127.0.0.1:{port}/taken")).text)
        seconds = time.perf_counter() - started_s
        async with asyncio.timeout(30):
            while (await client.status()).jobs[0].consumers[0].synced < n:
                await asyncio.sleep(0.1)
        check = await client.check()
        assert check.ok, check.broken
    return n / seconds


@pytest.mark.bench
@pytest.mark.timeout(600)
async def test_a_node_keeps_a_good_share_of_its_http_clients_rate(
    tmp_path: Path, full_length: bool
) -> None:
    """Round by round, as a machine may be faster in one minute than in the next."""
    n, rounds = (50_000, 7) if full_length else (10_000, 1)
    shares = []
    async with instant_servers(n) as port:
        for number in range(rounds):
            bare = await bare_rate(port)
            node = await node_rate(port, n, tmp_path / str(number))
            library = await bare_rate(port, "library")
            shares.append(node / bare)
            print(
                f"\n{n:,} records: bare loop {bare:,.0f}/s, node {node:,.0f}/s, ratio"
                f" {node / bare:.2f} (bare loop of the library below the client {library:,.0f}/s)"
            )
    print(f"\nratio in the middle: {median(shares):.2f}")
    if full_length:
        assert median(shares) >= FLOOR
