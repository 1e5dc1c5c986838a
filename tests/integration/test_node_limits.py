"""What a node that others can reach grants of size, time, rate and connections.

One real process with TLS; each test calls from addresses of its own.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from engine.api.auth import BODY_LIMIT, BODY_TIME_S
from engine.api.connection import HEAD_LIMIT, UNWANTED_BYTES
from engine.api.limits import Limits
from tests.integration.guarded_node import (
    GuardedNode,
    answer_on,
    guarded_node,
    is_closed,
    own_address,
)

LIMITS = Limits()


pytestmark = pytest.mark.timeout(200)  # hundreds of handshakes, on machines that do other things


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedNode]:
    with guarded_node(tmp_path_factory.mktemp("limited")) as running:
        yield running


# ---- size


def test_a_body_that_announces_to_be_too_large_is_refused_unread(node: GuardedNode) -> None:
    with node.connect(own_address()) as connection:
        size = str(BODY_LIMIT + 1)
        connection.sendall(node.head("/api/v1/check", "POST", **{"content-length": size}))
        answer = answer_on(connection)
    assert (answer.status, answer.code) == (413, "body_refused")


def test_a_body_that_grows_too_large_is_refused(node: GuardedNode) -> None:
    with node.client() as client:
        answer = client.post("/check", content=(b" " * 65536 for _ in range(40)))
        assert (answer.status_code, answer.json()["code"]) == (413, "body_refused")


def test_a_head_that_is_too_large_is_refused(node: GuardedNode) -> None:
    with node.connect(own_address()) as connection:
        connection.sendall(node.head(**{f"x-{n}": "y" * 1000 for n in range(HEAD_LIMIT // 250)}))
        answer = answer_on(connection)
        assert (answer.status, answer.code) == (431, "head_refused")
        assert is_closed(connection)


def test_a_body_without_end_is_cut_off_when_its_request_was_refused(node: GuardedNode) -> None:
    with node.connect(own_address()) as connection:
        connection.sendall(
            node.head("/api/v1/check", "POST", authorization="none", **{"content-length": "9" * 12})
        )
        sent = 0
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while sent < UNWANTED_BYTES * 20:
                connection.sendall(b" " * 65536)
                sent += 65536
    assert sent < UNWANTED_BYTES * 10  # what stood in the system's buffers comes on top


# ---- time


def test_every_wait_for_a_client_has_an_end(node: GuardedNode) -> None:
    """All at once: the longest of them is a body's time."""
    body = {"content-length": "100"}
    slow_head, slow_body = node.connect(own_address()), node.connect(own_address())
    silent, no_handshake = node.connect(own_address()), node.connect(own_address(), tls=False)
    unwanted, idle = node.connect(own_address()), node.connect(own_address())
    all_of_them = (slow_head, slow_body, silent, no_handshake, unwanted, idle)
    with contextlib.ExitStack() as closing:
        for each in all_of_them:
            closing.enter_context(each)
            each.settimeout(BODY_TIME_S * 2)
        began = time.monotonic()
        slow_head.sendall(b"GET /api/v1/node HTTP/1.1\r\nhost: 127")
        slow_body.sendall(node.head("/api/v1/check", "POST", **body))
        unwanted.sendall(node.head("/api/v1/check", "POST", authorization="none", **body))
        idle.sendall(node.head())
        assert answer_on(unwanted).status == 401
        assert answer_on(idle).status == 200
        with ThreadPoolExecutor(6) as at_once:

            def drip(connection: socket.socket) -> float:
                """Send a byte now and then; when the answer, or the end, came."""
                connection.settimeout(0.5)
                while True:
                    with contextlib.suppress(TimeoutError):
                        answer = answer_on(connection)
                        assert answer.status in (0, 408), answer
                        return time.monotonic() - began
                    try:
                        connection.sendall(b"1")
                    except OSError:
                        return time.monotonic() - began

            def wait(connection: socket.socket) -> float:
                assert is_closed(connection)
                return time.monotonic() - began

            head_s, body_s, unwanted_s = at_once.map(drip, (slow_head, slow_body, unwanted))
            silent_s, handshake_s, idle_s = at_once.map(wait, (silent, no_handshake, idle))
    slack_s = 8.0
    assert LIMITS.head_s * 0.9 < head_s < LIMITS.head_s + slack_s
    assert BODY_TIME_S * 0.9 < body_s < BODY_TIME_S + slack_s
    for waited_s in (silent_s, handshake_s, unwanted_s):
        assert waited_s < BODY_TIME_S + slack_s
    assert idle_s < BODY_TIME_S + slack_s
    with node.client() as client:
        assert client.get("/node").status_code == 200


# ---- rate


def ask_until(
    client: httpx.Client, path: str, status: int, most: int
) -> tuple[int, httpx.Response]:
    """Ask until this status comes; after how many answers."""
    for number in range(most):
        answer = client.get(path)
        if answer.status_code == status:
            return number, answer
    raise AssertionError(f"no {status} in {most} answers")


def test_a_token_gets_so_many_requests_and_no_other_suffers(node: GuardedNode) -> None:
    _, token = node.make_token("flood")
    address = own_address()

    many = LIMITS.requests.burst * 4
    with node.connect(address) as connection, node.client(address=address) as neighbour:
        connection.sendall(node.head(authorization=f"Bearer {token}") * many)
        heard = b""
        while b"HTTP/1.1 429" not in heard:
            heard += connection.recv(65536)
        assert heard.count(b"HTTP/1.1 200") >= LIMITS.requests.burst
        assert b"retry-after: 1" in heard
        for _ in range(20):
            assert neighbour.get("/node").status_code == 200


def test_requests_without_a_token_that_holds_are_limited_harder(node: GuardedNode) -> None:
    address = own_address()
    with node.client("jf_wrong", address=address) as client:
        number, refused = ask_until(client, "/node", 429, LIMITS.refusals.burst * 2)
        assert LIMITS.refusals.burst <= number < LIMITS.requests.burst
        assert refused.json()["code"] == "too_many_requests"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.elapsed.total_seconds() >= LIMITS.held_s * 0.9
    with node.client(address=address) as client:
        assert client.get("/node").status_code == 200, "a token that holds passes from there"


def test_the_way_of_a_console_never_meets_a_limit(node: GuardedNode) -> None:
    """Ten times what one asks: ten requests a second over five connections and a stream."""
    address = own_address()
    _, token = node.make_token("console")
    paths = ("/node", "/nodes", "/jobs", "/records?limit=200", "/alerts", "/series")
    with node.client(token, address=address) as client, client.stream("GET", "/events") as events:
        assert events.status_code == 200
        for number in range(300):
            assert client.get(paths[number % len(paths)]).status_code == 200


# ---- connections


def test_one_address_gets_so_many_connections_and_is_told_so(node: GuardedNode) -> None:
    address = own_address()
    with contextlib.ExitStack() as closing:
        held = [
            closing.enter_context(node.connect(address)) for _ in range(LIMITS.connections_of_one)
        ]
        first = held[0]
        first.sendall(node.head())
        assert answer_on(first).status == 200

        with node.connect(address) as one_more:
            one_more.sendall(node.head())
            refused = answer_on(one_more)
            assert (refused.status, refused.code) == (503, "too_many_connections")
            assert int(refused.headers["retry-after"]) > 0
            assert is_closed(one_more)

        first.sendall(node.head())
        assert answer_on(first).status == 200, "those that are open live on"
        with node.client() as elsewhere:
            assert elsewhere.get("/node").status_code == 200
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with node.client(address=address) as client:
            if client.get("/node").status_code == 200:
                return
    raise AssertionError("closed connections did not make room")


def test_a_node_holds_so_many_connections_in_all(node: GuardedNode) -> None:
    needed = LIMITS.connections
    with contextlib.ExitStack() as closing:
        held: list[socket.socket] = []
        with node.client() as early:
            assert early.get("/node").status_code == 200
            while len(held) < needed - 1:
                address = own_address()
                for _ in range(min(LIMITS.connections_of_one - 1, needed - 1 - len(held))):
                    held.append(closing.enter_context(node.connect(address, tls=False)))
            with node.client() as late:
                refused = late.get("/node")
                assert (refused.status_code, refused.json()["code"]) == (
                    503,
                    "too_many_connections",
                )
            assert early.get("/node").status_code == 200


def test_connections_that_come_too_fast_are_closed_unheard(node: GuardedNode) -> None:
    address = own_address()
    unheard = 0
    for _ in range(LIMITS.new_connections.burst * 3):
        with node.connect(address, tls=False) as raw:
            raw.settimeout(0.001)
            with contextlib.suppress(TimeoutError):
                try:
                    unheard += raw.recv(1) == b""
                except ConnectionError:
                    unheard += 1
    assert unheard > 0
    with node.client() as elsewhere:
        assert elsewhere.get("/node").status_code == 200
