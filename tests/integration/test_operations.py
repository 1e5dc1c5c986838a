"""Operations through the API: begun with a number, worked beside the traffic, steered, reported."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from engine.api.client import ApiError, NodeClient
from engine.api.wire import OperationRequest, OperationShape, RecordQuery
from engine.demo.small_server import Call, Reply
from tests.integration.flow import OK, Flow, flow
from tests.integration.flow_api import api

REFUSED = Reply({}, 422)


async def reached(
    line: Flow,
    client: NodeClient,
    operation_id: int,
    holds: Callable[[OperationShape], bool] = lambda found: found.state == "done",
) -> OperationShape:
    """The operation, as soon as this holds of it."""
    found: list[OperationShape] = []

    async def look() -> bool:
        found[:] = [await client.operation(operation_id)]
        return holds(found[0])

    await line.until(look, f"operation {operation_id}")
    return found[0]


async def given_up(line: Flow, *keys: str) -> None:
    """Records that the target refused, and does not refuse any more."""
    line.target.answers = lambda push: REFUSED
    line.source.put(*keys)
    await line.apply(line.document())
    await line.until_counts(dead=len(keys))
    line.target.answers = lambda push: OK
    line.target.pushes.clear()


DEAD = RecordQuery(job="orders", states=("dead",))


async def test_all_that_match_are_sent_again_once_each_and_counted(tmp_path: Path) -> None:
    keys = [f"A{n:03d}" for n in range(120)]
    async with flow(tmp_path) as line, api(line) as client:
        await given_up(line, *keys)
        begun = await client.start_operation(
            OperationRequest(kind="resend", query=DEAD, per_s=400, reason="target mended")
        )
        assert (begun.state, begun.total, begun.total_exact, begun.done) == (
            "running",
            120,
            True,
            0,
        )

        done = await reached(line, client, begun.id)

        await line.until_counts(delivered=120, dead=0)
        assert (done.done, done.moved, done.refused, done.share) == (120, 120, 0, 1.0)
        assert sorted(push.ids[0] for push in line.target.pushes) == keys
        assert done.rate_per_s is not None
        assert done.ended_at is not None
        assert (done.by, done.job, done.per_s) == ("ana", "orders", 400)
        audit = await client.audit(what="resend")
        assert [entry.detail for entry in audit.entries] == [
            f"operation {begun.id}, done: 120 sent again, target mended"
        ]
        assert (audit.entries[0].by, audit.entries[0].where) == ("ana", "127.0.0.1")


async def test_a_throttled_operation_is_paused_resumed_and_cancelled(tmp_path: Path) -> None:
    keys = [f"A{n:03d}" for n in range(40)]
    async with flow(tmp_path) as line, api(line) as client:
        await given_up(line, *keys)
        request = OperationRequest(kind="resend", query=DEAD, per_s=8)
        begun = await client.start_operation(request)
        await reached(line, client, begun.id, lambda found: found.done >= 4)

        paused = await client.pause_operation(begun.id)
        assert paused.state == "paused"
        await line.until_counts(delivered=paused.moved)
        assert (await client.operations(open_only=True)).operations[0].id == begun.id
        still = await client.operation(begun.id)
        assert (still.state, still.done) == ("paused", paused.done)

        await client.resume_operation(begun.id)
        await reached(line, client, begun.id, lambda found: found.done > paused.done)
        cancelled = await client.cancel_operation(begun.id)

        assert (cancelled.state, cancelled.done < 40) == ("cancelled", True)
        await line.until_counts(delivered=cancelled.moved, dead=40 - cancelled.moved)
        assert (await client.operations(open_only=True)).operations == ()
        whats = [entry.what for entry in (await client.audit(target="operation")).entries]
        assert whats == ["cancel operation", "resume operation", "pause operation"]
        with pytest.raises(ApiError, match="is cancelled, so it cannot be resumed"):
            await client.resume_operation(begun.id)


async def test_named_records_are_sent_again_and_what_cannot_be_is_told(tmp_path: Path) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        await given_up(line, "A", "B")
        ids = [one.record_id for one in await line.records()]
        begun = await client.start_operation(
            OperationRequest(kind="resend", record_ids=(*ids, 999), consumer="erp")
        )
        assert begun.total == 3

        done = await reached(line, client, begun.id)

        await line.until_counts(delivered=2, dead=0)
        assert (done.moved, done.refused) == (2, 1)
        assert [(one.path, one.sentence) for one in done.refusals] == [
            ("999", "There is no record 999.")
        ]


async def test_a_skip_of_all_that_match_gives_its_reason(tmp_path: Path) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        await line.apply(line.document())
        await line.pause(True, consumer="erp")
        line.source.put("D", "E")
        await line.until_counts(pending=2)
        begun = await client.start_operation(
            OperationRequest(kind="skip", query=RecordQuery(job="orders"), reason="test orders")
        )
        await reached(line, client, begun.id)

        assert begun.total == 2
        delivery, _ = await line.delivery("D")
        assert delivery.last_error == "Cancelled by an operator: test orders"
        await line.until_counts(skipped=2, pending=0)


async def test_failures_that_are_dealt_with_are_put_away_where_the_state_names_them(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        await given_up(line, "A", "B")
        everything = RecordQuery(job="orders")
        with pytest.raises(ApiError, match="Nothing matches that waits or failed"):
            await client.start_operation(OperationRequest(kind="skip", query=everything))

        begun = await client.start_operation(
            OperationRequest(kind="skip", query=DEAD, reason="called the shop")
        )
        done = await reached(line, client, begun.id)

        assert (begun.total, done.moved) == (2, 2)
        delivery, _ = await line.delivery("A")
        assert delivery.last_error == "Put away by an operator: called the shop"
        await line.until_counts(skipped=2, dead=0)
        assert await client.failures() == ()
        assert (await client.check()).ok


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (OperationRequest(kind="resend", query=DEAD), "Nothing matches that could be sent again."),
        (
            OperationRequest(kind="skip", query=DEAD),
            "Nothing matches that waits or failed and could be skipped.",
        ),
        (
            OperationRequest(kind="skip", query=RecordQuery(states=("delivered",))),
            "None of the states asked for can be skipped.",
        ),
        (OperationRequest(kind="resend"), "Either record ids or a query must be given"),
        (
            OperationRequest(kind="resend", query=DEAD, record_ids=(1,)),
            "Either record ids or a query must be given",
        ),
        (OperationRequest(kind="repull"), "A re-pull is of one job"),
        (OperationRequest(kind="repull", job="nothing"), "There is no job named"),
        (OperationRequest(kind="repull", job="orders", shard="west"), "has no pull shard"),
        (OperationRequest(kind="repull", job="orders", since="soon"), "is a number, and the value"),
        (OperationRequest(kind="repull", job="orders", since="9", until="3"), "before its start"),
        (OperationRequest(kind="repull", job="orders", query=DEAD), "not of records"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_sentence(
    tmp_path: Path, request_: OperationRequest, sentence: str
) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        await line.apply(line.document())
        with pytest.raises(ApiError, match=sentence):
            await client.start_operation(request_)
        assert (await client.operations()).operations == ()
        with pytest.raises(ApiError, match="There is no operation 5"):
            await client.operation(5)


# ---- re-pull


async def test_a_repull_reads_a_stretch_again_and_leaves_the_live_cursor_alone(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        line.source.put(*[f"A{n}" for n in range(1, 9)])
        await line.apply(line.document())
        await line.until_counts(delivered=8)
        line.source.rows["A2"]["price"] = 5  # changed without a new rev: the live pull misses it
        line.source.rows["A4"]["price"] = 5
        line.source.rows["A8"]["price"] = 5  # is read live again, as its rev is the cursor's
        line.source.rows["A6"]["price"] = 5  # behind the stretch
        await line.until_counts(delivered=9)
        (cursor,) = await client.cursors("orders")

        begun = await client.start_operation(
            OperationRequest(kind="repull", job="orders", since="2", until="4")
        )
        done = await reached(line, client, begun.id)

        await line.until_counts(delivered=11)
        assert (done.done, done.moved, done.sentence) == (3, 2, "")
        assert [one.version for one in await line.records(key="A6")] == [1]
        assert [one.version for one in await line.records(key="A4")] == [1, 2]
        assert [one.version for one in await line.records(key="A3")] == [1]
        (after,) = await client.cursors("orders")
        assert (after.value, after.start) == (cursor.value, "0") == ("8", "0")
        pulls = (await client.pulls("orders")).pulls
        noted = [pull for pull in pulls if pull.note == f"Re-pull, operation {begun.id}."]
        assert [(pull.cursor_before, pull.new, pull.duplicates) for pull in noted] == [("2", 2, 1)]


async def test_a_repull_waits_for_a_paused_job_and_goes_on(tmp_path: Path) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        line.source.put("A")
        await line.apply(line.document())
        await line.until_counts(delivered=1)
        await client.pause("orders")
        begun = await client.start_operation(OperationRequest(kind="repull", job="orders"))
        waiting = await reached(line, client, begun.id, lambda found: found.sentence != "")
        assert waiting.sentence == "The job is paused; the re-pull goes on when it is resumed."

        await client.resume("orders")
        done = await reached(line, client, begun.id)
        assert (done.done, done.moved, done.sentence) == (1, 0, "")


async def test_a_source_that_fails_ends_a_repull_with_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.services.repull.MOST_FAILURES", 2)
    monkeypatch.setattr("engine.services.repull.LONGEST_WAIT_S", 0.05)
    async with flow(tmp_path) as line, api(line) as client:
        line.source.put("A")
        await line.apply(line.document())
        await line.until_counts(delivered=1)
        line.source.answers = lambda call: Reply({"error": "down"}, 500)
        begun = await client.start_operation(OperationRequest(kind="repull", job="orders"))
        failed = await reached(line, client, begun.id, lambda found: found.state == "failed")
        assert "500" in failed.sentence

        line.source.answers = lambda call: None
        await client.resume_operation(begun.id)
        done = await reached(line, client, begun.id)
        assert done.done == 1


async def test_a_repull_of_a_deleted_job_ends_with_a_sentence(tmp_path: Path) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        await line.apply(line.document())
        await client.pause("orders")
        begun = await client.start_operation(OperationRequest(kind="repull", job="orders"))
        await reached(line, client, begun.id, lambda found: found.sentence != "")
        await client.delete_job("orders")
        failed = await reached(line, client, begun.id, lambda found: found.state == "failed")
        assert failed.sentence == 'The job "orders" was deleted.'


async def test_a_repull_never_stores_an_older_answer_behind_a_newer_one(tmp_path: Path) -> None:
    asked, live, answer = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def repulled() -> Reply:
        rows = [dict(line.source.rows["A"])]
        asked.set()
        await answer.wait()
        return Reply({"rows": rows})

    def source(call: Call) -> Awaitable[Reply] | None:
        if call.query["since"] == "-1":  # a step below the first value
            return repulled()
        if asked.is_set():
            live.set()
        return None

    async with flow(tmp_path) as line, api(line) as client:
        line.source.put("A", price=1)
        await line.apply(line.document())
        await line.until_counts(delivered=1)
        await line.pause(True)
        line.source.rows["A"]["price"] = 2
        line.source.answers = source
        begun = await client.start_operation(
            OperationRequest(kind="repull", job="orders", since="0", until="5")
        )
        await line.pause(False)
        await asked.wait()
        line.source.rows["A"]["price"] = 3
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(live.wait(), 0.6)  # six intervals of the live pull
        answer.set()
        await reached(line, client, begun.id)
        await live.wait()
        await line.until_counts(unsynced=0)
        await line.until(lambda: line.target.pushes[-1].value["price"] == 3, "the newest")

        assert [push.value["price"] for push in line.target.pushes] in ([1, 2, 3], [1, 3])


async def test_a_job_that_is_edited_under_a_repull_is_gone_on_with(tmp_path: Path) -> None:
    async with flow(tmp_path) as line, api(line) as client:

        def page(call: Call) -> Reply:
            since, number = int(call.query.get("since") or 0), int(call.query["page"])
            rows = [row for row in line.source.rows.values() if row["rev"] >= since]
            return Reply({"rows": sorted(rows, key=lambda row: row["rev"])[number - 1 : number]})

        line.source.put(*[f"A{n}" for n in range(1, 6)])
        line.source.answers = page
        paged = {
            "paging": {"kind": "page", "start": 1, "size": 1},
            "request": {
                "url": f"{line.source_url}/orders",
                "query": {"since": "${cursor}", "page": "${page}"},
            },
        }
        await line.apply(line.document(producer=paged))
        await line.until_counts(delivered=5)
        begun = await client.start_operation(OperationRequest(kind="repull", job="orders", per_s=4))
        await reached(line, client, begun.id, lambda found: found.done > 0)
        await line.apply(line.document(producer=paged, description="edited"))

        done = await reached(line, client, begun.id)
        assert (done.state, done.moved) == ("done", 0)
        assert done.done >= 5


async def test_an_operation_takes_a_search_by_expression(tmp_path: Path) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        line.source.put("A", "B", price=5)
        line.source.put("C", price=9)
        await line.apply(line.document())
        await line.until_counts(delivered=3)
        line.target.pushes.clear()
        query = RecordQuery(job="orders", expression="record.price > 7")
        begun = await client.start_operation(OperationRequest(kind="resend", query=query))
        done = await reached(line, client, begun.id)

        await line.until_counts(delivered=3, unsynced=0)
        assert (done.moved, [push.ids for push in line.target.pushes]) == (1, [["C"]])


async def test_a_drained_node_works_on_no_operation(tmp_path: Path) -> None:
    async with flow(tmp_path) as line, api(line) as client:
        await given_up(line, "A", "B", "C", "D")
        begun = await client.start_operation(OperationRequest(kind="resend", query=DEAD, per_s=2))
        await reached(line, client, begun.id, lambda found: found.done > 0)
        await line.engine.seen("http://127.0.0.1:9")
        await line.engine.store.drain("test", by="ana")
        await line.engine.node_changed("test")

        async def given_back() -> bool:
            found = await line.engine.store.operation(begun.id)
            return found.owner == "" and found.state.value == "running"

        await line.until(given_back, "the operation is given back")
        before = await client.operation(begun.id)
        await line.engine.store.undrain("test", by="ana")
        await line.engine.node_changed("test")
        done = await reached(line, client, begun.id)
        assert before.done < done.done == 4
