"""One request to a node and its answer as a shape; every face of the client stands on it."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx

from engine.api import wire
from engine.api.client.certificate import CertificateChanged
from engine.api.client.connections import http_client
from engine.api.client.errors import ApiError, ConnectionLost, Loss
from engine.language.speech import ENGLISH

S = TypeVar("S", bound=wire.Shape)
TRIES = 6
"""How often at most a node is asked that finds us too fast."""
LONGEST_WAIT_S = 5
"""A longer wait is the caller's to decide on."""


class Requests:
    """A node's address, its connections, and the ways to ask. Arguments: see NodeClient."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout_s: float = 10.0,
        fingerprint: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
        language: str = ENGLISH,
    ) -> None:
        self.url = url.rstrip("/")
        self._http = http_client(
            self.url,
            token,
            timeout=httpx.Timeout(timeout_s),
            fingerprint=fingerprint,
            transport=transport,
            language=language,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def speak(self, language: str) -> None:
        """Ask for answers in this language from now on; a stream goes on in its own."""
        self._http.headers["accept-language"] = language

    async def close(self) -> None:
        """Close the connections, each after the answer it waits for; may be called twice."""
        await self._http.aclose()

    async def _get(self, shape: type[S], path: str, params: Mapping[str, Any] | None = None) -> S:
        return shape_of(shape, (await self._send("GET", path, params)).text, self.url)

    async def _post(self, shape: type[S], path: str, body: wire.Shape, *, reads: bool = False) -> S:
        return await self._body(shape, "POST", path, body, reads=reads)

    async def _body(
        self,
        shape: type[S],
        method: str,
        path: str,
        body: wire.Shape,
        *,
        timeout_s: float | None = None,
        reads: bool = False,
    ) -> S:
        content = body.model_dump_json().encode()
        answer = await self._send(method, path, content=content, timeout_s=timeout_s, reads=reads)
        return shape_of(shape, answer.text, self.url)

    async def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        content: bytes | None = None,
        timeout_s: float | None = None,
        reads: bool = False,
    ) -> httpx.Response:
        """reads: it changes nothing, though it is no GET.

        What came too fast for the node was not done: it is asked again when the node says so.
        """
        asked = {name: value for name, value in (params or {}).items() if value not in (None, ())}
        for left in reversed(range(TRIES)):
            try:
                answer = await self._http.request(
                    method,
                    path,
                    params=asked,
                    content=content,
                    headers={} if content is None else {"content-type": "application/json"},
                    timeout=self._http.timeout if timeout_s is None else timeout_s,
                )
            except httpx.HTTPError as error:
                raise self._lost(error, changes=not (reads or method == "GET")) from None
            wait_s = _asks_to_wait_s(answer)
            if not left or wait_s is None:
                break
            await asyncio.sleep(wait_s)
        if not answer.is_success:
            raise refusal_of(answer)
        return answer

    def _lost(self, error: httpx.HTTPError, *, changes: bool = False) -> ConnectionLost:
        """changes: whether the request would have changed something."""
        known = self._loss(error)
        if changes and known.why.means_silence and not known.why.surely_unsent:
            known.hint = "It may have been done all the same: look before you do it again."
        return known

    def _loss(self, error: httpx.HTTPError) -> ConnectionLost:
        match error:
            case httpx.ConnectError() if (known := self._not_connected(error)) is not None:
                return known
            case httpx.ConnectError() | httpx.ConnectTimeout():
                return ConnectionLost(
                    f"No node answers at {self.url}.",
                    "Start it with `jellyfish node`, or look at the address.",
                    Loss.UNREACHABLE,
                )
            case httpx.TimeoutException():
                return ConnectionLost(
                    f"The node at {self.url} did not answer in time.",
                    "It may be busy; try again, or look at its log.",
                    Loss.SILENT,
                )
            case _:
                return ConnectionLost(
                    f"The connection to the node at {self.url} broke off.",
                    "Look whether the node still runs, then try again.",
                )

    def _not_connected(self, error: BaseException) -> ConnectionLost | None:
        """Where the cause says more than that nothing answers."""
        for cause in _chain(error):
            match cause:
                case CertificateChanged():
                    return ConnectionLost(
                        f"The certificate of the node at {self.url} is not the one you trusted.",
                        "If the node got a new one, look at it and trust it; "
                        "else somebody stands between. No token was sent.",
                        Loss.CERTIFICATE_CHANGED,
                    )
                case ssl.SSLCertVerificationError():
                    return ConnectionLost(
                        f"Nobody known vouches for the certificate of the node at {self.url}.",
                        "Compare its fingerprint with the node's, and trust it if they are equal.",
                        Loss.CERTIFICATE_UNKNOWN,
                    )
                case ssl.SSLError():
                    return ConnectionLost(
                        f"What answers at {self.url} does not speak TLS.",
                        "Write http:// for a node on this machine, or look at the port.",
                        Loss.FOREIGN,
                    )
                case socket.gaierror():
                    return ConnectionLost(
                        f"The name in {self.url} leads to no machine.",
                        "Look at the spelling, or write the machine's number.",
                        Loss.UNKNOWN_NAME,
                    )
                case _:
                    continue
        return None


def _asks_to_wait_s(answer: httpx.Response) -> float | None:
    """How long a node that was asked too fast wants us to wait; None where it is not worth it."""
    text = answer.headers.get("retry-after", "")
    if answer.status_code != httpx.codes.TOO_MANY_REQUESTS or not text.isdecimal():
        return None
    return float(text) if int(text) <= LONGEST_WAIT_S else None


def path_of(*parts: str) -> str:
    """A path of parts that may hold anything."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def object_of(answer: httpx.Response, url: str) -> dict[str, Any]:
    """The answer as an object; ConnectionLost where it is none."""
    try:
        value = answer.json()
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _not_ours(url)
    return value


def shape_of(shape: type[S], text: str, url: str) -> S:
    """The answer as a shape; ConnectionLost where it is none."""
    try:
        return shape.model_validate(json.loads(text))
    except (ValueError, RecursionError):
        raise _not_ours(url) from None


def refusal_of(answer: httpx.Response) -> ApiError | ConnectionLost:
    """What an answer that is no success means."""
    try:
        return ApiError(answer.status_code, wire.ErrorShape.model_validate_json(answer.content))
    except ValueError:
        return ConnectionLost(
            f"The answer {answer.status_code} did not come from a Data JellyFish node.",
            "Look at the address: a proxy or another program answers there.",
            Loss.FOREIGN,
        )


def _not_ours(url: str) -> ConnectionLost:
    return ConnectionLost(
        f"What answers at {url} is not a Data JellyFish node of this version.",
        "Look at the address, and at the versions of both sides.",
        Loss.FOREIGN,
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it comes from; libraries wrap in both of Python's ways."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
