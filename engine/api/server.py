"""The control API as an app, and its server: loopback by default, never open without TLS.

The list of routes stands here. Not for what the routes do (``routes_*``), nor for who may call
(``auth``).
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRoute

from engine import __version__
from engine.api import (
    routes_access,
    routes_alerts,
    routes_cursors,
    routes_failures,
    routes_jobs,
    routes_node,
    routes_nodes,
    routes_operations,
    routes_proposals,
    routes_records,
)
from engine.api.auth import Gate
from engine.api.connection import HEAD_LIMIT, Connection
from engine.api.door import Door
from engine.api.errors import add_error_answers
from engine.api.events import StatusFeed
from engine.api.language import InLanguage
from engine.api.limits import Limits
from engine.api.port import EnginePort
from engine.api.wire import API_PREFIX
from engine.core.errors import OperatorError, Unavailable

ROUTES = (
    routes_nodes.routes,
    routes_node.routes,
    routes_records.routes,
    routes_failures.routes,
    routes_alerts.routes,
    routes_jobs.routes,
    routes_cursors.routes,
    routes_operations.routes,
    routes_proposals.routes,
    routes_access.routes,
)
STOP_S = 3
"""How long requests under way may go on when the server stops."""


def build_app(
    engine: EnginePort, *, hosts: Iterable[str] = (), limits: Limits | None = None
) -> FastAPI:
    """The API over this engine. ``hosts``: names it is reached by beside loopback's.

    Its description is at /api/v1/openapi.json; there is no page that loads scripts from elsewhere.
    """
    app = FastAPI(
        title="Data JellyFish control API",
        version=__version__,
        openapi_url=f"{API_PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_route_name,
    )
    app.state.engine = engine
    feed = app.state.feed = StatusFeed(engine.status)
    engine.watch(feed.look_now)
    add_error_answers(app)
    for routes in ROUTES:
        app.include_router(routes, prefix=API_PREFIX)
    app.add_middleware(Gate, tokens=engine.tokens, hosts=tuple(hosts), limits=limits)
    app.add_middleware(InLanguage)
    return app


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM form: the certificate with its chain, and its key."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the server listens; port 0 takes a free one."""

    host: str
    port: int
    tls: Tls | None = None

    @classmethod
    def parse(cls, text: str, tls: Tls | None = None) -> Listen:
        """``HOST:PORT`` or ``[IPv6]:PORT``; OperatorError with a sentence otherwise."""
        host, colon, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not colon or not host or not port.isdecimal() or int(port) > 65535:
            raise OperatorError(
                f'"{text}" is not an address to listen at.', hint="Write HOST:PORT."
            )
        return cls(host, int(port), tls)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def require_safe(self) -> None:
        """OperatorError where others could reach the node and would not have to use TLS."""
        if self.is_loopback or self.tls is not None:
            return
        raise OperatorError(
            f"The node does not listen at {self.host} without TLS: "
            "tokens would cross the network in plain text.",
            hint="`jellyfish certificate make` makes a certificate; or name one with "
            "--certificate and --key, or listen at 127.0.0.1.",
        )

    @property
    def host_in_url(self) -> str:
        """The host as a URL and a Host header have it."""
        return f"[{self.host}]" if ":" in self.host else self.host


class ApiServer:
    """Serves an app on one socket, in the running loop. ``stop`` may be called at any time."""

    def __init__(self, app: FastAPI, listen: Listen, limits: Limits | None = None) -> None:
        listen.require_safe()
        self._app = app
        self._listen = listen
        self._limits = limits or Limits()
        self._tls = None if listen.tls is None else _tls_context(listen.tls)
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Bind and serve; the URL it is reached by. Unavailable when the port is taken."""
        bound = _bind(self._listen)
        secure = self._tls
        config = uvicorn.Config(
            self._app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=STOP_S,
            h11_max_incomplete_event_size=HEAD_LIMIT,
            timeout_keep_alive=round(self._limits.idle_s),
        )
        self._server = _Server(config, secure, self._limits)
        self._task = asyncio.create_task(self._server.serve(sockets=[bound]), name="api")
        ready = asyncio.create_task(self._server.ready.wait())
        await asyncio.wait({self._task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            raise Unavailable("The control API could not start; the log tells why.")
        port = bound.getsockname()[1]
        return f"{'http' if secure is None else 'https'}://{self._listen.host_in_url}:{port}"

    async def stop(self) -> None:
        """End streams, let requests finish for STOP_S seconds, close."""
        self._app.state.feed.close()
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
        self._server = self._task = None


class _Server(uvicorn.Server):
    """Leaves signals to the node, takes connections through the door, and says when it serves."""

    def __init__(self, config: uvicorn.Config, tls: ssl.SSLContext | None, limits: Limits) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.servers = []
        self._tls = tls
        self._limits = limits
        self._door: Door | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None are captured."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        (listening,) = sockets or []
        self._door = Door(listening, self._tls, self._limits, self._connection)
        self._door.open()
        self.started = True
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and end those that are open."""
        if self._door is not None:
            await self._door.close()
        await super().shutdown(sockets)

    def _connection(self, too_many: bool, gone: Callable[[], None]) -> Connection:
        return Connection(
            self.config, self.server_state, self._limits, too_many=too_many, gone=gone
        )


def _bind(listen: Listen) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((listen.host, listen.port))
        bound.setblocking(False)
    except OSError as error:
        bound.close()
        raise Unavailable(
            f"The node cannot listen at {listen.host}:{listen.port}: {error.strerror}.",
            hint="Another node may run there; choose another port with --listen.",
        ) from None
    return bound


def _tls_context(tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(tls.certificate, tls.key)
    except OSError as error:
        raise OperatorError(
            f"The certificate {tls.certificate} with key {tls.key} cannot be used: {error}.",
            hint="Both must be PEM files that belong together.",
        ) from None
    return context


def _route_name(route: APIRoute) -> str:
    return route.name
