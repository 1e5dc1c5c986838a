"""The API's sentences in the language its caller asks for: real HTTP, a real ledger."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import cast

import httpx
import pytest

from engine.api.client import ApiError, ConnectionLost, NodeClient, told_in
from engine.api.wire import StatusShape
from engine.cli.run import run
from engine.cli.terminal import Terminal
from engine.language.speech import speaking
from tests.integration.api_node import ApiNode, api_node, document

WORDED = ("title", "description", "examples")
CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as running:
        yield running


@pytest.fixture
async def chinese(node: ApiNode) -> AsyncIterator[NodeClient]:
    async with NodeClient(node.url, node.token, language="zh-CN") as client:
        yield client


async def test_a_refusal_is_told_in_the_callers_language(
    node: ApiNode, chinese: NodeClient
) -> None:
    with pytest.raises(ApiError) as refused:
        await chinese.job("orders")
    assert refused.value.sentence == "没有名为“orders”的任务。"
    assert refused.value.hint == "列出任务即可查看它们的名称。"

    with pytest.raises(ApiError) as refused:
        await node.owner.job("orders")
    assert refused.value.sentence == 'There is no job named "orders".'


async def test_every_problem_of_a_document_is_told_with_its_place(chinese: NodeClient) -> None:
    wrong = document(nonsense=1)
    wrong["consumers"][0]["concurrency"] = "many"
    wrong["consumers"][0]["filter"] = "record.a =="
    wrong["producer"]["request"]["timeout"] = "soon"

    with pytest.raises(ApiError) as refused:
        await chinese.apply(wrong)

    told = {problem.path: problem.sentence for problem in refused.value.problems}
    assert told == {
        "producer.request.timeout": '"soon" 不是时长；请写数字加单位，例如 5s 或 1h。',
        "consumers[0].filter": "record.a ==：它结束得太早，缺少内容（第 12 列）。",
        "consumers[0].concurrency": "应为整数，无法将文本解析为整数。",
        "nonsense": "这里没有字段“nonsense”。",
    }
    assert "原值为" in "".join(problem.hint for problem in refused.value.problems)


async def test_why_a_record_waits_and_what_a_consumer_does_are_told(
    node: ApiNode, chinese: NodeClient
) -> None:
    await node.owner.apply(document())
    await node.pulled([("a", b'{"id":"a"}')])
    await node.owner.pause("orders")
    (listed,) = (await chinese.records()).records

    record = await chinese.record(listed.id)
    status = await chinese.status()
    stream = cast("AsyncGenerator[StatusShape, None]", chinese.events())
    async with aclosing(stream) as events:
        streamed = await anext(events)

    assert record.deliveries[0].why == "该任务已暂停。"
    assert status.jobs[0].consumers[0].happening == "已暂停"
    assert streamed.jobs[0].consumers[0].happening == "已暂停"
    english = await node.owner.record(listed.id)
    assert english.deliveries[0].why == "The job is paused."


async def test_what_the_gate_says_is_told_too(node: ApiNode) -> None:
    async with httpx.AsyncClient(base_url=node.url, headers=CHINESE) as client:
        answer = await client.get("/api/v1/status")

    assert answer.json()["sentence"] == "此请求没有带有效的令牌。"


async def test_the_schemas_words_are_told_and_its_names_are_not(
    node: ApiNode, chinese: NodeClient
) -> None:
    english, other = await node.owner.schema(), await chinese.schema()

    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {
                name: shape(inner)
                for name, inner in value.items()
                if name != "x-choices" and (name not in WORDED or isinstance(inner, dict))
            }
        return [shape(each) for each in value] if isinstance(value, list) else value

    assert shape(english) == shape(other)
    assert "时区" in str(other)
    assert "时区" not in str(english)


async def test_a_client_may_change_its_language(node: ApiNode) -> None:
    async with NodeClient(node.url, node.token) as client:
        client.speak("zh-CN")
        with pytest.raises(ApiError, match="没有名为"):
            await client.job("orders")


async def test_a_node_that_is_not_there_is_told_as_well() -> None:
    async with NodeClient("http://127.0.0.1:9", "") as client:
        with pytest.raises(ConnectionLost) as lost:
            await client.node()

    assert told_in("zh-CN", lost.value.sentence) == "http://127.0.0.1:9 处没有节点应答。"


def test_a_command_speaks_the_terminals_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("JELLYFISH_HOME", str(tmp_path))

    assert run(["job", "show", "orders"], Terminal()) == 1

    told = capsys.readouterr().err
    assert "没有名为“orders”的任务。" in told
    assert "列出任务即可查看它们的名称。" in told


async def test_one_callers_language_is_not_anothers(node: ApiNode, chinese: NodeClient) -> None:
    with speaking("zh-CN"), pytest.raises(ApiError, match="There is no job"):
        await node.owner.job("orders")
    with pytest.raises(ApiError, match="没有名为"):
        await chinese.job("orders")
