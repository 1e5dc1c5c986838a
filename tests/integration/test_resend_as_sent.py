"""A resend as it was: the last request once more, whatever the mapping says today."""

from __future__ import annotations

from pathlib import Path

from engine.core.attempt import Outcome
from engine.core.delivery import Event
from engine.demo.small_server import Reply
from engine.operations import deliveries
from engine.operations.deliveries import How
from engine.store.operation_rows import ResendMode
from tests.integration.flow import OK, TESTER, Flow, flow

AS_IT_WAS = How(ResendMode.SENT)


async def resent(line: Flow, key: str, how: How) -> deliveries.Moved:
    record_id = (await line.detail(key)).brief.record_id
    moved = await deliveries.move_records(
        line.engine.store, Event.RESEND, [record_id], "erp", TESTER, how
    )
    await line.engine.deliveries_changed()
    return moved


async def test_as_it_was_repeats_the_request_and_as_mapped_makes_a_new_one(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A", price=5)
        old = {"body": {"was": "${record.price}"}, "headers": {"X-Mapping": "old"}}
        await line.apply(line.document(line.consumer(request=old)))
        await line.until_counts(delivered=1)
        new = {"method": "PUT", "body": {"is": "${record.price}"}, "headers": {"X-Mapping": "new"}}
        await line.apply(line.document(line.consumer(request=new)))

        assert (await resent(line, "A", AS_IT_WAS)).moved == 1
        await line.until(lambda: len(line.target.pushes) == 2, "sent as it was")
        await line.until_counts(delivered=1, unsynced=0)
        await resent(line, "A", How())
        await line.until(lambda: len(line.target.pushes) == 3, "sent as mapped")

        first, as_was, mapped = line.target.pushes
        assert (as_was.method, as_was.body) == (first.method, first.body) == ("POST", b'{"was":5}')
        assert as_was.headers["x-mapping"] == "old"
        assert (mapped.method, mapped.body) == ("PUT", b'{"is":5}')
        assert len({push.headers["webhook-id"] for push in line.target.pushes}) == 1
        tries = [push.headers["jellyfish-attempt"] for push in line.target.pushes]
        assert tries == ["1.1", "2.1", "3.1"]
        await line.until_counts(delivered=1, unsynced=0)
        _, attempts = await line.delivery("A")
        assert [(one.cycle, one.outcome) for one in attempts] == [
            (1, Outcome.ACCEPTED),
            (2, Outcome.ACCEPTED),
            (3, Outcome.ACCEPTED),
        ]
        assert attempts[1].exchange is not None
        assert attempts[1].exchange.request.body == b'{"was":5}'


async def test_a_retry_of_a_repeated_request_repeats_it_too(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A")
        await line.apply(line.document(line.consumer(request={"body": {"was": "${key}"}})))
        await line.until_counts(delivered=1)
        await line.apply(line.document(line.consumer(request={"body": {"is": "${key}"}})))
        line.target.answers = lambda push: Reply({}, 503) if len(line.target.pushes) == 2 else OK

        await resent(line, "A", AS_IT_WAS)
        await line.until(lambda: len(line.target.pushes) == 3, "tried again")

        assert [push.body for push in line.target.pushes] == [b'{"was":"A"}'] * 3
        await line.until_counts(delivered=1, unsynced=0)


async def test_what_was_never_sent_or_went_with_others_cannot_be_repeated(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A", "B", "C", "D")
        batch = {"size": 3, "wait": "200ms"}
        consumer = line.consumer(batch=batch, filter='record.id != "D"')
        await line.apply(line.document(consumer))
        await line.until_counts(delivered=3, skipped=1)

        together = await resent(line, "B", AS_IT_WAS)
        never = await resent(line, "D", AS_IT_WAS)

        assert (together.moved, never.moved) == (0, 0)
        assert "carried other records too" in together.refused[0].sentence
        assert "No request of it is kept" in never.refused[0].sentence
        await line.until_counts(delivered=3, skipped=1)


async def test_in_a_consumer_with_batches_a_repeated_request_goes_alone(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        document = line.document(line.consumer(batch={"size": 3, "wait": "50ms"}))
        await line.apply(document)
        for count, key in enumerate(("A", "B"), start=1):
            line.source.put(key)
            await line.until_counts(delivered=count)
        await line.until_counts(delivered=2)
        await line.pause(True, consumer="erp")
        line.source.put("C", "D")
        await line.until_counts(pending=2)
        assert (await resent(line, "A", AS_IT_WAS)).moved == 1
        assert (await resent(line, "B", AS_IT_WAS)).moved == 1
        line.target.pushes.clear()

        await line.pause(False, consumer="erp")
        await line.until_counts(delivered=4, unsynced=0)

        assert sorted(push.ids for push in line.target.pushes) == [["A"], ["B"], ["C", "D"]]
