"""Cursors by an operator's hand: looked at, previewed in numbers, moved, and refused in words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.api.client import ApiError
from tests.integration.api_node import ApiNode, api_node, document
from tests.integration.flow import flow
from tests.integration.flow_api import api


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as running:
        yield running


def incremental(type_: str, **cursor: Any) -> dict[str, Any]:
    given = document()
    given["producer"] = {
        "kind": "http_pull",
        "request": {"url": "http://127.0.0.1:9/orders", "query": {"since": "${cursor}"}},
        "cursor": {"value": "record.at", "type": type_, **cursor},
    }
    return given


async def test_going_back_tells_how_many_records_come_again_and_they_do(tmp_path: Path) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        await line.apply(line.document())
        for number in range(1, 7):
            line.source.put(f"A{number}")
            await line.until_counts(delivered=number)
        before = await client.preview_cursor("orders", "all", "6")
        assert (before.direction, before.records) == ("same", 0)

        meaning = await client.preview_cursor("orders", "all", "3")

        assert (meaning.before, meaning.after, meaning.direction) == ("6", "3", "back")
        assert (meaning.distance, meaning.exact) == (-3.0, True)
        assert meaning.new == 3
        assert meaning.records >= 3
        assert "by 3 back" in meaning.sentence
        (cursor,) = await client.cursors("orders")
        assert (cursor.value, cursor.type, cursor.in_document) == ("6", "number", True)

        line.source.rows["A4"]["price"] = 9
        await client.set_cursor("orders", "all", "3")
        await line.until_counts(delivered=7)
        assert [one.version for one in await line.records(key="A4")] == [1, 2]
        assert [one.version for one in await line.records(key="A5")] == [1]
        (entry,) = (await client.audit(what="set cursor")).entries
        assert (entry.target, entry.detail, entry.by) == ("orders/all", "from 6 to 3", "ana")


async def test_clearing_and_going_ahead_say_what_they_mean(node: ApiNode) -> None:
    await node.owner.apply(incremental("time", start="2026-01-01T00:00:00Z"))
    store = node.engine.store
    row = await store.job("orders")
    await store.set_cursor(row.id, "all", "2026-03-01T00:00:00Z", by="x")

    start = await node.owner.preview_cursor("orders", "all", None)
    ahead = await node.owner.preview_cursor("orders", "all", "2026-03-03T12:00:00Z")

    assert (start.direction, start.distance) == ("back", -59 * 86_400.0)
    assert "59 days back" in start.sentence
    assert (ahead.direction, ahead.distance) == ("ahead", 2.5 * 86_400.0)
    assert "is not asked for" in ahead.sentence
    await node.owner.set_cursor("orders", "all", None)
    (cursor,) = await node.owner.cursors("orders")
    assert (cursor.value, cursor.start) == (None, "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("type_", "now", "value", "sentence"),
    [
        ("time", None, "tomorrow", "is a time, and the value is"),
        ("number", None, "12x", "is a number, and the value is"),
        ("text", None, "", "is empty"),
        ("time", "2026-03-01 00:00:00", "2026-03-01T00:00:00Z", "cannot be compared"),
    ],
)
async def test_a_value_that_is_no_cursor_is_refused_with_a_sentence(
    node: ApiNode, type_: str, now: str | None, value: str, sentence: str
) -> None:
    await node.owner.apply(incremental(type_))
    row = await node.engine.store.job("orders")
    if now is not None:
        await node.engine.store.set_cursor(row.id, "all", now, by="x")

    with pytest.raises(ApiError, match=sentence) as caught:
        await node.owner.set_cursor("orders", "all", value)

    assert caught.value.path == "value"
    (cursor,) = await node.owner.cursors("orders")
    assert cursor.value == now


async def test_a_job_without_a_cursor_and_an_unknown_shard_say_so(node: ApiNode) -> None:
    await node.owner.apply(document())
    (cursor,) = await node.owner.cursors("orders")
    assert cursor.type == ""
    with pytest.raises(ApiError, match="has no cursor: each of its runs reads everything"):
        await node.owner.set_cursor("orders", "all", "1")

    await node.owner.apply(incremental("number"))
    with pytest.raises(ApiError, match='has no pull shard "west"'):
        await node.owner.preview_cursor("orders", "west", "1")


# ---- the audit


async def test_the_audit_is_filtered_and_paged(node: ApiNode) -> None:
    await node.owner.apply(document())
    await node.owner.apply(document("stock"))
    for _ in range(3):
        await node.owner.pause("orders")
        await node.owner.resume("orders")
    everything = (await node.owner.audit()).entries
    pauses = await node.owner.audit(what="pause job")
    assert len(pauses.entries) == 3
    assert len((await node.owner.audit(target="STOCK")).entries) == 1
    assert (await node.owner.audit(who="nobody")).entries == ()
    assert len((await node.owner.audit(who=everything[0].by[:3])).entries) == len(everything)
    middle = pauses.entries[1].at
    assert all(entry.at >= middle for entry in (await node.owner.audit(since=middle)).entries)
    assert all(entry.at < middle for entry in (await node.owner.audit(until=middle)).entries)

    found: list[int] = []
    after: int | None = None
    while True:
        page = await node.owner.audit(limit=1, after=after, what="pause job")
        found += [entry.id for entry in page.entries]
        after = page.next
        if after is None:
            break
    assert found == [entry.id for entry in pauses.entries]
