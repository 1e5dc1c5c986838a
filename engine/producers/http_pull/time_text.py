"""Times as sources write them: read, compared and moved back without changing how they are written.

Read are RFC 3339 with or without an offset, ``2026-01-31 09:30:00.123``, the same with ``/``,
dates, the compact ``20260131093000`` and numbers since 1970 in seconds, ms, µs or ns, told apart
by their size. Not for asking a clock: no time of this program's own comes in here.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_FLOOR, Context, Decimal
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

PS = 10**12
"""Picoseconds in a second: ranks count them, so that 12 decimals of a second are compared."""
PS_PER_MS = 10**9

_DAY_S = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EXACT = Context(prec=400)
_WRITTEN = re.compile(
    r"(\d{4})([-/]?)(\d\d)\2(\d\d)"
    r"(?:([Tt ]?)(\d\d)(:?)(\d\d)(?:\7(\d\d)(?:([.,])(\d+))?)?"
    r"( ?(?:[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?",
    re.ASCII,
)
_SINCE_1970 = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?", re.ASCII)
_COMPACT_LENGTHS = (8, 14)
# Upper bounds of seconds, ms and µs: each is the year 5138 in its own unit and before 1973 in the
# next, so that no plausible time is read in the wrong one.
_UNITS = ((10**11, PS), (10**14, PS // 10**3), (10**17, PS // 10**6))


class Family(Enum):
    """Times that can be compared with each other. WALL has no offset, so only with its like."""

    ZONED = "times with an offset"
    WALL = "times without an offset"
    EPOCH = "numbers since 1970"


class _Written(NamedTuple):
    """A written time taken apart: its wall clock in ps since 1970, and how it is written."""

    wall_ps: int
    offset_s: int | None
    unit_ps: int
    date_mark: str
    between: str
    clock_mark: str
    seconds: bool
    fraction_mark: str
    fraction_digits: int
    offset: str
    has_clock: bool


@lru_cache(maxsize=4096)
def time_rank(text: str) -> tuple[Family, int] | None:
    """The family and the instant in ps since 1970 (of WALL as if in UTC); None if it is no time."""
    unit = _epoch_unit(text)
    if unit is not None:
        return Family.EPOCH, int(_EXACT.multiply(Decimal(text), Decimal(unit)))
    written = _taken_apart(text)
    if written is None:
        return None
    if written.offset_s is None:
        return Family.WALL, written.wall_ps
    return Family.ZONED, written.wall_ps - written.offset_s * PS


def unit_ps(text: str) -> int:
    """The step of the last written digit, in ps: a day of a date, a microsecond of six decimals."""
    unit = _epoch_unit(text)
    if unit is not None:
        _, _, decimals = text.partition(".")
        return max(unit // int(10 ** len(decimals)), 1)
    written = _taken_apart(text)
    if written is None:
        raise ValueError(f"{text!r} is no time")
    return written.unit_ps


def moved_back(text: str, by_ps: int) -> str:
    """The time that much earlier, written in the same way; what is not written is rounded down."""
    unit = _epoch_unit(text)
    if unit is not None:
        value = Decimal(text)
        earlier = _EXACT.subtract(value, _EXACT.divide(Decimal(by_ps), Decimal(unit)))
        step = Decimal((0, (1,), int(value.as_tuple().exponent)))
        return f"{earlier.quantize(step, ROUND_FLOOR, _EXACT):f}"
    written = _taken_apart(text)
    if written is None:
        raise ValueError(f"{text!r} is no time")
    return _put_together(written, written.wall_ps - by_ps)


def _epoch_unit(text: str) -> int | None:
    """ps in one of the number's units; None for what is no number, or a compact date."""
    if _SINCE_1970.fullmatch(text) is None or _is_compact(text):
        return None
    size = abs(Decimal(text))
    return next((unit for bound, unit in _UNITS if size < bound), PS // 10**9)


def _is_compact(text: str) -> bool:
    return len(text) in _COMPACT_LENGTHS and text.isdigit() and _taken_apart(text) is not None


def _taken_apart(text: str) -> _Written | None:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    year, date_mark, month, day, between, hour, clock_mark, minute, second, mark, digits, offset = (
        match.groups()
    )
    has_clock = hour is not None
    if has_clock and (not between or not clock_mark) and (date_mark or clock_mark or not second):
        return None  # compact means compact throughout, down to the second
    if text.isdigit() and not ("1900" <= year <= "2999" and len(text) in _COMPACT_LENGTHS):
        return None
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    seconds = days * _DAY_S
    fraction, unit = 0, _DAY_S * PS
    if has_clock:
        if hour > "23" or minute > "59" or (second or "00") > "60":
            return None
        seconds += int(hour) * 3600 + int(minute) * 60 + int(second or 0)
        unit = PS if second else 60 * PS
        if digits:
            fraction = int(digits[:12].ljust(12, "0"))
            unit = int(10 ** max(12 - len(digits), 0))
    return _Written(
        wall_ps=seconds * PS + fraction,
        offset_s=_offset_s(offset),
        unit_ps=unit,
        date_mark=date_mark,
        between=between or "",
        clock_mark=clock_mark or "",
        seconds=second is not None,
        fraction_mark=mark or "",
        fraction_digits=len(digits or ""),
        offset=offset or "",
        has_clock=has_clock,
    )


def _offset_s(offset: str | None) -> int | None:
    if offset is None:
        return None
    digits = offset.strip()
    if digits[0] not in "+-":
        return 0
    hours, minutes = int(digits[1:3]), int(digits[3:].lstrip(":") or 0)
    seconds = hours * 3600 + minutes * 60
    return -seconds if digits[0] == "-" else seconds


def _put_together(how: _Written, wall_ps: int) -> str:
    wall_ps = max(wall_ps, (1 - _EPOCH_DAY) * _DAY_S * PS)
    seconds, fraction = divmod(wall_ps, PS)
    days, clock = divmod(seconds, _DAY_S)
    when = date.fromordinal(days + _EPOCH_DAY)
    text = f"{when.year:04d}{how.date_mark}{when.month:02d}{how.date_mark}{when.day:02d}"
    if not how.has_clock:
        return text
    text += f"{how.between}{clock // 3600:02d}{how.clock_mark}{clock // 60 % 60:02d}"
    if how.seconds:
        text += f"{how.clock_mark}{clock % 60:02d}"
    if how.fraction_digits:
        digits = f"{fraction:012d}".ljust(how.fraction_digits, "0")
        text += how.fraction_mark + digits[: how.fraction_digits]
    return text + how.offset
