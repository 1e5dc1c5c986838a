"""Shapes of jobs, their revisions, and the test of a document."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from engine.api.wire.base import ProblemShape, Shape, Told
from engine.api.wire.records import RequestShape, ResponseShape


class JobShape(Shape):
    """GET /jobs/{name}. ``document`` is the job document as an object."""

    job: str
    revision: int
    paused: bool
    paused_until: int | None = None
    pause_reason: str = ""
    document: dict[str, Any]
    created_at: int
    updated_at: int


class JobApplied(Shape):
    """PUT /jobs/{name}."""

    job: str
    revision: int
    changed: bool
    created: bool
    warnings: tuple[Told, ...] = Field(
        default=(), description="Such as a secret that is not set yet."
    )


class JobPut(Shape):
    """The body of PUT /jobs/{name}: the whole document.

    expected_revision: refuse when the job is at another revision; 0 when it must be new; left out:
    whatever is there is replaced.
    """

    document: dict[str, Any]
    expected_revision: int | None = None


class JobCheckRequest(Shape):
    """The body of POST /jobs/check: a document, or a text in YAML or JSON that holds some.

    name: the job that is edited, "" for a new one: a document with another name, or one that is
    taken, has a problem. Left out: names are not looked at.
    """

    document: dict[str, Any] | None = None
    text: str | None = Field(default=None, max_length=1024 * 1024)
    name: str | None = None


class JobCheckShape(Shape):
    """POST /jobs/check: what is wrong; nothing is kept.

    documents: as they were read, also those with problems; empty where the text is no YAML.
    problems: of the first document that has any. missing_secrets: named in them, not set yet.
    missing_channels: named in their alerts, not there yet.
    """

    documents: tuple[dict[str, Any], ...] = ()
    problems: tuple[ProblemShape, ...] = ()
    missing_secrets: tuple[str, ...] = ()
    missing_channels: tuple[str, ...] = ()


class JobTestRequest(Shape):
    """The body of POST /jobs/test."""

    document: dict[str, Any]


class JobsShape(Shape):
    """GET /jobs, by name."""

    jobs: tuple[JobShape, ...]


class RevisionShape(Shape):
    """One saved version of a job document."""

    number: int
    saved_at: int
    saved_by: str
    document: dict[str, Any]


class RevisionsShape(Shape):
    """GET /jobs/{name}/revisions, newest first."""

    revisions: tuple[RevisionShape, ...]


class JobTestShape(Shape):
    """POST /jobs/test: one real page is asked for and read; nothing is stored or sent.

    ``rendered`` is what each consumer would send for the first record.
    """

    ok: bool
    sentence: Told = ""
    hint: Told = ""
    request: RequestShape | None = None
    response: ResponseShape | None = None
    raw_count: int = 0
    records: tuple[dict[str, Any], ...] = Field(
        default=(), description="key, cursor, bytes of the first."
    )
    rendered: tuple[dict[str, Any], ...] = ()
