"""Fetches and keeps the token of an OAuth 2 client (client credentials, RFC 6749 section 4.4).

One fetch at a time whoever asks; a token is renewed before it expires, and once after the other
side refused it. A token endpoint's failure means that the request itself was surely not sent.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

import msgspec

from engine.core.auth import OAuth2ClientAuth
from engine.http.client import HttpClient
from engine.http.message import FailureKind, HttpAnswer, HttpFailure, HttpRequest

TIMEOUT_S = 15.0
MAX_BYTES = 64 * 1024
DEFAULT_LIFE_S = 300.0
"""Life of a token whose answer does not tell it, in seconds."""
MARGIN_S = 30.0
"""A token is renewed this long before its end, or at 0.9 of its life if that is later."""
REFUSED_PAUSE_S = 60.0
"""Least time between two renewals that follow a refusal, in seconds."""


class _TokenAnswer(msgspec.Struct):
    access_token: str
    expires_in: float | int | str | None = None


class _ErrorAnswer(msgspec.Struct):
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    renew_at_s: float


class TokenSource:
    """The token of one client. ``now_s`` is a monotonic clock in seconds."""

    def __init__(
        self,
        auth: OAuth2ClientAuth,
        client_secret: str,
        client: HttpClient,
        now_s: Callable[[], float],
    ) -> None:
        self._request = _token_request(auth, client_secret)
        self._client_secret = client_secret
        self._client = client
        self._now_s = now_s
        self._fetch = asyncio.Lock()
        self._fetches = 0
        self._latest: _Token | HttpFailure | None = None
        self._renewed_for_refusal_s = float("-inf")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be masked now."""
        if isinstance(self._latest, _Token):
            return (self._client_secret, self._latest.value)
        return (self._client_secret,)

    async def token(self) -> str | HttpFailure:
        """A token good for now; fetched if there is none."""
        latest = self._latest
        if isinstance(latest, _Token) and self._now_s() < latest.renew_at_s:
            return latest.value
        fetches = self._fetches
        async with self._fetch:
            if self._fetches == fetches:  # else somebody fetched while this one waited
                self._latest = await self._fetched()
                self._fetches += 1
            latest = self._latest
        return latest.value if isinstance(latest, _Token) else latest or _failed("no answer")

    def refused(self, token: str) -> None:
        """This token was answered with 401: renew it, unless that was tried a moment ago."""
        now_s = self._now_s()
        if not isinstance(self._latest, _Token) or self._latest.value != token:
            return  # another one is in use already
        if now_s - self._renewed_for_refusal_s >= REFUSED_PAUSE_S:
            self._renewed_for_refusal_s = now_s
            self._latest = None

    async def _fetched(self) -> _Token | HttpFailure:
        asked_at_s = self._now_s()
        answer = await self._client.send(self._request, timeout_s=TIMEOUT_S, max_bytes=MAX_BYTES)
        if isinstance(answer, HttpFailure):
            return _failed(answer.text)
        if not 200 <= answer.status < 300:
            return _failed(f"It answered {answer.status}{_error_code(answer)}.")
        try:
            told = msgspec.json.decode(answer.body, type=_TokenAnswer)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _failed("Its answer holds no access_token.")
        if not re.fullmatch(r"[\x21-\x7e]+", told.access_token):
            return _failed("Its access_token cannot stand in a header.")
        life_s = _life_s(told.expires_in)
        return _Token(told.access_token, asked_at_s + max(life_s - MARGIN_S, life_s * 0.9))


def _token_request(auth: OAuth2ClientAuth, client_secret: str) -> HttpRequest:
    form = {"grant_type": "client_credentials"}
    headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "application/json"),
    ]
    if auth.send == "basic":  # both parts are form-encoded first: RFC 6749 section 2.3.1
        pair = f"{quote_plus(auth.client_id)}:{quote_plus(client_secret)}"
        headers.append(("Authorization", "Basic " + base64.b64encode(pair.encode()).decode()))
    else:
        form |= {"client_id": auth.client_id, "client_secret": client_secret}
    if auth.scope is not None:
        form["scope"] = auth.scope
    if auth.audience is not None:
        form["audience"] = auth.audience
    return HttpRequest("POST", auth.token_url, tuple(headers), urlencode(form).encode())


def _life_s(expires_in: float | int | str | None) -> float:
    try:
        life_s = float(expires_in) if expires_in is not None else DEFAULT_LIFE_S
    except ValueError:
        return DEFAULT_LIFE_S
    return life_s if 0 < life_s < float("inf") else DEFAULT_LIFE_S


def _error_code(answer: HttpAnswer) -> str:
    try:
        code = msgspec.json.decode(answer.body, type=_ErrorAnswer).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return f" ({code})" if re.fullmatch(r"[a-z_]{1,40}", code) else ""


def _failed(why: str) -> HttpFailure:
    return HttpFailure(
        FailureKind.AUTH, f"No token could be had from the token service. {why}", True
    )
