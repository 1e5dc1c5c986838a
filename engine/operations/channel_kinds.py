"""The kinds of alert channels: what has to be filled in, checked field by field, in one list.

Forms, checks and the API come from ``KINDS``. A kind makes the address that ``channels`` sends to;
what a field holds may be what people have at hand, such as a robot's whole webhook address.
Pure. Not for keeping channels (``channel_settings``) nor for sending.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from engine.core.errors import Problem, WrongFields
from engine.language.speech import LANGUAGES

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChannelField:
    """One field. check: gives the value as it is kept; ValueError with a sentence if it is wrong.

    secret: it is a key, or holds one; it is never shown again.
    """

    name: str
    label: str
    secret: bool = False
    required: bool = True
    help: str = ""
    example: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()
    check: Callable[[str], str] = str.strip


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """A kind of channel. address: of values that were checked, where a message is sent to."""

    kind: str
    label: str
    help: str
    fields: tuple[ChannelField, ...]
    address: Callable[[Values], str]


def checked(kind: str, given: Values) -> tuple[ChannelKind, dict[str, str]]:
    """The kind and its values as they are kept; WrongFields names every field that is wrong."""
    found = next((one for one in KINDS if one.kind == kind), None)
    if found is None:
        raise WrongFields(
            [
                Problem(
                    "kind",
                    f'There is no kind of channel "{kind:.40}".',
                    f"The kinds are: {', '.join(one.kind for one in KINDS)}.",
                )
            ]
        )
    names = [one.name for one in found.fields]
    problems = [
        Problem(
            f"fields.{unknown:.40}",
            f'A channel of this kind has no field "{unknown:.40}".',
            f"Its fields are: {', '.join(names)}.",
        )
        for unknown in sorted(given.keys() - set(names))
    ]
    values: dict[str, str] = {}
    for one in found.fields:
        try:
            values[one.name] = _value(one, given.get(one.name, ""))
        except ValueError as wrong:
            sentence = f"{one.label}: {wrong}"
            problems.append(Problem(f"fields.{one.name}", sentence, one.help))
    if problems:
        raise WrongFields(problems)
    return found, values


def _value(field: ChannelField, given: str) -> str:
    """The value as it is kept; ValueError with a sentence if it is wrong."""
    text = given.strip() or field.default
    if not text:
        if field.required:
            raise ValueError("this must be filled in.")
        return ""
    if field.choices and text not in field.choices:
        raise ValueError(f"choose one of {', '.join(field.choices)}.")
    return field.check(text)


# ---------------------------------------------------------------- what a value may be

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,200}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,253}")
_PHONE = re.compile(r"\+?\d{6,20}")


def _robot(host: str, of_url: Callable[[str], str]) -> Callable[[str], str]:
    """A check for a robot's webhook address, or the token in it alone; gives the token."""

    def check(text: str) -> str:
        if "://" in text:
            parts = urlsplit(text)
            if parts.scheme != "https" or parts.hostname != host:
                raise ValueError(f"it must be an address of https://{host}.")
            text = of_url(text)
        if _TOKEN.fullmatch(text) is None:
            raise ValueError("this is not the robot's webhook address, nor the key in it.")
        return text

    return check


def _in_query(name: str) -> Callable[[str], str]:
    return lambda url: parse_qs(urlsplit(url).query).get(name, [""])[0]


def _last_of_path(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]


def _phones(text: str) -> str:
    phones = [one for one in re.split(r"[\s,;，；]+", text) if one]
    for one in phones:
        if _PHONE.fullmatch(one) is None:
            raise ValueError(f'"{one:.40}" is not a telephone number.')
    return ",".join(phones)


def _host(text: str) -> str:
    if _HOST.fullmatch(text) is None:
        raise ValueError("this is not the name of a server.")
    return text


def _port(text: str) -> str:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 65536:
        raise ValueError("a port is a number from 1 to 65535.")
    return str(int(text))


def _mails(text: str) -> str:
    addresses = [one for one in re.split(r"[\s,;，；]+", text) if one]
    for one in addresses:
        if _MAIL.fullmatch(one) is None:
            raise ValueError(f'"{one:.80}" is not a mail address.')
    return ",".join(addresses)


def _one_mail(text: str) -> str:
    if _MAIL.fullmatch(text) is None:
        raise ValueError(f'"{text:.80}" is not a mail address.')
    return text


def _web(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in text:
        raise ValueError("it must begin with https:// or http:// and name a server.")
    return text


def _any_address(text: str) -> str:
    scheme, found, rest = text.partition("://")
    if not found or not rest or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        raise ValueError("it must have the form kind://…, such as slack://… or tgram://….")
    return text


# ---------------------------------------------------------------- the kinds

LANGUAGE = ChannelField(
    "language",
    "Language",
    required=False,
    help="The language of the messages; left out: the node's.",
    choices=LANGUAGES,
)
_SIGNING = "Only where the robot's security settings ask for a signature."


def _dingtalk(values: Values) -> str:
    secret = f"{quote(values['secret'], safe='')}@" if values["secret"] else ""
    phones = "".join(f"/{quote(one)}" for one in values["phones"].split(",") if one)
    return f"dingtalk://{secret}{values['webhook']}{phones}"


def _feishu(scheme: str) -> Callable[[Values], str]:
    def address(values: Values) -> str:
        query = f"?{urlencode({'secret': values['secret']})}" if values["secret"] else ""
        return f"{scheme}://{values['webhook']}{query}"

    return address


def _mail(values: Values) -> str:
    login = ""
    if values["user"]:
        password = f":{quote(values['password'], safe='')}" if values["password"] else ""
        login = f"{quote(values['user'], safe='')}{password}@"
    modes = {"starttls": "starttls", "tls": "ssl", "none": "insecure"}
    query = {
        "smtp": values["server"],
        "from": values["from"],
        "to": values["to"],
        "mode": modes[values["security"]],
    }
    scheme = "mailto" if values["security"] == "none" else "mailtos"
    return f"{scheme}://{login}{values['server']}:{values['port']}?{urlencode(query)}"


KINDS: tuple[ChannelKind, ...] = (
    ChannelKind(
        "dingtalk",
        "DingTalk robot",
        "In the group: settings, robots, a custom robot; copy its webhook address.",
        (
            ChannelField(
                "webhook",
                "Webhook address",
                secret=True,
                example="https://oapi.dingtalk.com/robot/send?access_token=…",
                check=_robot("oapi.dingtalk.com", _in_query("access_token")),
            ),
            ChannelField("secret", "Signing secret", secret=True, required=False, help=_SIGNING),
            ChannelField(
                "phones",
                "Telephone numbers to mention",
                required=False,
                example="13800000000, 13900000000",
                check=_phones,
            ),
            LANGUAGE,
        ),
        _dingtalk,
    ),
    ChannelKind(
        "feishu",
        "Feishu robot",
        "In the group: settings, bots, a custom bot; copy its webhook address.",
        (
            ChannelField(
                "webhook",
                "Webhook address",
                secret=True,
                example="https://open.feishu.cn/open-apis/bot/v2/hook/…",
                check=_robot("open.feishu.cn", _last_of_path),
            ),
            ChannelField("secret", "Signing secret", secret=True, required=False, help=_SIGNING),
            LANGUAGE,
        ),
        _feishu("feishu"),
    ),
    ChannelKind(
        "lark",
        "Lark robot",
        "In the group: settings, bots, a custom bot; copy its webhook address.",
        (
            ChannelField(
                "webhook",
                "Webhook address",
                secret=True,
                example="https://open.larksuite.com/open-apis/bot/v2/hook/…",
                check=_robot("open.larksuite.com", _last_of_path),
            ),
            ChannelField("secret", "Signing secret", secret=True, required=False, help=_SIGNING),
            LANGUAGE,
        ),
        _feishu("lark"),
    ),
    ChannelKind(
        "wecom",
        "WeCom robot",
        "In the group: add a group robot; copy its webhook address.",
        (
            ChannelField(
                "webhook",
                "Webhook address",
                secret=True,
                example="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
                check=_robot("qyapi.weixin.qq.com", _in_query("key")),
            ),
            LANGUAGE,
        ),
        lambda values: f"wecombot://{values['webhook']}",
    ),
    ChannelKind(
        "mail",
        "Mail",
        "Over your mail server.",
        (
            ChannelField("server", "Mail server", example="smtp.example.com", check=_host),
            ChannelField(
                "security",
                "Encryption",
                help="starttls mostly goes with port 587, tls with 465, none with 25.",
                default="starttls",
                choices=("starttls", "tls", "none"),
            ),
            ChannelField("port", "Port", default="587", check=_port),
            ChannelField("user", "User", required=False, example="hub@example.com"),
            ChannelField("password", "Password", secret=True, required=False),
            ChannelField("from", "From", example="hub@example.com", check=_one_mail),
            ChannelField("to", "To", example="ops@example.com, boss@example.com", check=_mails),
            LANGUAGE,
        ),
        _mail,
    ),
    ChannelKind(
        "webhook",
        "Webhook",
        "A POST of JSON with title, text, job and state to an address of yours.",
        (
            ChannelField(
                "url",
                "Address",
                secret=True,
                example="https://ops.example.com/hooks/jellyfish",
                check=_web,
            ),
            LANGUAGE,
        ),
        lambda values: values["url"],
    ),
    ChannelKind(
        "apprise",
        "Another service",
        "Any address that apprise knows: Slack, Teams, Telegram and a hundred more.",
        (
            ChannelField(
                "address",
                "Address",
                secret=True,
                help="As apprise's own pages write it.",
                example="slack://TokenA/TokenB/TokenC/#alerts",
                check=_any_address,
            ),
            LANGUAGE,
        ),
        lambda values: values["address"],
    ),
)
"""Every kind, in the order in which they are offered."""
