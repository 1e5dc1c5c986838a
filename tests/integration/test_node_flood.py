"""A node's work goes on while its control API is flooded: records are pulled and delivered.

The flood comes from a process of its own, over many connections, with and without a token that
holds; the figures of before and meanwhile are printed.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from engine.api.wire import TokenRequest
from tests.integration.steady import Steady, steady
from tests.node_process import running_node

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


async def delivered(systems: Steady, stretch_s: float) -> int:
    """How many records come in this time."""
    before = len(systems.came)
    await asyncio.sleep(stretch_s)
    return len(systems.came) - before


async def test_deliveries_go_on_while_the_api_is_flooded(tmp_path: Path) -> None:
    async with steady() as systems, running_node(tmp_path) as node, node.client() as client:
        await client.apply(systems.document())
        await systems.flows()
        token = (await client.make_token(TokenRequest(name="flood"))).token
        quiet = await delivered(systems, STRETCH_S)
        flood = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", FLOOD, client.url.rpartition(":")[2], str(STRETCH_S + 1)),
            *("jf_wrong", token),
            stdout=asyncio.subprocess.PIPE,
        )
        flooded = await delivered(systems, STRETCH_S)
        told, _ = await flood.communicate()
        answered = int(told)
        await systems.all_came()
        assert set(systems.came.values()) == {1}
        assert (await client.check()).ok
    print(
        f"\nin {STRETCH_S:.0f} s: {quiet} delivered in peace, {flooded} while 400 connections "
        f"got {answered} answers"
    )
    assert answered > 100, "it was a flood"
    assert flooded > quiet * 0.4
