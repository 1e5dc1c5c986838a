"""A TCP relay on 127.0.0.1 between a program and a server, which cuts connections on demand.

async with Relay(server_port) as relay:
    relay.port                      # connect here
    relay.cut()                     # hang up on everybody now
    relay.lose_answer_to(b"COMMIT") # pass the next such request on, and hang up for its answer
    relay.lose(b"COMMIT")           # hang up before the next such request is passed on
    relay.closed = True             # take no new connections
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Self

_Pair = tuple[asyncio.StreamWriter, asyncio.StreamWriter]
"""Towards the program, towards the server."""


@dataclass(eq=False, slots=True)
class Relay:
    """See the module. cuts: how many connections were cut at a request that was waited for."""

    upstream: int
    port: int = 0
    closed: bool = False
    cuts: int = 0
    _lose: bytes = b""
    _lose_answer: bytes = b""
    _server: asyncio.Server | None = None
    _pairs: set[_Pair] = field(default_factory=set)
    _muted: set[_Pair] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Hang up on everybody, in both directions."""
        for pair in list(self._pairs):
            self._hang_up(pair)

    def lose(self, request: bytes) -> None:
        """Hang up instead of passing on the next request that holds these bytes."""
        self._lose = request

    def lose_answer_to(self, request: bytes) -> None:
        """Pass on the next request that holds these bytes, and hang up before its answer."""
        self._lose_answer = request

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.closed:
            writer.transport.abort()
            return
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError:
            writer.transport.abort()
            return
        pair = (writer, up_writer)
        self._pairs.add(pair)
        up = asyncio.create_task(self._requests(reader, pair))
        down = asyncio.create_task(self._answers(up_reader, pair))
        try:
            await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        finally:
            up.cancel()
            down.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            self._hang_up(pair)

    async def _requests(self, reader: asyncio.StreamReader, pair: _Pair) -> None:
        while data := await reader.read(65536):
            if self._lose and self._lose in data:
                self._lose = b""
                self.cuts += 1
                return
            if self._lose_answer and self._lose_answer in data:
                self._lose_answer = b""
                self._muted.add(pair)
            pair[1].write(data)
            await pair[1].drain()

    async def _answers(self, reader: asyncio.StreamReader, pair: _Pair) -> None:
        while data := await reader.read(65536):
            if pair in self._muted:  # the server has done it: only its answer is lost
                self.cuts += 1
                return
            pair[0].write(data)
            await pair[0].drain()

    def _hang_up(self, pair: _Pair) -> None:
        self._pairs.discard(pair)
        self._muted.discard(pair)
        for writer in pair:
            writer.transport.abort()
