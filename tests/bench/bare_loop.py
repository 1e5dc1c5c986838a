"""The same pulls and posts, header for header, without any storage: what the client alone can do.

``python -m tests.bench.bare_loop PORT IN_FLIGHT`` reads all pages, posts every record on its own
with that many in flight, and prints records and seconds as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import timedelta

import msgspec
import uvloop
from pyreqwest.client import ClientBuilder

TOTAL = timedelta(seconds=15)


class Page(msgspec.Struct):
    """A page, its records left as they are."""

    items: list[msgspec.Raw]
    next: str | None


async def run(port: int, in_flight: int) -> None:
    """Pull and post everything once."""
    client = ClientBuilder().no_proxy().follow_redirects(False).build()
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue(2000)
    url = f"http://127.0.0.1:{port}/orders"
    posted = 0

    async def post() -> None:
        nonlocal posted
        while (record := await waiting.get()) is not None:
            posted += 1
            headers = (
                ("content-type", "application/json"),
                ("webhook-id", f"dlv_72b29a59{posted:x}"),
                ("jellyfish-attempt", "1.1"),
            )
            request = client.post(url).headers(headers).body_bytes(record).timeout(TOTAL)
            answer = await request.build().send()
            await answer.bytes()

    started_s = time.perf_counter()
    posters = [asyncio.create_task(post()) for _ in range(in_flight)]
    number: str | None = "1"
    while number is not None:
        answer = await client.get(f"http://127.0.0.1:{port}/?page={number}").build().send()
        page = msgspec.json.decode(bytes(await answer.bytes()), type=Page)
        for record in page.items:
            await waiting.put(bytes(record))
        number = page.next
    for _ in posters:
        await waiting.put(None)
    await asyncio.gather(*posters)
    print(json.dumps({"records": posted, "seconds": time.perf_counter() - started_s}))


if __name__ == "__main__":
    uvloop.run(run(int(sys.argv[1]), int(sys.argv[2])))
