"""A moment as an operator types it, in local time. Pure but for the zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_SHAPE = re.compile(
    r"(?:(\d{4})-(\d{1,2})-(\d{1,2}))?[ T]*(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(Z|UTC)?",
    re.IGNORECASE,
)


def read_moment(text: str, now: int) -> int | None:
    """UTC ms of ``2026-11-23 14:30``, ``2026-11-23``, ``14:30:05`` (today's), or with ``Z`` in UTC.

    None where it is no moment. now: UTC ms, for the day that is left out.
    """
    match = _SHAPE.fullmatch(text.strip())
    if match is None or not any(match.groups()[:6]):
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    moment = datetime.fromtimestamp(now / 1000, UTC)
    if not zone:
        moment = moment.astimezone()
    try:
        if year:
            moment = moment.replace(year=int(year), month=int(month), day=int(day))
        moment = moment.replace(
            hour=int(hour or 0), minute=int(minute or 0), second=int(second or 0), microsecond=0
        )
    except ValueError:
        return None
    if not zone:  # the offset of that day, not of today
        moment = moment.replace(tzinfo=None).astimezone()
    return round(moment.timestamp() * 1000)


def write_moment(at: int) -> str:
    """The same moment as ``read_moment`` takes it, in local time to the second."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone()
    return f"{local:%Y-%m-%d %H:%M:%S}"
