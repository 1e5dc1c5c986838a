"""The gate before every route: Host, Origin, bearer token, rate, body size, and who is calling.

A plain ASGI layer, so that unknown routes and streams pass it as well. Which scope a route needs
is said at the route with ``needs``. Source of the rules: traps.md, "API and files". Not for
connections and slow heads: ``door`` and ``connection``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from engine.api.errors import answer, bug_answer
from engine.api.limits import Budget, Limits, caller_of, plain_address
from engine.core.errors import Forbidden, OperatorError
from engine.operations.tokens import Principal, Scope, Tokens

log = logging.getLogger(__name__)
BODY_LIMIT = 2 * 1024 * 1024
"""Bytes of a request: a job document is at most 1 MiB."""
BODY_TIME_S = 30.0
PATH_LIMIT = 4096
"""Bytes of a path as it is sent."""
LOOK_AGAIN_S = 1.0
"""So often a long answer looks whether its token still holds."""
_SCOPE = "needed_scope"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
ANSWER_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def needs(scope: Scope) -> Callable[[Request], Awaitable[None]]:
    """A dependency that refuses callers whose token has less than this scope."""

    async def check(request: Request) -> None:
        caller = principal(request)
        if caller.scope < scope:
            raise Forbidden(
                f'The token "{caller.name}" has scope {caller.scope.word}; '
                f"this needs {scope.word}.",
                hint=f"Use a token with scope {scope.word}: jellyfish token create "
                f"--scope {scope.word}",
            )

    check.__name__ = f"needs_{scope.word}"
    check.__dict__[_SCOPE] = scope
    return check


def scope_of(dependency: object) -> Scope | None:
    """The scope that a route's dependency asks for; None where it asks for none."""
    found: Scope | None = getattr(dependency, _SCOPE, None)
    return found


def principal(request: Request) -> Principal:
    """Who is calling; every request that reaches a route has one."""
    caller = request.state.principal
    assert isinstance(caller, Principal)
    return caller


def where(request: Request) -> str:
    """The caller's address for the audit, without a port; "" when it is not known."""
    return plain_address(request.client.host) if request.client else ""


class Gate:
    """The ASGI layer. ``hosts``: further names, beside loopback's, this node is reached by."""

    def __init__(
        self,
        app: ASGIApp,
        tokens: Tokens,
        hosts: Iterable[str] = (),
        limits: Limits | None = None,
    ) -> None:
        self._app = app
        self._tokens = tokens
        self._hosts = LOOPBACK_NAMES | {host.lower() for host in hosts}
        self._limits = limits or Limits()
        self._requests = Budget(self._limits.requests)
        self._refusals = Budget(self._limits.refusals)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it here."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = secrets.token_hex(8)
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                added = {**ANSWER_HEADERS, "x-request-id": state["request_id"]}
                message["headers"] = [
                    *message.get("headers", ()),
                    *((name.encode(), value.encode()) for name, value in added.items()),
                ]
            await send(message)

        try:
            await self._pass(scope, receive, send_with_headers)
        except Exception:
            refusal = bug_answer(scope)
            if not started:
                await refusal(scope, receive, send_with_headers)

    async def _pass(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        refusal = _refused_text(scope) or self._refused_address(scope, headers)
        caller: Principal | None = None
        if refusal is None:
            try:
                caller = await self._tokens.principal(_bearer(headers))
            except OperatorError as error:
                refusal = answer(scope, error.http_status, error.code, error.sentence, error.hint)
        if caller is None:
            too_many = await self._spent(self._refusals, _client(scope), scope)
            refusal = too_many or refusal or _no_token(scope)
        else:
            scope["state"]["principal"] = caller
            refusal = await self._spent(self._requests, caller.token_hash, scope)
        if refusal is not None or caller is None:
            await (refusal or _no_token(scope))(scope, receive, send)
            return
        body = await _body(headers, receive)
        if isinstance(body, bytes):
            with contextlib.suppress(_TokenEnded):
                going_on = self._while_it_holds(caller, send)
                await self._app(scope, _replay(body, receive), going_on)
            return
        await answer(scope, body, "body_refused", _BODY_SENTENCES[body])(scope, receive, send)

    async def _spent(self, budget: Budget, key: object, scope: AsgiScope) -> ASGIApp | None:
        """The answer to a request too many, kept back a while; None where there is room."""
        wait_s = budget.spend(key)
        if not wait_s:
            return None
        await asyncio.sleep(self._limits.held_s)
        return answer(
            scope,
            HTTPStatus.TOO_MANY_REQUESTS,
            "too_many_requests",
            "Too many requests came in a short time.",
            "Wait for as many seconds as the header Retry-After says.",
            headers={"retry-after": str(math.ceil(wait_s))},
        )

    def _while_it_holds(self, caller: Principal, send: Send) -> Send:
        """An answer that breaks off when its token ends: a long one must not outlive it."""
        looked_at = time.monotonic()

        async def send_while(message: Message) -> None:
            nonlocal looked_at
            if message.get("more_body") and time.monotonic() - looked_at >= LOOK_AGAIN_S:
                looked_at = time.monotonic()
                if not await self._tokens.still_holds(caller):
                    raise _TokenEnded
            await send(message)

        return send_while

    def _refused_address(self, scope: AsgiScope, headers: Headers) -> ASGIApp | None:
        """A browser led here by a foreign page, or by a foreign name for this address."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _name(hosts[0]) not in self._hosts:
            return answer(
                scope,
                HTTPStatus.MISDIRECTED_REQUEST,
                "host_refused",
                "This node does not go by the name in the Host header.",
                "Use the address it listens at.",
            )
        origins = headers.getlist("origin")
        if origins and origins != [f"{scope['scheme']}://{hosts[0]}"]:
            return answer(
                scope,
                HTTPStatus.FORBIDDEN,
                "origin_refused",
                "Requests from web pages of another origin are refused.",
            )
        return None


class _TokenEnded(Exception):
    """Breaks a long answer off."""


_BODY_SENTENCES = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: f"The body is larger than {BODY_LIMIT} bytes.",
    HTTPStatus.REQUEST_TIMEOUT: f"The body did not arrive within {BODY_TIME_S:.0f} seconds.",
    HTTPStatus.BAD_REQUEST: "The body broke off.",
}


def _client(scope: AsgiScope) -> str:
    client = scope.get("client")
    return caller_of(str(client[0])) if client else ""


def _refused_text(scope: AsgiScope) -> ASGIApp | None:
    """NUL is in no name, and databases refuse it each in another way; no name is that long."""
    if len(scope["raw_path"]) > PATH_LIMIT:
        return answer(
            scope,
            HTTPStatus.REQUEST_URI_TOO_LONG,
            "request_invalid",
            f"The path is longer than {PATH_LIMIT} bytes.",
        )
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        return answer(
            scope,
            HTTPStatus.BAD_REQUEST,
            "request_invalid",
            "The address holds a NUL character, which is in no name.",
        )
    return None


def _no_token(scope: AsgiScope) -> ASGIApp:
    return answer(
        scope,
        HTTPStatus.UNAUTHORIZED,
        "not_authenticated",
        "No valid token came with this request.",
        "Send the header `Authorization: Bearer TOKEN`; "
        "`jellyfish token create` makes one, and it may have expired or been revoked.",
        headers={"www-authenticate": "Bearer"},
    )


def _bearer(headers: Headers) -> str:
    given = headers.getlist("authorization")
    kind, _, token = (given[0] if len(given) == 1 else "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _name(host: str) -> str:
    """The host header without its port, lower case, without the root's dot."""
    name = host.lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0].removesuffix(".")


async def _body(headers: Headers, receive: Receive) -> bytes | HTTPStatus:
    """The whole body, or the status it is refused with."""
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > BODY_LIMIT:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_TIME_S):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return HTTPStatus.BAD_REQUEST
                chunks.append(message.get("body", b""))
                size += len(chunks[-1])
                if size > BODY_LIMIT:
                    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                more = message.get("more_body", False)
    except TimeoutError:
        return HTTPStatus.REQUEST_TIMEOUT
    return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body as one message; after it whatever comes, such as the end of the connection."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
