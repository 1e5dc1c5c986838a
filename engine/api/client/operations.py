"""Operations: long work that is started, followed, paused and cancelled."""

from __future__ import annotations

from engine.api import wire
from engine.api.client.requests import Requests

START_S = 60.0
"""Counting what an operation will meet may take a while in a large ledger."""


class OperationsFace(Requests):
    """See the module and NodeClient."""

    async def operations(
        self, open_only: bool = False, after: int | None = None, limit: int = 50
    ) -> wire.OperationPageShape:
        """A page of operations, newest first; ``open_only``: those running or paused."""
        asked = {"open_only": open_only, "after": after, "limit": limit}
        return await self._get(wire.OperationPageShape, "/operations", asked)

    async def operation(self, operation_id: int) -> wire.OperationShape:
        """One operation as it stands now."""
        return await self._get(wire.OperationShape, f"/operations/{operation_id}")

    async def start_operation(self, request: wire.OperationRequest) -> wire.OperationShape:
        """Begin; the answer tells what it will meet."""
        return await self._body(
            wire.OperationShape, "POST", "/operations", request, timeout_s=START_S
        )

    async def pause_operation(self, operation_id: int) -> wire.OperationShape:
        """Stop after the block in hand, until it is resumed."""
        return await self._steer(operation_id, "pause")

    async def resume_operation(self, operation_id: int) -> wire.OperationShape:
        """Go on where it stopped; also one that failed."""
        return await self._steer(operation_id, "resume")

    async def cancel_operation(self, operation_id: int) -> wire.OperationShape:
        """Stop for good; what was done stays done."""
        return await self._steer(operation_id, "cancel")

    async def _steer(self, operation_id: int, step: str) -> wire.OperationShape:
        return await self._post(
            wire.OperationShape, f"/operations/{operation_id}/{step}", wire.Shape()
        )
