"""Keeps secrets out of evidence: what is stored of a request or answer has them masked.

Masked are the values of headers and query parameters known to carry secrets, and every place
where a secret in use stands, plain, percent-encoded, JSON-escaped or in base64.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from engine.core.attempt import Headers
from engine.http.message import HttpRequest

MASK = "••••••••"
SENSITIVE = frozenset(("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"))
"""Header names, lower-case, whose values are never kept."""
SHORTEST = 4
"""Secrets below this many characters are not searched for: they would mask half of every body."""

_USER_INFO = re.compile(r"(?<=://)[^/?#@\s]+@")
_MASK_BYTES = MASK.encode()


class Masker:
    """Masks for one consumer or producer.

    sensitive: further header and query parameter names, from ``Authorizer.sensitive``.
    secrets: the secret values in use; see ``Authorizer.secrets``.
    """

    def __init__(self, sensitive: Iterable[str] = (), secrets: Iterable[str | bytes] = ()) -> None:
        own = frozenset(name.lower() for name in sensitive)
        self._names = SENSITIVE | own
        self._query = _query_pattern(own)
        forms = {form for secret in secrets for form in _forms(_text(secret))}
        self._texts = tuple(sorted(forms, key=len, reverse=True))
        self._bytes = tuple(text.encode("utf-8", "surrogateescape") for text in self._texts)

    def request(self, request: HttpRequest) -> HttpRequest:
        """The request as it may be kept."""
        return HttpRequest(
            request.method,
            self.url(request.url),
            self.headers(request.headers),
            None if request.body is None else self.body(request.body),
        )

    def url(self, url: str) -> str:
        """A URL without user name, password, and with secrets masked."""
        if self._query is not None and "?" in url:
            url = self._query.sub(rf"\1{MASK}", url)
        return self.text(_USER_INFO.sub(f"{MASK}@", url) if "@" in url else url)

    def headers(self, headers: Headers) -> Headers:
        """Headers with secrets masked; also for an answer's."""
        names = self._names
        masked = tuple([(n, MASK if n.lower() in names else v) for n, v in headers])
        together = "\n".join([value for _, value in masked])
        if self.text(together) is together:
            return masked
        return tuple((name, self.text(value)) for name, value in masked)

    def text(self, text: str) -> str:
        """A text with every secret in use masked; the same object if there is none in it."""
        for secret in self._texts:
            if secret in text:
                text = text.replace(secret, MASK)
        return text

    def body(self, body: bytes) -> bytes:
        """A body with every secret in use masked; the same object if there is none in it."""
        for secret in self._bytes:
            if secret in body:
                body = body.replace(secret, _MASK_BYTES)
        return body


def mask(
    request: HttpRequest, sensitive: Iterable[str], secrets: Iterable[str | bytes] = ()
) -> HttpRequest:
    """Mask one request. On a hot path keep a ``Masker``."""
    return Masker(sensitive, secrets).request(request)


def _query_pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    either = "|".join(re.escape(form) for name in names for form in {name, quote(name, safe="")})
    return re.compile(rf"([?&](?:{either})=)[^&#]*", re.IGNORECASE)


def _text(secret: str | bytes) -> str:
    return secret.decode("utf-8", "surrogateescape") if isinstance(secret, bytes) else secret


def _forms(secret: str) -> set[str]:
    if len(secret) < SHORTEST:
        return set()
    raw = secret.encode("utf-8", "surrogateescape")
    return {
        secret,
        quote(raw, safe=""),
        quote(raw),
        quote_plus(raw),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(raw).decode(),
    }
