"""A client of several nodes: reads go on at the next one, changes only when none was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from engine.api.client import ConnectionLost, Loss, Place, SeveralNodesClient
from engine.api.server import ApiServer, Listen, build_app
from engine.config import Home
from engine.node.engine import NodeSettings, open_engine
from engine.operations.caller import Caller
from engine.operations.tokens import Scope

DEAD = Place("http://127.0.0.1:1")


class Pair:
    """Two nodes of one database, or of two; each can be stopped."""

    def __init__(self) -> None:
        self.servers: list[ApiServer] = []
        self.places: list[Place] = []
        self.token = ""

    def client(self, *places: Place) -> SeveralNodesClient:
        return SeveralNodesClient(places or self.places, self.token, timeout_s=2.0)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def pair(stack: AsyncExitStack, *homes: Path) -> Pair:
    made = Pair()
    for number, folder in enumerate(homes):
        home = Home(folder).make()
        settings = NodeSettings(
            f"node-{number}",
            home.database_url,
            home,
            producing=False,
            own_token=made.token,  # so that a node of another database would take it
        )
        engine = await stack.enter_async_context(open_engine(settings))
        if not made.token:
            token = await engine.tokens.make("t", Scope.ADMIN, None, Caller("t", ""))
            made.token = token.text
        server = ApiServer(build_app(engine), Listen("127.0.0.1", 0))
        made.places.append(Place(await server.start()))
        made.servers.append(server)
        stack.push_async_callback(server.stop)
    return made


async def test_reads_and_changes_go_to_the_first_that_answers(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    both = await pair(stack, tmp_path, tmp_path)
    async with both.client(DEAD, *both.places) as client:
        assert (await client.node()).name == "node-0"
        await both.servers[0].stop()
        await client.set_secret("key", "value")  # refused: surely not sent
        assert (await client.node()).name == "node-1"
        assert [secret.name for secret in await client.secrets()] == ["key"]
        assert client.url == both.places[1].url


async def test_when_none_answers_all_are_named(stack: AsyncExitStack) -> None:
    places = (DEAD, Place("http://127.0.0.1:2"))
    async with SeveralNodesClient(places, "t", timeout_s=2.0) as client:
        with pytest.raises(ConnectionLost) as lost:
            await client.node()
    assert lost.value.sentence == (
        "None of these nodes answers: http://127.0.0.1:1, http://127.0.0.1:2."
    )


async def test_a_node_of_another_database_is_not_gone_on_to(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    both = await pair(stack, tmp_path / "one", tmp_path / "two")
    async with both.client() as client:
        await client.node()
        await both.servers[0].stop()
        with pytest.raises(ConnectionLost, match="serves another database") as lost:
            await client.node()
    assert lost.value.why is Loss.OTHER_DATABASE


class Deaf:
    """Speaks for a node until it is asked for what it cuts off; then the answer is lost."""

    def __init__(self, ledger_id: str, name: str = "deaf") -> None:
        self.requests: list[str] = []
        self._ledger_id, self._name = ledger_id, name

    async def start(self) -> Place:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        return Place(f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}")

    async def stop(self) -> None:
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(" ".join(head.split()[:2]))
        if head.startswith("GET /api/v1/node "):
            body = json.dumps(
                {
                    "name": self._name,
                    "version": "0.1.0",
                    "started_at": 1,
                    "now": 2,
                    "database": "sqlite:///x",
                    "producing": True,
                    "ledger_id": self._ledger_id,
                }
            )
            writer.write(
                f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
                f"{body}".encode()
            )
            await writer.drain()
        writer.close()


async def test_a_change_whose_answer_is_lost_is_not_sent_again(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    one = await pair(stack, tmp_path)
    async with one.client() as client:
        ledger_id = (await client.node()).ledger_id
    deaf = Deaf(ledger_id)
    place = await deaf.start()
    stack.push_async_callback(deaf.stop)
    async with one.client(place, *one.places) as client:
        with pytest.raises(ConnectionLost) as lost:
            await client.set_secret("key", "value")
        assert "It may have been done all the same" in lost.value.hint
        assert deaf.requests == ["GET /api/v1/node", "PUT /api/v1/secrets/key"]
        assert await client.secrets() == ()  # a read goes on at the next
        assert client.url == one.places[0].url
