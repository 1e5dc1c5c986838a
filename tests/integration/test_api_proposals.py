"""Proposals, test pulls and pushes and previews over a real node's API and real sockets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.api import wire
from engine.api.client import ApiError
from engine.operations.propose.proposal import Change, Proposal, apply
from engine.operations.tokens import Scope
from tests.integration.api_node import ApiNode, api_node, document
from tests.unknown_systems import TARGET_KEY, TOKEN, UnknownSystems, order, unknown_systems

EMPTY: dict[str, Any] = {
    "job": "",
    "producer": {
        "kind": "http_pull",
        "mode": "full",
        "request": {"method": "GET", "url": ""},
    },
    "ledger": {"key": "record.id"},
    "consumers": [],
}


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as running:
        yield running


@pytest.fixture
async def systems() -> AsyncIterator[UnknownSystems]:
    async with unknown_systems() as running:
        yield running


def accepted(into: dict[str, Any], proposals: tuple[wire.ProposalShape, ...]) -> dict[str, Any]:
    """The document with every proposal accepted."""
    made = [
        Proposal(one.part, one.shown, tuple(Change(c.place, c.value) for c in one.changes), "")
        for one in proposals
    ]
    return apply(into, made)


async def asked(node: ApiNode, systems: UnknownSystems) -> dict[str, Any]:
    """The document after the source's command was pasted, its secret kept."""
    found = await node.owner.propose(systems.source_command, EMPTY)
    (secret,) = found.secrets
    await node.owner.keep_secret(systems.source_command, secret.name)
    return accepted(EMPTY, found.proposals)


async def read(node: ApiNode, systems: UnknownSystems) -> tuple[dict[str, Any], str]:
    """The document after a test pull, and a record of it."""
    draft = await asked(node, systems)
    pulled = await node.owner.test_pull(draft)
    return accepted(draft, pulled.proposals), pulled.records[0].value


async def whole(node: ApiNode, systems: UnknownSystems) -> tuple[dict[str, Any], str]:
    """The document after the target's command was pasted too."""
    draft, record = await read(node, systems)
    found = await node.owner.propose(systems.target_command, draft, consumer=0, record=record)
    await node.owner.keep_secret(systems.target_command, found.secrets[0].name, consumer=0)
    return accepted(draft, found.proposals), record


async def test_a_command_becomes_proposals_and_its_secret_stays_out(
    node: ApiNode, systems: UnknownSystems
) -> None:
    found = await node.owner.propose(systems.source_command, EMPTY)

    assert found.what == "command"
    assert {one.part for one in found.proposals} == {"request", "auth", "job", "paging"}
    assert [(one.name, one.kept, one.empty) for one in found.secrets] == [
        ("source-token", False, False)
    ]
    assert TOKEN not in found.model_dump_json()
    assert found.problems == ()


async def test_a_secret_is_kept_under_its_name_and_recognised_the_next_time(
    node: ApiNode, systems: UnknownSystems
) -> None:
    await node.owner.keep_secret(systems.source_command, "source-token")
    await node.owner.keep_secret(systems.source_command, "source-token")
    again = await node.owner.propose(systems.source_command, EMPTY)
    other = await node.owner.propose(systems.source_command.replace(TOKEN, "other-token-1"), EMPTY)
    with pytest.raises(ApiError, match="another secret"):
        await node.owner.keep_secret(
            "curl a.example -H 'Authorization: Bearer zzz1'", "source-token"
        )

    assert await node.engine.vault.get("source-token") == TOKEN
    assert (again.secrets[0].name, again.secrets[0].kept) == ("source-token", True)
    assert (other.secrets[0].name, other.secrets[0].kept) == ("source-token-2", False)


async def test_a_test_pull_shows_the_answer_and_proposes_how_to_read_it(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft = await asked(node, systems)
    pulled = await node.owner.test_pull(draft)

    assert pulled.request is not None
    assert pulled.response is not None
    assert TOKEN not in pulled.model_dump_json()
    assert pulled.response.status == 200
    assert json.loads(pulled.value)["data"]["total"] == 25
    assert {one.part: one.shown for one in pulled.proposals} == {
        "format": "JSON",
        "ok": 'status == 200 && body.code == "0"',
        "records": 'body.data["列表"]',
        "key": 'record["订单编号"]',
        "paging": "pageNo = 1, 2 …",
        "cursor": 'record["更新时间"]',
    }
    assert not pulled.ok, "the draft does not say yet where the records are"
    assert pulled.as_proposed
    assert pulled.raw_count == 10
    assert (pulled.records[0].key, pulled.records[0].seen) == ("SO-88001", "")
    assert systems.asked[-1].query["pageNo"] == "1"


async def test_accepted_proposals_fit_the_next_pull_and_the_document_check(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft, _ = await read(node, systems)
    pulled = await node.owner.test_pull(draft, page=2, cursor="2026-01-05 10:00:03")
    checked = await node.owner.check_job(draft)

    assert checked.problems == ()
    assert pulled.ok, pulled.sentence
    assert all(part.fits for part in pulled.parts)
    assert {part.part: part.shown for part in pulled.parts}["records"] == "10 found"
    assert [one.key for one in pulled.records[:2]] == ["SO-88013", "SO-88014"]
    assert pulled.records[0].cursor == "2026-01-05 10:00:13"
    assert systems.asked[-1].query["updateTimeStart"] == "2026-01-05 10:00:03"
    assert all(one.held for one in pulled.proposals)


async def test_a_part_that_does_not_fit_is_told_at_its_place_with_what_was_meant(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft, _ = await read(node, systems)
    draft["producer"]["response"]["ok"] = 'status == 200 && body.cod == "0"'
    draft["ledger"]["key"] = 'record["状态"]'
    pulled = await node.owner.test_pull(draft)
    parts = {part.part: part for part in pulled.parts}

    assert not pulled.ok
    assert "there is no field cod" in parts["ok"].sentence
    assert parts["ok"].hint == 'Did you mean "code"?'
    assert "another one has too" in parts["key"].sentence
    assert parts["records"].fits


async def test_a_source_that_refuses_is_told_with_its_answer(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft = await asked(node, systems)
    await node.owner.set_secret("source-token", "wrong")
    pulled = await node.owner.test_pull(draft)

    assert not pulled.ok
    assert "401" in pulled.sentence
    assert pulled.response is not None
    assert pulled.response.status == 401
    assert pulled.proposals == ()


async def test_a_source_that_is_not_there_is_told(node: ApiNode) -> None:
    draft = {**EMPTY, "producer": {"request": {"url": "http://127.0.0.1:9/x"}}}
    pulled = await node.owner.test_pull(draft)

    assert not pulled.ok
    assert pulled.sentence
    assert pulled.response is None


async def test_a_wrong_request_is_refused_with_its_place(node: ApiNode) -> None:
    with pytest.raises(ApiError) as refused:
        await node.owner.test_pull({**EMPTY, "producer": {"request": {"url": "no address"}}})
    assert refused.value.problems[0].path == "producer.request.url"


async def test_the_ledger_tells_new_changed_and_unchanged_records(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft, _ = await read(node, systems)
    await node.owner.apply(draft)
    fresh = await node.owner.test_pull(draft)
    old = json.dumps({**systems.orders[1], "状态": "new"}, ensure_ascii=False).encode()
    await node.pulled([("SO-88002", old)])
    pulled = await node.owner.test_pull(draft)

    assert {one.seen for one in fresh.records} == {"new"}
    assert (pulled.records[1].seen, pulled.records[1].version) == ("changed", 2)
    assert pulled.records[0].seen == "new"


async def test_a_target_becomes_a_consumer_with_its_fields_mapped(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft, _ = await whole(node, systems)
    (consumer,) = draft["consumers"]

    assert consumer["request"]["body"] == {
        "orderNo": '${record["订单编号"]}',
        "customer": {"name": '${record["客户"]["名称"]}'},
        "totalAmount": '${record["总金额"]}',
        "status": '${record["状态"]}',
        "lines": '${record["明细"].map(line, {"sku": line["商品编码"], "qty": line["数量"]})}',
    }
    assert TARGET_KEY not in json.dumps(draft)
    assert (await node.owner.check_job(draft)).problems == ()


async def test_a_test_push_shows_the_request_and_sends_nothing(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft, record = await whole(node, systems)
    shown = await node.owner.test_push(draft, 0, sample=record, key="SO-88001")

    assert shown.ok
    assert not shown.sent
    assert shown.request is not None
    assert json.loads(shown.request.body or "")["lines"][1] == {"sku": "P-2", "qty": 1}
    assert TARGET_KEY not in shown.model_dump_json()
    assert systems.taken == []


async def test_a_test_push_sends_once_keeps_nothing_and_proposes_the_rule(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft, record = await whole(node, systems)
    answer = await node.owner.test_push(draft, 0, sample=record, key="SO-88001", send=True)
    audit = await node.owner.audit()

    assert answer.sent
    assert answer.outcome == "accepted"
    assert [one["orderNo"] for one in systems.taken] == ["SO-88001"]
    assert [one.shown for one in answer.proposals] == ['status == 200 && body.code == "0"']
    assert (await node.owner.records()).records == ()
    assert systems.keys[0].startswith("test_")
    assert audit.entries[0].what == "test push sent"
    assert "SO-88001" in audit.entries[0].detail


async def test_a_refusal_in_the_body_is_seen_by_the_proposed_rule(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft, record = await whole(node, systems)
    systems.refuse = True
    blind = await node.owner.test_push(draft, 0, sample=record, send=True)
    draft["consumers"][0]["success"] = 'status == 200 && body.code == "0"'
    judged = await node.owner.test_push(draft, 0, sample=record, send=True)

    assert blind.outcome == "accepted"
    assert judged.outcome == "retry"
    assert not judged.ok
    assert "success rule" in judged.sentence


async def test_a_record_of_the_ledger_can_be_tried(node: ApiNode, systems: UnknownSystems) -> None:
    draft, _ = await whole(node, systems)
    await node.owner.apply(document())
    await node.pulled([("SO-1", json.dumps(systems.orders[0]).encode())])
    (record,) = (await node.owner.records()).records
    answer = await node.owner.test_push(draft, 0, record_id=record.id, send=True)

    assert answer.key == "SO-1"
    assert answer.outcome == "accepted"
    assert (await node.owner.record(record.id)).deliveries[0].state == "pending"


async def test_a_wrong_consumer_is_refused_with_its_place(node: ApiNode) -> None:
    draft = document()
    draft["consumers"].append({"name": "b", "request": {"url": "http://127.0.0.1:9/${"}})
    with pytest.raises(ApiError) as refused:
        await node.owner.test_push(draft, 1, sample="{}")
    assert refused.value.problems[0].path.startswith("consumers[1].request.url")


async def test_what_the_filter_does_not_want_is_told(node: ApiNode) -> None:
    draft = document()
    draft["consumers"][0]["filter"] = "record.paid == true"
    unwanted = await node.owner.test_push(draft, 0, sample='{"paid": false}')
    unsure = await node.owner.test_push(draft, 0, sample="{}")

    assert (unwanted.ok, unwanted.wanted) == (True, False)
    assert "filter" in unsure.sentence


async def test_previews_give_values_with_all_their_digits_or_the_place_of_the_mistake(
    node: ApiNode,
) -> None:
    items = [
        wire.EvaluateItem(id="a", text="record.amount"),
        wire.EvaluateItem(id="b", text="record.amuont"),
        wire.EvaluateItem(id="c", text="record.amount +"),
        wire.EvaluateItem(id="d", kind="condition", text="record.amount > 2.0"),
        wire.EvaluateItem(id="e", kind="template", text={"n": "${record.id}", "t": "no ${key}"}),
    ]
    data = '{"record": {"amount": 1840.00, "id": 123456789012345678901}, "key": "k"}'
    results = await node.owner.evaluate("push_request", items, data)

    assert [one.ok for one in results] == [True, False, False, True, True]
    assert (results[0].value, results[0].kind) == ("1840.00", "a decimal number")
    assert results[1].hint == 'Did you mean "amount"?'
    assert (results[2].line, results[2].column) == (1, 16)
    assert results[4].value == '{"n":123456789012345678901,"t":"no k"}'


@pytest.mark.parametrize("text", ["", "hello", "<html><body>login</body></html>", "curl", "{"])
async def test_junk_is_answered_with_a_sentence(node: ApiNode, text: str) -> None:
    with pytest.raises(ApiError) as refused:
        await node.owner.propose(text, EMPTY)
    assert refused.value.status == 422
    assert len(refused.value.sentence) > 10


async def test_a_pasted_answer_is_proposed_from_without_any_request(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft = await asked(node, systems)
    text = json.dumps({"code": "0", "data": {"total": 25, "列表": systems.orders[:5]}})
    before = len(systems.asked)
    found = await node.owner.propose(text, draft)

    assert found.what == "answer"
    assert len(systems.asked) == before
    assert found.document["ledger"]["key"] == 'record["订单编号"]'
    assert json.loads(found.value)["code"] == "0"


async def test_sending_and_asking_need_the_scope_to_operate(node: ApiNode) -> None:
    reader = await node.client_with(Scope.READ)
    operator = await node.client_with(Scope.OPERATE)
    try:
        for ask in (
            reader.propose("curl x.example"),
            reader.test_pull(document()),
            reader.test_push(document(), 0, sample="{}"),
            reader.evaluate("push_request", [], "{}"),
            operator.keep_secret("curl x.example -u a:bcdefg", "x"),
        ):
            with pytest.raises(ApiError) as refused:
                await ask
            assert refused.value.status == 403
    finally:
        await reader.close()
        await operator.close()


async def test_a_large_answer_is_shortened_in_its_lists_but_counted_whole(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft, _ = await read(node, systems)
    draft["producer"]["request"]["query"]["pageSize"] = "20000"
    systems.orders = [{**order(number), "备注": "x" * 200} for number in range(1, 4001)]
    pulled = await node.owner.test_pull(draft)

    assert pulled.raw_count == 4000
    assert pulled.shortened
    assert len(pulled.value) <= 512 * 1024
    assert len(json.loads(pulled.value)["data"]["列表"]) in (1000, 300)
    again = wire.SeenAnswer(status=200, value=pulled.value)
    assert (await node.owner.test_pull(draft, again=again)).ok


async def test_a_secret_the_source_sends_back_is_masked_in_tree_and_records(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft, _ = await read(node, systems)
    systems.orders = [{**order(1), "echo": f"you said {TOKEN}"}]
    pulled = await node.owner.test_pull(draft)

    assert pulled.ok, pulled.sentence
    assert TOKEN not in pulled.model_dump_json()
    assert "you said" in pulled.records[0].value


async def test_an_answer_is_looked_at_again_without_asking(
    node: ApiNode, systems: UnknownSystems
) -> None:
    draft, _ = await read(node, systems)
    pulled = await node.owner.test_pull(draft)
    before = len(systems.asked)
    draft["ledger"]["key"] = 'record["客户"]["名称"]'
    seen = await node.owner.test_pull(draft, again=wire.SeenAnswer(status=200, value=pulled.value))

    assert len(systems.asked) == before
    assert seen.records[0].key == "客户1"
