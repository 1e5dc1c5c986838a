from __future__ import annotations

import io
import json
from typing import TextIO

import msgspec
import pytest

from engine.cli.terminal import Terminal, display_width, harmless


def terminal(answer: str = "", *, encoding: str = "utf-8") -> Terminal:
    return Terminal(
        io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True),
        io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True),
        io.StringIO(answer),
    )


def raw(stream: object) -> bytes:
    assert isinstance(stream, io.TextIOWrapper)
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue()


def written(stream: TextIO) -> str:
    return raw(stream).decode(stream.encoding)


def test_columns_stay_aligned_with_wide_characters() -> None:
    screen = terminal()

    screen.table(("JOB", "SYNCED", "STATE"), [("订单", 1204, "running"), ("orders", 3, "idle")])

    assert written(screen.out).splitlines() == [
        "JOB     SYNCED  STATE",
        "订单     1,204  running",
        "orders       3  idle",
    ]
    assert (
        len({display_width(line.rpartition("  ")[0]) for line in written(screen.out).splitlines()})
        == 1
    )


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("订单", 4), ("e\u0301", 1), ("ｱ", 1), ("Ａ", 2), ("a\u200bb", 2)],
)
def test_the_width_is_what_a_terminal_shows(text: str, width: int) -> None:
    assert display_width(text) == width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb", "a\\nb"),
        ("abc\u202etxt", "abc\\u202etxt"),
        ("\ud800", "\\ud800"),
        ("\x9b31m", "\\x9b31m"),
        ("订单 ok", "订单 ok"),
    ],
)
def test_data_cannot_steer_the_terminal(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_json_is_utf8_with_every_digit_whatever_the_terminal_speaks() -> None:
    screen = terminal(encoding="ascii")

    screen.json({"key": "订单", "payload": msgspec.Raw(b'{"amount":1.10,"id":9007199254740993}')})

    line = raw(screen.out)
    assert b"1.10" in line
    assert b"9007199254740993" in line
    assert json.loads(line)["key"] == "订单"


def test_text_the_terminal_cannot_show_is_escaped_and_not_an_error() -> None:
    screen = terminal(encoding="ascii")

    screen.say("订单")

    assert written(screen.out) == "\\u8ba2\\u5355\n"


@pytest.mark.parametrize(
    ("answer", "yes"), [("y\n", True), ("YES\n", True), ("是\n", True), ("\n", False), ("", False)]
)
def test_only_a_yes_is_a_yes(answer: str, yes: bool) -> None:
    assert terminal(answer).ask("Resend 2 deliveries?") is yes


def test_facts_leave_out_what_is_not_known() -> None:
    screen = terminal()

    screen.facts({"job": "orders", "pull": None, "key": "A-1"})

    assert written(screen.out) == "job  orders\nkey  A-1\n"
