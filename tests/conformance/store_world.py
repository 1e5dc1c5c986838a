"""A store with a clock that is turned by hand, and short ways to fill it. For every database."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from msgspec import Struct, structs

from engine.core.attempt import Exchange, Outcome, RequestEvidence, ResponseEvidence
from engine.core.delivery import Event, State
from engine.core.record import Claimed, FailedPull, IncomingRecord, PulledPage
from engine.store.rows import (
    IngestResult,
    JobRow,
    Lease,
    LeaseKey,
    RecordBrief,
    RecordFilter,
    Settlement,
    WorkKind,
)
from engine.store.store import Store

START = 1_790_000_000_000
TTL_MS = 20_000


@dataclass
class HandClock:
    """UTC ms, moved on only by tests."""

    at: int = START

    def __call__(self) -> int:
        return self.at

    def forward(self, ms: int) -> None:
        """Let time pass."""
        self.at += ms


Row = TypeVar("Row")


def changed(row: Row, **columns: Any) -> Row:
    """A copy of a frozen row, of either kind there is, with other values in these columns."""
    if isinstance(row, Struct):
        return structs.replace(row, **columns)
    return replace(row, **columns)  # type: ignore[type-var]  # a dataclass then


def exchange(body: bytes = b"{}", *, status: int = 200, sent: bytes | None = None) -> Exchange:
    """A whole request and answer."""
    return Exchange(
        RequestEvidence("POST", "http://target.example/in", (("x-source", "shop"),), sent),
        ResponseEvidence(
            status, (("server", "t"),), body[:65536], len(body), hashlib.sha256(body).digest()
        ),
        START,
        7,
    )


def incoming(key: str, content: str = "a", skipped_by: Sequence[int] = ()) -> IncomingRecord:
    """A record of that key; another content is another version."""
    payload = f'{{"content":"{content}"}}'.encode()
    return IncomingRecord(key, hashlib.sha256(payload).digest(), payload, tuple(skipped_by))


def settlement(
    one: Claimed,
    event: Event = Event.ACCEPT,
    *,
    at: int = START,
    due_at: int = 0,
    outcome: Outcome | None = Outcome.ACCEPTED,
    error: str = "",
    shared: Exchange | None = None,
    exchange_of: int | None = None,
) -> Settlement:
    """How a claimed delivery's try ended."""
    own = None if event is Event.RELEASE or exchange_of is not None else exchange()
    return Settlement(
        one.delivery_id,
        one.record_id,
        one.consumer_id,
        one.shard,
        one.token,
        one.cycle,
        one.number,
        one.pulled_at,
        event,
        at,
        due_at=due_at,
        outcome=None if event is Event.RELEASE else outcome,
        error_kind="status" if error else "",
        error=error,
        exchange=own if shared is None else shared,
        exchange_of=exchange_of,
    )


@dataclass
class World:
    """A job on an open store, with all its leases."""

    store: Store
    clock: HandClock
    owner: str = "one"
    job: JobRow = field(init=False)
    pull: Lease = field(init=False)
    push: tuple[Lease, ...] = ()
    cursor: str | None = None
    pages: int = 0

    async def begin(
        self,
        consumers: Sequence[tuple[str, str]] = (("erp", "beginning"),),
        *,
        name: str = "orders",
        push_shards: int = 4,
    ) -> World:
        """Save the job and take its leases."""
        await self.save(consumers, name=name, push_shards=push_shards)
        await self.take()
        return self

    async def save(
        self,
        consumers: Sequence[tuple[str, str]] = (("erp", "beginning"),),
        *,
        name: str = "orders",
        push_shards: int = 4,
    ) -> JobRow:
        """Save the job's document as it is to be from now on."""
        document = f'{{"consumers": {[each for each, _ in consumers]}, "shards": {push_shards}}}'
        self.job = await self.store.save_job(
            name,
            document,
            push_shards=push_shards,
            pull_shards=["all"],
            consumers=consumers,
            by="tester",
        )
        return self.job

    async def take(self) -> None:
        """Acquire every lease of the job."""
        pushes = [LeaseKey(self.job.id, WorkKind.PUSH, str(n)) for n in range(self.job.push_shards)]
        self.pull, *push = await self.store.acquire(
            [LeaseKey(self.job.id, WorkKind.PULL, "all"), *pushes],
            owner=self.owner,
            ttl_ms=TTL_MS,
        )
        self.push = tuple(push)

    @property
    def consumer(self) -> int:
        """The first consumer's id."""
        return self.job.consumers[0].id

    @property
    def consumers(self) -> list[int]:
        """The ids of all consumers that are not removed."""
        return [one.id for one in self.job.consumers if one.removed_at is None]

    async def ingest(
        self, *records: IncomingRecord, consumers: Sequence[int] | None = None
    ) -> IngestResult:
        """Commit a page of these records."""
        self.pages += 1
        after = f"cursor {self.pages}"
        page = PulledPage(exchange(), records, len(records), self.cursor, after, 1, False)
        result = await self.store.ingest(
            self.pull,
            page,
            consumers=self.consumers if consumers is None else consumers,
            push_shards=self.job.push_shards,
            due_at=None,
        )
        self.cursor = after
        return result

    async def fail(self, sentence: str = "The source did not answer.") -> None:
        """Keep a pull that gave nothing."""
        failure = FailedPull("timeout", sentence, self.cursor, 1)
        await self.store.pull_failed(self.pull, failure, due_at=self.clock() + 5000)

    async def claim(
        self, limit: int = 100, *, consumer: int | None = None, per_key: bool = True
    ) -> list[Claimed]:
        """Take what is due."""
        return await self.store.claim(
            self.consumer if consumer is None else consumer,
            self.push,
            limit=limit,
            now=self.clock(),
            per_key=per_key,
        )

    async def accept(self, *claimed: Claimed) -> list[bool]:
        """Settle these as delivered."""
        return await self.store.settle([settlement(one, at=self.clock()) for one in claimed])

    async def postpone(self, *claimed: Claimed, wait_ms: int = 60_000) -> list[bool]:
        """Settle these as to be tried again later."""
        return await self.store.settle(
            [
                settlement(
                    one,
                    Event.POSTPONE,
                    at=self.clock(),
                    due_at=self.clock() + wait_ms,
                    outcome=Outcome.RETRY,
                    error="busy",
                )
                for one in claimed
            ]
        )

    async def give_up(self, *claimed: Claimed) -> list[bool]:
        """Settle these as given up."""
        return await self.store.settle(
            [
                settlement(
                    one, Event.GIVE_UP, at=self.clock(), outcome=Outcome.REJECTED, error="bad"
                )
                for one in claimed
            ]
        )

    async def everything(self, wanted: RecordFilter | None = None) -> list[RecordBrief]:
        """All records that match, in the list's order."""
        found: list[RecordBrief] = []
        after: str | None = None
        while True:
            page = await self.store.records(wanted or RecordFilter(), limit=50, after=after)
            found += page.records
            after = page.next_cursor
            if after is None:
                return found

    async def states(self, consumer: int | None = None) -> dict[tuple[str, int], State]:
        """Where the deliveries to a consumer stand, by key and version."""
        wanted = self.consumer if consumer is None else consumer
        return {
            (record.key, record.version): delivery.state
            for record in await self.everything()
            for delivery in record.deliveries
            if delivery.consumer_id == wanted
        }

    async def sound(self) -> None:
        """Fail unless the store's own check finds nothing."""
        broken, _ = await self.store.check()
        assert broken == []
