"""Cuts pieces out of JSON as the very bytes the sender wrote.

A page of a source is split into its records here, and what an expression reads of a page is read
without decoding the rest. Not for values: ``json_value`` makes those.

Pages are cut by msgspec, which checks the JSON around the pieces on the way. What msgspec gives up
on but must not cost a whole page (one record nested 100,000 levels deep, half a surrogate pair in
a text) is cut by a small scanner that looks at quotation marks and brackets only; whoever decodes
such a piece is told what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from engine.core.bare_path import ExpressionFailed, Step, explain
from engine.core.json_value import BadJson, decode_json, too_deep, without_bom

Reads: TypeAlias = "dict[str, Reads] | None"
"""Which fields of a value are read, and of those which fields; None is the whole value."""

_items_of = msgspec.json.Decoder(list[msgspec.Raw]).decode
_members_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},:"]', re.DOTALL)
_CLOSER = {b"[": b"]", b"{": b"}"}
_SPACE = b" \t\r\n"


def split_array(raw: bytes) -> list[bytes]:
    """The elements of a JSON array, each as its own bytes without the space around it.

    Raises BadJson when the bytes are no JSON array. An element nested too deep to be checked is
    cut out unchecked, and refused when it is decoded.
    """
    raw = without_bom(raw)
    if not raw.lstrip(_SPACE).startswith(b"["):
        raise _not_a("an array", raw)
    try:
        return [bytes(item) for item in _items_of(raw)]
    except RecursionError:
        return [value for _, value in _scanned(raw)]
    except (UnicodeError, msgspec.DecodeError):
        _refuse_malformed(raw)
        return [value for _, value in _scanned(raw)]


def raw_at(raw: bytes, steps: tuple[Step, ...], name: str = "body") -> bytes:
    """The bytes found by following field names and item numbers (from 0) from the outermost value.

    ``name`` is what the outermost value is called in the sentences. Raises ExpressionFailed when a
    step leads nowhere, with the sentence a bare path has for it, and BadJson for what is no JSON.
    """
    raw = without_bom(raw).strip(_SPACE)
    for number, step in enumerate(steps):
        opener = raw[:1]
        found: bytes | None = None
        if opener == b"{" and isinstance(step, str):
            found = _members(raw).get(step)
        elif opener == b"[" and isinstance(step, int):
            items = split_array(raw)
            found = items[step] if step < len(items) else None
        if found is None:
            raise _leads_nowhere(raw, name, steps[: number + 1])
        raw = found
    return raw


def decode_parts(raw: bytes, reads: Reads) -> Any:
    """Decode of these bytes only what is read, leaving every other field out.

    A missing field is left out as well; a value that is no object is decoded whole.
    """
    if reads is None:
        return decode_json(raw)
    raw = without_bom(raw).strip(_SPACE)
    if not raw.startswith(b"{"):
        return decode_json(raw)
    members = _members(raw)
    return {
        name: decode_parts(members[name], below) for name, below in reads.items() if name in members
    }


def merged(reads: Mapping[str, Reads], more: Mapping[str, Reads]) -> dict[str, Reads]:
    """What either of two expressions reads."""
    result = dict(reads)
    for name, below in more.items():
        known = result.get(name, {})
        result[name] = None if known is None or below is None else merged(known, below)
    return result


def _members(raw: bytes) -> dict[str, bytes]:
    try:
        return {name: bytes(value) for name, value in _members_of(raw).items()}
    except RecursionError:
        pass
    except (UnicodeError, msgspec.DecodeError):
        _refuse_malformed(raw)
    return {decode_json(name): value for name, value in _scanned(raw)}


def _refuse_malformed(raw: bytes) -> None:
    """Raise BadJson unless this is JSON after all, or too deep to be looked through."""
    try:
        decode_json(raw)
    except BadJson as error:
        if error.sentence != too_deep().sentence:
            raise


def _scanned(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The members of the outermost array or object: (name or empty, value), bytes as they are."""
    open_brackets: list[bytes] = []
    name, start = b"", 0
    for token in _TOKEN.finditer(raw):
        mark = token[0]
        if not open_brackets:
            start = token.end()
        if mark in _CLOSER:
            open_brackets.append(_CLOSER[mark])
        elif mark in (b"]", b"}"):
            if not open_brackets or open_brackets.pop() != mark:
                break
            if not open_brackets:
                last = raw[start : token.start()].strip(_SPACE)
                if last or name:
                    yield name, last
                if raw[token.end() :].strip(_SPACE):
                    break
                return
        elif mark == b'"':
            break  # a text that is never closed
        elif len(open_brackets) == 1 and mark in (b",", b":"):
            piece = raw[start : token.start()].strip(_SPACE)
            if mark == b":":
                name = piece
            else:
                yield name, piece
                name = b""
            start = token.end()
    raise BadJson("The JSON is cut off or its brackets do not match.")


def _leads_nowhere(raw: bytes, name: str, steps: tuple[Step, ...]) -> ExpressionFailed:
    """The failure of the last step, told by looking at the value it was tried on."""
    opener = raw[:1]
    value: Any
    if opener == b"{":
        value = {}
    elif opener == b"[":
        value = split_array(raw)
    else:
        value = decode_json(raw)
    for step in reversed(steps[:-1]):
        value = {step: value} if isinstance(step, str) else [None] * step + [value]
    return explain(name, steps, {name: value})


def _not_a(what: str, raw: bytes) -> BadJson:
    decode_json(raw)
    return BadJson(f"The JSON is not {what}.")
