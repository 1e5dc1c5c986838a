"""Alerts and their channels, over a real node's API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.api.client import ApiError
from engine.api.wire import ChannelPut
from engine.core.alerting import AlertKey, Standing
from engine.operations.channel_settings import channel
from engine.store.alerts import AlertWrite
from tests.fault_server import FaultServer
from tests.integration.api_node import ApiNode, api_node, document
from tests.smtp_server import SmtpServer


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as running:
        await running.owner.apply(document())
        yield running


async def test_open_and_resolved_alerts_are_listed_with_their_numbers(node: ApiNode) -> None:
    row = await node.engine.store.job("orders")
    facts = {"failed": 3, "unsynced": 12, "lag_s": 75.2, "breaker_open": True}
    key = AlertKey("erp", "failed > 0", ("ops",))
    over = AlertKey("crm", "failed > 0", ("ops",))
    await node.engine.store.write_alerts(
        row.id,
        [
            AlertWrite(over, 0, Standing(False, 5, 9, opened_at=4), 9, {}, ""),
            AlertWrite(key, 0, Standing(True, 7, opened_at=6), None, facts, "opened"),
        ],
    )

    first, second = await node.owner.alerts()

    assert (first.job, first.consumer, first.state, first.to) == ("orders", "erp", "open", ("ops",))
    assert (first.opened_at, first.last_told_at, first.resolved_at) == (6, 7, None)
    assert first.sentence == (
        "3 failed, 12 unsynced, lag 75 s. The circuit breaker of the target is open."
    )
    assert first.values == facts
    assert (second.state, second.resolved_at) == ("resolved", 9)


async def test_the_kinds_of_channels_come_with_their_fields(node: ApiNode) -> None:
    kinds = {one.kind: one for one in await node.owner.channel_kinds()}

    assert list(kinds) == ["dingtalk", "feishu", "lark", "wecom", "mail", "webhook", "apprise"]
    webhook = kinds["dingtalk"].fields[0]
    assert (webhook.name, webhook.secret, webhook.required) == ("webhook", True, True)
    assert webhook.example.startswith("https://oapi.dingtalk.com/")
    assert [one.name for one in kinds["mail"].fields if one.secret] == ["password"]


async def test_a_channel_is_set_by_its_form_and_its_keys_are_never_shown(node: ApiNode) -> None:
    fields = {"webhook": "abcDEF0123456789", "secret": "SEC1", "phones": "13800000000"}
    await node.owner.put_channel("ops", ChannelPut(kind="dingtalk", fields=fields))
    await node.owner.put_channel(
        "ops", ChannelPut(kind="dingtalk", fields={"secret": "", "language": "zh-CN"})
    )
    await node.owner.set_channel("plain", "json://127.0.0.1:9/x")

    ops, plain = await node.owner.channels()

    assert (ops.name, ops.kind, ops.language) == ("ops", "dingtalk", "zh-CN")
    assert ops.fields == {"phones": "", "language": "zh-CN"}
    assert (plain.name, plain.kind, plain.fields) == ("plain", "address", {})
    setting = await channel(node.engine.vault, "ops")
    assert setting.address == "dingtalk://abcDEF0123456789", "left out it stays, empty it goes"


async def test_a_wrong_field_of_a_channel_is_refused_at_its_place(node: ApiNode) -> None:
    with pytest.raises(ApiError) as refused:
        await node.owner.put_channel("ops", ChannelPut(kind="mail", fields={"server": "a b"}))
    assert (refused.value.status, refused.value.path) == (422, "fields.server")
    assert [one.path for one in refused.value.problems] == [
        "fields.server",
        "fields.from",
        "fields.to",
    ]
    with pytest.raises(ApiError) as refused:
        await node.owner.set_channel("ops", "no address")
    assert refused.value.path == "value"
    with pytest.raises(ApiError) as refused:
        await node.owner.put_channel("ops", ChannelPut())
    assert refused.value.path == "kind"


async def test_a_channel_set_by_its_form_gets_a_test_message_in_its_language(
    node: ApiNode,
) -> None:
    async with FaultServer() as server:
        fields = {"url": f"{server.origin}/ok", "language": "zh-CN"}
        await node.owner.put_channel("ops", ChannelPut(kind="webhook", fields=fields))
        await node.owner.test_channel("ops")
        (request,) = server.received
    async with SmtpServer() as smtp:
        fields = {
            "server": "127.0.0.1",
            "port": str(smtp.port),
            "security": "none",
            "from": "hub@example.com",
            "to": "ops@example.com",
            "language": "en",
        }
        await node.owner.put_channel("mail", ChannelPut(kind="mail", fields=fields))
        await node.owner.test_channel("mail")
        (mail,) = smtp.received
    assert "测试" in json.loads(request.body)["text"]
    assert (mail["from"], mail["to"]) == ("hub@example.com", "ops@example.com")
    assert mail["subject"] == "Data JellyFish: test"
