"""The API's client against servers that are no node, on real sockets; and the local node's note."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.api.client import (
    ApiError,
    ConnectionLost,
    LocalNode,
    NodeClient,
    check_url,
    read_local_node,
)
from engine.api.wire import ErrorShape, ProblemShape, RecordQuery
from engine.config import Home, remove_local_node, write_local_node
from tests.fault_server import Answer, FaultServer


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as running:
        yield running


async def test_a_refusal_keeps_code_sentence_hint_and_problems(server: FaultServer) -> None:
    shape = ErrorShape(
        code="conflict",
        sentence="It was changed.",
        hint="Load it again.",
        request_id="r1",
        problems=(ProblemShape(path="job", sentence="No."),),
    )
    server.on("/api/v1/node", Answer(409, shape.model_dump_json().encode()))
    async with NodeClient(server.origin, "t") as client:
        with pytest.raises(ApiError) as refused:
            await client.node()

    error = refused.value
    assert (error.status, error.code, error.sentence, error.hint, error.request_id) == (
        409,
        "conflict",
        "It was changed.",
        "Load it again.",
        "r1",
    )
    assert error.problems[0].path == "job"


@pytest.mark.parametrize(("asks_s", "requests", "status"), [("0", 2, 409), ("600", 1, 429)])
async def test_who_asks_too_fast_waits_as_told_unless_that_is_long(
    server: FaultServer, asks_s: str, requests: int, status: int
) -> None:
    said = ErrorShape(code="x", sentence="No.", request_id="r1").model_dump_json().encode()
    server.on("/api/v1/node", Answer(429, said, (("Retry-After", asks_s),)), Answer(409, said))
    async with NodeClient(server.origin, "t") as client:
        with pytest.raises(ApiError) as refused:
            await client.node()

    assert refused.value.status == status
    assert len(server.received) == requests


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>login</html>"),
        Answer(200, b""),
        Answer(200, b"[1, 2]"),
        Answer(200, b'{"jobs": 3}'),
        Answer(200, b"\xff\xfe"),
        Answer(502, b"<html>bad gateway</html>"),
        Answer(404, b""),
        Answer(302, b""),
    ],
)
async def test_what_is_no_node_is_told_and_not_trusted(server: FaultServer, answer: Answer) -> None:
    server.on("/api/v1/status", answer)
    server.on("/api/v1/schema/job", Answer(200, b"[]"))
    async with NodeClient(server.origin, "t") as client:
        with pytest.raises(ConnectionLost) as lost:
            await client.status()
        with pytest.raises(ConnectionLost):
            await client.schema()

    assert lost.value.sentence.endswith(".")
    assert lost.value.hint


async def test_a_refused_connection_is_a_sentence(server: FaultServer) -> None:
    async with NodeClient(server.url("refused"), "t") as client:
        with pytest.raises(ConnectionLost, match="No node answers"):
            await client.status()
        with pytest.raises(ConnectionLost, match="No node answers"):
            await anext(client.events())


async def test_the_token_goes_in_the_header_and_nowhere_else(server: FaultServer) -> None:
    server.on("/api/v1/records", Answer(200, b'{"records": []}'))
    async with NodeClient(server.origin, "tok-123") as client:
        await client.records(RecordQuery(job="订单", states=("dead", "retrying"), key="a b&c=d"))

    (received,) = server.received
    assert "tok-123" not in received.path
    assert received.header("authorization") == "Bearer tok-123"
    assert parse_qs(urlsplit(received.path).query) == {
        "job": ["订单"],
        "key": ["a b&c=d"],
        "state": ["dead", "retrying"],
        "limit": ["200"],
    }


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:7077", "https://node.example/", "http://[::1]:1"]
)
def test_an_address_is_taken_without_its_path(url: str) -> None:
    assert check_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url", ["127.0.0.1:7077", "ftp://x", "http://", "http://t@host", "http://host?token=t"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the sentences differ
        check_url(url)


def test_the_local_node_is_found_while_its_process_runs(tmp_path: Path) -> None:
    environ = {"JELLYFISH_HOME": str(tmp_path)}
    home = Home.from_environment(environ)
    assert read_local_node(environ) is None

    write_local_node(home, url="http://127.0.0.1:7077", token="t")
    assert read_local_node(environ) == LocalNode("http://127.0.0.1:7077", "t")

    remove_local_node(home, token="of another node")
    assert read_local_node(environ) is not None
    remove_local_node(home, token="t")
    remove_local_node(home, token="t")
    assert read_local_node(environ) is None


@pytest.mark.skipif(os.name != "posix", reason="Windows has no way to ask without harm")
def test_the_note_of_a_node_that_was_killed_is_passed_over(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(timeout=20)
    note = {"url": "http://127.0.0.1:7077", "token": "t", "pid": ended.pid}
    (tmp_path / "node.json").write_text(json.dumps(note))

    assert read_local_node({"JELLYFISH_HOME": str(tmp_path)}) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"url": 1}', '{"url": "a", "token": "b"}'])
def test_a_damaged_note_is_passed_over(tmp_path: Path, content: str) -> None:
    (tmp_path / "node.json").write_text(content)

    assert read_local_node({"JELLYFISH_HOME": str(tmp_path)}) is None


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_the_note_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    write_local_node(Home(tmp_path), url="http://127.0.0.1:7077", token="t")

    assert (tmp_path / "node.json").stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir()] == ["node.json"]
