"""The present time in the way a source writes its times, for the far end of a time window. Pure.

A day is added: the far end must never hide a record because two clocks or time zones differ.
"""

from __future__ import annotations

import re
from typing import Any

from engine.producers.http_pull.time_text import Family, time_rank

_AHEAD = 'now + duration("24h")'


def now_like(value: Any) -> str | None:
    """A template for now plus a day, written as this value is; None for what is no time."""
    text = str(value).strip()
    rank = time_rank(text)
    if rank is None or (rank[0] is Family.EPOCH and abs(rank[1]) < 10**8 * 10**12):
        return None
    if rank[0] is Family.EPOCH:
        return _epoch(text)
    written = f"string({_AHEAD})"
    if re.fullmatch(r"\d{14}|\d{8}", text):
        compact = '.replace("-", "").replace("T", "").replace(":", "")'
        return f"${{{written}.substring(0, 19){compact}.substring(0, {len(text)})}}"
    date = '.replace("-", "/")' if "/" in text else ""
    if len(text) == 10:
        return f"${{{written}.substring(0, 10){date}}}"
    length = 16 if re.fullmatch(r".{10}.\d\d:\d\d", text) else 19
    space = '.replace("T", " ")' if text[10] == " " else ""
    zone = (
        ""
        if rank[0] is Family.WALL
        else "Z"
        if not re.search(r"[+-]\d\d:?\d\d$", text)
        else "+00:00"
    )
    return f"${{{written}.substring(0, {length}){date}{space}}}{zone}"


def _epoch(text: str) -> str:
    digits = len(text.partition(".")[0].lstrip("-"))
    seconds = f"int({_AHEAD})"
    if digits <= 11:
        return f"${{{seconds}}}"
    return f"${{{seconds} * {10 ** (3 if digits <= 14 else 6 if digits <= 17 else 9)}}}"
