"""A client that is closed while it asks: on real sockets, by two tasks, as the console does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from engine.api.client.connections import http_client

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
WAIT_S = 10.0


class SlowNode:
    """Answers one request when it is told to, and tells when its connection ended."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answers = asyncio.Event()
        self.left = asyncio.Event()
        self.port = 0

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked.set()
        await self.answers.wait()
        writer.write(ANSWER)
        await reader.read()
        self.left.set()
        writer.close()


@pytest.fixture
async def node() -> AsyncIterator[SlowNode]:
    made = SlowNode()
    server = await made.start()
    yield made
    server.close()


@pytest.fixture
def client(node: SlowNode) -> httpx.AsyncClient:
    return http_client(f"http://127.0.0.1:{node.port}", "t", timeout=httpx.Timeout(WAIT_S))


@pytest.mark.parametrize("asked", [False, True], ids=["connecting", "waiting"])
async def test_what_is_asked_is_answered_and_leaves_no_connection(
    node: SlowNode, client: httpx.AsyncClient, asked: bool
) -> None:
    asking = asyncio.create_task(client.get("/node"))
    await (asyncio.wait_for(node.asked.wait(), WAIT_S) if asked else asyncio.sleep(0))
    await client.aclose()
    assert node.asked.is_set() is asked
    node.answers.set()
    assert (await asking).status_code == httpx.codes.OK
    await asyncio.wait_for(node.left.wait(), WAIT_S)


async def test_what_is_given_up_leaves_no_connection(
    node: SlowNode, client: httpx.AsyncClient
) -> None:
    asking = asyncio.create_task(client.get("/node"))
    await asyncio.wait_for(node.asked.wait(), WAIT_S)
    await client.aclose()
    asking.cancel()
    await asyncio.wait({asking})
    node.answers.set()
    await asyncio.wait_for(node.left.wait(), WAIT_S)


async def test_a_stream_goes_on_to_its_end(node: SlowNode, client: httpx.AsyncClient) -> None:
    node.answers.set()
    async with client.stream("GET", "/events") as answer:
        await client.aclose()
        assert await answer.aread() == b"{}"
    await asyncio.wait_for(node.left.wait(), WAIT_S)


async def test_closed_at_rest_it_leaves_at_once(node: SlowNode, client: httpx.AsyncClient) -> None:
    node.answers.set()
    await client.get("/node")
    await client.aclose()
    await asyncio.wait_for(node.left.wait(), WAIT_S)
