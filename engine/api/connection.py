"""One connection of the control API: uvicorn's protocol, with an end to every wait.

uvicorn waits for ever for a request's head, for the rest of a body nobody wants, and for a client
that does not read. Not for how many connections there may be: ``door``.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from engine.api.errors import answer
from engine.api.limits import Limits
from engine.api.wire import ErrorShape

HEAD_LIMIT = 64 * 1024
"""Bytes of a request's head."""
UNWANTED_BYTES = 4 * 1024 * 1024
"""So much is read and thrown away after a request was refused: a client that still sends would
not see the answer if the connection was closed under it."""
LAST_WORDS_S = 2.0
"""How long a connection that was ended may take to bring its last answer out."""


class Connection(H11Protocol):
    """too_many: it is told so and closed. gone: called when the connection has ended."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        limits: Limits,
        *,
        too_many: bool,
        gone: Callable[[], None],
    ) -> None:
        super().__init__(config, server_state, {})
        self._limits = limits
        self._gone = gone
        self._owed: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._unwanted = 0
        self._is_refused = False
        if too_many:
            self.app = _one_too_many

    def connection_made(  # type: ignore[override]  # as uvicorn declares it
        self, transport: asyncio.Transport
    ) -> None:
        """A client came: its first request is owed."""
        super().connection_made(transport)
        self._owed = self.loop.call_later(self._limits.head_s, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended, whoever ended it."""
        for timer in (self._owed, self._stalled):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)
        self._gone()

    def data_received(self, data: bytes) -> None:
        """Something came of a head, of a body, or of a body that nobody wants any more."""
        if self._is_refused or self._is_refused_body():
            self._unwanted += len(data)
            if self._unwanted > UNWANTED_BYTES:
                self.transport.abort()
        if self._is_refused or self.transport.is_closing():
            return
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """An answer is out; what came of the next request counts from here."""
        super().on_response_complete()
        self._look()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing was asked for a while."""
        super().timeout_keep_alive_handler()
        self._end()

    def pause_writing(self) -> None:
        """The client does not read as fast as it is answered."""
        super().pause_writing()
        self._stalled = self.loop.call_later(self._limits.stalled_s, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()

    def send_400_response(self, msg: str) -> None:
        """What came is no request; uvicorn calls this while it handles h11's error."""
        error = sys.exception()
        if getattr(error, "error_status_hint", 400) == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "head_refused",
                f"The request's head is larger than {HEAD_LIMIT} bytes.",
            )
        else:
            self._refuse(HTTPStatus.BAD_REQUEST, "request_invalid", "This is no HTTP request.")

    def _look(self) -> None:
        """Set or stop the timer of what the client owes."""
        if self.transport.is_closing() or not self._owes():
            if self._owed is not None:
                self._owed.cancel()
                self._owed = None
        elif self._owed is None:
            self._owed = self.loop.call_later(self._limits.head_s, self._too_slow)

    def _owes(self) -> bool:
        """Whether a head has begun and not ended, or a body goes on that was refused."""
        begun = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        return begun or self._is_refused_body()

    def _is_refused_body(self) -> bool:
        return self.conn.their_state is h11.SEND_BODY and self.conn.our_state in (
            h11.DONE,
            h11.MUST_CLOSE,
            h11.CLOSED,
        )

    def _too_slow(self) -> None:
        self._owed = None
        if self.transport.is_closing():
            self.transport.abort()
        elif self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            self._refuse(
                HTTPStatus.REQUEST_TIMEOUT,
                "head_refused",
                f"The request's head did not arrive within {self._limits.head_s:.0f} seconds.",
            )
        else:
            self._end()

    def _refuse(self, status: HTTPStatus, code: str, sentence: str) -> None:
        """Answer what never became a request, and close when the client has had time to read."""
        self._is_refused = True
        shape = ErrorShape(code=code, sentence=sentence, request_id=secrets.token_hex(8))
        body = shape.model_dump_json().encode()
        head = h11.Response(
            status_code=status,
            headers=[
                ("content-type", "application/json"),
                ("content-length", str(len(body))),
                ("x-request-id", shape.request_id),
                ("connection", "close"),
            ],
            reason=status.phrase.encode(),
        )
        for event in (head, h11.Data(body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.loop.call_later(LAST_WORDS_S, self._end)

    def _end(self) -> None:
        self.transport.close()
        self.loop.call_later(LAST_WORDS_S, self.transport.abort)


async def _one_too_many(scope: Scope, receive: Receive, send: Send) -> None:
    state: dict[str, Any] = scope.setdefault("state", {})
    state["request_id"] = secrets.token_hex(8)
    refusal = answer(
        scope,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "too_many_connections",
        "There are too many connections to this node.",
        "Close some, or try again in a few seconds.",
        headers={
            "retry-after": "5",
            "connection": "close",
            "x-request-id": state["request_id"],
        },
    )
    await refusal(scope, receive, send)
