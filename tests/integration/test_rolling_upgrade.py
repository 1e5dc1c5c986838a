"""Nodes of two versions on one database: real processes on real servers, while records flow.

The later version is a copy of the engine with another number and another schema
(``tests.next_version``). What this one reads and writes stays whole under it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pymysql
import pytest

import engine
from engine.api.client import NodeClient
from engine.api.wire import RecordQuery
from engine.store.migrate import MIGRATIONS
from engine.store.migrations.step import Step
from tests.integration.steady import Steady, steady
from tests.next_version import VERSION, next_version
from tests.node_process import WAIT_S, NodeProcess, start_node

HOT = ("record", "delivery", "attempt", "lease", "cursor", "pull", "node", "consumer", "counter")
"""Tables that a node at work writes all the time."""
_NEW = (
    *(f"ALTER TABLE {table} ADD COLUMN later integer NOT NULL DEFAULT 7" for table in HOT),
    "CREATE TABLE later_still (id bigint NOT NULL PRIMARY KEY, value text NOT NULL)",
)
ADDITIVE = Step(sqlite=_NEW, postgres=_NEW, mysql=_NEW, additive=True)
_RENAMED = ("ALTER TABLE drained_node RENAME TO idle_node",)
BREAKING = Step(sqlite=_RENAMED, postgres=_RENAMED, mysql=_RENAMED)

SLOW_S = 90.0
"""For three processes that start at once on a busy machine."""

TOO_NEW = "The database was written by a newer version of Data JellyFish"


@dataclass
class Nodes:
    """Real nodes on one database, each with a data directory of its own."""

    folder: Path
    url: str
    stack: AsyncExitStack
    running: list[NodeProcess] = field(default_factory=list)

    async def start(self, name: str, code: Path | None = None) -> NodeProcess:
        """Start one and wait until it answers. Its log stands in its directory."""
        node = await self.begin(name, code)
        assert await node.found(), self.log(name)
        return node

    async def begin(self, name: str, code: Path | None = None) -> NodeProcess:
        """Start one."""
        options = ("--name", name, "--db", self.url)
        node = await start_node(self.folder / name, options=options, code=code)
        self.running.append(node)
        return node

    def log(self, name: str) -> str:
        """What it has logged."""
        return (self.folder / name / "node.log").read_text()

    async def client(self, node: NodeProcess) -> NodeClient:
        """A client that is closed at the end."""
        return await self.stack.enter_async_context(node.client())

    async def versions(self, client: NodeClient, **wanted: str) -> None:
        """Wait until the list of nodes shows these as alive, with these versions."""
        async with asyncio.timeout(WAIT_S):
            while {one.name: one.version for one in await client.nodes() if one.alive} != wanted:
                await asyncio.sleep(0.1)

    async def end(self, node: NodeProcess) -> None:
        """Stop it in order."""
        self.running.remove(node)
        node.terminate()
        assert await node.ended() == 0


@asynccontextmanager
async def nodes_on(folder: Path, url: str) -> AsyncIterator[Nodes]:
    """Whatever is started is ended."""
    async with AsyncExitStack() as stack:
        nodes = Nodes(folder, url, stack)
        try:
            yield nodes
        finally:
            for node in nodes.running:
                node.terminate()
            await asyncio.gather(*(_ended(node) for node in nodes.running))


async def _ended(node: NodeProcess) -> None:
    try:
        await node.ended()
    finally:
        node.kill()


@pytest.fixture
async def flow() -> AsyncIterator[Steady]:
    async with steady() as systems:
        yield systems


@pytest.fixture(params=["postgresql", "mariadb"])
async def nodes(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_database: Callable[[str], str]
) -> AsyncIterator[Nodes]:
    async with nodes_on(tmp_path, fresh_database(request.param)) as made:
        yield made


@pytest.mark.timeout(240)
async def test_two_versions_work_side_by_side_while_nodes_are_upgraded_one_by_one(
    nodes: Nodes, flow: Steady, tmp_path: Path
) -> None:
    later = next_version(tmp_path, ADDITIVE)
    old, new = engine.__version__, VERSION
    one = await nodes.start("one")
    two = await nodes.start("two")
    at_one = await nodes.client(one)
    await at_one.apply(flow.document())
    await flow.flows()

    await nodes.end(two)
    two = await nodes.start("two", later)
    await nodes.versions(at_one, one=old, two=new)
    assert f"is {len(MIGRATIONS)} and becomes {len(MIGRATIONS) + 1}" in nodes.log("two")
    await flow.flows()

    await nodes.end(one)  # a machine that restarts before it is upgraded comes back as it was
    one = await nodes.start("one")
    at_two = await nodes.client(two)
    await nodes.versions(at_two, one=old, two=new)
    await flow.flows()
    await nodes.end(two)  # the old one carries all of it alone
    await flow.flows()
    two = await nodes.start("two", later)
    await nodes.end(one)
    one = await nodes.start("one", later)
    at_two = await nodes.client(two)
    await nodes.versions(at_two, one=new, two=new)

    await flow.all_came()
    assert set(flow.came.values()) == {1}
    check = await at_two.check()
    assert check.ok, check.broken
    for name in ("one", "two"):
        assert "ERROR" not in nodes.log(name)
        assert "Traceback" not in nodes.log(name)


@pytest.mark.timeout(240)
async def test_a_version_too_old_for_the_schema_stops_work_and_says_so(
    nodes: Nodes, flow: Steady, tmp_path: Path
) -> None:
    later = next_version(tmp_path, BREAKING, words={"DrainedNode": "IdleNode"})
    one = await nodes.start("one")
    at_one = await nodes.client(one)
    await at_one.apply(flow.document())
    await flow.flows()

    two = await nodes.start("two", later)
    async with asyncio.timeout(WAIT_S):
        while (trouble := (await at_one.status()).trouble) is None:
            await asyncio.sleep(0.1)
    assert trouble.sentence.startswith(TOO_NEW)
    assert trouble.hint.startswith("Install the newer version")
    at_two = await nodes.client(two)
    async with asyncio.timeout(WAIT_S):
        while await at_two.held_shards("one"):
            await asyncio.sleep(0.1)
    await flow.all_came()
    assert one.process.returncode is None
    await nodes.end(one)
    refused = await nodes.begin("one")
    assert not await refused.found()
    assert await refused.ended() == 1
    nodes.running.remove(refused)

    check = await at_two.check()
    assert check.ok, check.broken
    assert "Traceback" not in nodes.log("one")
    twice = [number for number, times in flow.came.items() if times > 1]
    for number in twice:
        page = await at_two.records(RecordQuery(job="orders", key=str(number)))
        (delivery,) = (await at_two.record(page.records[0].id)).deliveries
        assert "unknown" in [attempt.outcome for attempt in delivery.attempts], number
    print(f"\n{len(flow.came)} records, {len(twice)} of them sent again after the old node stopped")


@pytest.mark.timeout(240)
async def test_one_node_changes_the_schema_and_the_others_wait(
    nodes: Nodes, flow: Steady, tmp_path: Path
) -> None:
    later = next_version(tmp_path, ADDITIVE)
    one = await nodes.start("one")
    at_one = await nodes.client(one)
    await at_one.apply(flow.document())
    await flow.flows()
    with somebody_reads(nodes.url, "delivery"):
        starting = [await nodes.begin(name, later) for name in ("two", "three", "four")]
        names = ("two", "three", "four")
        async with asyncio.timeout(SLOW_S):
            while not any("schema is changed after that" in _log(nodes, name) for name in names):
                await asyncio.sleep(0.1)
        await flow.flows()  # work goes on meanwhile
    assert all(await asyncio.gather(*(node.found() for node in starting)))
    await nodes.versions(at_one, one=engine.__version__, two=VERSION, three=VERSION, four=VERSION)
    await flow.all_came()
    assert set(flow.came.values()) == {1}
    assert (await at_one.check()).ok


@contextmanager
def somebody_reads(url: str, table: str) -> Iterator[None]:
    """A long look at a table, by another program."""
    look = f"SELECT count(*) FROM {table}"
    if url.startswith("postgresql"):
        with psycopg.connect(url) as reader:
            reader.execute(look)
            yield
        return
    place = urlsplit(url)
    with pymysql.connect(
        host=place.hostname or "",
        port=place.port or 0,
        user=place.username,
        password=place.password or "",
        database=place.path[1:],
    ) as raw:
        raw.begin()
        raw.cursor().execute(look)
        yield
        raw.rollback()


def _log(nodes: Nodes, name: str) -> str:
    try:
        return nodes.log(name)
    except FileNotFoundError:
        return ""
