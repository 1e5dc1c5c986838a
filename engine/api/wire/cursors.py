"""Shapes of cursors: where each pull shard stands, and what moving one would mean."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.api.wire.base import Shape, Told


class CursorShape(Shape):
    """How far one pull shard has got. ``value`` None is the document's start."""

    shard: str
    value: str | None = None
    type: str = Field(default="", description='time, number or text; "" for a job without one.')
    start: str | None = Field(default=None, description="The document's start, if it has one.")
    due_at: int = 0
    failures: int = 0
    problem: Told = ""
    problem_at: int | None = None
    last_pull_at: int | None = None
    last_good_at: int | None = None
    in_document: bool = Field(default=True, description="False: the job had this shard before.")


class CursorsShape(Shape):
    """GET /jobs/{name}/cursors, by shard."""

    cursors: tuple[CursorShape, ...]


class CursorPut(Shape):
    """PUT /jobs/{name}/cursors and POST /jobs/{name}/cursors/preview. value None: the start."""

    shard: str
    value: str | None = Field(default=None, max_length=512)


class CursorPreviewShape(Shape):
    """What moving a cursor would mean.

    direction: back (records are asked for again), ahead (what lies between is not asked for),
        same, or unknown (the two values cannot be compared).
    distance: how far, seconds for a time, a plain number for a number, else None.
    pulls, records, new: page requests since the cursor stood there, the records they gave and
        how many of those were new versions; a lower bound if not ``exact``.
    sentence: all of it in words.
    """

    shard: str
    before: str | None
    after: str | None
    direction: Literal["back", "ahead", "same", "unknown"]
    distance: float | None = None
    pulls: int = 0
    records: int = 0
    new: int = 0
    exact: bool = True
    sentence: Told = ""
