"""Two engines in this process on one database, each with its API, between a source and a target.

    async with cluster(tmp_path, database_url) as two:
        await two.apply(two.document())           # through west, which takes no work
        await two.until(lambda: two.target.pushes, "east sends it", WITHIN_S)

East works. West is the node others are connected to: without producers and consumers, or, with
``both``, another one that works.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.api.client import NodeClient
from engine.api.server import ApiServer, Listen, build_app
from engine.config import Home
from engine.demo.small_server import serve, url_of
from engine.node.engine import Engine, NodeSettings, now_ms
from engine.operations.master_key import MasterKeyPlace
from engine.operations.secrets import Vault
from engine.operations.tokens import Scope
from engine.services.lease_times import LeaseTimes
from engine.store.store import Store
from tests.integration.flow import TESTER, Flow, Source, Target

WITHIN_S = 2.0
"""What is changed through one node has taken effect on all after this."""
SEEN_EVERY_S = 1.0


@dataclass(slots=True)
class Node:
    """One engine and its API. ``client``: with scope admin."""

    engine: Engine
    url: str
    client: NodeClient


@dataclass(slots=True)
class Cluster(Flow):
    """A flow whose changes go through west, and whose work is done by east."""

    east: Node = field(kw_only=True)
    west: Node = field(kw_only=True)


@asynccontextmanager
async def cluster(
    folder: Path, url: str, *, both: bool = False, lease_s: float = LeaseTimes().lease_s
) -> AsyncIterator[Cluster]:
    """Start everything; stop it in order, and check the ledger."""
    times = LeaseTimes(lease_s)
    source, target = Source(), Target()
    one, two = await serve(source.answer), await serve(target.answer)
    home = Home(folder / "home").make()
    async with AsyncExitStack() as stack:
        stack.callback(one.close)
        stack.callback(two.close)
        west = await stack.enter_async_context(_node(home, url, "west", times, producing=both))
        east = await stack.enter_async_context(_node(home, url, "east", times, producing=True))
        line = Cluster(
            west.engine, source, target, url_of(one), url_of(two), home.path, east=east, west=west
        )
        yield line
        await line.check()


@asynccontextmanager
async def _node(
    home: Home, url: str, name: str, times: LeaseTimes, *, producing: bool
) -> AsyncIterator[Node]:
    store = await Store.open(url, clock=now_ms, node=name)
    vault = Vault(store, MasterKeyPlace(home.key_file).read_or_make())
    engine = Engine(NodeSettings(name, url, home, producing, lease_times=times), store, vault)
    server = ApiServer(build_app(engine), Listen("127.0.0.1", 0))
    seen: asyncio.Task[None] | None = None
    try:
        await engine.start()
        address = await server.start()
        if producing:
            seen = asyncio.create_task(_be_seen(engine, address))
            await engine.seen(address)
        made = await engine.tokens.make(f"ana of {name}", Scope.ADMIN, None, TESTER)
        async with NodeClient(address, made.text) as client:
            yield Node(engine, address, client)
    finally:
        if seen is not None:
            seen.cancel()
            await asyncio.wait([seen])
        await server.stop()
        await engine.stop()


async def _be_seen(engine: Engine, address: str) -> None:
    """As a node's process does: others share work with those that live."""
    while True:
        await engine.seen(address)
        await asyncio.sleep(min(SEEN_EVERY_S, engine.settings.lease_times.seen_every_s))
