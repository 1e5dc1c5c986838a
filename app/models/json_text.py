"""Reads JSON one level at a time: what nobody opens is never read, and its bytes stay the source's.

Pure. A payload of many megabytes is opened in some milliseconds, since the inside of each value is
skipped until somebody asks for it. Digits, doubled names and order stay as they were written. Not
for showing: ``json_tree`` does that, and ``difference`` compares.
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import msgspec

TREE_CAP = 32_000_000
"""Bytes; what is larger is shown raw only."""
STRICTLESS_CAP = 200_000
"""Bytes; what only the lenient reader takes (NaN, half a surrogate) is read whole up to this."""

_BAD = (msgspec.DecodeError, UnicodeError, RecursionError)


class Number(str):
    """A number as its digits were written."""

    __slots__ = ()


class Members(list[tuple[str, object]]):
    """An object's members in order, doubled names too. Values may be unread still."""


class _Name(str):
    """A member's name that equals no other, so that doubled names are both kept."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


Unread: TypeAlias = msgspec.Raw


def _named(_: type, name: Any) -> _Name:
    return _Name(name)


_members_of = msgspec.json.Decoder(dict[_Name, msgspec.Raw], dec_hook=_named).decode
_entries_of = msgspec.json.Decoder(list[msgspec.Raw]).decode
_whole = msgspec.json.Decoder(msgspec.Raw).decode
_text_of = msgspec.json.Decoder(str).decode


def read(raw: bytes) -> object:
    """The outermost value, its members or entries unread. ValueError where it is no JSON."""
    if len(raw) > TREE_CAP:
        raise ValueError("too large")
    try:
        return _opened(bytes(_whole(raw)))
    except _BAD:
        return _leniently(raw)


def opened(value: object) -> object:
    """The value behind what ``read`` left unread; anything else as it is."""
    if not isinstance(value, Unread):
        return value
    raw = bytes(value)
    try:
        return _opened(raw)
    except _BAD:
        return Number(raw.decode("utf-8", "backslashreplace"))  # as written, since it is no value


def _opened(raw: bytes) -> object:
    raw = raw.strip(b" \t\r\n")
    match raw[:1]:
        case b"{":
            return Members((str(name), value) for name, value in _members_of(raw).items())
        case b"[":
            return list(_entries_of(raw))
        case b'"':
            return _text_of(raw)
        case b"t":
            return True
        case b"f":
            return False
        case b"n":
            return None
        case _:
            return Number(raw.decode())


def _leniently(raw: bytes) -> object:
    if len(raw) > STRICTLESS_CAP:
        raise ValueError("no strict JSON, and too large to be read leniently")
    try:
        return json.loads(
            raw,
            parse_int=Number,
            parse_float=Number,
            parse_constant=Number,
            object_pairs_hook=Members,
        )
    except RecursionError:
        raise ValueError("nested too deep") from None
