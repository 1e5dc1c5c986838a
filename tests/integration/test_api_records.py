"""Looking records up, resending and skipping them, over a real node's API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.api import routes_records
from engine.api.client import ApiError, ConnectionLost, NodeClient
from engine.api.server import STOP_S, ApiServer, Listen, build_app
from engine.api.wire import CountShape, RecordQuery, ResendRequest, StatusShape
from engine.core.delivery import Event
from engine.operations import deliveries
from engine.operations.explain import Holding
from engine.operations.tokens import Scope
from engine.store.faces import operating
from tests.integration.api_node import ApiNode, api_node, document

MONEY = b'{"id": 9007199254740993, "amount": 1.10, "name": "\xe8\xae\xa2\xe5\x8d\x95"}'


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as running:
        await running.owner.apply(document())
        yield running


async def test_a_record_shows_where_it_came_from_and_every_attempt(node: ApiNode) -> None:
    await node.pulled([("A-1", MONEY)])
    await node.tried(
        await node.claimed(), Event.POSTPONE, body=b"\xff\xfe", headers=[("x-a", "b")], due_in_s=-1
    )
    await node.tried(await node.claimed())

    (listed,) = (await node.owner.records()).records
    record = await node.owner.record(listed.id)

    assert record.payload_text == MONEY.decode()
    assert record.payload["id"] == 9007199254740993
    assert record.pull is not None
    assert (record.pull.method, record.pull.status, record.pull.new) == ("GET", 200, 1)
    assert record.pull.request is not None
    assert record.pull.request.url == record.pull.url
    assert record.pull.response is not None
    assert (record.pull.response.status, record.pull.response.body) == (200, "")
    (delivery,) = record.deliveries
    assert (delivery.consumer, delivery.state, delivery.why) == (
        "erp",
        "delivered",
        "It is delivered.",
    )
    first, second = delivery.attempts
    assert (first.number, first.outcome, first.status) == (1, "retry", 503)
    assert first.error == "The target answered 503."
    assert first.response is not None
    assert (first.response.body, first.response.body_base64) == (None, "//4=")
    assert first.request is not None
    assert first.request.headers == (("x-a", "b"),)
    assert first.request.body_is_payload
    assert (second.number, second.outcome, second.ms) == (2, "accepted", 34)
    assert second.response is not None
    assert second.response.body == '{"ok":true}'


async def test_with_a_cap_long_bodies_are_left_out_and_told(node: ApiNode) -> None:
    await node.pulled([("A-1", MONEY), ("A-2", b'{"id": 2}')])
    by_key = {each.key: each.id for each in (await node.owner.records()).records}

    long = await node.owner.record(by_key["A-1"], cap=20)
    short = await node.owner.record(by_key["A-2"], cap=20)

    assert (long.payload, long.payload_text, long.payload_base64) == (None, None, None)
    assert (long.payload_left_out, long.size) == (True, len(MONEY))
    assert (short.payload, short.payload_text) == (None, '{"id": 2}')
    assert not short.payload_left_out


async def test_the_payload_is_given_byte_for_byte(node: ApiNode) -> None:
    odd = b'\xef\xbb\xbf {"a": 1.10}\r\n\x00\xff'
    await node.pulled([("A-1", odd)])
    (listed,) = (await node.owner.records()).records

    assert await node.owner.payload(listed.id) == odd
    async with node.raw() as client:
        answer = await client.get(f"/api/v1/records/{listed.id}/payload")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_the_answer_holds_the_digits_of_the_source(node: ApiNode) -> None:
    await node.pulled([("A-1", MONEY)])
    (listed,) = (await node.owner.records()).records
    async with node.raw() as client:
        answer = await client.get(f"/api/v1/records/{listed.id}")

    assert MONEY in answer.content


async def test_pages_go_through_everything_newest_first(node: ApiNode) -> None:
    await node.pulled([(f"A-{at}", b"%d" % at) for at in range(25)])

    ids: list[int] = []
    after: str | None = None
    while True:
        page = await node.owner.records(after=after, limit=10)
        ids += [record.id for record in page.records]
        after = page.next
        if after is None:
            break

    assert len(ids) == 25
    assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        (RecordQuery(states=("delivered",)), {"A-0", "A-1"}),
        (RecordQuery(states=("pending", "delivered")), {"A-0", "A-1", "B-0"}),
        (RecordQuery(job="orders", consumer="erp", key="B-0"), {"B-0"}),
        (RecordQuery(consumer="erp", key_prefix="A-"), {"A-0", "A-1"}),
        (RecordQuery(until=1), set()),
        (RecordQuery(since=1), {"A-0", "A-1", "B-0"}),
    ],
)
async def test_lists_and_counts_go_by_the_same_filters(
    node: ApiNode, query: RecordQuery, keys: set[str]
) -> None:
    await node.pulled([("A-0", b"0"), ("A-1", b"1")])
    await node.tried(await node.claimed())
    await node.pulled([("B-0", b"0")])

    page = await node.owner.records(query)
    counted = await node.owner.count(query)

    assert {record.key for record in page.records} == keys
    assert (counted.count, counted.exact) == (len(keys), True)


async def test_why_a_record_is_not_delivered_is_one_sentence(node: ApiNode) -> None:
    await node.pulled([("A-1", b"1")])
    (first,) = (await node.owner.records()).records
    (delivery,) = (await node.owner.record(first.id)).deliveries
    assert delivery.why.count(".") == 1

    await node.owner.pause("orders", "erp")
    (delivery,) = (await node.owner.record(first.id)).deliveries
    assert delivery.why == "The consumer is paused."

    await node.owner.pause("orders")
    (delivery,) = (await node.owner.record(first.id)).deliveries
    assert delivery.why == "The job is paused."


async def test_a_later_version_says_that_it_waits_for_the_earlier_one(
    node: ApiNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node.engine, "holding", lambda *asked: Holding())
    await node.claimed()  # takes the leases
    await node.pulled([("A-1", b"1")])
    await node.pulled([("A-1", b"2")])
    later, earlier = (await node.owner.records()).records

    (delivery,) = (await node.owner.record(later.id)).deliveries
    assert "earlier version" in delivery.why
    (delivery,) = (await node.owner.record(earlier.id)).deliveries
    assert delivery.why == "It is due and waits for its turn."


async def test_versions_of_a_key_are_listed_newest_first(node: ApiNode) -> None:
    for version in (b"1", b"2", b"1"):
        await node.pulled([("A-1", version)])
    newest = (await node.owner.records()).records[0]

    versions = await node.owner.versions(newest.id)

    assert [each.version for each in versions] == [3, 2, 1]
    assert versions[0].record_id == newest.id


async def test_resending_begins_a_new_cycle_and_keeps_the_history(node: ApiNode) -> None:
    await node.pulled([("A-1", b"1")])
    await node.tried(await node.claimed())
    (listed,) = (await node.owner.records()).records

    done = await node.owner.resend(ResendRequest(record_ids=(listed.id,)))

    assert (done.resent, done.refused, done.warnings) == (1, (), ())
    (delivery,) = (await node.owner.record(listed.id)).deliveries
    assert (delivery.state, delivery.cycle, delivery.number) == ("pending", 2, 0)
    assert len(delivery.attempts) == 1
    await node.tried(await node.claimed())
    (delivery,) = (await node.owner.record(listed.id)).deliveries
    assert [(each.cycle, each.number) for each in delivery.attempts] == [(1, 1), (2, 1)]


async def test_what_will_be_sent_anyway_is_not_resent(node: ApiNode) -> None:
    await node.pulled([("A-1", b"1")])
    (listed,) = (await node.owner.records()).records

    done = await node.owner.resend(ResendRequest(record_ids=(listed.id,)))

    assert done.resent == 0
    (refused,) = done.refused
    assert refused.path == str(listed.id)
    assert "pending" in refused.sentence


async def test_resending_an_old_version_warns(node: ApiNode) -> None:
    await node.pulled([("A-1", b"1")])
    await node.tried(await node.claimed())
    (old,) = (await node.owner.records()).records
    await node.pulled([("A-1", b"2")])
    await node.tried(await node.claimed())

    done = await node.owner.resend(ResendRequest(record_ids=(old.id,)))

    assert done.resent == 1
    (warning,) = done.warnings
    assert "version 1 of 2" in warning


async def test_all_that_match_are_resent_once_block_by_block(
    node: ApiNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "BLOCK", 10)
    await node.pulled([(f"A-{at}", b"%d" % at) for at in range(25)])
    await node.tried(await node.claimed())
    query = RecordQuery(job="orders", states=("delivered", "pending"))

    blocks: list[tuple[int, int]] = []
    after: int | None = 0
    while after is not None:
        done = await node.owner.resend(ResendRequest(query=query, after=after))
        blocks.append((done.resent, done.remaining))
        after = done.next
        # Delivered again at once: a call that only asked for "delivered" would never end.
        await node.tried(await node.claimed())

    assert blocks == [(10, 15), (10, 5), (5, 0)]
    page = await node.owner.records(limit=100)
    assert {record.deliveries[0].cycle for record in page.records} == {2}


async def test_a_resend_of_all_that_match_warns_of_old_versions_too(node: ApiNode) -> None:
    await node.pulled([("A-1", b'{"v":1}'), ("B-1", b'{"v":1}')])
    await node.tried(await node.claimed())
    await node.pulled([("A-1", b'{"v":2}')])

    result = await node.owner.resend(
        ResendRequest(query=RecordQuery(job="orders", states=("delivered",)))
    )

    assert result.resent == 2
    assert result.warnings == (
        "Record 1 is version 1 of 2: the target gets an older version than the newest.",
    )


async def test_a_skip_of_one_record_tells_its_reason_everywhere(node: ApiNode) -> None:
    await node.pulled([("A-1", MONEY)])
    await node.owner.skip(ResendRequest(record_ids=(1,), reason="entered twice"))

    (delivery,) = (await node.owner.record(1)).deliveries
    assert (delivery.state, delivery.last_error) == (
        "skipped",
        "Cancelled by an operator: entered twice",
    )
    assert delivery.why == "It was skipped: Cancelled by an operator: entered twice."
    (entry,) = (await node.owner.audit(what="skip")).entries
    assert entry.detail == "entered twice"


async def test_what_was_never_sent_cannot_be_resent_as_it_was(node: ApiNode) -> None:
    await node.pulled([("A-1", MONEY)])
    await node.owner.skip(ResendRequest(record_ids=(1,)))

    result = await node.owner.resend(ResendRequest(record_ids=(1,), mode="sent"))

    assert result.resent == 0
    assert result.refused[0].sentence.startswith("No request of it is kept")


async def test_all_that_wait_are_skipped_and_nothing_else(node: ApiNode) -> None:
    await node.pulled([("A-1", b"1")])
    await node.tried(await node.claimed())
    await node.pulled([("B-1", b"1"), ("B-2", b"1")])

    done = await node.owner.skip(ResendRequest(query=RecordQuery(job="orders")))

    assert done.skipped == 2
    states = {
        record.key: record.deliveries[0].state for record in (await node.owner.records()).records
    }
    assert states == {"A-1": "delivered", "B-1": "skipped", "B-2": "skipped"}


async def test_the_ledger_still_holds_after_operators_moves(node: ApiNode) -> None:
    await node.pulled([(f"A-{at}", b"%d" % at) for at in range(10)])
    claims = await node.claimed()
    await node.tried(claims[:5])
    await node.tried(claims[5:], Event.GIVE_UP)
    await node.owner.resend(ResendRequest(query=RecordQuery(job="orders", states=("dead",))))
    await node.owner.skip(ResendRequest(query=RecordQuery(key_prefix="A-")))

    checked = await node.owner.check()

    assert checked.broken == ()
    assert checked.ok
    (job,) = (await node.owner.status()).jobs
    (consumer,) = job.consumers
    assert (job.pulled, consumer.synced, consumer.failed, consumer.skipped) == (10, 5, 0, 5)


async def test_an_export_is_json_lines_with_every_digit(node: ApiNode) -> None:
    await node.pulled([("A-1", MONEY), ("A-2", b"\xff")])
    async with node.raw() as client:
        answer = await client.post("/api/v1/records/export", json={"job": "orders"})

    assert answer.headers["content-type"].startswith("application/x-ndjson")
    lines = answer.content.splitlines()
    by_key = {json.loads(line)["key"]: line for line in lines}
    assert MONEY in by_key["A-1"]
    assert json.loads(by_key["A-2"])["payload_base64"] == "/w=="


async def test_pulls_are_listed_newest_first(node: ApiNode) -> None:
    await node.pulled([("A-1", b"1")])
    await node.pulled([("A-1", b"1"), ("A-2", b"1")])

    page = await node.owner.pulls("orders")

    assert [(pull.new, pull.duplicates) for pull in page.pulls] == [(1, 1), (1, 0)]


async def test_events_tell_a_change_within_two_seconds(node: ApiNode) -> None:
    events = node.owner.events()
    async with asyncio.timeout(10):
        first = await anext(events)
        assert first.jobs[0].pulled == 0
        await node.pulled([("A-1", b"1")])
        while (await anext(events)).jobs[0].pulled == 0:
            pass
    await events.aclose()  # type: ignore[attr-defined]  # an async generator


async def test_a_stream_ends_with_its_token(node: ApiNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.api.events.LOOK_S", 0.0)
    client = await node.client_with(Scope.READ)
    async with client, asyncio.timeout(10):
        events = client.events()
        await anext(events)
        (token,) = await node.owner.tokens()
        await node.owner.revoke_token(token.id)
        with pytest.raises(ConnectionLost, match="closed the connection"):
            await _until_the_end(events)


async def test_an_open_stream_does_not_keep_the_server_from_stopping(node: ApiNode) -> None:
    server = ApiServer(build_app(node.engine), Listen("127.0.0.1", 0))
    async with NodeClient(await server.start(), node.token) as client:
        events = client.events()
        await anext(events)
        async with asyncio.timeout(STOP_S - 1):
            await server.stop()
        with pytest.raises(ConnectionLost):
            await _until_the_end(events)


async def test_a_stream_without_a_token_is_refused(node: ApiNode) -> None:
    async with NodeClient(node.url, "wrong") as client:
        with pytest.raises(ApiError) as refused:
            await anext(client.events())
    assert refused.value.code == "not_authenticated"


async def _until_the_end(events: AsyncIterator[StatusShape]) -> None:
    async for _ in events:
        pass


async def test_a_quick_count_stops_when_its_moment_is_over(
    node: ApiNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operating, "COUNT_SLICE", 2)
    monkeypatch.setattr(routes_records, "QUICK_S", 0.0)
    await node.pulled([(f"A-{n}", MONEY) for n in range(5)])
    query = RecordQuery(key_prefix="A-")
    assert await node.owner.count(query) == CountShape(count=5)
    assert await node.owner.count(query, quick=True) == CountShape(count=2, exact=False)
