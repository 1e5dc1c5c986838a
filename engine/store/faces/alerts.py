"""The store's methods for alerts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from engine.store import alerts
from engine.store.alerts import AlertRow, AlertWrite
from engine.store.faces.base import Face


class AlertFace(Face):
    """How alerts stand."""

    async def alerts_of(self, job_id: int) -> tuple[AlertRow, ...]:
        """Every alert of a job that is kept, open or resolved lately."""
        return await self._gateway.read(partial(alerts.alerts_of, job_id=job_id))

    async def alerts(self) -> tuple[tuple[str, AlertRow], ...]:
        """Alerts with their jobs' names: the open ones first, newest first."""
        return await self._gateway.read(alerts.listed)

    async def write_alerts(self, job_id: int, writes: Sequence[AlertWrite]) -> list[bool]:
        """Keep these; for each whether it was: another node may have been quicker."""
        return await self._gateway.write(partial(alerts.write, job_id=job_id, writes=writes))

    async def alerts_told(self, alert_ids: Sequence[int]) -> None:
        """What was owed for these went out, or was given up."""
        await self._gateway.write(partial(alerts.told, ids=alert_ids))

    async def forget_alerts(self) -> int:
        """Remove what was resolved a week ago; how many."""
        return await self._gateway.write(alerts.forget)
