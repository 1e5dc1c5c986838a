"""Sends requests of the data plane and returns what came of them: the only user of pyreqwest.

Every request that leaves belongs to exactly one ``send``: no redirects, no proxies, no cookies, no
hidden re-sends. Not for judging an answer (``outcome``) nor for authentication (``auth``).
"""

from __future__ import annotations

import asyncio
import re
import time
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any

from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import DecodeError, DetailedPyreqwestError, RequestTimeoutError
from pyreqwest.http import HeaderMap, Url
from pyreqwest.request import StreamRequest
from pyreqwest.response import Response

from engine.core.attempt import Headers
from engine.core.errors import OperatorError
from engine.http import failure
from engine.http.failure import ErrorType
from engine.http.guard import TargetGuard
from engine.http.message import FailureKind, HttpAnswer, HttpFailure, HttpRequest

__all__ = ["FailureKind", "HttpAnswer", "HttpClient", "HttpFailure", "HttpRequest", "wire_target"]

POOL_IDLE = timedelta(seconds=4)
"""How long an idle connection is kept. Below the 5 s after which Node.js and uvicorn close theirs:
a request sent in that very moment would be lost with an unknown outcome."""
ADMITTED_S = 60.0
"""How long an origin stays admitted before its name is resolved and judged again, in seconds."""
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""Stands for an answer's header value that is not ASCII; the library does not give its bytes."""

_NAMES_KEPT = 1000
_timedelta = lru_cache(maxsize=100)(partial(timedelta, 0))
"""Seconds as the library wants them."""
_PLAIN_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
_CERTIFICATE = re.compile(b"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_FRAMING = frozenset(
    (
        *("host", "content-length", "transfer-encoding", "connection", "keep-alive"),
        *("proxy-connection", "te", "trailer", "upgrade", "expect"),
    )
)
_BODY_EXPECTED = frozenset(("POST", "PUT", "PATCH"))


class HttpClient:
    """A pool of connections; one for the whole node.

    connect_timeout_s: name lookup, TCP and TLS handshake together.
    extra_trust_pem: certificates trusted beside the system's, PEM, any number.
    Raises OperatorError if the certificates cannot be read.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        forbidden: TargetGuard,
        connect_timeout_s: float = 5.0,
        max_idle_per_host: int = 256,
        extra_trust_pem: bytes | None = None,
    ) -> None:
        builder = (
            ClientBuilder()
            .follow_redirects(False)
            .no_proxy()
            .default_cookie_store(False)
            .referer(False)
            .http1_only()
            .user_agent(user_agent)
            .connect_timeout(timedelta(seconds=connect_timeout_s))
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(max_idle_per_host)
        )
        self._client = _trusting(builder, extra_trust_pem).build()
        self._guard = forbidden
        self._connect_timeout_s = connect_timeout_s
        self._admitted: dict[str, float] = {}
        self._ours_to_give: set[str] = set()
        self._closed = False

    async def send(
        self, request: HttpRequest, *, timeout_s: float, max_bytes: int
    ) -> HttpAnswer | HttpFailure:
        """Send once and read the whole answer; the only exception is CancelledError.

        timeout_s: from here to the answer's last byte.
        max_bytes: how long the decoded body may be; one byte more is TOO_LARGE.

        A send that was cancelled has an unknown outcome: until an answer begins the library goes
        on with it by itself, at most until ``timeout_s`` is over.
        """
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("send runs in a task")
        cancelled = task.cancelling()
        url = request.url
        cut = url.find("/", 8)
        origin = url[:cut] if cut > 0 else url
        if self._closed or self._admitted.get(origin, 0.0) < time.monotonic():
            refusal = await self._admit(origin, url, timeout_s)
            if refusal is not None:
                return refusal
        built = self._build(request, timeout_s)
        if isinstance(built, HttpFailure):
            return built
        try:
            response = await built.__aenter__()
        except Exception as error:  # whatever it is, bytes may have left: never an exception
            _raise_if_cancelled(task, cancelled)
            return _failed_before_answer(error, url)
        return await _read(built, response, url, max_bytes, task, cancelled)

    async def close(self) -> None:
        """Close all connections; exchanges under way fail. May be called twice."""
        self._closed = True
        await self._client.close()

    def forget_admissions(self) -> None:
        """Judge every target again at its next request; call it when the guard's rules change."""
        self._admitted.clear()

    async def _admit(self, origin: str, url: str, timeout_s: float) -> HttpFailure | None:
        if self._closed:
            return HttpFailure(FailureKind.OTHER, "This node is stopping.", True)
        try:
            parsed = Url(url)
        except ValueError as error:
            return HttpFailure(FailureKind.BAD_URL, f"The address is not a URL: {error}.", True)
        if parsed.scheme not in ("http", "https") or not parsed.host_str:
            return HttpFailure(
                FailureKind.BAD_URL, "The address must begin with http:// or https://.", True
            )
        refused = await self._guard.refusal(
            parsed.host_str,
            parsed.port_or_known_default or 0,
            timeout_s=min(timeout_s, self._connect_timeout_s),
        )
        if refused is not None:
            return HttpFailure(refused.kind, refused.text, True)
        if _PLAIN_ORIGIN.fullmatch(origin):
            self._admitted[origin] = time.monotonic() + ADMITTED_S
        return None

    def _build(self, request: HttpRequest, timeout_s: float) -> StreamRequest | HttpFailure:
        for name, _ in request.headers:
            if name not in self._ours_to_give:
                if name.lower() in _FRAMING:
                    return _bad_request(f'The header "{name}" is set by the hub itself.')
                if len(self._ours_to_give) < _NAMES_KEPT:
                    self._ours_to_give.add(name)
        try:
            builder = self._client.request(request.method, request.url).headers(request.headers)
            if request.body:
                builder = builder.body_bytes(request.body)
            elif request.method in _BODY_EXPECTED:
                builder = builder.header("Content-Length", "0")
            return (
                builder.timeout(_timedelta(timeout_s))
                # With 0 the head is given out before the body: a broken answer keeps its status.
                .streamed_read_buffer_limit(0)
                .build_streamed()
            )
        except ValueError:  # its text may hold a header's value, so a secret
            return _bad_request(_what_is_bad(request))


def wire_target(url: str) -> str:
    """Path and query of a URL exactly as they go over the wire; ValueError if it is no URL."""
    parsed = Url(url)
    query = parsed.query_string
    return parsed.path if query is None else f"{parsed.path}?{query}"


def _raise_if_cancelled(task: asyncio.Task[Any], before: int) -> None:
    """Raise the cancellation the library swallowed since the task counted ``before`` of them.

    A CancelledError thrown into its coroutine at the very moment the awaited thing is ready may
    be dropped: it selects one of the two at random. The task still counts the request.
    """
    if task.cancelling() > before:
        raise asyncio.CancelledError


async def _read(
    built: StreamRequest,
    response: Response,
    url: str,
    max_bytes: int,
    task: asyncio.Task[Any],
    cancelled: int,
) -> HttpAnswer | HttpFailure:
    status, headers = response.status, _headers(response.headers)
    # A decoded answer has no Content-Length, so where there is one it counts what is read here,
    # and the end of the body need not be waited for once more.
    declared = _number(response.get_header("content-length"))
    reader = response.body_reader
    chunks: list[bytes] = []
    length = 0
    complete = False
    try:
        while length != declared and (chunk := await reader.read_chunk()) is not None:
            _raise_if_cancelled(task, cancelled)
            length += len(chunk)
            chunks.append(bytes(chunk))
            if length > max_bytes:
                text = f"The answer of {_origin(url)} is longer than {max_bytes:,} bytes."
                kind = FailureKind.TOO_LARGE
                break
        else:
            _raise_if_cancelled(task, cancelled)
            complete = True
            body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
            return HttpAnswer(status, headers, body, length)
    except Exception as error:  # as in send: an answer that broke off is a value
        _raise_if_cancelled(task, cancelled)
        error_type, causes = _causes(error)
        kind = failure.in_body(error_type, causes)
        text = failure.sentence(kind, _origin(url), causes)
    finally:
        if not complete:
            await built.__aexit__(None, None, None)
    body = b"".join(chunks)[:max_bytes]
    return HttpFailure(kind, text, False, status, headers, body, length)


def _failed_before_answer(error: Exception, url: str) -> HttpFailure:
    error_type, causes = _causes(error)
    kind, not_sent = failure.before_answer(error_type, causes, secure=url[:6].lower() == "https:")
    return HttpFailure(kind, failure.sentence(kind, _origin(url), causes), not_sent)


def _causes(error: Exception) -> tuple[ErrorType, list[str]]:
    causes: list[str] = []
    if isinstance(error, DetailedPyreqwestError):
        causes = [cause["message"] for cause in error.details["causes"] or ()]
    if isinstance(error, RequestTimeoutError):
        return ErrorType.TIMEOUT, causes
    return (ErrorType.DECODE if isinstance(error, DecodeError) else ErrorType.OTHER), causes


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


def _headers(headers: HeaderMap) -> Headers:
    try:
        return tuple(headers.items())
    except ValueError:  # one of the values is not ASCII
        return tuple(
            (name, value)
            for name in dict.fromkeys(headers.keys())
            for value in _values(headers, name)
        )


def _values(headers: HeaderMap, name: str) -> list[str]:
    try:
        return headers.getall(name)
    except ValueError:
        return [UNREADABLE]


def _origin(url: str) -> str:
    """Scheme, host and port for a sentence: without user, password, path and query."""
    return Url(url).origin_ascii


def _bad_request(text: str) -> HttpFailure:
    return HttpFailure(FailureKind.BAD_REQUEST, text, True)


def _what_is_bad(request: HttpRequest) -> str:
    if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", request.method):
        return "The method is not a word of letters."
    for name, value in request.headers:
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            return f"{name!r} is not a header name."
        if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
            return f'The value of the header "{name}" holds a line break or a control character.'
    return "The request could not be built."


def _trusting(builder: ClientBuilder, pem: bytes | None) -> ClientBuilder:
    if pem is None:
        return builder
    certificates: list[Any] = _CERTIFICATE.findall(pem)
    try:
        if not certificates:
            raise ValueError("no certificate in it")
        for certificate in certificates:
            builder = builder.add_root_certificate_pem(certificate)
    except ValueError as error:
        raise OperatorError(
            "The file of trusted certificates could not be read.",
            hint=f"It must hold certificates in PEM form ({error}).",
        ) from None
    return builder
