"""A real producing engine in this process, between a source and a target on loopback.

    async with flow(tmp_path) as line:
        line.source.put("A1", "A2")
        await line.apply(line.document(consumer={"concurrency": 2}))
        await line.until_synced()

Durations in documents are short; nothing here sleeps but to ask again whether something holds.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.config import Home
from engine.core.delivery import State
from engine.demo.small_server import Call, Reply, serve, url_of
from engine.node.engine import Engine, NodeSettings, open_engine
from engine.operations import jobs
from engine.operations.caller import Caller
from engine.services.lease_times import LeaseTimes
from engine.store.rows import (
    AttemptRow,
    Counts,
    DeliveryBrief,
    RecordBrief,
    RecordDetail,
    RecordFilter,
)

TESTER = Caller("tester", "")
DEADLINE_S = 20.0
OK = Reply({"code": "0"})


@dataclass(slots=True)
class Source:
    """Rows by id; ``?since=`` gives those with ``rev`` from there on, ``?region=`` one region's.

    ``answers`` may take over: a function from the call to a reply, or None for the ordinary one.
    """

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[Call] = field(default_factory=list)
    asked_at: list[float] = field(default_factory=list)
    answers: Callable[[Call], Reply | Awaitable[Reply | None] | None] = lambda call: None
    _rev: int = 0

    def put(self, *ids: str, **fields: Any) -> None:
        """Add rows, or change those that are there; each gets the next ``rev``."""
        for id_ in ids:
            self._rev += 1
            self.rows[id_] = {"id": id_, **self.rows.get(id_, {}), **fields, "rev": self._rev}

    async def answer(self, call: Call) -> Reply | None:
        """The query interface."""
        self.asked.append(call)
        self.asked_at.append(time.monotonic())
        given = self.answers(call)
        given = await given if inspect.isawaitable(given) else given
        if given is not None:
            return given
        since, region = int(call.query.get("since") or 0), call.query.get("region")
        rows = [
            dict(row)
            for row in sorted(self.rows.values(), key=lambda row: int(row["rev"]))
            if row["rev"] >= since and (region is None or row.get("region") == region)
        ]
        return Reply({"rows": rows})


@dataclass(frozen=True, slots=True)
class Push:
    """One request as the target got it; ``at`` in seconds of the monotonic clock."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def value(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)

    @property
    def ids(self) -> list[str]:
        """Ids of the records in it."""
        value = self.value
        return [row["id"] for row in (value if isinstance(value, list) else [value])]


Answer = Callable[[Push], Reply | Awaitable[Reply | None] | None]


@dataclass(slots=True)
class Target:
    """Remembers every push; ``answers`` decides what comes back, None closes the connection."""

    answers: Answer = lambda push: OK
    pushes: list[Push] = field(default_factory=list)
    in_flight: int = 0
    most: int = 0

    async def answer(self, call: Call) -> Reply | None:
        """Take a push."""
        push = Push(call.method, call.path, call.headers, call.body, time.monotonic())
        self.pushes.append(push)
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        try:
            given = self.answers(push)
            return await given if inspect.isawaitable(given) else given
        finally:
            self.in_flight -= 1

    def to(self, path: str) -> list[Push]:
        """The pushes to one path."""
        return [push for push in self.pushes if push.path == path]


@dataclass(slots=True)
class Flow:
    """The engine between both."""

    engine: Engine
    source: Source
    target: Target
    source_url: str
    target_url: str
    home: Path

    def consumer(self, name: str = "erp", **fields: Any) -> dict[str, Any]:
        """A consumer that pushes to /NAME; ``request`` adds to its request."""
        request = {"url": f"{self.target_url}/{name}", **fields.pop("request", {})}
        retry = {"policy": "fixed", "every": "30ms", "attempts": 3}
        return {"name": name, "request": request, "retry": retry, **fields}

    def document(
        self,
        *consumers: dict[str, Any],
        job: str = "orders",
        producer: dict[str, Any] | None = None,
        ledger: dict[str, Any] | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        """A job with these consumers, or with the ordinary one."""
        return {
            "job": job,
            "producer": {
                "kind": "http_pull",
                "schedule": {"every": "100ms"},
                "request": {
                    "url": f"{self.source_url}/{job}",
                    "query": {"since": "${cursor}"},
                },
                "response": {"records": "body.rows"},
                "cursor": {"value": "record.rev", "type": "number", "start": 0},
                **(producer or {}),
            },
            "ledger": {"key": "record.id", "push_shards": 2, **(ledger or {})},
            "consumers": list(consumers) or [self.consumer()],
            **fields,
        }

    async def apply(self, document: dict[str, Any]) -> None:
        """Save a job, as the API does."""
        await jobs.save(self.engine.store, document, TESTER)
        await self.engine.job_changed(document["job"])

    async def pause(
        self, paused: bool, *, job: str = "orders", consumer: str | None = None
    ) -> None:
        """Pause or resume, as the API does."""
        await jobs.set_paused(self.engine.store, job, paused, TESTER, consumer=consumer)
        await self.engine.job_changed(job)

    async def secret(self, name: str, value: str) -> None:
        """Set a secret, as the API does."""
        await self.engine.vault.put(name, value, TESTER)
        await self.engine.job_changed("")

    # ---- what the ledger says

    async def counts(self, consumer: str = "erp", job: str = "orders") -> Counts:
        """A consumer's live numbers."""
        row = await self.engine.store.job(job)
        (status,) = await self.engine.store.status(row.id)
        return next((one.counts for one in status.consumers if one.consumer == consumer), Counts())

    async def records(self, *, key: str | None = None, job: str = "orders") -> list[RecordBrief]:
        """All records, oldest first."""
        row = await self.engine.store.job(job)
        found: list[RecordBrief] = []
        after: str | None = None
        while True:
            wanted = RecordFilter(job_id=row.id, key=key)
            page = await self.engine.store.records(wanted, limit=500, after=after)
            found += page.records
            after = page.next_cursor
            if after is None:
                return sorted(found, key=lambda one: one.record_id)

    async def detail(self, key: str, version: int = 1, job: str = "orders") -> RecordDetail:
        """One version of a key, with everything about it."""
        (found,) = [one for one in await self.records(key=key, job=job) if one.version == version]
        return await self.engine.store.record(found.record_id)

    async def delivery(
        self, key: str, version: int = 1, consumer: str = "erp"
    ) -> tuple[DeliveryBrief, tuple[AttemptRow, ...]]:
        """One delivery and its attempts."""
        detail = await self.detail(key, version)
        (found,) = [one for one in detail.brief.deliveries if one.consumer == consumer]
        return found, detail.attempts.get(found.delivery_id, ())

    # ---- waiting

    async def until(
        self, holds: Callable[[], bool | Awaitable[bool]], what: str, deadline_s: float = DEADLINE_S
    ) -> None:
        """Ask until it holds; fails with ``what`` after the time."""
        try:
            async with asyncio.timeout(deadline_s):
                while True:
                    found = holds()
                    if await found if inspect.isawaitable(found) else found:
                        return
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"not within {deadline_s} s: {what}") from None

    async def until_counts(self, consumer: str = "erp", job: str = "orders", **wanted: int) -> None:
        """Wait until a consumer's numbers are these, such as ``delivered=3, unsynced=0``."""
        last = Counts()

        async def hold() -> bool:
            nonlocal last
            last = await self.counts(consumer, job)
            return all(getattr(last, name) == n for name, n in wanted.items())

        try:
            await self.until(hold, "")
        except AssertionError:
            raise AssertionError(f"{consumer} should have {wanted} and has {last}") from None

    async def until_asked(self, more: int = 1) -> None:
        """Wait until the source was asked that many times more."""
        goal = len(self.source.asked) + more
        await self.until(lambda: len(self.source.asked) >= goal, "the source is asked")

    async def check(self) -> None:
        """The ledger holds."""
        broken, _ = await self.engine.store.check()
        assert not broken, broken


@asynccontextmanager
async def flow(
    folder: Path,
    source: Source | None = None,
    target: Target | None = None,
    lease_times: LeaseTimes | None = None,
) -> AsyncIterator[Flow]:
    """Start everything; stop it in order, and check the ledger."""
    source, target = source or Source(), target or Target()
    one, two = await serve(source.answer), await serve(target.answer)
    home = Home(folder / "home")
    settings = NodeSettings(
        "test",
        home.database_url,
        home,
        producing=True,
        lease_times=lease_times or LeaseTimes(),
    )
    try:
        async with open_engine(settings) as engine:
            line = Flow(engine, source, target, url_of(one), url_of(two), home.path)
            yield line
            await line.check()
    finally:
        one.close()
        two.close()


def state_of(found: tuple[DeliveryBrief, tuple[AttemptRow, ...]]) -> State:
    """The state of what ``Flow.delivery`` gave."""
    return found[0].state
