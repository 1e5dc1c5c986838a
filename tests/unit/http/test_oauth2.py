"""Fetching, keeping and renewing a token, against a token service on a real socket."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import TypeAdapter

from engine.core.auth import Auth
from engine.http.auth import Authorizer, authorizer
from engine.http.client import FailureKind, HttpClient, HttpFailure, HttpRequest
from tests.fault_server import Answer, FaultServer, Received

REQUEST = HttpRequest("POST", "http://erp.example/orders", (("X-First", "1"),), b"{}")


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def tokens(server: FaultServer, **more: Any) -> str:
    """A token service that gives out t1, t2, …; its address."""

    def answer(_: Received) -> Answer:
        token = {"access_token": f"t{len(server.received)}", "token_type": "bearer"} | more
        return Answer(200, json.dumps(token).encode())

    return server.on("/token", answer)


def build(client: HttpClient, clock: Clock, url: str, **more: Any) -> Authorizer:
    document = {
        "kind": "oauth2_client",
        "token_url": url,
        "client_id": "hub&co",
        "client_secret": {"secret": "s"},
    }
    auth = TypeAdapter[Any](Auth).validate_python(document | more)
    return authorizer(auth, lambda _: "geheim+1", client, monotonic_s=clock)


async def bearer(made: Authorizer) -> str:
    applied = await made.apply(REQUEST)
    assert not isinstance(applied, HttpFailure), applied.text
    request, sensitive = applied
    assert sensitive == {"authorization"}
    name, value = request.headers[-1]
    assert name == "Authorization"
    return value.removeprefix("Bearer ")


async def test_the_credentials_go_in_the_form(
    server: FaultServer, client: HttpClient, clock: Clock
) -> None:
    made = build(client, clock, tokens(server), scope="orders read", audience="erp")
    assert await bearer(made) == "t1"
    (received,) = server.received
    assert parse_qs(received.body.decode(), strict_parsing=True) == {
        "grant_type": ["client_credentials"],
        "client_id": ["hub&co"],
        "client_secret": ["geheim+1"],
        "scope": ["orders read"],
        "audience": ["erp"],
    }
    assert received.header("content-type") == "application/x-www-form-urlencoded"
    assert received.header("authorization") is None


async def test_the_credentials_go_in_the_header(
    server: FaultServer, client: HttpClient, clock: Clock
) -> None:
    await bearer(build(client, clock, tokens(server), send="basic"))
    (received,) = server.received
    told = (received.header("authorization") or "").removeprefix("Basic ")
    assert base64.b64decode(told) == b"hub%26co:geheim%2B1"
    assert received.body == b"grant_type=client_credentials"


@pytest.mark.parametrize(
    ("expires_in", "good_for_s"),
    [
        (3600, 3570),
        ("3600", 3570),
        (100, 90),
        (None, 270),
        ("soon", 270),
        (-5, 270),
        (1e999, 270),
    ],
)
async def test_a_token_is_kept_until_shortly_before_its_end(
    server: FaultServer, client: HttpClient, clock: Clock, expires_in: object, good_for_s: float
) -> None:
    more = {} if expires_in is None else {"expires_in": expires_in}
    if expires_in == 1e999:
        more = {"expires_in": "inf"}
    made = build(client, clock, tokens(server, **more))
    assert await bearer(made) == "t1"
    clock.now_s += good_for_s - 1
    assert await bearer(made) == "t1"
    clock.now_s += 2
    assert await bearer(made) == "t2"
    assert made.secrets == ("geheim+1", "t2")


async def test_many_at_once_make_one_fetch(
    server: FaultServer, client: HttpClient, clock: Clock
) -> None:
    made = build(client, clock, tokens(server))
    assert set(await asyncio.gather(*(bearer(made) for _ in range(50)))) == {"t1"}
    assert len(server.received) == 1


async def test_many_at_once_share_one_failure(
    server: FaultServer, client: HttpClient, clock: Clock
) -> None:
    made = build(client, clock, server.url("reset_after_request"))
    results = await asyncio.gather(*(made.apply(REQUEST) for _ in range(50)))
    assert all(isinstance(result, HttpFailure) for result in results)
    assert len(server.received) == 1
    await made.apply(REQUEST)
    assert len(server.received) == 2


async def test_a_cancelled_fetch_leaves_the_others_their_token(
    server: FaultServer, client: HttpClient, clock: Clock
) -> None:
    url = server.on("/token", "hang_after_request", Answer(200, b'{"access_token": "t"}'))
    made = build(client, clock, url)
    first = asyncio.create_task(bearer(made))
    await server.wait_received(1)
    second = asyncio.create_task(bearer(made))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "t"


async def test_a_refused_token_is_renewed_once(
    server: FaultServer, client: HttpClient, clock: Clock
) -> None:
    made = build(client, clock, tokens(server))
    old = await made.apply(REQUEST)
    assert not isinstance(old, HttpFailure)
    made.refused(old[0])
    made.refused(old[0])
    assert await bearer(made) == "t2"
    clock.now_s += 61
    made.refused(old[0])  # a late answer to the old token says nothing about the new one
    assert await bearer(made) == "t2"


async def test_a_token_refused_at_once_again_makes_no_storm_of_renewals(
    server: FaultServer, client: HttpClient, clock: Clock
) -> None:
    made = build(client, clock, tokens(server))
    old = await made.apply(REQUEST)
    assert not isinstance(old, HttpFailure)
    made.refused(old[0])
    new = await made.apply(REQUEST)
    assert not isinstance(new, HttpFailure)
    made.refused(new[0])
    assert await bearer(made) == "t2"
    clock.now_s += 61
    made.refused(new[0])
    assert await bearer(made) == "t3"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(401, b'{"error": "invalid_client", "error_description": "geheim+1"}'), "401 (inv"),
        (Answer(400, b'{"error": "geheim+1"}'), "400."),
        (Answer(500, b"geheim+1"), "500."),
        (Answer(302, b"", (("Location", "/ok"),)), "302."),
        (Answer(200, b"<html>"), "no access_token"),
        (Answer(200, b"\xff"), "no access_token"),
        (Answer(200, b'{"token": "x"}'), "no access_token"),
        (Answer(200, b'{"access_token": ""}'), "header"),
        (Answer(200, b'{"access_token": "a\\r\\nX-Evil: 1"}'), "header"),
        (Answer(200, b" " * 100_000), "longer than"),
    ],
)
async def test_a_token_service_that_fails_means_not_sent(
    server: FaultServer, client: HttpClient, clock: Clock, answer: Answer, told: str
) -> None:
    made = build(client, clock, server.on("/token", answer))
    failure = await made.apply(REQUEST)
    assert isinstance(failure, HttpFailure)
    assert (failure.kind, failure.surely_not_sent) == (FailureKind.AUTH, True)
    assert told in failure.text
    assert "geheim" not in failure.text
    assert len(server.received) == 1


async def test_a_token_service_that_cannot_be_reached_means_not_sent(
    server: FaultServer, client: HttpClient, clock: Clock
) -> None:
    failure = await build(client, clock, server.url("refused")).apply(REQUEST)
    assert isinstance(failure, HttpFailure)
    assert failure.surely_not_sent
    assert "refused the connection" in failure.text
