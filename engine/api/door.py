"""Takes connections from the listening socket: so many in all, so many from one address.

The server's own listener would take every one and would wait a minute for each TLS handshake;
each held open costs a file that the sends need. Not for what is said on a connection:
``connection``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable

from engine.api.limits import Budget, Limits, caller_of

log = logging.getLogger(__name__)
POLITE_SHARE = 0.25
"""Connections beyond a limit that are still taken, to be told so; those beyond are closed."""
NO_FILES_S = 0.2
SHUTDOWN_S = 5.0

MakeProtocol = Callable[[bool, Callable[[], None]], asyncio.Protocol]
"""A connection's protocol; told whether it is one too many, and whom to tell of its end."""


class Door:
    """Accepts on one socket until it is closed. ``tls``: None for plain HTTP."""

    def __init__(
        self,
        listening: socket.socket,
        tls: ssl.SSLContext | None,
        limits: Limits,
        make: MakeProtocol,
    ) -> None:
        self._socket = listening
        self._tls = tls
        self._limits = limits
        self._make = make
        self._arrivals = Budget(limits.new_connections)
        self._open: Counter[str] = Counter()
        self._greetings: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to accept."""
        self._socket.listen(self._limits.connections)
        self._task = asyncio.create_task(self._accept(), name="api door")

    async def close(self) -> None:
        """Accept no more; connections that are open go on. May be called twice."""
        tasks = [*self._greetings, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._task = None
        self._socket.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(self._socket)
            except OSError:  # it ended while it waited, or there is no file left for it
                await asyncio.sleep(NO_FILES_S)
                continue
            self._receive(connection, caller_of(str(address[0])))
            await asyncio.sleep(0)  # a queue of connections must not keep the loop to itself

    def _receive(self, connection: socket.socket, caller: str) -> None:
        asked, in_all = self._open[caller], self._open.total()
        one, all_ = self._limits.connections_of_one, self._limits.connections
        too_many = asked >= one or in_all >= all_
        beyond = asked >= _beyond(one) or in_all >= _beyond(all_)
        if self._arrivals.spend(caller) or beyond:
            connection.close()
            return
        self._open[caller] += 1
        greeting = asyncio.create_task(self._greet(connection, caller, too_many))
        self._greetings.add(greeting)
        greeting.add_done_callback(self._greetings.discard)

    async def _greet(self, connection: socket.socket, caller: str, too_many: bool) -> None:
        gone = _once(lambda: self._gone(caller))
        secure = self._tls is not None
        loop = asyncio.get_running_loop()
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.connect_accepted_socket(
                lambda: self._make(too_many, gone),
                connection,
                ssl=self._tls,
                ssl_handshake_timeout=self._limits.handshake_s if secure else None,
                ssl_shutdown_timeout=SHUTDOWN_S if secure else None,
            )
        except BaseException as error:
            gone()
            with contextlib.suppress(OSError):
                connection.close()
            if not isinstance(error, OSError | ConnectionError | TimeoutError):
                raise

    def _gone(self, caller: str) -> None:
        self._open[caller] -= 1
        if not self._open[caller]:
            del self._open[caller]


def _beyond(limit: int) -> int:
    return limit + max(4, round(limit * POLITE_SHARE))


def _once(act: Callable[[], None]) -> Callable[[], None]:
    """Acts at the first call only: a connection may end in more than one way."""
    left = [act]

    def acted() -> None:
        if left:
            left.pop()()

    return acted
