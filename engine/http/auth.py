"""Adds the proof a source or target asks for to a request: the classes behind ``core.auth``.

A kind whose headers never change has ``static_headers``; a caller on a hot path adds those itself
and skips ``apply``. Not for masking (``masking``), nor for signing content (``signature``).
"""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Callable
from typing import Protocol, assert_never
from urllib.parse import quote

from msgspec.structs import replace

from engine.core.attempt import Headers
from engine.core.auth import (
    ApiKeyAuth,
    Auth,
    BasicAuth,
    BearerAuth,
    HmacAuth,
    NoAuth,
    OAuth2ClientAuth,
    SecretRef,
)
from engine.core.errors import OperatorError
from engine.http.client import HttpClient, wire_target
from engine.http.message import HttpFailure, HttpRequest
from engine.http.oauth2 import TokenSource

SecretLookup = Callable[[str], str | bytes]
"""The value of a named secret; raises OperatorError if there is none."""


class Authorizer(Protocol):
    """The proof of one producer or consumer.

    sensitive: lower-case names of the headers and query parameters it adds that must be masked.
    secrets: the secret values it uses, to be masked wherever they stand.
    static_headers: what it adds to every request, or None if it must be asked each time.
    """

    @property
    def sensitive(self) -> frozenset[str]: ...

    @property
    def secrets(self) -> tuple[str, ...]: ...

    @property
    def static_headers(self) -> Headers | None: ...

    async def apply(self, request: HttpRequest) -> tuple[HttpRequest, frozenset[str]] | HttpFailure:
        """The request with its proof, and ``sensitive``; a failure if no proof could be had."""

    def refused(self, request: HttpRequest) -> None:
        """The other side answered 401 to this request as ``apply`` had made it."""


def authorizer(
    auth: Auth,
    secret: SecretLookup,
    client: HttpClient,
    *,
    wall_s: Callable[[], float] = time.time,
    monotonic_s: Callable[[], float] = time.monotonic,
) -> Authorizer:
    """The authorizer of a document's ``auth``; secrets are looked up now.

    Raises OperatorError if a secret is missing or cannot stand in a header.
    """
    match auth:
        case NoAuth():
            return _Static((), ())
        case BasicAuth():
            password = _bytes(secret(auth.password.secret))
            value = base64.b64encode(auth.user.encode() + b":" + password).decode()
            return _Static((("Authorization", f"Basic {value}"),), (_text(password), value))
        case BearerAuth():
            token = _header_value(secret, auth.token)
            return _Static((("Authorization", f"Bearer {token}"),), (token,))
        case ApiKeyAuth(place="header"):
            key = _header_value(secret, auth.value)
            return _Static(((auth.name, key),), (key,))
        case ApiKeyAuth():
            return _QueryKey(auth.name, _text(_bytes(secret(auth.value.secret))))
        case OAuth2ClientAuth():
            password = _bytes(secret(auth.client_secret.secret))
            return _OAuth2(TokenSource(auth, _text(password), client, monotonic_s))
        case HmacAuth():
            return _Hmac(auth, _bytes(secret(auth.key.secret)), wall_s)
        case _ as never:
            assert_never(never)


class _Static:
    """Headers that never change."""

    def __init__(self, headers: Headers, secrets: tuple[str, ...]) -> None:
        self.static_headers: Headers | None = headers
        self.sensitive = frozenset(name.lower() for name, _ in headers)
        self.secrets = secrets
        self._headers = headers

    async def apply(self, request: HttpRequest) -> tuple[HttpRequest, frozenset[str]]:
        if self._headers:
            request = replace(request, headers=request.headers + self._headers)
        return request, self.sensitive

    def refused(self, request: HttpRequest) -> None:
        """Nothing can be renewed."""


class _QueryKey:
    """A key in the query, after what stands there already."""

    static_headers: Headers | None = None

    def __init__(self, name: str, key: str) -> None:
        self.sensitive = frozenset((name.lower(),))
        self.secrets: tuple[str, ...] = (key,)
        self._pair = f"{quote(name, safe='')}={quote(key, safe='')}"

    async def apply(self, request: HttpRequest) -> tuple[HttpRequest, frozenset[str]]:
        url, _, _ = request.url.partition("#")
        joint = "&" if "?" in url else "?"
        return replace(request, url=f"{url}{joint}{self._pair}"), self.sensitive

    def refused(self, request: HttpRequest) -> None:
        """Nothing can be renewed."""


class _OAuth2:
    """A token that is fetched when needed."""

    static_headers: Headers | None = None
    sensitive = frozenset(("authorization",))

    def __init__(self, tokens: TokenSource) -> None:
        self._tokens = tokens

    @property
    def secrets(self) -> tuple[str, ...]:
        """The client's password and the present token."""
        return self._tokens.secrets

    async def apply(self, request: HttpRequest) -> tuple[HttpRequest, frozenset[str]] | HttpFailure:
        token = await self._tokens.token()
        if isinstance(token, HttpFailure):
            return token
        headers = (*request.headers, ("Authorization", f"Bearer {token}"))
        return replace(request, headers=headers), self.sensitive

    def refused(self, request: HttpRequest) -> None:
        for name, value in request.headers:
            if name == "Authorization":
                self._tokens.refused(value.removeprefix("Bearer "))


class _Hmac:
    """A keyed hash over four lines: METHOD, path with query as sent, time, body.

    signed text = METHOD "\\n" PATH[?QUERY] "\\n" SECONDS "\\n" BODY
    METHOD in capitals, path and query percent-encoded as on the wire, SECONDS since 1970 in
    decimal as in the time header, BODY the bytes as sent (nothing after the last line break
    without a body). The signature header holds the hash alone, in lower-case hex or in base64.
    """

    static_headers: Headers | None = None

    def __init__(self, auth: HmacAuth, key: bytes, wall_s: Callable[[], float]) -> None:
        self.sensitive = frozenset((auth.header.lower(),))
        self.secrets: tuple[str, ...] = (_text(key),)
        self._auth = auth
        self._key = key
        self._wall_s = wall_s

    async def apply(self, request: HttpRequest) -> tuple[HttpRequest, frozenset[str]]:
        auth = self._auth
        seconds = str(int(self._wall_s()))
        lines = f"{request.method.upper()}\n{_target(request.url)}\n{seconds}\n"
        signed = lines.encode() + (request.body or b"")
        digest = hmac.digest(self._key, signed, auth.algorithm)
        text = digest.hex() if auth.encoding == "hex" else base64.b64encode(digest).decode()
        added = ((auth.timestamp_header, seconds), (auth.header, text))
        return replace(request, headers=request.headers + added), self.sensitive

    def refused(self, request: HttpRequest) -> None:
        """Nothing can be renewed."""


def _target(url: str) -> str:
    try:
        return wire_target(url)
    except ValueError:
        return url  # the client refuses it with a sentence


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _header_value(secret: SecretLookup, ref: SecretRef) -> str:
    value = _text(_bytes(secret(ref.secret)))
    if not value.isprintable() or not value.isascii() or value != value.strip():
        raise OperatorError(
            f'The secret "{ref.secret}" cannot stand in a header.',
            hint="It holds a line break, a space at an end or a character that is not ASCII; "
            f"store it again with `jellyfish secret set {ref.secret}`.",
        )
    return value
