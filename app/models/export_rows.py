"""Exported records as rows of a table: one a delivery, its columns chosen. Pure.

JSON Lines are written as the node sends them, byte for byte; this is for CSV only. A payload's
fields are cut out as the source wrote them, so that money and long numbers keep their digits.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.models.json_text import Members, Number, Unread, opened, read

RECORD_COLUMNS = ("id", "job", "key", "version", "size", "pulled_at")
DELIVERY_COLUMNS = (
    "consumer",
    "state",
    "cycle",
    "number",
    "last_outcome",
    "last_status",
    "last_error",
    "due_at",
    "settled_at",
)
PAYLOAD_COLUMN = "payload"
COLUMNS = (*RECORD_COLUMNS, *DELIVERY_COLUMNS, PAYLOAD_COLUMN)
USUAL = ("id", "job", "key", "version", "pulled_at", "consumer", "state", "number")
FIELD_PREFIX = "record."
"""Begins a column that is a field of the payload, such as ``record.buyer.name``."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class CsvForm:
    """columns: of COLUMNS, or fields of the payload. safe: no cell is read as a formula."""

    columns: tuple[str, ...] = USUAL
    safe: bool = True


def heading(form: CsvForm) -> bytes:
    """The first line; where spreadsheets are meant, after a mark that tells them it is UTF-8."""
    mark = b"\xef\xbb\xbf" if form.safe else b""
    return mark + _written([[_cell(name, form) for name in form.columns]])


def lines(line: bytes, form: CsvForm) -> bytes:
    """The rows of one exported record; ValueError where the line is none."""
    record = _members(read(line))
    deliveries = opened(record.get("deliveries")) or [None]
    if not isinstance(deliveries, list):
        deliveries = [None]
    rows = []
    for each in deliveries:
        delivery = _members(opened(each))
        rows.append([_cell(_text(record, delivery, name), form) for name in form.columns])
    return _written(rows)


def _text(record: dict[str, object], delivery: dict[str, object], name: str) -> str:
    if name in DELIVERY_COLUMNS:
        return _plain(delivery.get(name))
    if name == PAYLOAD_COLUMN:
        return _plain(record.get("payload_text") or record.get("payload_base64"))
    if name.startswith(FIELD_PREFIX):
        return _field(record, name.removeprefix(FIELD_PREFIX))
    return _plain(record.get(name))


def _field(record: dict[str, object], path: str) -> str:
    """A field of the payload; "" where there is none."""
    text = opened(record.get("payload_text"))
    if not isinstance(text, str):
        return ""
    try:
        value = read(text.encode())
    except ValueError:
        return ""
    for match in _STEP.finditer(path):
        value = _below(opened(value), match)
    return _plain(value)


def _below(value: object, step: re.Match[str]) -> object:
    name, place = step.groups()
    if isinstance(value, Members):
        return next((inner for key, inner in value if str(key) == (name or place)), None)
    if isinstance(value, list) and place is not None and int(place) < len(value):
        return value[int(place)]
    return None


def _members(value: object) -> dict[str, object]:
    return {str(name): inner for name, inner in value} if isinstance(value, Members) else {}


def _plain(value: object) -> str:
    """A value as a cell: texts without quotation marks, the rest as it was written."""
    raw = value
    value = opened(value)
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Number() | str():
            return str(value)
        case Members() | list():
            return bytes(raw).decode("utf-8", "replace") if isinstance(raw, Unread) else ""
        case _:
            return str(value)


def _cell(text: str, form: CsvForm) -> str:
    if form.safe and text.startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8", "backslashreplace")
