"""A real node's API on a loopback socket, over a real database, without producers and consumers.

``pulled`` and ``tried`` put records and attempts into its ledger the way the services do.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from engine.api.client import NodeClient
from engine.api.server import ApiServer, Listen, build_app
from engine.config import Home
from engine.core.attempt import Exchange, Outcome, RequestEvidence, ResponseEvidence
from engine.core.delivery import Event
from engine.core.record import Claimed, IncomingRecord, PulledPage
from engine.node.engine import Engine, NodeSettings, open_engine
from engine.operations.caller import Caller
from engine.operations.tokens import Scope, new_token
from engine.store.rows import Lease, LeaseKey, Settlement, WorkKind

TTL_MS = 600_000
TESTER = Caller("tester", "")


def document(name: str = "orders", **changes: Any) -> dict[str, Any]:
    """A job document that is right, with these fields of its outermost level changed."""
    return {
        "job": name,
        "producer": {
            "kind": "http_pull",
            "mode": "full",
            "request": {"url": "http://127.0.0.1:9/orders"},
        },
        "ledger": {"key": "record.id"},
        "consumers": [
            {"kind": "http_push", "name": "erp", "request": {"url": "http://127.0.0.1:9/erp"}}
        ],
        **changes,
    }


@dataclass
class ApiNode:
    """The node under test. ``owner``: a client with the node's own token, scope admin."""

    engine: Engine
    url: str
    token: str
    owner: NodeClient

    @asynccontextmanager
    async def raw(
        self, token: str | None = None, **headers: str
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Plain HTTP, for requests no well-behaved client makes."""
        given = self.token if token is None else token
        async with httpx.AsyncClient(
            base_url=self.url, headers={"authorization": f"Bearer {given}", **headers}
        ) as client:
            yield client

    async def client_with(self, scope: Scope, expires_s: int | None = None) -> NodeClient:
        """A client with a token of this scope; close it."""
        made = await self.engine.tokens.make(f"a-{scope.word}", scope, expires_s, TESTER)
        return NodeClient(self.url, made.text)

    async def pulled(self, payloads: Sequence[tuple[str, bytes]], job: str = "orders") -> None:
        """Commit a page of (key, payload) to the job's ledger."""
        store = self.engine.store
        row = await store.job(job)
        (lease,) = await self._leases(row.id, WorkKind.PULL, ["all"])
        cursor = await store.cursor(row.id, "all")
        page = PulledPage(
            exchange=Exchange(
                RequestEvidence("GET", "http://127.0.0.1:9/orders", (), None),
                ResponseEvidence(200, (), b"[]", 2, hashlib.sha256(b"[]").digest()),
                self.engine.now(),
                12,
            ),
            records=tuple(
                IncomingRecord(key, hashlib.sha256(payload).digest(), payload)
                for key, payload in payloads
            ),
            raw_count=len(payloads),
            cursor_before=cursor.value,
            cursor_after=cursor.value,
            page=1,
            more=False,
        )
        await store.ingest(
            lease,
            page,
            consumers=[each.id for each in row.consumers if each.removed_at is None],
            push_shards=row.push_shards,
            due_at=None,
        )

    async def claimed(self, job: str = "orders", consumer: str = "erp") -> list[Claimed]:
        """Claim whatever is due for this consumer."""
        store = self.engine.store
        row = await store.job(job)
        leases = await self._leases(
            row.id, WorkKind.PUSH, [str(shard) for shard in range(row.push_shards)]
        )
        (consumer_id,) = [each.id for each in row.consumers if each.name == consumer]
        return await store.claim(
            consumer_id, leases, limit=1000, now=self.engine.now(), per_key=True
        )

    async def tried(
        self,
        claims: Sequence[Claimed],
        event: Event = Event.ACCEPT,
        *,
        body: bytes = b'{"ok":true}',
        headers: Sequence[tuple[str, str]] = (),
        due_in_s: float = 3600,
    ) -> None:
        """Settle what was claimed with one attempt each."""
        accepted = event is Event.ACCEPT
        now = self.engine.now()
        done = await self.engine.store.settle(
            [
                Settlement(
                    delivery_id=claim.delivery_id,
                    record_id=claim.record_id,
                    consumer_id=claim.consumer_id,
                    shard=claim.shard,
                    token=claim.token,
                    cycle=claim.cycle,
                    number=claim.number,
                    pulled_at=claim.pulled_at,
                    event=event,
                    at=now,
                    due_at=now + round(due_in_s * 1000),
                    outcome=Outcome.ACCEPTED if accepted else Outcome.RETRY,
                    error_kind="" if accepted else "status",
                    error="" if accepted else "The target answered 503.",
                    exchange=Exchange(
                        RequestEvidence("POST", "http://127.0.0.1:9/erp", tuple(headers), None),
                        ResponseEvidence(
                            200 if accepted else 503,
                            (("content-type", "application/json"),),
                            body,
                            len(body),
                            hashlib.sha256(body).digest(),
                        ),
                        now,
                        34,
                    ),
                )
                for claim in claims
            ]
        )
        assert all(done)

    async def _leases(self, job_id: int, kind: WorkKind, shards: list[str]) -> tuple[Lease, ...]:
        keys = [LeaseKey(job_id, kind, shard) for shard in shards]
        return await self.engine.store.acquire(keys, owner="test", ttl_ms=TTL_MS)


@asynccontextmanager
async def api_node(folder: Path) -> AsyncIterator[ApiNode]:
    """Start it, and stop it in order."""
    token = new_token()
    home = Home(folder)
    settings = NodeSettings("test", home.database_url, home, producing=False, own_token=token)
    async with open_engine(settings) as engine:
        server = ApiServer(build_app(engine), Listen("127.0.0.1", 0))
        url = await server.start()
        try:
            async with NodeClient(url, token) as owner:
                yield ApiNode(engine, url, token, owner)
                await engine.store.expire_leases()  # a node that ends holds no shard
        finally:
            await server.stop()
