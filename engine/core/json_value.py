"""Reads and writes JSON without touching its digits.

Decimal fractions are read as ``decimal.Decimal`` and whole numbers as ``int`` of any size, so
``1840.00`` is written as ``1840.00`` again and a 30-digit id keeps all its digits. A number keeps
its value and its digits, not always its notation: ``1e2`` is written ``1E+2``, ``-0`` as ``0``.

Not for the bytes of a record, which are kept as they came: ``json_raw`` cuts those out of a page.

Limits, each told as a BadJson with a sentence:
  - UTF-8 only; a leading byte order mark is passed over;
  - nesting up to what Python's recursion limit allows, about 1,000 levels;
  - ``NaN`` and ``Infinity`` are not JSON and are refused, when reading and when writing;
  - an exponent beyond 10^18 is refused.
A key that stands twice in an object: the last one wins. ``\\u0000`` and half of a surrogate pair
(``"\\ud83d"``, left behind by systems that cut texts) are kept, and written as they were.
"""

from __future__ import annotations

import json
import math
import re
import sys
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

from engine.core.errors import OperatorError

BOM = b"\xef\xbb\xbf"

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode
_AS_IT_IS = frozenset({str, int, bool, type(None)})
_AT_BYTE = re.compile(r"(.*?) \(byte (\d+)\)$", re.DOTALL)


class BadJson(OperatorError):
    """Bytes that are no JSON, or a value that JSON has no form for; the sentence says why."""

    code = "bad_json"
    http_status = 422


def too_deep() -> BadJson:
    """The error for JSON nested deeper than can be read."""
    return BadJson(
        "The JSON is nested too deep: more than about 1,000 levels.",
        hint="Look at what the other system sends here; its own bytes are kept as they came.",
    )


def without_bom(raw: bytes) -> bytes:
    """The same bytes without a leading UTF-8 byte order mark."""
    return raw[3:] if raw.startswith(BOM) else raw


def decode_json(raw: bytes) -> Any:
    """The value of these bytes: dict, list, str, int, Decimal, bool or None. Raises BadJson."""
    try:
        return _decode(raw)
    except RecursionError:
        raise too_deep() from None
    except (UnicodeError, msgspec.DecodeError, ArithmeticError) as error:
        return _decode_slowly(raw, error)


def _decode_slowly(raw: bytes, first: Exception) -> Any:
    """Read what the fast decoder refuses but JSON allows; else tell why it was refused."""
    try:
        text = without_bom(raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson(
            f"The bytes are not UTF-8 text (byte {error.start}).",
            hint="JSON travels as UTF-8; look at the charset the other system announces.",
        ) from None
    try:
        return json.loads(
            text, parse_float=Decimal, parse_int=_whole_number, parse_constant=_no_constant
        )
    except RecursionError:
        raise too_deep() from None
    except ArithmeticError:
        raise BadJson("A number has an exponent too large to be kept.") from None
    except json.JSONDecodeError as error:
        raise BadJson(_why(raw, text, first, error)) from None


def _whole_number(digits: str) -> int | Decimal:
    limit = sys.get_int_max_str_digits()
    return int(digits) if not limit or len(digits) <= limit else Decimal(digits)


def _no_constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is not JSON: JSON has no form for it.")


def _why(raw: bytes, text: str, first: Exception, second: json.JSONDecodeError) -> str:
    if not text.strip():
        return "There is no JSON here: the text is empty."
    unfinished = second.pos >= len(text.rstrip()) or second.msg.startswith("Unterminated")
    if "truncated" in str(first) and unfinished:
        return "The JSON is cut off: it ends before it is complete."
    at = _AT_BYTE.match(str(first))
    if at is not None:
        reason = at[1].removeprefix("JSON is malformed: ")
        return f"This is not JSON: {reason} (byte {at[2]})."
    position = len(text[: second.pos].encode("utf-8", "surrogatepass"))
    return f"This is not JSON: {second.msg[:1].lower()}{second.msg[1:]} (byte {position})."


def encode_json(value: Any) -> bytes:
    """The value as compact JSON in UTF-8; a ``msgspec.Raw`` inside goes out byte for byte.

    Raises BadJson for anything JSON has no form for: NaN, bytes, keys that are not texts.
    """
    try:
        _refuse_foreign(value)
        return _encode(value)
    except RecursionError:
        raise too_deep() from None
    except UnicodeEncodeError:
        return _written_slowly(value)


def _refuse_foreign(value: Any) -> None:
    kind = type(value)
    if kind in _AS_IT_IS or kind is msgspec.Raw:
        return
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise BadJson(f"A key is {key!r:.40}, but in JSON every key is a text.")
            if type(item) not in _AS_IT_IS:
                _refuse_foreign(item)
    elif kind is list or kind is tuple:
        for item in value:
            if type(item) not in _AS_IT_IS:
                _refuse_foreign(item)
    elif kind is Decimal:
        if not value.is_finite():
            raise BadJson(f"{value} is not a number JSON can write.")
    elif kind is float:
        if not math.isfinite(value):
            raise BadJson(f"{value} is not a number JSON can write.")
    else:
        raise BadJson(f"A value of type {kind.__name__} has no form in JSON.")


def _written_slowly(value: Any) -> bytes:
    """Write a value that holds half surrogate pairs: they go out as ``\\ud83d`` again."""
    if isinstance(value, dict):
        pairs = (_escaped(key) + b":" + _written_slowly(item) for key, item in value.items())
        return b"{" + b",".join(pairs) + b"}"
    if isinstance(value, (list, tuple)):
        return b"[" + b",".join(map(_written_slowly, value)) + b"]"
    return _escaped(value) if isinstance(value, str) else _encode(value)


def _escaped(text: str) -> bytes:
    return json.dumps(text).encode("ascii")
