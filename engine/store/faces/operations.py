"""The store's methods about operations: long work of an operator, kept as rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from engine.core.attempt import Exchange
from engine.core.record import FailedPull
from engine.store import operation_blocks, operations, pulls, repeating
from engine.store.faces.base import Face
from engine.store.operation_rows import (
    Block,
    Found,
    Held,
    NewOperation,
    OperationRow,
    RepulledPage,
    Scope,
)
from engine.store.rows import IngestResult, Lease


class OperationFace(Face):
    """Operations, and what they need to know."""

    async def begin_operation(self, new: NewOperation) -> OperationRow:
        """Keep it, with its audit row; it runs from now on."""
        return await self._gateway.write(partial(operations.begin, new=new))

    async def operation(self, operation_id: int) -> OperationRow:
        """One operation; NotFound."""
        return await self._gateway.read(partial(operations.operation, operation_id=operation_id))

    async def operations(
        self, *, open_only: bool = False, after: int | None = None, limit: int
    ) -> tuple[OperationRow, ...]:
        """Operations, newest first; ``after``: the last id of the page before."""
        return await self._gateway.read(
            partial(operations.operations, open_only=open_only, after=after, limit=limit)
        )

    async def free_operations(self, *, limit: int) -> tuple[OperationRow, ...]:
        """Operations that run and that no living node works on, oldest first."""
        return await self._gateway.read(partial(operations.free, limit=limit))

    async def operation_scope(self, operation_id: int) -> Scope:
        """Which deliveries it is about."""
        return await self._gateway.read(partial(operations.scope, operation_id=operation_id))

    async def steer_operation(self, operation_id: int, step: str, *, by: str) -> OperationRow:
        """``step`` is pause, resume or cancel. Conflict where that does not fit its state."""
        return await self._gateway.write(
            partial(operations.steer, operation_id=operation_id, step=step, by=by)
        )

    async def take_operation(
        self, operation_id: int, *, owner: str, ttl_ms: int
    ) -> OperationRow | None:
        """Own it for a while if nobody else does."""
        return await self._gateway.write(
            partial(operations.take, operation_id=operation_id, owner=owner, ttl_ms=ttl_ms)
        )

    async def keep_operation(self, held: Held, *, ttl_ms: int, sentence: str | None = None) -> None:
        """Own it for longer; ``sentence``: what it waits for. LeaseLost."""
        await self._gateway.write(
            partial(operations.keep, held=held, ttl_ms=ttl_ms, sentence=sentence)
        )

    async def let_go_operation(self, held: Held) -> None:
        """Give it back for another node, or for later."""
        await self._gateway.write(partial(operations.let_go, held=held))

    async def fail_operation(self, held: Held, sentence: str) -> None:
        """End it with the reason. LeaseLost."""
        await self._gateway.write(partial(operations.fail, held=held, sentence=sentence))

    async def deliveries_of(self, record_ids: Sequence[int], consumer: str) -> Found:
        """The deliveries of these records to consumers of that name, or ("") to all."""
        return await self._gateway.read(
            partial(operation_blocks.deliveries_of, record_ids=record_ids, consumer=consumer)
        )

    async def move_block(self, held: Held, block: Block, *, ttl_ms: int) -> int:
        """Move a block's deliveries with the operation's position; how many. LeaseLost."""
        return await self._gateway.write(
            partial(operation_blocks.move_block, held=held, block=block, ttl_ms=ttl_ms)
        )

    async def commit_repulled(
        self, held: Held, lease: Lease, page: RepulledPage, *, ttl_ms: int
    ) -> IngestResult:
        """Keep a page of a re-pull with the operation's position. LeaseLost."""
        return await self._gateway.write(
            partial(operation_blocks.commit_page, held=held, lease=lease, page=page, ttl_ms=ttl_ms)
        )

    async def repull_failed(self, lease: Lease, failure: FailedPull) -> None:
        """Keep a page request of a re-pull that gave nothing; no cursor is touched. LeaseLost."""
        await self._gateway.write(partial(pulls.keep_failure, lease=lease, failure=failure))

    async def old_versions(self, delivery_ids: Sequence[int]) -> list[tuple[int, int, int]]:
        """Of these deliveries' records those that are not the newest: id, version, newest."""
        return await self._gateway.read(
            partial(operation_blocks.old_versions, delivery_ids=delivery_ids)
        )

    async def last_request(self, delivery_id: int) -> Exchange | None:
        """The exchange of a delivery's last attempt that sent something; None if none is kept."""
        return await self._gateway.read(partial(repeating.last_request, delivery_id=delivery_id))
