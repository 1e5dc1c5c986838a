"""Who may call the API, and how it says no: real HTTP on a loopback socket."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from engine.api.auth import BODY_LIMIT
from engine.api.client import ApiError, ConnectionLost, NodeClient
from engine.api.server import ROUTES, ApiServer, Listen, build_app
from engine.api.wire import API_PREFIX, ErrorShape, RecordQuery, ResendRequest, TokenRequest
from engine.core.errors import OperatorError, Unavailable
from engine.operations.tokens import Scope
from tests.integration.api_node import TESTER, ApiNode, api_node, document

CANARY = "canary-7f3a9c-never-to-be-seen"


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as running:
        yield running


def error_of(answer: httpx.Response) -> ErrorShape:
    """The answer as an error: shape, request id, and nothing of the program's insides."""
    shape = ErrorShape.model_validate_json(answer.content)
    assert shape.code
    assert shape.sentence
    assert shape.request_id == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text
    return shape


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x"],
)
@pytest.mark.parametrize("path", ["/api/v1/status", "/api/v1/openapi.json", "/", "/api/v1/nothing"])
async def test_nothing_answers_without_a_valid_token(
    node: ApiNode, header: str | None, path: str
) -> None:
    headers = {} if header is None else {"authorization": header.format(token=node.token)}
    async with httpx.AsyncClient(base_url=node.url) as client:
        answer = await client.get(path, headers=headers)

    assert answer.status_code == 401
    assert error_of(answer).code == "not_authenticated"
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_in_the_url_opens_nothing(node: ApiNode) -> None:
    async with httpx.AsyncClient(base_url=node.url) as client:
        answer = await client.get(f"/api/v1/status?token={node.token}&access_token={node.token}")

    assert answer.status_code == 401


async def test_a_token_ends_when_it_is_revoked(node: ApiNode) -> None:
    made = await node.owner.make_token(TokenRequest(name="dashboard"))
    async with NodeClient(node.url, made.token) as client:
        await client.status()
        await node.owner.revoke_token(made.id)
        with pytest.raises(ApiError) as refused:
            await client.status()

    assert refused.value.code == "not_authenticated"


async def test_a_token_ends_when_it_expires(node: ApiNode, monkeypatch: Any) -> None:
    made = await node.owner.make_token(TokenRequest(name="dashboard", expires_s=60))
    async with NodeClient(node.url, made.token) as client:
        await client.status()
        real = node.engine.tokens._clock
        monkeypatch.setattr(node.engine.tokens, "_clock", lambda: real() + 60_000)
        with pytest.raises(ApiError) as refused:
            await client.status()

    assert refused.value.code == "not_authenticated"


async def test_a_token_is_kept_as_a_hash_and_shown_once(node: ApiNode, tmp_path: Path) -> None:
    made = await node.owner.make_token(TokenRequest(name="dashboard", scope="operate"))

    (listed,) = await node.owner.tokens()
    assert (listed.name, listed.scope) == ("dashboard", "operate")
    assert made.token not in str(listed)
    assert len(made.token) >= 43  # 256 bits in base64
    assert files_with(tmp_path, made.token) == []


async def test_two_tokens_in_use_never_share_a_name(node: ApiNode) -> None:
    first = await node.owner.make_token(TokenRequest(name="dashboard"))
    with pytest.raises(ApiError) as refused:
        await node.owner.make_token(TokenRequest(name="dashboard"))
    assert refused.value.code == "conflict"

    await node.owner.revoke_token(first.id)
    await node.owner.make_token(TokenRequest(name="dashboard"))


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope.READ, {"read": 200, "operate": 403, "admin": 403}),
        (Scope.OPERATE, {"read": 200, "operate": 200, "admin": 403}),
        (Scope.ADMIN, {"read": 200, "operate": 200, "admin": 200}),
    ],
)
async def test_a_token_may_do_what_its_scope_says(
    node: ApiNode, scope: Scope, expected: dict[str, int]
) -> None:
    made = await node.engine.tokens.make("one", scope, None, TESTER)
    async with node.raw(made.text) as client:
        answers = {
            "read": await client.get("/api/v1/status"),
            "operate": await client.post(
                "/api/v1/skip", json={"query": RecordQuery().model_dump()}
            ),
            "admin": await client.get("/api/v1/tokens"),
        }

    assert {name: answer.status_code for name, answer in answers.items()} == expected
    for answer in answers.values():
        if answer.status_code == 403:
            assert scope.word in error_of(answer).sentence


ONLY_LOOK = {
    "/records/count",
    "/records/export",
    "/jobs/check",
    "/jobs/{name}/cursors/preview",
}
"""What is no GET only because its question is long."""


def test_every_route_says_which_scope_it_needs() -> None:
    assert len(routes()) > 25
    for route in routes():
        names = [getattr(each.call, "__name__", "") for each in route.dependant.dependencies]
        needed = [name for name in names if name.startswith("needs_")]
        assert len(needed) == 1, route.path
        if route.methods != {"GET"} and route.path not in ONLY_LOOK:
            assert needed != ["needs_read"], f"{route.path} changes something"


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("127.0.0.1:{port}", True),
        ("localhost:{port}", True),
        ("LOCALHOST", True),
        ("localhost.:{port}", True),
        ("[::1]:{port}", True),
        ("evil.example:{port}", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:{port}", False),
        ("", False),
    ],
)
async def test_only_the_names_of_this_node_are_answered(
    node: ApiNode, host: str, passes: bool
) -> None:
    port = node.url.rpartition(":")[2]
    async with node.raw(host=host.format(port=port)) as client:
        answer = await client.get("/api/v1/node")

    if passes:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 421
        assert error_of(answer).code == "host_refused"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1"]
)
async def test_pages_of_other_origins_are_refused(node: ApiNode, origin: str) -> None:
    port = node.url.rpartition(":")[2]
    async with node.raw(origin=origin.format(port=port)) as client:
        answer = await client.get("/api/v1/node")

    assert answer.status_code == 403
    assert error_of(answer).code == "origin_refused"
    assert "access-control-allow-origin" not in answer.headers


async def test_the_same_origin_passes(node: ApiNode) -> None:
    async with node.raw(origin=node.url) as client:
        assert (await client.get("/api/v1/node")).status_code == 200


async def test_answers_are_neither_kept_nor_guessed_at(node: ApiNode) -> None:
    async with node.raw() as client:
        answer = await client.get("/api/v1/node")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_body_that_announces_to_be_too_large_is_refused_unread(node: ApiNode) -> None:
    host, _, port = node.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST /api/v1/records/count HTTP/1.1\r\nHost: {host}\r\n"
        f"Authorization: Bearer {node.token}\r\nContent-Length: {BODY_LIMIT + 1}\r\n\r\n".encode()
    )
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()

    assert b" 413 " in head.split(b"\r\n")[0]


async def test_a_body_that_grows_too_large_is_refused(node: ApiNode) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(BODY_LIMIT // 65536 + 2):
            yield b" " * 65536

    async with node.raw() as client:
        answer = await client.post("/api/v1/records/count", content=chunks())

    assert answer.status_code == 413
    assert error_of(answer).code == "body_refused"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/v1/nothing", None, 404, "unknown_route"),
        ("GET", "/docs", None, 404, "unknown_route"),
        ("GET", "/api/v1/jobs/", None, 404, "unknown_route"),
        ("PATCH", "/api/v1/jobs", None, 405, "method_not_allowed"),
        ("GET", "/api/v1/records/abc", None, 422, "request_invalid"),
        ("GET", "/api/v1/records/999", None, 404, "not_found"),
        ("GET", "/api/v1/records/99999999999999999999999", None, 404, "not_found"),
        ("GET", "/api/v1/records?state=broken", None, 422, "request_invalid"),
        ("GET", "/api/v1/records?stat=dead", None, 422, "request_invalid"),
        ("GET", "/api/v1/records?limit=100000", None, 422, "request_invalid"),
        ("GET", "/api/v1/records?after=junk", None, 400, "operator_error"),
        ("GET", "/api/v1/records?job=none", None, 404, "not_found"),
        ("GET", "/api/v1/jobs/none", None, 404, "not_found"),
        ("POST", "/api/v1/jobs/none/pause", None, 404, "not_found"),
        ("DELETE", "/api/v1/secrets/none", None, 404, "not_found"),
        ("DELETE", "/api/v1/tokens/7", None, 404, "not_found"),
        ("POST", "/api/v1/records/count", b"{", 422, "request_invalid"),
        ("POST", "/api/v1/records/count", b"\xff\xfe", 422, "request_invalid"),
        ("POST", "/api/v1/records/count", b"[" * 100_000, 400, "request_invalid"),
        ("POST", "/api/v1/resend", b"{}", 400, "operator_error"),
        ("PUT", "/api/v1/jobs/a", b'{"document": {"job": "a"}}', 422, "document_invalid"),
        ("PUT", "/api/v1/secrets/a%2Fb", b'{"value": "x"}', 404, "unknown_route"),
        ("PUT", "/api/v1/secrets/a%20b", b'{"value": "x"}', 400, "operator_error"),
    ],
)
async def test_every_refusal_has_one_shape(
    node: ApiNode, method: str, path: str, body: bytes | None, status: int, code: str
) -> None:
    async with node.raw(**{"content-type": "application/json"}) as client:
        answer = await client.request(method, path, content=body)

    assert (answer.status_code, error_of(answer).code) == (status, code)


async def test_a_bug_is_told_without_a_traceback_and_logged_with_one(
    node: ApiNode, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError(f"inside {CANARY}")

    monkeypatch.setattr(node.engine, "node", broken)
    async with node.raw() as client:
        answer = await client.get("/api/v1/node")

    shape = error_of(answer)
    assert (answer.status_code, shape.code) == (500, "bug")
    assert CANARY not in answer.text
    (logged,) = [each for each in caplog.records if each.name == "engine.api.errors"]
    assert shape.request_id in logged.getMessage()
    assert logged.exc_info is not None


async def test_a_secret_never_leaves_the_node(
    node: ApiNode, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await node.owner.set_secret("shop-token", CANARY)
    await node.owner.set_channel("ops", f"https://hook.example/{CANARY}")
    auth = {"kind": "bearer", "token": {"secret": "shop-token"}}
    given = document()
    given["producer"]["request"]["auth"] = auth
    await node.owner.apply(given)

    seen: list[str] = []
    async with node.raw() as client:
        for route in routes():
            if "GET" in (route.methods or ()) and not route.path.endswith("/events"):
                path = API_PREFIX + route.path.format(name="orders", record_id=1, operation_id=1)
                answer = await client.get(path, params={"job": "orders"})
                seen.append(answer.text)
        too_large = {"value": CANARY * 4000}
        seen.append((await client.put("/api/v1/secrets/x", json=too_large)).text)
        wrong = {"value": [CANARY]}
        seen.append((await client.put("/api/v1/secrets/x", json=wrong)).text)
        in_document = json.loads(json.dumps(given))
        in_document["producer"]["request"]["auth"]["token"] = CANARY
        put = {"document": in_document}
        seen.append((await client.put("/api/v1/jobs/orders", json=put)).text)

    assert len(seen) > 15
    assert CANARY not in "\n".join(seen)
    assert CANARY not in caplog.text
    assert files_with(tmp_path, CANARY) == []
    assert await node.engine.vault.get("shop-token") == CANARY


async def test_every_change_leaves_who_and_from_where(node: ApiNode) -> None:
    made = await node.owner.make_token(TokenRequest(name="li", scope="admin"))
    async with NodeClient(node.url, made.token) as li:
        await li.set_secret("shop-token", "x")
        await li.apply(document())
        await li.pause("orders")
        await li.resume("orders", "erp")
        await node.pulled([("A", b"{}")])
        await li.skip(ResendRequest(query=RecordQuery(job="orders")))
        await li.resend(ResendRequest(query=RecordQuery(job="orders")))
        await li.delete_secret("shop-token")
        await li.delete_job("orders")

    entries = (await node.owner.audit()).entries
    by_li = [entry for entry in entries if entry.by == "li"]
    assert len(by_li) >= 8
    assert {entry.where for entry in by_li} == {"127.0.0.1"}
    assert [entry.id for entry in entries] == sorted((each.id for each in entries), reverse=True)


async def test_the_description_names_every_route_and_error(node: ApiNode) -> None:
    async with node.raw() as client:
        description = (await client.get("/api/v1/openapi.json")).json()

    assert description["openapi"].startswith("3.")
    assert "HTTPBearer" in description["components"]["securitySchemes"]
    for path, operations in description["paths"].items():
        assert path.startswith("/api/v1/")
        for operation in operations.values():
            assert operation["security"]
            assert operation.get("summary")


def test_a_node_does_not_listen_openly_without_tls() -> None:
    with pytest.raises(OperatorError, match="without TLS"):
        ApiServer(None, Listen.parse("0.0.0.0:7077"))  # type: ignore[arg-type]  # never served


@pytest.mark.parametrize("text", ["", "7077", "127.0.0.1", "127.0.0.1:", ":7077", "a:b", "a:70000"])
def test_an_address_to_listen_at_is_checked(text: str) -> None:
    with pytest.raises(OperatorError, match="is not an address"):
        Listen.parse(text)


async def test_a_port_that_is_taken_is_told(node: ApiNode) -> None:
    port = int(node.url.rpartition(":")[2])

    with pytest.raises(Unavailable, match="cannot listen"):
        await ApiServer(build_app(node.engine), Listen("127.0.0.1", port)).start()


async def test_a_server_that_was_stopped_does_not_answer(node: ApiNode) -> None:
    server = ApiServer(build_app(node.engine), Listen("127.0.0.1", 0))
    url = await server.start()
    await server.stop()
    await server.stop()

    async with NodeClient(url, node.token) as client:
        with pytest.raises(ConnectionLost, match="No node answers"):
            await client.node()


def routes() -> list[APIRoute]:
    """Every route of the API; their paths are without the prefix."""
    return [route for each in ROUTES for route in each.routes if isinstance(route, APIRoute)]


def files_with(folder: Path, text: str) -> list[Path]:
    """The files under a folder whose bytes hold this text."""
    files = [each for each in folder.rglob("*") if each.is_file()]
    assert files
    return [each for each in files if text.encode() in each.read_bytes()]


@pytest.mark.parametrize("number", [2**63, -(2**70)])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/audit?after={}", 422),
        ("/audit?since={}", 422),
        ("/operations?after={}", 422),
        ("/records?until={}", 422),
        ("/operations/{}", 404),
        ("/records/{}", 404),
        ("/records/{}/explain", 404),
        ("/records/{}/versions", 404),
        ("/records/{}/payload", 404),
    ],
)
async def test_a_number_no_database_holds_is_refused(
    node: ApiNode, path: str, status: int, number: int
) -> None:
    async with node.raw() as client:
        answer = await client.get(f"{API_PREFIX}{path.format(number)}")
    assert answer.status_code == status
    assert error_of(answer).sentence
