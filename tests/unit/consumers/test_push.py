"""Pushes over real sockets: what leaves, what it is judged, what is kept of it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

import pytest

from engine.consumers.http_push.consumer import ANSWER_MAX_BYTES
from engine.core.attempt import RESPONSE_CAP, Outcome
from engine.core.errors import OperatorError
from engine.http.client import HttpClient
from tests.fault_server import Answer, FaultServer
from tests.unit.consumers.making import NOW, claimed, consumer_of

A, R, X, N, U = (
    Outcome.ACCEPTED,
    Outcome.RETRY,
    Outcome.REJECTED,
    Outcome.NOT_SENT,
    Outcome.UNKNOWN,
)


async def test_a_push_sends_the_records_own_bytes_once(
    server: FaultServer, http: HttpClient
) -> None:
    payload = b'{ "amount":1840.00,"id":9007199254740993 }'
    delivery = claimed(payload, idempotency_key="led_9", cycle=2, number=3)
    result = await consumer_of(http, server.url("ok")).push([delivery])
    (received,) = server.received
    assert received.method == "POST"
    assert received.body == payload
    assert received.header("content-type") == "application/json"
    assert received.header("webhook-id") == "led_9"
    assert received.header("jellyfish-attempt") == "2.3"
    (verdict,) = result.verdicts
    assert (verdict.outcome, verdict.error_kind, verdict.error) == (A, "", "")
    assert not result.split


async def test_the_evidence_tells_what_was_sent_and_what_came_back(
    server: FaultServer, http: HttpClient
) -> None:
    url = server.on("/in", Answer(201, b'{"code": "0"}', (("X-Trace", "t1"),)))
    result = await consumer_of(http, url, request={"headers": {"X-Source": "shop"}}).push(
        [claimed(idempotency_key="led_9")]
    )
    exchange = result.exchange
    assert exchange is not None
    assert (exchange.request.method, exchange.request.url) == ("POST", url)
    assert exchange.request.body is None  # the record's own bytes
    assert exchange.request.headers == (
        ("X-Source", "shop"),
        ("content-type", "application/json"),
        ("webhook-id", "led_9"),
        ("jellyfish-attempt", "1.1"),
    )
    assert exchange.response is not None
    assert exchange.response.status == 201
    assert ("x-trace", "t1") in exchange.response.headers
    assert exchange.response.body == b'{"code": "0"}'
    assert exchange.response.length == 13
    assert exchange.response.sha256 == hashlib.sha256(b'{"code": "0"}').digest()
    assert exchange.started_at == NOW
    assert 0 <= exchange.duration_ms < 5000


async def test_the_evidence_is_what_went_over_the_wire(
    server: FaultServer, http: HttpClient
) -> None:
    consumer = consumer_of(
        http,
        server.origin + "/orders/${record.id}?a=${key}",
        request={
            "method": "PUT",
            "query": {"q": "x y"},
            "headers": {"X-Tenant": "${record.t}"},
            "body": {"no": "${record.id}"},
        },
    )
    server.on("/orders/a%2Fb", "ok")
    result = await consumer.push([claimed({"id": "a/b", "t": "acme"}, key="K&1")])
    (received,) = server.received
    assert (received.method, received.path) == ("PUT", "/orders/a%2Fb?a=K%261&q=x%20y")
    assert received.header("x-tenant") == "acme"
    assert received.body == b'{"no":"a/b"}'
    assert result.exchange is not None
    sent = result.exchange.request
    assert (sent.method, sent.url, sent.body) == (
        "PUT",
        server.origin + received.path,
        received.body,
    )
    for name, value in sent.headers:
        assert received.header(name) == value


async def test_a_delete_without_a_body_leaves_evidence_of_an_empty_one(
    server: FaultServer, http: HttpClient
) -> None:
    result = await consumer_of(http, server.url("ok"), request={"method": "DELETE"}).push(
        [claimed()]
    )
    assert (server.received[0].method, server.received[0].body) == ("DELETE", b"")
    assert result.exchange is not None
    assert result.exchange.request.body == b""


@pytest.mark.parametrize(
    ("behaviour", "outcome", "kind", "requests"),
    [
        ("ok", A, "", 1),
        ("gzip", A, "", 1),
        ("chunked", A, "", 1),
        ("refused", N, "refused", 0),
        ("reset_before_reading", U, "reset", 0),
        ("reset_after_request", U, "reset", 1),
        ("close_after_request", U, "closed", 1),
        ("hang_after_request", U, "timeout", 1),
        ("hang_in_body", U, "timeout", 1),
        ("slow_body", U, "timeout", 1),
        ("slow_head", U, "timeout", 1),
        ("truncated", U, "truncated", 1),
        ("junk", U, "protocol", 1),
        ("gzip_bomb", U, "too_large", 1),
        ("redirect", X, "redirect", 1),
    ],
)
async def test_every_fault_has_its_outcome_and_no_request_leaves_twice(
    server: FaultServer,
    http: HttpClient,
    behaviour: str,
    outcome: Outcome,
    kind: str,
    requests: int,
) -> None:
    consumer = consumer_of(http, server.url(behaviour), request={"timeout": "500ms"})
    if behaviour == "gzip_bomb":
        consumer = consumer_of(http, server.url(behaviour))
    result = await consumer.push([claimed()])
    (verdict,) = result.verdicts
    assert (verdict.outcome, verdict.error_kind) == (outcome, kind)
    assert (verdict.error == "") == (outcome is A)
    assert len(server.received) == requests
    assert result.exchange is not None


@pytest.mark.parametrize(
    ("status", "outcome", "line_refusal"),
    [
        (400, X, False),
        (404, X, False),
        (422, X, False),
        (401, X, True),
        (403, X, True),
        (408, R, False),
        (429, R, False),
        (500, R, False),
        (503, R, False),
    ],
)
async def test_every_status_has_its_outcome(
    server: FaultServer,
    http: HttpClient,
    status: int,
    outcome: Outcome,
    line_refusal: bool,
) -> None:
    url = server.on("/in", Answer(status, b"why", (("Retry-After", "7"),)))
    result = await consumer_of(http, url).push([claimed()])
    (verdict,) = result.verdicts
    assert (verdict.outcome, verdict.line_refusal) == (outcome, line_refusal)
    assert verdict.retry_after_s == 7.0
    assert verdict.error.startswith(f"The target answered {status}")
    assert not verdict.final
    assert result.exchange is not None
    assert result.exchange.response is not None
    assert result.exchange.response.body == b"why"


async def test_a_target_that_asks_for_less_and_names_no_time_gets_a_minute(
    server: FaultServer, http: HttpClient
) -> None:
    url = server.on("/in", Answer(429, b""))
    result = await consumer_of(http, url).push([claimed()])
    assert (result.verdicts[0].retry_after_s, result.verdicts[0].min_wait_s) == (None, 60)


async def test_what_there_was_of_a_broken_answer_is_kept(
    server: FaultServer, http: HttpClient
) -> None:
    result = await consumer_of(http, server.url("truncated")).push([claimed()])
    assert result.exchange is not None
    response = result.exchange.response
    assert response is not None
    assert (response.status, response.body, response.length) == (200, b"half", 4)
    assert response.sha256 == hashlib.sha256(b"half").digest()


async def test_a_long_answer_is_cut_but_measured_whole(
    server: FaultServer, http: HttpClient
) -> None:
    body = b"a" * RESPONSE_CAP + b'"the rest"'
    url = server.on("/in", Answer(200, body))
    result = await consumer_of(http, url, success='body.endsWith("rest\\"")').push([claimed()])
    assert result.verdicts[0].outcome is A  # the rule sees all of it
    assert result.exchange is not None
    response = result.exchange.response
    assert response is not None
    assert response.body == body[:RESPONSE_CAP]
    assert response.length == len(body)
    assert response.sha256 == hashlib.sha256(body).digest()


async def test_an_endless_answer_is_not_read_to_its_end(
    server: FaultServer, http: HttpClient
) -> None:
    result = await consumer_of(http, server.url("endless")).push([claimed()])
    assert (result.verdicts[0].outcome, result.verdicts[0].error_kind) == (U, "too_large")
    assert result.exchange is not None
    assert result.exchange.response is not None
    assert result.exchange.response.length == ANSWER_MAX_BYTES
    assert len(result.exchange.response.body) == RESPONSE_CAP


async def test_the_timeout_is_the_documents(server: FaultServer, http: HttpClient) -> None:
    consumer = consumer_of(http, server.url("hang_after_request"), request={"timeout": "50ms"})
    result = await consumer.push([claimed()])
    assert result.exchange is not None
    assert 50 <= result.exchange.duration_ms < 1000
    assert result.verdicts[0].min_wait_s == 60


async def test_success_may_stand_in_the_body_only(server: FaultServer, http: HttpClient) -> None:
    url = server.on("/in", Answer(200, b'{"code": "E1"}'), Answer(200, b'{"code": "0"}'))
    consumer = consumer_of(http, url, success='body.code == "0"')
    first = await consumer.push([claimed()])
    second = await consumer.push([claimed()])
    assert [first.verdicts[0].outcome, second.verdicts[0].outcome] == [R, A]
    assert first.verdicts[0].error_kind == "success_rule"


async def test_a_record_no_request_can_be_made_from_sends_nothing(
    server: FaultServer, http: HttpClient
) -> None:
    consumer = consumer_of(http, server.origin + "/${record.nr}")
    result = await consumer.push([claimed()])
    (verdict,) = result.verdicts
    assert result.exchange is None
    assert (verdict.outcome, verdict.error_kind, verdict.final) == (N, "mapping", True)
    assert verdict.error == "request.url: record.nr: there is no field nr."
    assert server.received == []


async def test_a_push_that_is_cancelled_ends(server: FaultServer, http: HttpClient) -> None:
    consumer = consumer_of(http, server.url("hang_after_request"))
    task = asyncio.create_task(consumer.push([claimed()]))
    await server.wait_received(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# -- what would be sent


async def test_what_would_be_sent_is_what_is_sent(server: FaultServer, http: HttpClient) -> None:
    consumer = consumer_of(
        http,
        server.url("ok") + "?k=${key}",
        request={
            "headers": {"X-Id": "${record.id}"},
            "body": {"no": "${record.id}"},
            "auth": {"kind": "basic", "user": "hub", "password": {"secret": "password"}},
            "signature": {"key": {"secret": "signing"}},
        },
    )
    delivery = claimed()
    shown = consumer.would_send([delivery])
    assert server.received == []
    result = await consumer.push([delivery])
    assert result.exchange is not None
    assert result.exchange.request == shown


async def test_what_cannot_be_made_cannot_be_shown(http: HttpClient) -> None:
    consumer = consumer_of(http, "https://erp.example/${record.nr}")
    with pytest.raises(OperatorError) as caught:
        consumer.would_send([claimed()])
    assert caught.value.sentence == (
        "The request cannot be made from this record: request.url: record.nr: there is no field nr."
    )
    assert caught.value.hint


async def test_each_push_is_timed_by_the_clocks_passed_in(
    server: FaultServer, http: HttpClient
) -> None:
    ticks = iter(range(NOW, NOW + 1000))
    clock: Callable[[], int] = lambda: next(ticks)  # noqa: E731  # a clock is one expression
    consumer = consumer_of(http, server.url("ok"), clock=clock)
    first = await consumer.push([claimed()])
    second = await consumer.push([claimed()])
    assert first.exchange is not None
    assert second.exchange is not None
    assert NOW <= first.exchange.started_at < second.exchange.started_at
