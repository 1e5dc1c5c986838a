"""Each kind of authentication, as it arrives at a real server."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from pydantic import TypeAdapter

from engine.core.auth import Auth
from engine.core.errors import NotFound, OperatorError
from engine.http.auth import Authorizer, authorizer
from engine.http.client import HttpClient, HttpFailure, HttpRequest
from tests.fault_server import FaultServer, Received

REF = {"secret": "s"}
NOW_S = 1_800_000_000.9


def build(client: HttpClient, stored: str | bytes, **document: Any) -> Authorizer:
    def secret(name: str) -> str | bytes:
        if name != "s":
            raise NotFound(f'There is no secret "{name}".')
        return stored

    auth = TypeAdapter[Any](Auth).validate_python(document)
    return authorizer(auth, secret, client, wall_s=lambda: NOW_S)


async def arrives(
    server: FaultServer,
    client: HttpClient,
    made: Authorizer,
    *,
    path: str = "",
    body: bytes | None = b'{"id": 1}',
) -> Received:
    request = HttpRequest("POST", server.url("ok") + path, (("X-First", "1"),), body)
    applied = await made.apply(request)
    assert not isinstance(applied, HttpFailure)
    assert applied[1] == made.sensitive
    await client.send(applied[0], timeout_s=5, max_bytes=1000)
    return server.received[-1]


async def test_none_changes_nothing(server: FaultServer, client: HttpClient) -> None:
    made = build(client, "x", kind="none")
    assert made.static_headers == ()
    request = HttpRequest("GET", "http://h/", (), None)
    assert await made.apply(request) == (request, frozenset())


async def test_basic(server: FaultServer, client: HttpClient) -> None:
    made = build(client, "pä:ss", kind="basic", user="hüb", password=REF)
    received = await arrives(server, client, made)
    told = (received.header("authorization") or "").removeprefix("Basic ")
    assert base64.b64decode(told).decode() == "hüb:pä:ss"
    assert made.sensitive == {"authorization"}
    assert made.secrets == ("pä:ss", told)


@pytest.mark.parametrize("value", ["t0ken", b"t0ken"])
async def test_bearer(server: FaultServer, client: HttpClient, value: str | bytes) -> None:
    made = build(client, value, kind="bearer", token=REF)
    assert (await arrives(server, client, made)).header("authorization") == "Bearer t0ken"
    assert made.static_headers == (("Authorization", "Bearer t0ken"),)


async def test_a_key_in_a_header(server: FaultServer, client: HttpClient) -> None:
    made = build(client, "k3y", kind="api_key", name="X-Shop-Key", value=REF)
    assert (await arrives(server, client, made)).header("x-shop-key") == "k3y"
    assert made.static_headers == (("X-Shop-Key", "k3y"),)
    assert made.sensitive == {"x-shop-key"}


@pytest.mark.parametrize(
    ("path", "arrived"),
    [
        ("", "/ok?key=a%26b%20c"),
        ("?q=1", "/ok?q=1&key=a%26b%20c"),
        ("?", "/ok?&key=a%26b%20c"),
        ("#part", "/ok?key=a%26b%20c"),
    ],
)
async def test_a_key_in_the_query(
    server: FaultServer, client: HttpClient, path: str, arrived: str
) -> None:
    made = build(client, "a&b c", kind="api_key", name="key", value=REF, **{"in": "query"})
    assert made.static_headers is None
    assert (await arrives(server, client, made, path=path)).path == arrived


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("body", [b'{"id": 1}', None])
async def test_a_receiver_can_check_an_hmac_from_what_arrived(
    server: FaultServer, client: HttpClient, algorithm: str, encoding: str, body: bytes | None
) -> None:
    made = build(client, "k3y", kind="hmac", key=REF, algorithm=algorithm, encoding=encoding)
    received = await arrives(server, client, made, path="/ü?b=1 2&a=%2F", body=body)
    signed = "\n".join(
        (received.method, received.path, received.header("x-timestamp") or "", "")
    ).encode()
    digest = hmac.new(b"k3y", signed + received.body, getattr(hashlib, algorithm)).digest()
    expected = digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
    assert received.header("x-signature") == expected
    assert received.header("x-timestamp") == "1800000000"
    assert made.sensitive == {"x-signature"}


@pytest.mark.parametrize(
    "value", ["gehei\nm", "geheim\r\nX-Evil: 1", " geheim", "geheim ", "gehüim", "gehei\0m"]
)
@pytest.mark.parametrize("document", [{"kind": "bearer"}, {"kind": "api_key"}])
def test_a_secret_that_cannot_stand_in_a_header_is_refused_without_telling_it(
    client: HttpClient, value: str, document: dict[str, Any]
) -> None:
    field = "token" if document["kind"] == "bearer" else "value"
    with pytest.raises(OperatorError) as refusal:
        build(client, value, **document, **{field: REF})
    assert value.strip() not in refusal.value.sentence + refusal.value.hint
    assert '"s"' in refusal.value.sentence


def test_a_missing_secret_is_told_by_who_keeps_them(client: HttpClient) -> None:
    with pytest.raises(NotFound):
        build(client, "x", kind="bearer", token={"secret": "other"})
