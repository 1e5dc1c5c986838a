"""What a node that others can reach lets in: one real process with TLS, asked over real sockets.

Its limits are in ``test_node_limits``, who did what in ``test_node_audit``, how its certificate is
pinned in ``test_tls_node``.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.node.engine import now_ms
from engine.operations.caller import Caller
from engine.operations.tokens import Scope, Tokens
from engine.store.store import Store
from tests.integration.guarded_node import (
    GuardedNode,
    answer_on,
    guarded_node,
    jellyfish,
    own_address,
)

BEYOND = "203.0.113.7:0"
"""Nobody's address: a node that gets past its checks cannot listen there."""
SCOPES = ("read", "operate", "admin")
CANARY = "canary-5e1f-never-to-be-seen"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedNode]:
    with guarded_node(tmp_path_factory.mktemp("guarded")) as running:
        yield running


@pytest.fixture(scope="module")
def scoped(node: GuardedNode) -> dict[str, str]:
    """A token of each scope."""
    return {scope: node.make_token(f"one-{scope}", scope)[1] for scope in SCOPES}


@pytest.fixture(scope="module")
def operations(node: GuardedNode) -> list[tuple[str, str, str]]:
    """Method, path and scope of everything the API's description names."""
    with node.client() as client:
        paths: dict[str, dict[str, Any]] = client.get("/openapi.json").json()["paths"]
    found = [
        (method.upper(), path.removeprefix("/api/v1"), operation["x-scope"])
        for path, methods in paths.items()
        for method, operation in methods.items()
    ]
    assert len(found) > 50
    return found


def filled(path: str) -> str:
    """A path with parts that name nothing."""
    return re.sub(r"\{(\w+)\}", lambda part: "999" if part[1].endswith("id") else "none", path)


# ---- it does not start where it could not be safe


@pytest.mark.timeout(200)
def test_beyond_loopback_a_node_refuses_to_start_without_tls(tmp_path: Path) -> None:
    ended = jellyfish(tmp_path, "node", "--listen", BEYOND)
    assert ended.returncode == 1
    assert "does not listen at 203.0.113.7 without TLS" in ended.stderr


@pytest.mark.timeout(200)
def test_beyond_loopback_a_node_refuses_to_start_without_a_token(tmp_path: Path) -> None:
    assert jellyfish(tmp_path, "certificate", "make").returncode == 0
    refused = jellyfish(tmp_path, "node", "--listen", BEYOND)
    assert refused.returncode == 1
    assert "while nobody has a token" in refused.stderr
    assert "jellyfish token create" in refused.stderr

    assert jellyfish(tmp_path, "token", "create", "li", "--scope", "admin").returncode == 0
    assert "cannot listen at 203.0.113.7" in jellyfish(tmp_path, "node", "--listen", BEYOND).stderr

    assert jellyfish(tmp_path, "token", "revoke", "li").returncode == 0
    restarted = jellyfish(tmp_path, "node", "--listen", BEYOND)
    assert "cannot listen at 203.0.113.7" in restarted.stderr  # a token's end stops no restart
    assert "every token was revoked or has expired" in restarted.stderr


@pytest.mark.timeout(200)
def test_a_key_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    assert jellyfish(tmp_path, "certificate", "make").returncode == 0
    key = tmp_path / "node-certificate-key.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    refused = jellyfish(tmp_path, "node", "--listen", BEYOND)
    assert refused.returncode == 1
    assert f"chmod o-rwx {key}" in refused.stderr


# ---- TLS


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_below_1_2_is_refused(node: GuardedNode) -> None:
    for version, passes in (
        (ssl.TLSVersion.TLSv1, False),
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ):
        trust = node.trust()
        trust.set_ciphers("ALL:@SECLEVEL=0")  # else the client's own library would not offer it
        trust.minimum_version = trust.maximum_version = version
        with node.connect(own_address(), tls=False) as raw:
            if not passes:
                with pytest.raises((ssl.SSLError, ConnectionError)):
                    trust.wrap_socket(raw, server_hostname="127.0.0.1")
                continue
            with trust.wrap_socket(raw, server_hostname="127.0.0.1") as secure:
                secure.sendall(node.head())
                assert answer_on(secure).status == 200


def test_plain_http_gets_no_answer(node: GuardedNode) -> None:
    with node.connect(own_address(), tls=False) as raw:
        raw.sendall(node.head())
        assert b"HTTP" not in raw.recv(1000)


# ---- tokens and scopes


def test_no_operation_answers_without_a_token_that_holds(
    node: GuardedNode, operations: list[tuple[str, str, str]]
) -> None:
    for method, path, _ in [*operations, ("GET", "/openapi.json", ""), ("GET", "/none", "")]:
        with node.client(token="") as client:
            answer = client.request(method, filled(path))
            assert (answer.status_code, path) == (401, path)
            assert answer.json()["code"] == "not_authenticated"
            wrong = client.request(method, filled(path), headers={"authorization": "Bearer jf_x"})
            assert (wrong.status_code, path) == (401, path)


@pytest.mark.parametrize("scope", SCOPES)
def test_no_operation_can_be_reached_below_its_scope(
    node: GuardedNode, scoped: dict[str, str], operations: list[tuple[str, str, str]], scope: str
) -> None:
    assert {needed for _, _, needed in operations} == set(SCOPES)
    with node.client(scoped[scope]) as client:
        for method, path, needed in operations:
            if path == "/events":
                continue
            answer = client.request(method, filled(path), json={} if method != "GET" else None)
            told = (method, path, answer.status_code)
            assert answer.status_code < 500, told
            if SCOPES.index(scope) < SCOPES.index(needed):
                assert answer.status_code == 403, told
                assert answer.json()["code"] == "forbidden"
            else:
                assert answer.status_code not in (401, 403), told


def test_a_token_in_the_url_opens_nothing(node: GuardedNode) -> None:
    with node.client(token="") as client:
        for name in ("token", "access_token", "authorization"):
            assert client.get("/status", params={name: node.token}).status_code == 401
        client.auth = ("admin", node.token)
        assert client.get("/status").status_code == 401
    assert node.token not in node.log


def test_a_revoked_token_ends_at_once_and_so_does_what_it_has_open(node: GuardedNode) -> None:
    token_id, token = node.make_token("short")
    with node.client(token) as client, client.stream("GET", "/events") as events:
        lines = events.iter_lines()
        assert next(lines) == "event: status"
        with node.client() as owner:
            assert owner.delete(f"/tokens/{token_id}").status_code == 200
        revoked_at = time.monotonic()
        assert client.get("/status").status_code == 401
        for _ in lines:
            pass
    assert time.monotonic() - revoked_at < 10


def test_an_expired_token_ends_at_once_and_so_does_what_it_has_open(node: GuardedNode) -> None:
    token = asyncio.run(_token_for(node, seconds=4))
    with node.client(token) as client, client.stream("GET", "/events") as events:
        lines = events.iter_lines()
        assert next(lines) == "event: status"
        for _ in lines:
            pass
        assert client.get("/status").status_code == 401


async def _token_for(node: GuardedNode, seconds: int) -> str:
    """A token that ends sooner than the API lets one be made."""
    url = f"sqlite:///{node.home / 'jellyfish.db'}"
    store = await Store.open(url, clock=now_ms, node="beside")
    try:
        tokens = Tokens(store, now_ms)
        return (await tokens.make("brief", Scope.READ, seconds, Caller("tester", ""))).text
    finally:
        await store.close()


# ---- whose request it is


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("127.0.0.1:{port}", True),
        ("localhost", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example:{port}", False),
        ("127.0.0.2:{port}", False),
        ("127.0.0.1@evil.example", False),
        ("", False),
    ],
)
def test_only_names_of_the_node_and_its_certificate_are_answered(
    node: GuardedNode, host: str, passes: bool
) -> None:
    with node.client(host=host.format(port=node.port)) as client:
        answer = client.get("/node")
    assert answer.status_code == (200 if passes else 421)
    if not passes:
        assert answer.json()["code"] == "host_refused"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:{port}", "null"])
def test_a_page_of_another_origin_is_refused(node: GuardedNode, origin: str) -> None:
    with node.client(origin=origin.format(port=node.port)) as client:
        for answer in (client.get("/node"), client.post("/check"), client.options("/check")):
            assert answer.status_code == 403
            assert "access-control-allow-origin" not in answer.headers


# ---- paths and heads that play games

PATHS = (
    "/../../../../etc/passwd",
    "/api/v1/../../node.json",
    "/api/v1/%2e%2e/%2e%2e/node.json",
    "/api/v1/..%2f..%2fnode.json",
    "/api/v1/jobs/..%2f..%2f..%2fnode.json",
    "/api/v1/jobs/%252e%252e%252fnode.json",
    "/api/v1//node",
    "//api/v1/node",
    "//evil.example/api/v1/node",
    "/api/v1/node/",
    "/api/v1/./node",
    "/api/v1/node%00",
    "/api/v1/jobs/%00",
    "/api/v1/jobs?name=%00",
    "/api/v1/records?key=%00",
    "/api/v1/jobs/" + "a" * 50_000,
    "/api/v1/jobs/" + "%41" * 15_000,
    "/api/v1/jobs/%ff%fe",
    "/api/v1/jobs/%ed%a0%80",
    "/api/v1/jobs/%E2%80%AE%F0%9F%90%99",
    "/api/v1/jobs/%zz",
    "/api/v1/jobs;x=y",
    "/api/v1/jobs#x",
    "\\..\\node.json",
    "/api/v1/records/-1",
    "/api/v1/records/1e9",
    "/api/v1/records/١",
    "https://evil.example/api/v1/node",
    "*",
)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_a_path_never_reaches_a_file_nor_a_fault(node: GuardedNode, path: str) -> None:
    for method in ("GET", "DELETE"):
        with node.connect(own_address()) as connection:
            connection.sendall(node.head(path, method))
            answer = answer_on(connection)
        assert answer.status in (400, 404, 405, 414, 422), answer
        assert answer.code
        assert b"root:" not in answer.body
        assert node.token.encode() not in answer.body
        assert len(answer.body) < 2000


@pytest.mark.parametrize(
    "head",
    [
        "GET /api/v1/node HTTP/1.1\r\nhost: 127.0.0.1\r\nhost: 127.0.0.1\r\n",
        "POST /api/v1/check HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 3\r\n"
        "content-length: 4\r\n",
        "POST /api/v1/check HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: -1\r\n",
        "POST /api/v1/check HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: gzip, chunked\r\n",
        "GET /api/v1/node HTTP/1.1\r\nhost : 127.0.0.1\r\n",
        "GET /api/v1/node HTTP/1.1\r\nhost: 127.0.0.1\r\nx: a\x00b\r\n",
        "GET  /api/v1/node\r\n",
        "PRI * HTTP/2.0\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n",
    ],
)
def test_a_head_two_servers_could_read_in_two_ways_is_refused(node: GuardedNode, head: str) -> None:
    with node.connect(own_address()) as connection:
        bearer = f"authorization: Bearer {node.token}\r\n\r\n"
        connection.sendall((head + bearer).encode("latin-1"))
        answer = answer_on(connection)
    assert 400 <= answer.status < 502, answer
    assert answer.code in ("request_invalid", "host_refused")


# ---- what must not be seen


def test_a_secret_stands_in_no_answer_log_or_file(node: GuardedNode) -> None:
    seen = ""
    with node.client() as client:
        assert client.put("/secrets/shop", json={"value": CANARY}).status_code == 200
        for answer in (
            client.get("/secrets"),
            client.get("/audit"),
            client.put("/secrets/shop", json={"value": [CANARY]}),
            client.put(f"/secrets/{'a' * 300}", json={"value": CANARY}),
            client.post("/check", headers={"x-secret": CANARY}, content=CANARY),
            client.get(f"/nothing?{CANARY}"),
        ):
            seen += answer.text
    with node.client(token=CANARY) as client, pytest.raises(httpx.HTTPStatusError):
        client.get("/status").raise_for_status()
    assert CANARY not in seen
    for file in node.home.rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), file
            assert file.stat().st_mode & 0o007 == 0 or file.suffix == ".log", file
