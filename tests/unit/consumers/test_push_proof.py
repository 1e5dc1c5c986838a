"""Authentication and signatures of pushes over real sockets, and that no secret is kept."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from engine.core.attempt import Exchange, Outcome, RequestEvidence
from engine.core.errors import OperatorError
from engine.core.record import PushResult
from engine.http.client import HttpClient
from engine.http.masking import MASK
from tests.fault_server import Answer, FaultServer, Received
from tests.unit.consumers.making import NOW, SECRETS, claimed, consumer_of

TOKEN = SECRETS["token"].decode()
PASSWORD = SECRETS["password"].decode()
BASIC = base64.b64encode(f"hub:{PASSWORD}".encode()).decode()

AUTH: dict[str, dict[str, Any]] = {
    "basic": {"kind": "basic", "user": "hub", "password": {"secret": "password"}},
    "bearer": {"kind": "bearer", "token": {"secret": "token"}},
    "api_key": {"kind": "api_key", "name": "X-Acme-Key", "value": {"secret": "token"}},
    "api_key_query": {
        "kind": "api_key",
        "in": "query",
        "name": "key",
        "value": {"secret": "token"},
    },
    "hmac": {"kind": "hmac", "key": {"secret": "token"}},
}


def everything(kept: Exchange | RequestEvidence | PushResult | None) -> str:
    """All texts and bytes of some evidence, for the search of secrets."""
    return repr(kept)


def oauth(server: FaultServer, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "oauth2_client",
        "token_url": server.origin + "/token",
        "client_id": "hub",
        "client_secret": {"secret": "password"},
    } | fields


def token_answer(token: str) -> Answer:
    return Answer(200, json.dumps({"access_token": token, "expires_in": 3600}).encode())


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("basic", "Authorization", f"Basic {BASIC}"),
        ("bearer", "Authorization", f"Bearer {TOKEN}"),
        ("api_key", "X-Acme-Key", TOKEN),
    ],
)
async def test_a_fixed_proof_goes_out_and_is_masked(
    server: FaultServer, http: HttpClient, kind: str, name: str, value: str
) -> None:
    consumer = consumer_of(http, server.url("ok"), request={"auth": AUTH[kind]})
    result = await consumer.push([claimed()])
    assert server.received[0].header(name) == value
    assert result.exchange is not None
    assert (name, MASK) in result.exchange.request.headers
    assert (name, MASK) in consumer.would_send([claimed()]).headers


async def test_a_key_in_the_query_goes_out_and_is_masked(
    server: FaultServer, http: HttpClient
) -> None:
    consumer = consumer_of(http, server.url("ok") + "?a=1", request={"auth": AUTH["api_key_query"]})
    result = await consumer.push([claimed()])
    assert server.received[0].path == f"/ok?a=1&key={TOKEN}"
    assert result.exchange is not None
    assert result.exchange.request.url == server.url("ok") + f"?a=1&key={MASK}"
    assert consumer.would_send([claimed()]).url == result.exchange.request.url


async def test_a_keyed_hash_covers_what_goes_out(server: FaultServer, http: HttpClient) -> None:
    consumer = consumer_of(
        http,
        server.url("ok") + "?k=${key}",
        request={"auth": AUTH["hmac"], "method": "PUT", "body": {"no": "${record.id}"}},
    )
    result = await consumer.push([claimed(key="a b")])
    (received,) = server.received
    signed = f"PUT\n{received.path}\n{NOW // 1000}\n".encode() + received.body
    expected = hmac.digest(SECRETS["token"], signed, "sha256").hex()
    assert received.header("X-Signature") == expected
    assert received.header("X-Timestamp") == str(NOW // 1000)
    assert result.exchange is not None
    assert dict(result.exchange.request.headers)["X-Signature"] == MASK
    assert dict(consumer.would_send([claimed()]).headers)["X-Signature"] == MASK


async def test_a_fetched_token_goes_out_once_fetched_and_is_masked(
    server: FaultServer, http: HttpClient
) -> None:
    server.on("/token", token_answer("acc-token-1"))
    consumer = consumer_of(http, server.url("ok"), request={"auth": oauth(server)})
    first = await consumer.push([claimed()])
    await consumer.push([claimed()])
    assert [received.path for received in server.received] == ["/token", "/ok", "/ok"]
    assert server.received[2].header("authorization") == "Bearer acc-token-1"
    assert first.exchange is not None
    assert dict(first.exchange.request.headers)["Authorization"] == MASK
    shown = dict(consumer.would_send([claimed()]).headers)
    assert shown["Authorization"] == MASK
    assert [received.path for received in server.received][3:] == []  # nothing fetched for it


async def test_a_token_service_that_fails_means_nothing_was_sent(
    server: FaultServer, http: HttpClient
) -> None:
    server.on("/token", Answer(500, b"down"))
    consumer = consumer_of(http, server.url("ok"), request={"auth": oauth(server)})
    result = await consumer.push([claimed()])
    (verdict,) = result.verdicts
    assert (verdict.outcome, verdict.error_kind, verdict.final) == (
        Outcome.NOT_SENT,
        "auth",
        False,
    )
    assert verdict.error == "No token could be had from the token service. It answered 500."
    assert result.exchange is None
    assert [received.path for received in server.received] == ["/token"]


async def test_a_refused_token_is_fetched_anew_for_the_next_attempt(
    server: FaultServer, http: HttpClient
) -> None:
    server.on("/token", token_answer("old-token"), token_answer("new-token"))
    url = server.on("/in", Answer(401, b""), "ok")
    consumer = consumer_of(http, url, request={"auth": oauth(server)})
    first = await consumer.push([claimed()])
    second = await consumer.push([claimed()])
    assert first.verdicts[0].line_refusal
    assert second.verdicts[0].outcome is Outcome.ACCEPTED
    paths = [received.path for received in server.received]
    assert paths == ["/token", "/in", "/token", "/in"]  # no hidden second request in the first
    assert server.received[3].header("authorization") == "Bearer new-token"


def verified(received: Received, key: str) -> Any:
    """Let the library of the Standard Webhooks project check the request."""
    headers = {name.lower(): value for name, value in received.headers}
    return Webhook(SECRETS[key].decode()).verify(received.body, headers)


async def test_a_signature_is_what_standard_webhooks_asks_for(
    server: FaultServer, http: HttpClient
) -> None:
    now = int(datetime.now(UTC).timestamp() * 1000)
    consumer = consumer_of(
        http,
        server.url("ok"),
        clock=lambda: now,
        request={"signature": {"key": {"secret": "signing"}}, "body": {"no": "${record.id}"}},
    )
    result = await consumer.push([claimed(idempotency_key="led_5")])
    (received,) = server.received
    assert verified(received, "signing") == {"no": 17}
    assert received.header("webhook-id") == "led_5"
    assert received.header("webhook-timestamp") == str(now // 1000)
    with pytest.raises(WebhookVerificationError):
        verified(received._replace(body=received.body + b" "), "signing")
    with pytest.raises(WebhookVerificationError):
        verified(received, "old-signing")
    assert result.exchange is not None
    kept = dict(result.exchange.request.headers)
    assert kept["webhook-signature"] == received.header("webhook-signature")


async def test_while_a_key_is_changed_both_keys_sign(server: FaultServer, http: HttpClient) -> None:
    now = int(datetime.now(UTC).timestamp() * 1000)
    signature = {"key": {"secret": "signing"}, "old_key": {"secret": "old-signing"}}
    consumer = consumer_of(
        http, server.url("ok"), clock=lambda: now, request={"signature": signature}
    )
    await consumer.push([claimed(b'{"id":  17}')])
    for key in ("signing", "old-signing"):
        assert verified(server.received[0], key) == {"id": 17}


async def test_a_batch_is_signed_under_its_own_key(server: FaultServer, http: HttpClient) -> None:
    now = int(datetime.now(UTC).timestamp() * 1000)
    consumer = consumer_of(
        http,
        server.url("ok"),
        clock=lambda: now,
        batch={"size": 2},
        request={"signature": {"key": {"secret": "signing"}}},
    )
    deliveries = [claimed(), claimed()]
    await consumer.push(deliveries)
    await consumer.push([replace(each, number=2) for each in reversed(deliveries)])
    assert verified(server.received[0], "signing") == [{"id": 17}, {"id": 17}]
    assert verified(server.received[1], "signing")
    first, second = (received.header("webhook-id") for received in server.received)
    assert first == second
    assert first is not None
    assert first.startswith("batch-")


# -- canaries


def echo(received: Received) -> Answer:
    """An unkind target: everything it was sent comes back, in headers and body."""
    told = "\n".join(f"{name}: {value}" for name, value in received.headers)
    return Answer(
        400,
        f"{received.path}\n{told}\n".encode() + received.body,
        (("X-Echo", received.header("authorization") or received.path), ("Set-Cookie", "sid=42")),
    )


@pytest.mark.parametrize("kind", list(AUTH))
async def test_no_secret_is_kept_even_if_the_target_sends_it_back(
    server: FaultServer, http: HttpClient, kind: str
) -> None:
    url = server.on("/in", echo)
    consumer = consumer_of(
        http,
        url,
        request={
            "auth": AUTH[kind],
            "signature": {"key": {"secret": "signing"}},
            "headers": {"X-Copy": "${record.token}"},
            "body": {"token": "${record.token}", "password": "${record.password}"},
        },
        success='body == "ok"',
    )
    used = TOKEN if kind != "basic" else PASSWORD
    delivery = claimed({"token": TOKEN, "password": used})
    if kind == "basic":
        delivery = claimed({"token": "none", "password": used})
    result = await consumer.push([delivery])
    assert used.encode() in server.received[0].body or json.dumps(used).encode() in (
        server.received[0].body
    )
    for kept in (result, consumer.would_send([delivery])):
        text = everything(kept)
        assert used not in text
        assert repr(used.encode())[2:-1] not in text
        assert BASIC not in text
        assert SECRETS["signing"].decode() not in text
    assert result.exchange is not None
    assert result.exchange.response is not None
    assert ("set-cookie", MASK) in result.exchange.response.headers
    assert MASK.encode() in (result.exchange.request.body or b"")


async def test_a_secret_at_the_edge_of_the_kept_body_is_not_kept_by_half(
    server: FaultServer, http: HttpClient
) -> None:
    body = b"a" * (64 * 1024 - 8) + TOKEN.encode() + b"b" * 100
    url = server.on("/in", Answer(200, body))
    result = await consumer_of(http, url, request={"auth": AUTH["bearer"]}).push([claimed()])
    assert result.exchange is not None
    assert result.exchange.response is not None
    assert TOKEN[:8].encode() not in result.exchange.response.body


@pytest.mark.parametrize("prefix", ["", "whsec_"])
async def test_a_signing_key_is_not_kept_should_it_ever_come_back(
    server: FaultServer, http: HttpClient, prefix: str
) -> None:
    key = SECRETS["signing"].removeprefix(b"whsec_")
    url = server.on("/in", Answer(500, b"dump: " + prefix.encode() + key))
    consumer = consumer_of(http, url, request={"signature": {"key": {"secret": "signing"}}})
    result = await consumer.push([claimed()])
    assert result.exchange is not None
    assert result.exchange.response is not None
    assert result.exchange.response.body == f"dump: {MASK}".encode()


async def test_a_token_that_changes_under_way_is_masked_in_both_exchanges(
    server: FaultServer, http: HttpClient
) -> None:
    server.on("/token", token_answer("old-token-1234"), token_answer("new-token-5678"))
    url = server.on("/in", lambda got: Answer(401, (got.header("authorization") or "").encode()))
    consumer = consumer_of(http, url, request={"auth": oauth(server)})
    results = await asyncio.gather(*(consumer.push([claimed()]) for _ in range(4)))
    results.append(await consumer.push([claimed()]))
    for result in results:
        text = everything(result)
        assert "old-token-1234" not in text
        assert "new-token-5678" not in text


@pytest.mark.parametrize(
    "request_fields",
    [
        {"auth": {"kind": "bearer", "token": {"secret": "nobody"}}},
        {"signature": {"key": {"secret": "nobody"}}},
        {"signature": {"key": {"secret": "signing"}, "old_key": {"secret": "nobody"}}},
    ],
)
async def test_a_missing_secret_is_told_before_anything_is_sent(
    http: HttpClient, request_fields: dict[str, Any]
) -> None:
    with pytest.raises(OperatorError, match='There is no secret "nobody"'):
        consumer_of(http, "https://erp.example/", request=request_fields)


async def test_a_signing_key_that_is_none_is_told_without_showing_it(http: HttpClient) -> None:
    with pytest.raises(OperatorError) as caught:
        consumer_of(
            http,
            "https://erp.example/",
            request={"signature": {"key": {"secret": "token"}}},
        )
    assert TOKEN not in f"{caught.value.sentence} {caught.value.hint}"
