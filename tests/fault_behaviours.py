"""What the fault server can do to a client, one behaviour a method, and what it says and hears.

A behaviour's name is its method's: ``_reset_after_request`` is asked for as
``reset_after_request``. Not for listening and counting: that is ``fault_server``.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

DRIP_S = 0.02
"""Time between two bytes of the slow behaviours, in seconds."""

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What a listener does with a connection."""


class Received(NamedTuple):
    """One request as it came over the wire; ``path`` holds the query too, names keep their case."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete, well-formed answer."""

    status: int = 200
    body: bytes = b'{"code": "0"}'
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)

    def wire(self) -> bytes:
        """The answer's bytes; 1xx, 204 and 304 have no body."""
        lines = [f"HTTP/1.1 {self.status} Status"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.status in (204, 304):
            return ("\r\n".join(lines) + "\r\n\r\n").encode()
        lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body


@dataclass(slots=True)
class Exchange:
    """One request read, and what may follow it; ``number`` is its place on the connection."""

    request: Received
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int

    async def behave(self, name: str) -> bool:
        """Do what the name says; False when the connection must end."""
        behaviour = getattr(self, f"_{name}", None)
        if behaviour is None:
            await self.send(Answer(404, f"no behaviour {name}".encode()).wire())
            return True
        return bool(await behaviour())

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def _drip(self, data: bytes) -> None:
        for byte in data:
            await self.send(bytes([byte]))
            await asyncio.sleep(DRIP_S)

    async def _hang(self) -> bool:
        await self.reader.read()  # until the client goes
        return False

    # -- good answers
    async def _ok(self) -> bool:
        await self.send(Answer().wire())
        return True

    async def _gzip(self) -> bool:
        body = gzip.compress(b'{"code": "0"}')
        await self.send(Answer(200, body, (("Content-Encoding", "gzip"),)).wire())
        return True

    async def _chunked(self) -> bool:
        await self.send(_head(200, "Transfer-Encoding: chunked"))
        await self.send(b'6\r\n{"code\r\n7\r\n": "0"}\r\n0\r\n\r\n')
        return True

    async def _early_hints(self) -> bool:
        await self.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Answer().wire())
        return True

    async def _until_close(self) -> bool:
        await self.send(_head(200, "Connection: close") + b'{"code": "0"}')
        return await self._close()

    async def _binary_header(self) -> bool:
        await self.send(b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9\r\nContent-Length: 2\r\n\r\n{}")
        return True

    async def _redirect(self) -> bool:
        await self.send(Answer(302, b"", (("Location", "/redirected"),)).wire())
        return True

    # -- no answer
    async def _hang_after_request(self) -> bool:
        return await self._hang()

    async def _reset_after_request(self) -> bool:
        _reset(self.writer)
        return False

    async def _close_after_request(self) -> bool:
        return await self._close()

    async def _close(self) -> bool:
        self.writer.close()
        await self.writer.wait_closed()
        return False

    async def _junk(self) -> bool:
        await self.send(b"\x00\x01\x02 this is not HTTP at all\r\n\r\n")
        return await self._close()

    async def _slow_head(self) -> bool:
        await self._drip(_head(200, "X-Long: " + "a" * 10_000))
        return False

    # -- half an answer
    async def _hang_in_body(self) -> bool:
        await self.send(_head(200, "Content-Length: 1000") + b"half")
        return await self._hang()

    async def _hang_after_head(self) -> bool:
        await self.send(_head(200, "Content-Length: 1000"))
        return await self._hang()

    async def _slow_body(self) -> bool:
        await self.send(_head(200, "Content-Length: 10000"))
        await self._drip(b"a" * 10_000)
        return False

    async def _truncated(self) -> bool:
        await self.send(_head(200, "Content-Length: 1000") + b"half")
        return await self._close()

    async def _truncated_chunked(self) -> bool:
        await self.send(_head(200, "Transfer-Encoding: chunked") + b"4\r\nhalf\r\n")
        return await self._close()

    async def _reset_in_body(self) -> bool:
        await self.send(_head(200, "Content-Length: 1000") + b"half")
        _reset(self.writer)
        return False

    async def _truncated_gzip(self) -> bool:
        body = gzip.compress(bytes(range(256)) * 20)[:-30]
        await self.send(Answer(200, body, (("Content-Encoding", "gzip"),)).wire())
        return True

    async def _bad_gzip(self) -> bool:
        await self.send(Answer(200, b"not gzip", (("Content-Encoding", "gzip"),)).wire())
        return True

    async def _bad_chunk(self) -> bool:
        await self.send(_head(200, "Transfer-Encoding: chunked") + b"zz\r\nhalf\r\n")
        return await self._close()

    # -- too much of an answer
    async def _endless(self) -> bool:
        await self.send(_head(200, "Transfer-Encoding: chunked"))
        while True:
            await self.send(b"4000\r\n" + b"a" * 0x4000 + b"\r\n")

    async def _endless_until_close(self) -> bool:
        await self.send(_head(200, "Connection: close"))
        while True:
            await self.send(b"a" * 0x4000)

    async def _endless_head(self) -> bool:
        await self.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            await self.send(b"X-Filler: " + b"a" * 1000 + b"\r\n")

    async def _gzip_bomb(self) -> bool:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        mebibyte = packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
        await self.send(_head(200, "Content-Encoding: gzip", "Connection: close"))
        await self.send(b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + mebibyte * 1024)
        return await self._hang()

    # -- keep-alive
    async def _ok_then_close(self) -> bool:
        await self._ok()
        return await self._close()

    async def _ok_then_reset(self) -> bool:
        await self._ok()
        _reset(self.writer)
        return False

    async def _ok_then_close_on_next(self) -> bool:
        if self.number > 1:
            return await self._close()
        return await self._ok()

    # -- the request's body is never read
    async def _early_413(self) -> bool:
        await self.send(Answer(413, b"too large", (("Connection", "close"),)).wire())
        return await self._close()

    async def _early_reset(self) -> bool:
        _reset(self.writer)
        return False


def _head(status: int, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} Status", *headers, "", ""]).encode()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Send RST instead of FIN."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _reset_before_reading(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    _reset(writer)


async def _close_before_reading(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()


async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()  # for https: a handshake that never goes on


CONNECTION_FAULTS: dict[str, Serve] = {
    "reset_before_reading": _reset_before_reading,
    "close_before_reading": _close_before_reading,
    "silent": _silent,
}
"""Faults that strike before anything is read; each has a port of its own."""
