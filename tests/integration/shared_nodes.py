"""Node processes on one shared database, between a source and a target in this process.

    async with shared_nodes(tmp_path, url) as nodes:
        await nodes.start("a")
        await nodes.apply(nodes.document())
        await nodes.until_fair()
        await nodes.stop("a")                     # in order; kill, freeze, thaw are others

Leases are short here, so that a test need not wait long for their end.
"""

from __future__ import annotations

import asyncio
import inspect
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.api.client import NodeClient
from engine.api.wire import NodeRow
from engine.core.attempt import Outcome
from engine.demo.small_server import serve, url_of
from engine.node.engine import now_ms
from engine.store.rows import LeaseKey, Ownership, RecordFilter
from engine.store.store import Store
from tests.integration.flow import Source, Target
from tests.node_process import NodeProcess, start_node

LEASE_S = 4.0
WITHIN_S = 10.0
"""Nodes that come and go in order are shared out anew within this."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt: of which record, stored by whom, how it ended."""

    record: int
    node: str
    outcome: Outcome


@dataclass(slots=True)
class SharedNodes:
    """The nodes by name. ``store``: the database, looked into from here; it takes no work."""

    folder: Path
    url: str
    store: Store
    source: Source
    target: Target
    source_url: str
    target_url: str
    nodes: dict[str, NodeProcess] = field(default_factory=dict)
    clients: dict[str, NodeClient] = field(default_factory=dict)

    async def start(self, *names: str) -> None:
        """Start these and wait until they answer."""
        for name in names:
            options = ("--db", self.url, "--name", name)
            self.nodes[name] = await start_node(
                self.folder / name,
                options=options,
                more_environ={"JELLYFISH_LEASE_S": str(LEASE_S)},
            )
            assert await self.nodes[name].found(), "the node did not start"
            self.clients[name] = self.nodes[name].client()

    async def stop(self, name: str) -> None:
        """End it in order."""
        self.nodes[name].terminate()
        assert await self.nodes[name].ended() == 0
        await self._forget(name)

    async def kill(self, name: str) -> None:
        """End it as a power cut would."""
        self.nodes[name].kill()
        await self.nodes[name].ended()
        await self._forget(name)

    def freeze(self, name: str) -> None:
        """Stop it in the middle of whatever it does."""
        self.nodes[name].process.send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let it go on."""
        self.nodes[name].process.send_signal(signal.SIGCONT)

    async def _forget(self, name: str) -> None:
        del self.nodes[name]
        if name in self.clients:
            await self.clients.pop(name).__aexit__(None, None, None)

    async def end(self) -> None:
        """End whatever runs still."""
        for node in self.nodes.values():
            if node.process.returncode is None:
                node.process.send_signal(signal.SIGCONT)
            node.kill()
        for name in list(self.nodes):
            await self.nodes[name].ended()
            await self._forget(name)

    def document(
        self, *, push_shards: int = 4, job: str = "orders", **consumer: Any
    ) -> dict[str, Any]:
        """A job of two pull shards, by region, and one consumer."""
        erp = {
            "name": "erp",
            "request": {"url": f"{self.target_url}/erp"},
            "retry": {"policy": "fixed", "every": "100ms", "attempts": 20},
            **consumer,
        }
        query = {"since": "${cursor}", "region": "${vars.region}"}
        return {
            "job": job,
            "producer": {
                "kind": "http_pull",
                "schedule": {"every": "100ms"},
                "request": {"url": f"{self.source_url}/{job}", "query": query},
                "response": {"records": "body.rows"},
                "cursor": {"value": "record.rev", "type": "number", "start": 0},
                "shards": [
                    {"name": "east", "vars": {"region": "east"}},
                    {"name": "west", "vars": {"region": "west"}},
                ],
            },
            "ledger": {"key": "record.id", "push_shards": push_shards},
            "consumers": [erp],
        }

    async def apply(self, document: dict[str, Any]) -> None:
        """Save a job through any node."""
        await next(iter(self.clients.values())).apply(document)

    def put(self, start: int, stop: int, **fields: Any) -> None:
        """Put rows of both regions at the source."""
        for n in range(start, stop):
            self.source.put(f"K{n:04d}", region=("east", "west")[n % 2], **fields)

    async def held(self) -> dict[str, Counter[str]]:
        """How many shards of each kind each node holds, as the database says."""
        held: dict[str, Counter[str]] = {}
        for one in await self.store.held_shards():
            held.setdefault(one.node, Counter())[one.kind.value] += 1
        return held

    async def rows(self) -> dict[str, NodeRow]:
        """What any node lists."""
        return {row.name: row for row in await next(iter(self.clients.values())).nodes()}

    async def until(
        self, holds: Callable[[], bool | Awaitable[bool]], what: str, within_s: float = 30.0
    ) -> None:
        """Ask until it holds; fails with ``what`` after the time."""
        try:
            async with asyncio.timeout(within_s):
                while True:
                    found = holds()
                    if await found if inspect.isawaitable(found) else found:
                        return
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"not within {within_s} s: {what}") from None

    async def until_held(self, within_s: float = WITHIN_S, **wanted: tuple[int, int]) -> None:
        """Wait until each node holds so many pull and push shards, and no other holds any."""

        async def hold() -> bool:
            held = await self.held()
            return wanted == {name: (n["pull"], n["push"]) for name, n in held.items()}

        try:
            await self.until(hold, "", within_s)
        except AssertionError:
            raise AssertionError(f"not {wanted} within {within_s} s: {await self.held()}") from None

    async def until_delivered(self, n: int, within_s: float = 30.0) -> None:
        """Wait until the ledger has so many delivered and nothing else."""

        async def done() -> bool:
            (status,) = await self.store.status()
            counts = status.consumers[0].counts
            return counts.delivered == n and counts.unsynced == 0

        await self.until(done, f"{n} are delivered", within_s)

    async def all_delivered(self) -> bool:
        """Whether every row of the source is delivered as it is now, and nothing waits."""
        (status,) = await self.store.status()
        counts = status.consumers[0].counts
        newest = {id_: row["rev"] for id_, row in self.source.rows.items()}
        for push in self.target.pushes:
            if newest.get(push.value["id"]) == push.value["rev"]:
                del newest[push.value["id"]]
        return not newest and counts.unsynced == 0 and counts.delivered > 0

    async def check(self) -> None:
        """The ledger is whole."""
        broken, _ = await self.store.check()
        assert broken == []

    async def attempts(self) -> list[Tried]:
        """Every attempt in the ledger, with who stored it."""
        found: list[Tried] = []
        after: str | None = None
        while True:
            page = await self.store.records(RecordFilter(), limit=200, after=after)
            for brief in page.records:
                detail = await self.store.record(brief.record_id)
                for some in detail.attempts.values():
                    found += [Tried(brief.record_id, one.node, one.outcome) for one in some]
            after = page.next_cursor
            if after is None:
                return found

    async def check_owners(self) -> None:
        """By its history, no shard ever had two owners at once, and tokens rose."""
        last: dict[LeaseKey, Ownership] = {}
        for one in await self.store.lease_history():
            before = last.get(one.key)
            if before is not None:
                assert before.ended_at is not None
                assert before.ended_at <= one.taken_at
            last[one.key] = one

    def ids_pushed(self) -> Counter[str]:
        """How often each record reached the target, in any version."""
        return Counter(push.value["id"] for push in self.target.pushes)


@asynccontextmanager
async def shared_nodes(folder: Path, url: str) -> AsyncIterator[SharedNodes]:
    """A source, a target, and an empty database that nodes are started on."""
    source, target = Source(), Target()
    one, two = await serve(source.answer), await serve(target.answer)
    async with AsyncExitStack() as stack:
        stack.callback(one.close)
        stack.callback(two.close)
        store = await Store.open(url, clock=now_ms, node="test")
        stack.push_async_callback(store.close)
        nodes = SharedNodes(folder, url, store, source, target, url_of(one), url_of(two))
        stack.push_async_callback(nodes.end)
        yield nodes
