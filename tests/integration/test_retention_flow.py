"""What goes by age while a node runs, and what never does."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from engine.core.delivery import State
from engine.demo.small_server import Reply
from engine.store.dialects.sqlite import driver
from tests.integration.flow import OK, Flow, Push, Source, Target, flow, state_of

HOURLY = {"schedule": {"every": "1h"}}
SHORT = {"bodies": "1ms", "attempts": "1ms"}


def bytes_on_disk(home: Path) -> int:
    return sum(file.stat().st_size for file in home.glob("jellyfish.db*"))


def free_pages(home: Path) -> int:
    with closing(driver.connect(home / "jellyfish.db")) as database:
        return int(database.execute("PRAGMA freelist_count").fetchone()[0])


def only_failed_and_unsynced_stay(line: Flow, retention: dict[str, str]) -> dict[str, Any]:
    hourly = {"policy": "fixed", "every": "1h", "attempts": 3}
    consumer = line.consumer(filter='record.id != "skipped"', retry=hourly)
    return line.document(consumer, producer=HOURLY, retention=retention)


def answer(push: Push) -> Reply:
    statuses = {"failed": Reply({"no": 1}, 422), "unsynced": Reply({"busy": 1}, 503)}
    return statuses.get(push.value["id"], OK)


async def test_bodies_go_by_age_but_never_those_of_failed_and_unsynced_records(
    tmp_path: Path,
) -> None:
    source, target = Source(), Target(answers=answer)
    async with flow(tmp_path, source, target) as line:
        source.put("delivered", "failed", "unsynced", "skipped", text="x" * 2000)
        keep_attempts = {"bodies": "1ms", "attempts": "90d"}
        await line.apply(only_failed_and_unsynced_stay(line, keep_attempts))
        await line.until_counts(delivered=1, dead=1, retrying=1, skipped=1)
        before = await line.counts()
    async with flow(tmp_path, source, target) as line:

        async def gone() -> bool:
            return [(await line.detail(key)).payload for key in ("delivered", "skipped")] == [
                None
            ] * 2

        await line.until(gone, "old bodies go")
        for key in ("failed", "unsynced"):
            assert (await line.detail(key)).payload
            _, (attempt,) = await line.delivery(key)
            assert attempt.exchange is not None
            assert attempt.exchange.response is not None
            assert attempt.exchange.response.body
        _, (attempt,) = await line.delivery("delivered")
        assert attempt.exchange is not None
        assert attempt.exchange.response is not None
        assert not attempt.exchange.response.body
        assert attempt.exchange.response.status == 200
        after = await line.counts()
        assert (after.delivered, after.dead, after.skipped, after.unsynced) == (1, 1, 1, 1)
        assert after.pulled == before.pulled == 4


async def test_attempts_and_superseded_versions_go_later_and_totals_stay(tmp_path: Path) -> None:
    source, target = Source(), Target(answers=answer)
    async with flow(tmp_path, source, target) as line:
        source.put("delivered", "failed", "unsynced", n=1)
        await line.apply(only_failed_and_unsynced_stay(line, SHORT))
        await line.until_counts(delivered=1, dead=1, retrying=1)
        source.put("delivered", n=2)
        await line.engine.run_now("orders")
        await line.until_counts(delivered=2)
        pulled = (await line.engine.status()).jobs[0].pulled
    async with flow(tmp_path, source, target) as line:

        async def gone() -> bool:
            versions = [one.version for one in await line.records(key="delivered")]
            return versions == [2] and not (await line.delivery("delivered", 2))[1]

        await line.until(gone, "the superseded version and old attempts go")
        assert state_of(await line.delivery("failed")) is State.DEAD
        assert len((await line.delivery("failed"))[1]) == 1
        assert len((await line.delivery("unsynced"))[1]) == 1
        assert (await line.engine.status()).jobs[0].pulled == pulled == 4
        counts = await line.counts()
        assert (counts.delivered, counts.dead) == (2, 1)
        assert counts.delivered + counts.unsynced + counts.dead + counts.skipped == counts.pulled
        source.answers = lambda call: Reply({"rows": [dict(source.rows["delivered"])]})
        await line.apply(line.document(retention=SHORT))
        await line.until_asked(3)
        assert [one.version for one in await line.records(key="delivered")] == [2], (
            "an equal record is still known as a duplicate"
        )


async def test_space_is_given_back_to_the_disk(tmp_path: Path) -> None:
    source, target = Source(), Target()
    async with flow(tmp_path, source, target) as line:
        source.put(*(f"A{n:03d}" for n in range(300)), text="x" * 40_000)
        await line.apply(line.document(producer=HOURLY, retention=SHORT))
        await line.until_counts(delivered=300, unsynced=0)
    full = bytes_on_disk(tmp_path / "home")
    assert full > 12_000_000
    async with flow(tmp_path, source, target) as line:

        async def gone() -> bool:
            return (await line.detail("A299")).payload is None

        await line.until(gone, "old bodies go")

        await line.until(lambda: free_pages(line.home) == 0, "no page stays free")
    assert bytes_on_disk(tmp_path / "home") < full / 4
