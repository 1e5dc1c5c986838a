"""Shapes of the nodes of a database."""

from __future__ import annotations

from pydantic import Field

from engine.api.wire.base import Shape


class NodeShape(Shape):
    """GET /node: who answers. ``database`` names kind and place without credentials."""

    name: str
    version: str
    started_at: int
    now: int
    database: str
    producing: bool = Field(description="False for a node without producers and consumers.")
    ledger_id: str


class NodeRow(Shape):
    """One node of this database; ``alive`` when it was seen lately."""

    name: str
    version: str
    url: str
    started_at: int
    seen_at: int
    alive: bool


class NodesShape(Shape):
    """GET /nodes, by name."""

    nodes: tuple[NodeRow, ...]
