"""Records: lists, details, sending again, skipping."""

from __future__ import annotations

from engine.api import wire
from engine.api.client.requests import Requests


class RecordsFace(Requests):
    """See the module and NodeClient."""

    async def records(
        self, query: wire.RecordQuery | None = None, after: str | None = None, limit: int = 200
    ) -> wire.RecordPageShape:
        """A page of records, newest first, with the deliveries that match."""
        asked = (query or wire.RecordQuery()).model_dump()
        asked["state"] = asked.pop("states")
        return await self._get(
            wire.RecordPageShape, "/records", {**asked, "after": after, "limit": limit}
        )

    async def record(self, record_id: int, *, cap: int | None = None) -> wire.RecordShape:
        """Everything about one record. cap: bytes; longer payloads and bodies are left out, and
        a payload comes as text only, so that a large record is quick to read.
        """
        return await self._get(wire.RecordShape, f"/records/{record_id}", {"cap": cap})

    async def payload(self, record_id: int) -> bytes:
        """The record's bytes as the source sent them."""
        return (await self._send("GET", f"/records/{record_id}/payload")).content

    async def versions(self, record_id: int) -> tuple[wire.VersionShape, ...]:
        """All versions of the record's key, newest first."""
        return (await self._get(wire.VersionsShape, f"/records/{record_id}/versions")).versions

    async def explain(self, record_id: int) -> wire.ExplainShape:
        """Why each of the record's deliveries is not delivered yet."""
        return await self._get(wire.ExplainShape, f"/records/{record_id}/explain")

    async def version_difference(self, record_id: int, other_id: int) -> wire.DifferenceShape:
        """What changed from the other record's payload to this one's."""
        return await self._get(
            wire.DifferenceShape, f"/records/{record_id}/difference", {"to": other_id}
        )

    async def failures(
        self, job: str | None = None, consumer: str | None = None
    ) -> tuple[wire.FailureGroupShape, ...]:
        """Failed deliveries by cause, the most frequent first."""
        asked = {"job": job, "consumer": consumer}
        return (await self._get(wire.FailuresShape, "/failures", asked)).groups

    async def count(self, query: wire.RecordQuery) -> wire.CountShape:
        """How many deliveries match."""
        return await self._post(wire.CountShape, "/records/count", query)

    async def resend(self, request: wire.ResendRequest) -> wire.ResendResult:
        """Send again; of a query one block a call."""
        return await self._post(wire.ResendResult, "/resend", request)

    async def skip(self, request: wire.ResendRequest) -> wire.SkipResult:
        """Cancel deliveries that are not sent yet; of a query one block a call."""
        return await self._post(wire.SkipResult, "/skip", request)

    async def pulls(
        self, job: str, limit: int = 200, after: str | None = None
    ) -> wire.PullPageShape:
        """A job's page requests, newest first."""
        return await self._get(
            wire.PullPageShape, "/pulls", {"job": job, "limit": limit, "after": after}
        )
