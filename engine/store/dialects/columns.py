"""What kind of value a column holds, told by the models."""

from __future__ import annotations

from enum import Enum
from functools import cache

from peewee import BlobField, FloatField, TextField

from engine.store.models import TABLES


class Holds(Enum):
    """What is in a column."""

    NUMBER = "number"
    REAL = "real"
    TEXT = "text"
    BYTES = "bytes"


@cache
def holds(table: str, column: str) -> Holds:
    """What that column holds."""
    field = _fields(table)[column]
    if isinstance(field, BlobField):
        return Holds.BYTES
    if isinstance(field, TextField):
        return Holds.TEXT
    return Holds.REAL if isinstance(field, FloatField) else Holds.NUMBER


@cache
def _fields(table: str) -> dict[str, object]:
    model = next(one for one in TABLES if one._meta.table_name == table)
    return {field.column_name: field for field in model._meta.sorted_fields}
