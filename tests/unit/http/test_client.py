"""Good answers, and what the client must never do by itself: follow, proxy, remember, re-send."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from engine.http.client import (
    FailureKind,
    HttpAnswer,
    HttpClient,
    HttpFailure,
    HttpRequest,
    wire_target,
)
from engine.http.guard import TargetGuard
from tests.fault_server import Answer, FaultServer, Received

LIMIT = 100_000


async def send(
    client: HttpClient, request: HttpRequest, *, max_bytes: int = LIMIT
) -> HttpAnswer | HttpFailure:
    return await client.send(request, timeout_s=10, max_bytes=max_bytes)


def get(url: str) -> HttpRequest:
    return HttpRequest("GET", url, (), None)


@pytest.mark.parametrize("behaviour", ["ok", "gzip", "chunked", "until_close", "early_hints"])
async def test_an_answer_comes_back_whole_and_decoded(
    server: FaultServer, client: HttpClient, behaviour: str
) -> None:
    answer = await send(client, get(server.url(behaviour)))
    assert isinstance(answer, HttpAnswer)
    assert (answer.status, answer.body, answer.length) == (200, b'{"code": "0"}', 13)


async def test_a_request_arrives_as_it_was_given(server: FaultServer, client: HttpClient) -> None:
    headers = (("X-Zulu", "1"), ("webhook-id", "msg_1"), ("X-Alpha", "Käse"), ("X-Tab", "a\tb"))
    body = bytes(range(256)) * 1000
    request = HttpRequest(
        "PATCH", server.url("ok") + "/a%2Fb/%E4%B8%AD?q=1%202&q=%26", headers, body
    )
    await send(client, request)
    (received,) = server.received
    assert received.method == "PATCH"
    assert received.path == "/ok/a%2Fb/%E4%B8%AD?q=1%202&q=%26"
    assert received.body == body
    sent = tuple((name.lower(), value) for name, value in received.headers[: len(headers)])
    assert sent == tuple((name.lower(), value) for name, value in headers)
    assert received.header("user-agent") == "jellyfish-test"
    assert received.header("content-length") == str(len(body))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_the_length_of_an_empty_body_is_told_where_a_body_is_expected(
    server: FaultServer, client: HttpClient, method: str
) -> None:
    for body in (None, b""):
        await send(client, HttpRequest(method, server.url("ok"), (), body))
    told = [received.header("content-length") for received in server.received]
    assert told == ([None, None] if method in ("GET", "DELETE") else ["0", "0"])


async def test_equal_headers_of_an_answer_are_all_kept(
    server: FaultServer, client: HttpClient
) -> None:
    url = server.on("/x", Answer(207, b"", (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))))
    answer = await send(client, get(url))
    assert isinstance(answer, HttpAnswer)
    assert answer.status == 207
    assert answer.headers[:2] == (("set-cookie", "a=1"), ("set-cookie", "b=2"))


async def test_a_header_value_that_is_not_ascii_spoils_nothing_else(
    server: FaultServer, client: HttpClient
) -> None:
    answer = await send(client, get(server.url("binary_header")))
    assert isinstance(answer, HttpAnswer)
    assert answer.headers == (("x-name", "\N{REPLACEMENT CHARACTER}"), ("content-length", "2"))


@pytest.mark.parametrize("status", [200, 201, 202, 204, 304, 400, 404, 418, 429, 500, 503, 599])
async def test_every_status_is_an_answer(
    server: FaultServer, client: HttpClient, status: int
) -> None:
    answer = await send(client, get(server.on("/x", Answer(status))))
    assert isinstance(answer, HttpAnswer)
    assert answer.status == status


async def test_the_limit_is_on_decoded_bytes_and_exact(
    server: FaultServer, client: HttpClient
) -> None:
    for behaviour in ("ok", "gzip", "chunked"):
        whole = await send(client, get(server.url(behaviour)), max_bytes=13)
        assert isinstance(whole, HttpAnswer)
        cut = await send(client, get(server.url(behaviour)), max_bytes=12)
        assert isinstance(cut, HttpFailure)
        assert (cut.kind, cut.body) == (FailureKind.TOO_LARGE, b'{"code": "0"')


async def test_an_answer_before_the_body_was_read_is_an_answer(
    server: FaultServer, client: HttpClient
) -> None:
    request = HttpRequest("POST", server.url("early_413"), (), b"x" * 100)
    answer = await send(client, request)
    assert isinstance(answer, HttpAnswer)
    assert answer.status == 413


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(
    server: FaultServer, client: HttpClient, status: int
) -> None:
    url = server.on("/from", Answer(status, b"", (("Location", server.url("ok")),)))
    answer = await send(client, HttpRequest("POST", url, (), b"{}"))
    assert isinstance(answer, HttpAnswer)
    assert answer.status == status
    assert [received.path for received in server.received] == ["/from"]


async def test_proxies_of_the_environment_are_not_used(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FaultServer() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        client = HttpClient(user_agent="t", forbidden=TargetGuard())
        answer = await send(client, get(server.url("ok")))
        await client.close()
        assert isinstance(answer, HttpAnswer)
        assert proxy.connections == 0


async def test_cookies_are_not_kept(server: FaultServer, client: HttpClient) -> None:
    url = server.on("/x", Answer(200, b"", (("Set-Cookie", "session=1; Path=/"),)))
    await send(client, get(url))
    await send(client, get(url))
    assert [received.header("cookie") for received in server.received] == [None, None]


async def test_a_connection_is_used_again(server: FaultServer, client: HttpClient) -> None:
    for behaviour in ("ok", "chunked", "gzip", "redirect") * 25:
        await send(client, get(server.url(behaviour)))
    assert len(server.received) == 100
    assert server.connections <= 5  # a connection may go back to the pool a moment too late


@pytest.mark.parametrize("behaviour", ["ok_then_close", "ok_then_reset", "ok_then_close_on_next"])
async def test_a_connection_closed_under_a_request_never_makes_a_second_request(
    server: FaultServer, client: HttpClient, behaviour: str
) -> None:
    """The keep-alive race: an id arrives at most once, and exactly once if it was answered."""

    async def one(number: int) -> None:
        request = HttpRequest("POST", server.url(behaviour), (("X-Id", str(number)),), b"{}")
        results[str(number)] = await send(client, request)

    results: dict[str, HttpAnswer | HttpFailure] = {}
    for start in range(0, 400, 8):
        await asyncio.gather(*(one(number) for number in range(start, start + 8)))
    arrived = Counter(received.header("x-id") for received in server.received)
    assert max(arrived.values()) == 1
    for number, result in results.items():
        if isinstance(result, HttpAnswer):
            assert arrived[number] == 1
        elif arrived[number]:
            assert not result.surely_not_sent
    if behaviour == "ok_then_close_on_next":
        assert any(isinstance(result, HttpFailure) for result in results.values())


async def test_a_request_is_not_sent_again_when_the_answer_is_lost(
    server: FaultServer, client: HttpClient
) -> None:
    for method in ("GET", "PUT", "DELETE", "POST"):  # idempotent ones too
        for behaviour in ("reset_after_request", "close_after_request"):
            await send(client, get(server.url("ok")))  # so that the connection is an old one
            url = server.url(behaviour)
            result = await send(client, HttpRequest(method, url, (), b"{}"))
            assert isinstance(result, HttpFailure)
            assert sum(received.path == f"/{behaviour}" for received in server.received) == 1
            server.received.clear()


async def test_a_503_with_retry_after_is_handed_back_at_once(
    server: FaultServer, client: HttpClient
) -> None:
    url = server.on("/x", Answer(503, b"", (("Retry-After", "0"),)), "ok")
    answer = await send(client, get(url))
    assert isinstance(answer, HttpAnswer)
    assert answer.status == 503
    assert len(server.received) == 1


@pytest.mark.parametrize("behaviour", ["hang_after_request", "hang_in_body", "endless"])
async def test_cancelling_a_send_is_never_swallowed(
    server: FaultServer, client: HttpClient, behaviour: str
) -> None:
    """Whatever the moment: while connecting, between request and answer, within the body."""
    for ticks in range(60):
        arrived = len(server.received)
        sending = asyncio.create_task(
            client.send(get(server.url(behaviour)), timeout_s=2, max_bytes=10**12)
        )
        if ticks % 2:
            await server.wait_received(arrived + 1)
        for _ in range(ticks // 2):
            await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


@pytest.mark.parametrize("behaviour", ["hang_after_request", "hang_in_body", "endless"])
async def test_a_cancelled_send_is_over_when_its_time_is(
    server: FaultServer, client: HttpClient, behaviour: str
) -> None:
    sending = asyncio.create_task(
        client.send(get(server.url(behaviour)), timeout_s=0.5, max_bytes=10**12)
    )
    await server.wait_received(1)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await server.wait_until(lambda: server.open_connections == 0)


async def test_a_send_cancelled_within_the_body_closes_its_connection(
    server: FaultServer, client: HttpClient
) -> None:
    sending = asyncio.create_task(
        client.send(get(server.url("hang_in_body")), timeout_s=60, max_bytes=LIMIT)
    )
    await server.wait_received(1)
    await send(client, get(server.url("until_close")))  # by now the first one's head is here
    await server.wait_until(lambda: server.open_connections == 1)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await server.wait_until(lambda: server.open_connections == 0)


async def test_closing_the_client_ends_what_is_under_way(server: FaultServer) -> None:
    client = HttpClient(user_agent="t", forbidden=TargetGuard())
    sending = asyncio.create_task(send(client, get(server.url("hang_after_request"))))
    await server.wait_received(1)
    await client.close()
    result = await sending
    assert isinstance(result, HttpFailure)
    assert not result.surely_not_sent


@pytest.mark.parametrize("behaviour", ["endless", "gzip_bomb", "endless_until_close"])
async def test_a_body_given_up_closes_its_connection(
    server: FaultServer, client: HttpClient, behaviour: str
) -> None:
    result = await send(client, get(server.url(behaviour)))
    assert isinstance(result, HttpFailure)
    await server.wait_until(lambda: server.open_connections == 0)


async def test_many_sends_at_once_each_get_their_own_answer(
    server: FaultServer, client: HttpClient
) -> None:
    def echo(received: Received) -> Answer:
        return Answer(200, received.body)

    url = server.on("/echo", echo)

    async def one(number: int) -> bool:
        body = str(number).encode()
        answer = await send(client, HttpRequest("POST", url, (), body))
        return isinstance(answer, HttpAnswer) and answer.body == body

    assert all(await asyncio.gather(*(one(number) for number in range(200))))
    assert len(server.received) == 200


def test_the_wire_target_is_what_arrives() -> None:
    assert wire_target("https://h.example") == "/"
    assert wire_target("https://h.example/a b/ü?q=1 2#part") == "/a%20b/%C3%BC?q=1%202"
    assert wire_target("https://h.example/a/../b?") == "/b?"
