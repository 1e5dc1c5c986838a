"""Places in a job document: ``consumers[0].retry.attempts`` as text and as a tuple. Pure.

A place is told the way the node tells it in a problem's ``path``.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

Path = tuple[str | int, ...]

_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")


def parse_path(text: str) -> Path:
    """``"consumers[0].name"`` → ``("consumers", 0, "name")``; "" is the whole document."""
    return tuple(
        int(match[1]) if match[1] is not None else match[2] for match in _STEP.finditer(text)
    )


def path_text(path: Path) -> str:
    """The other way round."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def resolve(text: str, document: Any) -> Path:
    """The place of a problem's path in this document; names with dots in them are found too.

    Steps behind the last one that exists are kept as they are written.
    """
    path: list[str | int] = []
    here, rest = document, text
    while rest:
        match = _STEP.match(rest)
        if match is None:
            break
        if match[1] is not None:
            path.append(int(match[1]))
            rest = rest[match.end() :]
            inside = isinstance(here, list) and int(match[1]) < len(here)
            here = here[int(match[1])] if inside else None
            continue
        rest = rest.removeprefix(".")
        name = _longest_name(rest, here) or match[2]
        path.append(name)
        rest = rest[len(name) :]
        here = here.get(name) if isinstance(here, dict) else None
    return tuple(path)


def _longest_name(text: str, here: Any) -> str:
    """The longest field of ``here`` that this text begins with; "" for none."""
    if not isinstance(here, dict):
        return ""
    fits = [
        name
        for name in here
        if isinstance(name, str)
        and text.startswith(name)
        and text[len(name) :][:1] in ("", ".", "[")
    ]
    return max(fits, key=len, default="")


def get_in(document: Any, path: Path, default: Any = None) -> Any:
    """The value at a place, or ``default`` where there is none."""
    here = document
    for step in path:
        if not _holds(here, step):
            return default
        here = here[step]
    return here


def put_in(document: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at a place; parts on the way are made. Behind a list's end it is added."""
    here: Any = document
    for step, following in pairwise(path):
        below = get_in(here, (step,))
        if not isinstance(below, dict | list):
            below = [] if isinstance(following, int) else {}
            _place(here, step, below)
        here = below
    _place(here, path[-1], value)


def drop_in(document: dict[str, Any], path: Path) -> None:
    """Take away what stands at a place; nothing where there is nothing."""
    holder = get_in(document, path[:-1])
    if _holds(holder, path[-1]):
        del holder[path[-1]]


def _place(holder: Any, step: str | int, value: Any) -> None:
    if isinstance(holder, list) and isinstance(step, int) and step >= len(holder):
        holder.append(value)
    else:
        holder[step] = value


def _holds(value: Any, step: str | int) -> bool:
    if isinstance(step, str):
        return isinstance(value, dict) and step in value
    return isinstance(value, list) and 0 <= step < len(value)
