"""Records: lists, details, sending again, skipping."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from engine.api import wire
from engine.api.client.requests import Requests, refusal_of, shape_of

EXPORT_SILENCE_S = 120.0
"""A search in a large ledger may look at much before it finds the next record."""
EXPORT_PIECE = 64 * 1024
"""Bytes handed over at once."""


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

    async def record_bytes(self, record_id: int) -> bytes:
        """Everything about one record as the JSON the node sent, every digit as it was."""
        return (await self._send("GET", f"/records/{record_id}")).content

    async def payload(self, record_id: int) -> bytes:
        """The record's bytes as the source sent them."""
        return (await self._send("GET", f"/records/{record_id}/payload")).content

    async def versions(self, record_id: int) -> tuple[wire.VersionShape, ...]:
        """All versions of the record's key, newest first."""
        return (await self._get(wire.VersionsShape, f"/records/{record_id}/versions")).versions

    async def explain(self, record_id: int) -> wire.ExplainShape:
        """Why each of the record's deliveries is not delivered yet."""
        return await self._get(wire.ExplainShape, f"/records/{record_id}/explain")

    async def failures(
        self, job: str | None = None, consumer: str | None = None
    ) -> tuple[wire.FailureGroupShape, ...]:
        """Failed deliveries by cause, the most frequent first."""
        asked = {"job": job, "consumer": consumer}
        return (await self._get(wire.FailuresShape, "/failures", asked)).groups

    async def count(self, query: wire.RecordQuery, *, quick: bool = False) -> wire.CountShape:
        """How many deliveries match. quick: for a moment at most; then the number is not exact."""
        answer = await self._send(
            "POST",
            "/records/count",
            {"quick": quick or None},
            content=query.model_dump_json().encode(),
            reads=True,
        )
        return shape_of(wire.CountShape, answer.text, self.url)

    async def resend(self, request: wire.ResendRequest) -> wire.ResendResult:
        """Send again; of a query one block a call."""
        return await self._post(wire.ResendResult, "/resend", request)

    async def skip(self, request: wire.ResendRequest) -> wire.SkipResult:
        """Cancel deliveries that are not sent yet; of a query one block a call."""
        return await self._post(wire.SkipResult, "/skip", request)

    async def export(self, query: wire.RecordQuery, take: Callable[[bytes], None]) -> None:
        """All that match as JSON Lines, newest first. take: is given the bytes piece by piece.

        Returns when all of it was given; a stream that breaks off raises ConnectionLost.
        """
        timeout = httpx.Timeout(self._http.timeout.connect, read=EXPORT_SILENCE_S)
        content = query.model_dump_json().encode()
        head = {"content-type": "application/json"}
        try:
            async with self._http.stream(
                "POST", "/records/export", content=content, headers=head, timeout=timeout
            ) as answer:
                if not answer.is_success:
                    await answer.aread()
                    raise refusal_of(answer)
                async for piece in answer.aiter_bytes(EXPORT_PIECE):
                    take(piece)
        except httpx.HTTPError as error:
            raise self._lost(error) from None

    async def pulls(
        self, job: str, limit: int = 200, after: str | None = None
    ) -> wire.PullPageShape:
        """A job's page requests, newest first."""
        return await self._get(
            wire.PullPageShape, "/pulls", {"job": job, "limit": limit, "after": after}
        )
