"""The address of a push: a fixed server, then a path and query that may hold record data.

Scheme, host and port come from the job document alone (design.md rule 14). Values put into the
path or query are percent-encoded one by one. Documents are checked in ``engine.http.guard``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.core.cel_text import end_of_expression
from engine.core.errors import OperatorError
from engine.core.expression import Names
from engine.core.template import Template
from engine.http.guard import origin_of, quote_path_segment, quote_query, same_origin

_UP_TO_SCHEME = re.compile(r"[^/?#]*://")
_END_OF_ORIGIN = re.compile(r"[/?#]|$")


class Address:
    """A compiled address. Raises OperatorError if its server cannot be told from ``variables``.

    base: scheme, host and port, and what path they share.
    constant: the whole URL if no record data stands in it, else None.
    names_used: the names its path and query use.
    """

    __slots__ = ("_pairs", "_path", "_query", "base", "constant", "names_used")

    def __init__(self, url: str, query: Mapping[str, str], variables: Mapping[str, Any]) -> None:
        base, path, inline = _cut(url)
        self.base = _fixed_base(base, variables)
        self._path = Template.compile(path or "/", Names.PUSH_REQUEST, "request.url")
        self._query = Template.compile(inline, Names.PUSH_REQUEST, "request.url")
        self._pairs = tuple(
            (quote_query(name), Template.compile(text, Names.PUSH_REQUEST, f"request.query.{name}"))
            for name, text in query.items()
        )
        parts = (self._path, self._query, *(template for _, template in self._pairs))
        self.names_used: frozenset[str] = frozenset().union(*(part.names_used for part in parts))
        self.constant: str | None = None
        if all(part.is_constant for part in parts):
            self.constant = self.render({})

    def render(self, data: Mapping[str, Any]) -> str:
        """The URL; raises ExpressionFailed, or ValueError for a value that cannot stand in it."""
        path = self._path.render_text(data, quote_path_segment)
        query = self._query.render_text(data, quote_query)
        if self._pairs:
            pairs = "&".join(f"{name}={_quoted(template, data)}" for name, template in self._pairs)
            query = f"{query}{'&' if query else '?'}{pairs}"
        url = f"{self.base}{path}{query}"
        if not same_origin(url, self.base):
            raise ValueError("record data may not choose scheme, host or port")
        return url


def _quoted(template: Template, data: Mapping[str, Any]) -> str:
    """A query value: all of it is quoted, the document's own text too."""
    return quote_query(template.render_text(data))


def _cut(url: str) -> tuple[str, str, str]:
    """Server, path and query of a template; a fragment is never sent and is left out."""
    flat = _without_expressions(url)
    scheme = _UP_TO_SCHEME.match(flat)
    server = _END_OF_ORIGIN.search(flat, scheme.end() if scheme else 0)
    server_end = server.start() if server else len(flat)
    fragment = flat.find("#", server_end)
    end = len(url) if fragment < 0 else fragment
    query = flat.find("?", server_end, end)
    path_end = end if query < 0 else query
    return url[:server_end], url[server_end:path_end], url[path_end:end]


def _without_expressions(url: str) -> str:
    """The text with every ``${…}`` blanked out, at the same length."""
    flat = ""
    at = 0
    while (start := url.find("${", at)) >= 0:
        if start > at and url[start - 1] == "$":  # $${ stands for the two characters
            flat += url[at : start + 2]
            at = start + 2
            continue
        end = end_of_expression(url, start + 2)
        if end is None:
            break
        flat += url[at:start] + "\0" * (end + 1 - start)
        at = end + 1
    return flat + url[at:]


def _fixed_base(text: str, variables: Mapping[str, Any]) -> str:
    base = Template.compile(text, Names.PUSH_REQUEST, "request.url")
    rendered = base.render_text({"vars": variables}).rstrip("/")
    if origin_of(rendered) is not None and "?" not in rendered and "#" not in rendered:
        return rendered
    raise OperatorError(
        f'"{text}" is not the address of a server.',
        hint="Begin the address with http:// or https:// and a host name.",
        path="request.url",
    )
