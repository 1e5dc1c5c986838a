"""Numbers, durations, sizes and instants as the console writes them. Pure but for locale and zone.

Instants are UTC milliseconds and are shown in local time.
"""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QLocale

from app.words import translate

DASH = "–"
MINUTE_S = 60
HOUR_S = 3600
DAY_S = 86400


def number(value: int) -> str:
    """Grouped as the locale groups; in threes by commas where there is no locale."""
    locale = QLocale()
    return f"{value:,}" if locale.language() is QLocale.Language.C else locale.toString(value)


def rate(per_s: float) -> str:
    """A rate per second without its unit: ``405``, ``2.5``, ``0.04``, ``0``."""
    if per_s >= 10:
        return number(round(per_s))
    if per_s < 0.005:
        return "0"
    return f"{per_s:.1f}".removesuffix(".0") if per_s >= 0.1 else f"{per_s:.2f}"


def span(seconds: float) -> str:
    """A duration in its two largest units: ``0.8 s``, ``2 min 10 s``, ``3 h``, ``4 d 2 h``."""
    if seconds < 9.95:
        tenths = f"{max(seconds, 0.0):.1f}".removesuffix(".0")
        return translate("Format", "{n} s").format(n=tenths)
    whole = round(seconds)
    units = (
        (whole // DAY_S, translate("Format", "{n} d")),
        (whole % DAY_S // HOUR_S, translate("Format", "{n} h")),
        (whole % HOUR_S // MINUTE_S, translate("Format", "{n} min")),
        (whole % MINUTE_S, translate("Format", "{n} s")),
    )
    first = next(i for i, (count, _) in enumerate(units) if count)
    return " ".join(unit.format(n=count) for count, unit in units[first : first + 2] if count)


def lag(seconds: float | None) -> str:
    """An age in its largest unit, for a narrow column: ``4 s``, ``14 min``, a dash for none."""
    if seconds is None:
        return DASH
    if seconds < MINUTE_S:
        return translate("Format", "{n} s").format(n=round(seconds))
    if seconds < HOUR_S:
        return translate("Format", "{n} min").format(n=int(seconds // MINUTE_S))
    if seconds < 2 * DAY_S:
        return translate("Format", "{n} h").format(n=int(seconds // HOUR_S))
    return translate("Format", "{n} d").format(n=int(seconds // DAY_S))


def took(ms: float) -> str:
    """How long something took: ``88 ms``, ``15.0 s``."""
    if ms < 1000:
        return translate("Format", "{n} ms").format(n=round(ms))
    if ms < 100_000:
        return translate("Format", "{n} s").format(n=f"{ms / 1000:.1f}")
    return span(ms / 1000)


def size(count: int) -> str:
    """Bytes: ``412 B``, ``1.2 KB``, ``48 MB``."""
    if count < 1000:
        return f"{number(count)} B"
    value = float(count)
    units = ("KB", "MB", "GB")
    power = next((i for i in range(1, 3) if value / 1000**i < 999.5), 3)
    value /= 1000**power
    digits = 1 if value < 9.95 else 0
    return f"{value:.{digits}f} {units[power - 1]}"


def clock(at: int, now: int) -> str:
    """Local time of day; with the date when it is not today's."""
    local, today = _local(at), _local(now)
    if local.date() == today.date():
        return f"{local:%H:%M:%S}"
    if local.year == today.year:
        return f"{local:%m-%d %H:%M}"
    return f"{local:%Y-%m-%d}"


def minute(at: int, now: int) -> str:
    """Local time of day to the minute; with the date when it is not today's."""
    local, today = _local(at), _local(now)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d %H:%M}"


def instant(at: int) -> str:
    """Local date and time to the millisecond, with the zone's offset."""
    local = _local(at)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S}.{at % 1000:03d} {offset[:3]}:{offset[3:]}"


def utc(at: int) -> str:
    """The same instant in UTC, for a tooltip."""
    return f"{datetime.fromtimestamp(at // 1000, UTC):%Y-%m-%d %H:%M:%S}.{at % 1000:03d} UTC"


def from_rfc3339(text: str) -> int | None:
    """UTC ms of an instant as the API writes it; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return round(moment.timestamp() * 1000) if moment.tzinfo is not None else None


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone()
