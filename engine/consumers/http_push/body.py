"""The body of a push: the record's own bytes, or what the document makes of them.

Where the document puts in a whole record (``${record}``, ``${records}``) its bytes go out as the
source wrote them. Not for content types: ``headers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from engine.core.expression import Names
from engine.core.json_value import encode_json
from engine.core.record import Claimed
from engine.core.template import Template

_WHOLE = re.compile(r"\$\{\s*(records?)\s*\}")


class BodyTemplate:
    """A compiled body.

    names_used: the names whose values it needs; a record it only passes on whole is not decoded.
    """

    __slots__ = ("_passed_on", "_template", "names_used")

    def __init__(self, body: Any) -> None:
        self._template = Template.compile(body, Names.PUSH_REQUEST, "request.body")
        texts = list(_texts(body))
        looked_into = frozenset[str]().union(
            *(
                Template.compile(text, Names.PUSH_REQUEST).names_used
                for text in texts
                if not _WHOLE.fullmatch(text)
            )
        )
        self.names_used: frozenset[str] = looked_into
        self._passed_on = self._template.names_used - looked_into

    def render(
        self, deliveries: Sequence[Claimed], data: Mapping[str, Any], content_type: str
    ) -> bytes:
        """The body's bytes; raises ExpressionFailed, BadJson, or ValueError for half a character.

        JSON, but a text under a content type that is not JSON goes out as it is, in UTF-8.
        """
        if self._passed_on:
            data = {**data, **dict(self._own_bytes(deliveries))}
        value = self._template.render(data)
        if type(value) is str and content_type and "json" not in content_type:
            return _as_text(value)
        return encode_json(value)

    def _own_bytes(self, deliveries: Sequence[Claimed]) -> Iterator[tuple[str, Any]]:
        if "record" in self._passed_on:
            yield "record", msgspec.Raw(deliveries[0].payload)
        if "records" in self._passed_on:
            yield "records", [msgspec.Raw(delivery.payload) for delivery in deliveries]


def joined(deliveries: Sequence[Claimed]) -> bytes:
    """A JSON array of the records' own bytes."""
    return b"[" + b",".join([delivery.payload for delivery in deliveries]) + b"]"


def _as_text(value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise ValueError("the text holds half a character (a lone surrogate)") from None


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)
