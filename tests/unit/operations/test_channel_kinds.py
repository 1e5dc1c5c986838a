"""Channels by form: every field is checked where it stands, and the address reaches its robot."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlsplit

import apprise
import pytest

from engine.core.errors import WrongFields
from engine.operations.channel_kinds import KINDS, checked
from engine.operations.channel_settings import ChannelSetting, setting_of
from engine.operations.robots import ORIGINS, robot_request
from tests.unit.operations.test_channels import ALERT, NOW

TOKEN = "abcDEF0123456789-xyz"
FILLED: dict[str, dict[str, str]] = {
    "dingtalk": {
        "webhook": f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
        "secret": "SEC a/b",
        "phones": "13800000000；13900000000",
        "language": "zh-CN",
    },
    "feishu": {"webhook": f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}"},
    "lark": {"webhook": f"https://open.larksuite.com/open-apis/bot/v2/hook/{TOKEN}/"},
    "wecom": {"webhook": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}"},
    "mail": {
        "server": "smtp.example.com",
        "user": "hub@example.com",
        "password": "p@ss/w:rd",
        "from": "hub@example.com",
        "to": "ops@example.com, boss@example.com",
    },
    "webhook": {"url": "https://ops.example.com/hook?key=1"},
    "apprise": {"address": "slack://TokenA/TokenB/TokenC/#alerts"},
}


def setting(kind: str, **changes: str) -> ChannelSetting:
    _, values = checked(kind, {**FILLED[kind], **changes})
    return setting_of(json.dumps({"kind": kind, "fields": values}))


def request_of(one: ChannelSetting) -> Any:
    made = robot_request(urlsplit(one.address), ALERT, NOW, dict(ORIGINS))
    assert made is not None
    return made


def test_every_kind_is_filled_in_here() -> None:
    assert [one.kind for one in KINDS] == list(FILLED)


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token="),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/"),
        ("lark", "https://open.larksuite.com/open-apis/bot/v2/hook/"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="),
    ],
)
def test_a_robot_is_reached_by_its_webhook_address_or_its_key_alone(kind: str, url: str) -> None:
    whole, alone = request_of(setting(kind)), request_of(setting(kind, webhook=TOKEN))

    assert whole.url.startswith(f"{url}{TOKEN}")
    assert whole == alone


def test_dingtalk_signs_and_mentions() -> None:
    made = request_of(setting("dingtalk"))

    assert "sign=" in made.url
    assert made.body["at"] == {"atMobiles": ["13800000000", "13900000000"]}
    assert made.keys == (TOKEN, "SEC a/b")


def test_feishu_signs_where_it_is_asked_to() -> None:
    plain, signed = request_of(setting("feishu")), request_of(setting("feishu", secret="s"))

    assert "sign" not in plain.body
    assert signed.body["timestamp"] == str(NOW // 1000)
    own = hmac.new(f"{NOW // 1000}\ns".encode(), digestmod=hashlib.sha256).digest()
    assert signed.body["sign"] == base64.b64encode(own).decode()  # as Feishu's own sample does it


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise's import
@pytest.mark.parametrize(
    ("security", "secure", "port"),
    [("starttls", True, 587), ("tls", True, 465), ("none", False, 25)],
)
def test_mail_is_read_by_apprise_as_it_was_filled_in(
    security: str, secure: bool, port: int
) -> None:
    one = setting("mail", security=security, port=str(port))

    mail: Any = apprise.Apprise.instantiate(one.address)

    assert (mail.smtp_host, mail.port, mail.secure) == ("smtp.example.com", port, secure)
    assert (mail.user, mail.password) == ("hub@example.com", "p@ss/w:rd")
    assert mail.from_addr[1] == "hub@example.com"
    assert sorted(address for _, address in mail.targets) == ["boss@example.com", "ops@example.com"]


def test_a_secret_is_never_among_what_is_shown() -> None:
    for kind in KINDS:
        shown = setting(kind.kind).shown()
        assert not shown.keys() & {one.name for one in kind.fields if one.secret}
        assert TOKEN not in str(shown)
    assert setting("dingtalk").shown()["phones"] == "13800000000,13900000000"


def test_what_is_an_address_alone_stays_one() -> None:
    assert setting_of("dingtalk://TOKEN\n") == ChannelSetting("address", "dingtalk://TOKEN")


@pytest.mark.parametrize(
    ("kind", "changes", "path", "part"),
    [
        ("dingtalk", {"webhook": ""}, "fields.webhook", "must be filled in"),
        ("dingtalk", {"webhook": "https://evil.example/x"}, "fields.webhook", "oapi.dingtalk.com"),
        ("dingtalk", {"webhook": "http://oapi.dingtalk.com/"}, "fields.webhook", "https://"),
        ("feishu", {"webhook": "https://open.feishu.cn/"}, "fields.webhook", "webhook address"),
        ("wecom", {"webhook": "a b"}, "fields.webhook", "webhook address"),
        ("dingtalk", {"phones": "138, x"}, "fields.phones", '"138" is not a telephone'),
        ("dingtalk", {"language": "fr"}, "fields.language", "en, zh-CN"),
        ("mail", {"server": "smtp example"}, "fields.server", "name of a server"),
        ("mail", {"port": "0"}, "fields.port", "1 to 65535"),
        ("mail", {"to": "ops"}, "fields.to", '"ops" is not a mail address'),
        ("mail", {"from": "a@b, c@d"}, "fields.from", "not a mail address"),
        ("mail", {"security": "ssl"}, "fields.security", "starttls, tls, none"),
        ("webhook", {"url": "ftp://x"}, "fields.url", "https://"),
        ("apprise", {"address": "slack"}, "fields.address", "kind://"),
        ("wecom", {"colour": "red"}, "fields.colour", 'no field "colour"'),
    ],
)
def test_a_wrong_field_is_named_with_its_place(
    kind: str, changes: dict[str, str], path: str, part: str
) -> None:
    with pytest.raises(WrongFields) as refused:
        checked(kind, {**FILLED[kind], **changes})

    assert refused.value.path == path
    assert part in refused.value.sentence


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(WrongFields) as refused:
        checked("pager", {})

    assert refused.value.path == "kind"
    assert "wecom" in refused.value.hint


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(WrongFields) as refused:
        checked("mail", {"server": "a b", "port": "x", "from": "hub@example.com"})

    assert [one.path for one in refused.value.problems] == [
        "fields.server",
        "fields.port",
        "fields.to",
    ]
