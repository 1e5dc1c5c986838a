"""A source and a target that cost next to nothing, for ``python -m tests.bench.instant_servers``.

Its arguments are N and SIZE: the source has N records of about 300 bytes in pages of SIZE, each
naming the next (``GET /?page=2``); the target answers every POST at once with ``{"code": "0"}``.
``GET /taken`` tells how many POSTs came. Prints its port and ends when its input closes.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import ClassVar, cast
from urllib.parse import parse_qs, urlsplit

import uvloop

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n"
OK += b'{"code": "0"}'


def pages_of(n: int, size: int) -> list[bytes]:
    """All pages, ready to be sent; the last names no next one."""
    pages: list[bytes] = []
    for first in range(0, n, size):
        rows = [row(number) for number in range(first, min(n, first + size))]
        following = str(len(pages) + 2) if first + size < n else None
        pages.append(json.dumps({"items": rows, "next": following}).encode())
    return pages


def row(number: int) -> dict[str, object]:
    """One record."""
    return {
        "id": f"SO-{number:08d}",
        "status": "paid",
        "amount": 1840.25,
        "updated_at": f"2026-11-23T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:00Z",
        "seq": number,
        "buyer": {"name": "杭州数科有限公司", "city": "杭州", "level": 3},
        "lines": [{"sku": "SKU-1001", "n": 2}, {"sku": "SKU-1002", "n": 1}],
    }


class Instant(asyncio.Protocol):
    """Reads requests whose heads arrive whole or in pieces, answers each at once."""

    pages: ClassVar[list[bytes]] = []
    taken: ClassVar[int] = 0

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while self._buffer:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 : at + 26].split(b"\r\n")[0]) if at >= 0 else 0
            if len(self._buffer) < end + 4 + length:
                return
            get = head.startswith(b"get")
            target = self._buffer[: self._buffer.find(b"\r\n")].split(b" ")[1].decode()
            self._buffer = self._buffer[end + 4 + length :]
            self._transport.write(self._page(target) if get else OK)
            if not get:
                Instant.taken += 1

    def _page(self, target: str) -> bytes:
        parts = urlsplit(target)
        if parts.path == "/taken":
            body = str(Instant.taken).encode()
        else:
            number = int(parse_qs(parts.query).get("page", ["1"])[0])
            body = self.pages[min(number - 1, len(self.pages) - 1)]
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
        return head.encode() + b"\r\n\r\n" + body


async def run(n: int, size: int) -> None:
    """Serve until standard input closes."""
    Instant.pages = pages_of(n, size)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Instant, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    server.close()


if __name__ == "__main__":
    uvloop.run(run(int(sys.argv[1]), int(sys.argv[2])))
