"""The same pulls and posts, header for header, without any storage.

``python -m tests.bench.bare_loop PORT IN_FLIGHT node|library`` reads all pages, posts every record
on its own with that many in flight, and prints records and seconds as JSON. ``node`` is the HTTP
client a node uses, which keeps what evidence needs: the answer's head before its body, limits of
size and time, the target's guard. ``library`` is the bare library below it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
import uvloop
from pyreqwest.client import ClientBuilder

from engine.core.attempt import Headers
from engine.http.client import HttpClient
from engine.http.guard import TargetGuard
from engine.http.message import HttpAnswer, HttpRequest

TOTAL_S = 15
LARGEST = 16 * 1024 * 1024

Send = Callable[[str, str, Headers, bytes | None], Awaitable[bytes]]


class Page(msgspec.Struct):
    """A page, its records left as they are."""

    items: list[msgspec.Raw]
    next: str | None


def by_node() -> Send:
    """Sends with the client of a node."""
    client = HttpClient(user_agent="bare", forbidden=TargetGuard())

    async def send(method: str, url: str, headers: Headers, body: bytes | None) -> bytes:
        request = HttpRequest(method, url, headers, body)
        answer = await client.send(request, timeout_s=TOTAL_S, max_bytes=LARGEST)
        assert isinstance(answer, HttpAnswer), answer
        return answer.body

    return send


def by_library() -> Send:
    """Sends with the library alone."""
    client = ClientBuilder().no_proxy().follow_redirects(False).build()
    total = timedelta(seconds=TOTAL_S)

    async def send(method: str, url: str, headers: Headers, body: bytes | None) -> bytes:
        request = client.request(method, url).headers(headers).timeout(total)
        answer = await request.body_bytes(body or b"").build().send()
        return bytes(await answer.bytes())

    return send


async def run(port: int, in_flight: int, send: Send) -> None:
    """Pull and post everything once."""
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue(2000)
    origin = f"http://127.0.0.1:{port}"
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
            await send("POST", f"{origin}/orders", headers, record)

    started_s = time.perf_counter()
    posters = [asyncio.create_task(post()) for _ in range(in_flight)]
    number: str | None = "1"
    while number is not None:
        body = await send("GET", f"{origin}/?page={number}", (), None)
        page = msgspec.json.decode(body, type=Page)
        for record in page.items:
            await waiting.put(bytes(record))
        number = page.next
    for _ in posters:
        await waiting.put(None)
    await asyncio.gather(*posters)
    print(json.dumps({"records": posted, "seconds": time.perf_counter() - started_s}))


if __name__ == "__main__":
    uvloop.run(
        run(
            int(sys.argv[1]),
            int(sys.argv[2]),
            by_node() if sys.argv[3] == "node" else by_library(),
        )
    )
