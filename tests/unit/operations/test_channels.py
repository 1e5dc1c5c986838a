from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.core.alerting import (
    AlertKey,
    Change,
    Facts,
    Message,
    MessageState,
    News,
    merged,
    messages,
    trial_message,
)
from engine.core.errors import NotFound
from engine.http.guard import TargetGuard
from engine.operations.channel_settings import PLAIN, ChannelSetting
from engine.operations.channels import ChannelFailed, Channels, in_language
from tests.fault_server import Answer, FaultServer
from tests.smtp_server import SmtpServer

KEY = "tokenKEY0123456789"
NOW = 1_700_000_000_000
ALERT = Message("Data JellyFish: alert on orders", "Alert: 3 failed.", "orders", MessageState.OPEN)


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


def channels(
    address: str,
    *,
    post_s: float = 5.0,
    child_s: float = 20.0,
    robots: str = "",
    language: str = "",
) -> Channels:
    """Channels of which ``ops`` has this address; ``robots``: the origin of every robot."""

    async def setting_of(name: str) -> ChannelSetting:
        if name != "ops":
            raise NotFound(f'There is no channel named "{name}".')
        return ChannelSetting(PLAIN, address, language)

    kinds = ("dingtalk", "feishu", "lark", "wecombot")
    places = dict.fromkeys(kinds, robots)
    guard = TargetGuard(own_ports=[1])
    return Channels(
        setting_of, guard, clock=lambda: NOW, post_s=post_s, child_s=child_s, robots=places
    )


async def failure(sending: Channels) -> ChannelFailed:
    with pytest.raises(ChannelFailed) as raised:
        await sending.send("ops", ALERT)
    told = f"{raised.value.sentence} {raised.value.hint}"
    assert KEY not in told
    assert '"ops"' in told
    return raised.value


async def first_request(server: FaultServer) -> None:
    """Wait until a child process has come as far as sending; a busy machine starts it slowly."""
    for _ in range(4):
        with contextlib.suppress(TimeoutError):
            await server.wait_received(1)
            return
    raise AssertionError("no request came")


# ---------------------------------------------------------------- http and https


async def test_a_web_address_gets_the_message_as_json(server: FaultServer) -> None:
    await channels(f"{server.origin}/ok?key={KEY}\n").send("ops", ALERT)
    [request] = server.received
    assert (request.method, request.path) == ("POST", f"/ok?key={KEY}")
    assert request.header("content-type") == "application/json"
    assert json.loads(request.body) == {
        "title": "Data JellyFish: alert on orders",
        "text": "Alert: 3 failed.",
        "job": "orders",
        "state": "open",
    }


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        ("nothing_here", "status 404"),
        ("redirect", "status 302"),
        ("hang_after_request", "no answer within"),
        ("slow_head", "no answer within"),
        ("refused", "could not be reached"),
        ("silent", "no answer within"),
        ("reset_after_request", "connection broke"),
        ("close_after_request", "connection broke"),
        ("junk", "connection broke"),
    ],
)
async def test_a_web_address_that_does_not_take_it_is_told_without_its_key(
    server: FaultServer, caplog: pytest.LogCaptureFixture, behaviour: str, says: str
) -> None:
    caplog.set_level(logging.DEBUG, "engine")
    error = await failure(channels(f"{server.url(behaviour)}?key={KEY}", post_s=0.5))
    assert says in error.sentence
    assert KEY not in caplog.text


async def test_an_accepted_message_does_not_wait_for_the_rest_of_the_answer(
    server: FaultServer,
) -> None:
    await channels(server.url("hang_in_body")).send("ops", ALERT)
    assert len(server.received) == 1


async def test_an_unknown_channel_is_not_found() -> None:
    with pytest.raises(NotFound):
        await channels("https://example.com/").send("other", ALERT)


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest",
        "http://[::1]:1/api",
        "json://169.254.169.254/latest",
        "mailto://169.254.169.254?to=a@example.com",
    ],
)
async def test_forbidden_targets_are_no_channels(address: str) -> None:
    assert "Nothing may be sent there" in (await failure(channels(address))).sentence


@pytest.mark.parametrize(
    "address",
    ["", KEY, f"//{KEY}", f"http://[{KEY}", f"http://127.0.0.1:port{KEY}/", f"nothing://{KEY}"],
)
async def test_an_address_nobody_understands_is_refused_without_showing_it(address: str) -> None:
    assert "not one that messages" in (await failure(channels(address))).sentence


# ---------------------------------------------------------------- robots


async def test_dingtalk_gets_a_signed_text(server: FaultServer) -> None:
    server.on("/robot/send", Answer(200, b'{"errcode": 0, "errmsg": "ok"}'))
    address = f"dingtalk://SECsecret@{KEY}/13800000000"
    await channels(address, robots=server.origin).send("ops", ALERT)
    [request] = server.received
    query = parse_qs(urlsplit(request.path).query)
    signed = hmac.digest(b"SECsecret", f"{NOW}\nSECsecret".encode(), hashlib.sha256)
    assert query == {
        "access_token": [KEY],
        "timestamp": [str(NOW)],
        "sign": [base64.b64encode(signed).decode()],
    }
    body = json.loads(request.body)
    assert body["text"]["content"] == f"{ALERT.title}\n{ALERT.text}"
    assert body["at"] == {"atMobiles": ["13800000000"]}


@pytest.mark.parametrize(
    ("address", "path", "answer"),
    [
        (f"dingtalk://{KEY}", f"/robot/send?access_token={KEY}", b'{"errcode": 0}'),
        (f"feishu://{KEY}/", f"/open-apis/bot/v2/hook/{KEY}", b'{"code": 0, "data": {}}'),
        (f"lark://{KEY}/", f"/open-apis/bot/v2/hook/{KEY}", b'{"StatusCode": 0}'),
        (f"wecombot://{KEY}", f"/cgi-bin/webhook/send?key={KEY}", b'{"errcode": 0}'),
        (
            f"https://oapi.dingtalk.com/robot/send?access_token={KEY}",
            f"/robot/send?access_token={KEY}",
            b'{"errcode": 0}',
        ),
        (
            f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}",
            f"/open-apis/bot/v2/hook/{KEY}",
            b'{"code": 0}',
        ),
        (
            f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
            f"/cgi-bin/webhook/send?key={KEY}",
            b'{"errcode": 0}',
        ),
    ],
)
async def test_each_robot_is_found_by_either_form_of_its_address(
    server: FaultServer, address: str, path: str, answer: bytes
) -> None:
    server.on(path.partition("?")[0], Answer(200, answer))
    await channels(address, robots=server.origin).send("ops", ALERT)
    [request] = server.received
    assert request.path == path
    assert ALERT.text in request.body.decode()


@pytest.mark.parametrize(
    ("address", "path", "answer", "says"),
    [
        (
            f"dingtalk://{KEY}",
            "/robot/send",
            json.dumps({"errcode": 310000, "errmsg": f"keywords not in content {KEY}"}).encode(),
            "code 310000, keywords not in content",
        ),
        (f"feishu://{KEY}", f"/open-apis/bot/v2/hook/{KEY}", b'{"code": 19024}', "code 19024"),
        (f"wecombot://{KEY}", "/cgi-bin/webhook/send", b'{"errcode": false}', "code False"),
        (f"wecombot://{KEY}", "/cgi-bin/webhook/send", b"<html>", "not an object of JSON"),
        (f"wecombot://{KEY}", "/cgi-bin/webhook/send", b"{}", "code None"),
    ],
)
async def test_a_robot_that_refuses_with_status_200_is_not_called_working(
    server: FaultServer, address: str, path: str, answer: bytes, says: str
) -> None:
    server.on(path, Answer(200, answer))
    error = await failure(channels(address, robots=server.origin))
    assert says in error.sentence
    assert len(error.sentence) < 400


# ---------------------------------------------------------------- apprise


async def test_apprise_takes_every_other_address(server: FaultServer) -> None:
    await channels(f"json://user:{KEY}@127.0.0.1:{server.port}/ok").send("ops", ALERT)
    [request] = server.received
    assert request.path == "/ok"
    body = json.loads(request.body)
    assert (body["title"], body["message"]) == (ALERT.title, ALERT.text)


async def test_apprise_sends_mail() -> None:
    async with SmtpServer() as smtp:
        mail = f"mailto://127.0.0.1:{smtp.port}?from=hub@example.com&to=ops@example.com"
        await channels(mail).send("ops", ALERT)
        [message] = smtp.received
    assert (message["subject"], message["to"]) == (ALERT.title, "ops@example.com")
    assert ALERT.text in message.as_string()


async def test_a_message_is_told_in_the_language_of_its_channel(server: FaultServer) -> None:
    key = AlertKey("erp", "failed > 0", ("ops",))
    facts = Facts("erp", 3, 120, 75.0, 700.0, True)
    ((_, message),) = messages("orders", [Change(News.OPENED, key, facts)])
    await channels(f"{server.origin}/ok", language="zh-CN").send("ops", message)
    await channels(f"{server.origin}/ok").send("ops", message)
    chinese, english = (json.loads(request.body) for request in server.received)
    assert "告警" in chinese["title"]
    first, second, third = chinese["text"].split("\n")
    assert first.startswith("告警：")
    assert all(part in first for part in ("orders", "erp", "failed > 0"))
    assert all(part in second for part in ("3", "120", "75"))
    assert "熔断器" in third
    assert english["text"] == message.text


@pytest.mark.parametrize("news", list(News))
@pytest.mark.parametrize("consumer", ["erp", ""])
def test_every_line_of_a_message_is_known_in_every_language(news: News, consumer: str) -> None:
    key = AlertKey(consumer, "source_silent_s > 600", ("ops",))
    facts = Facts(consumer, 3, 120, 75.0, 700.0, True)
    ((_, message),) = messages("orders", [Change(news, key, facts)])
    several = messages(
        "orders",
        [
            Change(news, replace(key, consumer=str(n)), replace(facts, consumer=str(n)))
            for n in range(8)
        ],
    )
    ((_, many),) = merged([*several] * 7)
    for one in (message, many, trial_message("ops", "n1")):
        told = in_language(one, "zh-CN")
        for line in (told.title, *told.text.split("\n")):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in line), line


@pytest.mark.parametrize(
    ("path", "says"),
    [(f"nothing_here/{KEY}", "status 404"), (f"redirect/{KEY}?redirect=yes", "status 302")],
)
async def test_what_apprise_could_not_send_is_told_without_its_key(
    server: FaultServer, path: str, says: str
) -> None:
    error = await failure(channels(f"json://{KEY}:{KEY}@127.0.0.1:{server.port}/{path}"))
    assert says in error.sentence
    assert len(server.received) == 1


async def test_a_mail_server_that_refuses_is_told_with_its_code() -> None:
    async with SmtpServer(recipient_code=550) as smtp:
        mail = f"mailto://127.0.0.1:{smtp.port}?from=hub@example.com&to={KEY}@example.com"
        assert "status 550" in (await failure(channels(mail))).sentence


async def test_a_receiver_nobody_listens_at_is_told(server: FaultServer) -> None:
    port = urlsplit(server.url("refused")).port
    error = await failure(channels(f"json://127.0.0.1:{port}/{KEY}"))
    assert "could not be reached" in error.sentence


async def test_a_receiver_that_never_finishes_is_ended_and_holds_up_no_other(
    server: FaultServer,
) -> None:
    drips = channels(f"json://127.0.0.1:{server.port}/slow_head/{KEY}", child_s=15.0)
    hanging = asyncio.create_task(failure(drips))
    await first_request(server)
    await channels(f"json://127.0.0.1:{server.port}/ok").send("ops", ALERT)
    assert not hanging.done()
    assert "not done within 15 s" in (await hanging).sentence
    await server.wait_until(lambda: server.open_connections == 0)


async def test_a_cancelled_send_ends_its_process(server: FaultServer) -> None:
    drips = channels(f"json://127.0.0.1:{server.port}/slow_head")
    hanging = asyncio.create_task(drips.send("ops", ALERT))
    await first_request(server)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    await server.wait_until(lambda: server.open_connections == 0)
