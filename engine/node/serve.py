"""Runs a node as a process: its engine, its control API on a socket, its orderly end.

The node's own token and address stand in the data directory's ``node.json`` while it lives, for
console and CLI of the same user. Not for how the API answers: ``engine.api.server``.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from engine import __version__
from engine.api.server import ApiServer, Listen, Tls, build_app
from engine.config import Home, refuse_if_all_may_read, remove_local_node, write_local_node
from engine.core.errors import OperatorError
from engine.node.address import ToldAddress, host_in_url, told_address
from engine.node.engine import Engine, NodeSettings, open_engine
from engine.operations.certificate import read_certificate
from engine.operations.tokens import new_token
from engine.services.lease_times import LeaseTimes

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGINT, signal.SIGTERM)
FILES = 8192
"""Files and connections this process may hold; many systems grant 1024 until asked for more."""


async def serve(
    *,
    db_url: str,
    listen: str,
    name: str,
    tls: Tls | None = None,
    advertise: str = "",
    ready: Callable[[str], None] = lambda url: None,
    home: Home | None = None,
    lease_times: LeaseTimes | None = None,
) -> None:
    """Run a producing node until a signal ends it. ``ready`` gets its address once it listens.

    listen: ``HOST:PORT``, port 0 for any free one. tls: what it proves itself with; beyond
    loopback there must be one. advertise: the URL it is reached at, "" for where it listens.
    Raises OperatorError when it cannot start.
    """
    home = (home or Home.from_environment()).make()
    where = Listen.parse(listen, tls)
    where.require_safe()
    if tls is not None:
        refuse_if_all_may_read(tls.key)
    settings = NodeSettings(
        name,
        db_url,
        home,
        producing=True,
        own_token=new_token(),
        open_to_others=not where.is_loopback,
        lease_times=lease_times or LeaseTimes(),
    )
    _make_room_for_files()
    certificate = None if tls is None else read_certificate(tls.certificate)
    names = () if certificate is None else certificate.names
    told = told_address(where, advertise=advertise, names=names, machine=socket.gethostname())
    hosts = {where.host_in_url, told.host, *map(host_in_url, names)}
    async with open_engine(settings) as engine:
        server = ApiServer(build_app(engine, hosts=hosts), where)
        url = await server.start()
        fingerprint = "" if certificate is None else certificate.fingerprint
        try:
            await _live(engine, url, told, fingerprint, settings, ready)
        finally:
            await server.stop()


@asynccontextmanager
async def idle(db_url: str, *, own_token: str, home: Home | None = None) -> AsyncIterator[Engine]:
    """An engine without producers and consumers, over which the CLI talks to a database."""
    home = (home or Home.from_environment()).make()
    settings = NodeSettings("cli", db_url, home, producing=False, own_token=own_token)
    async with open_engine(settings) as engine:
        yield engine


async def _live(
    engine: Engine,
    url: str,
    told: ToldAddress,
    fingerprint: str,
    settings: NodeSettings,
    ready: Callable[[str], None],
) -> None:
    engine.guard.protect_port(int(url.rpartition(":")[2]))
    engine.http.forget_admissions()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in SIGNALS:
        try:
            loop.add_signal_handler(each, ended.set)
        except NotImplementedError:  # Windows has no signals on its loop
            signal.signal(each, lambda *_: loop.call_soon_threadsafe(ended.set))
    write_local_node(
        settings.home, url=_from_here(url), token=settings.own_token, fingerprint=fingerprint
    )
    seen = asyncio.create_task(_be_seen(engine, told.url(url), fingerprint), name="be seen")
    # What stands for the node's whole life is left out of the collector's rounds: each took 80 ms,
    # once a hundred requests, in which nothing was pulled, sent or answered.
    gc.collect()
    gc.freeze()
    try:
        log.info("node=%s version=%s listens at %s", settings.name, __version__, url)
        ready(url)
        await ended.wait()
        log.info("node=%s stops", settings.name)
    finally:
        seen.cancel()
        await asyncio.wait([seen])
        remove_local_node(settings.home, token=settings.own_token)


def _make_room_for_files() -> None:
    """Connections of clients must not take the ones that pulls and sends need."""
    try:
        resource = importlib.import_module("resource")
    except ModuleNotFoundError:  # Windows has no such limit
        return
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _from_here(url: str) -> str:
    """The URL as this machine reaches it: a node that listens everywhere is reached on loopback."""
    return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")


async def _be_seen(engine: Engine, url: str, fingerprint: str) -> None:
    """Write this node into the database's list of nodes, again and again."""
    while True:
        with contextlib.suppress(OperatorError):
            await engine.seen(url, fingerprint)
        await asyncio.sleep(engine.settings.lease_times.seen_every_s)
