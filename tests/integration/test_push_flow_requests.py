"""What a push is made of: every part of its request, and the variables of its record's shard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.core.delivery import State
from engine.demo.small_server import Reply
from tests.integration.flow import Flow, flow

REGIONS = {
    "shards": [
        {"name": "east", "vars": {"region": "east", "tenant": 1}},
        {"name": "west", "vars": {"region": "west", "tenant": 2}},
    ]
}


def document(line: Flow, consumer: dict[str, Any], **producer: Any) -> dict[str, Any]:
    made = line.document(consumer, producer={**REGIONS, **producer})
    made["producer"]["request"]["query"]["region"] = "${vars.region}"
    return made


async def test_a_push_has_the_variables_of_its_records_shard(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("E1", "E2", region="east")
        line.source.put("W1", region="west")
        request = {
            "url": f"{line.target_url}/${{vars.region}}",
            "body": {"id": "${record.id}", "tenant": "${vars.tenant}"},
        }
        await line.apply(document(line, line.consumer(request=request)))
        await line.until_counts(delivered=3)
        assert {
            (push.path, push.value["id"], push.value["tenant"]) for push in line.target.pushes
        } == {
            ("/east", "E1", 1),
            ("/east", "E2", 1),
            ("/west", "W1", 2),
        }


async def test_a_batch_with_variables_holds_records_of_one_shard(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("E1", "E2", "E3", region="east")
        line.source.put("W1", "W2", region="west")
        request = {"headers": {"x-region": "${vars.region}"}}
        batch = {"size": 10, "wait": "300ms"}
        await line.apply(document(line, line.consumer(batch=batch, request=request)))
        await line.until_counts(delivered=5)
        for push in line.target.pushes:
            assert {id_[0].lower() for id_ in push.ids} == {push.headers["x-region"][0]}


async def test_a_job_with_one_shard_has_its_variables_too(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("E1", region="east")
        request = {"headers": {"x-region": "${vars.region}"}}
        one = {"shards": REGIONS["shards"][:1]}
        await line.apply(document(line, line.consumer(request=request), **one))
        await line.until_counts(delivered=1)
        assert line.target.pushes[0].headers["x-region"] == "east"


async def test_a_record_of_a_shard_that_is_gone_says_what_is_missing(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("W1", region="west")
        request = {"headers": {"x-region": "${vars.region}"}}
        consumer = line.consumer(request=request)
        await line.apply(document(line, consumer))
        await line.until_counts(delivered=1)
        await line.pause(True, consumer="erp")
        line.source.put("W2", region="west")
        await line.until_counts(pending=1)
        await line.apply(document(line, consumer, shards=REGIONS["shards"][:1]))
        await line.pause(False, consumer="erp")
        await line.until_counts(dead=1, delivered=1)
        delivery, _ = await line.delivery("W2")
        assert delivery.state is State.DEAD
        assert 'no pull shard "west" any more' in delivery.last_error


async def test_every_part_of_a_push_reaches_the_target(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        await line.secret("erp", "erp-password")
        line.source.put("A", lines=[{"sku": "x", "n": 2}], price=10.5)
        request = {
            "method": "PATCH",
            "url": f"{line.target_url}/orders/${{record.id}}",
            "query": {"key": "${key}"},
            "headers": {"X-Source": "shop"},
            "body": {"orderNo": "${record.id}", "lines": "${record.lines}", "p": "${record.price}"},
            "auth": {"kind": "basic", "user": "hub", "password": {"secret": "erp"}},
        }
        success = 'status in [200, 201] && body.code == "0"'
        line.target.answers = lambda push: Reply(
            {"code": "0" if len(line.target.pushes) > 1 else "7"}
        )
        await line.apply(line.document(line.consumer(request=request, success=success)))
        await line.until_counts(delivered=1)
        first, second = line.target.pushes
        assert (first.method, first.path) == ("PATCH", "/orders/A")
        assert first.headers["x-source"] == "shop"
        assert first.headers["authorization"].startswith("Basic ")
        assert first.value == {"orderNo": "A", "lines": [{"sku": "x", "n": 2}], "p": 10.5}
        assert first.body == second.body
