"""The address of a page request: a server the document names, then a path and query with data.

Scheme, host and port come from the document and its shard variables alone (design.md rule 14);
every other value is percent-encoded where it is put in, and cannot climb in the path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.core.cel_text import end_of_expression
from engine.core.expression import Names
from engine.core.template import Template
from engine.http.guard import origin_of, quote_path_segment, quote_query, same_origin

PLACE = "producer.request.url"

_SCHEME = re.compile(r"[^/?#]*://")
_SERVER_END = re.compile(r"[/?#]|$")
_CLIMBS = re.compile(r"/(?:\.|%2e){1,2}(?=/|$)", re.IGNORECASE)


class Address:
    """A compiled address; ``names_used``: the names its path and query use."""

    def __init__(self, url: str) -> None:
        flat = _blanked(url)
        scheme = _SCHEME.match(flat)
        after_scheme = scheme.end() if scheme else 0
        server_end = _place(_SERVER_END, flat, after_scheme)
        end = _place(re.compile(r"#|$"), flat, server_end)
        query = _place(re.compile(r"\?|$"), flat[:end], server_end)
        self._server = Template.compile(url[:server_end], Names.PULL_REQUEST, PLACE)
        self._path = Template.compile(url[server_end:query] or "/", Names.PULL_REQUEST, PLACE)
        self._query = Template.compile(url[query:end], Names.PULL_REQUEST, PLACE)
        self.names_used: frozenset[str] = self._path.names_used | self._query.names_used

    def render(self, data: Mapping[str, Any], pairs: str) -> str:
        """The URL, with ``pairs`` (encoded, or "") added to its query.

        Raises ExpressionFailed, or ValueError for values that cannot stand in it.
        """
        server = self._server.render_text({"vars": data["vars"]}).rstrip("/")
        if origin_of(server) is None or "?" in server or "#" in server:
            raise ValueError(f'"{server}" is not the address of a server')
        path = self._path.render_text(data, quote_path_segment)
        if not self._path.is_constant and _CLIMBS.search(path):
            raise ValueError('"." and ".." cannot be parts of a path')
        query = self._query.render_text(data, quote_query)
        if pairs:
            query = f"{query}{'&' if query else '?'}{pairs}"
        url = f"{server}{path}{query}"
        if not same_origin(url, server):
            raise ValueError("data may not choose scheme, host or port")
        return url


def _blanked(url: str) -> str:
    """The text with each ``${…}`` blanked out, at the same length."""
    flat, at = "", 0
    while (start := url.find("${", at)) >= 0:
        end = end_of_expression(url, start + 2)
        if end is None or url[max(start - 1, 0)] == "$":
            flat, at = flat + url[at : start + 2], start + 2
            continue
        flat, at = flat + url[at:start] + "\0" * (end + 1 - start), end + 1
    return flat + url[at:]


def _place(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.search(text, start)
    return found.start() if found else len(text)
