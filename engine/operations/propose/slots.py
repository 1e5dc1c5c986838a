"""Finds the places of a request that vary from page to page: numbers, offsets, tokens, times.

Works on the request of a job document, so that it serves a pasted command and a form that was
filled in by hand alike. A place is a query parameter, a leaf of a JSON body or a field of a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, quote

from engine.operations.propose.names import (
    MAYBE_OFFSET,
    OFFSET,
    PAGE,
    SINCE,
    SIZE,
    TOKEN,
    UNTIL,
    plain,
)
from engine.operations.propose.proposal import Change, Place
from engine.producers.http_pull.time_text import time_rank

_CHANGE = (
    r"(?:update|updated|modif\w*|change\w*|gmtmodified|lastmod\w*|create\w*|time|date"
    r"|更新|修改|变更|创建)"
)
_FROM = r"(?:gte?|ge|from|start|begin|after|since|min|左|起|开始|自)"
_TO = r"(?:lte?|le|to|end|before|until|max|右|止|结束|至)"
_SINCE = re.compile(rf".*{_CHANGE}.*?{_FROM}|{_FROM}.*{_CHANGE}.*")
_UNTIL = re.compile(rf".*{_CHANGE}.*?{_TO}|{_TO}.*{_CHANGE}.*")
_INSIDE = re.compile(
    r"(?:\b(?:ge|gt)\s+|>=?\s*|:>=?)(?:datetime)?['\"]?"
    r"(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)"
)
_NAMES = ("page", "offset", "token", "cursor")
_DEEPEST = 5


class Role(StrEnum):
    """What a place of a request is for."""

    PAGE = "page"
    SIZE = "size"
    OFFSET = "offset"
    TOKEN = "token"
    SINCE = "since"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Slot:
    """One place. value: as it is now, None once it holds an expression.

    where: query, json or form. steps: inside it. around: what stands before and after the value.
    """

    role: Role
    where: str
    steps: tuple[str | int, ...]
    value: Any
    around: tuple[str, str] = ("", "")

    @property
    def name(self) -> str:
        """The parameter's name."""
        return str(self.steps[-1])


def slots_of(request: dict[str, Any]) -> dict[Role, Slot]:
    """The first place of each role."""
    found: dict[Role, Slot] = {}
    leaves = list(_leaves(request))
    sized = any(plain(str(steps[-1])) in SIZE for _, steps, _ in leaves)
    for where, steps, value in leaves:
        slot = _slot(where, steps, value, sized=sized)
        if slot is not None:
            found.setdefault(slot.role, slot)
    return found


def changes_for(
    request: dict[str, Any], slot: Slot, text: str | None, producer: Place = ("producer", "request")
) -> tuple[dict[str, Any], tuple[Change, ...]]:
    """The request with this text in the slot (None: without the slot), and the change for it."""
    changed = deepcopy(request)
    full = None if text is None else slot.around[0] + text + slot.around[1]
    match slot.where:
        case "query":
            _put(changed["query"], slot.steps, full)
            return changed, (Change((*producer, "query", slot.name), full),)
        case "json":
            _put(changed["body"], slot.steps, full)
            return changed, (Change((*producer, "body", *slot.steps), full),)
        case _:
            changed["body"] = _form_with(changed["body"], slot.name, full)
            return changed, (Change((*producer, "body"), changed["body"]),)


def number_of(value: Any) -> int | None:
    """A whole number that stands in a request as number or text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value.strip()):
        return int(value)
    return None


def is_form(request: dict[str, Any]) -> bool:
    """Whether the body is a form's text."""
    headers = request.get("headers") or {}
    kind = next((text for name, text in headers.items() if name.lower() == "content-type"), "")
    return isinstance(request.get("body"), str) and "form-urlencoded" in kind


def _leaves(request: dict[str, Any]) -> Iterator[tuple[str, tuple[str | int, ...], Any]]:
    for name, value in (request.get("query") or {}).items():
        yield "query", (name,), value
    body = request.get("body")
    if is_form(request):
        for name, value in parse_qsl(body, keep_blank_values=True):
            yield "form", (name,), value
    elif isinstance(body, dict):
        for steps, value in _inside(body, _DEEPEST):
            yield "json", steps, value


def _inside(value: Any, deepest: int) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    items: Any = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list) and len(value) == 1:
        items = enumerate(value)
    for step, inner in items:
        if isinstance(inner, dict | list):
            if deepest:
                for steps, found in _inside(inner, deepest - 1):
                    yield (step, *steps), found
        elif isinstance(step, str):
            yield (step,), inner


def _slot(where: str, steps: tuple[str | int, ...], value: Any, *, sized: bool) -> Slot | None:
    text = value if isinstance(value, str) else str(value)
    assigned = next((name for name in _NAMES if re.search(rf"\$\{{[^}}]*\b{name}\b", text)), None)
    if assigned is not None:
        role = Role.SINCE if assigned == "cursor" else Role(assigned)
        return Slot(role, where, steps, None)
    if "${" in text:
        return None
    inside = _INSIDE.search(text)
    if inside is not None:
        around = (text[: inside.start(1)], text[inside.end(1) :])
        return Slot(Role.SINCE, where, steps, inside[1], around)
    meant = _role(plain(str(steps[-1])), value, sized=sized)
    return None if meant is None else Slot(meant, where, steps, value)


def _role(name: str, value: Any, *, sized: bool) -> Role | None:
    number, empty = number_of(value), value in (None, "")
    timely = not empty and _is_time(value)
    if timely and not (number is not None and number < 10**8):
        if name in UNTIL or _UNTIL.fullmatch(name):
            return Role.UNTIL
        if name in SINCE or name in MAYBE_OFFSET or _SINCE.fullmatch(name):
            return Role.SINCE
        return None
    if number is not None:
        if name in PAGE:
            return Role.PAGE
        if name in SIZE:
            return Role.SIZE
        if name in OFFSET or (name in MAYBE_OFFSET and sized):
            return Role.OFFSET
        if name in SINCE or name in MAYBE_OFFSET:
            return Role.SINCE
    if name in TOKEN:
        return Role.TOKEN
    if empty and (name in SINCE or _SINCE.fullmatch(name)):
        return Role.SINCE
    return None


def _is_time(value: Any) -> bool:
    return isinstance(value, str | int) and time_rank(str(value).strip()) is not None


def _put(holder: Any, steps: tuple[str | int, ...], value: Any) -> None:
    for step in steps[:-1]:
        holder = holder[step]
    if value is None:
        holder.pop(steps[-1], None)
    else:
        holder[steps[-1]] = value


def _form_with(form: str, name: str, text: str | None) -> str:
    pairs = []
    for pair in form.split("&"):
        key, _, _ = pair.partition("=")
        known = dict(parse_qsl(pair, keep_blank_values=True))
        if name not in known:
            pairs.append(pair)
        elif text is not None:
            pairs.append(f"{key}={_form_text(text)}")
    return "&".join(pairs)


def _form_text(text: str) -> str:
    """A template for a form: what an expression gives is percent-encoded where it must be."""
    if text == "${cursor}":
        coded = 'string(cursor).replace("%", "%25").replace("+", "%2B").replace("&", "%26")'
        return "${" + coded + '.replace(" ", "+")}'
    return text if "${" in text else quote(text, safe="")
