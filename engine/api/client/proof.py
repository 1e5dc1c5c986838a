"""The product's proof: the check of its invariants, and the audit."""

from __future__ import annotations

from engine.api import wire
from engine.api.client.requests import Requests, shape_of


class ProofFace(Requests):
    """See the module and NodeClient."""

    async def check(self) -> wire.CheckShape:
        """Recount and compare everything; takes as long as the ledger is large."""
        answer = await self._send("POST", "/check", timeout_s=3600.0)
        return shape_of(wire.CheckShape, answer.text, self.url)

    async def audit(self, limit: int = 200, after: int | None = None) -> wire.AuditPageShape:
        """Who changed what, newest first."""
        return await self._get(wire.AuditPageShape, "/audit", {"limit": limit, "after": after})
