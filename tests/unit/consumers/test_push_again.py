"""A request sent once more as it was: the same bytes, with today's proof and this try's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from engine.core.attempt import Outcome, RequestEvidence
from engine.http.client import HttpClient
from engine.http.masking import MASK
from tests.fault_server import FaultServer
from tests.unit.consumers.making import SECRETS, claimed, consumer_of
from tests.unit.consumers.test_push_proof import AUTH, oauth, token_answer, verified

TRIED = {
    "webhook-timestamp",
    "webhook-signature",
    "jellyfish-attempt",
    "x-signature",
    "x-timestamp",
}


def shown(headers: Any) -> list[tuple[str, str]]:
    """Headers but those that differ with each try, in any order."""
    return sorted((name.lower(), value) for name, value in headers if name.lower() not in TRIED)


@pytest.mark.parametrize("kind", ["none", "basic", "bearer", "api_key", "api_key_query", "hmac"])
async def test_the_same_request_goes_out_with_its_proof(
    server: FaultServer, http: HttpClient, kind: str
) -> None:
    request: dict[str, Any] = {
        "method": "PUT",
        "query": {"at": "${record.id}"},
        "headers": {"X-Source": "shop", "Cookie": "session=77", "X-Key": "${key}"},
        "body": {"no": "${record.id}"},
    }
    if kind != "none":
        request["auth"] = AUTH[kind]
    delivery = claimed()
    consumer = consumer_of(http, server.url("ok"), request=request)
    first = await consumer.push([delivery])
    assert first.exchange is not None
    again = replace(delivery, cycle=2, number=3)

    second = await consumer.push_again(again, first.exchange.request)

    one, two = server.received
    assert (two.method, two.path, two.body) == (one.method, one.path, one.body)
    assert shown(two.headers) == shown(one.headers)
    assert two.header("jellyfish-attempt") == "2.3"
    assert second.verdicts[0].outcome is Outcome.ACCEPTED
    assert second.exchange is not None
    assert shown(second.exchange.request.headers) == shown(first.exchange.request.headers)
    assert SECRETS["token"].decode() not in repr(second)


async def test_a_changed_mapping_and_a_changed_record_do_not_matter(
    server: FaultServer, http: HttpClient
) -> None:
    delivery = claimed({"id": 17, "price": 5})
    before = consumer_of(http, server.url("ok"), request={"body": {"a": "${record.price}"}})
    first = await before.push([delivery])
    assert first.exchange is not None
    after = consumer_of(http, server.url("ok"), request={"body": {"b": "x"}}, filter="false")

    await after.push_again(delivery, first.exchange.request)

    assert server.received[1].body == server.received[0].body == b'{"a":5}'


async def test_a_records_own_bytes_go_out_again(server: FaultServer, http: HttpClient) -> None:
    delivery = claimed(b'{ "id" : 17.00 }')
    consumer = consumer_of(http, server.url("ok"))
    first = await consumer.push([delivery])
    assert first.exchange is not None
    assert first.exchange.request.body is None

    second = await consumer.push_again(delivery, first.exchange.request)

    assert server.received[1].body == b'{ "id" : 17.00 }'
    assert second.exchange is not None
    assert second.exchange.request.body is None


async def test_a_request_without_a_body_has_none_again(
    server: FaultServer, http: HttpClient
) -> None:
    consumer = consumer_of(http, server.url("ok"), request={"method": "DELETE"})
    first = await consumer.push([claimed()])
    assert first.exchange is not None

    await consumer.push_again(claimed(), first.exchange.request)

    assert (server.received[1].method, server.received[1].body) == ("DELETE", b"")


async def test_the_signature_is_of_this_try(server: FaultServer, http: HttpClient) -> None:
    now = int(datetime.now(UTC).timestamp() * 1000)
    clock = [now - 60_000]
    signature = {"key": {"secret": "signing"}}
    consumer = consumer_of(
        http, server.url("ok"), clock=lambda: clock[0], request={"signature": signature}
    )
    delivery = claimed()
    first = await consumer.push([delivery])
    assert first.exchange is not None
    clock[0] = now

    await consumer.push_again(delivery, first.exchange.request)

    one, two = server.received
    assert verified(two, "signing") == {"id": 17}
    assert two.header("webhook-id") == one.header("webhook-id") == delivery.idempotency_key
    assert two.header("webhook-timestamp") == str(now // 1000)


async def test_a_fetched_token_is_todays(server: FaultServer, http: HttpClient) -> None:
    server.on("/token", token_answer("fresh-token-123"))
    consumer = consumer_of(http, server.url("ok"), request={"auth": oauth(server)})
    sent = RequestEvidence("POST", server.url("ok"), (("Authorization", f"Bearer {MASK}"),), b"{}")

    await consumer.push_again(claimed(), sent)

    assert server.received[-1].header("authorization") == "Bearer fresh-token-123"


async def test_another_kind_of_proof_takes_the_old_ones_place(
    server: FaultServer, http: HttpClient
) -> None:
    sent = RequestEvidence(
        "POST", server.url("ok") + f"?key={MASK}&a=1", (("X-Old-Key", MASK), ("X-A", "b")), b"{}"
    )
    consumer = consumer_of(http, server.url("ok"), request={"auth": AUTH["bearer"]})

    await consumer.push_again(claimed(), sent)

    (got,) = server.received
    assert got.path.endswith("?a=1")
    assert got.header("x-a") == "b"
    assert got.header("authorization") == f"Bearer {SECRETS['token'].decode()}"
    assert MASK not in repr(got)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"url": "https://old.example/in"}, "another server"),
        ({"url": "not an address"}, "another server"),
        ({"url": f"{{}}/{MASK}/in"}, "secret stood in the last request's address"),
        ({"body": f'{{"k":"{MASK}"}}'.encode()}, "secret stood in the last request's body"),
    ],
)
async def test_what_evidence_does_not_allow_is_not_sent(
    server: FaultServer, http: HttpClient, change: dict[str, Any], sentence: str
) -> None:
    consumer = consumer_of(http, server.url("ok"), request={"auth": AUTH["bearer"]})
    known: dict[str, Any] = {"url": server.url("ok"), "body": b"{}"} | change
    url = known["url"].format(server.origin)

    result = await consumer.push_again(claimed(), RequestEvidence("POST", url, (), known["body"]))

    (verdict,) = result.verdicts
    assert (verdict.outcome, verdict.final, result.exchange) == (Outcome.NOT_SENT, True, None)
    assert sentence in verdict.error
    assert server.received == []
