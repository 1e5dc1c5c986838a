"""Filters and batches of pushes over real sockets."""

from __future__ import annotations

import pytest

from engine.core.attempt import Outcome
from engine.core.expression import ExpressionFailed
from engine.http.client import HttpClient
from tests.fault_server import Answer, FaultServer
from tests.unit.consumers.making import claimed, consumer_of

A, R, X, N = Outcome.ACCEPTED, Outcome.RETRY, Outcome.REJECTED, Outcome.NOT_SENT

# -- filter


async def test_a_filter_takes_what_it_says(http: HttpClient) -> None:
    consumer = consumer_of(
        http, "https://erp.example/", filter='record.status == "paid" && key != "k0"'
    )
    assert consumer.wants("k1", {"status": "paid"})
    assert not consumer.wants("k0", {"status": "paid"})
    assert not consumer.wants("k1", {"status": "open"})
    with pytest.raises(ExpressionFailed):
        consumer.wants("k1", {})
    assert consumer_of(http, "https://erp.example/").wants("k", None)


@pytest.mark.parametrize("payload", [b"{}", b"not json"])
async def test_a_filter_that_gives_no_answer_is_a_verdict_and_sends_nothing(
    server: FaultServer, http: HttpClient, payload: bytes
) -> None:
    consumer = consumer_of(http, server.url("ok"), filter='record.status == "paid"')
    result = await consumer.push([claimed(payload)])
    (verdict,) = result.verdicts
    assert (verdict.outcome, verdict.error_kind, verdict.final) == (N, "filter", True)
    assert verdict.error.startswith("filter: ")
    assert result.exchange is None
    assert server.received == []


async def test_what_the_filter_decided_at_ingest_is_not_decided_again(
    server: FaultServer, http: HttpClient
) -> None:
    consumer = consumer_of(http, server.url("ok"), filter='record.status == "paid"')
    result = await consumer.push([claimed({"status": "open"})])
    assert result.verdicts[0].outcome is A
    assert len(server.received) == 1


# -- batches


async def test_a_batch_is_one_request(server: FaultServer, http: HttpClient) -> None:
    consumer = consumer_of(http, server.url("ok"), batch={"size": 3})
    assert consumer.batch_size == 3
    result = await consumer.push([claimed(b'{"a":1.0}'), claimed(b'{ "b":2 }'), claimed(b"3")])
    (received,) = server.received
    assert received.body == b'[{"a":1.0},{ "b":2 },3]'
    assert [verdict.outcome for verdict in result.verdicts] == [A, A, A]
    assert result.exchange is not None
    assert result.exchange.request.body == received.body


async def test_results_per_record_come_from_the_answer(
    server: FaultServer, http: HttpClient
) -> None:
    url = server.on("/in", Answer(200, b'{"results": [true, false, true]}'))
    consumer = consumer_of(http, url, batch={"size": 3}, items="body.results")
    result = await consumer.push([claimed(), claimed(), claimed()])
    assert [verdict.outcome for verdict in result.verdicts] == [A, R, A]


async def test_a_rejected_batch_asks_to_be_halved_and_a_lone_record_does_not(
    server: FaultServer, http: HttpClient
) -> None:
    url = server.on("/in", Answer(400, b"bad"))
    consumer = consumer_of(http, url, batch={"size": 10})
    both = await consumer.push([claimed(), claimed()])
    assert both.split
    assert [verdict.outcome for verdict in both.verdicts] == [X, X]
    assert not (await consumer.push([claimed()])).split


async def test_a_record_the_filter_gives_no_answer_for_is_parted_from_its_batch_first(
    server: FaultServer, http: HttpClient
) -> None:
    consumer = consumer_of(
        http, server.url("ok"), batch={"size": 3}, filter='record.status == "paid"'
    )
    good, bad = claimed({"status": "paid"}), claimed({})
    both = await consumer.push([good, bad])
    assert (both.exchange, both.split) == (None, True)
    assert [verdict.outcome for verdict in both.verdicts] == [N, N]
    assert both.verdicts[0].error == (
        "Nothing was sent: the filter gives no answer for another record."
    )
    assert both.verdicts[1].error.startswith("filter: ")
    alone = await consumer.push([bad])
    assert (alone.split, alone.verdicts[0].final) == (False, True)
    assert (await consumer.push([good])).verdicts[0].outcome is A
    assert [received.body for received in server.received] == [b'[{"status": "paid"}]']


async def test_a_batch_no_request_can_be_made_from_asks_to_be_halved(
    server: FaultServer, http: HttpClient
) -> None:
    consumer = consumer_of(
        http,
        server.url("ok"),
        batch={"size": 3},
        request={"body": {"ids": "${records.map(r, r.id)}"}},
    )
    bad, good = claimed({}), claimed()
    both = await consumer.push([bad, good])
    assert (both.exchange, both.split) == (None, True)
    assert [verdict.error_kind for verdict in both.verdicts] == ["mapping", "mapping"]
    alone = await consumer.push([bad])
    assert (alone.split, alone.verdicts[0].final) == (False, True)
    assert (await consumer.push([good])).verdicts[0].outcome is A
    assert [received.body for received in server.received] == [b'{"ids":[17]}']
