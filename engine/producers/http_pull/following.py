"""Finds in an answer what asks for the next page: a token, or an address.

Both end at null, an empty value or nothing there at all. An address is taken only within the
origin that was asked, as record data never chooses a server (design.md rule 14).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urldefrag, urljoin

from engine.core.attempt import Headers
from engine.core.bare_path import kind_of
from engine.core.expression import Expression, ExpressionFailed
from engine.http.guard import origin_of, same_origin
from engine.producers.http_pull.refusal import PageRefused

_TARGET = re.compile(r"\s*<([^>]*)>")
_PARAMETER = re.compile(
    r"""\s*;\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?"""
)
_ESCAPED = re.compile(r"\\(.)")
_NOTHING_THERE = re.compile(r"there is no (field|item|header)\b")


def next_token(expression: Expression, data: Mapping[str, Any]) -> Any:
    """The next request's token, any JSON value; None at the end. Raises PageRefused."""
    value = _value(expression, data)
    return None if value is None or value is False or value in ("", [], {}) else value


def next_link(
    expression: Expression | None, data: Mapping[str, Any], headers: Headers, asked: str
) -> str | None:
    """The next page's absolute URL, without fragment; None at the end. Raises PageRefused."""
    if expression is None:
        link = link_of(headers, "next")
    else:
        link = _value(expression, data)
        if link is not None and link is not False and not isinstance(link, str):
            raise PageRefused(
                "next_page", f"paging.next gives {kind_of(link)}, not the next page's address."
            )
    if not link or not link.strip():
        return None
    try:
        absolute = urldefrag(urljoin(asked, link.strip())).url
    except ValueError:
        absolute = ""
    if not same_origin(absolute, asked):
        there = origin_of(absolute)
        server = f"{there[0]}://{there[1]}:{there[2]}" if there else "no web server"
        raise PageRefused(
            "foreign_link",
            f"The next page's address leads to another server ({server}) than the job's own "
            f"({origin_of(asked)}); that is not followed. It is {absolute or link:.200}",
        )
    return absolute


def link_of(headers: Headers, relation: str) -> str | None:
    """The target of the first link of a relation in the Link headers (RFC 8288)."""
    for name, value in headers:
        if name.lower() == "link":
            for target, parameters in _links(value):
                relations = parameters.get("rel", "").lower().split()
                if relation in relations and "anchor" not in parameters:
                    return target
    return None


def _links(value: str) -> Iterator[tuple[str, dict[str, str]]]:
    at = 0
    while (target := _TARGET.match(value, at)) is not None:
        at = target.end()
        parameters: dict[str, str] = {}
        while (parameter := _PARAMETER.match(value, at)) is not None:
            at = parameter.end()
            quoted, plain = parameter[2], parameter[3]
            text = _ESCAPED.sub(r"\1", quoted) if quoted is not None else plain or ""
            parameters.setdefault(parameter[1].lower(), text)
        yield target[1], parameters
        comma = re.compile(r"[\s;]*,[\s,]*").match(value, at)
        if comma is None:
            return
        at = comma.end()


def _value(expression: Expression, data: Mapping[str, Any]) -> Any:
    """The value; None where the field is not there. Any other failure is not the end."""
    try:
        return expression.value(data)
    except ExpressionFailed as error:
        if _NOTHING_THERE.search(error.reason):
            return None
        raise PageRefused(
            "next_page", f"It cannot be told whether another page follows: {error.sentence}"
        ) from None
