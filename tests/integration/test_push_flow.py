"""What only a running line does with deliveries: bounds, order, retries, outages, batches."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from engine.core import breaker
from engine.core.attempt import Outcome
from engine.core.delivery import State
from engine.demo.small_server import Reply
from engine.services.lease_times import LeaseTimes
from tests.integration.flow import OK, Push, flow, state_of

NO = Reply({"error": "no"}, 422)
BUSY = Reply({"error": "busy"}, 503)


def ids(n: int) -> list[str]:
    return [f"A{number:02d}" for number in range(n)]


async def test_every_record_arrives_once_with_its_own_bytes(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put(*ids(30), amount="12345678901234567890.10")
        await line.apply(line.document())
        await line.until_counts(delivered=30, unsynced=0)
        assert Counter(push.value["id"] for push in line.target.pushes) == Counter(ids(30))
        detail = await line.detail("A07")
        assert detail.payload in [push.body for push in line.target.pushes]
        _, (attempt,) = await line.delivery("A07")
        assert (attempt.outcome, attempt.cycle, attempt.number) == (Outcome.ACCEPTED, 1, 1)


async def test_what_the_filter_does_not_want_is_skipped_and_its_next_version_may_go(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A", status="open")
        line.source.put("B", status="paid")
        await line.apply(line.document(line.consumer(filter='record.status == "paid"')))
        await line.until_counts(delivered=1, skipped=1)
        assert [push.value["id"] for push in line.target.pushes] == ["B"]
        line.source.put("A", status="paid")
        await line.until_counts(delivered=2, skipped=1, unsynced=0)
        assert state_of(await line.delivery("A", 1)) is State.SKIPPED
        assert state_of(await line.delivery("A", 2)) is State.DELIVERED


async def test_no_more_are_in_flight_than_the_consumer_allows(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:

        async def work(push: Push) -> Reply:
            await asyncio.sleep(0.005)  # the target's own time
            return OK

        line.target.answers = work
        line.source.put(*ids(60))
        await line.apply(line.document(line.consumer(concurrency=3)))
        await line.until_counts(delivered=60)
        assert line.target.most == 3


async def test_no_stretch_of_time_gets_more_than_the_rate(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put(*ids(30))
        await line.apply(line.document(line.consumer(rate="20/s")))
        await line.until_counts(delivered=30, unsynced=0)
        times = [push.at for push in line.target.pushes]
        for start in times:
            assert sum(start <= at < start + 0.5 for at in times) <= 10 + 2 + 2
        assert times[-1] - times[0] >= (30 - 1 - 2) / 20 - 0.1
        assert times[-1] - times[0] < 6, "a rate is not slower than it says, but for a busy machine"


async def test_fewer_records_than_the_rate_all_go(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put(*ids(4))
        await line.apply(
            line.document(line.consumer(rate="5/s"), producer={"schedule": {"every": "1h"}})
        )
        await line.until_counts(delivered=4, unsynced=0)


async def test_a_resend_of_many_keeps_to_the_rate(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put(*ids(12))
        await line.apply(line.document())
        await line.until_counts(delivered=12)
        await line.apply(line.document(line.consumer(rate="20/s")))
        before = len(line.target.pushes)
        every = [one.deliveries[0].delivery_id for one in await line.records()]
        await line.engine.store.resend(every, by="tester", due_at=0)
        await line.engine.deliveries_changed()
        await line.until(lambda: len(line.target.pushes) == before + 12, "all are sent again")
        times = [push.at for push in line.target.pushes[before:]]
        assert times[-1] - times[0] >= (12 - 1 - 2) / 20 - 0.1
        await line.until_counts(delivered=12, unsynced=0)


async def test_versions_of_a_key_keep_their_order_while_one_fails_and_no_other_key_waits(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        healed = False

        def answer(push: Push) -> Reply:
            return BUSY if push.value["id"] == "A" and push.value["n"] == 1 and not healed else OK

        line.target.answers = answer
        line.source.put("A", n=1)
        retry = {"policy": "fixed", "every": "400ms", "attempts": 100}
        await line.apply(line.document(line.consumer(retry=retry)))
        await line.until(lambda: len(line.target.pushes) >= 1, "the first version is tried")
        line.source.put("A", n=2)
        await line.until_counts(pulled=2)
        line.source.put("B", n=1)
        await line.until_counts(delivered=1, unsynced=2)
        line.source.put("A", n=3)
        await line.until_counts(pulled=4)
        healed = True
        await line.until_counts(delivered=4, unsynced=0)
        sent = [push.value["n"] for push in line.target.pushes if push.value["id"] == "A"]
        assert sent == sorted(sent)
        assert list(dict.fromkeys(sent)) == [1, 2, 3]


async def test_without_order_a_later_version_does_not_wait(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: BUSY if push.value["n"] == 1 else OK
        line.source.put("A", n=1)
        retry = {"policy": "fixed", "every": "1h", "attempts": 3}
        await line.apply(line.document(line.consumer(order="none", retry=retry)))
        await line.until_counts(retrying=1)
        line.source.put("A", n=2)
        await line.until_counts(delivered=1, retrying=1)


@pytest.mark.parametrize(
    ("retry", "waits_s"),
    [
        ({"policy": "fixed", "every": "80ms", "attempts": 3}, (0.08, 0.08)),
        ({"policy": "list", "delays": ["30ms", "120ms"]}, (0.03, 0.12)),
        (
            {
                "policy": "exponential",
                "first": "40ms",
                "factor": 3,
                "cap": "100ms",
                "jitter": 0,
                "attempts": 3,
            },
            (0.04, 0.1),
        ),
    ],
    ids=["fixed", "list", "exponential"],
)
async def test_a_policy_spaces_the_attempts_and_ends_them(
    tmp_path: Path, retry: dict[str, object], waits_s: tuple[float, ...]
) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: BUSY if push.value["id"] == "A" else OK
        line.source.put("A", "B")
        await line.apply(line.document(line.consumer(retry=retry)))
        await line.until_counts(dead=1, delivered=1, unsynced=0)
        times = [push.at for push in line.target.pushes if push.value["id"] == "A"]
        assert len(times) == len(waits_s) + 1
        for before, after, wait_s in zip(times, times[1:], waits_s, strict=False):
            assert after - before >= wait_s - 0.01
        delivery, attempts = await line.delivery("A")
        assert [one.number for one in attempts] == [1, 2, 3]
        assert {one.outcome for one in attempts} == {Outcome.RETRY}
        assert "attempts are spent" in delivery.last_error
        keys = {
            push.headers["webhook-id"] for push in line.target.pushes if push.value["id"] == "A"
        }
        assert len(keys) == 1
        assert [
            push.headers["jellyfish-attempt"]
            for push in line.target.pushes
            if push.value["id"] == "A"
        ] == ["1.1", "1.2", "1.3"]


async def test_a_target_that_is_not_there_spends_attempts_too(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A")
        refused = line.consumer(request={"url": "http://127.0.0.1:9/erp"})
        unnamed = line.consumer("dns", request={"url": "http://no-such-host.invalid/erp"})
        await line.apply(line.document(refused, unnamed))
        for name in ("erp", "dns"):
            await line.until_counts(name, dead=1, unsynced=0)
            _, attempts = await line.delivery("A", consumer=name)
            assert [one.outcome for one in attempts] == [Outcome.NOT_SENT] * 3


async def test_a_lost_answer_is_sent_again_under_the_same_key(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: None if len(line.target.pushes) == 1 else OK
        line.source.put("A")
        await line.apply(line.document())
        await line.until_counts(delivered=1)
        _, attempts = await line.delivery("A")
        assert [one.outcome for one in attempts] == [Outcome.UNKNOWN, Outcome.ACCEPTED]
        assert len({push.headers["webhook-id"] for push in line.target.pushes}) == 1


async def test_a_lost_answer_is_held_for_an_operator_if_the_consumer_says_so(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: None if push.value["id"] == "A" else OK
        line.source.put("A", "B")
        await line.apply(line.document(line.consumer(on_unknown="hold")))
        await line.until_counts(dead=1, delivered=1, unsynced=0)
        delivery, attempts = await line.delivery("A")
        assert [one.outcome for one in attempts] == [Outcome.UNKNOWN]
        assert "holds such records for an operator" in delivery.last_error
        assert len([push for push in line.target.pushes if push.value["id"] == "A"]) == 1


async def test_the_wait_a_target_asks_for_is_kept(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        asks = Reply({"error": "later"}, 429, {"retry-after": "1"})
        line.target.answers = lambda push: asks if len(line.target.pushes) == 1 else OK
        line.source.put("A")
        await line.apply(line.document())
        await line.until_counts(delivered=1)
        first, second = line.target.pushes
        assert 0.95 <= second.at - first.at < 10


async def test_an_outage_opens_the_breaker_spends_no_attempts_and_ends_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "FIRST_WAIT_S", 0.4)
    async with flow(tmp_path) as line:
        down = True
        line.target.answers = lambda push: BUSY if down else OK
        line.source.put(*ids(40))
        await line.apply(line.document(line.consumer(concurrency=4)))
        await line.until(lambda: bool(line.engine.holding("orders", "erp").breaker), "it opens")
        await line.until_counts(sending=0)
        asked = len(line.target.pushes)
        assert asked <= 10 + 4 + 1
        counts = await line.counts()
        assert (counts.dead, counts.unsynced) == (0, 40)
        down = False
        await line.until_counts(delivered=40, unsynced=0, dead=0)
        spent = 0
        for brief in await line.records():
            _, attempts = await line.delivery(brief.key)
            spent += len(attempts)
            assert len(attempts) <= 3
        assert spent == len(line.target.pushes)


async def test_a_send_longer_than_a_lease_is_one_send(tmp_path: Path) -> None:
    async with flow(tmp_path, lease_times=LeaseTimes(0.6)) as line:
        answer = asyncio.Event()

        async def slow(push: Push) -> Reply:
            if push.value["id"] == "A":
                await answer.wait()
            return OK

        line.target.answers = slow
        line.source.put("A")
        await line.apply(line.document())
        await line.until(lambda: line.target.in_flight == 1, "it is being sent")
        over = line.engine.now() + 1500
        await line.until(lambda: line.engine.now() > over, "the lease would have run out twice")
        line.source.put("B")
        await line.until_counts(delivered=1, sending=1)
        answer.set()
        await line.until_counts(delivered=2)
        assert [push.value["id"] for push in line.target.pushes] == ["A", "B"]
        assert len((await line.delivery("A"))[1]) == 1


async def test_a_poison_record_is_given_up_and_blocks_nobody(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: (
            Reply({"error": "crash"}, 500) if push.value["id"] == "A05" else OK
        )
        line.source.put(*ids(20))
        await line.apply(line.document(line.consumer(concurrency=1)))
        await line.until_counts(delivered=19, dead=1, unsynced=0)
        assert state_of(await line.delivery("A05")) is State.DEAD


async def test_a_tombstone_becomes_a_delete(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        request = {
            "method": '${record.deleted ? "DELETE" : "PUT"}',
            "url": f"{line.target_url}/erp/${{record.id}}",
        }
        line.source.put("A", deleted=False)
        await line.apply(line.document(line.consumer(request=request)))
        await line.until_counts(delivered=1)
        line.source.put("A", deleted=True)
        await line.until_counts(delivered=2)
        assert [(push.method, push.path) for push in line.target.pushes] == [
            ("PUT", "/erp/A"),
            ("DELETE", "/erp/A"),
        ]
