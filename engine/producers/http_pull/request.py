"""Builds the request for one page from the document's templates.

A query parameter or header that is nothing without a value that is not there yet (the first run's
``${cursor}``, the first page's ``${token}``) is left out; in the address it is empty, in a body
it is null. Not for authentication: ``exchange`` adds that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.core.attempt import Headers
from engine.core.errors import OperatorError
from engine.core.expression import ExpressionFailed, Names
from engine.core.json_value import encode_json
from engine.core.template import Template
from engine.http.guard import quote_query
from engine.http.message import HttpRequest
from engine.producers.http_pull.address import Address
from engine.producers.http_pull.asking import Ask
from engine.producers.http_pull.cursor import for_request
from engine.producers.http_pull.fields import PullRequest

_LATER = frozenset(("cursor", "token"))
"""Names that may have no value yet."""


class RequestRefused(Exception):
    """The templates give no request for these values; the message names the place and the reason,
    as the end of a sentence."""


class RequestBuilder:
    """The compiled templates of one document; ``names_used``: the names they hold."""

    def __init__(self, request: PullRequest) -> None:
        self._method = request.method
        self._address = Address(request.url)
        self._query = {name: _compiled(text, "query", name) for name, text in request.query.items()}
        self._headers = {
            name: _compiled(text, "headers", name) for name, text in request.headers.items()
        }
        self._body = None
        if request.body is not None:
            place = "producer.request.body"
            self._body = Template.compile(request.body, Names.PULL_REQUEST, place)
        parts = (
            *self._query.values(),
            *self._headers.values(),
            *([self._body] if self._body else ()),
        )
        self.names_used: frozenset[str] = self._address.names_used.union(
            *(part.names_used for part in parts)
        )

    def build(self, ask: Ask, variables: Mapping[str, Any], now: int) -> HttpRequest:
        """The request for a page; ``now`` in UTC ms. Raises RequestRefused."""
        data = {
            "cursor": for_request(ask.cursor),
            "page": ask.page,
            "offset": ask.offset,
            "token": ask.token,
            "vars": variables,
            "now": datetime.fromtimestamp(now / 1000, UTC),
        }
        headers = self._header_list(data)
        body = self._body_bytes(data, headers)
        if body is not None and not _content_type(headers):
            headers = (*headers, ("Content-Type", "application/json"))
        return HttpRequest(self._method, ask.url or self._url(data), headers, body)

    def _url(self, data: Mapping[str, Any]) -> str:
        pairs = []
        for name, template in self._query.items():
            try:
                value = _text(template, data)
                if value is not None:
                    pairs.append(f"{quote_query(name)}={quote_query(value)}")
            except (ExpressionFailed, ValueError) as error:
                raise _refused(f"query.{name}", error) from None
        empty = {name: "" for name in _LATER if data[name] is None}
        try:
            return self._address.render({**data, **empty}, "&".join(pairs))
        except (ExpressionFailed, ValueError) as error:
            raise _refused("url", error) from None

    def _header_list(self, data: Mapping[str, Any]) -> Headers:
        headers = []
        for name, template in self._headers.items():
            try:
                value = _text(template, data)
            except ExpressionFailed as error:
                raise _refused(f"headers.{name}", error) from None
            if value is not None:
                headers.append((name, value))
        return tuple(headers)

    def _body_bytes(self, data: Mapping[str, Any], headers: Headers) -> bytes | None:
        if self._body is None:
            return None
        try:
            value = self._body.render(data)
            content_type = _content_type(headers)
            if isinstance(value, str) and content_type and "json" not in content_type:
                return value.encode()  # a form, XML …: the text as it is
            return encode_json(value)
        except (OperatorError, UnicodeEncodeError) as error:
            raise _refused("body", error) from None


def _compiled(text: str, part: str, name: str) -> Template:
    return Template.compile(text, Names.PULL_REQUEST, f"producer.request.{part}.{name}")


def _text(template: Template, data: Mapping[str, Any]) -> str | None:
    """The text, or None if it is nothing without a value that is not there yet."""
    if not any(data[name] is None for name in template.names_used & _LATER):
        return template.render_text(data)
    try:
        value = template.render(data)
    except ExpressionFailed:
        return None
    return None if value is None else template.render_text(data)


def _content_type(headers: Headers) -> str:
    return next((value.lower() for name, value in headers if name.lower() == "content-type"), "")


def _refused(place: str, error: Exception) -> RequestRefused:
    why = error.sentence if isinstance(error, OperatorError) else str(error)
    if isinstance(error, UnicodeEncodeError):
        why = "the value holds half a character"
    return RequestRefused(f"request.{place} gives no request: {why.rstrip('.')}")
