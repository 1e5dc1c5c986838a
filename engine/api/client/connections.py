"""The connections to one node, which its token goes out with.

Closing them waits for nobody and breaks nothing off: what is being asked keeps its connection
until it has its answer. httpx alone breaks it off, and leaves one that is just being made open.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

from engine.api.client.certificate import pinned_context
from engine.api.wire import API_PREFIX
from engine.language.speech import ENGLISH


def http_client(
    url: str,
    token: str,
    *,
    timeout: httpx.Timeout,
    fingerprint: str = "",
    transport: httpx.AsyncBaseTransport | None = None,
    language: str = ENGLISH,
) -> httpx.AsyncClient:
    """Arguments: see NodeClient. transport: answers in place of the network."""
    verify = pinned_context(fingerprint) if fingerprint else True
    return httpx.AsyncClient(
        base_url=f"{url}{API_PREFIX}",
        headers={"authorization": f"Bearer {token}", "accept-language": language},
        timeout=timeout,
        transport=Closing(transport or httpx.AsyncHTTPTransport(verify=verify, trust_env=False)),
        trust_env=False,  # a proxy must not see the token of a node on this machine
        follow_redirects=False,
    )


class Closing(httpx.AsyncBaseTransport):
    """Another transport, closed when the last of its answers was read."""

    def __init__(self, of: httpx.AsyncBaseTransport) -> None:
        self._of = of
        self._asking = 0
        self._leaving = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._asking += 1
        try:
            answer = await self._of.handle_async_request(request)
        except BaseException:
            await self._answered()
            raise
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        answer.stream = _Body(answer.stream, self._answered)
        return answer

    async def aclose(self) -> None:
        self._leaving = True
        if not self._asking:
            await self._of.aclose()

    async def _answered(self) -> None:
        self._asking -= 1
        if self._leaving:
            await self.aclose()


class _Body(httpx.AsyncByteStream):
    """An answer's bytes. ended: called once, when it was closed."""

    def __init__(self, of: httpx.AsyncByteStream, ended: Callable[[], Awaitable[None]]) -> None:
        self._of = of
        self._ended = ended
        self._open = True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._of:
            yield piece

    async def aclose(self) -> None:
        try:
            await self._of.aclose()
        finally:
            if self._open:
                self._open = False
                await self._ended()
