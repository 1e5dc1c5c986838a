"""A pasted command is split as the shell it was copied for would split it."""

from __future__ import annotations

import random
import shlex

import pytest

from engine.operations.propose.command_line import NotACommand, words_of

ALPHABET = "ab C1_-./:=?&%{}[]()<>|;,!@#$^*+~`\"'\\订单é\t"


def chrome_cmd(text: str) -> str:
    """A word as Chrome's "Copy as cURL (cmd)" writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    marked = "".join(
        mark if mark.isalnum() or mark in " _-:=+~'/.',?;()*`" or ord(mark) > 127 else f"^{mark}"
        for mark in escaped
    )
    return f'^"{marked}^"'


def texts(count: int) -> list[str]:
    rng = random.Random(7)
    return ["".join(rng.choices(ALPHABET, k=rng.randint(1, 30))) for _ in range(count)]


@pytest.mark.parametrize("text", texts(150))
def test_a_word_quoted_for_bash_comes_back(text: str) -> None:
    assert words_of(f"curl {shlex.quote(text)} -s") == ["curl", text, "-s"]


@pytest.mark.parametrize("text", [one for one in texts(150) if "\t" not in one])
def test_a_word_quoted_for_cmd_comes_back(text: str) -> None:
    command = f'curl {chrome_cmd(text)} ^\n  -H ^"accept: */*^"'
    assert words_of(command) == ["curl", text, "-H", "accept: */*"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("curl a \\\n  -H 'b: c'", ["curl", "a", "-H", "b: c"]),
        ("curl a \\\r\n  -H 'b: c'", ["curl", "a", "-H", "b: c"]),
        ("curl a \\   \n -H 'b: c'", ["curl", "a", "-H", "b: c"]),
        ("curl a \\ -H 'b: c'", ["curl", "a", "-H", "b: c"]),
        ("$ curl a", ["curl", "a"]),
        ("PS C:\\Users\\x> curl a", ["curl", "a"]),
        ("curl “http://a/b” –H “x: y”", ["curl", "http://a/b", "--H", "x: y"]),
        (r"curl $'http://a/\u8ba2\'\n\x41'", ["curl", "http://a/订'\nA"]),
        ('curl "a \\"b\\" $x"', ["curl", 'a "b" $x']),
        ("curl http://a/b?x=1&y=2 -s", ["curl", "http://a/b?x=1&y=2", "-s"]),
        ("curl a | jq .", ["curl", "a"]),
        ("curl a > out.json", ["curl", "a"]),
        ("curl a; curl b", ["curl", "a"]),
        ("curl ''", ["curl", ""]),
        (
            'curl "http://a/" ^\r\n  -H "x: y" ^\r\n  --data "{\\"a\\":1}"',
            ["curl", "http://a/", "-H", "x: y", "--data", '{"a":1}'],
        ),
        ('curl "a"^\n\n"b"', ["curl", "a\nb"]),
        ('curl `\n  -H "x: y" `\n  a', ["curl", "-H", "x: y", "a"]),
    ],
)
def test_every_way_of_writing_a_command_is_read(command: str, words: list[str]) -> None:
    assert words_of(command) == words


@pytest.mark.parametrize("command", ["curl 'a", 'curl "a', "curl $'a", 'curl ^"a ^\n b'])
def test_a_command_that_is_cut_off_is_told(command: str) -> None:
    with pytest.raises(NotACommand, match="never closed"):
        words_of(command)
