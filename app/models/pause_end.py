"""Until when something is paused, as people say it: for a while, until a time of day. Pure.

Local times; the zone is the one of ``now``.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

LASTS_MIN = (15, 60, 240)
MORNING_H = 8

_WHEN = re.compile(
    r"(?:(?:(?P<year>\d{4})-)?(?P<month>\d{1,2})-(?P<day>\d{1,2})[ T]+)?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})"
)


def after(now: datetime, minutes: int) -> datetime:
    """So many minutes from now, at a whole minute."""
    return (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)


def next_morning(now: datetime) -> datetime:
    """Tomorrow's morning."""
    day = now + timedelta(days=1)
    return day.replace(hour=MORNING_H, minute=0, second=0, microsecond=0)


def read(text: str, now: datetime) -> datetime | None:
    """``22:30``, ``11-24 06:00`` or ``2026-11-24 06:00``; None where it is no time to come.

    A time of day that has passed today means tomorrow's, a day that has passed next year's.
    """
    found = _WHEN.fullmatch(text.strip())
    if found is None:
        return None
    parts = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    try:
        at = now.replace(**parts, second=0, microsecond=0)  # type: ignore[arg-type]  # by name
        if at <= now and "day" not in parts:
            at += timedelta(days=1)
        elif at <= now and "year" not in parts:
            at = at.replace(year=at.year + 1)
    except ValueError:
        return None
    return at if at > now else None
