"""The control API's caller, for console, CLI and other programs; also finds the local node.

Imports httpx and the shapes only. Not for the data plane: sources and targets are reached
through ``engine.http``.

    ApiError         the node answered no: code, sentence, hint, problems
    ConnectionLost   the node did not answer, or not in our language
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlsplit

import httpx

from engine.api import wire
from engine.core.places import LOCAL_NODE_FILE, data_directory

S = TypeVar("S", bound=wire.Shape)
EVENTS_SILENCE_S = 20.0
"""The node sends a heartbeat every 5 s; a stream silent for longer than this is dead."""


class ApiError(Exception):
    """The node refused. ``problems`` holds one entry for each wrong field."""

    def __init__(self, status: int, error: wire.ErrorShape) -> None:
        super().__init__(error.sentence)
        self.status = status
        self.code = error.code
        self.sentence = error.sentence
        self.hint = error.hint
        self.path = error.path
        self.problems = error.problems
        self.request_id = error.request_id


class ConnectionLost(Exception):
    """No answer from the node; a sentence and what to do."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class NodeClient:
    """One node's API. Every method raises ApiError or ConnectionLost; safe to use concurrently.

    url: ``http://HOST:PORT`` (a path is not kept). timeout_s: for each request, but for events.
    transport: for an app in this process, else left out.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout_s: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.AsyncClient(
            base_url=f"{self.url}{wire.API_PREFIX}",
            headers={"authorization": f"Bearer {token}"},
            timeout=timeout_s,
            transport=transport,
            trust_env=False,  # a proxy must not see the token of a node on this machine
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; may be called twice."""
        await self._http.aclose()

    # ------------------------------------------------------------ the node, live numbers
    async def node(self) -> wire.NodeShape:
        """Who answers."""
        return await self._get(wire.NodeShape, "/node")

    async def nodes(self) -> tuple[wire.NodeRow, ...]:
        """All nodes of this database."""
        return (await self._get(wire.NodesShape, "/nodes")).nodes

    async def status(self) -> wire.StatusShape:
        """Every job's and consumer's numbers."""
        return await self._get(wire.StatusShape, "/status")

    async def series(self, window_s: float, job: str | None = None) -> wire.SeriesShape:
        """The graphs of the last ``window_s`` seconds, of one job or of all."""
        return await self._get(wire.SeriesShape, "/series", {"window_s": window_s, "job": job})

    async def events(self) -> AsyncIterator[wire.StatusShape]:
        """The status at once, then whenever it changed (about twice a second at most).

        Ends only with ApiError or ConnectionLost; call again to connect again.
        """
        timeout = httpx.Timeout(self._http.timeout.connect, read=EVENTS_SILENCE_S)
        try:
            async with self._http.stream("GET", "/events", timeout=timeout) as answer:
                if answer.status_code != httpx.codes.OK:
                    await answer.aread()
                    raise _refusal(answer)
                async for line in answer.aiter_lines():
                    if line.startswith("data:"):
                        yield _shape(wire.StatusShape, line[5:], self.url)
        except httpx.HTTPError as error:
            raise self._lost(error) from None
        raise ConnectionLost(
            f"The node at {self.url} closed the connection.", "It may be stopping; try again."
        )

    # ------------------------------------------------------------ records
    async def records(
        self, query: wire.RecordQuery | None = None, after: str | None = None, limit: int = 200
    ) -> wire.RecordPageShape:
        """A page of records, newest first, with the deliveries that match."""
        asked = (query or wire.RecordQuery()).model_dump()
        asked["state"] = asked.pop("states")
        return await self._get(
            wire.RecordPageShape, "/records", {**asked, "after": after, "limit": limit}
        )

    async def record(self, record_id: int) -> wire.RecordShape:
        """Everything about one record."""
        return await self._get(wire.RecordShape, f"/records/{record_id}")

    async def payload(self, record_id: int) -> bytes:
        """The record's bytes as the source sent them."""
        return (await self._send("GET", f"/records/{record_id}/payload")).content

    async def versions(self, record_id: int) -> tuple[wire.VersionShape, ...]:
        """All versions of the record's key, newest first."""
        return (await self._get(wire.VersionsShape, f"/records/{record_id}/versions")).versions

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

    # ------------------------------------------------------------ jobs
    async def jobs(self) -> tuple[wire.JobShape, ...]:
        """All jobs with their documents."""
        return (await self._get(wire.JobsShape, "/jobs")).jobs

    async def job(self, name: str) -> wire.JobShape:
        """One job."""
        return await self._get(wire.JobShape, _path("jobs", name))

    async def revisions(self, name: str) -> tuple[wire.RevisionShape, ...]:
        """Every saved version of a job, newest first."""
        return (await self._get(wire.RevisionsShape, _path("jobs", name, "revisions"))).revisions

    async def apply(
        self, document: Mapping[str, Any], *, expected_revision: int | None = None
    ) -> wire.JobApplied:
        """Create or replace the job this document describes."""
        put = wire.JobPut(document=dict(document), expected_revision=expected_revision)
        name = document.get("job")
        place = _path("jobs", name) if isinstance(name, str) and name else "/jobs/-"
        return await self._body(wire.JobApplied, "PUT", place, put)

    async def delete_job(self, name: str) -> None:
        """Delete a job and everything of it."""
        await self._send("DELETE", _path("jobs", name))

    async def pause(self, name: str, consumer: str | None = None) -> None:
        """Pause a job, or one of its consumers."""
        await self._send("POST", _path("jobs", name, "pause"), {"consumer": consumer})

    async def resume(self, name: str, consumer: str | None = None) -> None:
        """Let it run again."""
        await self._send("POST", _path("jobs", name, "resume"), {"consumer": consumer})

    async def run(self, name: str) -> None:
        """Pull now."""
        await self._send("POST", _path("jobs", name, "run"))

    async def test(self, document: Mapping[str, Any]) -> wire.JobTestShape:
        """Ask the source for one real page and render what would be sent; nothing is kept."""
        body = wire.JobTestRequest(document=dict(document))
        return await self._body(wire.JobTestShape, "POST", "/jobs/test", body, timeout_s=90.0)

    async def schema(self) -> dict[str, Any]:
        """The JSON Schema of the job document."""
        return _object(await self._send("GET", "/schema/job"), self.url)

    # ------------------------------------------------------------ secrets, channels, tokens
    async def secrets(self) -> tuple[wire.SecretShape, ...]:
        """The names of the secrets."""
        return (await self._get(wire.SecretsShape, "/secrets")).secrets

    async def set_secret(self, name: str, value: str) -> None:
        """Create or replace a secret."""
        body = wire.SecretValue(value=value)
        await self._body(wire.Done, "PUT", _path("secrets", name), body)

    async def delete_secret(self, name: str) -> None:
        """Delete a secret."""
        await self._send("DELETE", _path("secrets", name))

    async def channels(self) -> tuple[wire.SecretShape, ...]:
        """The names of the alert channels."""
        return (await self._get(wire.SecretsShape, "/channels")).secrets

    async def set_channel(self, name: str, value: str) -> None:
        """Create or replace an alert channel; ``value`` is its address with its key."""
        body = wire.SecretValue(value=value)
        await self._body(wire.Done, "PUT", _path("channels", name), body)

    async def delete_channel(self, name: str) -> None:
        """Delete an alert channel."""
        await self._send("DELETE", _path("channels", name))

    async def test_channel(self, name: str) -> None:
        """Send a test message over an alert channel."""
        await self._send("POST", _path("channels", name, "test"))

    async def tokens(self) -> tuple[wire.TokenShape, ...]:
        """All tokens, without their text."""
        return (await self._get(wire.TokensShape, "/tokens")).tokens

    async def make_token(self, request: wire.TokenRequest) -> wire.TokenMade:
        """Make a token; its text is in this answer only."""
        return await self._post(wire.TokenMade, "/tokens", request)

    async def revoke_token(self, token_id: int) -> None:
        """Revoke a token at once."""
        await self._send("DELETE", f"/tokens/{token_id}")

    # ------------------------------------------------------------ proof
    async def check(self) -> wire.CheckShape:
        """Recount and compare everything; takes as long as the ledger is large."""
        answer = await self._send("POST", "/check", timeout_s=3600.0)
        return _shape(wire.CheckShape, answer.text, self.url)

    async def audit(self, limit: int = 200, after: int | None = None) -> wire.AuditPageShape:
        """Who changed what, newest first."""
        return await self._get(wire.AuditPageShape, "/audit", {"limit": limit, "after": after})

    # ------------------------------------------------------------ one request
    async def _get(self, shape: type[S], path: str, params: Mapping[str, Any] | None = None) -> S:
        return _shape(shape, (await self._send("GET", path, params)).text, self.url)

    async def _post(self, shape: type[S], path: str, body: wire.Shape) -> S:
        return await self._body(shape, "POST", path, body)

    async def _body(
        self,
        shape: type[S],
        method: str,
        path: str,
        body: wire.Shape,
        *,
        timeout_s: float | None = None,
    ) -> S:
        answer = await self._send(
            method, path, content=body.model_dump_json().encode(), timeout_s=timeout_s
        )
        return _shape(shape, answer.text, self.url)

    async def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        content: bytes | None = None,
        timeout_s: float | None = None,
    ) -> httpx.Response:
        asked = {name: value for name, value in (params or {}).items() if value not in (None, ())}
        try:
            answer = await self._http.request(
                method,
                path,
                params=asked,
                content=content,
                headers={} if content is None else {"content-type": "application/json"},
                timeout=self._http.timeout if timeout_s is None else timeout_s,
            )
        except httpx.HTTPError as error:
            raise self._lost(error) from None
        if not answer.is_success:
            raise _refusal(answer)
        return answer

    def _lost(self, error: httpx.HTTPError) -> ConnectionLost:
        match error:
            case httpx.ConnectError() | httpx.ConnectTimeout():
                return ConnectionLost(
                    f"No node answers at {self.url}.",
                    "Start it with `jellyfish node`, or look at the address.",
                )
            case httpx.TimeoutException():
                return ConnectionLost(
                    f"The node at {self.url} did not answer in time.",
                    "It may be busy; try again, or look at its log.",
                )
            case _:
                return ConnectionLost(
                    f"The connection to the node at {self.url} broke off.",
                    "Look whether the node still runs, then try again.",
                )


def read_local_node(environ: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """Address and token of this user's local node, or None where none runs.

    Not proof that it answers: only that its process is there (on Windows: that the file is).
    """
    place = data_directory(sys.platform, os.environ if environ is None else environ, Path.home())
    try:
        content = json.loads((place / LOCAL_NODE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    match content:
        case {"url": str(url), "token": str(token), "pid": int(pid)}:
            return (url, token) if _runs(pid) else None
        case _:
            return None


def check_url(url: str) -> str:
    """The node's address without a trailing slash; ValueError with a sentence if it is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f'"{url}" is not an address; write it as http://HOST:PORT')
    if parts.username or parts.password or parts.query:
        raise ValueError("A token does not belong into the address; hand it over on its own")
    return f"{parts.scheme}://{parts.netloc}"


def _runs(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # there, os.kill(pid, 0) would end the process
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _object(answer: httpx.Response, url: str) -> dict[str, Any]:
    try:
        value = answer.json()
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _not_ours(url)
    return value


def _shape(shape: type[S], text: str, url: str) -> S:
    try:
        return shape.model_validate(json.loads(text))
    except (ValueError, RecursionError):
        raise _not_ours(url) from None


def _not_ours(url: str) -> ConnectionLost:
    return ConnectionLost(
        f"What answers at {url} is not a Data JellyFish node of this version.",
        "Look at the address, and at the versions of both sides.",
    )


def _refusal(answer: httpx.Response) -> ApiError | ConnectionLost:
    try:
        return ApiError(answer.status_code, wire.ErrorShape.model_validate_json(answer.content))
    except ValueError:
        return ConnectionLost(
            f"The answer {answer.status_code} did not come from a Data JellyFish node.",
            "Look at the address: a proxy or another program answers there.",
        )
