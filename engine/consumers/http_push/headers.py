"""The headers of a push: what the document asks for, and what may stand in a header at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.core.attempt import Headers
from engine.core.auth import HEADER_NAME
from engine.core.expression import Names
from engine.core.template import Template

CONTENT_TYPE = "content-type"
WEBHOOK_ID = "webhook-id"
ATTEMPT = "jellyfish-attempt"
_FRAMING = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "keep-alive"}
    | {"proxy-connection", "te", "trailer", "upgrade", "expect"}
)
SET_BY_HUB = _FRAMING | {WEBHOOK_ID, "webhook-timestamp", "webhook-signature", ATTEMPT}
"""Header names, lower-case, that a document may not set: each push carries the hub's own."""

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class HeaderTemplates:
    """The document's headers, compiled.

    fixed: those without expressions. content_type: the fixed one's value, "" if there is none.
    has_content_type: whether one stands in the document, fixed or not.
    """

    __slots__ = ("_varying", "content_type", "fixed", "has_content_type", "names_used")

    def __init__(self, headers: Mapping[str, str]) -> None:
        compiled = [
            (name, Template.compile(text, Names.PUSH_REQUEST, f"request.headers.{name}"))
            for name, text in headers.items()
        ]
        self.fixed: Headers = tuple(
            (name, checked_value(name, template.render_text({})))
            for name, template in compiled
            if template.is_constant
        )
        self._varying = tuple(pair for pair in compiled if not pair[1].is_constant)
        self.names_used: frozenset[str] = frozenset().union(
            *(template.names_used for _, template in compiled)
        )
        self.has_content_type = any(name.lower() == CONTENT_TYPE for name in headers)
        self.content_type = content_type_of(self.fixed)

    def render(self, data: Mapping[str, Any]) -> Headers:
        """Those with expressions; raises ExpressionFailed, or ValueError for an unfit value."""
        return tuple(
            (name, checked_value(name, template.render_text(data)))
            for name, template in self._varying
        )


def content_type_of(headers: Headers) -> str:
    """The content type in lower case, "" if there is none."""
    return next((value.lower() for name, value in headers if name.lower() == CONTENT_TYPE), "")


def checked_name(name: str) -> str:
    """The name, or ValueError with a sentence if the document may not set such a header."""
    if re.match(HEADER_NAME, name) is None or name.endswith("\n"):
        raise ValueError(f'"{name}" is not a header name')
    if name.lower() in SET_BY_HUB:
        raise ValueError(f'the header "{name}" is set by the hub itself')
    return name


def checked_value(name: str, value: str) -> str:
    """The value, or ValueError with a sentence if it cannot stand in a header."""
    if _CONTROL.search(value):
        raise ValueError(f'the header "{name}" cannot hold a line break or a control character')
    if not value.isascii():
        raise ValueError(
            f'the header "{name}" can hold ASCII characters only, and its value holds others; '
            "put it into the body or the query"
        )
    return value
