"""Jobs: documents, pause and run, the test of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.api import wire
from engine.api.client.requests import Requests, object_of, path_of


class JobsFace(Requests):
    """See the module and NodeClient."""

    async def jobs(self) -> tuple[wire.JobShape, ...]:
        """All jobs with their documents."""
        return (await self._get(wire.JobsShape, "/jobs")).jobs

    async def job(self, name: str) -> wire.JobShape:
        """One job."""
        return await self._get(wire.JobShape, path_of("jobs", name))

    async def revisions(self, name: str) -> tuple[wire.RevisionShape, ...]:
        """Every saved version of a job, newest first."""
        return (await self._get(wire.RevisionsShape, path_of("jobs", name, "revisions"))).revisions

    async def apply(
        self, document: Mapping[str, Any], *, expected_revision: int | None = None
    ) -> wire.JobApplied:
        """Create or replace the job this document describes."""
        put = wire.JobPut(document=dict(document), expected_revision=expected_revision)
        name = document.get("job")
        place = path_of("jobs", name) if isinstance(name, str) and name else "/jobs/-"
        return await self._body(wire.JobApplied, "PUT", place, put)

    async def delete_job(self, name: str) -> None:
        """Delete a job and everything of it."""
        await self._send("DELETE", path_of("jobs", name))

    async def pause(
        self,
        name: str,
        consumer: str | None = None,
        until: int | None = None,
        reason: str = "",
    ) -> None:
        """Pause a job, or one of its consumers; ``until`` (UTC ms): it resumes by itself then."""
        asked = {"consumer": consumer, "until": until, "reason": reason or None}
        await self._send("POST", path_of("jobs", name, "pause"), asked)

    async def resume(self, name: str, consumer: str | None = None) -> None:
        """Let it run again."""
        await self._send("POST", path_of("jobs", name, "resume"), {"consumer": consumer})

    async def run(self, name: str) -> None:
        """Pull now."""
        await self._send("POST", path_of("jobs", name, "run"))

    async def check_job(
        self,
        document: Mapping[str, Any] | None = None,
        *,
        text: str | None = None,
        name: str | None = None,
    ) -> wire.JobCheckShape:
        """What is wrong with a document, or with a YAML or JSON text of some; nothing is kept.

        name: the job that is edited, "" for a new one; None: names are not looked at.
        """
        body = wire.JobCheckRequest(
            document=None if document is None else dict(document), text=text, name=name
        )
        return await self._post(wire.JobCheckShape, "/jobs/check", body, reads=True)

    async def test(self, document: Mapping[str, Any]) -> wire.JobTestShape:
        """Ask the source for one real page and render what would be sent; nothing is kept."""
        body = wire.JobTestRequest(document=dict(document))
        return await self._body(wire.JobTestShape, "POST", "/jobs/test", body, timeout_s=90.0)

    async def schema(self) -> dict[str, Any]:
        """The JSON Schema of the job document."""
        return object_of(await self._send("GET", "/schema/job"), self.url)
