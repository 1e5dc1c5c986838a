"""The chat robots of DingTalk, Feishu and WeCom: what they are sent, and whether they took it.

They answer 200 to a message they refuse and tell so in the body, which apprise does not read; a
channel must not be called working because of that. Addresses have apprise's form, or are the
robots' own https addresses. Pure; not for sending (``channels``).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlencode

from engine.core.alerting import Message


@dataclass(frozen=True, slots=True)
class RobotRequest:
    """A POST of JSON. accepted: names of fields, one of which must be 0 in the answer.

    reason: the field that says why not. keys: what must not be shown of the address.
    """

    url: str
    body: dict[str, Any]
    accepted: tuple[str, ...]
    reason: str
    keys: tuple[str, ...]

    def refusal(self, answer: bytes) -> str | None:
        """Why the robot did not take it, as it says; None when it did."""
        try:
            told = json.loads(answer)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            return "its answer is not an object of JSON"
        codes = [told[name] for name in self.accepted if name in told]
        if any(code == 0 and code is not False for code in codes):
            return None
        code = next(iter(codes), None)
        return f"code {code}, {told.get(self.reason, 'no reason')}"


def robot_request(
    address: SplitResult, message: Message, now: int, origins: dict[str, str]
) -> RobotRequest | None:
    """The request for a robot's address; None if it is the address of something else.

    now: UTC ms, part of DingTalk's signature. origins: see ``ORIGINS``.
    """
    scheme = address.scheme
    if scheme == "https":
        own = f"https://{address.hostname or ''}"
        scheme = next((name for name, origin in ORIGINS.items() if origin == own), "")
        make = _NATIVE.get(scheme)
    else:
        make = _APPRISE.get(scheme)
    return None if make is None else make(address, _text(message), now, origins[scheme])


def _dingtalk(address: SplitResult, text: str, now: int, origin: str) -> RobotRequest | None:
    query = parse_qs(address.query)
    user, at, host = address.netloc.rpartition("@")
    token = _first(query, "token") or unquote(host)
    secret = _first(query, "secret") or (unquote(user) if at else "")
    phones = [unquote(one) for one in address.path.split("/") if one]
    return _dingtalk_request(origin, token, secret, phones, text, now) if token else None


def _dingtalk_native(address: SplitResult, text: str, now: int, origin: str) -> RobotRequest | None:
    token = _first(parse_qs(address.query), "access_token")
    return _dingtalk_request(origin, token, "", [], text, now) if token else None


def _dingtalk_request(
    origin: str, token: str, secret: str, phones: list[str], text: str, now: int
) -> RobotRequest:
    query = {"access_token": token}
    if secret:
        signed = hmac.digest(secret.encode(), f"{now}\n{secret}".encode(), hashlib.sha256)
        query |= {"timestamp": str(now), "sign": base64.b64encode(signed).decode()}
    return RobotRequest(
        f"{origin}/robot/send?{urlencode(query)}",
        {"msgtype": "text", "text": {"content": text}, "at": {"atMobiles": phones}},
        ("errcode",),
        "errmsg",
        (token, secret),
    )


def _feishu(address: SplitResult, text: str, now: int, origin: str) -> RobotRequest | None:
    query = parse_qs(address.query)
    token = _first(query, "token") or unquote(address.netloc)
    return _feishu_request(origin, token, _first(query, "secret"), text, now) if token else None


def _feishu_native(address: SplitResult, text: str, now: int, origin: str) -> RobotRequest | None:
    before, found, token = address.path.partition(_FEISHU_PATH)
    token = unquote(token.strip("/"))
    return _feishu_request(origin, token, "", text, now) if found and not before and token else None


def _feishu_request(origin: str, token: str, secret: str, text: str, now: int) -> RobotRequest:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:  # Feishu signs nothing with time and secret as the key
        at = str(now // 1000)
        signed = hmac.digest(f"{at}\n{secret}".encode(), b"", hashlib.sha256)
        body |= {"timestamp": at, "sign": base64.b64encode(signed).decode()}
    return RobotRequest(
        f"{origin}{_FEISHU_PATH}{quote(token, safe='')}",
        body,
        ("code", "StatusCode"),
        "msg",
        (token, secret) if secret else (token,),
    )


def _wecom(address: SplitResult, text: str, now: int, origin: str) -> RobotRequest | None:
    key = _first(parse_qs(address.query), "key") or unquote(address.netloc)
    if not key:
        return None
    return RobotRequest(
        f"{origin}/cgi-bin/webhook/send?{urlencode({'key': key})}",
        {"msgtype": "text", "text": {"content": text}},
        ("errcode",),
        "errmsg",
        (key,),
    )


def _wecom_native(address: SplitResult, text: str, now: int, origin: str) -> RobotRequest | None:
    return _wecom(address._replace(netloc=""), text, now, origin)


def _text(message: Message) -> str:
    return f"{message.title}\n{message.text}"


def _first(query: dict[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0]


_Make = Callable[[SplitResult, str, int, str], RobotRequest | None]
_FEISHU_PATH = "/open-apis/bot/v2/hook/"
ORIGINS = {
    "dingtalk": "https://oapi.dingtalk.com",
    "feishu": "https://open.feishu.cn",
    "lark": "https://open.larksuite.com",
    "wecombot": "https://qyapi.weixin.qq.com",
}
"""Where each robot is found, by the scheme of its address; tests put other places in."""
_APPRISE: dict[str, _Make] = {
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "lark": _feishu,
    "wecombot": _wecom,
}
_NATIVE: dict[str, _Make] = {
    "dingtalk": _dingtalk_native,
    "feishu": _feishu_native,
    "lark": _feishu_native,
    "wecombot": _wecom_native,
}
