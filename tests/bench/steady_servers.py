"""A source with a steady stream of new records, for ``python -m tests.bench.steady_servers RATE``.

``GET /orders?after=N`` gives the oldest records above number N, at most a page; RATE new ones come
into being every second, as long as it runs. The target at ``POST /orders`` takes most, refuses
one in a hundred for one of four causes, and asks for another try of one in fifty. Prints its port
and ends when its input closes.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import cast
from urllib.parse import parse_qs, urlsplit

import uvloop

from tests.bench.instant_servers import row

PAGE = 1_000
REFUSED_EVERY, BUSY_EVERY, CAUSES = 100, 50, 4


class Steady(asyncio.Protocol):
    """Reads requests whose parts arrive whole or in pieces, answers each at once."""

    def __init__(self, rate: float, began_s: float) -> None:
        self._rate, self._began_s = rate, began_s
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, whole = self._buffer[:end], end + 4 + _length(self._buffer[:end])
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            target = head.split(b" ", 2)[1].decode()
            self._transport.write(self._page(target) if head[:3] == b"GET" else _taken(body))

    def _page(self, target: str) -> bytes:
        after = int(parse_qs(urlsplit(target).query).get("after", ["0"])[0])
        newest = int((time.monotonic() - self._began_s) * self._rate)
        rows = [row(number) for number in range(after + 1, min(newest, after + PAGE) + 1)]
        return _answer("200 OK", json.dumps({"items": rows}).encode())


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def _taken(body: bytes) -> bytes:
    """By the record's number, so that a retry of a refused one is refused again."""
    number = int(json.loads(body)["seq"])
    if number % REFUSED_EVERY == 0:
        cause = "ABCD"[number // REFUSED_EVERY % CAUSES]
        return _answer("422 Unprocessable", f'{{"message": "rule {cause} is broken"}}'.encode())
    if number % BUSY_EVERY == 1:
        return _answer("503 Unavailable", b'{"message": "busy"}')
    return _answer("200 OK", b'{"code": "0"}')


def _answer(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


async def run(rate: float) -> None:
    """Serve until standard input closes."""
    loop = asyncio.get_running_loop()
    began_s = time.monotonic()
    server = await loop.create_server(lambda: Steady(rate, began_s), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    server.close()


if __name__ == "__main__":
    uvloop.run(run(float(sys.argv[1])))
