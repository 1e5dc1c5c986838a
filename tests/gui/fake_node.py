"""A node for the console's tests: a ``NodeClient`` that answers from rows in memory.

It stands in for the network, not for the console: sessions, flows and pages are the real ones.
What has no answer of its own here goes through the real client to ``FakeNode.answers``, by method
and path; so a new call needs a line there and no method here.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import httpx

from app.connection import Address
from engine.api.client import ApiError, ConnectionLost, NodeClient
from engine.api.wire import (
    API_PREFIX,
    AlertShape,
    CountShape,
    ErrorShape,
    ExplainShape,
    FailuresShape,
    HeldShardShape,
    NodeRow,
    NodeShape,
    OperationPageShape,
    OperationRequest,
    OperationShape,
    RecordPageShape,
    RecordQuery,
    RecordShape,
    ResendRequest,
    ResendResult,
    SeriesShape,
    Shape,
    StatusShape,
    VersionShape,
)
from tests.gui import sample

Answer = Shape | ErrorShape | Callable[[httpx.Request], Shape]


@dataclass
class FakeNode:
    """records: newest first. asked: every list that was asked for. ``stop`` ends connections.

    windows: until and reason of every pause. scopes: whose series was asked for.

    answers: by method and path without the API's prefix, such as ("GET", "/nodes"): a shape, an
    error to answer with, or a function of the request that gives one. requests: all that were
    answered so.

    held: answers that wait for their event: of a record by id, of counting by "count", of
    a page by how many are left, "2 pages"; waiting: those that were asked for. pages: lists' next
    answers, before those from ``records``.
    """

    records: list[RecordShape] = field(default_factory=list)
    status: StatusShape = field(default_factory=sample.status)
    node: NodeShape = sample.NODE
    resends: list[ResendRequest] = field(default_factory=list)
    changes: list[tuple[str, str, str | None]] = field(default_factory=list)
    alerts: tuple[AlertShape, ...] = ()
    windows: list[tuple[int | None, str]] = field(default_factory=list)
    scopes: list[tuple[str | None, str | None]] = field(default_factory=list)
    asked: list[tuple[RecordQuery, str | None]] = field(default_factory=list)
    resend_block: int = 200
    refuses: ErrorShape | None = None
    no_series: ErrorShape | None = None
    held: dict[int | str, asyncio.Event] = field(default_factory=dict)
    waiting: set[int | str] = field(default_factory=set)
    payloads: dict[int, bytes] = field(default_factory=dict)
    pages: list[RecordPageShape] = field(default_factory=list)
    operations: list[OperationShape] = field(default_factory=list)
    explained: dict[int, ExplainShape] = field(default_factory=dict)
    steps: list[tuple[str, int]] = field(default_factory=list)
    down: bool = False
    connections: int = 0
    answers: dict[tuple[str, str], Answer] = field(
        default_factory=lambda: {("GET", "/failures"): FailuresShape(), **sample.access()}
    )
    requests: list[httpx.Request] = field(default_factory=list)
    nodes: list[NodeRow] = field(default_factory=sample.nodes)
    shards: dict[str, tuple[HeldShardShape, ...]] = field(default_factory=sample.shards)
    _moved: list[asyncio.Event] = field(default_factory=list)

    def open(self, address: Address) -> FakeClient:
        return FakeClient(self)

    def publish(self, status: StatusShape) -> None:
        """The status changed: everybody who listens hears of it."""
        self.status = status
        self._wake()

    def stop(self) -> None:
        """The node goes away."""
        self.down = True
        self._wake()

    def start(self) -> None:
        self.down = False

    def _wake(self) -> None:
        for moved in self._moved:
            moved.set()

    def change(self, operation_id: int, **changes: object) -> OperationShape:
        """An operation went on."""
        changed = self.operations[operation_id - 1].model_copy(update=changes)
        self.operations[operation_id - 1] = changed
        return changed

    def matching(self, query: RecordQuery) -> list[RecordShape]:
        return [matched for record in self.records if (matched := _matched(record, query))]


class FakeClient(NodeClient):
    """One connection."""

    def __init__(self, node: FakeNode) -> None:
        super().__init__("http://fake", "", transport=httpx.MockTransport(self._answer))
        self._node = node

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self._check()
        self._node.requests.append(request)
        asked = (request.method, request.url.path.removeprefix(API_PREFIX))
        answer = self._node.answers.get(asked)
        if answer is None:
            raise NotImplementedError(f"the fake node has no answer for {asked}")
        shape = answer(request) if callable(answer) else answer
        status = 409 if isinstance(shape, ErrorShape) else 200
        return httpx.Response(status, json=shape.model_dump(mode="json"))

    def _check(self) -> None:
        if self._node.down:
            raise ConnectionLost("No node answers at http://fake.", "Start it.")
        if self._node.refuses is not None:
            raise ApiError(409, self._node.refuses)

    async def _release(self, what: int | str) -> None:
        if what in self._node.held:
            self._node.waiting.add(what)
            await self._node.held[what].wait()

    async def node(self) -> NodeShape:
        self._check()
        self._node.connections += 1
        return self._node.node

    async def nodes(self) -> tuple[NodeRow, ...]:
        self._check()
        return tuple(self._node.nodes)

    async def held_shards(self, name: str) -> tuple[HeldShardShape, ...]:
        self._check()
        return self._node.shards.get(name, ())

    async def drain_node(self, name: str) -> None:
        self._drain(name, sample.NOW)

    async def undrain_node(self, name: str) -> None:
        self._drain(name, None)

    def _drain(self, name: str, at: int | None) -> None:
        self._check()
        self._node.changes.append(("undrain" if at is None else "drain", name, None))
        self._node.nodes = [
            row.model_copy(
                update={
                    "drained_at": at,
                    "drained_by": "" if at is None else "anna",
                    "state": "working" if at is None else "drained",
                }
            )
            if row.name == name
            else row
            for row in self._node.nodes
        ]

    async def forget_node(self, name: str) -> None:
        self._check()
        self._node.changes.append(("forget", name, None))
        self._node.nodes = [row for row in self._node.nodes if row.name != name]

    async def events(self) -> AsyncIterator[StatusShape]:
        moved = asyncio.Event()
        self._node._moved.append(moved)
        try:
            while True:
                self._check()
                yield self._node.status
                await moved.wait()
                moved.clear()
        finally:
            self._node._moved.remove(moved)

    async def alerts(self) -> tuple[AlertShape, ...]:
        self._check()
        return self._node.alerts

    async def series(
        self, window_s: float, job: str | None = None, consumer: str | None = None
    ) -> SeriesShape:
        self._check()
        self._node.scopes.append((job, consumer))
        if self._node.no_series is not None:
            raise ApiError(500, self._node.no_series)
        return sample.series(window_s)

    async def records(
        self, query: RecordQuery | None = None, after: str | None = None, limit: int = 200
    ) -> RecordPageShape:
        self._check()
        query = query or RecordQuery()
        self._node.asked.append((query, after))
        if self._node.pages:
            await self._release(f"{len(self._node.pages)} pages")
            return self._node.pages.pop(0)
        found = self._node.matching(query)
        rest = [record for record in found if after is None or record.id < int(after)]
        page = rest[:limit]
        more = str(page[-1].id) if len(rest) > limit else None
        return RecordPageShape(records=tuple(sample.brief(each) for each in page), next=more)

    async def record(self, record_id: int, *, cap: int | None = None) -> RecordShape:
        self._check()
        await self._release(record_id)
        record = self._record(record_id)
        if cap is not None and record.size > cap:
            gone = {"payload_text": None, "payload_base64": None, "payload_left_out": True}
            record = record.model_copy(update=gone)
        return record

    def _record(self, record_id: int) -> RecordShape:
        for record in self._node.records:
            if record.id == record_id:
                return record
        raise ApiError(404, ErrorShape(code="not_found", sentence="There is no such record."))

    async def payload(self, record_id: int) -> bytes:
        self._check()
        if record_id in self._node.payloads:
            return self._node.payloads[record_id]
        record = self._record(record_id)
        if record.payload_text is None:
            return base64.b64decode(record.payload_base64 or "")
        return record.payload_text.encode()

    async def explain(self, record_id: int) -> ExplainShape:
        self._check()
        return self._node.explained.get(record_id, ExplainShape(record_id=record_id))

    async def record_bytes(self, record_id: int) -> bytes:
        self._check()
        return self._record(record_id).model_dump_json().encode()

    async def export(self, query: RecordQuery, take: Callable[[bytes], None]) -> None:
        for place, record in enumerate(self._node.matching(query)):
            self._check()
            await self._release(f"line {place}")
            line = record.model_dump_json().encode() + b"\n"
            take(line[:100])
            take(line[100:])

    async def operations(
        self, open_only: bool = False, after: int | None = None, limit: int = 50
    ) -> OperationPageShape:
        self._check()
        if ("GET", "/operations") in self._node.answers:
            return await super().operations(open_only, after, limit)
        found = [
            each
            for each in reversed(self._node.operations)
            if not open_only or each.state in ("running", "paused")
        ]
        return OperationPageShape(operations=tuple(found))

    async def operation(self, operation_id: int) -> OperationShape:
        self._check()
        return next(each for each in self._node.operations if each.id == operation_id)

    async def start_operation(self, request: OperationRequest) -> OperationShape:
        self._check()
        if ("POST", "/operations") in self._node.answers:
            return await super().start_operation(request)
        query = request.query
        total = len(request.record_ids if query is None else self._node.matching(query))
        made = OperationShape(
            id=len(self._node.operations) + 1,
            kind=request.kind,
            state="running",
            request=request,
            consumer=request.consumer or "",
            total=total,
            created_at=sample.NOW,
            updated_at=sample.NOW,
            by="console",
        )
        self._node.operations.append(made)
        return made

    async def pause_operation(self, operation_id: int) -> OperationShape:
        return self._step("pause", operation_id, state="paused")

    async def resume_operation(self, operation_id: int) -> OperationShape:
        return self._step("resume", operation_id, state="running")

    async def cancel_operation(self, operation_id: int) -> OperationShape:
        return self._step("cancel", operation_id, state="cancelled", ended_at=sample.NOW)

    def _step(self, step: str, operation_id: int, **changes: object) -> OperationShape:
        self._check()
        self._node.steps.append((step, operation_id))
        return self._node.change(operation_id, **changes)

    async def versions(self, record_id: int) -> tuple[VersionShape, ...]:
        return sample.versions(await self.record(record_id))

    async def count(self, query: RecordQuery, *, quick: bool = False) -> CountShape:
        self._check()
        await self._release("count")
        return CountShape(count=sum(len(each.deliveries) for each in self._node.matching(query)))

    async def resend(self, request: ResendRequest) -> ResendResult:
        self._check()
        node = self._node
        node.resends.append(request)
        if request.query is None:
            return self._resend(request.record_ids, request.consumer)
        found = [record.id for record in node.matching(request.query)]
        result = self._resend(found[: node.resend_block], request.consumer)
        return result.model_copy(update={"remaining": max(0, len(found) - node.resend_block)})

    def _resend(self, ids: Sequence[int], consumer: str | None) -> ResendResult:
        for place, record in enumerate(self._node.records):
            if record.id in ids:
                again = tuple(
                    each.model_copy(update={"state": "pending", "cycle": each.cycle + 1})
                    if consumer in (None, each.consumer)
                    else each
                    for each in record.deliveries
                )
                self._node.records[place] = record.model_copy(update={"deliveries": again})
        return ResendResult(resent=len(ids))

    async def pause(
        self, name: str, consumer: str | None = None, until: int | None = None, reason: str = ""
    ) -> None:
        self._check()
        self._node.windows.append((until, reason))
        self._node.changes.append(("pause", name, consumer))

    async def resume(self, name: str, consumer: str | None = None) -> None:
        self._check()
        self._node.changes.append(("resume", name, consumer))

    async def run(self, name: str) -> None:
        self._check()
        self._node.changes.append(("run", name, None))


def _matched(record: RecordShape, query: RecordQuery) -> RecordShape | None:
    """The record with the deliveries that match, as the node's lists have it."""
    if query.job not in (None, record.job):
        return None
    if query.key not in (None, record.key):
        return None
    if query.key_prefix is not None and not record.key.startswith(query.key_prefix):
        return None
    if query.since is not None and record.pulled_at < sample.rfc3339(query.since):
        return None
    if query.until is not None and record.pulled_at > sample.rfc3339(query.until):
        return None
    deliveries = tuple(
        each
        for each in record.deliveries
        if query.consumer in (None, each.consumer)
        and (not query.states or each.state in query.states)
    )
    return record.model_copy(update={"deliveries": deliveries}) if deliveries else None
