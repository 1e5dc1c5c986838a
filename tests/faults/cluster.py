"""Four nodes on one database server, each with a clock and a line of its own, and what goes wrong.

A node's connections lead through a relay, so that they can be cut in the middle of a COMMIT; its
clock may be minutes away from the others' (libfaketime). Not for what must hold afterwards.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.database_servers.server import Server
from tests.node_process import NodeProcess, start_node
from tests.relay import Relay

LEASE_S = 3.0
STARTS = 5
CLOCKS = ("+0", "+600", "-600", "+90")
"""Seconds by which the nodes' clocks are off: ten minutes, both ways."""


def faketime() -> str:
    """Where libfaketime is; AssertionError with the package's name if it is not there."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    assert found, "libfaketime is not installed: sudo apt-get install libfaketime"
    return str(found[0])


@dataclass(eq=False, slots=True)
class Member:
    """A node of the cluster: its place, its line to the database, its clock, its process."""

    name: str
    home: Path
    relay: Relay
    url: str
    clock: str
    process: NodeProcess | None = None

    async def start(self) -> None:
        """Start it, again when the database was not to be had, and wait until it answers."""
        for _ in range(STARTS):
            await self._start()
            if await self.runs.found():
                return
        raise AssertionError(f"{self.name} did not start")

    async def _start(self) -> None:
        environ = {"JELLYFISH_LEASE_S": str(LEASE_S)}
        if self.clock != "+0":
            environ |= {
                "LD_PRELOAD": faketime(),
                "FAKETIME": f"{self.clock}s",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        self.process = await start_node(
            self.home, options=("--db", self.url, "--name", self.name), more_environ=environ
        )

    async def end(self) -> None:
        """End it whatever it does."""
        if self.process is not None:
            self.process.thaw()
            self.process.kill()
            await self.process.ended()

    @property
    def runs(self) -> NodeProcess:
        """Its process."""
        assert self.process is not None
        return self.process


@dataclass(eq=False, slots=True)
class Cluster:
    """The nodes and their server. met: how often each fault was brought about."""

    server: Server
    database: str
    members: list[Member]
    rng: random.Random
    met: Counter[str] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        """The database without a relay in between."""
        return self.server.standing.url(self.database)

    @property
    def faults(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """What can go wrong, by name."""
        return {
            "killed": self.kill,
            "stopped in order": self.stop,
            "frozen": self.freeze,
            "server crashed": self.crash_server,
            "connections ended": self.end_connections,
            "commit lost": self.lose_commit,
            "answer to a commit lost": self.lose_answer,
            "lines cut": self.cut,
        }

    async def bring_about(self, name: str) -> None:
        """One fault, by name."""
        await self.faults[name]()
        self.met[name] += 1

    async def kill(self) -> None:
        """A node dies and is started again."""
        member = self._one()
        member.runs.kill()
        await member.runs.ended()
        await member.start()

    async def stop(self) -> None:
        """A node is stopped in order and started again."""
        member = self._one()
        member.runs.terminate()
        await member.runs.ended()
        await member.start()

    async def freeze(self) -> None:
        """A node stands still for three lease times and goes on, a zombie."""
        member = self._one()
        member.runs.freeze()
        await asyncio.sleep(3 * LEASE_S)  # the time is what this is about
        member.runs.thaw()

    async def crash_server(self) -> None:
        """The database ends at once and is started again."""
        await asyncio.to_thread(self.server.restart, "immediate")

    async def end_connections(self) -> None:
        """The server ends every connection of the nodes."""
        await asyncio.to_thread(self.server.standing.end_connections)

    async def lose_commit(self) -> None:
        """A COMMIT does not arrive."""
        self._one().relay.lose(b"COMMIT")

    async def lose_answer(self) -> None:
        """A COMMIT arrives, its answer does not."""
        self._one().relay.lose_answer_to(b"COMMIT")

    async def cut(self) -> None:
        """A node's connections end, whatever goes over them."""
        self._one().relay.cut()

    def _one(self) -> Member:
        return self.rng.choice(self.members)


@asynccontextmanager
async def cluster(server: Server, home: Path, nodes: int, seed: int) -> AsyncIterator[Cluster]:
    """Nodes that run and answer, ended afterwards."""
    database = server.standing.make_database()
    async with AsyncExitStack() as opened:
        members = []
        for number in range(nodes):
            relay = await opened.enter_async_context(Relay(server.standing.place.port))
            url = server.standing.url(database, port=relay.port)
            place = home / f"n{number}"
            place.mkdir(parents=True)
            member = Member(f"n{number}", place, relay, url, CLOCKS[number % len(CLOCKS)])
            opened.push_async_callback(member.end)
            await member.start()
            members.append(member)
        yield Cluster(server, database, members, random.Random(seed))
