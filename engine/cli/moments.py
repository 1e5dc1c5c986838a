"""Times on the command line: written by people, read into UTC ms, and shown in local time."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_AGO = re.compile(r"(\d+)(s|m|h|d)")
_UNIT_MS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def parse_moment(text: str, *, now: int) -> int:
    """``2h`` (that long ago), ``2026-01-31`` or RFC 3339; without a zone: local time.

    ValueError with a sentence otherwise.
    """
    if match := _AGO.fullmatch(text):
        return now - int(match[1]) * _UNIT_MS[match[2]]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f'"{text}" is not a time; write 2h for two hours ago, or 2026-01-31T08:00:00Z'
        ) from None
    return round(moment.astimezone().timestamp() * 1000)


def parse_span_s(text: str) -> int:
    """``30d`` in seconds; ValueError with a sentence otherwise."""
    match = _AGO.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is not a duration; write a number and s, m, h or d')
    return int(match[1]) * _UNIT_MS[match[2]] // 1000


def shown(instant: int | None) -> str | None:
    """UTC ms in local time, to the second."""
    if instant is None:
        return None
    return f"{datetime.fromtimestamp(instant / 1000, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


def shown_rfc3339(text: str) -> str:
    """An instant of the API in local time, to the second."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}"


def shown_lag(seconds: float | None) -> str | None:
    """``12 s``, ``3 min``, ``2 h``, ``5 d``."""
    if seconds is None:
        return None
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
