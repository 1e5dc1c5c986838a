"""When a running line pulls: schedule, cron, shards, pauses, edits, failures."""

from __future__ import annotations

import itertools
import json
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from engine.demo.small_server import Reply
from tests.integration.flow import Source, Target, flow

HOURLY = {"schedule": {"every": "1h"}}


async def test_pulls_come_as_often_as_the_schedule_says(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        await line.apply(line.document(producer={"schedule": {"every": "300ms"}}))
        await line.until_asked(5)
        times = line.source.asked_at
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert min(gaps) >= 0.25
        assert sum(gaps[:4]) < 4, "the schedule is not slower than it says, but for a busy machine"


async def test_a_cron_line_is_due_at_its_times_in_its_time_zone(tmp_path: Path) -> None:
    shanghai = timezone(timedelta(hours=8))
    due = datetime.now(shanghai).replace(second=0, microsecond=0) - timedelta(minutes=30)
    cron = {"schedule": {"cron": f"{due.minute} {due.hour} * * *", "timezone": "Asia/Shanghai"}}
    source, target = Source(), Target()
    async with flow(tmp_path, source, target) as line:
        await line.apply(line.document(producer=cron))
        job = await line.engine.store.job("orders")

        async def pulled() -> bool:
            return (await line.engine.store.cursor(job.id, "all")).last_good_at is not None

        await line.until(pulled, "the first pull is done")
        cursor = await line.engine.store.cursor(job.id, "all")
        next_at = datetime.fromtimestamp(cursor.due_at / 1000, UTC)
        assert next_at == due + timedelta(days=1)
    async with flow(tmp_path, source, target) as line:

        async def known() -> bool:
            return (await line.engine.status()).jobs[0].next_pull_at == cursor.due_at

        await line.until(known, "a node that starts anew keeps to the stored time")
        assert len(source.asked) == 1


async def test_shards_ask_with_their_variables_from_their_own_cursors(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("E1", "E2", region="east")
        line.source.put("W1", region="west")
        shards = [
            {"name": "east", "vars": {"region": "east"}},
            {"name": "west", "vars": {"region": "west"}},
        ]
        document = line.document(producer={"shards": shards})
        document["producer"]["request"]["query"]["region"] = "${vars.region}"
        await line.apply(document)
        await line.until_counts(delivered=3)
        line.source.put("W2", "W3", region="west")
        await line.until_counts(delivered=5)
        job = await line.engine.store.job("orders")
        cursors = {one.shard: one.value for one in await line.engine.store.cursors(job.id)}
        assert cursors == {"east": "2", "west": "5"}
        east = [call.query["since"] for call in line.source.asked if call.query["region"] == "east"]
        assert set(east) <= {"0", "2"}


async def test_a_paused_job_asks_nothing_and_sends_nothing_until_it_is_resumed(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A")
        other = line.document(line.consumer("other"), job="other")
        await line.apply(line.document())
        await line.apply(other)
        await line.until_counts(delivered=1)
        await line.pause(True)

        async def paused() -> bool:
            states = {one.job: one.state for one in (await line.engine.status()).jobs}
            return states["orders"] == "paused"

        await line.until(paused, "the status says so")
        asked = [call.path for call in line.source.asked].count("/orders")
        line.source.put("B")
        await line.until_counts("other", "other", delivered=2)
        assert [call.path for call in line.source.asked].count("/orders") == asked
        assert len(line.target.to("/erp")) == 1
        await line.pause(False)
        await line.until_counts(delivered=2)


async def test_an_operator_can_pull_now(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A")
        await line.apply(line.document(producer=HOURLY))
        await line.until_counts(delivered=1)
        line.source.put("B")
        await line.engine.run_now("orders")
        await line.until_counts(delivered=2)


async def test_only_changes_of_a_full_pull_become_versions_and_a_change_back_is_one(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A", status="a")
        line.source.put("B", status="b")
        document = line.document(producer={"mode": "full"}, ledger={"changed_by": ["status"]})
        del document["producer"]["cursor"]
        document["producer"]["request"]["query"] = {}
        await line.apply(document)
        await line.until_counts(delivered=2)
        line.source.put("B", note="not looked at")
        line.source.put("A", status="other")
        await line.until_counts(delivered=3)
        line.source.put("A", status="a")
        await line.until_counts(delivered=4)
        await line.until_asked(2)
        assert [one.version for one in await line.records(key="A")] == [1, 2, 3]
        assert [one.version for one in await line.records(key="B")] == [1]


async def test_a_page_that_is_no_data_moves_nothing_and_is_told(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A")
        await line.apply(line.document())
        await line.until_counts(delivered=1)
        line.source.put("B")
        line.source.answers = lambda call: Reply("<html>Log in</html>")

        async def told() -> bool:
            return bool((await line.engine.status()).jobs[0].pull_problem)

        await line.until(told, "the status tells it")
        job = await line.engine.store.job("orders")
        assert (await line.engine.store.cursor(job.id, "all")).value == "1"
        line.source.answers = lambda call: None
        await line.until_counts(delivered=2)

        async def well() -> bool:
            return not (await line.engine.status()).jobs[0].pull_problem

        await line.until(well, "the problem is over")


async def test_a_shorter_schedule_counts_at_once(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A")
        await line.apply(line.document(producer=HOURLY))
        await line.until_counts(delivered=1)
        line.source.put("B")
        await line.apply(line.document())
        await line.until_counts(delivered=2)


async def test_a_mended_job_does_not_wait_as_long_as_the_wrong_source_asked_for(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A")
        line.source.answers = lambda call: (
            Reply({}, 429, {"retry-after": "600"}) if call.path == "/wrong" else None
        )
        wrong = line.document()
        wrong["producer"]["request"]["url"] = f"{line.source_url}/wrong"
        await line.apply(wrong)
        job = await line.engine.store.job("orders")

        async def failed() -> bool:
            cursor = await line.engine.store.cursor(job.id, "all")
            return cursor.due_at > line.engine.now() + 300_000

        await line.until(failed, "the source asks for ten minutes")
        began = time.monotonic()
        await line.apply(line.document())
        await line.until_counts(delivered=1)
        assert time.monotonic() - began < 10


async def test_a_row_missing_from_a_full_pull_deletes_nothing(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A", "B")
        document = line.document(producer={"mode": "full"})
        del document["producer"]["cursor"]
        document["producer"]["request"]["query"] = {}
        await line.apply(document)
        await line.until_counts(delivered=2)
        gone = line.source.rows.pop("A")
        await line.until_asked(2)
        assert [one.version for one in await line.records(key="A")] == [1]
        line.source.rows["A"] = gone
        await line.until_asked(2)
        await line.until_counts(delivered=2, pulled=2, unsynced=0)
        assert len(line.target.pushes) == 2


async def test_every_part_of_the_request_reaches_the_source(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        await line.secret("shop", "shop-token")
        line.source.put("A")
        document = line.document(description="Orders from the shop")
        document["producer"]["request"] |= {
            "method": "PUT",
            "headers": {"X-Tenant": "acme"},
            "body": {"from": "${cursor}", "fields": ["id"]},
            "auth": {"kind": "bearer", "token": {"secret": "shop"}},
        }
        await line.apply(document)
        await line.until_counts(delivered=1)
        call = line.source.asked[0]
        assert (call.method, call.query) == ("PUT", {"since": "0"})
        assert (call.headers["x-tenant"], call.headers["authorization"]) == (
            "acme",
            "Bearer shop-token",
        )
        assert json.loads(call.body) == {"from": 0, "fields": ["id"]}

        async def described() -> bool:
            return (await line.engine.status()).jobs[0].description == "Orders from the shop"

        await line.until(described, "the status has the description")
