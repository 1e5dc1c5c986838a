"""``vars`` in a push: the variables of the pull shard the record came in by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.core.delivery import State
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
