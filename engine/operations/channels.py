"""Sends a message over an alert channel: a named secret that holds an address.

``https://…`` and ``http://…`` get a POST of JSON {title, text, job, state}; chat robots are in
``robots``; every other address is apprise's, sent by a child process (``apprise_send``). All of
it ends in bounded time. No sentence, log or argument of a process holds an address, which is the
channel's key. Not for when something is told (``core.alerting``).
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import httpx

from engine import __version__
from engine.core.alerting import Message
from engine.core.errors import OperatorError
from engine.http import guard
from engine.http.guard import TargetGuard
from engine.http.masking import Masker
from engine.language.speech import ENGLISH, told_in
from engine.operations.channel_settings import ChannelSetting
from engine.operations.robots import ORIGINS, RobotRequest, robot_request

POST_S = 15.0
CHILD_S = 30.0
"""Seconds an apprise channel may take, the start of the child process included."""
MOST_CHILDREN = 4
APPRISE_SEND = Path(__file__).with_name("apprise_send.py")
MAX_ANSWER = 64 * 1024
LONGEST_REASON = 200

_SELF_HOSTED = frozenset({"json", "jsons", "form", "forms", "xml", "xmls"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


class ChannelFailed(OperatorError):
    """A message did not get through; the sentence says why."""

    code = "channel_failed"
    http_status = 502


class Channels:
    """The alert channels of a node.

    setting_of: the channel of that name; OperatorError if it cannot be had.
    clock: UTC ms, part of some robots' signatures. language: where a channel names none.
    """

    def __init__(
        self,
        setting_of: Callable[[str], Awaitable[ChannelSetting]],
        guard: TargetGuard,
        *,
        clock: Callable[[], int],
        post_s: float = POST_S,
        child_s: float = CHILD_S,
        robots: Mapping[str, str] = ORIGINS,
        language: str = ENGLISH,
    ) -> None:
        self._setting_of = setting_of
        self._language = language
        self._guard = guard
        self._clock = clock
        self._post_s = post_s
        self._child_s = child_s
        self._robots = dict(robots)
        self._children = asyncio.Semaphore(MOST_CHILDREN)

    async def send(self, name: str, message: Message) -> None:
        """Send over the channel of that name.

        ChannelFailed if it did not arrive; what ``setting_of`` raises if there is no channel.
        """
        setting = await self._setting_of(name)
        message = in_language(message, setting.language or self._language)
        text = setting.address.strip()
        address = _parsed(name, text)
        robot = robot_request(address, message, self._clock(), self._robots)
        if robot is not None:
            await self._tell_robot(name, robot)
        elif address.scheme in _DEFAULT_PORTS:
            await self._check_target(name, address)
            body = {
                "title": message.title,
                "text": message.text,
                "job": message.job,
                "state": message.state.value,
            }
            await self._post(name, text, body)
        else:
            await self._check_target(name, address)
            await self._send_by_apprise(name, text, message)

    async def _tell_robot(self, name: str, robot: RobotRequest) -> None:
        answer = await self._post(name, robot.url, robot.body, max_bytes=MAX_ANSWER)
        refusal = robot.refusal(answer)
        if refusal is not None:
            said = " ".join(Masker(secrets=robot.keys).text(refusal).split())[:LONGEST_REASON]
            raise _failed(
                name,
                f"the robot refused the message: {said}",
                hint="Look at its security settings: keywords, signature and allowed addresses.",
            )

    async def _post(
        self, name: str, url: str, body: Mapping[str, object], *, max_bytes: int = 0
    ) -> bytes:
        """The beginning of a good answer's body. With 0 it is not waited for."""
        headers = {"User-Agent": f"DataJellyFish/{__version__}", "Accept-Encoding": "identity"}
        try:
            async with (
                asyncio.timeout(self._post_s),
                httpx.AsyncClient(timeout=self._post_s, headers=headers) as client,
                client.stream("POST", url, json=body) as answer,
            ):
                if not answer.is_success:
                    raise _refused(name, answer.status_code)
                return await _beginning(answer, max_bytes)
        except (TimeoutError, httpx.TimeoutException):
            raise _failed(name, f"there was no answer within {self._post_s:.0f} s") from None
        except httpx.ConnectError:
            raise _unreachable(name) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            raise _unreadable(name) from None
        except httpx.HTTPError:
            raise _failed(name, "the connection broke before the answer was complete") from None

    async def _check_target(self, name: str, address: SplitResult) -> None:
        """Refuse targets that nothing may be sent to. A token is never looked up as a host."""
        try:
            host, port = address.hostname or "", address.port
        except ValueError:
            raise _unreadable(name) from None
        port = port or _DEFAULT_PORTS.get(address.scheme.removesuffix("s"), 443)
        if address.scheme in _DEFAULT_PORTS or address.scheme in _SELF_HOSTED:
            refusal = await self._guard.refusal(host, port, timeout_s=self._post_s)
        else:
            refusal = self._guard.address_refusal(guard.address_of(host), port)
        if refusal is not None:
            raise ChannelFailed(f'The channel "{name}" is not used. {refusal.text}')

    async def _send_by_apprise(self, name: str, address: str, message: Message) -> None:
        order = {
            "address": address,
            "title": message.title,
            "text": message.text,
            "seconds": self._child_s,
        }
        async with self._children:
            out = await self._run_child(name, json.dumps(order).encode())
        try:
            told = json.loads(out)
            problem, number = told["problem"], told["number"]
        except (ValueError, KeyError, TypeError):
            raise _failed(name, "the program that sends it ended too early") from None
        match problem:
            case "":
                return
            case "unreadable":
                raise _unreadable(name)
            case "refused":
                raise _refused(name, number)
            case "unreachable":
                raise _unreachable(name)
            case _:
                raise _failed(name, "the receiver did not take it")

    async def _run_child(self, name: str, order: bytes) -> bytes:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # or its folder's modules would hide Python's own of the same name
                str(APPRISE_SEND),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError:
            raise _failed(name, "the program that sends it could not be started") from None
        try:
            async with asyncio.timeout(self._child_s):
                out, _ = await process.communicate(order)
                return out
        except TimeoutError:
            raise _failed(name, f"it was not done within {self._child_s:.0f} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def in_language(message: Message, language: str) -> Message:
    """The message as its readers speak: its title, and each line, which is a whole sentence."""
    lines = [told_in(language, line) for line in message.text.split("\n")]
    return replace(message, title=told_in(language, message.title), text="\n".join(lines))


async def _beginning(answer: httpx.Response, max_bytes: int) -> bytes:
    body = b""
    if max_bytes:
        async for part in answer.aiter_raw():
            body += part
            if len(body) >= max_bytes:
                break
    return body[:max_bytes]


def _parsed(name: str, address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise _unreadable(name) from None
    if not parts.scheme or "://" not in address:
        raise _unreadable(name)
    return parts


def _failed(name: str, why: str, *, hint: str = "") -> ChannelFailed:
    return ChannelFailed(f'The message was not sent over the channel "{name}": {why}.', hint=hint)


def _refused(name: str, status: int) -> ChannelFailed:
    return _failed(
        name,
        f"the receiver answered with status {status}",
        hint=f"Look at its address, and set it again: jellyfish channel set {name}",
    )


def _unreachable(name: str) -> ChannelFailed:
    return _failed(
        name,
        "the receiver could not be reached",
        hint="Look at its host name and port, and whether it runs.",
    )


def _unreadable(name: str) -> ChannelFailed:
    return _failed(
        name,
        "its address is not one that messages can be sent to",
        hint="Write it as https://host/path, dingtalk://TOKEN, feishu://TOKEN, wecombot://KEY, "
        "mailto://USER:PASSWORD@host, json://host/path or another address apprise knows.",
    )
