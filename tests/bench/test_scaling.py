"""What more nodes are worth when the target is the slow part: 50 ms an answer.

Nodes on one PostgreSQL server, one after the other with one, two and four of them, in one run;
the figures are ratios of their rates, as machines are noisy.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from engine.api.client import NodeClient
from engine.demo.small_server import Call, Reply, serve, url_of
from tests.node_process import running_node

ANSWER_S = 0.05
CONCURRENCY = 8
PUSH_SHARDS = 8
WANTED = {2: 1.8, 4: 3.2}


class SlowTarget:
    """Answers after 50 ms, and counts."""

    def __init__(self) -> None:
        self.taken = 0

    async def answer(self, _: Call) -> Reply:
        await asyncio.sleep(ANSWER_S)
        self.taken += 1
        return Reply({"code": "0"})


class Source:
    """All of its records on one page."""

    def __init__(self, n: int) -> None:
        self.rows = [{"id": f"R{number}", "text": "x" * 200} for number in range(n)]
        self.open = False

    async def answer(self, _: Call) -> Reply:
        return Reply({"rows": self.rows if self.open else []})


def document(source: str, target: str) -> dict[str, Any]:
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "1s"},
            "mode": "full",
            "request": {"url": f"{source}/orders"},
            "response": {"records": "body.rows"},
        },
        "ledger": {"key": "record.id", "push_shards": PUSH_SHARDS},
        "consumers": [
            {
                "name": "erp",
                "request": {"url": f"{target}/orders"},
                "concurrency": CONCURRENCY,
            }
        ],
    }


async def shared_out(client: NodeClient, nodes: int) -> None:
    """Wait until every node holds its share of the push shards."""
    async with asyncio.timeout(60):
        while True:
            held = [sum(one.push for one in node.holds) for node in await client.nodes()]
            if sorted(held) == [PUSH_SHARDS // nodes] * nodes:
                return
            await asyncio.sleep(0.2)


async def rate(url: str, nodes: int, n: int, home: Path) -> float:
    """Records a second, from the first answer to the last."""
    source, target = Source(n), SlowTarget()
    async with AsyncExitStack() as opened:
        one, two = await serve(source.answer), await serve(target.answer)
        opened.callback(one.close)
        opened.callback(two.close)
        for number in range(nodes):
            place = home / f"{nodes}-{number}"
            place.mkdir(parents=True)
            options = ("--db", url, "--name", f"n{number}")
            node = await opened.enter_async_context(running_node(place, options=options))
        client = await opened.enter_async_context(node.client())
        await client.apply(document(url_of(one), url_of(two)))
        await shared_out(client, nodes)
        source.open = True
        while not target.taken:
            await asyncio.sleep(0.005)
        before, started_s = target.taken, time.perf_counter()
        while target.taken < n:
            await asyncio.sleep(0.005)
        seconds = time.perf_counter() - started_s
        check = await client.check()
        assert check.ok, check.broken
        return (n - before) / seconds


@pytest.mark.bench
@pytest.mark.timeout(900)
async def test_two_nodes_deliver_nearly_twice_and_four_nearly_four_times_as_much(
    fresh_database: Callable[[str], str], tmp_path: Path, full_length: bool
) -> None:
    counts = (1, 2, 4) if full_length else (1, 2)
    rates = {}
    for nodes in counts:
        n = nodes * (3_000 if full_length else 300)
        rates[nodes] = await rate(fresh_database("postgresql"), nodes, n, tmp_path)
        print(
            f"\n{nodes} nodes: {rates[nodes]:,.0f} records/s,"
            f" {rates[nodes] / rates[1]:.2f} times one node"
        )
    if full_length:
        for nodes, times in WANTED.items():
            assert rates[nodes] / rates[1] >= times
