"""The product's proof: the check of its invariants, and the audit."""

from __future__ import annotations

from engine.api import wire
from engine.api.client.requests import Requests, shape_of


class ProofFace(Requests):
    """See the module and NodeClient."""

    async def check(self) -> wire.CheckShape:
        """Recount and compare everything; takes as long as the ledger is large."""
        answer = await self._send("POST", "/check", timeout_s=3600.0, reads=True)
        return shape_of(wire.CheckShape, answer.text, self.url)

    async def audit(
        self,
        limit: int = 200,
        after: int | None = None,
        *,
        who: str | None = None,
        what: str | None = None,
        target: str | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> wire.AuditPageShape:
        """Who changed what, newest first; a page may be short, ``next`` None is the end.

        who, target: a part of the text; what: the whole of it. since, until: UTC ms.
        """
        asked = {"limit": limit, "after": after, "who": who, "what": what, "target": target}
        return await self._get(
            wire.AuditPageShape, "/audit", {**asked, "since": since, "until": until}
        )
