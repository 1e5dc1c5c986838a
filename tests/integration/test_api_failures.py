"""Failures by cause, over a real node's API: seen, listed, counted and sent again as a group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.api.client import ApiError
from engine.api.wire import RecordQuery, ResendRequest
from engine.core.delivery import Event
from engine.operations.explain import Holding
from tests.integration.api_node import ApiNode, api_node, document


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as running:
        await running.owner.apply(document())
        yield running


async def test_a_group_of_failures_is_seen_and_sent_again_as_one(node: ApiNode) -> None:
    await node.pulled([(f"A-{n}", b"%d" % n) for n in range(5)])
    claimed = await node.claimed()
    await node.tried(claimed[:3], Event.GIVE_UP, body=b'{"msg": "no stock"}')
    await node.tried(claimed[3:4], Event.GIVE_UP, body=b'{"msg": "no amount"}')
    await node.tried(claimed[4:])

    first, second = await node.owner.failures()
    query = RecordQuery(cause=first.cause)

    assert (first.count, first.sentence) == (3, "The target answered 503. no stock")
    assert (first.status, first.outcome, first.state) == (503, "retry", "dead")
    assert (first.job, first.consumer, first.sample) == (
        "orders",
        "erp",
        "The target answered 503.",
    )
    assert first.first_at is not None
    assert first.record_id == claimed[2].record_id
    assert second.sentence == "The target answered 503. no amount"
    assert [one.key for one in (await node.owner.records(query)).records] == ["A-2", "A-1", "A-0"]
    assert (await node.owner.count(query)).count == 3
    assert (await node.owner.resend(ResendRequest(query=query))).resent == 3
    assert [one.sentence for one in await node.owner.failures()] == [second.sentence]
    assert (await node.owner.records(query)).records == ()


async def test_failures_can_be_asked_for_by_job_and_consumer(node: ApiNode) -> None:
    await node.pulled([("A-1", b"1")])
    await node.tried(await node.claimed(), Event.GIVE_UP)

    assert len(await node.owner.failures("orders", "erp")) == 1
    with pytest.raises(ApiError) as refused:
        await node.owner.failures("nothing")
    assert refused.value.status == 404


async def test_a_cause_that_is_none_is_refused_with_its_place(node: ApiNode) -> None:
    with pytest.raises(ApiError) as refused:
        await node.owner.records(RecordQuery(cause="first"))

    assert refused.value.path == "cause"


async def test_a_record_is_explained_in_a_sentence_and_in_facts(
    node: ApiNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node.engine, "holding", lambda *asked: Holding())
    await node.claimed()  # takes the leases
    await node.pulled([("A-1", b"1")])
    await node.tried(await node.claimed(), Event.POSTPONE, due_in_s=600)
    await node.pulled([("A-1", b"2")])
    later, earlier = (await node.owner.records()).records

    (waits,) = (await node.owner.explain(later.id)).reasons
    (fails,) = (await node.owner.explain(earlier.id)).reasons

    assert (waits.kind, waits.blocking_record_id) == ("earlier_version", earlier.id)
    assert (fails.kind, fails.number, fails.attempts_left) == ("retry", 1, 9)
    assert fails.due_at is not None
    assert fails.due_at > node.engine.now()
    assert (fails.consumer, fails.state) == ("erp", "retrying")
    with pytest.raises(ApiError) as refused:
        await node.owner.explain(999)
    assert refused.value.status == 404


async def test_a_record_nobody_works_on_says_so(node: ApiNode) -> None:
    await node.pulled([("A-1", b"1")])
    (listed,) = (await node.owner.records()).records

    (reason,) = (await node.owner.explain(listed.id)).reasons

    assert (reason.kind, reason.sentence) == ("no_node", "No node that sends is running.")


async def test_records_are_searched_by_expression(node: ApiNode) -> None:
    await node.pulled([(f"A-{n}", b'{"id": %d, "total": %d}' % (n, n * 10)) for n in range(9)])
    query = RecordQuery(job="orders", expression='record.total > 50 && key != "A-7"')

    page = await node.owner.records(query)

    assert [one.key for one in page.records] == ["A-8", "A-6"]
    assert (page.scanned, page.unjudged, page.next) == (9, 0, None)
    assert (await node.owner.count(query)).count == 2
    misspelt = await node.owner.records(RecordQuery(expression="record.totals > 50"))
    assert (misspelt.records, misspelt.unjudged) == ((), 9)
    assert "totals" in misspelt.unjudged_why
    await node.tried(await node.claimed())
    assert (await node.owner.resend(ResendRequest(query=query))).resent == 2


async def test_an_expression_that_is_wrong_is_refused_with_its_position(node: ApiNode) -> None:
    with pytest.raises(ApiError) as refused:
        await node.owner.records(RecordQuery(expression="record.total >"))

    (problem,) = refused.value.problems
    assert (refused.value.status, problem.path) == (422, "expression")
    assert (problem.line, problem.column) == (1, 15)


async def test_a_pause_is_explained_with_its_window_and_its_reason(node: ApiNode) -> None:
    await node.pulled([("A-1", b"1")])
    (listed,) = (await node.owner.records()).records
    until = node.engine.now() + 3_600_000
    await node.owner.pause("orders", "erp", until=until, reason="The ERP is updated.")

    (reason,) = (await node.owner.explain(listed.id)).reasons

    assert (reason.kind, reason.until) == ("consumer_paused", until)
    assert reason.sentence == "The consumer is paused for another 60 min: The ERP is updated."
    await node.owner.pause("orders")
    (reason,) = (await node.owner.explain(listed.id)).reasons
    assert (reason.kind, reason.until) == ("job_paused", None)
