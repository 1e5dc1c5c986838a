"""Shapes of the product's proof: the check of its invariants, and the audit."""

from __future__ import annotations

from engine.api.wire.base import Shape, Told


class BrokenShape(Shape):
    """An invariant that does not hold, and where."""

    rule: str
    place: str
    sentence: Told


class CheckShape(Shape):
    """POST /check."""

    ok: bool
    checked: int
    broken: tuple[BrokenShape, ...] = ()


class AuditShape(Shape):
    """One change: who, what, on what, from where (address)."""

    id: int
    at: int
    by: str
    what: str
    target: str
    detail: str
    where: str


class AuditPageShape(Shape):
    """GET /audit: newest first; pass ``next`` as ``after`` for the next page."""

    entries: tuple[AuditShape, ...]
    next: int | None = None
