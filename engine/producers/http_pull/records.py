"""Makes records of a page's rows: key, cursor value, and the hash that tells versions apart.

The hash is over content, not bytes: field order and white space make no new version, every digit
does (``1.50`` is not ``1.5``). What cannot be put into that form (half a surrogate pair) is hashed
as it came. One page's rows are read in blocks, so that a long page does not hold up the loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec

from engine.core.bare_path import kind_of
from engine.core.expression import Expression, ExpressionFailed, Names
from engine.core.job import Ledger
from engine.core.json_value import BadJson, decode_json, encode_json
from engine.core.record import IncomingRecord
from engine.producers.http_pull.cursor import CursorRule, CursorValue, NotACursor, comparable
from engine.producers.http_pull.fields import Cursor
from engine.producers.http_pull.refusal import RecordRefused
from engine.producers.http_pull.rows import Rows

MAX_KEY = 512
"""Characters of a key."""
BLOCK = 256
"""Rows read in one go: some two milliseconds."""

_canonical = msgspec.json.Encoder(decimal_format="number", order="deterministic").encode
_MISSING = object()


@dataclass(slots=True)
class ReadRecords:
    """A page's records as far as they were read; lists of one length, cursors empty in full mode.

    keys: a number for each key; rows: one for each key at a cursor value.
    """

    records: list[IncomingRecord] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    cursors: list[CursorValue] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


class RecordReader:
    """Reads rows as one document's ledger and cursor say. decode: keep the values too.

    needs: the fields without which no record has a key and a cursor value.
    """

    def __init__(
        self, ledger: Ledger, cursor: Cursor | None, rule: CursorRule | None, *, decode: bool
    ) -> None:
        self._key = Expression.compile(ledger.key, Names.PULL_RECORD)
        self._cursor = Expression.compile(cursor.value, Names.PULL_RECORD) if cursor else None
        self._rule = rule
        self._changed_by = tuple(
            (name, tuple(name.split("."))) for name in sorted(ledger.changed_by or ())
        )
        self._decode = decode
        self.needs = frozenset(
            name
            for expression in (self._key, self._cursor)
            if expression is not None and expression.is_bare
            for name in expression.steps[:1]
            if isinstance(name, str)
        )

    def blocks(self, rows: Rows, into: ReadRecords, like: CursorValue | None) -> Iterable[None]:
        """Read block by block; ``like`` is the stored cursor. Raises RecordRefused."""
        for start in range(0, len(rows), BLOCK):
            self._read(rows, start, min(start + BLOCK, len(rows)), into, like)
            yield

    def _read(
        self, rows: Rows, start: int, stop: int, into: ReadRecords, like: CursorValue | None
    ) -> None:
        raw, values = rows.raw, rows.values or ()
        data: dict[str, Any] = {}
        for index in range(start, stop):
            if raw is not None:
                payload = raw[index]
                try:
                    value = decode_json(payload)
                except BadJson as error:
                    raise _refused("not_json", index, "cannot be read", error, payload) from None
            else:
                value = values[index]
                payload = encode_json(value)
            data["record"] = value
            key = self._key_of(data, index, payload)
            if self._cursor is not None:
                cursor = self._cursor_of(data, index, payload, like)
                like = like or cursor
                into.cursors.append(cursor)
                into.rows.append(hash((key, cursor.text)))
            into.keys.append(hash(key))
            into.records.append(IncomingRecord(key, self._hash(value, payload), payload))
            if self._decode:
                into.values.append(value)

    def _key_of(self, data: Mapping[str, Any], index: int, payload: bytes) -> str:
        try:
            value = self._key.value(data)
        except ExpressionFailed as error:
            raise _refused("key", index, "has no key", error, payload) from None
        kind = type(value)
        if kind is str:
            key: str = value
        elif kind is int or kind is Decimal or kind is float:
            key = str(value)
        elif kind is bool:
            key = "true" if value else "false"
        else:
            why = f"has no key: {self._key.text} is {kind_of(value)}"
            raise RecordRefused("key", index + 1, why, payload)
        if key.isascii() and 0 < len(key) <= MAX_KEY and key.isprintable() and key != " ":
            return key
        return _checked_key(key, index, payload)

    def _cursor_of(
        self, data: Mapping[str, Any], index: int, payload: bytes, like: CursorValue | None
    ) -> CursorValue:
        if self._cursor is None or self._rule is None:
            raise AssertionError("only called with a cursor")
        try:
            cursor = self._rule.read(self._cursor.value(data))
        except ExpressionFailed as error:
            raise _refused("cursor", index, "has no cursor value", error, payload) from None
        except NotACursor as error:
            why = f"has no cursor value: {self._cursor.text} {error}"
            raise RecordRefused("cursor", index + 1, why, payload) from None
        if like is not None and not comparable(cursor, like):
            why = (
                f'has the cursor value "{cursor.text}", which cannot be compared with '
                f'"{like.text}": one has a time zone or is a number, and the other is not. '
                "Reset the cursor if the source changed how it writes times"
            )
            raise RecordRefused("cursor", index + 1, why, payload)
        return cursor

    def _hash(self, value: Any, payload: bytes) -> bytes:
        if self._changed_by:
            value = {
                name: found
                for name, path in self._changed_by
                if (found := _field(value, name, path)) is not _MISSING
            }
        try:
            return sha256(_canonical(value)).digest()
        except (UnicodeEncodeError, RecursionError, msgspec.EncodeError):
            return sha256(payload).digest()


def _field(value: Any, name: str, path: tuple[str, ...]) -> Any:
    """A field by its name, or by a path of names with dots between; _MISSING if it is not there."""
    if isinstance(value, dict) and name in value:
        return value[name]
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return _MISSING
        value = value[step]
    return value


def _checked_key(key: str, index: int, payload: bytes) -> str:
    if not key.strip():
        raise RecordRefused("key", index + 1, "has an empty key", payload)
    if len(key) > MAX_KEY:
        why = f"has a key of {len(key):,} characters; at most {MAX_KEY} are kept"
        raise RecordRefused("key", index + 1, why, payload)
    try:
        key.encode()
    except UnicodeEncodeError:
        raise RecordRefused(
            "key", index + 1, "has a key with half a character (a lone surrogate)", payload
        ) from None
    if "\0" in key:
        raise RecordRefused("key", index + 1, "has a key with a NUL character", payload)
    return key


def _refused(
    kind: str, index: int, what: str, error: BadJson | ExpressionFailed, payload: bytes
) -> RecordRefused:
    return RecordRefused(kind, index + 1, f"{what}: {error.sentence.rstrip('.')}", payload)
