"""What comes over when a ledger is copied: which tables, in which order, by which key.

Everything comes over but what belongs to nodes that run: their rows, and who holds a lease. Tokens
of leases come over, so that they go on rising. ``meta`` is no table of this list: see ``facts``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import BlobField, CharField, Field, TextField

from engine.store.limit_models import Allowance, Breaker
from engine.store.models import TABLES, JobRevision, Lease, Meta, Node, NodeLoad
from engine.store.operation_models import Operation
from engine.store.table import Table

LEFT_OUT: tuple[type[Table], ...] = (Meta, Node, NodeLoad, Allowance, Breaker)
"""Of the origin's own nodes and steps; the destination has its own."""

_FREE: Mapping[type[Table], Mapping[str, Any]] = {
    Lease: {"owner": "", "expires_at": 0},
    Operation: {"owner": "", "expires_at": 0},
}
"""Columns that come over with another value: nobody holds anything in the destination."""

_LONG: Mapping[type[Table], tuple[str, ...]] = {
    JobRevision: ("document",),
    Operation: ("request", "wanted", "record_ids", "refusals", "warnings"),
}
"""Columns of text that may be large."""

_KEY = re.compile(r"PRIMARY KEY \(([a-z_, ]+)\)")


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table and how it is walked through.

    columns: all, as the model names them. key: the primary key's columns, in its order.
    heavy: columns that may be large. texts: columns of text. free: columns that come over with
    this value instead of the origin's.
    """

    model: type[Table]
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    heavy: tuple[str, ...]
    texts: tuple[str, ...]
    free: Mapping[str, Any] = field(default_factory=dict)

    def fields(self, names: tuple[str, ...]) -> list[Field[Any]]:
        """The model's fields of these columns."""
        found = self.model._meta.fields
        return [found[name] for name in names]

    @property
    def key_at(self) -> tuple[int, ...]:
        """Where the key's columns stand in a row."""
        return tuple(self.columns.index(name) for name in self.key)


def copied_tables() -> tuple[CopiedTable, ...]:
    """Every table that comes over; what refers to another stands after it."""
    return tuple(_described(model) for model in TABLES if model not in LEFT_OUT)


def _described(model: type[Table]) -> CopiedTable:
    fields = model._meta.sorted_fields
    return CopiedTable(
        model=model,
        name=model._meta.table_name,
        columns=tuple(each.name for each in fields),
        key=_key_of(model),
        heavy=_heavy(model),
        texts=tuple(each.name for each in fields if isinstance(each, (TextField, CharField))),
        free=_FREE.get(model, {}),
    )


def _heavy(model: type[Table]) -> tuple[str, ...]:
    """Only an id can be walked along by weight, and only what may be missing may be large."""
    if not model._meta.primary_key:
        return ()
    blobs = (each for each in model._meta.sorted_fields if isinstance(each, BlobField))
    return _LONG.get(model, ()) + tuple(each.name for each in blobs if each.null)


def _key_of(model: type[Table]) -> tuple[str, ...]:
    meta = model._meta
    if meta.primary_key:
        return (meta.primary_key.name,)
    for constraint in meta.constraints or ():
        if found := _KEY.search(getattr(constraint, "sql", "")):
            return tuple(found.group(1).split(", "))
    raise TypeError(f"{meta.table_name} has no primary key to walk along")
