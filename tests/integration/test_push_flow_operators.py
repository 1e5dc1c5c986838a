"""What operators do to a running line: resend, skip, pause, edit the job, change shards or secrets.

And what they must never see: the value of a secret.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from engine.api.client import NodeClient
from engine.api.server import ApiServer, Listen, build_app
from engine.api.wire import RecordQuery
from engine.core.attempt import Outcome
from engine.core.delivery import Event
from engine.demo.small_server import Call, Reply
from engine.operations import deliveries, jobs
from engine.operations.tokens import Scope
from engine.services import supervisor
from tests.integration.flow import OK, TESTER, Push, flow

CANARY = "canary-7f3a9c1e5b"
BUSY = Reply({}, 503)
SIGNING = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


def ids(n: int) -> list[str]:
    return [f"A{number:02d}" for number in range(n)]


async def test_a_resend_begins_a_new_cycle_under_the_same_key_and_keeps_the_history(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: Reply({}, 422) if len(line.target.pushes) == 1 else OK
        line.source.put("A")
        await line.apply(line.document())
        await line.until_counts(dead=1)
        record = (await line.detail("A")).brief.record_id
        moved = await deliveries.move_records(
            line.engine.store, Event.RESEND, [record], "erp", TESTER
        )
        await line.engine.deliveries_changed()
        await line.until_counts(delivered=1, dead=0)
        assert (moved.moved, moved.warnings) == (1, ())
        delivery, attempts = await line.delivery("A")
        assert [(one.cycle, one.number, one.outcome) for one in attempts] == [
            (1, 1, Outcome.REJECTED),
            (2, 1, Outcome.ACCEPTED),
        ]
        assert delivery.cycle == 2
        first, second = line.target.pushes
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert second.headers["jellyfish-attempt"] == "2.1"


async def test_a_resend_of_an_old_version_warns_and_goes(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A", n=1)
        await line.apply(line.document())
        await line.until_counts(delivered=1)
        line.source.put("A", n=2)
        await line.until_counts(delivered=2)
        record = (await line.detail("A", 1)).brief.record_id
        moved = await deliveries.move_records(
            line.engine.store, Event.RESEND, [record], None, TESTER
        )
        assert "version 1 of 2" in moved.warnings[0]
        await line.engine.deliveries_changed()
        await line.until(lambda: len(line.target.pushes) == 3, "it is sent again")
        assert line.target.pushes[-1].value["n"] == 1
        await line.until_counts(delivered=2)


async def test_what_was_skipped_never_goes(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A", "B")
        document = line.document()
        await line.apply(document)
        await line.until_counts(delivered=2)
        await line.pause(True, consumer="erp")
        line.source.put("A", "B", n=2)
        await line.until_counts(pending=2)
        record = (await line.detail("A", 2)).brief.record_id
        moved = await deliveries.move_records(
            line.engine.store, Event.SKIP, [record], "erp", TESTER
        )
        assert moved.moved == 1
        await line.pause(False, consumer="erp")
        await line.until_counts(delivered=3, skipped=1, unsynced=0)
        assert [push.value["id"] for push in line.target.pushes[2:]] == ["B"]


async def test_a_paused_consumer_collects_and_spends_no_attempt(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A")
        await line.apply(line.document(line.consumer(), line.consumer("wms")))
        await line.until_counts(delivered=1)
        await line.pause(True, consumer="erp")
        line.source.put("B")
        await line.until_counts("wms", delivered=2)
        assert (await line.counts("erp")).pending == 1
        await line.pause(False, consumer="erp")
        await line.until_counts(delivered=2, unsynced=0)
        _, attempts = await line.delivery("B")
        assert [one.number for one in attempts] == [1]


async def test_an_edited_job_goes_on_with_its_new_words_and_loses_nothing(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put(*ids(40))
        await line.apply(line.document(line.consumer(rate="50/s")))
        await line.until(lambda: len(line.target.pushes) >= 5, "some are sent")
        await line.apply(line.document(line.consumer(request={"url": f"{line.target_url}/new"})))
        await line.until_counts(delivered=40, unsynced=0)
        assert Counter(push.value["id"] for push in line.target.pushes) == Counter(ids(40))
        assert line.target.to("/new")
        assert line.target.to("/erp")


@pytest.mark.parametrize("shards", [1, 7])
async def test_push_shards_change_under_load_without_loss_or_disorder(
    tmp_path: Path, shards: int
) -> None:
    async with flow(tmp_path) as line:

        async def work(push: Push) -> Reply:
            await asyncio.sleep(0.002)  # the target's own time
            return OK

        line.target.answers = work
        document = line.document(line.consumer(concurrency=4))
        line.source.put(*ids(50), n=1)
        await line.apply(document)
        await line.until(lambda: len(line.target.pushes) >= 5, "some are sent")
        line.source.put(*ids(50), n=2)
        await line.apply({**document, "ledger": {**document["ledger"], "push_shards": shards}})
        line.source.put(*ids(50), n=3)

        def newest() -> bool:
            last = {push.value["id"]: push.value["n"] for push in line.target.pushes}
            return len(last) == 50 and set(last.values()) == {3}

        await line.until(newest, "the newest version of each has arrived")
        await line.until_counts(unsynced=0, dead=0)
        for id_ in ids(50):
            order = [push.value["n"] for push in line.target.pushes if push.value["id"] == id_]
            assert order == sorted(set(order))


async def test_a_changed_secret_is_used_at_once(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: (
            OK if push.headers["authorization"] == "Bearer new-token" else Reply({}, 401)
        )
        await line.secret("erp", "old-token")
        auth = {"kind": "bearer", "token": {"secret": "erp"}}
        retry = {"policy": "fixed", "every": "200ms", "attempts": 100}
        line.source.put("A")
        await line.apply(line.document(line.consumer(request={"auth": auth}, retry=retry)))
        await line.until_counts(retrying=1)
        await line.secret("erp", "new-token")
        await line.until_counts(delivered=1)


async def test_a_job_is_left_alone_when_another_or_a_secret_of_another_changes(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        answer = asyncio.Event()

        async def slow(call: Call) -> Reply | None:
            if call.path == "/orders":
                await answer.wait()
            return None

        line.source.answers = slow
        line.source.put("A")
        await line.apply(line.document())
        await line.until_asked(1)
        await line.apply(line.document(line.consumer("other"), job="other"))
        await line.secret("unused", "value")
        await line.until_counts("other", "other", delivered=1)
        answer.set()
        await line.until_counts(delivered=1)
        job = await line.engine.store.job("orders")
        pulls, _ = await line.engine.store.pulls(job.id, limit=100)
        assert pulls[-1].new == 1, "the first page asked for is the one that was stored"
        assert next(call.path for call in line.source.asked) == "/orders"


async def test_a_target_that_does_not_answer_does_not_hold_up_who_pauses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE_S", 0.2)
    async with flow(tmp_path) as line:
        answer = asyncio.Event()

        async def hang(push: Push) -> Reply:
            await answer.wait()
            return OK

        line.target.answers = hang
        line.source.put("A")
        await line.apply(line.document())
        await line.until(lambda: line.target.in_flight == 1, "a push hangs")
        began = time.monotonic()
        await line.pause(True)
        assert time.monotonic() - began < 5
        answer.set()
        await line.until_counts(delivered=1)
        assert len(line.target.pushes) == 1


async def test_a_pause_does_not_eat_the_time_for_retries(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: BUSY if len(line.target.pushes) < 3 else OK
        line.source.put("A")
        retry = {
            "policy": "exponential",
            "first": "700ms",
            "cap": "700ms",
            "jitter": 0,
            "attempts": 50,
            "budget": "600ms",
        }
        await line.apply(line.document(line.consumer(retry=retry)))
        await line.until_counts(retrying=1)
        await line.pause(True, consumer="erp")
        over = line.engine.now() + 800
        await line.until(lambda: line.engine.now() > over, "the time would be over")
        await line.pause(False, consumer="erp")
        await line.until_counts(delivered=1, dead=0)


async def test_a_deleted_job_ends_under_load(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put(*ids(50))
        await line.apply(line.document(line.consumer(rate="50/s")))
        await line.until(lambda: len(line.target.pushes) >= 5, "some are sent")
        await jobs.delete(line.engine.store, "orders", TESTER)
        await line.engine.job_changed("orders")
        sent, asked = len(line.target.pushes), len(line.source.asked)
        line.source.put("Z")
        await line.apply(line.document(line.consumer("other"), job="other"))
        await line.until_counts("other", "other", delivered=51)
        assert len(line.target.to("/erp")) == sent
        assert [call.path for call in line.source.asked].count("/orders") == asked
        assert (await line.engine.status()).jobs[0].job == "other"


async def test_a_job_waits_for_a_secret_that_is_not_set_yet(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        auth = {"kind": "bearer", "token": {"secret": "erp"}}
        line.source.put("A")
        await line.apply(line.document(line.consumer(request={"auth": auth})))
        told = (await line.engine.status()).jobs[0].consumers[0]
        assert "erp" in told.happening
        await line.secret("erp", "token")
        await line.until_counts(delivered=1)


async def test_a_receiver_can_check_the_signature(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        await line.secret("signing", SIGNING)
        request = {"signature": {"kind": "standard_webhooks", "key": {"secret": "signing"}}}
        line.target.answers = lambda push: Reply({}, 503) if len(line.target.pushes) == 1 else OK
        line.source.put("A", amount=12)
        await line.apply(line.document(line.consumer(request=request)))
        await line.until_counts(delivered=1)
        for push in line.target.pushes:
            assert Webhook(SIGNING).verify(push.body, push.headers)["amount"] == 12
        with pytest.raises(Exception, match="signature"):
            Webhook(SIGNING).verify(push.body + b" ", push.headers)


async def test_a_secret_stands_nowhere_but_on_the_wire(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Canaries in every place a secret can be used; targets that send them back."""
    caplog.set_level(logging.DEBUG, "engine")
    basic = base64.b64encode(f"hub:{CANARY}-basic".encode()).decode()
    values = {
        "source": f"{CANARY}-source",
        "basic": f"{CANARY}-basic",
        "query": f"{CANARY}-query",
        "signing": SIGNING,
    }

    def echo_source(call: Call) -> Reply | None:
        seen = call.headers.get("authorization", "")
        if len(line.source.asked) == 1:
            return Reply({"error": f"you said {seen}"}, 500, {"x-echo": seen})
        return None

    def echo(push: Push) -> Reply:
        said = f"{push.headers.get('authorization', '')} {push.path}"
        status = 422 if push.value["id"] == "A" else 200
        password = f"{CANARY}-basic" if push.path == "/erp" else ""
        return Reply({"error": said, "password": password}, status, {"x-echo": said})

    async with flow(tmp_path) as line:
        line.source.answers, line.target.answers = echo_source, echo
        for name, value in values.items():
            await line.secret(name, value)
        line.source.put("A", "B")
        signature = {"kind": "standard_webhooks", "key": {"secret": "signing"}}
        document = line.document(
            line.consumer(
                request={
                    "auth": {"kind": "basic", "user": "hub", "password": {"secret": "basic"}},
                    "signature": signature,
                }
            ),
            line.consumer(
                "wms",
                request={
                    "auth": {
                        "kind": "api_key",
                        "in": "query",
                        "name": "apikey",
                        "value": {"secret": "query"},
                    }
                },
            ),
        )
        document["producer"]["request"]["auth"] = {"kind": "bearer", "token": {"secret": "source"}}
        await line.apply(document)
        for name in ("erp", "wms"):
            await line.until_counts(name, delivered=1, dead=1, unsynced=0)
        assert any(basic in push.headers.get("authorization", "") for push in line.target.pushes)
        assert line.source.asked[-1].headers["authorization"] == f"Bearer {CANARY}-source"

        shown = await everything_the_api_says(line.engine)
        needles = [CANARY.encode(), basic.encode(), SIGNING.removeprefix("whsec_").encode()]
        for needle in needles:
            assert needle not in shown
            for file in line.home.rglob("*"):
                if file.is_file():
                    assert needle not in file.read_bytes(), file.name
            assert needle.decode() not in caplog.text
    for needle in needles:
        for file in line.home.rglob("*"):
            if file.is_file():
                assert needle not in file.read_bytes(), file.name


async def everything_the_api_says(engine: Any) -> bytes:
    """The answers to everything that can be read, and the export."""
    made = await engine.tokens.make("reader", Scope.ADMIN, None, TESTER)
    server = ApiServer(build_app(engine), Listen("127.0.0.1", 0))
    url = await server.start()
    try:
        async with (
            NodeClient(url, made.text) as client,
            httpx.AsyncClient(
                base_url=url, headers={"authorization": f"Bearer {made.text}"}, trust_env=False
            ) as raw,
        ):
            schema = (await raw.get("/api/v1/openapi.json")).json()
            records = await client.records(RecordQuery(job="orders"), None, 100)
            assert len(records.records) == 2
            said = b""
            paths = [path for path, methods in schema["paths"].items() if "get" in methods]
            assert any("{record_id}" in path for path in paths)
            for path in paths:
                if "events" in path or "stream" in path:
                    continue
                for record in records.records:
                    url_path = path.replace("{record_id}", str(record.id)).replace(
                        "{name}", "orders"
                    )
                    answer = await raw.get(
                        url_path, params={"job": "orders"} if "pulls" in path else {}
                    )
                    said += answer.content
            export = await raw.post("/api/v1/records/export", json={"job": "orders"})
            assert export.status_code == 200
            assert b'"attempts"' in said
            return said + export.content + json.dumps(schema).encode()
    finally:
        await server.stop()
