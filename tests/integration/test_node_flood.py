"""A node's work goes on while its control API is flooded: records are pulled and delivered.

The flood comes from a process of its own, over many connections, with and without a token that
holds; the figures of before and meanwhile are printed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.api.client import NodeClient
from engine.api.wire import TokenRequest
from engine.demo.small_server import Call, Reply, serve, url_of
from tests.node_process import WAIT_S, running_node

A_SECOND = 40
STRETCH_S = 6.0
FLOOD = """
import asyncio, sys, time
port, until, *tokens = int(sys.argv[1]), time.time() + float(sys.argv[2]), *sys.argv[3:]

async def pour(number):
    head = (f"GET /api/v1/node HTTP/1.1\\r\\nhost: 127.0.0.1\\r\\n"
            f"authorization: Bearer {tokens[number % len(tokens)]}\\r\\n\\r\\n").encode()
    heard = 0
    while time.time() < until:
        try:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=(f"127.0.2.{number % 4 + 1}", 0))
            while time.time() < until:
                writer.write(head * 8)
                heard += (await asyncio.wait_for(reader.read(65536), 5)).count(b"HTTP/1.1 ")
                if reader.at_eof():
                    break
            writer.close()
        except (OSError, asyncio.TimeoutError):
            await asyncio.sleep(0.01)
    return heard

async def main():
    print(sum(await asyncio.gather(*(pour(number) for number in range(400)))))

asyncio.run(main())
"""


@dataclass
class Systems:
    """A source that has so many new records every second, and a target that counts them."""

    began: float = field(default_factory=time.monotonic)
    got: dict[str, float] = field(default_factory=dict)

    @property
    def offered(self) -> int:
        """Records there are by now."""
        return int((time.monotonic() - self.began) * A_SECOND)

    async def source(self, call: Call) -> Reply:
        """What is new, in pages of 100."""
        first = int(call.query["since"] or 0)
        last = min(self.offered, first + 100)
        return Reply([{"id": number} for number in range(first, last + 1) if number])

    async def target(self, call: Call) -> Reply:
        """Take it, and note when."""
        self.got.setdefault(call.headers["webhook-id"], time.monotonic())
        return Reply({})

    async def delivered_in(self, stretch_s: float) -> int:
        """How many new ones came in this time."""
        before = len(self.got)
        await asyncio.sleep(stretch_s)
        return len(self.got) - before


def document(source: str, target: str) -> dict[str, Any]:
    """Pull every second, push at once."""
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "1s"},
            "request": {"url": source, "query": {"since": "${cursor}"}},
            "cursor": {"value": "record.id", "type": "number", "start": 0},
        },
        "ledger": {"key": "record.id"},
        "consumers": [{"name": "erp", "request": {"url": target}}],
    }


@asynccontextmanager
async def flowing(folder: Path) -> AsyncIterator[tuple[Systems, NodeClient]]:
    """A node whose job flows steadily."""
    systems = Systems()
    here, there = await serve(systems.source), await serve(systems.target)
    try:
        async with running_node(folder) as node, node.client() as client:
            await client.apply(document(url_of(here), url_of(there)))
            async with asyncio.timeout(WAIT_S):
                while len(systems.got) < A_SECOND or len(systems.got) < systems.offered * 0.7:
                    await asyncio.sleep(0.05)
            yield systems, client
    finally:
        here.close()
        there.close()


async def test_deliveries_go_on_while_the_api_is_flooded(tmp_path: Path) -> None:
    async with flowing(tmp_path) as (systems, client):
        token = (await client.make_token(TokenRequest(name="flood"))).token
        quiet = await systems.delivered_in(STRETCH_S)
        flood = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", FLOOD, client.url.rpartition(":")[2], str(STRETCH_S + 1)),
            *("jf_wrong", token),
            stdout=asyncio.subprocess.PIPE,
        )
        flooded = await systems.delivered_in(STRETCH_S)
        told, _ = await flood.communicate()
        answered = int(told)
        async with asyncio.timeout(WAIT_S):
            while len(systems.got) < systems.offered - 3 * A_SECOND:
                await asyncio.sleep(0.05)
        assert (await client.check()).ok
    print(
        f"\nin {STRETCH_S:.0f} s: {quiet} delivered in peace, {flooded} while 400 connections "
        f"got {answered} answers"
    )
    assert answered > 100, "it was a flood"
    assert flooded > quiet * 0.4
