"""A raw HTTP/1.1 server on 127.0.0.1 that misbehaves on demand and counts what reaches it.

    async with FaultServer() as server:
        server.url("reset_after_request")          # one fault, named
        server.on("/orders", Answer(503), "ok")    # a script: each request takes the next step
        server.received                            # every request whose head arrived, in order
        await server.wait_received(2)

The names and what they do are in ``fault_behaviours``.
Not for speed: see the benchmark for a fast target.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from tests.fault_behaviours import CONNECTION_FAULTS, Answer, Exchange, Received, Serve

__all__ = ["Answer", "FaultServer", "Received", "Step"]

WAIT_S = 5.0
"""How long a wait for an event may last before the test fails, in seconds."""


Step = Answer | str | Callable[[Received], Answer | str]
"""What a scripted path does: an answer, a behaviour's name, or a function that chooses one."""


@dataclass(eq=False, slots=True)
class FaultServer:
    """The server; leave ``tls`` None for plain HTTP, or pass a server-side SSLContext."""

    tls: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    open_connections: int = 0
    _script: dict[str, list[Step]] = field(default_factory=dict)
    _ports: dict[str, int] = field(default_factory=dict)
    _servers: list[asyncio.Server] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _closed_port: socket.socket | None = None

    async def __aenter__(self) -> Self:
        await self._listen("http", self._serve_connection, self.tls)
        for name, fault in CONNECTION_FAULTS.items():
            await self._listen(name, fault, None)
        self._closed_port = socket.socket()
        self._closed_port.bind(("127.0.0.1", 0))
        self._ports["refused"] = self._closed_port.getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()
        if self._closed_port is not None:
            self._closed_port.close()

    @property
    def port(self) -> int:
        """The main port."""
        return self._ports["http"]

    @property
    def origin(self) -> str:
        """Scheme, host and port of the main listener."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def url(self, behaviour: str, *, scheme: str | None = None) -> str:
        """Where a behaviour is found; ``refused`` is a port nobody listens on."""
        port = self._ports.get(behaviour, self.port)
        scheme = scheme or ("https" if self.tls and port == self.port else "http")
        return f"{scheme}://127.0.0.1:{port}/{behaviour}"

    def on(self, path: str, *steps: Step) -> str:
        """Script a path (without query): one step a request, the last one for ever. Its URL."""
        self._script[path] = list(steps)
        return self.origin + path

    async def wait_received(self, count: int) -> list[Received]:
        """Wait until that many requests arrived; TimeoutError after WAIT_S."""
        await self.wait_until(lambda: len(self.received) >= count)
        return self.received

    async def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait until something about this server holds; TimeoutError after WAIT_S."""
        async with asyncio.timeout(WAIT_S), self._changed:
            await self._changed.wait_for(holds)

    def next_step(self, request: Received) -> Answer | str:
        """What to do with a request: its path's script, else the behaviour the path names."""
        path = request.path.partition("?")[0]
        steps = self._script.get(path)
        if steps is None:
            return path.strip("/").partition("/")[0] or "ok"
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        return step(request) if callable(step) else step

    async def note(self, request: Received) -> None:
        """Count a request."""
        self.received.append(request)
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _listen(
        self, name: str, serve: Serve, tls: ssl.SSLContext | None, backlog: int = 512
    ) -> None:
        def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.get_running_loop().create_task(self._guarded(serve, reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        server = await asyncio.start_server(accepted, "127.0.0.1", 0, ssl=tls, backlog=backlog)
        self._servers.append(server)
        self._ports[name] = server.sockets[0].getsockname()[1]

    async def _guarded(
        self, serve: Serve, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        self.open_connections += 1
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client went away, which the tests do on purpose
        finally:
            writer.transport.abort()
            self.open_connections -= 1
            await self._notify()

    async def _serve_connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        number = 0
        while (request := await _read_request(reader, writer, self)) is not None:
            number += 1
            step = self.next_step(request)
            exchange = Exchange(request, reader, writer, number)
            if isinstance(step, Answer):
                await exchange.send(step.wire())
            elif not await exchange.behave(step):
                return


async def _read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: FaultServer
) -> Received | None:
    """Read and count one request; None when the connection ended or spoke no HTTP."""
    first = await reader.read(1)
    if first == b"\x16":  # a TLS ClientHello on a plain port
        writer.write(Answer(400, b"plain HTTP here").wire())
        await writer.drain()
    if first in (b"", b"\x16"):
        return None
    head = first + await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    headers = tuple((n, v.strip()) for n, _, v in (line.partition(":") for line in lines[1:-2]))
    request = Received(method, path, headers, b"")
    if not path.startswith("/early_"):
        request = request._replace(body=await _read_body(reader, request))
    await server.note(request)
    return request


async def _read_body(reader: asyncio.StreamReader, request: Received) -> bytes:
    if (request.header("transfer-encoding") or "").lower() == "chunked":
        body = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
        return body
    return await reader.readexactly(int(request.header("content-length") or 0))
